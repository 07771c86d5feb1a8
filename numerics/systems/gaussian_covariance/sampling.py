"""The covariance of n Gaussian data: its error, its eigenvectors, and what a regressed score generates of it."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from torch import Tensor

from numerics import spectra, wishart
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table

_ITERATIONS = 12  # each reduces what is wrong of v to about a tenth
_TINY = 1e-6  # what an angle is scaled by to be small: the mixing is then of first order


def _footprint(*, d: int, spectrum: Table, **_: object) -> int:
    return 6 * max(d, spectrum.whole("modes")) ** 2


@simulator(size="d", route="reduced", footprint=_footprint)
def frobenius_error(
    *, d: int, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """|D - C|^2 by a Bartlett factor along the axes of C; d directions, in some of which data may not vary."""
    levels = spectra.padded(spectra.given(spectrum["spectrum"]), d).to(generator.device)
    factor = wishart.bartlett(replicas, n=n, d=len(levels), generator=generator).mul_(levels.sqrt().unsqueeze(1))
    missed = (factor @ factor.mT).div_(n)
    missed.diagonal(dim1=1, dim2=2).sub_(levels)
    return missed.square().sum((1, 2))


@simulator(size="d", route="data", footprint=_footprint)
def frobenius_error_of_data(
    *, d: int, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from drawn data, along axes that are not those of C."""
    levels = spectra.padded(spectra.given(spectrum["spectrum"]), d).to(generator.device)
    root = axes(len(levels)).to(generator.device) * levels.sqrt()
    data = root @ wishart.scatter(replicas, n=n, d=len(levels), generator=generator) @ root.T / n
    return (data - root @ root.T).square().sum((1, 2))


@simulator(size="d", route="posterior", values="exact")
def eigenvector_mixing(*, d: int, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """To first order in 1/n: the squared sines by which the middle direction turns towards each of the others.

    An entry sqrt(c_i c_j/n) couples two of them; it is scaled down, and the squared sine up again.
    """
    levels, middle = _levels(d, n)
    others = np.delete(levels, middle)
    coupling = _TINY * np.sqrt(levels[middle] * others / n)
    sines = np.sin(np.arctan(2 * coupling / (others - levels[middle])) / 2)
    return torch.tensor([math.fsum((sines / _TINY) ** 2)], dtype=torch.float64)


@simulator(size="d", route="reduced", footprint=lambda d, **_: 6 * d * d)
def eigenvector_mixing_drawn(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """1 - <v|u>^2 of drawn matrices, v by inverse iteration from u.

    sum (D_ij^2 - c_i c_j/n)/(c_i - c_j)^2, whose mean is zero by that of a product of two normal numbers, is taken off:
    nearly all of the scatter.
    """
    numbers, middle = _levels(d, n)
    levels = torch.from_numpy(numbers).to(generator.device)
    factor = wishart.bartlett(replicas, n=n, d=d, generator=generator).mul_((levels / n).sqrt().unsqueeze(1))
    return _mixed(factor @ factor.mT, levels, middle, n)


@simulator(size="d", route="data", footprint=lambda d, **_: 6 * d * d)
def eigenvector_mixing_of_data(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from drawn data."""
    numbers, middle = _levels(d, n)
    levels = torch.from_numpy(numbers).to(generator.device)
    return _mixed(wishart.scatter(replicas, n=n, d=d, generator=generator, scale=levels.sqrt()) / n, levels, middle, n)


def axes(d: int) -> Float64[Tensor, "d d"]:
    """Orthonormal columns."""
    place = torch.arange(d, dtype=torch.float64)
    return torch.linalg.qr(torch.cos(place[:, None] * (place + 1) + 0.3 * place) + torch.eye(d).double())[0]


def _levels(d: int, n: int) -> tuple[NDArray[np.float64], int]:
    """Equidistant eigenvalues on [1, 2] with one at 3/2, and its place."""
    if d < 3 or d % 2 == 0:
        raise ParameterError(f"eigenvector_mixing: d = {d} is outside d >= 3, odd (an eigenvalue in the middle)")
    if n < d:
        raise ParameterError(f"eigenvector_mixing: n = {n}, d = {d} is outside n >= d: the covariance is singular")
    middle = d // 2
    return 1.5 + (np.arange(d) - middle) / d, middle


def _mixed(
    matrices: wishart.Matrices, levels: Float64[Tensor, " d"], middle: int, n: int
) -> Float64[Tensor, " replicas"]:
    d, away = len(levels), levels - levels[middle]
    away[middle] = math.inf
    first = ((matrices[:, middle].square() - levels * levels[middle] / n) / away.square()).sum(1)
    shifted = matrices - (levels[middle] + 0.1 / d) * torch.eye(d, dtype=torch.float64, device=levels.device)
    lu, pivots = torch.linalg.lu_factor(shifted)
    v = torch.zeros(len(matrices), d, 1, dtype=torch.float64, device=levels.device)
    v[:, middle] = 1
    for _ in range(_ITERATIONS):
        v = torch.linalg.lu_solve(lu, pivots, v)
        v = v / v[:, middle : middle + 1]
    rest = v.square().sum((1, 2)) - 1
    return rest / (1 + rest) - first
