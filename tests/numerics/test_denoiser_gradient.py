"""The gradient by projections against automatic differentiation of the loss, for every activation and many units."""

import math

import pytest
import torch

from numerics.denoiser_gradient import ACTIVATIONS, Levels, Rule
from numerics.online_sgd import Mixture, Network, start, step, train, warm_start, whole_steps
from numerics.seeds import generator
from numerics.simulator import ParameterError

LEVELS = Levels.linear((0.2, 0.55, 0.8), (0.3, 0.3, 0.4), (0.4, -0.7, 0.2))


def functions(name: str):
    return {
        "tanh": torch.tanh, "relu": torch.relu, "linear": lambda x: x,
        "erf": lambda x: torch.erf(x / math.sqrt(2)),
    }[name]  # fmt: skip


def loss(weights, b, v, x0, x1, levels, function):
    """E_t |x1 - f(t, x_t)|^2 of one network, as CPL25 (2)-(3) have it; weights are w/sqrt(d)."""
    total = torch.zeros((), dtype=torch.float64)
    for alpha, beta, weight, p in zip(levels.alpha, levels.beta, levels.weight, levels.encoding, strict=True):
        xt = alpha * x0 + beta * x1
        total = total + weight * (x1 - b * xt - weights.T @ function(weights @ xt + p * v)).square().sum()
    return total


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("r", [1, 3])
def test_one_step_is_minus_the_gradient_of_the_loss(activation, r):
    made, d, eta, lam = generator(seed=1, block=r), 7, 0.3, 0.2
    rule = Rule(eta, LEVELS, activation, lam)
    network = Network(
        torch.randn(4, r, d, dtype=torch.float64, generator=made) / 2,
        torch.randn(4, dtype=torch.float64, generator=made),
        torch.randn(r, 4, dtype=torch.float64, generator=made),
    )
    before = Network(network.weights.clone(), network.b.clone(), network.v.clone())
    x1 = torch.randn(4, d, dtype=torch.float64, generator=made)
    x0 = torch.randn(4, d, dtype=torch.float64, generator=made)
    step(network, x0, x1, rule)
    for i in range(4):
        w = (before.weights[i] * math.sqrt(d)).requires_grad_()
        b, v = before.b[i].clone().requires_grad_(), before.v[:, i].clone().requires_grad_()
        loss(w / math.sqrt(d), b, v, x0[i], x1[i], LEVELS, functions(activation)).backward()
        moved = w - eta * w.grad - eta * lam / d * w  # CPL25 (5)
        assert torch.allclose(network.weights[i] * math.sqrt(d), moved, atol=1e-13)
        assert float(network.b[i]) == pytest.approx(float(before.b[i] - eta / d**2 * b.grad), abs=1e-13)  # (4)
        decayed = before.v[:, i] * (1 - eta * lam / d)
        assert torch.allclose(network.v[:, i], decayed - eta / d * v.grad, atol=1e-13)  # (6)


def test_noise_outside_of_the_mean_over_levels_would_be_another_step():
    """One level drawn for each step moves b by another amount: the mean is inside the gradient."""
    one, both = Levels.linear((0.2,)), Levels.linear((0.2, 0.8))
    networks = [start(1, torch.full((1, 5), 0.4, dtype=torch.float64), 0.1) for _ in range(2)]
    x1 = torch.ones(1, 5, dtype=torch.float64)
    for network, levels in zip(networks, (one, both), strict=True):
        step(network, -x1, x1, Rule(0.3, levels))
    assert abs(float(networks[0].b - networks[1].b)) > 1e-3


def test_clusters_are_drawn_with_their_weights_centroids_and_variances():
    centroids = torch.tensor([[2.0, 0.0], [-1.0, 0.5]], dtype=torch.float64)
    mixture = Mixture((0.25, 0.75), centroids, torch.tensor([[0.5], [2.0]], dtype=torch.float64))
    data = mixture.draw(40_000, generator(seed=2, block=0))
    mean = 0.25 * centroids[0] + 0.75 * centroids[1]
    assert torch.allclose(data.mean(0), mean, atol=0.05)
    spread = 0.25 * (0.5 + centroids[0] ** 2) + 0.75 * (2 + centroids[1] ** 2) - mean**2
    assert torch.allclose(data.var(0), spread, rtol=0.04)


def test_impossible_settings_are_refused_in_one_line():
    device = torch.device("cpu")
    ones = torch.ones(2, 3, dtype=torch.float64)
    with pytest.raises(ParameterError, match=r"cluster weights \(0\.5, 0\.6\) .* divide"):
        Mixture((0.5, 0.6), ones, ones)
    with pytest.raises(ParameterError, match="r = 4, d = 3 is outside 1 <= r <= d"):
        start(1, torch.ones(4, 3, dtype=torch.float64), 0.0)
    with pytest.raises(ParameterError, match="activation = 'cosh' is none of tanh, erf, relu, linear"):
        Rule(0.1, LEVELS, "cosh")
    with pytest.raises(ParameterError, match="eta = 0, lam = 0 is outside eta > 0"):
        Rule(0.0, LEVELS)
    with pytest.raises(ParameterError, match="of the noise levels are outside"):
        Levels.linear((0.2, 0.5), (0.5, 0.6))
    with pytest.raises(ParameterError, match="outside 0 <= t <= 1"):
        Levels.linear((1.2,))
    with pytest.raises(ParameterError, match="outside M0\\^2 <= rho Q0"):
        warm_start(3, rho=1.0, Q0=0.5, M0=0.9, device=device)
    with pytest.raises(ParameterError, match="is no whole number"):
        whole_steps(1.0, 0.3, 10)


def test_half_the_training_time_twice_is_the_whole():
    weights, centroid = warm_start(6, rho=1.2, Q0=0.5, M0=0.4, device=torch.device("cpu"))
    assert float(weights[0] @ centroid) == pytest.approx(0.4)
    assert float(weights.square().sum()) == pytest.approx(0.5)
    mixture = Mixture((0.5, 0.5), torch.stack((centroid, -centroid)), torch.ones(2, 1, dtype=torch.float64))
    rule = Rule(0.2, LEVELS)
    ends = []
    for parts in ((8,), (3, 5)):
        made, network = generator(seed=4, block=0), start(2, weights, 0.1)
        for steps in parts:
            train(network, mixture.draw, rule, steps=steps, generator=made)
        ends.append(network)
    assert torch.equal(ends[0].weights, ends[1].weights)
