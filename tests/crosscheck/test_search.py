"""The search finds the parameters where a claim fails, makes them readable, and leaves the verdict to fresh seeds."""

from dataclasses import replace

import pytest
import torch
from hypothesis import find, given, settings
from sympy import Integer, Rational, sqrt

from crosscheck import search
from crosscheck.claim import Claim
from crosscheck.leg import Leg
from crosscheck.search import Enough, Explored, Fault, State, Suspect, confirm, digits, explore, glance
from crosscheck.strategies import edges, points, seeds, values
from crosscheck.verdict import Kind, Outcome
from numerics.simulator import simulator
from tests.crosscheck import toy
from tests.crosscheck.toy import DOMAIN, asymptotic, claim, form
from theory.closed_form import ClosedForm
from theory.domain import Domain, above, decimal, whole
from theory.formula import Explicit
from theory.notation import T, d, n, x

ALMOST_A_STEP = (1 + (x - 2) / sqrt((x - 2) ** 2 + Rational(1, 10**6))) / 2
cornered = claim(expression=x * (1 + ALMOST_A_STEP / 5))


@given(points(claim()), seeds())
def test_points_are_short_decimals_of_the_domain(point, seed):
    assert claim().point(point) == point
    assert all(len(decimal(value).partition(".")[2]) <= 3 for value in point.values())
    assert list(point) == ["x", "T"]
    assert 0 <= seed < 2**32


@given(values(DOMAIN[d]))
def test_whole_numbers_stay_whole_and_within_what_a_size_may_cost(value):
    assert value.is_integer
    assert 1 <= value <= 64


@given(points(claim(theory=form(domain=Domain(DOMAIN.ranges, relations=(2 * x > 2 * T + 1,))))))
def test_points_respect_relations(point):
    assert point["x"] > point["T"] + Rational(1, 2)


def test_points_close_to_where_a_relation_begins_to_hold_are_tried():
    related = claim(theory=form(domain=Domain(DOMAIN.ranges, relations=(2 * x > 2 * T + 1,))))
    margins = []

    @settings(max_examples=200)
    @given(points(related))
    def collect(point):
        margins.append(point["x"] - point["T"] - Rational(1, 2))

    collect()
    assert sum(bool(margin <= Rational(1, 1000)) for margin in margins) > 20
    assert min(margins) > 0


def test_relations_with_the_size_hold_at_every_size_of_the_ladder():
    sized = claim(theory=form(parameters=(x, T, d), domain=Domain(DOMAIN.ranges, relations=(d * x > 2,))))
    assert sized.ladder[0] == 2
    assert find(points(sized), lambda point: point["x"] < Rational("1.1"))["x"] > 1


def test_the_edges_of_a_domain_are_near_its_open_ends_around_zero_and_beyond_the_box():
    assert {Rational("0.001"), Rational("0.2"), Integer(1), Integer(2)} <= set(edges(DOMAIN[T]))
    assert not any(value <= 0 for value in edges(DOMAIN[T]))
    assert {Integer(0), Rational("-0.001"), Integer(5)} <= set(edges(DOMAIN[x]))
    assert edges(DOMAIN[d]) == [1, 2, 3, 63, 64]


def test_an_asymptotic_claim_is_not_held_to_where_its_sizes_are_too_small():
    narrow = asymptotic(correction=1 / (d * T**2))

    @settings(max_examples=60)
    @given(points(narrow))
    def no_larger(point):
        assert point["T"] >= Rational("0.2")

    no_larger()
    assert (
        find(points(narrow), lambda point: point["T"] > 1)["T"] == 2
    )  # where the correction is small, edges are tried
    assert find(points(claim()), lambda point: point["T"] < Rational("0.2"))["T"] < Rational("0.2")


def test_a_right_claim_raises_no_suspicion():
    assert explore(claim(), examples=15) is None


def test_a_claim_that_fails_in_a_corner_is_found_shrunk_and_confirmed():
    suspect = explore(cornered, examples=60)
    assert suspect is not None
    assert suspect.point["x"] >= Rational("1.99")
    assert digits(suspect.point) <= 4
    assert "gap" in suspect.reason
    tested = confirm(cornered, suspect, random=0)
    assert tested.state is State.CONFIRMED
    assert tested.verdict is not None
    assert tested.verdict.outcome is Outcome.DISAGREES


def test_the_search_climbs_on_the_gap_in_units_of_what_could_be_seen(monkeypatch):
    climbed: list[float] = []
    monkeypatch.setattr(search, "target", lambda score, label: climbed.append(score))
    explored = Explored()
    explore(claim(), examples=20, explored=explored)
    assert set(climbed) == {seen.score for seen in explored.glances.values()}
    right, wrong = (glance(item, item.point({"x": 2})).score for item in (claim(), claim(expression=x * 1.02)))
    far = claim(expression=x * 2)
    assert right < 0.5 < wrong < glance(far, far.point({"x": 2})).score <= search.TOP_SCORE


def test_an_unlucky_suspicion_is_not_confirmed():
    harmless = Suspect({"x": Rational(1), "T": Rational(1, 2)}, 0.5, "imagined")
    tested = confirm(claim(), harmless, random=1)
    assert tested.state is State.REFUTED
    assert tested.verdict is not None


def test_what_cannot_be_seen_stays_undecided():
    blurred = Suspect({"x": Rational(1, 1000), "T": Rational(1)}, 0.5, "imagined")
    assert confirm(claim(), blurred, random=1).state is State.INCONCLUSIVE


