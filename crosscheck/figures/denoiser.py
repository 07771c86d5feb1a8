"""The numbers of the figures of the linear denoiser: KL/d against alpha, and H24 Fig. 3 anew.

Everything simulated is a regression on drawn data of H24 (3.8), with exp(-2 horizon) = exp(-4) as in the paper.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from numerics import seeds
from numerics.regression import MU, SIGMA, Noising, Trained, columns, noising, trained
from numerics.regression_determinant import mean_log_determinant
from numerics.systems.linear_denoiser.limit import divergence
from numerics.wishart import cholesky
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.systems.linear_denoiser import hellinger, limit, second_order

HORIZON = 2.0
DIMENSIONS = 64
DATA = (640, 320, 200, 160, 128, 100, 80)
NOISES = (1.0, 0.1)
DRAWS = 400
LEAST_FOR_SQUARES = 28  # n - d, from which the scatter of a second moment of W^-1 says something
FIGURE_3 = {
    16: (17, 18, 20, 25, 30, 40, 60, 100, 200, 500, 2000, 10_000),
    100: (101, 110, 125, 150, 200, 300, 500, 1000, 3000, 10_000),
}
_NUMBERS = 2**21  # float64 numbers of data alive at once

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
        rows.extend((lamhat, alpha, d, *_curves(alpha, step.a, lamhat), *nothing) for alpha in grid)
        for n in data:
            progress(f"regressions on {n} data, noise {lamhat:g} ...")
            generator = seeds.generator("figure divergence", n, d, lamhat, seed=seed, block=0, device=device)
            found = [_of_weights(part, step) for part in _drawn(draws, n, d, step, generator)]
            first, second = (torch.cat(parts) / d for parts in zip(*found, strict=True))
            of_second = _mean(second) if n - d >= LEAST_FOR_SQUARES else (math.nan, math.nan)
            rows.append((
                lamhat, d / n, d, *_curves(d / n, step.a, lamhat), _of_size(n, d, step.a), *_mean(first), *of_second,
            ))  # fmt: skip
    return Divergence(*_columns(rows))


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
    floor = float(as_array(Explicit(hellinger.ABUNDANT), {hellinger.a: step.a}))
    rows: list[tuple[float, ...]] = []
    for d, data in (sizes if sizes is not None else FIGURE_3).items():
        for n in data:
            progress(f"regressions on {n} data in {d} dimensions ...")
            generator = seeds.generator("figure hellinger", n, d, seed=seed, block=0, device=device)
            found = [_overlaps(part, n, step) for part in _drawn(draws, n, d, step, generator)]
            right, as_printed = (torch.cat(parts) for parts in zip(*found, strict=True))
            rate = hellinger.hellinger_rate(alpha=d / n, a=step.a)
            rows.append((
                d, n, *_mean(right), float(as_printed.mean()), math.exp(-d * rate), math.exp(-d * floor)
            ))  # fmt: skip
    return Hellinger(*_columns(rows))


def _curves(alpha: float, a: float, lamhat: float) -> tuple[float, float, float]:
    """(B.17), the second order and the exact limit, per dimension."""
    d = 1000.0  # (B.17) is proportional to d
    symbols = {second_order.n: d / alpha, second_order.d: d, second_order.horizon: HORIZON, second_order.lamhat: lamhat}
    printed = float(as_array(second_order.divergence_variance.published[0].formula, symbols)) / d
    at = {"alpha": alpha, "a": a}
    return printed, second_order.divergence_variance_limit(**at), limit.divergence_limit(**at)


def _of_size(n: int, d: int, a: float) -> float:
    trace = (1 + a * columns(n, d).square) / (1 + a)
    return (trace - 1 - mean_log_determinant(n, d, a) / d + math.log1p(a)) / 2


def _drawn(draws: int, n: int, d: int, step: Noising, generator: torch.Generator) -> list[Trained]:
    chunk = max(1, min(draws, _NUMBERS // (3 * n * d)))
    sizes = [min(chunk, draws - start) for start in range(0, draws, chunk)]
    return [trained(size, n=n, d=d, step=step, generator=generator) for size in sizes]


def _of_weights(found: Trained, step: Noising) -> tuple[Tensor, Tensor]:
    """KL of the covariance, and its second order, sigma_X known."""
    unit = step.of_input / SIGMA**2
    covariance = (found.transposed.mT @ found.transposed).mul_(unit)
    covariance.diagonal(dim1=1, dim2=2).sub_(1)
    return divergence(found.transposed, unit), covariance.square().sum((1, 2)) / 4


def _overlaps(found: Trained, n: int, step: Noising) -> tuple[Tensor, Tensor]:
    """1 - H^2 by (3.4), and as printed: with weights^T weights and without var_X in the exponent."""
    weights = found.transposed.mT / SIGMA
    d = weights.shape[-1]
    of_input = (step.shrink**2 * found.spread / (n * d) + step.noise).view(-1, 1, 1)
    moved = torch.bmm((found.outputs * step.shrink - found.inputs).unsqueeze(1), found.transposed).squeeze(1)
    away = ((found.outputs + moved - MU) / SIGMA).unsqueeze(2)
    own = 2 * torch.linalg.slogdet(weights * of_input.sqrt()).logabsdet
    right = _with_one(weights @ weights.mT * of_input)
    volume = d * math.log(2) / 2 + own / 4 - right.diagonal(dim1=1, dim2=2).log().sum(1)
    logs = [
        volume - torch.linalg.solve_triangular(factor, away, upper=False).square().sum((1, 2)) / 4
        for factor in (right, _with_one(weights.mT @ weights))
    ]
    return torch.exp(logs[0]), torch.exp(logs[1])


def _with_one(matrices: Tensor) -> Tensor:
    """The Cholesky factors of matrices + 1, which may be overwritten."""
    matrices.diagonal(dim1=1, dim2=2).add_(1)
    return cholesky(matrices)


def _mean(values: Tensor) -> tuple[float, float]:
    return float(values.mean()), float(values.std()) / math.sqrt(len(values))


def _columns(rows: Sequence[tuple[float, ...]]) -> list[Column]:
    return [np.array(column, dtype=float) for column in zip(*rows, strict=True)]
