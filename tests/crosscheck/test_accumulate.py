"""Nights added up: the promise at any time, the power, and what must not add up."""

from dataclasses import replace
from math import log, sqrt
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import binom

from crosscheck import nulls
from crosscheck.accumulate import (
    BIAS_SHARE,
    HORIZON,
    MARGIN,
    Plan,
    accumulated,
    course_of_means,
    evidence_of_counts,
    planned,
)
from crosscheck.verdict import Kind, Measurement, Outcome

LEVEL, TRIALS, NIGHTS, SAMPLES, ERROR = 1e-2, 2000, 100, 4096, 0.0055
LADDER = 1 / np.array([100.0, 200.0, 400.0, 800.0])
EXACT, ASYMPTOTIC, BOUND = Kind.EXACT, Kind.ASYMPTOTIC, Kind.BOUND
RIGHT, WRONG, OPEN = Outcome.AGREES, Outcome.DISAGREES, Outcome.INCONCLUSIVE


def night(gaps, *, error=ERROR, corrections=None, **changes):
    """The measurements of one night, of a theory that is 1."""
    g = np.zeros(len(gaps)) if corrections is None else corrections
    one = {"theory": 1.0, "scale": 1.0, "standard_error": error, "samples": SAMPLES} | changes
    return [Measurement(size=2.0**k, correction=g[k], mean=1 + gap, **one) for k, gap in enumerate(gaps)]


def limits(gaps, **changes):
    return night(gaps, corrections=LADDER, **changes)


def drawn(plan, *, mean=0.0, nights=NIGHTS, trials=TRIALS, seed=1):
    """The course of many accumulations of gaussian nights whose gaps have this mean."""
    shape = (trials, nights + 1, plan.weights.shape[1])
    seen = nulls.gaussian_summary(np.random.default_rng(seed), shape, SAMPLES)
    unit = ERROR * sqrt(SAMPLES)
    return course_of_means(
        plan, seen.mean * unit + mean, seen.error * unit, np.full(shape, float(SAMPLES)), seen.skewness
    )


def alarms(course, plan) -> int:
    return int((course.evidence >= log(1 / plan.level)).any(-1).sum())


def kept(count: int, *, trials: int = TRIALS, level: float = LEVEL) -> bool:
    """Whether so many false alarms do not refute the promise."""
    return bool(binom.sf(count - 1, trials, level) > 1e-3)


PLANS = {
    "exact": planned(night([0.0] * 3), kind=EXACT, level=LEVEL),
    "asymptotic": planned(limits([0.0] * 4), kind=ASYMPTOTIC, level=LEVEL),
    "bound": planned(night([0.0] * 3), kind=BOUND, level=LEVEL),
}


@pytest.mark.parametrize("kind", PLANS)
def test_looking_at_every_one_of_a_hundred_nights_keeps_the_promise(kind):
    assert kept(alarms(drawn(PLANS[kind]), PLANS[kind]))


def test_the_usual_test_of_the_same_nights_does_not_keep_it():
    course = drawn(PLANS["asymptotic"])
    peeking = (np.abs(course.gap / course.error) > 2.576).any((-1, -2)).sum()
    assert not kept(int(peeking))


@pytest.mark.parametrize("sign", [-1, 1])
def test_the_largest_drift_that_a_fit_may_leave_out_never_adds_up(sign):
    plan = PLANS["asymptotic"]
    assert plan.allowance[0] > 0
    worst = sign * plan.allowance[0] * np.sign(plan.weights[0]) / np.abs(plan.weights[0]).sum()
    course = drawn(plan, mean=worst, nights=1000, trials=200)
    assert np.abs(course.gap[:, -1, 0]).mean() == pytest.approx(plan.allowance[0], rel=0.2)
    assert kept(alarms(course, plan), trials=200)
    ungranted = Plan(plan.weights, 0 * plan.allowance, plan.width, plan.sides, plan.level)
    assert not kept(alarms(drawn(ungranted, mean=worst, nights=1000, trials=200), ungranted), trials=200)


@pytest.mark.parametrize("kind", ["exact", "asymptotic"])
def test_the_confidence_sequence_holds_the_truth_at_all_nights_at_once(kind):
    plan = PLANS[kind]
    course = drawn(plan, mean=0.003)
    outside = ((course.low > 0.003) | (course.high < 0.003)).any((-1, -2)).sum()
    assert kept(int(outside))


