"""A claim checks its names when it is built, and knows the arguments of its simulators."""

import pytest
from sympy import Integer, exp, log, sqrt

from crosscheck.claim import ClaimError, Rival, Route, show
from crosscheck.verdict import Kind
from tests.crosscheck.toy import DOMAIN, asymptotic, broken, claim, coin, drifting, enumerated, form, level
from theory.domain import DomainError, ParameterError, exact
from theory.formula import Explicit, Quadrature
from theory.notation import N, T, d, t, x, z

POINT = {"x": exact("1.5"), "T": exact("0.5")}


def test_the_reference_point_is_the_default_without_the_size():
    assert claim().free == ("x", "T")
    assert claim().points == (POINT,)
    assert claim(parameters=({"x": 2}, {"T": "0.3"})).points == (
        {"x": exact(2), "T": exact("0.5")},
        {"x": exact("1.5"), "T": exact("0.3")},
    )
    assert show(POINT) == "x=1.5 T=0.5"


def test_a_point_is_checked_against_the_domain():
    with pytest.raises(DomainError, match=r"toy.level: T = -1 is outside T > 0"):
        claim().point({"T": -1})
    with pytest.raises(ParameterError, match="unknown parameter beta"):
        claim().point({"beta": 1})
    with pytest.raises(ParameterError, match="d is the size variable, which runs over"):
        claim().point({"d": 3})
    with pytest.raises(DomainError):
        claim(parameters=({"T": "-0.1"},))


def test_names_that_do_not_match_are_shown_in_both_lists():
    with pytest.raises(ClaimError, match=r"names do not match, nothing uses t; claim: T, d, t, x; forward: T, d, x"):
        claim(theory=form(x, parameters=(x, T, t), domain=timed()))
    with pytest.raises(ClaimError, match=r"the claim lacks T; claim: d, x"):
        claim(theory=form(x, parameters=(x,)))


def timed():
    from theory.domain import Domain, positive

    return Domain((*DOMAIN.ranges, positive(t, default=1, explored=("0.5", "2"))))


def test_a_path_supplies_what_the_theory_does_not_name():
    along = claim(
        theory=form(x, parameters=(x, t), domain=timed()), numeric=level, path={T: exp(-2 * t) * d}, kind=Kind.EXACT
    )
    arguments = along.arguments(along.all_routes[0], {"x": exact(1), "t": exact(1)}, 8)
    assert arguments == pytest.approx({"x": 1, "T": 8 * 0.1353352832366127, "d": 8})
    assert isinstance(arguments["d"], int)


def test_a_path_may_move_a_parameter_of_the_theory_which_is_then_no_free_one():
    along = claim(
        theory=form(x + t, parameters=(x, t), domain=timed()), numeric=level, path={t: T * d}, kind=Kind.EXACT
    )
    assert along.free == ("x", "T")
    assert along.point({}) == POINT
    assert along.theory_at(POINT, 8) == pytest.approx(1.5 + 0.5 * 8)
    assert along.arguments(along.all_routes[0], POINT, 8) == pytest.approx({"x": 1.5, "T": 0.5, "d": 8})
    with pytest.raises(ParameterError, match="unknown parameter t"):
        along.point({"t": 2})


def test_the_law_of_approach_must_go_with_the_kind():
    with pytest.raises(ClaimError, match="kind exact does not go with correction 1/d"):
        claim(correction=1 / d)
    with pytest.raises(ClaimError, match="needs positive sizes"):
        claim(ladder=())
    with pytest.raises(ClaimError, match="needs positive sizes"):
        claim(ladder=(2, 0))


def test_correction_scale_and_next_order_are_evaluated_at_the_size():
    law = form(0.7 * x / d, name="toy.next", parameters=(x, T, d), size=d)
    drift = asymptotic(theory=form(x, finite_size=law), scale=sqrt(T))
    route = drift.all_routes[0]
    assert drift.correction_at(route, POINT, 10) == pytest.approx(0.1)
    assert drift.next_order_at(route, POINT, 10) == pytest.approx(0.105)
    assert drift.scale_at(POINT, 10) == pytest.approx(0.5**0.5)
    assert claim().correction_at(claim().all_routes[0], POINT, 10) == 0
    assert claim().next_order_at(claim().all_routes[0], POINT, 10) is None
    assert asymptotic(routes=(Route(source=drifting, correction=1 / d**2),)).correction_at(
        Route(source=drifting, correction=1 / d**2), POINT, 10
    ) == pytest.approx(0.01)


def test_a_theory_near_zero_asks_for_a_scale():
    with pytest.raises(ClaimError, match="declare a scale"):
        claim(expression=x - x + Integer(0)).scale_at(POINT, 2)


def test_rivals_may_be_expressions_formulas_or_closed_forms():
    one = claim(rivals=(Rival("double", 2 * x), Rival("half", Explicit(x / 2)), Rival("form", form(3 * x))))
    values = [one.theory_at(POINT, 2, rival.form) for rival in one.rivals]
    assert values == pytest.approx([3, 0.75, 4.5])
    integral = Quadrature(exp(-(z**2) / 2), z)
    assert one.formula(integral) is integral


def test_a_route_knows_its_leg():
    legs = [Route(source=source).kind_of_leg for source in (level, drifting, enumerated, form())]
    assert legs == ["independent", "independent", "deterministic", "deterministic"]
    assert Route(source=coin, leg="precision").kind_of_leg == "precision"
    assert Route(source=form()).name == "level"
    assert not Route(source=enumerated).noisy
    assert Route(source=broken).noisy


def test_routes_run_from_their_tier_on():
    many = claim(routes=(Route(source=drifting, tier="standard"), Route(source=coin, tier="deep")))
    assert [len(many.routes_at(tier)) for tier in ("quick", "standard", "deep")] == [1, 2, 3]


def test_a_route_may_decide_only_in_a_part_of_the_domain():
    apart = claim(routes=(Route(source=drifting, only=x < 2),))
    assert len(apart.routes_at("quick")) == len(apart.routes_at("quick", POINT)) == 2
    assert [route.source for route in apart.routes_at("quick", {**POINT, "x": exact(2)})] == [level]


@pytest.mark.parametrize(
    ("only", "strange"), [(t < 2, "t"), (d > 8, "d"), ((x < 2) & (t < N), "N, t")], ids=["unknown", "size", "both"]
)
def test_where_a_route_decides_is_said_in_numbers_of_a_point(only, strange):
    with pytest.raises(ClaimError) as raised:
        claim(routes=(Route(source=drifting, only=only),))
    assert str(raised.value) == (
        f"toy.level: backward decides only where {only}, but {strange} is no number that a point has; it has x, T"
    )


def test_another_formula_takes_the_place_of_the_theory_without_the_rivals():
    other = claim(rivals=(Rival("double", 2 * x),)).against(form(log(x)))
    assert other.theory_at(POINT, 2) == pytest.approx(0.4054651081081644)
    assert other.rivals == ()


def test_a_size_that_no_table_knows_is_reported():
    from crosscheck.claim import symbol_of

    assert symbol_of("N", form()) is N
    with pytest.raises(ClaimError, match="nonsense is neither a parameter nor in the notation table"):
        symbol_of("nonsense", form())
