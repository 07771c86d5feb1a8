"""KL/d of what a linear denoiser generates, not expanded: exactly at any n and d, reduced, and from drawn data.

KL = (tr S - d - log det S)/2, S the covariance of the generated law in units of sigma^2.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.generated_law import divergence
from numerics.regression import SIGMA, columns, noising_of, residual, trained
from numerics.regression_determinant import mean_log_determinant
from numerics.simulator import simulator
from numerics.wishart import MINIMUM_TAIL, require_tail


@simulator(size="d", route="exact", values="exact")
def divergence_limit(*, n: int, d: int, a: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """From the lengths of the columns of S^(1/2) and the mean of its log determinant, a sum of zonal polynomials."""
    a = noising_of(a).a
    trace = (1 + a * columns(n, d).square) / (1 + a)
    determinant = mean_log_determinant(n, d, a) / d - math.log1p(a)
    return torch.tensor([(trace - 1 - determinant) / 2], dtype=torch.float64)


@simulator(size="d", route="data", footprint=lambda n, d, **_: 3 * n * d + 4 * d * d, tail=MINIMUM_TAIL)
def divergence_limit_data(
    *, n: int, d: int, a: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From a regression on data of H24 (3.8), sigma_X known."""
    require_tail("divergence_limit", n=n - 1, d=d, order=1)
    step = noising_of(a)
    found = trained(replicas, n=n, d=d, step=step, generator=generator)
    return divergence(found.transposed, step.of_input / SIGMA**2) / d


@simulator(size="d", route="bartlett", footprint=lambda d, **_: 6 * d * d, tail=MINIMUM_TAIL)
def divergence_limit_reduced(
    *, n: int, d: int, a: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """From M = T^-T G.

    tr M, tr M^2 and tr M M^T, with their exact means, take away what is linear in them: it helps where M is small.
    """
    require_tail("divergence_limit", n=n - 1, d=d, order=1)
    noising_of(a)
    m = residual(replicas, n=n, d=d, generator=generator)[2]
    trace, square = m.diagonal(dim1=1, dim2=2).sum(1), (m * m.mT).sum((1, 2)) - columns(n, d).square
    product = m.square().sum((1, 2)) - d * columns(n, d).square
    controls = a * (product / (1 + a) + square) / 2 - a * math.sqrt(a) / (1 + a) * trace
    m.mul_(math.sqrt(a)).diagonal(dim1=1, dim2=2).add_(1)
    return (divergence(m, 1 / (1 + a)) - controls) / d
