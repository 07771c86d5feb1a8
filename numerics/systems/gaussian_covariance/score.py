"""The linear score of noised Gaussian data: from the moments of the law, by regression on drawn data, by its loss."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import wishart
from numerics.diffusion import noised, variance
from numerics.simulator import ParameterError, simulator
from numerics.systems.gaussian_covariance.sampling import axes

_PER_DIMENSION = 8  # data per dimension of a regression


@simulator(size="d", route="posterior", values="exact")
def linear_score(
    *, d: int, t: float, T: float, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """u W u for the matrix that solves the normal equations of the mean loss, u the eigenvector of c."""
    columns, data = (item.numpy() for item in _covariance(d, c))
    noise, shrink = variance(t, T=T), math.exp(-t)
    noised_data = shrink**2 * data + noise * np.eye(d)
    arrow = (noised_data - shrink * (shrink * data)) / noise  # mean of (x - exp(-t) a) x^T/Delta
    weights = np.linalg.solve(noised_data, arrow.T).T
    return torch.tensor([columns[:, 0] @ weights @ columns[:, 0]], dtype=torch.float64)


@simulator(size="d", route="data", footprint=lambda d, **_: 4 * _PER_DIMENSION * d * d + 4 * d * d)
def linear_score_regressed(
    *, d: int, t: float, T: float, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """u W u for the least-squares matrix of 8 d drawn pairs: arrows to the data are linear in x, so it has no bias."""
    columns, data = (item.to(generator.device) for item in _covariance(d, c))
    root = torch.linalg.cholesky(data)
    size = (replicas, _PER_DIMENSION * d, d)
    a = torch.randn(size, dtype=torch.float64, generator=generator, device=generator.device) @ root.T
    x = noised(a, t=t, T=T, generator=generator)
    arrows = (x - math.exp(-t) * a) / variance(t, T=T)
    weights = torch.linalg.solve(x.mT @ x, x.mT @ arrows).mT
    return columns[:, 0] @ weights @ columns[:, 0]


@simulator(size="d", route="reduced", footprint=lambda d, **_: 24 * d * d)
def empirical_score_matrix(
    *, d: int, n: int, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The least loss per component from the scatter of data and noise, one Wishart matrix of 2 d directions."""
    require_inverse(n=n, d=d)
    x, a = _pairs_of_factor(wishart.bartlett(replicas, n=n, d=2 * d, generator=generator), t=t, T=T)
    return least_loss(x, a, n=n, t=t, T=T)


@simulator(size="d", route="data", footprint=lambda d, n, **_: 6 * d * (n + 2 * d))
def empirical_score_matrix_of_data(
    *, d: int, n: int, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same by least squares on n drawn data and one noised value of each."""
    require_inverse(n=n, d=d)
    a = torch.randn(replicas, n, d, dtype=torch.float64, generator=generator, device=generator.device)
    return least_loss(noised(a, t=t, T=T, generator=generator), a, n=n, t=t, T=T)


def least_loss(
    x: Float64[Tensor, "replicas rows d"], a: Float64[Tensor, "replicas rows d"], *, n: int, t: float, T: float
) -> Float64[Tensor, " replicas"]:
    """BM23 (33) over d, minimised by an orthogonal factorisation; rows may be n data or a factor of their scatter."""
    arrows = (x - math.exp(-t) * a) / variance(t, T=T)
    along = torch.linalg.qr(x)[0]
    rest = arrows - along @ (along.mT @ arrows)
    return rest.square().sum((1, 2)) / (n * x.shape[2])


def loss(weights: Tensor, x: Tensor, a: Tensor, *, t: float, T: float) -> Float64[Tensor, " replicas"]:
    """BM23 (33) of the score -W x, with its constant, over d."""
    residual = (x - math.exp(-t) * a) / variance(t, T=T) - x @ weights.mT
    return residual.square().sum(2).mean(1) / x.shape[2]


def require_inverse(*, n: int, d: int) -> None:
    if n < d:
        raise ParameterError(f"empirical_score_matrix: n = {n}, d = {d} is outside n >= d: the covariance is singular")


def _pairs_of_factor(factor: wishart.Matrices, *, t: float, T: float) -> tuple[Tensor, Tensor]:
    """2 d rows of (x, a) with the scatter of n pairs: a = z_1 and x = exp(-t) z_1 + sqrt(Delta) z_2 for scatter(z)."""
    rows = factor.mT
    d = rows.shape[2] // 2
    a = rows[:, :, :d]
    return math.exp(-t) * a + math.sqrt(variance(t, T=T)) * rows[:, :, d:], a


def _covariance(d: int, c: float) -> tuple[Float64[Tensor, "d d"], Float64[Tensor, "d d"]]:
    """Orthonormal columns, and the covariance whose eigenvalues along them are c and others beside it."""
    if not (c > 0 and math.isfinite(c)):
        raise ParameterError(f"linear_score: c = {c} is outside c > 0 (eigenvalue of the covariance of the data)")
    columns = axes(d)
    levels = torch.cat((torch.tensor([c], dtype=torch.float64), 0.3 + torch.arange(1, d, dtype=torch.float64) / d))
    return columns, columns * levels @ columns.T
