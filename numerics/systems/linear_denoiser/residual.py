"""Moments of the residual M of the weights: from regressions on drawn data, from Bartlett factors, and exactly.

M is what the weights have beside their mean, in units of the residual over the input.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.regression import SIGMA, columns, noising, residual, trained, trained_as_modelled
from numerics.simulator import simulator
from numerics.wishart import MINIMUM_TAIL, require_tail

_STEP = noising(horizon=0.7, lamhat=0.9)
"""Neither matters: M depends on n and d alone."""


def _data(n: int, d: int) -> int:
    return 3 * n * d + 4 * d * d


@simulator(size="d", route="reduced", values="exact")
def residual_trace(*, n: int, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """d columns of M, each with E |m|^2."""
    return torch.tensor([d * columns(n, d).square], dtype=torch.float64)


@simulator(size="d", route="data", footprint=_data, tail=MINIMUM_TAIL)
def residual_trace_data(*, n: int, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """tr M M^T of a regression on data of H24 (3.8)."""
    require_tail("residual_trace", n=n - 1, d=d, order=1)
    return _of_data(n, d, replicas, generator).square().sum((1, 2))


@simulator(size="d", route="modelled", footprint=_data, tail=MINIMUM_TAIL)
def residual_trace_modelled(
    *, n: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr M M^T of a regression on data of H24 (B.1), the model of (B.12)."""
    require_tail("residual_trace", n=n - 1, d=d, order=1)
    return _of_model(n, d, replicas, generator).square().sum((1, 2))


@simulator(size="d", route="bartlett", footprint=lambda d, **_: 5 * d * d, tail=MINIMUM_TAIL)
def residual_trace_reduced(
    *, n: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr M M^T of M = T^-T G."""
    require_tail("residual_trace", n=n - 1, d=d, order=1)
    return residual(replicas, n=n, d=d, generator=generator)[2].square().sum((1, 2))


@simulator(size="d", route="reduced", values="exact")
def residual_trace_square(*, n: int, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Sum of (m_i . m_j)^2 over columns and pairs of columns."""
    mean = columns(n, d)
    return torch.tensor([d * mean.fourth + d * (d - 1) * mean.product], dtype=torch.float64)


@simulator(size="d", route="data", footprint=_data, tail=MINIMUM_TAIL)
def residual_trace_square_data(
    *, n: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr (M M^T)^2 of a regression on data of H24 (3.8)."""
    require_tail("residual_trace_square", n=n - 1, d=d, order=2)
    return _square(_of_data(n, d, replicas, generator))


@simulator(size="d", route="modelled", footprint=_data, tail=MINIMUM_TAIL)
def residual_trace_square_modelled(
    *, n: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr (M M^T)^2 of a regression on data of H24 (B.1), the model of (B.14)."""
    require_tail("residual_trace_square", n=n - 1, d=d, order=2)
    return _square(_of_model(n, d, replicas, generator))


@simulator(size="d", route="bartlett", footprint=lambda d, **_: 5 * d * d, tail=MINIMUM_TAIL)
def residual_trace_square_reduced(
    *, n: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr (M M^T)^2 of M = T^-T G."""
    require_tail("residual_trace_square", n=n - 1, d=d, order=2)
    return _square(residual(replicas, n=n, d=d, generator=generator)[2])


def _square(m: Float64[Tensor, "replicas d d"]) -> Float64[Tensor, " replicas"]:
    return (m.mT @ m).square().sum((1, 2))


def _of_data(n: int, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, "replicas d d"]:
    """(weights - slope)^T over the standard deviation of the residual, times that of the input.

    The slope of Y on X is cov(X, Y)/var(X) = exp(-horizon) sigma^2/sigma_X^2, and var(Y) - slope cov(X, Y) is left.
    """
    covariance = _STEP.shrink * SIGMA**2
    slope = covariance / _STEP.of_input
    weights = trained(replicas, n=n, d=d, step=_STEP, generator=generator).transposed
    return _without(weights, slope, math.sqrt((SIGMA**2 - slope * covariance) / _STEP.of_input))


def _of_model(n: int, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, "replicas d d"]:
    """(weights - exp(horizon))^T over the standard deviation of the noise, times that of the input."""
    weights = trained_as_modelled(replicas, n=n, d=d, step=_STEP, generator=generator).transposed
    return _without(weights, 1 / _STEP.shrink, math.sqrt(_STEP.noise / _STEP.of_input))


def _without(weights: Float64[Tensor, "replicas d d"], slope: float, unit: float) -> Float64[Tensor, "replicas d d"]:
    weights.diagonal(dim1=1, dim2=2).sub_(slope)
    return weights.div_(unit)
