"""The reverse process at weak order 2: exact for Gaussian data, twice the order of Euler's method, the same noise."""

import math
from itertools import pairwise

import pytest
import torch

from numerics.diffusion import euler_maruyama, linear_exact, uniform_grid, variance
from numerics.predictor_corrector import corrected_pair, even_signal_grid
from numerics.simulator import ParameterError


def gaussian(spread, T):
    """Score of data of mean 0 and variance `spread`."""
    return lambda y, t: -y / (variance(t, T=T) + spread * math.exp(-2 * t))


def gaussian_centre(spread, T):
    """Posterior mean of such data."""
    return lambda y, t: y * (math.exp(-t) * spread / (variance(t, T=T) + spread * math.exp(-2 * t)))


def final_variance(steps, which):
    """Variance at t = 0.2 of data of variance 3, T = 0.7: every step is linear, so that it can be followed exactly."""
    times = uniform_grid(3.0, 0.2, steps)
    scheme = linear_exact(gaussian_centre(3.0, 0.7), T=0.7)
    total = torch.tensor([variance(3.0, T=0.7) + 3.0 * math.exp(-6.0)], dtype=torch.float64)
    for start, end in pairwise(times):
        unit = torch.ones(1, dtype=torch.float64)
        factor, force, noise = scheme.coefficients(start, end)
        slope = scheme.drive(unit, start)
        predicted = factor + force * slope
        at_end = scheme.drive(unit, end)
        if which == "euler":
            total = predicted**2 * total + noise**2
        else:
            gain = factor + force / 2 * (slope + at_end * predicted)
            total = gain**2 * total + (noise * (1 + force / 2 * at_end)) ** 2
    return float(total)


def test_grid_is_even_in_the_signal_over_the_noise():
    times = even_signal_grid(3.0, 0.1, 8)
    signals = [math.exp(-t) / math.sqrt(variance(t, T=1.0)) for t in times]
    steps = [b - a for a, b in pairwise(signals)]
    assert times[0] == 3.0
    assert times[-1] == 0.1
    assert steps == pytest.approx([steps[0]] * 8, rel=1e-9)


@pytest.mark.parametrize(("start", "stop", "steps"), [(1.0, 2.0, 4), (1.0, 0.0, 4), (2.0, 1.0, 0)])
def test_impossible_grids_are_refused(start, stop, steps):
    with pytest.raises(ParameterError, match="needs start > stop > 0 and steps >= 1"):
        even_signal_grid(start, stop, steps)


def test_an_odd_number_of_steps_is_refused():
    with pytest.raises(ParameterError, match="needs an even number"):
        corrected_pair(
            torch.zeros(3, dtype=torch.float64),
            scheme=linear_exact(lambda y, t: 0 * y, T=1.0),
            times=(2.0, 1.0, 0.5, 0.2),
            generator=torch.Generator().manual_seed(0),
        )


def test_both_paths_follow_the_recursion_and_share_their_noise():
    scheme = euler_maruyama(gaussian(3.0, 0.7), T=0.7)
    times = even_signal_grid(3.0, 0.2, 2)
    start = torch.tensor([0.3, -1.2], dtype=torch.float64)
    fine, coarse = corrected_pair(start.clone(), scheme=scheme, times=times, generator=torch.Generator().manual_seed(4))
    generator = torch.Generator().manual_seed(4)
    noises = []
    y = start
    for t, t_next in pairwise(times):
        factor, force, size = scheme.coefficients(t, t_next)
        noises.append(size * torch.randn(2, dtype=torch.float64, generator=generator))
        drive = scheme.drive(y, t)
        predicted = factor * y + force * drive + noises[-1]
        y = factor * y + force / 2 * (drive + scheme.drive(predicted, t_next)) + noises[-1]
    assert torch.allclose(fine, y, atol=1e-14)
    factor, force, _ = scheme.coefficients(times[0], times[2])
    drive, noise = scheme.drive(start, times[0]), noises[0] + noises[1]
    predicted = factor * start + force * drive + noise
    expected = factor * start + force / 2 * (drive + scheme.drive(predicted, times[2])) + noise
    assert torch.allclose(coarse, expected, atol=1e-14)


def test_error_of_the_variance_falls_with_the_square_of_the_step():
    exact = variance(0.2, T=0.7) + 3.0 * math.exp(-0.4)
    euler = [abs(final_variance(steps, "euler") - exact) for steps in (64, 128)]
    heun = [abs(final_variance(steps, "heun") - exact) for steps in (64, 128)]
    assert 1.7 < euler[0] / euler[1] < 2.5
    assert 3.5 < heun[0] / heun[1] < 5
    assert heun[1] < euler[1] / 10


def test_gaussian_data_are_reproduced_exactly_by_the_exact_linear_part():
    scheme = linear_exact(lambda y, t: torch.full_like(y, 0.4), T=0.7, spread=3.0)
    start = torch.randn(200_000, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    gamma = variance(2.0, T=0.7) + 3.0 * math.exp(-4.0)
    start = start * math.sqrt(gamma) + 0.4 * math.exp(-2.0)
    ends = corrected_pair(start, scheme=scheme, times=(2.0, 0.9, 0.3), generator=torch.Generator().manual_seed(2))
    for end in ends:
        assert end.mean().item() == pytest.approx(0.4 * math.exp(-0.3), abs=0.02)
        assert end.var().item() == pytest.approx(variance(0.3, T=0.7) + 3.0 * math.exp(-0.6), rel=0.02)
