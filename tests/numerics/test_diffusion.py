"""The forward and reverse Ornstein-Uhlenbeck processes against Gaussian data, where every step is known."""

import math
from itertools import pairwise

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from numerics.diffusion import (
    euler_maruyama,
    geometric_grid,
    linear_exact,
    noised,
    pure_noise,
    reverse,
    reverse_pair,
    uniform_grid,
    variance,
)
from numerics.seeds import generator
from numerics.simulator import ParameterError

T, SPREAD = 0.83, 1.7
grids = st.lists(st.floats(1e-3, 6), min_size=2, max_size=8, unique=True).map(lambda g: tuple(sorted(g, reverse=True)))


def stream(block: int = 0) -> torch.Generator:
    return generator("diffusion", seed=0, block=block)


def gamma(t: float, c: float) -> float:
    """Variance at time t of data of variance c."""
    return T + (c - T) * math.exp(-2 * t)


def end_variance(scheme, times, start, slope):
    """Variance at the end of a grid for drive(y, t) = slope(t) y: v <- (factor + force slope)^2 v + noise^2."""
    v = start
    for t, t_next in pairwise(times):
        factor, force, noise = scheme.coefficients(t, t_next)
        v = (factor + force * slope(t)) ** 2 * v + noise**2
    return v


@given(st.floats(0, 20))
def test_the_noise_grows_from_nothing_to_the_temperature(t):
    assert variance(t, T=T) == pytest.approx(T * (1 - math.exp(-2 * t)), rel=1e-9, abs=1e-15)


def test_the_variance_of_a_short_time_keeps_its_digits():
    assert variance(1e-12, T=T) == pytest.approx(2e-12 * T, rel=1e-11)


def test_noised_data_have_their_mean_and_variance():
    x = noised(torch.full((200_000,), 2.0, dtype=torch.float64), t=0.4, T=T, generator=stream())
    delta = variance(0.4, T=T)
    assert abs(float(x.mean()) - 2 * math.exp(-0.4)) < 5 * math.sqrt(delta / 200_000)
    assert float(x.var()) == pytest.approx(delta, rel=5 * math.sqrt(2 / 200_000))


def test_data_at_time_zero_are_not_changed():
    a = torch.randn(3, 4, dtype=torch.float64, generator=stream())
    assert torch.equal(noised(a, t=0, T=T, generator=stream(1)), a)


def test_pure_noise_has_the_temperature_as_variance():
    x = pure_noise(1000, 100, T=T, generator=stream())
    assert stats.kstest((x / math.sqrt(T)).flatten().numpy(), "norm").pvalue > 1e-6


@given(grids, st.floats(0, 5), st.floats(0.1, 3))
def test_the_linear_scheme_carries_gaussian_data_exactly_over_any_grid(times, spread, temperature):
    scheme = linear_exact(lambda y, t: y, T=temperature, spread=spread)
    law = [temperature + (spread - temperature) * math.exp(-2 * t) for t in (times[0], times[-1])]
    assert end_variance(scheme, times, law[0], lambda t: 0.0) == pytest.approx(law[1], rel=1e-12)
    mean = math.exp(-times[0])
    for t, t_next in pairwise(times):
        factor, force, _ = scheme.coefficients(t, t_next)
        mean = factor * mean + force  # centre 1
    assert mean == pytest.approx(math.exp(-times[-1]), rel=1e-12)


def test_a_single_datum_is_reached_exactly():
    """n = 1: the centre is the datum, and at time 0 every path ends on it."""
    scheme = linear_exact(lambda y, t: torch.full_like(y, 1.5), T=T)
    y = reverse(
        pure_noise(1000, T=T, generator=stream()), scheme=scheme, times=(3.0, 1.0, 0.2, 0.0), generator=stream(1)
    )
    assert torch.equal(y, torch.full_like(y, 1.5))


def test_the_linear_scheme_draws_gaussian_data():
    scheme = linear_exact(lambda y, t: torch.full_like(y, -0.7), T=T, spread=SPREAD)
    y = noised(torch.full((100_000,), -0.7, dtype=torch.float64), t=2.0, T=T, generator=stream())
    y += math.exp(-2.0) * math.sqrt(SPREAD) * torch.randn(y.shape, dtype=torch.float64, generator=stream(1))
    y = reverse(y, scheme=scheme, times=(2.0, 0.5, 0.0), generator=stream(2))
    assert stats.kstest(y.numpy(), "norm", (-0.7, math.sqrt(SPREAD))).pvalue > 1e-6


@pytest.mark.parametrize("centred", [False, True])
def test_the_variance_at_finite_steps_is_that_of_the_recursion(centred):
    """Gaussian data of variance c with the exact score -y/Gamma, or with the posterior mean as centre."""
    times = uniform_grid(1.5, 0.1, 6)
    if centred:
        slope = lambda t: SPREAD * math.exp(-t) / gamma(t, SPREAD)  # noqa: E731
        scheme = linear_exact(lambda y, t: slope(t) * y, T=T)
    else:
        slope = lambda t: -1 / gamma(t, SPREAD)  # noqa: E731
        scheme = euler_maruyama(lambda y, t: slope(t) * y, T=T)
    start = gamma(times[0], SPREAD)
    y = math.sqrt(start) * torch.randn(200_000, dtype=torch.float64, generator=stream())
    found = float(reverse(y, scheme=scheme, times=times, generator=stream(1)).var())
    predicted = end_variance(scheme, times, start, slope)
    assert found == pytest.approx(predicted, rel=5 * math.sqrt(2 / 200_000))
    assert abs(predicted / gamma(times[-1], SPREAD) - 1) > 0.02  # the grid is coarse enough to see its own error


