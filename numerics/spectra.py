"""Spectra of covariances: isotropic, power law, two levels, or given; and d eigenvalues that stand for a spectrum."""

from collections.abc import Sequence

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError

Levels = Float64[Tensor, " k"]


def isotropic(d: int, *, level: float = 1.0) -> Levels:
    """d equal eigenvalues."""
    return given([level] * _dimension(d))


def power_law(d: int, *, exponent: float, largest: float = 1.0) -> Levels:
    """Eigenvalues largest k^(-exponent), k = 1 .. d."""
    return given(largest * torch.arange(1, _dimension(d) + 1, dtype=torch.float64) ** -exponent)


def two_level(d: int, *, high: float, low: float, share: float = 0.5) -> Levels:
    """A share of the d eigenvalues, rounded to a whole number of them, is high, the others are low."""
    if not 0 <= share <= 1:
        raise ParameterError(f"two_level: share = {share:g} is outside 0 <= share <= 1 (of high eigenvalues)")
    many = round(share * _dimension(d))
    return given([high] * many + [low] * (d - many))


def given(values: Sequence[float] | Tensor) -> Levels:
    """The eigenvalues themselves, checked: ParameterError where there is none, or one is not finite or not positive."""
    levels = torch.as_tensor(values, dtype=torch.float64).flatten()
    if not len(levels):
        raise ParameterError("spectrum: no eigenvalues; needs at least one")
    wrong = ~(torch.isfinite(levels) & (levels > 0))
    if bool(wrong.any()):
        place = int(wrong.nonzero()[0])
        raise ParameterError(f"spectrum: eigenvalue {place + 1} = {float(levels[place]):g} is outside eigenvalue > 0")
    return levels


def represented(levels: Levels, d: int, *, replicas: int, generator: torch.Generator) -> Float64[Tensor, "replicas d"]:
    """d eigenvalues for each replica that stand for a spectrum of k levels of equal weight.

    Every k-th part of them is one level where k divides d; else each replica takes every (k/d)-th level from a random
    start, so that means of a function over the eigenvalues are those over the spectrum, on average exactly.
    """
    start = torch.rand(replicas, 1, dtype=torch.float64, generator=generator, device=generator.device)
    k = len(levels)
    if _dimension(d) % k == 0:
        start.zero_()
    place = (torch.arange(d, dtype=torch.float64, device=start.device) + start) * k / d
    return levels.to(start.device)[place.long().clamp_max(k - 1)]


def padded(levels: Levels, d: int) -> Float64[Tensor, " all"]:
    """The eigenvalues of data that do not vary in further directions: zeros up to d, none where d is smaller."""
    return torch.cat((levels, torch.zeros(max(0, _dimension(d) - len(levels)), dtype=torch.float64)))


def participation_ratio(levels: Levels) -> float:
    """(sum of l)^2/(sum of l^2), between 1 and the number of eigenvalues."""
    return float(levels.sum() ** 2 / levels.square().sum())


def _dimension(d: int) -> int:
    if d < 1:
        raise ParameterError(f"d = {d} is outside d >= 1 (dimension)")
    return d
