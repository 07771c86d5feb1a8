"""Samplers of the generative process: coefficients, noise path by path, and weights that depend on one another."""

import math
from itertools import pairwise

import pytest
import torch

from numerics.interpolant_sampler import (
    LINEAR,
    TRIGONOMETRIC,
    AutoEncoder,
    euler,
    latent_euler,
    logarithmic_grid,
    midpoint_pair,
    normal_kicks,
    pseudo_inverse,
    upward_grid,
)
from numerics.simulator import ParameterError


def drawn(*shape: int, seed: int = 1) -> torch.Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("schedule", [LINEAR, TRIGONOMETRIC])
def test_slopes_of_a_schedule_are_those_of_its_functions(schedule):
    for t in (0.2, 0.7):
        for function, slope in ((schedule.alpha, schedule.alpha_slope), (schedule.beta, schedule.beta_slope)):
            assert (function(t + 1e-6) - function(t - 1e-6)) / 2e-6 == pytest.approx(slope(t), rel=1e-8)


@pytest.mark.parametrize("schedule", [LINEAR, TRIGONOMETRIC])
def test_a_denoiser_that_knows_the_datum_leads_to_it_on_a_straight_path(schedule):
    """With x_0 and x_1 fixed, x_t = alpha x_0 + beta x_1 solves (1) at epsilon = 0."""
    noise, datum = drawn(3, 4), drawn(3, 4, seed=2)
    times = upward_grid(0.9, 4000)
    found = euler(noise, denoiser=lambda x, t: datum, times=times, kicks=torch.zeros_like, schedule=schedule)
    assert torch.allclose(found, schedule.alpha(0.9) * noise + schedule.beta(0.9) * datum, atol=2e-3)


def test_the_latent_variable_is_that_of_the_point_path_by_path():
    d, r, replicas = 40, 3, 5
    weights = drawn(d, r)
    network = AutoEncoder(0.7, weights, offset=drawn(r, seed=3), level=lambda t: math.sin(2 * t))
    times = (0.0, 0.1, 0.13, 0.4, 0.8)
    noise = [drawn(replicas, d, seed=k) for k in range(10, 14)]
    one, other = iter(noise), iter(noise)
    x = euler(drawn(replicas, d, seed=4), denoiser=network, times=times, kicks=lambda _: next(one),
              epsilon=lambda t: 0.3 + t, schedule=TRIGONOMETRIC)  # fmt: skip
    z = latent_euler(network.latent(drawn(replicas, d, seed=4)), network=network, overlaps=network.overlaps,
                     times=times, kicks=lambda _: network.latent(next(other)), epsilon=lambda t: 0.3 + t,
                     schedule=TRIGONOMETRIC)  # fmt: skip
    assert torch.allclose(network.latent(x), z, rtol=1e-12, atol=1e-13)


def test_a_single_euler_step_is_the_formula():
    x, kick = drawn(2, 3), drawn(2, 3, seed=2)
    found = euler(x, denoiser=lambda x, t: 2 * x, times=(0.5, 0.6), kicks=lambda _: kick, epsilon=lambda t: 0.3)
    drift = (1 / 0.5 + 0.3 * 0.5 / 0.25) * 2 * x - (1 / 0.5 + 0.3 / 0.25) * x
    assert torch.allclose(found, x + 0.1 * drift + math.sqrt(2 * 0.3 * 0.1) * kick, rtol=1e-14)


