"""Means and standard errors: their formulas by hand, their coverage by repetition."""

import math

import numpy as np
import pytest
import torch
from scipy import signal, stats

from numerics.estimate import from_chains, from_samples, from_sums, jackknife
from numerics.sums import BlockSums, of_values


def test_three_samples_by_hand():
    found = from_samples(np.array([1.0, 2.0, 6.0]), seed=4)
    assert (found.mean, found.samples, found.seed) == (3.0, 3, 4)
    assert found.standard_error == pytest.approx(math.sqrt(7 / 3))
    assert found.skewness == pytest.approx(stats.skew([1, 2, 6]))


def test_tensors_of_either_precision_are_accumulated_in_double():
    found = from_samples(torch.full((3,), 0.1, dtype=torch.float32))
    assert found.mean == pytest.approx(float(np.float32(0.1)), rel=1e-15)
    assert (found.dtype, found.device) == ("float64", "cpu")


def test_one_sample_has_an_infinite_error():
    assert from_samples(np.array([2.0])).standard_error == math.inf
    assert from_sums(of_values(np.array([[2.0, 3.0]])), order=1).bias_error == math.inf
    assert from_sums(of_values(np.array([4.0])), moment=2).mean == 2.0


def test_constant_samples_have_no_skewness():
    found = from_samples(np.full(5, 2.0))
    assert (found.standard_error, found.skewness) == (0.0, 0.0)


@pytest.mark.parametrize("bad", [np.zeros(0), np.zeros((2, 2))])
def test_samples_of_another_shape_are_refused(bad):
    with pytest.raises((ValueError, TypeError)):
        from_samples(bad)


def test_values_that_are_not_finite_are_refused():
    with pytest.raises(ValueError, match="1 of 2 values are not finite"):
        from_samples(np.array([1.0, math.nan]))


def test_a_second_moment_is_estimated_by_the_delta_method():
    found = from_sums(BlockSums(100, 900.0, 99 * 4.0, 0.0), moment=2)
    assert found.standard_error == pytest.approx(0.2 / (2 * 3))
    assert found.mean == pytest.approx(3 + 0.2**2 / (8 * 27))


def test_the_order_of_a_step_divides_its_bias():
    sums = BlockSums(10, 10.0, 9.0, 0.0, coarse=16.0, difference_squares=0.9)
    assert from_sums(sums, order=1).bias == pytest.approx(0.6)
    assert from_sums(sums, order=2).bias == pytest.approx(0.2)
    assert from_sums(sums, order=2).bias_error == pytest.approx(math.sqrt(0.1 / 10) / 3)


def test_the_jackknife_of_a_mean_is_the_mean():
    values = np.random.default_rng(0).standard_normal((777, 2))
    found, direct = jackknife(values, lambda mean: float(mean[0])), from_samples(values[:, 0])
    assert found.mean == pytest.approx(direct.mean, abs=1e-14)
    assert found.standard_error == pytest.approx(direct.standard_error, rel=1e-12)
    assert found.samples == 777


@pytest.mark.parametrize("count", [40, 999, 1001, 2500])
def test_the_jackknife_of_a_square_is_the_unbiased_one(count):
    """mean^2 - variance/count is the unbiased estimate of the square: exactly for groups of one replica."""
    values = np.random.default_rng(1).standard_normal(count) + 1
    unbiased = values.mean() ** 2 - values.var(ddof=1) / count
    groups = min(count, 1000)
    found = jackknife(torch.from_numpy(values), lambda mean: float(mean) ** 2)
    assert found.mean == pytest.approx(unbiased, abs=1e-12 if count <= 1000 else 5 * math.sqrt(2 / groups) / count)
    assert found.standard_error == pytest.approx(2 * values.std() / math.sqrt(count), rel=0.35)


def test_the_jackknife_agrees_with_the_delta_method_for_a_root():
    values = np.random.default_rng(2).standard_normal(800) ** 2
    found, delta = jackknife(values, lambda mean: math.sqrt(mean)), from_sums(of_values(values), moment=2)
    assert found.mean == pytest.approx(delta.mean, abs=1e-5)
    assert found.standard_error == pytest.approx(delta.standard_error, rel=0.01)


def test_the_jackknife_needs_two_replicas():
    with pytest.raises(ValueError, match="1 replicas were given, needs 2"):
        jackknife(np.ones((1, 1)), lambda mean: float(mean[0]))


def chains(count: int, steps: int, rho: float, seed: int) -> np.ndarray:
    """Stationary first-order autoregression of variance 1 and autocorrelation time (1 + rho)/(1 - rho)."""
    rng = np.random.default_rng(seed)
    noise = rng.standard_normal((count, steps)) * math.sqrt(1 - rho**2)
    noise[:, 0] /= math.sqrt(1 - rho**2)
    return signal.lfilter([1], [1, -rho], noise, axis=1)


@pytest.mark.parametrize(("count", "rho"), [(1, 0.8), (8, 0.8), (8, 0.0), (100, 0.8)])
def test_errors_of_correlated_chains_cover(count, rho):
    steps = 8000 // count * (1 if count < 64 else 4)
    found = [from_chains(chains(count, steps, rho, seed)) for seed in range(100)]
    true = math.sqrt((1 + rho) / (1 - rho) / (count * steps))
    assert np.mean([one.standard_error for one in found]) == pytest.approx(true, rel=0.12)
    inside = sum(abs(one.mean) < 2 * one.standard_error for one in found)
    assert stats.binomtest(inside, 100, 0.9545).pvalue > 1e-6


def test_the_effective_number_of_samples_is_reported():
    found = from_chains(chains(4, 20_000, 0.8, 0))
    assert found.samples == pytest.approx(80_000 / 9, rel=0.15)


def test_short_chains_are_refused_with_the_length_they_need():
    with pytest.raises(ValueError, match="have autocorrelation time"):
        from_chains(chains(2, 100, 0.98, 0))


def test_constant_chains_have_no_error():
    assert from_chains(np.ones((2, 10))).standard_error == 0


def test_a_single_value_is_no_chain():
    with pytest.raises(ValueError, match="two values at least"):
        from_chains(np.ones((1, 1)))
