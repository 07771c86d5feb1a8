"""The regression of a linear denoiser: n drawn pairs (X, Y) in d dimensions, and its weights by an exact reduction.

`trained` draws the data of H24 (3.8), `trained_as_modelled` those of (B.1): two laws, which no function mixes.
`residual` draws M of weights^T = slope (1 + root(b) M) without data: M = T^-T G, W = T T^T of n - 1 degrees of freedom.
`Columns` has exact means over M, column by column: a column is a normal vector over an independent chi number.
All numbers are float64, replicas lead, and blocks of replicas run on one thread.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError
from numerics.wishart import bartlett, cholesky

Matrices = Float64[Tensor, "replicas d d"]
Vectors = Float64[Tensor, "replicas d"]

SIGMA, MU = 1.3, 0.7
"""Of the data.  What is simulated is in units of sigma, and mu drops out of a regression."""

_HORIZON = 0.7


class Trained(NamedTuple):
    """weights^T, (inputs, outputs), the means of inputs and outputs over the n data, sum |y - mean|^2 of outputs."""

    transposed: Matrices
    inputs: Vectors
    outputs: Vectors
    spread: Float64[Tensor, " replicas"]


class Noising(NamedTuple):
    """One step of noise: exp(-horizon), the variance of the noise, that of an input, and a."""

    shrink: float
    noise: float
    of_input: float
    a: float


def noising(*, horizon: float, lamhat: float) -> Noising:
    """lambda = lamhat sigma^2 exp(-2 horizon); raises ParameterError for values that are not positive."""
    for name, value in {"horizon": horizon, "lamhat": lamhat}.items():
        if not value > 0:
            raise ParameterError(f"regression: {name} = {value:g} is outside {name} > 0")
    shrink = math.exp(-horizon)
    noise = lamhat * (SIGMA * shrink) ** 2 * -math.expm1(-2 * horizon)
    return Noising(shrink, noise, (SIGMA * shrink) ** 2 + noise, noise / (SIGMA * shrink) ** 2)


def noising_of(a: float) -> Noising:
    """A step of noise with this a; horizon does not matter.  Raises ParameterError unless a > 0."""
    if not a > 0:
        raise ParameterError(f"regression: a = {a:g} is outside a > 0")
    return noising(horizon=_HORIZON, lamhat=a / -math.expm1(-2 * _HORIZON))


def trained(replicas: int, *, n: int, d: int, step: Noising, generator: torch.Generator) -> Trained:
    """Least squares on data Y ~ N(mu, sigma^2 1), X = exp(-horizon) Y + noise, H24 (3.8) and (3.1)."""
    _check(n, d)
    y = _normal(replicas, n, d, generator=generator).mul_(SIGMA).add_(MU)
    x = _normal(replicas, n, d, generator=generator).mul_(math.sqrt(step.noise)).add_(y, alpha=step.shrink)
    return _least_squares(x, y)


def trained_as_modelled(replicas: int, *, n: int, d: int, step: Noising, generator: torch.Generator) -> Trained:
    """Least squares on data X ~ N(mu_X, sigma_X^2 1), Y = exp(horizon) X + noise, H24 (B.1) and (B.2)."""
    _check(n, d)
    x = _normal(replicas, n, d, generator=generator).mul_(math.sqrt(step.of_input)).add_(MU * step.shrink)
    y = _normal(replicas, n, d, generator=generator).mul_(math.sqrt(step.noise)).add_(x, alpha=1 / step.shrink)
    return _least_squares(x, y)


def residual(replicas: int, *, n: int, d: int, generator: torch.Generator) -> tuple[Matrices, Matrices, Matrices]:
    """T, G and M = T^-T G: W = T T^T has n - 1 degrees of freedom, G standard normal entries."""
    _check(n, d)
    factor = bartlett(replicas, n=n - 1, d=d, generator=generator)
    noise = _normal(replicas, d, d, generator=generator)
    return factor, noise, torch.linalg.solve_triangular(factor.mT, noise, upper=True)


class Columns(NamedTuple):
    """Exact means over M = W^(-1/2) G: |m|^2 and |m|^4 of a column, (m_i . m_j)^2 of two, and E tr W^-1."""

    square: float
    fourth: float
    product: float
    inverse_trace: float


@lru_cache(maxsize=1024)
def columns(n: int, d: int) -> Columns:
    """The means at n data in d dimensions, n > d + 4.

    A column is g/chi in law, chi^2 of n - d degrees of freedom and independent of |g|.  (m_i . m_j)^2 has the mean of
    tr W^-2, which follows from adding one dimension after the other: with s the squared length of the new column of
    x across the others, and u its coordinates along them over W^(1/2),

        tr W^-1 grows by (1 + u' W^-1 u)/s,    tr W^-2 by 2 u' W^-2 u/s + (1 + u' W^-1 u)^2/s^2
    """
    _check(n, d)
    one = two = squared = 0.0  # E tr W^-1, E tr W^-2, E (tr W^-1)^2 of the dimensions so far
    for before in range(d):
        first, second = (_inverse_chi_square(n - 1 - before, power) for power in (1, 2))
        once = 1 + one
        twice = 1 + 2 * one + squared + 2 * two
        squared = squared + 2 * (one + squared) * first + twice * second
        two = two * (1 + 2 * first) + twice * second
        one = one + once * first
    return Columns(
        square=d * _inverse_chi_square(n - d, 1),
        fourth=d * (d + 2) * _inverse_chi_square(n - d, 2),
        product=two,
        inverse_trace=one,
    )


@lru_cache(maxsize=4096)
def _inverse_chi_square(freedom: int, power: int) -> float:
    """E z^-power of a chi^2 number z: trapezoidal sums over log z, which err less than rounding."""
    if freedom <= 2 * power:
        raise ParameterError(
            f"regression: E 1/chi^{2 * power} of {freedom} degrees of freedom is infinite; needs more data"
        )

    def integral(shape: float) -> float:
        centre, width = math.log(2 * shape), 1 / math.sqrt(min(shape, 1.0) * shape)
        u = np.linspace(centre - 45 * width, centre + 8 * width + 3, 4001)
        heights = shape * (u - centre) - (np.exp(u) - math.exp(centre)) / 2
        return math.log(np.exp(heights).sum() * (u[1] - u[0])) + shape * centre - math.exp(centre) / 2

    return math.exp(integral(freedom / 2 - power) - integral(freedom / 2))


def _least_squares(x: Float64[Tensor, "replicas n d"], y: Float64[Tensor, "replicas n d"]) -> Trained:
    """Both are overwritten by their deviations from the means."""
    inputs, outputs = x.mean(1), y.mean(1)
    x -= inputs.unsqueeze(1)
    y -= outputs.unsqueeze(1)
    factor = cholesky(x.mT @ x)
    return Trained(torch.cholesky_solve(x.mT @ y, factor), inputs, outputs, y.square().sum((1, 2)))


def _normal(*shape: int, generator: torch.Generator) -> Tensor:
    return torch.randn(*shape, dtype=torch.float64, generator=generator, device=generator.device)


def _check(n: int, d: int) -> None:
    if d < 1 or n - 1 < d:
        raise ParameterError(
            f"regression: n = {n}, d = {d} is outside n >= d + 1, d >= 1: the covariance of centred data is singular"
        )
