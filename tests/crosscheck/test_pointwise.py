"""Tests of one mean: exact tails, thresholds and what they detect."""

import numpy as np
import pytest
from scipy import special

from crosscheck.pointwise import critical_counts, distortion, indicator_test, mean_test, quantile, thresholds


def binomial(n, p):
    """Probabilities of 0..n successes."""
    k = np.arange(n + 1)
    return special.binom(n, k) * p**k * (1 - p) ** (n - k)


@pytest.mark.parametrize("n", [1, 2, 7, 40])
@pytest.mark.parametrize("p", [0.0, 0.03, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("level", [1e-3, 0.02, 0.2])
def test_critical_counts_are_those_of_enumeration(n, p, level):
    law = binomial(n, p)
    at_most, at_least = np.cumsum(law), np.cumsum(law[::-1])[::-1]
    low, high = critical_counts(n, p, allowance=0.0, level=level)
    assert low == max((k for k in range(n + 1) if at_most[k] <= level), default=-1)
    assert high == min((k for k in range(n + 1) if at_least[k] <= level), default=n + 1)


@pytest.mark.parametrize("n", [12, 40])
@pytest.mark.parametrize("p", [0.2, 0.5])
def test_a_probability_at_the_detectable_gap_is_missed_as_often_as_promised(n, p):
    level, miss = 0.02, 0.05
    test = indicator_test(0, n, p, allowance=0.0, level=level, miss=miss)
    low, high = critical_counts(n, p, allowance=0.0, level=level)
    assert binomial(n, p + test.detectable_up)[: int(high)].sum() == pytest.approx(miss)
    if low >= 0:
        assert binomial(n, p - test.detectable_down)[int(low) + 1 :].sum() == pytest.approx(miss)


def test_a_theory_that_is_no_probability_is_rejected_whatever_the_count():
    assert indicator_test(10, 10, 1.2, allowance=0.0, level=1e-9, miss=1e-3).too_low
    assert indicator_test(0, 10, -0.2, allowance=0.0, level=1e-9, miss=1e-3).too_high


def test_where_no_count_rejects_the_whole_remaining_range_is_undetected():
    test = indicator_test(3, 5, 0.4, allowance=0.0, level=1e-9, miss=1e-3)
    assert not test.too_low
    assert not test.too_high
    assert test.detectable_up == pytest.approx(0.6)
    assert test.detectable_down == pytest.approx(0.4)


def test_an_allowance_weakens_an_indicator_test_twice():
    sharp = indicator_test(500, 1000, 0.5, allowance=0.0, level=1e-3, miss=1e-3)
    blunt = indicator_test(500, 1000, 0.5, allowance=0.01, level=1e-3, miss=1e-3)
    assert blunt.detectable_up - sharp.detectable_up == pytest.approx(0.02, abs=2e-3)


def test_the_t_tail_is_used_where_samples_are_few():
    assert quantile(1e-3, 5) == pytest.approx(5.893, abs=1e-3)  # Student's t tables, 5 degrees of freedom
    assert quantile(1e-3, 1e9) == pytest.approx(3.0902, abs=1e-4)


def test_skewness_widens_both_thresholds_whatever_its_sign():
    plain = thresholds(1e-3, 1e-3, 4095, 0.0)
    for skewness in (2.0, -2.0):
        skewed = thresholds(1e-3, 1e-3, 4095, skewness / 64)
        assert skewed.reject > plain.reject
        assert skewed.detect - skewed.reject > plain.detect - plain.reject


def test_distortion_falls_with_the_root_of_the_samples():
    assert distortion(1e-3, 2 / 100) == pytest.approx(2 * distortion(1e-3, 2 / 200))


def test_an_allowance_counts_once_against_rejection_and_twice_in_what_is_seen():
    settings = {"samples": 4096, "skewness": 0.0, "level": 1e-3, "miss": 1e-3}
    sharp = mean_test(0.0, 0.01, allowance=0.0, **settings)
    edge = thresholds(1e-3, 1e-3, 4095, 0.0).reject * 0.01
    assert not mean_test(0.99 * edge + 0.1, 0.01, allowance=0.1, **settings).too_high
    assert mean_test(1.01 * edge + 0.1, 0.01, allowance=0.1, **settings).too_high
    assert mean_test(-1.01 * edge - 0.1, 0.01, allowance=0.1, **settings).too_low
    assert mean_test(0.0, 0.01, allowance=0.1, **settings).detectable_up == pytest.approx(sharp.detectable_up + 0.2)
