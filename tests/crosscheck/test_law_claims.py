"""Claims about whole laws: heavy tails, atoms and pairs of simulators are checked; what has no law is refused."""

import math
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch
from sympy import Integer, Rational, Symbol, atan, erfc, log, loggamma, pi, sign, sqrt

from crosscheck.claim import Claim, ClaimError, Rival, Route
from crosscheck.engine import run, verify
from crosscheck.leg import Cell, first_stage
from crosscheck.report.json import dumps, verdict_document
from crosscheck.trial import typed_formula, with_formula
from crosscheck.verdict import Kind, Outcome
from numerics.simulator import simulator
from tests.crosscheck.toy import DOMAIN, asymptotic, claim, coin, form, level
from theory.domain import Domain, ParameterError, real
from theory.formula import Average, Explicit
from theory.notation import S, T, d, x, y

RIGHT, WRONG, UNSEEN = Outcome.AGREES, Outcome.DISAGREES, Outcome.INCONCLUSIVE
WITH_Y = Domain((*DOMAIN.ranges, real(y, default=1, explored=("-1", "3"))))


def normals(d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    return torch.randn(d, replicas, generator=generator, dtype=torch.float64)


@simulator(size="d", tail=1.0)
def cauchy(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """A Cauchy variable around x of width T/d: it has no mean."""
    angle = math.pi * (torch.rand(replicas, generator=generator, dtype=torch.float64) - 0.5)
    return x + T / d * torch.tan(angle)


@simulator(size="d", route="reduced", tail=1.0)
def ratio(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """The same law, as a ratio of two normal variables."""
    one, other = normals(2, replicas, generator)
    return x + T / d * one / other


@simulator(size="d", route="backward", tail=1.0)
def wide(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """Wider than `cauchy` by a twentieth."""
    one, other = normals(2, replicas, generator)
    return x + 1.05 * T / d * one / other


@simulator(size="d")
def heads(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """The part of d fair coins that show heads, moved by x: atoms at multiples of 1/d."""
    return x + (torch.rand(d, replicas, generator=generator) < 0.5).double().mean(0)


WIDTH_LAW = Explicit(Rational(1, 2) + atan((y - x) * d / T) / pi)
entropy = loggamma(d + 1) - loggamma(S + 1) - loggamma(d - S + 1)
HEADS_LAW = Average((1 + sign(y - x - S / d)) / 2, entropy, S, Integer(0), d)


@simulator(size="d", route="side by side", values="indicator", footprint=lambda **_: 2**9)
def never_apart(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """Whether a number has another sign than its cube."""
    number = torch.randn(replicas, generator=generator, dtype=torch.float64)
    return (number.sign() != (number**3).sign()).double()


@simulator(size="d", route="apart", values="indicator", footprint=lambda **_: 2**9)
def apart(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """The same with a cube moved by 0.001: the probability to differ is 0.04."""
    number = torch.randn(replicas, generator=generator, dtype=torch.float64)
    return (number.sign() != (number**3 + 0.001).sign()).double()


def law_claim(numeric=cauchy, formula=WIDTH_LAW, **changes) -> Claim:
    theory = form(formula=formula, parameters=(x, T, d, y), domain=WITH_Y, size=d)
    return claim(numeric, theory=theory, **{"law": y, "ladder": (2, 8)} | changes)


def pair(*others, **changes) -> Claim:
    fields = {"kind": Kind.TWO_ROUTE, "routes": tuple(Route(source=other) for other in others), "ladder": (2, 8)}
    return claim(cauchy, expression=Integer(0), **fields | changes)


def test_the_mean_of_a_heavy_tail_is_refused_and_its_law_is_checked():
    refused = verify(claim(cauchy))
    assert refused.outcome is UNSEEN
    assert "tail index 1 at size" in refused.reason
    assert "claim with law=" in refused.reason
    verdict = verify(law_claim(routes=(Route(source=ratio),)))
    assert verdict.outcome is RIGHT, verdict.reason
    assert [leg.outcome for leg in verdict.legs] == [RIGHT, RIGHT]
    assert [(test.name, test.rejected) for test in verdict.self_tests] == [("canary", True)]


@pytest.mark.parametrize("formula", [WIDTH_LAW.expression.subs(T, 1.05 * T), 1 - WIDTH_LAW.expression,
                                     2 * WIDTH_LAW.expression, Rational(1, 2)])  # fmt: skip
def test_a_wrong_law_is_refuted_and_what_is_no_law_too(formula):
    verdict = verify(law_claim(formula=Explicit(formula)))
    assert verdict.outcome is WRONG, verdict.reason


def test_a_law_of_atoms_is_checked_at_edges_between_them():
    one = law_claim(heads, HEADS_LAW)
    assert verify(one).outcome is RIGHT
    normal = erfc(-(y - x - Rational(1, 2)) * sqrt(2 * d)) / 2
    blurred = law_claim(heads, HEADS_LAW, rivals=(Rival("normal approximation", normal),))
    assert [test.rejected for test in verify(blurred).self_tests] == [True, True]
    assert verify(law_claim(heads, Explicit(normal))).outcome is WRONG


def test_a_rival_law_that_cannot_be_told_apart_makes_the_claim_blind():
    same = Rival("the same", Rational(1, 2) - atan((x - y) * d / T) / pi)
    assert verify(law_claim(rivals=(same,))).outcome is UNSEEN


def test_two_routes_are_compared_in_law():
    verdict = verify(pair(ratio, resolution=0.02))
    assert verdict.outcome is RIGHT, verdict.reason
    assert [test.rejected for test in verdict.self_tests] == [True]
    assert [leg.route for leg in verdict.legs] == ["reduced"]
    both = verify(pair(ratio, wide, resolution=0.02))
    assert [(leg.route, leg.outcome) for leg in both.legs][1] == ("backward", WRONG)
    assert both.outcome is WRONG


def test_a_route_beside_itself_draws_numbers_of_its_own():
    verdict = verify(pair(cauchy, resolution=0.02))
    assert verdict.outcome is RIGHT
    assert all(point.mean != point.theory for point in verdict.legs[0].points)
    assert all(point.law.theory_samples == point.samples for point in verdict.legs[0].points)


def test_a_comparison_that_waits_for_a_later_tier_is_inconclusive():
    late = pair(routes=(Route(source=ratio, tier="standard"),), resolution=0.02)
    verdict = verify(late)
    assert verdict.outcome is UNSEEN
    assert verdict.legs == ()
    assert "no route" in verdict.reason
    assert verify(late, tier="standard").outcome is RIGHT


def test_a_paired_route_says_whether_both_ways_differ_on_one_sample():
    same = verify(pair(routes=(Route(source=never_apart, paired=True), Route(source=ratio, tier="deep"))))
    assert same.outcome is RIGHT, same.reason
    assert [(test.name, test.rejected) for test in same.self_tests] == [("canary", True)]
    assert [(point.law, point.mean, point.theory) for point in same.legs[0].points] == [(None, 0, 0)] * 2
    assert max(point.samples for point in same.legs[0].points) < 10_000
    assert dumps(verdict_document(same))
    wrong = verify(pair(routes=(Route(source=apart, paired=True), Route(source=ratio)), resolution=0.02))
    assert wrong.outcome is WRONG
    assert [leg.outcome for leg in wrong.legs] == [WRONG, RIGHT]


def test_the_numbers_of_laws_do_not_depend_on_workers():
    claims = [law_claim(heads, HEADS_LAW, resolution=0.03), pair(ratio, resolution=0.03)]
    alone = run(claims, seed=3).verdicts
    with ThreadPoolExecutor(3) as threads:
        shared = run(claims, seed=3, executor=threads).verdicts
    assert [verdict.legs for verdict in alone] == [verdict.legs for verdict in shared]


def test_blocks_counted_at_other_edges_are_other_series():
    def described(one):
        leg = first_stage(one, one.all_routes[0], one.points[0], rates=run([]).budget.divide(1), seed=0, device="cpu")
        return leg.series(Cell(2.0)).described

    narrow, wider = described(law_claim()), described(law_claim(formula=Explicit(WIDTH_LAW.expression.subs(T, 2 * T))))
    assert narrow["edges"] != wider["edges"]
    assert {**narrow, "edges": 0} == {**wider, "edges": 0}
    assert "edges" not in described(claim())


def test_a_saved_run_keeps_what_the_figure_of_a_law_needs():
    document = verdict_document(verify(law_claim()))
    point = document["points"][0]
    assert point["samples"] > 0
    assert len(point["law"]["edges"]) == len(point["law"]["theory"]) == len(point["law"]["observed"])
    largest = max(map(lambda o, t: abs(o - t), point["law"]["observed"], point["law"]["theory"]))
    assert abs(point["mean"] - point["theory"]) == pytest.approx(largest)
    assert "NaN" not in dumps(document)


def test_a_law_can_be_typed_by_hand():
    one = law_claim(resolution=0.02)
    right = with_formula(one, typed_formula(one, "atan((y - x)*d/T)/pi + 1/2"), "typed by hand")
    wrong = with_formula(one, typed_formula(one, "atan((y - x)/T)/pi + 1/2"), "typed by hand")
    assert [verify(claim).outcome for claim in (right, wrong)] == [RIGHT, WRONG]


def test_the_argument_of_a_law_is_no_parameter_of_a_point():
    one = law_claim()
    assert one.free == ("x", "T")
    with pytest.raises(ParameterError, match="y is the argument of the law"):
        one.point({"y": 1})


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: asymptotic(law=x), "kind asymptotic does not go with a law, which is tested at every size"),
        (lambda: claim(law=Symbol("v")), "the law's argument v is no parameter of the theory: x, T"),
        (lambda: law_claim(coin), "the law of the route forward cannot be tested: an indicator's law is its mean"),
        (lambda: law_claim(routes=(Route(source=form()),)), "cannot be tested: a formula draws no values"),
        (lambda: law_claim(scale=log(x)), "laws are compared in probability"),
        (lambda: pair(), "compares the main route with others"),
        (lambda: pair(routes=(Route(source=never_apart, paired=True),)), "compares the main route with others"),
        (lambda: claim(routes=(Route(source=coin, paired=True),)), "forward is paired, which goes with kind two_route"),
        (
            lambda: pair(routes=(Route(source=ratio, paired=True), Route(source=ratio))),
            "paired route reduced needs a simulator of values indicator",
        ),
        (lambda: pair(ratio, rivals=(Rival("two", x),)), "has no rivals"),
        (lambda: claim(level, kind=Kind.TWO_ROUTE, routes=(Route(source=ratio),)), "Explicit"),
    ],
)
def test_claims_about_laws_are_refused_in_one_clear_line(build, message):
    with pytest.raises(ClaimError, match=message):
        build()
