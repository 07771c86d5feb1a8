"""Two classes at +m and -m: what a noised point tells of its class, and the excess entropy of the mixture."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import variance
from numerics.random_energy import check
from numerics.simulator import ParameterError, simulator

_PARTS = 16


@simulator(route="posterior", footprint=lambda **_: 4 * _PARTS)
def label_information(*, v: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """log of the posterior over the prior probability of the sign s of y = s sqrt(v) + z, at 16 quantiles."""
    _check_signal(v)
    y = math.sqrt(v) + _quantiles(replicas, generator)
    return (math.log(2) - torch.nn.functional.softplus(-2 * math.sqrt(v) * y)).mean(dim=1)


@simulator(route="forward", footprint=lambda **_: 4 * _PARTS)
def label_disagreement(*, v: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """v times the probability that two draws of s from one posterior differ, at a signal-to-noise ratio in (0, v).

    The information grows with the signal-to-noise ratio at that rate; no logarithm is taken.
    """
    _check_signal(v)
    lowest = torch.rand(replicas, 1, dtype=torch.float64, generator=generator, device=generator.device)
    order = torch.rand(replicas, _PARTS, dtype=torch.float64, generator=generator, device=generator.device).argsort(
        dim=1
    )
    snr = v * (order + lowest) / _PARTS
    posterior = torch.sigmoid(
        2 * snr.sqrt() * (snr.sqrt() + _quantiles(replicas, generator))
    )  # of s = 1; -1 mirrors it
    return (v * 2 * posterior * (1 - posterior)).mean(dim=1)


@simulator(size="d", route="data", footprint=lambda d, **_: 4 * d)
def excess_entropy_mixture(
    *, d: int, t: float, alpha_log: float, sigma: float, mu: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log(n) + log P_t(x) less the log density of x around its own datum, over d; P_t is that of the population.

    |x - s m exp(-t)|^2/(2 Gamma) and |z|^2/2, whose means are d/2, are subtracted and added.
    """
    check(d=d, log_n=max(alpha_log * d, math.log(2)), t=t, sigma=sigma)
    if not mu > 0:
        raise ParameterError(f"mu = {mu} is outside mu > 0 (norm of a mode over sqrt(d)): there are no classes")
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    sign = torch.where(torch.rand(replicas, 1, **options) < 0.5, 1.0, -1.0)
    mode = mu * math.exp(-t) * torch.ones(d, dtype=torch.float64, device=generator.device)
    noise = variance(t, T=1.0)
    spread = noise + sigma**2 * math.exp(-2 * t)
    data = sigma * math.exp(-t) * torch.randn(replicas, d, **options)
    z = torch.randn(replicas, d, **options)
    x = sign * mode + data + math.sqrt(noise) * z
    squares = torch.stack([(x - side * mode).square().sum(dim=1) for side in (1, -1)], dim=1) / (2 * spread)
    log_density = torch.logsumexp(-squares, dim=1) - math.log(2) - d / 2 * math.log(2 * math.pi * spread)
    own = -d / 2 * math.log(2 * math.pi * noise) - z.square().sum(dim=1) / 2
    mine = torch.where(sign[:, 0] > 0, squares[:, 0], squares[:, 1])
    return alpha_log + (log_density - own + mine - z.square().sum(dim=1) / 2) / d


def _quantiles(replicas: int, generator: torch.Generator) -> Float64[Tensor, "replicas parts"]:
    """Normal numbers at equidistant quantiles, shifted at random together."""
    uniform = torch.rand(replicas, 1, dtype=torch.float64, generator=generator, device=generator.device)
    parts = torch.arange(_PARTS, dtype=torch.float64, device=generator.device)
    return torch.special.ndtri(((parts + uniform) / _PARTS).clamp(1e-16, 1 - 1e-16))


def _check_signal(v: float) -> None:
    if not v > 0:
        raise ParameterError(f"v = {v} is outside v > 0 (signal-to-noise ratio)")
