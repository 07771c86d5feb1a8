"""Asymptotic claims with an exact finite-size law: limit, exponent and coefficient without noise."""

from math import exp, log

import numpy as np
import pytest

from crosscheck.budget import Rates
from crosscheck.judge import judge, shifted
from crosscheck.verdict import Kind, Measurement, Outcome

RATES = Rates(1e-3, 1e-3)
SIZES = [2**k for k in range(8, 19)]


def law(gap, *, sizes=SIZES, rounding=1e-14, predicted=None):
    return [
        Measurement(
            size=N,
            correction=1 / N,
            theory=0.6,
            scale=0.6,
            mean=0.6 * (1 + gap(N)),
            standard_error=0.0,
            samples=1,
            values="exact",
            rounding=rounding,
            next_order=None if predicted is None else 0.6 * predicted(N),
        )
        for N in sizes
    ]


HIDDEN = (lambda N: 1 / N, lambda N: 1 / N if N > 1000 else 0.5)


def judged(points):
    return judge(points, kind=Kind.ASYMPTOTIC, rates=RATES)


def test_a_right_law_agrees_in_limit_exponent_and_coefficient():
    found = judged(law(lambda N: 1.5 / N - 4 / N**2, predicted=lambda N: 1.5 / N))
    assert found.limit.outcome is found.rate.outcome is Outcome.AGREES
    assert found.limit.detectable <= 2e-4
    assert "g^1.0000" in found.rate.reason
    assert "coefficient of g is 1 " in found.rate.reason


@pytest.mark.parametrize("factor", [1.1, 0.9, -1.0, 2.0])
def test_a_coefficient_off_by_a_tenth_or_more_is_refuted(factor):
    found = judged(law(lambda N: 1.5 / N - 4 / N**2, predicted=lambda N: factor * 1.5 / N))
    assert found.limit.outcome is Outcome.AGREES
    assert found.rate.outcome is Outcome.DISAGREES
    assert found.outcome is Outcome.DISAGREES


@pytest.mark.parametrize("by", [0.02, -0.02, 0.001])
def test_a_wrong_limit_is_refuted_far_below_the_resolution(by):
    assert judged(shifted(law(lambda N: 1.5 / N), by)).limit.outcome is Outcome.DISAGREES


@pytest.mark.parametrize("gap", [lambda N: 1.5 / N**0.5, lambda N: log(N) / N, lambda N: 0.1 + 1 / N])
def test_a_slower_approach_than_declared_is_refuted(gap):
    found = judged(law(gap))
    assert found.rate.outcome is Outcome.DISAGREES
    assert "the gap falls like g^" in found.rate.reason


def test_an_offset_far_below_the_resolution_refutes_nothing():
    found = judged(law(lambda N: 5e-5 + 1.5 / N)).limit
    assert found.outcome is Outcome.AGREES
    assert found.detectable >= 5e-5


def test_a_logarithm_does_not_make_a_right_limit_wrong():
    assert judged(law(lambda N: log(N) / N)).limit.outcome is Outcome.AGREES


def test_a_faster_approach_refutes_nothing_and_is_reported():
    found = judged(law(lambda N: 2 / N**2))
    assert found.rate.outcome is Outcome.INCONCLUSIVE
    assert found.rate.reason.endswith("would have been seen; faster than declared")
    assert found.outcome is Outcome.AGREES


def test_a_gap_below_the_rounding_shows_no_rate():
    found = judged(law(lambda N: 0.0))
    assert found.limit.outcome is Outcome.AGREES
    assert found.rate.outcome is Outcome.INCONCLUSIVE
    assert judged(law(lambda N: 0.0, predicted=lambda N: 0.0)).rate.outcome is Outcome.AGREES


def test_sizes_at_which_g_is_above_one_are_left_out_whatever_their_gaps():
    """exp(-1000/N) hides the drift 1/N of 1000/N in every power until N is large."""
    one, other = ([Measurement(**{**vars(p), "correction": 1000 * p.correction}) for p in law(g)] for g in HIDDEN)
    assert judged(one).limit == judged(other).limit
    assert "9 sizes" in judged(one).limit.reason


def test_a_ladder_that_ends_where_g_is_too_large_to_expand_in_decides_nothing():
    """The gap saturates at these sizes: its own exponent, 0.06, would pass for a refutation."""
    points = [Measurement(**{**vars(p), "correction": 2e7 * p.correction}) for p in law(lambda N: 1 / (1 + N / 2e7))]
    found = judged(points)
    assert found.outcome is found.rate.outcome is Outcome.INCONCLUSIVE
    assert "too large to expand in; sizes up to about 1e+08 would decide" in found.limit.reason


def test_a_gap_that_changes_sign_is_followed_beyond_the_change():
    found = judged(law(lambda N: 1 / N - 700 / N**2))
    assert found.outcome is Outcome.AGREES
    assert found.rate.outcome is Outcome.AGREES


def test_three_sizes_are_too_few():
    found = judged(law(lambda N: 1 / N, sizes=SIZES[:3]))
    assert found.limit.outcome is Outcome.INCONCLUSIVE
    assert "more sizes would decide" in found.limit.reason


SHAPES = [
    lambda N, a: a[0] / N + a[1] / N**2 + a[2] / N**3,
    lambda N, a: a[0] / N + 3 * a[1] / N**2 + 10 * a[2] / N**3,
    lambda N, a: a[0] / N + a[1] / N**1.5,
    lambda N, a: a[0] / N + a[1] * log(N) / N**2,
    lambda N, a: a[0] / N + a[1] * exp(-N / 5),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("sizes", [SIZES, [16, 64, 256, 1024, 4096], [100, 200, 400, 800, 1600]])
def test_right_laws_with_random_coefficients_are_never_refuted(shape, sizes):
    rng = np.random.default_rng(3)
    for a in 2 * rng.standard_normal((40, 3)):
        rounding = 1e-13 * rng.uniform(-1, 1)
        found = judged(law(lambda N, a=a, r=rounding: shape(N, a) + r, sizes=sizes, rounding=1e-13))
        assert found.outcome is not Outcome.DISAGREES


def test_no_error_rate_is_claimed_where_there_is_no_chance():
    found = judged(law(lambda N: 1 / N))
    assert "rate" not in found.limit.reason
