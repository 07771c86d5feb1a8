"""Distances of what trained weights generate from the data, in units of sigma: KL, its second order, Hellinger."""

import math
from collections.abc import Iterator

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from torch import Tensor

from numerics.regression import MU, SIGMA, Matrices, Noising, Trained, trained
from numerics.wishart import cholesky

Numbers = Float64[Tensor, " replicas"]
Columns = tuple[NDArray[np.float64], ...]

_ALIVE = 2**21  # numbers of data


def divergence(weights: Matrices, unit: float) -> Numbers:
    """KL(N(0, S) | N(0, 1)) of S = unit weights^T weights: by the LU factors of the weights, without S."""
    d = weights.shape[-1]
    determinant = 2 * torch.linalg.slogdet(weights).logabsdet + d * math.log(unit)
    return (unit * weights.square().sum((1, 2)) - d - determinant) / 2


def second_order(weights: Matrices, unit: float) -> Numbers:
    """|unit weights^T weights - 1|^2/4."""
    covariance = (weights.mT @ weights).mul_(unit)
    covariance.diagonal(dim1=1, dim2=2).sub_(1)
    return covariance.square().sum((1, 2)) / 4


def drawn_divergences(replicas: int, *, n: int, d: int, step: Noising, generator: torch.Generator) -> Columns:
    """KL of the covariance and its second order, of regressions on data of H24 (3.8), sigma_X known."""
    unit = step.of_input / SIGMA**2
    parts = [
        (divergence(found.transposed, unit), second_order(found.transposed, unit))
        for found in _drawn(replicas, n, d, step, generator)
    ]
    return _together(parts)


def drawn_overlaps(replicas: int, *, n: int, d: int, step: Noising, generator: torch.Generator) -> Columns:
    """1 - H^2 by the procedure of H24 section 3, and with the exponent of (3.4) as printed."""
    return _together([_overlaps(found, n, step) for found in _drawn(replicas, n, d, step, generator)])


def drawn_parts(replicas: int, *, n: int, d: int, step: Noising, generator: torch.Generator) -> Columns:
    """KL of the mean, KL of the covariance and its second order, by the procedure of H24 section 3.

    mu_X and sigma_X are those that (3.2) estimates from the data.
    """
    return _together([_parts(found, n, step) for found in _drawn(replicas, n, d, step, generator)])


def _drawn(replicas: int, n: int, d: int, step: Noising, generator: torch.Generator) -> Iterator[Trained]:
    chunk = max(1, min(replicas, _ALIVE // (3 * n * d)))
    for start in range(0, replicas, chunk):
        yield trained(min(chunk, replicas - start), n=n, d=d, step=step, generator=generator)


def _together(parts: list[tuple[Tensor, ...]]) -> Columns:
    return tuple(torch.cat(column).cpu().numpy() for column in zip(*parts, strict=True))


def _parts(found: Trained, n: int, step: Noising) -> tuple[Tensor, Tensor, Tensor]:
    estimated = found.transposed * (_of_input(found, n, step).sqrt() / SIGMA)
    return _away(found, step).square().sum((1, 2)) / 2, divergence(estimated, 1.0), second_order(estimated, 1.0)


def _overlaps(found: Trained, n: int, step: Noising) -> tuple[Tensor, Tensor]:
    """1 - H^2 by (3.4), and as printed: with weights^T weights and without var_X in the exponent."""
    weights = found.transposed.mT / SIGMA
    d = weights.shape[-1]
    of_input, away = _of_input(found, n, step), _away(found, step)
    own = 2 * torch.linalg.slogdet(weights * of_input.sqrt()).logabsdet
    right = _with_one(weights @ weights.mT * of_input)
    volume = d * math.log(2) / 2 + own / 4 - right.diagonal(dim1=1, dim2=2).log().sum(1)
    logs = [
        volume - torch.linalg.solve_triangular(factor, away, upper=False).square().sum((1, 2)) / 4
        for factor in (right, _with_one(weights.mT @ weights))
    ]
    return torch.exp(logs[0]), torch.exp(logs[1])


def _of_input(found: Trained, n: int, step: Noising) -> Float64[Tensor, "replicas 1 1"]:
    """sigma_X^2 by (3.2)."""
    d = found.outputs.shape[1]
    return (step.shrink**2 * found.spread / (n * d) + step.noise).view(-1, 1, 1)


def _away(found: Trained, step: Noising) -> Float64[Tensor, "replicas d 1"]:
    """The generated mean from that of the data, in units of sigma."""
    moved = torch.bmm((found.outputs * step.shrink - found.inputs).unsqueeze(1), found.transposed).squeeze(1)
    return ((found.outputs + moved - MU) / SIGMA).unsqueeze(2)


def _with_one(matrices: Tensor) -> Tensor:
    """The Cholesky factors of matrices + 1, which may be overwritten."""
    matrices.diagonal(dim1=1, dim2=2).add_(1)
    return cholesky(matrices)
