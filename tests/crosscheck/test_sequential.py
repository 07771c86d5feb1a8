"""Looks in the engine: they double, they spend the error as promised, and they stop early both ways."""

from dataclasses import replace

import pytest
from scipy import stats
from sympy import Rational

from crosscheck.budget import CONFIRMATION, Rates, next_look
from crosscheck.claim import Route
from crosscheck.engine import looked_at, run
from crosscheck.judge import judge
from crosscheck.leg import FIRST_LOOK, Leg, first_stage
from crosscheck.verdict import Kind, Measurement, Outcome
from tests.crosscheck.toy import claim, coin, level
from theory.notation import T, x

RATES = Rates(1e-3, 1e-2)


def staged(one, *, rates=RATES) -> Leg:
    return first_stage(one, one.all_routes[0], one.points[0], rates=rates, seed=4, device="cpu")


def looks_of(one, **options) -> list[Leg]:
    """The leg as it stood at each look that was taken."""
    leg, seen = staged(one, **options), []

    def remember(event):
        if leg.measurements and (not seen or seen[-1].measurements != leg.measurements):
            seen.append(replace(leg))

    looked_at([leg], confirm=False, progress=remember)
    return seen


def test_planned_looks_double_and_the_last_takes_half_of_both_rates():
    leg = staged(claim())
    assert leg.plan[0] == FIRST_LOOK
    assert all(later == 2 * earlier for earlier, later in zip(leg.plan, leg.plan[1:], strict=False))
    shares = [RATES.spend(look, len(leg.plan)) for look in range(len(leg.plan))]
    assert shares[-1].false_alarm == pytest.approx(RATES.false_alarm / 2)
    assert shares[-1].miss == pytest.approx(RATES.miss / 2)
    assert sum(share.false_alarm for share in shares) == pytest.approx(RATES.false_alarm)
    assert sum(share.miss for share in shares) == pytest.approx(RATES.miss)
    assert len({share.false_alarm for share in shares[:-1]}) == 1


def test_a_large_gap_is_refuted_at_the_first_look():
    (only,) = looks_of(claim(expression=x * Rational(11, 10)))
    assert only.judgement.outcome is Outcome.DISAGREES
    assert {point.samples for point in only.measurements} == {FIRST_LOOK * 4}  # one block holds more than a first look


def test_a_large_gap_costs_fifty_times_fewer_samples_than_the_size_that_sees_the_resolution():
    """A gap of 5 % where 0.1 % matters; the samples of the confirmation are counted."""
    fixed = looks_of(claim(resolution=0.001, ladder=(2,)))[-1].measurements[0].samples
    refuted = run([claim(expression=x * Rational(105, 100), resolution=0.001, ladder=(2,))])
    (leg,) = refuted.legs[0]
    assert refuted.outcome is Outcome.DISAGREES
    assert leg.stage == "confirmation"
    assert fixed > 50 * leg.measurements[0].samples * (1 + 1 / CONFIRMATION)


def test_agreement_stops_at_the_first_look_that_could_have_seen_the_resolution():
    seen = looks_of(claim(resolution=0.005))
    assert len(seen) > 1
    *before, last = seen
    assert all(leg.judgement.limit.detectable > 0.005 for leg in before)
    assert all(leg.judgement.outcome is Outcome.INCONCLUSIVE for leg in before)
    assert last.judgement.outcome is Outcome.AGREES
    assert last.judgement.limit.detectable <= 0.005
    assert max(point.samples for point in last.measurements) < last.plan[-1]


def test_looks_that_could_not_decide_are_skipped():
    first, *later = looks_of(claim(resolution=0.005))
    needed = first.judgement.limit.replicas_needed
    assert needed is not None
    assert first.look == next_look(first.plan, 0, needed=needed) > 1  # already the look to be taken next
    assert first.plan[first.look] >= needed > first.plan[first.look - 1]
    assert len(later) < first.look


def test_frequencies_are_refuted_by_their_exact_binomial_tail_at_every_look():
    """The judge's edge is where scipy's binomial law puts it, at the level of each look."""
    p, n, looks = 0.01, 4096, 5
    for look in range(looks):
        level = RATES.spend(look, looks).false_alarm / 2
        edge = int(stats.binom.isf(level, n, p)) + 1  # P(count >= edge) <= level
        assert stats.binom.sf(edge - 1, n, p) <= level < stats.binom.sf(edge - 2, n, p)
        for count, refuted in ((edge, True), (edge - 1, False)):
            point = Measurement(
                size=1, correction=0, theory=p, scale=p, mean=count / n, standard_error=1e-3, samples=n,
                values="indicator", successes=count,
            )  # fmt: skip
            found = judge([point], kind=Kind.EXACT, rates=RATES, look=look, looks=looks)
            assert (found.outcome is Outcome.DISAGREES) is refuted


def test_frequencies_are_looked_at_by_counts_in_the_engine():
    (leg,) = run([claim(coin, T / (1 + T))]).legs[0]
    assert all(point.values == "indicator" and point.successes is not None for point in leg.measurements)


def test_the_last_look_is_the_most_that_a_route_may_spend():
    poor = claim(level, resolution=1e-5, routes=())
    leg = first_stage(
        poor, Route(source=level, replicas=3 * FIRST_LOOK), poor.points[0], rates=RATES, seed=0, device="cpu"
    )
    looked_at([leg], confirm=False)
    assert leg.plan == (FIRST_LOOK, 2 * FIRST_LOOK, 3 * FIRST_LOOK)
    assert leg.look == 2
    assert leg.judgement.outcome is Outcome.INCONCLUSIVE
