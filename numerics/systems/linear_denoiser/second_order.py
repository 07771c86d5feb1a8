"""tr (S - 1)^2/4 of what a linear denoiser generates: from drawn data in both models, and exactly, column by column.

S is the covariance of the generated law in units of sigma^2.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.generated_law import second_order
from numerics.regression import (
    SIGMA,
    Noising,
    Trained,
    columns,
    noising,
    noising_of,
    residual,
    trained,
    trained_as_modelled,
)
from numerics.simulator import simulator
from numerics.wishart import MINIMUM_TAIL, require_tail


def _data(n: int, d: int, **_: float) -> int:
    return 3 * n * d + 4 * d * d


@simulator(size="d", route="reduced", values="exact")
def divergence_variance(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Mean over the entries of S/A - 1: twice an entry of root(b) M and products of its columns."""
    step = noising(horizon=horizon, lamhat=lamhat)
    return torch.tensor([_exact(n, d, 1 / (1 + step.a), step.a)], dtype=torch.float64)


@simulator(size="d", route="reduced", values="exact")
def divergence_variance_modelled_exact(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The same of data as H24 (B.1) models them."""
    step = noising(horizon=horizon, lamhat=lamhat)
    return torch.tensor([_exact(n, d, 1 + step.a, step.noise / step.of_input * step.shrink**2)], dtype=torch.float64)


@simulator(size="d", route="data", footprint=_data, tail=MINIMUM_TAIL)
def divergence_variance_data(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From a regression on data of H24 (3.8), sigma_X known."""
    require_tail("divergence_variance", n=n - 1, d=d, order=2)
    step = noising(horizon=horizon, lamhat=lamhat)
    return _of_weights(trained(replicas, n=n, d=d, step=step, generator=generator), step)


@simulator(size="d", route="modelled", footprint=_data, tail=MINIMUM_TAIL)
def divergence_variance_modelled(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From a regression on data of H24 (B.1): another number than of (3.8)."""
    require_tail("divergence_variance", n=n - 1, d=d, order=2)
    step = noising(horizon=horizon, lamhat=lamhat)
    return _of_weights(trained_as_modelled(replicas, n=n, d=d, step=step, generator=generator), step)


@simulator(size="d", route="bartlett", footprint=lambda d, **_: 6 * d * d, tail=MINIMUM_TAIL)
def divergence_variance_reduced(
    *, n: int, d: int, horizon: float, lamhat: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From M = T^-T G, for data of H24 (3.8)."""
    require_tail("divergence_variance", n=n - 1, d=d, order=2)
    a = noising(horizon=horizon, lamhat=lamhat).a
    weights = residual(replicas, n=n, d=d, generator=generator)[2].mul_(math.sqrt(a))
    weights.diagonal(dim1=1, dim2=2).add_(1)
    return second_order(weights, 1 / (1 + a))


@simulator(size="d", route="reduced", values="exact")
def divergence_variance_per_dimension(
    *, n: int, d: int, a: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The exact mean over d, of a given a."""
    step = noising_of(a)
    return torch.tensor([_exact(n, d, 1 / (1 + step.a), step.a) / d], dtype=torch.float64)


def _exact(n: int, d: int, gain: float, b: float) -> float:
    mean = columns(n, d)
    trace = b * d * mean.square
    diagonal = 4 * b * mean.square / d + b**2 * mean.fourth
    beside = 2 * b * mean.square / d + b**2 * mean.product
    square = d * diagonal + d * (d - 1) * beside
    return ((gain - 1) ** 2 * d + 2 * gain * (gain - 1) * trace + gain**2 * square) / 4


def _of_weights(found: Trained, step: Noising) -> Float64[Tensor, " replicas"]:
    return second_order(found.transposed, step.of_input / SIGMA**2)
