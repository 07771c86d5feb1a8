"""Squared distance of the covariance of n data of known mean from that of their law, over the square of the latter.

`d` is the number of directions, those in which data do not vary included; it is never less than the spectrum has.
"""

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import noise_prediction, spectra, wishart
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table


def _footprint(*, d: int, spectrum: Table, **_: object) -> int:
    return 6 * max(d, spectrum.whole("modes")) ** 2


@simulator(size="d", route="reduced", footprint=_footprint)
def frobenius_ratio(
    *, d: int, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """By a Bartlett factor, along the axes of the covariance."""
    _require_two(n)
    levels = spectra.padded(spectra.given(spectrum["spectrum"]), d).to(generator.device)
    factor = wishart.bartlett(replicas, n=n, d=len(levels), generator=generator).mul_(levels.sqrt().unsqueeze(1))
    missed = (factor @ factor.mT).div_(n)
    missed.diagonal(dim1=1, dim2=2).sub_(levels)
    return missed.square().sum((1, 2)) / levels.square().sum()


@simulator(size="d", route="data", footprint=_footprint)
def frobenius_ratio_data(
    *, d: int, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Of drawn data, along axes that lie anyhow."""
    _require_two(n)
    levels = spectra.padded(spectra.given(spectrum["spectrum"]), d).to(generator.device)
    axes = noise_prediction.frame(len(levels), generator)
    root = axes * levels.sqrt()
    scatter = wishart.scatter(replicas, n=n, d=len(levels), generator=generator)
    missed = root @ scatter @ root.T / n - root @ root.T
    return missed.square().sum((1, 2)) / levels.square().sum()


@simulator(size="d", route="posterior", values="exact")
def frobenius_ratio_of_moments(
    *, d: int, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """From the variance of x_i x_j of one datum, over all pairs, by Gauss-Hermite quadrature; n data add up."""
    _require_two(n)
    levels = spectra.padded(spectra.given(spectrum["spectrum"]), d).numpy()
    nodes, weights = np.polynomial.hermite_e.hermegauss(8)
    weights = weights / weights.sum()
    across = np.outer(nodes, nodes)  # of two directions, each of variance 1
    apart = np.einsum("a,b,ab->", weights, weights, across**2) - np.einsum("a,b,ab->", weights, weights, across) ** 2
    alone = weights @ nodes**4 - (weights @ nodes**2) ** 2
    scatter = np.where(np.eye(len(levels), dtype=bool), alone, apart) * np.outer(levels, levels) / n
    return torch.tensor([scatter.sum() / (levels**2).sum()], dtype=torch.float64)


def _require_two(n: int) -> None:
    if n < 2:
        raise ParameterError(f"frobenius_ratio: n = {n} is outside n >= 2 (training samples)")
