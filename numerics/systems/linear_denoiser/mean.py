"""|mu_G - mu|^2/(2 sigma^2) of what a linear denoiser generates: from drawn data of both models, reduced, exactly."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.regression import MU, SIGMA, columns, noising, residual, trained, trained_as_modelled
from numerics.simulator import simulator
from numerics.wishart import MINIMUM_TAIL, require_tail


def _data(n: int, d: int, **_: float) -> int:
    return 3 * n * d + 4 * d * d


@simulator(size="d", route="reduced", values="exact")
def divergence_mean(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Variance of each component of Ybar and of weights times the mean noise: columns of weights^T have E |.|^2."""
    step = noising(horizon=horizon, lamhat=lamhat)
    slope = step.shrink * SIGMA**2 / step.of_input
    of_noise = step.noise / n * slope**2 * (1 + step.a * columns(n, d).square)
    return torch.tensor([d * (SIGMA**2 / n + of_noise) / (2 * SIGMA**2)], dtype=torch.float64)


@simulator(size="d", route="data", footprint=_data, tail=MINIMUM_TAIL)
def divergence_mean_data(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From a regression on data of H24 (3.8), with mu_X = exp(-horizon) Ybar, H24 (3.2)."""
    require_tail("divergence_mean", n=n - 1, d=d, order=1)
    step = noising(horizon=horizon, lamhat=lamhat)
    found = trained(replicas, n=n, d=d, step=step, generator=generator)
    moved = torch.bmm((found.outputs * step.shrink - found.inputs).unsqueeze(1), found.transposed).squeeze(1)
    return (found.outputs + moved - MU).square().sum(1) / (2 * SIGMA**2)


@simulator(size="d", route="bartlett", footprint=lambda d, **_: 6 * d * d, tail=MINIMUM_TAIL)
def divergence_mean_reduced(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From M = T^-T G and one vector for each mean."""
    require_tail("divergence_mean", n=n - 1, d=d, order=1)
    step = noising(horizon=horizon, lamhat=lamhat)
    slope = step.shrink * SIGMA**2 / step.of_input
    weights = residual(replicas, n=n, d=d, generator=generator)[2].mul_(math.sqrt(step.a))
    weights.diagonal(dim1=1, dim2=2).add_(1)
    normal = torch.randn(2, replicas, 1, d, dtype=torch.float64, generator=generator, device=generator.device)
    moved = normal[0] * (SIGMA / math.sqrt(n)) - torch.bmm(normal[1] * math.sqrt(step.noise / n), weights) * slope
    return moved.square().sum((1, 2)) / (2 * SIGMA**2)


@simulator(size="d", route="reduced", values="exact")
def divergence_mean_modelled(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Of data of H24 (B.1): the noise of one output at the true mean of X, 1/n + |x - xbar|^2_W^-1, by its columns."""
    step = noising(horizon=horizon, lamhat=lamhat)
    leverage = 1 / n + columns(n, d).inverse_trace / n
    return torch.tensor([d * step.noise * leverage / (2 * SIGMA**2)], dtype=torch.float64)


@simulator(size="d", route="modelled", footprint=_data, tail=MINIMUM_TAIL)
def divergence_mean_modelled_data(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From a regression on data of H24 (B.1), mu_X known."""
    require_tail("divergence_mean_modelled", n=n - 1, d=d, order=1)
    step = noising(horizon=horizon, lamhat=lamhat)
    found = trained_as_modelled(replicas, n=n, d=d, step=step, generator=generator)
    moved = torch.bmm((MU * step.shrink - found.inputs).unsqueeze(1), found.transposed).squeeze(1)
    return (found.outputs + moved - MU).square().sum(1) / (2 * SIGMA**2)