def test_a_rival_that_is_blind_at_the_point_does_not_hide_the_verdict():
    from crosscheck.claim import Rival

    rivalled = claim(rivals=(Rival("x squared", x**2),))
    assert confirm(rivalled, Suspect(rivalled.point({"x": 1}), 0.5, "imagined"), random=1).state is State.REFUTED


def test_numbers_of_the_exploration_are_those_of_no_verdict(monkeypatch):
    stages: list[tuple[str, int]] = []
    original = Leg.series

    def noted(leg, *arguments):
        stages.append((leg.stage, leg.seed))
        return original(leg, *arguments)

    monkeypatch.setattr(Leg, "series", noted)
    suspect = explore(cornered, examples=30, random=5)
    assert suspect is not None
    explored = {stage for stage, _ in stages}
    stages.clear()
    confirm(cornered, suspect, random=5)
    assert explored == {"explore", "explore again"}
    assert {stage for stage, _ in stages} == {"first", "confirmation"}
    assert {seed for _, seed in stages} == {6}


def test_one_rejection_is_not_yet_a_suspicion(monkeypatch):
    looks = []
    original = search._judged

    def judged(*arguments, again):
        looks.append(again)
        return original(*arguments, again=again)

    monkeypatch.setattr(search, "_judged", judged)
    assert glance(cornered, cornered.point({"x": "2.2"})).suspect is not None
    assert looks == [False, True]


def test_a_simulator_that_fails_inside_the_domain_is_a_finding():
    suspect = explore(claim(toy.broken, expression=x / x), examples=10)
    assert suspect is not None
    assert suspect.fault is Fault.ERROR
    assert "12 of 4096 replicas are not finite" in suspect.reason
    tested = confirm(claim(toy.broken, expression=x / x), suspect, random=0)
    assert tested.state is State.CONFIRMED
    assert "SimulationError" in tested.reason


def test_an_error_that_does_not_come_again_is_not_confirmed():
    once = Suspect(claim().point({}), 0.0, "forward: SimulationError: 1 of 4096", Fault.ERROR)
    assert confirm(claim(), once, random=0).state is State.REFUTED


def test_the_time_ends_a_search_and_what_was_seen_is_kept():
    calls = []

    def check() -> None:
        calls.append(1)
        if len(calls) > 12:
            raise Enough

    explored = Explored()
    with pytest.raises(Enough):
        explore(claim(), examples=1000, check=check, explored=explored)
    assert 0 < len(explored.glances) <= 12


def test_the_time_may_end_while_a_suspect_is_being_simplified():
    explored = Explored()

    def check() -> None:
        if explored.found:
            raise Enough

    with pytest.raises(Enough):
        explore(cornered, examples=200, random=2, check=check, explored=explored)
    assert explored.simplest is not None


def test_a_confirmation_that_runs_out_of_time_says_so():
    def check() -> None:
        raise Enough

    tested = confirm(cornered, Suspect(cornered.point({}), 0.5, "imagined"), random=0, check=check)
    assert tested.state is State.UNFINISHED


@simulator(size="d", footprint=lambda **_: 4)
def fourth_moment(*, d: int, n: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """1/y^2 in units of its mean's pole: y is chi-squared with n - d + 1 degrees of freedom."""
    shape = torch.full((replicas,), (n - d + 1) / 2, dtype=torch.float64)
    return (2 * torch._standard_gamma(shape, generator=generator)) ** -2.0


def inverse_wishart(*, low: int) -> Claim:
    """E y^-2 = 1/((n-d-1)(n-d-3)) at d = 1; what is averaged has a fourth moment of 1/y only for n > d + 4 or so."""
    domain = Domain((whole(n, low, default=80, explored=(low, 120)), whole(d, 1, default=1, explored=(1, 1))))
    theory = ClosedForm(
        name="toy.fourth_moment", statement="mean of 1/y^2", source="here",
        formula=Explicit(1 / ((n - d - 1) * (n - d - 3))), parameters=(n, d), domain=domain, size=d,
    )  # fmt: skip
    return Claim(theory=theory, numeric=fourth_moment, kind=Kind.EXACT, correction="exact", ladder=(1,), scale=None)


@pytest.mark.parametrize("low", [2, 4])
def test_a_moment_that_does_not_exist_is_found_shrunk_and_confirmed(low):
    suspect = explore(inverse_wishart(low=low), examples=60)
    assert suspect is not None
    assert suspect.point["n"] <= 5  # n <= d + 4
    assert confirm(inverse_wishart(low=low), suspect, random=0).state is State.CONFIRMED


def test_where_the_moment_exists_nothing_is_found():
    assert explore(inverse_wishart(low=40), examples=30) is None


def through_criticality(name: str) -> Claim:
    """A claim of the package, its inverse temperature allowed down through the critical point."""
    from crosscheck.registry import find

    found = find(f"curie_weiss.{name}")
    beta = next(item for item in found.theory.domain.ranges if item.symbol.name == "beta")
    others = tuple(item for item in found.theory.domain.ranges if item is not beta)
    wide = above(beta.symbol, 0, default=beta.default, explored=("0.7", "3"))
    theory = replace(found.theory, domain=Domain((*others, wide), found.theory.domain.relations))
    return replace(found, theory=theory, parameters=None)


@pytest.mark.parametrize("name", ["magnetisation", "state_variance"])
def test_a_low_temperature_formula_is_refuted_above_the_critical_temperature(name):
    suspect = explore(through_criticality(name), examples=100)
    assert suspect is not None
    assert suspect.point["beta"] <= Rational("1.1")
    assert digits(suspect.point) <= 4
    assert confirm(through_criticality(name), suspect, random=0).state is State.CONFIRMED