def test_skewed_indicators_of_a_limit_keep_the_promise():
    p, plan = 0.01, PLANS["asymptotic"]
    shape = (TRIALS, NIGHTS + 1, 4)
    f = np.random.default_rng(2).binomial(SAMPLES, p, shape) / SAMPLES
    unit = ERROR * sqrt(SAMPLES) / sqrt(p * (1 - p))
    error = np.sqrt(f * (1 - f) / (SAMPLES - 1)) * unit
    skew = (1 - 2 * f) / np.sqrt(f * (1 - f))
    course = course_of_means(plan, (f - p) * unit, error, np.full(shape, float(SAMPLES)), skew)
    assert kept(alarms(course, plan))


@pytest.mark.parametrize(("p", "allowance"), [(0.002, 0.0), (0.3, 0.01)])
def test_frequencies_keep_the_promise_exactly(p, allowance):
    successes = np.random.default_rng(3).binomial(SAMPLES, p + allowance, (TRIALS, NIGHTS, 1)).astype(float)
    samples = np.full(successes.shape, float(SAMPLES))
    plan = planned(night([0.0]), kind=EXACT, level=LEVEL)
    found = evidence_of_counts(plan, successes, samples, np.array([p]), np.array([allowance]))
    assert kept(int((found >= log(1 / plan.level)).any(-1).sum()))
    if allowance:
        bare = evidence_of_counts(plan, successes[:50], samples[:50], np.array([p]), np.zeros(1))
        assert (bare[:, -1] >= log(1 / plan.level)).all()


@pytest.mark.slow
def test_exponential_replicas_keep_the_promise():
    plan, done, rng = planned(night([0.0]), kind=EXACT, level=LEVEL), 0, np.random.default_rng(4)
    unit = ERROR * sqrt(SAMPLES)
    for _ in range(TRIALS):
        seen = nulls.summary(rng.standard_exponential((NIGHTS + 1, SAMPLES)) - 1)
        gap, error, skew = (column[:, None] for column in (seen.mean * unit, seen.error * unit, seen.skewness))
        done += alarms(course_of_means(plan, gap, error, np.full(gap.shape, float(SAMPLES)), skew), plan)
    assert kept(done)


def nights(count, gap, *, make=night, sizes=3, seed=7, **changes):
    rng = np.random.default_rng(seed)
    return [make(gap + ERROR * rng.standard_normal(sizes), **changes) for _ in range(count)]


def found(seen, *, kind=EXACT, level=5e-5, resolution=0.01):
    return accumulated(seen, kind=kind, level=level, resolution=resolution, route="forward")


def test_a_gap_of_one_standard_error_of_a_night_is_seen_by_night_sixty():
    plan = planned(night([0.0]), kind=EXACT, level=5e-5)
    course = drawn(plan, mean=ERROR, nights=59)
    assert (course.evidence >= log(1 / plan.level)).any(-1).mean() > 0.9


def test_a_small_gap_is_refuted_on_a_night_that_is_never_forgotten():
    wrong = nights(60, 0.0055)
    early, late = found(wrong[:5]), found(wrong)
    assert (early.outcome, late.outcome) == (OPEN, WRONG)
    assert "refuted on night" in late.reason
    assert late.e_value >= 1 / late.level
    assert late.gap == pytest.approx(0.0055, abs=4 * late.error)
    later = found(wrong + nights(60, -0.0055, seed=8))
    assert abs(later.gap) < 3 * later.error, "the other nights have made good for it"
    assert later.outcome is WRONG


def test_a_right_formula_agrees_once_the_confidence_sequence_is_within_the_resolution():
    right = nights(60, 0.0)
    early, late = found(right[:3]), found(right)
    assert (early.outcome, late.outcome) == (OPEN, RIGHT)
    assert "nights would decide" in early.reason
    assert late.radius <= 0.01 < early.radius
    assert late.e_value < 1 / late.level


def test_the_nights_that_are_said_to_decide_do_decide():
    right = nights(400, 0.0)
    early = found(right[:5], resolution=0.004)
    needed = float(early.reason.split("about ")[1].split(" nights")[0])
    assert found(right[: round(1.5 * needed)], resolution=0.004).outcome is RIGHT
    assert found(right[: round(0.5 * needed)], resolution=0.004).outcome is OPEN


def test_the_gaps_of_the_first_night_do_not_count():
    right = nights(30, 0.0)
    moved = [[replace(point, mean=point.mean + 0.3) for point in right[0]], *right[1:]]
    one, other = found(right), found(moved)
    assert replace(one, reason="") == replace(other, reason="")
    only = found(moved[:1])
    assert (only.outcome, only.nights, only.e_value) == (OPEN, 1, 1.0)


