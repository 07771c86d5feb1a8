"""Reasons in one line, and the samples that would decide."""

from dataclasses import replace
from math import inf, nan

import pytest

from crosscheck.budget import Rates
from crosscheck.findings import Result, arithmetic_error, conclude, gap_text, refusal, replicas_needed, skewness
from crosscheck.verdict import Measurement, Outcome

RATES = Rates(1e-3, 1e-2)
POINT = Measurement(
    size=10.0, correction=0.0, theory=-0.5, scale=0.5, mean=-0.5, standard_error=0.01, samples=4000, bias_error=0.01
)


@pytest.mark.parametrize(
    ("tested", "outcome", "ending"),
    [
        (Result(0.1, 0.01, 0.05, True), Outcome.DISAGREES, "refuted at false-alarm rate 0.001"),
        (Result(0.0, 0.001, 0.005, False), Outcome.AGREES, "a gap of 0.005 would have been seen with miss rate 0.01"),
        (
            Result(0.0, 0.01, 0.05, False),
            Outcome.INCONCLUSIVE,
            "the resolution is 0.01; 80 samples per size would decide",
        ),
        (
            Result(0.0, 0.01, inf, False),
            Outcome.INCONCLUSIVE,
            "no gap would have been seen; 80 samples per size would decide",
        ),
        (Result(nan, inf, inf, False, "too few"), Outcome.INCONCLUSIVE, "too few; 80 samples per size would decide"),
    ],
)
def test_a_finding_says_why_in_one_line(tested, outcome, ending):
    found = conclude(tested, "gap", rates=RATES, resolution=0.01, needed=lambda: 80)
    assert found.outcome is outcome
    assert found.reason.endswith(ending)
    assert found.replicas_needed == (80 if outcome is Outcome.INCONCLUSIVE else None)


def test_without_a_number_of_samples_another_remedy_is_named():
    found = conclude(Result(0.0, 0.0, 0.5, False), "gap", rates=None, resolution=0.01, otherwise="buy a larger machine")
    assert found.reason.endswith("the resolution is 0.01; buy a larger machine")


def test_gaps_are_told_in_their_unit():
    assert gap_text(0.00042, 0.0011, [POINT]) == "0.00042 +- 0.0011 of the value"
    assert gap_text(0.00042, 0.0011, [replace(POINT, scale=1.0)]) == "0.00042 +- 0.0011 of the scale"


def test_indicators_have_the_skewness_of_their_frequency():
    rare = replace(POINT, values="indicator", successes=40)
    assert skewness(rare) == pytest.approx((1 - 0.02) / (0.01 * 0.99) ** 0.5)
    assert skewness(replace(rare, successes=0)) == inf
    assert skewness(POINT) == 0.0


def test_a_mean_with_enough_samples_of_a_tame_law_is_not_refused():
    assert refusal(POINT, level=1e-7) is None


def test_the_samples_needed_shrink_the_noise_and_its_bias_error_and_nothing_else():
    needed = replicas_needed([POINT], lambda points: points[0].standard_error + points[0].bias_error, 0.002)
    assert needed == pytest.approx(400_000, rel=0.03)
    assert replicas_needed([replace(POINT, bias=0.1)], lambda points: points[0].bias, 0.01) is None


def test_arithmetic_is_never_trusted_beyond_an_ulp():
    assert arithmetic_error(replace(POINT, rounding=0.0)) == pytest.approx(2.2e-16, rel=0.01)
    assert arithmetic_error(replace(POINT, rounding=1e-9)) == pytest.approx(1e-9)