@pytest.mark.parametrize("centred", [False, True])
def test_both_schemes_have_weak_order_one(centred):
    slope = (lambda t: SPREAD * math.exp(-t) / gamma(t, SPREAD)) if centred else (lambda t: -1 / gamma(t, SPREAD))
    scheme = linear_exact(lambda y, t: y, T=T) if centred else euler_maruyama(lambda y, t: y, T=T)
    errors = []
    for steps in (200, 400, 800):
        times = uniform_grid(1.5, 0.1, steps)
        errors.append(end_variance(scheme, times, gamma(times[0], SPREAD), slope) - gamma(times[-1], SPREAD))
    orders = [math.log2(coarse / fine) for coarse, fine in pairwise(errors)]
    assert orders == pytest.approx([1, 1], abs=0.03)
    assert abs(orders[1] - 1) < abs(orders[0] - 1)


def test_the_fine_path_of_a_pair_is_the_path_alone():
    scheme = euler_maruyama(lambda y, t: -y / gamma(t, SPREAD), T=T)
    times = geometric_grid(2.0, 0.01, 8)
    start = pure_noise(100, T=T, generator=stream())
    fine, _ = reverse_pair(start.clone(), scheme=scheme, times=times, generator=stream(1))
    assert torch.equal(fine, reverse(start.clone(), scheme=scheme, times=times, generator=stream(1)))


def test_with_a_constant_centre_the_coarse_path_is_the_fine_one():
    scheme = linear_exact(lambda y, t: torch.full_like(y, 0.3), T=T, spread=0.2)
    start = pure_noise(100, T=T, generator=stream())
    fine, coarse = reverse_pair(start, scheme=scheme, times=geometric_grid(2.0, 0.01, 8), generator=stream(1))
    assert torch.allclose(fine, coarse, rtol=0, atol=1e-13)


@given(grids.filter(lambda g: len(g) >= 3), st.booleans())
def test_the_noise_of_a_coarse_step_has_the_size_of_one_step(times, centred):
    scheme = linear_exact(lambda y, t: y, T=T) if centred else euler_maruyama(lambda y, t: y, T=T)
    start, middle, end = times[:3]
    one, two = scheme.coefficients(start, middle)[2], scheme.coefficients(middle, end)[2]
    carried = (scheme.carry(middle, end) * one) ** 2 + two**2
    assert carried == pytest.approx(scheme.coefficients(start, end)[2] ** 2, rel=1e-12)


def test_the_difference_of_a_pair_is_much_smaller_than_the_spread():
    scheme = euler_maruyama(lambda y, t: -y / gamma(t, SPREAD), T=T)
    fine, coarse = reverse_pair(
        pure_noise(10_000, T=T, generator=stream()), scheme=scheme, times=uniform_grid(2, 0.2, 40), generator=stream(1)
    )
    assert float((fine - coarse).std()) < 0.1 * float(fine.std())
    assert not torch.equal(fine, coarse)


def test_spins_are_recovered_from_noise_with_their_probabilities():
    """One spin of mean m: the centre is tanh(y exp(-t)/Delta + atanh m)."""
    m = 0.4
    scheme = linear_exact(lambda y, t: torch.tanh(y * math.exp(-t) / variance(t, T=T) + math.atanh(m)), T=T)
    times = (*geometric_grid(6.0, 1e-3, 60), 0.0)
    y = reverse(pure_noise(20_000, T=T, generator=stream()), scheme=scheme, times=times, generator=stream(1))
    assert float((y.abs() - 1).abs().max()) < 1e-3
    ups = int((y > 0).sum())
    assert abs(ups / 20_000 - 0.7) < 5 * math.sqrt(0.21 / 20_000) + 0.003  # time-step error of this grid


def test_grids_fall_from_start_to_stop():
    assert uniform_grid(2.0, 0.0, 4) == (2.0, 1.5, 1.0, 0.5, 0.0)
    grid = geometric_grid(2.0, 0.125, 4)
    assert grid == pytest.approx((2, 1, 0.5, 0.25, 0.125))
    assert grid[-1] == 0.125


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: variance(1.0, T=0.0), "T = 0.0 is outside T > 0"),
        (lambda: variance(-1.0, T=1.0), "t = -1.0 is outside t >= 0"),
        (lambda: pure_noise(3, T=math.inf, generator=stream()), "T = inf is outside"),
        (lambda: uniform_grid(1.0, 2.0, 3), "needs start > stop"),
        (lambda: uniform_grid(1.0, -1.0, 3), "needs start > stop >= 0"),
        (lambda: geometric_grid(1.0, 0.0, 3), "needs start > stop > 0"),
        (lambda: uniform_grid(2.0, 1.0, 0), "steps = 0 is outside steps >= 1"),
        (
            lambda: reverse_pair(
                torch.zeros(1, dtype=torch.float64),
                scheme=euler_maruyama(lambda y, t: y, T=T),
                times=(2.0, 1.0),
                generator=stream(),
            ),
            "1 steps are given, needs an even number",
        ),
    ],
)
def test_wrong_times_and_temperatures_are_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        wrong()
