"""Distances between the Gaussian of n data and that of their law: by eigenvalues, and by points told apart."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import wishart
from numerics.simulator import ParameterError, simulator
from numerics.systems.gaussian_covariance.divergence import root_of_covariance

_POINTS = 32  # told apart by one pair of Gaussians
_STEP = 0.25  # of the integral over a characteristic function
_NORMAL = 8  # dimensions from which a characteristic function falls off as fast as that of a normal law
_TOGETHER = 4  # pivots whose product cannot turn half round


@simulator(size="d", route="reduced", footprint=lambda d, n, **_: 8 * min(d, n) + 256)
def wasserstein(*, d: int, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """W_2^2(N(0, D), N(0, 1))/d from the trace of the root of the bidiagonal matrix of n data, or of its transpose."""
    b = wishart.bidiagonal(replicas, n=max(n, d), d=min(n, d), generator=generator)
    return (wishart.bidiagonal_trace(b) / n + d - 2 * wishart.bidiagonal_root_trace(b) / math.sqrt(n)) / d


@simulator(size="d", route="data", footprint=lambda d, **_: 8 * d * d)
def wasserstein_of_data(*, d: int, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """The same from drawn data and the eigenvalues of their covariance."""
    values = torch.linalg.eigvalsh(wishart.scatter(replicas, n=n, d=d, generator=generator) / n).clamp_min(0)
    return (values - 2 * values.sqrt() + 1).sum(1) / d


@simulator(size="d", route="reduced", footprint=lambda d, n: 4 * d + 14 * _nodes(d, n))
def total_variation(*, d: int, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """1 - the overlap of p = N(0, 1) and q = N(0, S), S = B B^T/n, by the characteristic function of their log odds.

    min(p, q) = sqrt(p q) exp(-|odds|/2), and exp(-|x|/2) is an integral of exp(i t x)/(t^2 + 1/4): at t = sinh(v)/2, by
    the trapezoidal rule, det(M)^(-1/2) det(S)^(1/4 + i t/2) for M = (1/2 + i t) S + 1/2 - i t.  The pivots of M have
    positive real parts, so that their logarithms add up without a turn.
    """
    _require_inverse(n=n, d=d)
    if d < _NORMAL:
        raise ParameterError(f"total_variation: d = {d} is outside d >= {_NORMAL}; use the route posterior or data")
    b = wishart.bidiagonal(replicas, n=n, d=d, generator=generator)
    log_determinant = wishart.bidiagonal_log_determinant(b) - d * math.log(n)
    v = _STEP * torch.arange(_nodes(d, n), dtype=torch.float64, device=generator.device).unsqueeze(1)
    turned = torch.complex(torch.full_like(v, 0.5), torch.sinh(v) / 2)
    rest, on, below = 1 - turned, b.diagonal / n, b.below / n
    pivot = turned * on[:, 0] + rest
    product, logs = pivot, torch.zeros_like(pivot)
    for k in range(1, d):
        here = turned * (on[:, k] + below[:, k - 1]) + rest
        pivot = here - turned.square() * (on[:, k - 1] * below[:, k - 1]) / pivot
        if k % _TOGETHER:
            product = product * pivot
        else:
            logs, product = logs + product.log(), pivot
    logs = logs + product.log()
    overlap = torch.exp((turned * log_determinant - logs) / 2).real / torch.cosh(v)
    weight = torch.full_like(v, 2 * _STEP / math.pi)
    weight[0] /= 2
    return 1 - (weight * overlap).sum(0)


@simulator(size="d", route="posterior", footprint=lambda d, **_: (8 + 3 * _POINTS) * d, block=64)
def total_variation_of_points(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Mean of |p/q - 1|/2 over points B z of q = N(0, S), S = B B^T/n bidiagonal, where p = N(0, 1)."""
    _require_inverse(n=n, d=d)
    b = wishart.bidiagonal(replicas, n=n, d=d, generator=generator)
    z = torch.randn(d, replicas, _POINTS, dtype=torch.float64, generator=generator, device=generator.device)
    on, below = (part.sqrt().T.unsqueeze(2) / math.sqrt(n) for part in b)
    x = on * z
    x[1:] += below * z[:-1]
    log_determinant = (wishart.bidiagonal_log_determinant(b) - d * math.log(n)).unsqueeze(1)
    odds = (z.square_().sum(0) - x.square_().sum(0) + log_determinant) / 2
    return torch.expm1(odds).abs().mean(1) / 2


@simulator(size="d", route="data", footprint=lambda d, **_: 8 * d * (d + _POINTS))
def total_variation_of_data(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from n data of a covariance C that is neither diagonal nor the identity, and points of both laws."""
    _require_inverse(n=n, d=d)
    true = root_of_covariance(d, generator.device)
    scatter = true @ wishart.scatter(replicas, n=n, d=d, generator=generator) @ true.T
    learnt = wishart.cholesky(scatter / n)
    z = torch.randn(replicas, d, _POINTS, dtype=torch.float64, generator=generator, device=generator.device)
    half = _POINTS // 2
    x = torch.cat((true @ z[:, :, :half], learnt @ z[:, :, half:]), dim=2)
    return torch.tanh((_log_density(x, true) - _log_density(x, learnt)).abs() / 2).mean(1)


def _nodes(d: int, n: int) -> int:
    """So many that the characteristic function, of odds of variance d (d + 1)/(2 n) if d is large, has vanished."""
    return math.ceil(max(6.0, math.asinh(14 / math.sqrt(d * (d + 1) / (2 * n)))) / _STEP) + 1


def _log_density(x: Float64[Tensor, "replicas d points"], root: Tensor) -> Float64[Tensor, "replicas points"]:
    """log density at x of N(0, root root^T), but for (2 pi)^(-d/2)."""
    white = torch.linalg.solve_triangular(root, x, upper=False)
    return -white.square().sum(1) / 2 - root.diagonal(dim1=-2, dim2=-1).log().sum(-1, keepdim=True)


def _require_inverse(*, n: int, d: int) -> None:
    if n < d:
        raise ParameterError(f"total_variation: n = {n}, d = {d} is outside n >= d: the covariance is singular")
