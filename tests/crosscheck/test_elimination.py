"""Limits of noise-free sequences."""

from math import inf, log, sqrt, tanh

import pytest

from crosscheck.elimination import eliminate

LADDER = [2.0**-k for k in range(4, 12)]


def limit_of(f, ladder=LADDER, rounding=1e-15):
    return eliminate(ladder, [f(g) for g in ladder], [rounding] * len(ladder))


def test_polynomials_are_eliminated_exactly():
    found = limit_of(lambda g: 0.3 + 2 * g - 7 * g**2 + 11 * g**3)
    assert found.value == pytest.approx(0.3, abs=1e-12)
    assert found.error < 1e-12


@pytest.mark.parametrize(
    "drift",
    [
        lambda g: 2 * g - 9 * g**2 / (1 + 5 * g),
        lambda g: g * log(1 / g),
        lambda g: g + 3 * g**1.5,
        lambda g: g - g**2 * log(g),
        lambda g: 0.0,
    ],
)
def test_the_stated_error_bounds_the_true_one(drift):
    found = limit_of(lambda g: 0.3 + drift(g))
    assert abs(found.value - 0.3) <= found.error


def test_rounding_is_amplified_with_the_order():
    exact, coarse = limit_of(lambda g: 1 + g + g**2), limit_of(lambda g: 1 + g + g**2, rounding=1e-6)
    assert coarse.error > 1e-6 > exact.error


def test_a_drift_slower_than_any_power_is_not_called_converged():
    assert limit_of(lambda g: sqrt(g)).error > 1e-3


def test_what_is_flat_at_large_g_is_not_called_converged_while_it_moves_on_at_smaller_g():
    """f = 0.3 + tanh(64 g) is 1.3 to six digits at the first four sizes, and falls to 0.3 afterwards."""
    ladder = [2.0**-k for k in range(12)]
    found = limit_of(lambda g: 0.3 + tanh(64 * g), ladder)
    assert abs(found.value - 0.3) <= found.error


def test_noise_at_the_smallest_g_does_not_spoil_what_larger_ones_say():
    found = eliminate(LADDER, [1 + g + (1e-3 if g == LADDER[-1] else 0) for g in LADDER], [1e-12] * 7 + [1e-3])
    assert found.value == pytest.approx(1, abs=1e-10)
    assert found.error < 1e-9


def test_three_sizes_are_too_few_to_know_the_error():
    assert limit_of(lambda g: g, ladder=LADDER[:3]).error == inf