def test_a_limit_is_judged_and_not_the_gaps_at_finite_size():
    drifting = 3 * LADDER
    assert found(nights(60, drifting, make=limits, sizes=4), kind=ASYMPTOTIC).outcome is not WRONG
    assert found(nights(60, drifting, sizes=4), kind=EXACT).outcome is WRONG
    assert found(nights(60, drifting + 0.012, make=limits, sizes=4), kind=ASYMPTOTIC).outcome is WRONG


def test_the_order_of_the_sizes_does_not_matter():
    seen = nights(20, 0.002, make=limits, sizes=4)
    assert found([one[::-1] for one in seen], kind=ASYMPTOTIC) == found(seen, kind=ASYMPTOTIC)


def test_a_bound_may_be_exceeded_but_not_undercut():
    assert found(nights(60, 0.02), kind=BOUND).outcome is RIGHT
    assert found(nights(60, -0.0055), kind=BOUND).outcome is WRONG


def test_a_time_step_bias_is_granted_every_night():
    seen = [night(row, bias=0.0055, bias_error=1e-5) for row in 0.0055 + np.zeros((200, 1))]
    assert found(seen).outcome is not WRONG
    assert found([night(row) for row in 0.0055 + np.zeros((200, 1))]).outcome is WRONG


def flipped(successes, *, theory, samples=SAMPLES):
    """The frequency at one size, with its error."""
    error = sqrt(successes * (samples - successes) / samples**3)
    one = {"theory": theory, "scale": theory, "standard_error": error, "samples": samples}
    return {"mean": successes / samples, "values": "indicator", "successes": successes, **one}


def indicators(count, p, *, theory, seed=11):
    counts = np.random.default_rng(seed).binomial(SAMPLES, p, (count, 2)).tolist()
    return [
        [Measurement(size=2.0**i, correction=0.0, **flipped(k, theory=theory)) for i, k in enumerate(row)]
        for row in counts
    ]


def test_frequencies_are_judged_by_their_own_martingale():
    wrong = found(indicators(60, 0.3 * 1.02, theory=0.3))
    right = found(indicators(60, 0.3, theory=0.3), resolution=0.03)
    assert (wrong.outcome, right.outcome) == (WRONG, RIGHT)
    assert right.radius < 0.02
    assert found(indicators(60, 0.0, theory=0.0 + 0.01)).outcome is WRONG


def test_the_means_and_the_counts_of_indicators_tell_the_same():
    seen = indicators(60, 0.5, theory=0.5)
    as_real = [[replace(point, values="real", successes=None) for point in one] for one in seen]
    exact, mean = found(seen), found(as_real)
    assert exact.radius == pytest.approx(mean.radius, rel=0.05)
    assert log(exact.e_value) == pytest.approx(log(mean.e_value), abs=0.5)


def test_a_first_night_that_cannot_be_judged_is_passed_over():
    blind = night([0.0] * 3, error=0.0)
    right = nights(30, 0.0)
    assert found([blind]).reason.startswith("all 4096 samples")
    assert replace(found([blind, *right]), reason="", nights=0, history=()) == replace(
        found(right), reason="", nights=0, history=()
    )


@pytest.mark.parametrize(
    ("one", "kind", "reason"),
    [
        (night([0.0], tail=4.0), EXACT, "tail index 4"),
        (night([0.0], samples=100), EXACT, "fewer than 2048"),
        (night([0.0, 0.0]), ASYMPTOTIC, "two sizes"),
        (night([0.0, 0.0], corrections=np.array([0.9, 0.5])), ASYMPTOTIC, "too large to expand"),
        (night([0.0], values="exact"), EXACT, "only means and frequencies"),
    ],
)
def test_what_cannot_be_judged_is_never_judged(one, kind, reason):
    answer = found([one] * 5, kind=kind)
    assert answer.outcome is OPEN
    assert reason in answer.reason


def test_an_impossible_probability_is_refuted_at_once():
    assert found(indicators(3, 0.5, theory=1.2)).outcome is WRONG


def test_the_explanation_names_the_constants():
    page = (Path(__file__).parents[2] / "docs" / "explanation" / "accumulated-evidence.md").read_text("utf-8")
    assert f"sharpest at night {HORIZON};" in page
    assert f"enlarged by {MARGIN:g} standard errors" in page
    assert BIAS_SHARE == 0.1
    assert "A tenth of each share pays for the bound on the time-step bias." in page


def test_the_answer_is_plain_data():
    document = found(nights(4, 0.0)).to_json()
    assert document["nights"] == 4
    assert [row[0] for row in document["history"]] == [2, 3, 4]
