"""The numbers of the figures of the linear denoiser: KL/d against alpha, and H24 Fig. 2 and 3 anew.

Everything simulated is a regression on drawn data of H24 (3.8), with exp(-2 horizon) = exp(-4) as in the paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from sympy import Float

from numerics import seeds
from numerics.generated_law import drawn_divergences, drawn_overlaps, drawn_parts
from numerics.regression import columns, noising
from numerics.regression_determinant import mean_log_determinant
from theory import free_regression
from theory.evaluate import as_array
from theory.formula import Explicit, Formula
from theory.notation import NOTATION
from theory.regression import MEAN_DIVERGENCE, SECOND_ORDER_LIMIT, printed_second_order, second_order

HORIZON = 2.0
DIMENSIONS = 64
DATA = (640, 320, 200, 160, 128, 100, 80)
NOISES = (1.0, 0.1)
DRAWS = 400
LEAST_FOR_SQUARES = 28  # n - d, from which the scatter of a second moment of W^-1 says something
FIGURE_2 = {16: 400, 100: 100}
"""Regressions for each level of noise, by dimension."""
DATA_OF_FIGURE_2 = 10_000
LEVELS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)
FIGURE_3 = {
    16: (17, 18, 20, 25, 30, 40, 60, 100, 200, 500, 2000, 10_000),
    100: (101, 110, 125, 150, 200, 300, 500, 1000, 3000, 10_000),
}

Column = NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Divergence:
    """One row per noise level and alpha; per dimension.  nan where nothing was drawn.

    printed         H24 (B.17) at exp(-2 T) = exp(-4);  second: the same, corrected, of large n and d
    exact           KL, not expanded, of large n and d;  of_size: its exact mean in d dimensions
    simulated, error, simulated_second, error_second    means over regressions, with their standard errors
    """

    lamhat: Column
    alpha: Column
    d: Column
    printed: Column
    second: Column
    exact: Column
    of_size: Column
    simulated: Column
    error: Column
    simulated_second: Column
    error_second: Column


@dataclass(frozen=True)
class Noise:
    """One row per dimension and noise level, of KL itself, not per dimension.  nan where nothing was drawn.

    mean            E KL_mean, exact;  printed: H24 (B.17);  second: E KL_var by (B.10), exact in n and d
    exact           E KL of the covariance, not expanded, with its terms of order d and 1
    simulated_mean, simulated_second, simulated    the same three by the procedure of H24 section 3, means over
                    regressions; error_mean, error_second, error: their standard errors
    """

    d: Column
    n: Column
    lamhat: Column
    mean: Column
    printed: Column
    second: Column
    exact: Column
    simulated_mean: Column
    error_mean: Column
    simulated_second: Column
    error_second: Column
    simulated: Column
    error: Column


@dataclass(frozen=True)
class Hellinger:
    """One row per dimension and number of data n > d; H^2 is 1 up to n = d.

    overlap, error    mean of 1 - H^2 by (3.4) corrected, with its standard error;  printed: by (3.4) as printed
    rate              1 - H^2 if it were exp(-d rate) of large n and d;  floor: the same where data abound
    """

    d: Column
    n: Column
    overlap: Column
    error: Column
    printed: Column
    rate: Column
    floor: Column


def divergences(
    *,
    noises: Sequence[float] = NOISES,
    d: int = DIMENSIONS,
    data: Sequence[int] = DATA,
    draws: int = DRAWS,
    grid: Sequence[float] = tuple(np.linspace(0.02, 0.9, 45)),
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Divergence:
    """Curves on a grid of alpha, and regressions at alpha = d/n."""
    rows: list[tuple[float, ...]] = []
    nothing = (math.nan,) * 5
    for lamhat in noises:
        step = noising(horizon=HORIZON, lamhat=lamhat)
        rows.extend((lamhat, alpha, d, *_curves(alpha, step.a), *nothing) for alpha in grid)
        for n in data:
            progress(f"regressions on {n} data, noise {lamhat:g} ...")
            generator = seeds.generator("figure divergence", n, d, lamhat, seed=seed, block=0, device=device)
            first, second = drawn_divergences(draws, n=n, d=d, step=step, generator=generator)
            of_second = _mean(second / d) if n - d >= LEAST_FOR_SQUARES else (math.nan, math.nan)
            rows.append((
                lamhat, d / n, d, *_curves(d / n, step.a), _of_size(n, d, step.a), *_mean(first / d), *of_second,
            ))  # fmt: skip
    return Divergence(*_columns(rows))


def noise_levels(
    *,
    sizes: Mapping[int, int] = MappingProxyType(FIGURE_2),
    n: int = DATA_OF_FIGURE_2,
    levels: Sequence[float] = LEVELS,
    grid: Sequence[float] = tuple(np.geomspace(0.0007, 4, 41)),
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Noise:
    """H24 Fig. 2: curves on a grid of lamhat, and regressions on n data, by the procedure of section 3."""
    rows: list[tuple[float, ...]] = []
    for d, draws in sizes.items():
        rows.extend((d, n, lamhat, *_of_level(n, d, lamhat), *(math.nan,) * 6) for lamhat in grid)
        for lamhat in levels:
            progress(f"regressions on {n} data in {d} dimensions, noise {lamhat:g} ...")
            generator = seeds.generator("figure noise", n, d, lamhat, seed=seed, block=0, device=device)
            step = noising(horizon=HORIZON, lamhat=lamhat)
            of_mean, full, second = drawn_parts(draws, n=n, d=d, step=step, generator=generator)
            rows.append((
                d, n, lamhat, *_of_level(n, d, lamhat), *_mean(of_mean), *_mean(second), *_mean(full),
            ))  # fmt: skip
    return Noise(*_columns(rows))


def hellinger_distances(
    *,
    sizes: dict[int, tuple[int, ...]] | None = None,
    draws: int = 60,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Hellinger:
    """H24 Fig. 3: lambda = exp(-4), so that lamhat = 1; with the procedure of section 3 and the variance (3.2)."""
    step = noising(horizon=HORIZON, lamhat=1.0)
    floor = value(Explicit(free_regression.ABUNDANT), a=step.a)
    rows: list[tuple[float, ...]] = []
    for d, data in (sizes if sizes is not None else FIGURE_3).items():
        for n in data:
            progress(f"regressions on {n} data in {d} dimensions ...")
            generator = seeds.generator("figure hellinger", n, d, seed=seed, block=0, device=device)
            right, as_printed = drawn_overlaps(draws, n=n, d=d, step=step, generator=generator)
            rate = value(free_regression.HELLINGER_RATE, alpha=d / n, a=step.a)
            rows.append((
                d, n, *_mean(right), float(as_printed.mean()), math.exp(-d * rate), math.exp(-d * floor)
            ))  # fmt: skip
    return Hellinger(*_columns(rows))


def value(formula: Formula, **at: float) -> float:
    """A formula at values of symbols by name."""
    return float(as_array(formula, {NOTATION[name].symbol: number for name, number in at.items()}))


def _curves(alpha: float, a: float) -> tuple[float, float, float]:
    """(B.17), the second order and the exact limit, per dimension."""
    printed = Explicit(printed_second_order(NOTATION["alpha"].symbol, Float(math.exp(-2 * HORIZON))))
    return (
        value(printed, alpha=alpha, a=a, d=1.0),
        value(Explicit(SECOND_ORDER_LIMIT), alpha=alpha, a=a),
        value(free_regression.DIVERGENCE, alpha=alpha, a=a),
    )


def _of_level(n: int, d: int, lamhat: float) -> tuple[float, float, float, float]:
    """KL of the mean, (B.17), the second order, and the KL that is not expanded."""
    at = {"n": n, "d": d, "alpha": d / n, "a": noising(horizon=HORIZON, lamhat=lamhat).a}
    a = NOTATION["a"].symbol
    printed = printed_second_order(NOTATION["alpha"].symbol, Float(math.exp(-2 * HORIZON)))
    leading = d * value(free_regression.DIVERGENCE, **at)
    return (
        value(Explicit(MEAN_DIVERGENCE), **at),
        value(Explicit(printed), **at),
        value(Explicit(second_order(1 / (1 + a), a)), **at),
        leading + value(Explicit(free_regression.WITHIN_NEXT), **at),
    )


def _of_size(n: int, d: int, a: float) -> float:
    trace = (1 + a * columns(n, d).square) / (1 + a)
    return (trace - 1 - mean_log_determinant(n, d, a) / d + math.log1p(a)) / 2


def _mean(values: Column) -> tuple[float, float]:
    return float(values.mean()), float(values.std(ddof=1)) / math.sqrt(len(values))


def _columns(rows: Sequence[tuple[float, ...]]) -> list[Column]:
    return [np.array(column, dtype=float) for column in zip(*rows, strict=True)]
