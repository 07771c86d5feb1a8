"""Divergences between the Gaussian of n data and that of their law: from drawn data of a covariance, and without it."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import wishart
from numerics.simulator import ParameterError, simulator


@simulator(size="d", route="reduced", footprint=lambda d, **_: 10 * d)
def divergence_forward(*, d: int, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """KL(N(0, D)|N(0, C)) from the bidiagonal matrix that has the eigenvalues of C^(-1/2) D C^(-1/2)."""
    _require_inverse("divergence_forward", n=n, d=d)
    return _forward(wishart.bidiagonal(replicas, n=n, d=d, generator=generator), n)


@simulator(size="d", route="data", footprint=lambda d, **_: 8 * d * d)
def divergence_forward_of_data(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from n data of a covariance C that is neither diagonal nor the identity."""
    _require_inverse("divergence_forward", n=n, d=d)
    root = root_of_covariance(d, generator.device)
    covariance, data = root @ root.T, root @ wishart.scatter(replicas, n=n, d=d, generator=generator) @ root.T / n
    return _divergence(data, covariance.expand_as(data))


@simulator(size="d", route="reduced", footprint=lambda d, **_: 10 * d, tail=wishart.MINIMUM_TAIL)
def divergence_reverse(*, d: int, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """KL(N(0, C)|N(0, D)) from the bidiagonal matrix that has the eigenvalues of C^(-1/2) D C^(-1/2)."""
    wishart.require_tail("divergence_reverse", n=n, d=d, order=1)
    b = wishart.bidiagonal(replicas, n=n, d=d, generator=generator)
    inverse, log_determinant = n * wishart.bidiagonal_inverse_trace(b), wishart.bidiagonal_log_determinant(b)
    return (inverse - d + log_determinant - d * math.log(n)) / 2 - _quadratic(b, n)


@simulator(size="d", route="data", footprint=lambda d, **_: 8 * d * d, tail=wishart.MINIMUM_TAIL)
def divergence_reverse_of_data(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from n data of a covariance C that is neither diagonal nor the identity."""
    wishart.require_tail("divergence_reverse", n=n, d=d, order=1)
    root = root_of_covariance(d, generator.device)
    covariance, data = root @ root.T, root @ wishart.scatter(replicas, n=n, d=d, generator=generator) @ root.T / n
    return _divergence(covariance.expand_as(data), data)


@simulator(size="d", route="reduced", footprint=lambda d, **_: 10 * d)
def divergence_per_dimension(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(N(0, D)|N(0, C))/d from bidiagonal matrices."""
    _require_inverse("divergence_limit", n=n, d=d)
    return _forward(wishart.bidiagonal(replicas, n=n, d=d, generator=generator), n) / d


@simulator(size="d", route="data", footprint=lambda d, **_: 8 * d * d)
def divergence_per_dimension_of_data(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(N(0, D)|N(0, C))/d from drawn data and their Cholesky factor."""
    _require_inverse("divergence_limit", n=n, d=d)
    factor = wishart.cholesky(wishart.scatter(replicas, n=n, d=d, generator=generator))
    return wishart.divergence_forward(factor, n) / d


def root_of_covariance(d: int, device: torch.device) -> Float64[Tensor, "d d"]:
    """A lower triangular L: the data L z have the covariance L L^T."""
    place = torch.arange(d, dtype=torch.float64, device=device)
    coupling = 0.4 * torch.cos(place[:, None] + 2 * place)
    return coupling.tril(-1) + torch.diag(0.6 + place / d)


def _forward(b: wishart.Bidiagonal, n: int) -> Float64[Tensor, " replicas"]:
    d = b.diagonal.shape[1]
    log_determinant = wishart.bidiagonal_log_determinant(b) - d * math.log(n)
    return (wishart.bidiagonal_trace(b) / n - d - log_determinant) / 2 - _quadratic(b, n)


def _quadratic(b: wishart.Bidiagonal, n: int) -> Float64[Tensor, " replicas"]:
    """(|S - 1|^2 - E)/4 of S = W/n, which takes most of the scatter out of a divergence.

    Its mean, d (d + 1)/n, is that of the squares of sums of n products: E S_ij^2 = (1 + delta_ij)/n.
    """
    d = b.diagonal.shape[1]
    squared = wishart.bidiagonal_trace_of_square(b) / n**2 - 2 * wishart.bidiagonal_trace(b) / n + d
    return (squared - d * (d + 1) / n) / 4


def _divergence(first: wishart.Matrices, second: wishart.Matrices) -> Float64[Tensor, " replicas"]:
    """KL(N(0, first)|N(0, second)): the trace of second^-1 first, its dimension, its log determinant."""
    upper, lower = wishart.cholesky(first.contiguous()), wishart.cholesky(second.contiguous())
    whitened = torch.linalg.solve_triangular(lower, upper, upper=False)
    return wishart.divergence_forward(whitened, 1.0)


def _require_inverse(name: str, *, n: int, d: int) -> None:
    if n < d:
        raise ParameterError(f"{name}: n = {n}, d = {d} is outside n >= d: the covariance of the data is singular")
