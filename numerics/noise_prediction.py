"""A linear denoiser: W (x + b) predicts the noise in x = sqrt(abar) x_0 + sqrt(1 - abar) noise, and what that costs.

For data of known mean and covariance all second moments are known: training is one linear system, and the mean squared
error of any W and b one trace.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError

Vector = Float64[Tensor, " d"]
Matrix = Float64[Tensor, "d d"]


class Denoiser(NamedTuple):
    """The prediction W (x + b)."""

    weights: Float64[Tensor, "*batch d d"]
    shift: Float64[Tensor, "*batch d"]


def kept_share(c: float) -> float:
    """abar of the ridge c = (1 - abar)/abar."""
    if not c > 0:
        raise ParameterError(f"linear_diffusion: c = {c:g} is outside c > 0 (ridge)")
    return 1 / (1 + c)


def trained(mean: Vector, covariance: Matrix, *, kept: float) -> Denoiser:
    """The least squares fit of the noise on x, for data of this mean and covariance."""
    d = len(mean)
    unit = torch.eye(d, dtype=torch.float64)
    noise = math.sqrt(1 - kept)
    # Normal equations W E(x x^T) = E(noise x^T), about the mean of x.
    weights = torch.linalg.solve(kept * covariance + noise**2 * unit, noise * unit).T
    return Denoiser(weights, -math.sqrt(kept) * mean)


def loss(denoiser: Denoiser, mean: Vector, covariance: Matrix, *, kept: float) -> Float64[Tensor, "*batch"]:
    """E |noise - W (x + b)|^2 for data of this mean and covariance; of many denoisers, one number each."""
    d = len(mean)
    noise = math.sqrt(1 - kept)
    spread = kept * covariance + noise**2 * torch.eye(d, dtype=torch.float64)
    weights, shift = denoiser
    missed = (weights @ (math.sqrt(kept) * mean + shift).unsqueeze(-1)).squeeze(-1)
    own = weights.diagonal(dim1=-2, dim2=-1).sum(-1)
    return d - 2 * noise * own + (weights @ spread * weights).sum((-2, -1)) + missed.square().sum(-1)


def frame(d: int, generator: torch.Generator) -> Matrix:
    """Orthonormal axes in a random position, so that nothing rests on diagonal matrices."""
    normal = torch.randn(d, d, dtype=torch.float64, generator=generator)
    axes, _ = torch.linalg.qr(normal)
    return axes
