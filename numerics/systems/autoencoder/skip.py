"""The skip connection of an auto-encoder under online SGD: of the whole network, alone, and by its exact moments."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import online_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.simulator import ParameterError, simulator

UNITS, RUNS = 2, 16
"""Hidden units of the whole network; runs whose scatter is one value."""
NODES, NODE_WEIGHTS = (0.11270166537925831, 0.5, 0.88729833462074169), (5 / 18, 8 / 18, 5 / 18)
"""Gauss and Legendre's nodes for all noise levels: exact for the squares on which b depends."""


def _levels(t: float) -> Levels:
    return Levels.linear((t,))


@simulator(size="d", route="reduced", footprint=lambda **_: 16, block=4096)
def skip_connection(
    *, steps: int, Lambda: float, b0: float, t: float, d: int, eta: float, rho: float, replicas: int,
    generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Without hidden layer; data at +-mu of variance Lambda, drawn as the products that b sees."""
    return _alone(_levels(t), steps, d, replicas, generator, Lambda=Lambda, b0=b0, eta=eta, rho=rho)


@simulator(size="d", route="sgd", footprint=lambda d, **_: 12 * d)
def skip_connection_of_network(
    *, steps: int, Lambda: float, b0: float, t: float, d: int, eta: float, rho: float, replicas: int,
    generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Trained with two hidden units, tanh, in d dimensions; the eigenvalues of the covariance differ."""
    return _of_network(_levels(t), steps, d, replicas, generator, Lambda=Lambda, b0=b0, eta=eta, rho=rho)


@simulator(size="d", route="sgd", footprint=lambda d, **_: 12 * d)
def skip_connection_uniform(
    *, steps: int, Lambda: float, b0: float, d: int, eta: float, rho: float, replicas: int,
    generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """The same with all noise levels in the loss."""
    levels = Levels.linear(NODES, NODE_WEIGHTS)
    return _of_network(levels, steps, d, replicas, generator, Lambda=Lambda, b0=b0, eta=eta, rho=rho)


@simulator(size="d", route="reduced", footprint=lambda **_: 16, block=4096)
def skip_limit(
    *, steps: int, Lambda: float, t: float, d: int, eta: float, rho: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """After a long training from 0, without hidden layer."""
    return _alone(_levels(t), steps, d, replicas, generator, Lambda=Lambda, b0=0.0, eta=eta, rho=rho)


@simulator(size="d", route="moments", values="exact")
def skip_fluctuation(
    *, steps: int, Lambda: float, b0: float, t: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Exactly at any d: mean and variance of b -> (1 - A) b + B, with A and B quadratic in Gaussian data and noise."""
    alpha, beta = 1 - t, t
    rate = 2 * eta / d**2
    # Means, and covariances in |x0|^2, x0.x1, |x1|^2, whose variances are 2 d, Lambda d, 2 Lambda^2 d.
    scatter = (2 * d, Lambda * d, 2 * Lambda**2 * d)
    of_a, of_b = (alpha**2, 2 * alpha * beta, beta**2), (0.0, alpha, beta)
    mean_a, mean_b = rate * d * (alpha**2 + beta**2 * Lambda), rate * d * beta * Lambda
    var_a, cov, var_b = (
        rate**2 * sum(left * right * s for left, right, s in zip(*pair, scatter, strict=True))
        for pair in ((of_a, of_a), (of_a, of_b), (of_b, of_b))
    )
    mean, variance = b0, 0.0
    for _ in range(steps):
        scattered = var_a * mean**2 - 2 * cov * mean + var_b
        variance = ((1 - mean_a) ** 2 + var_a) * variance + scattered
        mean += mean_b - mean_a * mean
    return torch.tensor([d * math.sqrt(variance)], dtype=torch.float64)


@simulator(size="d", route="reduced", moment=2, footprint=lambda **_: 16 * RUNS, block=512)
def skip_fluctuation_of_runs(
    *, steps: int, Lambda: float, b0: float, t: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """d^2 times the sample variance of b over RUNS runs, without hidden layer."""
    b = _alone(_levels(t), steps, d, RUNS * replicas, generator, Lambda=Lambda, b0=b0, eta=eta, rho=0.0)
    return _scatter(b, d)


@simulator(size="d", route="sgd", moment=2, footprint=lambda d, **_: 12 * d * RUNS)
def skip_fluctuation_of_networks(
    *, steps: int, Lambda: float, b0: float, t: float, d: int, eta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same of networks with two hidden units that learn along."""
    variances = torch.full((1, 1), Lambda, dtype=torch.float64, device=generator.device)
    made = _network(RUNS * replicas, d, b0, generator.device)
    centre = torch.zeros(1, d, dtype=torch.float64, device=generator.device)
    mixture = online_sgd.Mixture((1.0,), centre, variances)
    online_sgd.train(made, mixture.draw, Rule(eta, _levels(t)), steps=steps, generator=generator)
    return _scatter(made.b, d)


def _scatter(b: Tensor, d: int) -> Float64[Tensor, " replicas"]:
    return (d * b.unflatten(0, (-1, RUNS))).var(1)


def _alone(
    levels: Levels, steps: int, d: int, replicas: int, generator: torch.Generator, *,
    Lambda: float, b0: float, eta: float, rho: float,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """b -> b + 2 eta/d^2 E_t x_t.(x1 - b x_t), from one component along mu, one along x0, and chi^2 numbers."""
    if d < 3 or not Lambda > 0:
        raise ParameterError(f"skip_connection: d = {d}, Lambda = {Lambda:g} is outside d >= 3, Lambda > 0")
    device, width, edge = generator.device, math.sqrt(Lambda), math.sqrt(rho)
    moments = torch.zeros(5, dtype=torch.float64)
    for alpha, beta, weight in zip(levels.alpha, levels.beta, levels.weight, strict=True):
        moments += weight * torch.tensor([alpha, beta, alpha**2, 2 * alpha * beta, beta**2], dtype=torch.float64)
    alpha, beta, square, both, beta_square = moments.tolist()
    degrees = torch.tensor([[(d - 1) / 2], [(d - 2) / 2]], dtype=torch.float64, device=device)
    degrees = degrees.expand(2, replicas).contiguous()
    b = torch.full((replicas,), b0, dtype=torch.float64, device=device)
    for _ in range(steps):
        normal = torch.empty(3, replicas, dtype=torch.float64, device=device).normal_(generator=generator)
        chi = 2 * torch._standard_gamma(degrees, generator=generator)  # pyright: ignore
        along = edge + width * normal[0]  # of x1 on mu; the sign of mu changes nothing
        noise = normal[1].square() + chi[0]
        mixed = normal[1] * along + width * normal[2] * chi[0].sqrt()
        datum = along.square() + Lambda * (normal[2].square() + chi[1])
        pull = alpha * mixed + beta * datum - b * (square * noise + both * mixed + beta_square * datum)
        b = b + (2 * eta / d**2) * pull
    return b


def _network(replicas: int, d: int, b0: float, device: torch.device) -> online_sgd.Network:
    weights = torch.zeros(UNITS, d, dtype=torch.float64, device=device)
    weights[0, 0], weights[0, 1], weights[1, 2] = 0.5, 0.3, 0.6
    return online_sgd.start(replicas, weights, b0)


def _of_network(
    levels: Levels, steps: int, d: int, replicas: int, generator: torch.Generator, *,
    Lambda: float, b0: float, eta: float, rho: float,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    device = generator.device
    spread = torch.linspace(0.5, 1.5, d, dtype=torch.float64, device=device).roll(d // 3)
    centroids = torch.zeros(2, d, dtype=torch.float64, device=device)
    centroids[0, 0], centroids[1, 0] = math.sqrt(rho), -math.sqrt(rho)
    mixture = online_sgd.Mixture((0.5, 0.5), centroids, Lambda * spread.unsqueeze(0))
    made = _network(replicas, d, b0, device)
    online_sgd.train(made, mixture.draw, Rule(eta, levels), steps=steps, generator=generator)
    return made.b
