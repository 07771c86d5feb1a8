"""Least squares against the declared correction: weights, orders and bounds."""

import numpy as np
import pytest

from crosscheck import fits

LADDER = 1 / np.array([100.0, 200.0, 400.0, 800.0, 1600.0])
RATES = {"level": 1e-3, "miss": 1e-3}


def noise(error, sizes=5, allowance=0.0):
    one = np.ones(sizes)
    return fits.Noise(error * one, 4095 * one, 0 * one, allowance * one)


def test_the_intercept_of_a_line_is_recovered_whatever_its_slope():
    found = fits.limit(0.3 + 40 * LADDER, LADDER, noise(1e-3), **RATES)
    assert found.estimate == pytest.approx(0.3)
    assert found.rejected


def test_the_slope_through_the_origin_is_recovered():
    found = fits.coefficient(3 * LADDER, LADDER, noise(1e-6), **RATES)
    assert found.estimate == pytest.approx(3)


@pytest.mark.parametrize("error", [1e-2, 1e-3, 1e-4, 1e-6])
def test_the_order_depends_on_the_noise_and_never_on_the_gaps(error):
    rng = np.random.default_rng(0)
    gaps = rng.standard_normal((50, 5))
    known = fits.Noise(*(np.broadcast_to(column, gaps.shape) for column in noise(error)))
    assert len(np.unique(fits.limit(gaps, LADDER, known, **RATES).order)) == 1


def test_noisy_ladders_fit_a_line_and_precise_ones_a_parabola():
    assert fits.limit(0 * LADDER, LADDER, noise(1e-3), **RATES).order == 1
    assert fits.limit(0 * LADDER, LADDER, noise(1e-6), **RATES).order == 2


def test_two_sizes_allow_a_line_only():
    assert fits.limit(0 * LADDER[:2], LADDER[:2], noise(1e-6, 2), **RATES).order == 1
    assert fits.misfit(LADDER[:2], LADDER[:2], noise(1e-6, 2), **RATES).reject > 0


def test_what_is_left_out_enters_rejection_once_and_detection_twice():
    found = fits.limit(0 * LADDER, LADDER, noise(1e-3), **RATES)
    plain = found.reject - found.systematic
    assert found.systematic > 0
    assert found.detectable - 2 * found.systematic > plain


def test_a_common_bias_within_its_allowance_is_not_a_limit():
    biased = noise(1e-4, allowance=0.02)
    assert not fits.limit(0.02 + 0 * LADDER, LADDER, biased, **RATES).rejected
    assert fits.limit(0.08 + 0 * LADDER, LADDER, biased, **RATES).rejected


@pytest.mark.parametrize("power", [0.5, 2.0])
def test_a_drift_with_another_exponent_does_not_fit(power):
    gap = 5 * LADDER**power * LADDER[0] ** (1 - power)
    assert fits.misfit(gap, LADDER, noise(1e-5), **RATES).rejected == (power < 1)


def test_residuals_are_compared_with_chi_square():
    fine = LADDER / 1000
    found = fits.misfit(5 * fine, fine, noise(1e-3), **RATES)
    assert found.reject == pytest.approx(18.467**0.5, abs=0.02)  # tables: chi-square, 4 degrees of freedom, 1e-3


def test_a_bias_of_any_signs_within_its_allowance_is_no_misfit():
    fine, biased = LADDER / 1000, noise(1e-3, allowance=1e-3)
    plain, allowed = (fits.misfit(5 * fine, fine, known, **RATES) for known in (noise(1e-3), biased))
    assert allowed.reject - plain.reject == pytest.approx((5 / 2) ** 0.5, abs=1e-3)
    assert allowed.detectable > plain.detectable


def test_a_gap_whose_square_is_no_number_is_infinitely_far_off():
    assert fits.misfit(1e200 * LADDER**2, LADDER, noise(1e-4), **RATES).statistic == np.inf  # no warning


def test_the_fitted_exponent_points_to_the_true_one():
    found = fits.misfit(5 * LADDER**0.9, LADDER, noise(1e-4), **RATES)
    assert found.exponent == pytest.approx(-0.1, abs=0.05)


def test_gaps_of_zero_have_no_exponent_to_see():
    found = fits.misfit(0 * LADDER, LADDER, noise(1e-4), **RATES)
    assert not found.rejected
    assert found.detectable > 1e100
