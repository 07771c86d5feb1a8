"""The numbers of the figures of linear diffusion models: how many data a covariance needs, by two measures.

The data are Gaussian with the eigenvalues k^(-exponent), k = 1 .. d.  By the squares of its entries the covariance is
known as soon as n passes the participation ratio; the generated law is near that of the data only when n passes d.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics import sample_covariance, seeds, spectra
from theory import deterministic_equivalents as equivalents
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.notation import alpha, c, spectrum

DIMENSIONS = 48
EXPONENT = 1.0
DATA = (2, 4, 8, 16, 32, 64, 128, 256)
RATIOS = (0.125, 0.25, 0.5, 1, 2, 4, 8)
RIDGES = (0.001, 0.01, 0.1)
SIZES = (24, 48)
DRAWS = 256
GIVEN = equivalents.effective_ridge(equivalents.over_spectrum)

Column = NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class EffectiveDimension:
    """One row per number of data: |Sigma_0 - Sigma|^2/|Sigma|^2.

    simulated, error    of drawn data of known mean, with the standard error;  exact: (PR + 1)/n
    printed             d_eff/N as printed, PR/n^2;  participation: PR/n
    """

    n: Column
    simulated: Column
    error: Column
    exact: Column
    printed: Column
    participation: Column


@dataclass(frozen=True)
class Divergences:
    """One row per ridge, dimension and number of data; KL(rho_N|rho)/d in nats.

    simulated, error    of drawn data whose mean is subtracted, with the standard error
    limit, of_size      of large n and d, and with what it lacks at this d
    printed             the logarithm of the ratio of determinants alone, of large n and d
    """

    c: Column
    d: Column
    n: Column
    simulated: Column
    error: Column
    limit: Column
    of_size: Column
    printed: Column


def effective_dimension(
    *, d: int = DIMENSIONS, data: Sequence[int] = DATA, draws: int = DRAWS, seed: int = 0, device: str = "cpu"
) -> EffectiveDimension:
    """Drawn covariances and the three formulas, for n = 2 and more data."""
    levels, ratio = spectra.power_law(d, exponent=EXPONENT), participation_ratio(d)
    rows: list[tuple[float, ...]] = []
    for count in data:
        generator = seeds.generator("effective dimension", d, count, seed=seed, block=0, device=device)
        drawn = sample_covariance.drawn(levels.to(device).expand(draws, d), n=count, generator=generator)
        drawn.diagonal(dim1=1, dim2=2).sub_(levels.to(device))
        values = drawn.square().sum((1, 2)).cpu().numpy() / float(levels.square().sum())
        rows.append((count, *_mean(values), (ratio + 1) / count, ratio / count**2, ratio / count))
    return EffectiveDimension(*_columns(rows))


def divergences(
    *,
    ridges: Sequence[float] = RIDGES,
    sizes: Sequence[int] = SIZES,
    ratios: Sequence[float] = RATIOS,
    draws: int = DRAWS,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Divergences:
    """Drawn laws at n = ratio d, and the deterministic equivalents."""
    rows: list[tuple[float, ...]] = []
    for size in sizes:
        levels = spectra.power_law(size, exponent=EXPONENT)
        progress(f"divergence in {size} dimensions ...")
        for ridge in ridges:
            for ratio in ratios:
                count = max(2, round(ratio * size))
                generator = seeds.generator("data needed", size, ridge, count, seed=seed, block=0, device=device)
                own = levels.to(device).expand(draws, size)
                covariance, mean = sample_covariance.drawn_with_mean(own, n=count, generator=generator)
                values = sample_covariance.divergence_of(sample_covariance.ridged(covariance, ridge), mean, own) / size
                at = {c: ridge, alpha: size / count, spectrum: equivalents.SPECTRUM.read("figure", levels.numpy())}
                limit, more, printed = (
                    float(as_array(Explicit(form(equivalents.over_spectrum), GIVEN), at))
                    for form in (equivalents.divergence, equivalents.divergence_fluctuation, equivalents.log_ratio)
                )
                rows.append((ridge, size, count, *_mean(values.cpu().numpy()), limit, limit + more / size, printed))
    return Divergences(*_columns(rows))


def participation_ratio(d: int) -> float:
    """Of the spectrum in d dimensions."""
    return spectra.participation_ratio(spectra.power_law(d, exponent=EXPONENT))


def _mean(values: Column) -> tuple[float, float]:
    """With its standard error."""
    return float(values.mean()), float(values.std(ddof=1) / len(values) ** 0.5)


def _columns(rows: Sequence[tuple[float, ...]]) -> list[Column]:
    return [np.array(column, dtype=float) for column in zip(*rows, strict=True)]