def test_responses_to_every_kick_add_up_to_the_product_formula():
    """(100): each kick is multiplied by all later steps, the last one by none."""
    b, times = 0.73, (0.0, 0.1, 0.3, 0.45)
    noise = [0.2, 0.5, 0.9]
    strength = dict(zip(times, noise, strict=False))

    def response(start: float, kicked: int) -> float:
        kicks = iter([torch.tensor([float(k == kicked)], dtype=torch.float64) for k in range(3)])
        x = torch.tensor([start], dtype=torch.float64)
        return float(euler(x, denoiser=lambda x, t: b * x, times=times, kicks=lambda _: next(kicks),
                           epsilon=lambda t: strength[t]))  # fmt: skip

    steps = [later - t for t, later in pairwise(times)]
    factors = []
    for t, h, epsilon in zip(times, steps, noise, strict=False):
        gamma = 1 / (1 - t) + epsilon * t / (1 - t) ** 2
        factors.append(1 + h * (b * gamma - 1 / (1 - t) - epsilon / (1 - t) ** 2))
    variance = math.prod(factors) ** 2
    for j in range(3):
        variance += 2 * noise[j] * steps[j] * math.prod(factors[j + 1 :]) ** 2
    found = response(1.0, -1) ** 2 + sum(response(0.0, j) ** 2 for j in range(3))
    assert found == pytest.approx(variance, rel=1e-14)


def gaps(step: float, noise: float) -> torch.Tensor:
    pair = midpoint_pair(drawn(2000, 1), denoiser=lambda x, t: 0.8 * torch.tanh(x), times=logarithmic_grid(0.6, step),
                         generator=torch.Generator().manual_seed(5), epsilon=lambda t: noise)  # fmt: skip
    return (pair[0] - pair[1]).abs()


def test_without_noise_fine_and_coarse_paths_differ_at_second_order():
    assert float((gaps(0.1, 0.0) / gaps(0.05, 0.0)).median()) == pytest.approx(4, rel=0.2)


def test_fine_and_coarse_paths_share_their_noise():
    assert float(gaps(0.05, 0.1).max()) < 0.1 * math.sqrt(2 * 0.1 * 0.6)


def test_what_lies_across_dependent_weights_is_found_by_the_pseudo_inverse():
    column = drawn(30, 1)
    network = AutoEncoder(0.5, torch.cat([column, -2 * column], dim=1))
    x = drawn(4, 30, seed=2)
    across = network.across(x)
    assert (network.latent(across).abs() < 1e-13).all()
    along = x @ column @ column.T / column.square().sum()
    assert torch.allclose(across, x - along, atol=1e-13)
    assert torch.linalg.matrix_rank(pseudo_inverse(network.overlaps)) == 1


def test_eigenvalues_below_the_cutoff_count_as_zero():
    almost = torch.tensor([[1.0, 1.0], [1.0, 1.0 + 1e-12]], dtype=torch.float64)
    quarter = torch.full((2, 2), 0.25, dtype=torch.float64)
    assert torch.allclose(pseudo_inverse(almost), quarter, atol=1e-9)
    assert float(pseudo_inverse(almost, cutoff=1e-14).abs().max()) > 1e11


def test_networks_of_their_own_act_on_each_point_alone():
    weights, x = drawn(3, 20, 2), drawn(3, 20, seed=2)
    together = AutoEncoder(0.3, weights)(x, 0.5)
    for k in range(3):
        assert torch.allclose(together[k], AutoEncoder(0.3, weights[k])(x[k : k + 1], 0.5)[0], rtol=1e-13)


@pytest.mark.parametrize("stop", [1.0, 1.5, 0.0, -0.1])
def test_a_grid_ends_before_the_data(stop):
    for grid in (lambda: upward_grid(stop, 5), lambda: logarithmic_grid(stop, 0.1)):
        with pytest.raises(ParameterError, match=r"is outside 0 < stop < 1: at t = 1 the drift .* diverges"):
            grid()


def test_pairs_of_paths_need_pairs_of_steps():
    with pytest.raises(ParameterError, match="3 steps are given"):
        midpoint_pair(drawn(1, 1), denoiser=lambda x, t: x, times=(0, 0.1, 0.2, 0.3), epsilon=lambda t: 0.0,
                      generator=torch.Generator())  # fmt: skip


def test_fresh_kicks_are_standard_normal():
    kicks = normal_kicks(torch.Generator().manual_seed(1))(torch.zeros(100_000, dtype=torch.float64))
    assert abs(float(kicks.mean())) < 5 / math.sqrt(1e5)
    assert abs(float(kicks.var()) - 1) < 5 * math.sqrt(2e-5)
