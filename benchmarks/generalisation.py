"""One sign of Delta = E_TG - E_OG, H24 Fig. 4: what a training set with its originals costs, all in float64.

The rivals compute the same numbers from the same samples: (3.7) as it is written, a sample at a time with the inverse
of a matrix in every exponent, and the distances of all pairs by SciPy.
"""

import math
import time
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.spatial.distance import pdist

from benchmarks import measure
from benchmarks.record import Goal, Result, Row
from numerics.generalisation import CAPTION, log_pairs, log_sides

D, TRAINING, ORIGINALS = 100, 200, 10_000
LADDER = (1250, 2500, 5000, 10_000)
HORIZON, LAM, SIGMA = 2.0, math.exp(-4), 1.0
REPETITIONS = 5
TIMED = 64  # of the samples, for the loop over them
OURS, PAIRS, LOOP, ALL_PAIRS = (
    "logarithms, matrix products",
    "pairs alone",
    "(3.7), sample by sample",
    "(3.7), SciPy's pdist",
)
UNIT = "s per training set with its originals"

Floats = NDArray[np.float64]


def measured() -> Result:
    """The case of the paper, then more originals."""
    return result(D, TRAINING, ORIGINALS, LADDER, repetitions=REPETITIONS)


def result(d: int, n: int, m: int, ladder: tuple[int, ...], *, repetitions: int) -> Result:
    """The same with chosen sizes."""
    torch.set_num_threads(1)
    table = rows_of(d, n, m, repetitions=repetitions)
    ratios = {row.method: row.ratio.median for row in table if row.ratio is not None}
    growing = [row for size in ladder for row in pairs_of(d, size, repetitions=repetitions)]
    return Result(
        "generalisation",
        f"P(Delta > 0): the sign of E_TG - E_OG, d = {d}, n = {n}, {m} originals",
        (*table, *growing),
        growth=(measure.growth(PAIRS, "N", ladder, measure.medians(growing, PAIRS), expected=2.0),),
        goals=(Goal("times faster than (3.7) sample by sample", ratios[LOOP], 10.0, at_most=False),),
        notes=(
            f"The loop is timed over {min(TIMED, m)} of the samples, evenly spread, and counted for all of them.",
            "Both rivals sum the self terms too, beside which the rest is lost in double precision at d = 100:"
            f" their Delta differs from that of the logarithms by {difference(d, n, m):.1g} self terms here.",
            "All three pay for all pairs of originals once; a set of originals serves many training sets.",
        ),
    )


def rows_of(d: int, n: int, m: int, *, repetitions: int) -> list[Row]:
    """Our way and the rivals, in turns."""
    y, z, original = samples(d, n, m)
    loop: list[float] = []
    rivals = {
        OURS: partial(signed, y, z, original),
        ALL_PAIRS: partial(delta_of_all_pairs, y.numpy(), z.numpy(), original.numpy()),
    }
    seconds = measure.in_turns(rivals, repetitions=repetitions)
    for _ in range(repetitions):
        loop.append(loop_seconds(y.numpy(), z.numpy(), original.numpy()))
    return measure.rows(f"d = {d}, N = {m}", {**seconds, LOOP: loop}, unit=UNIT, per=1.0)


def pairs_of(d: int, m: int, *, repetitions: int) -> list[Row]:
    """The pairs of m originals, which cost most."""
    _, _, original = samples(d, 2, m)
    work = partial(log_pairs, original[None], sigma=SIGMA, bandwidth=m ** (-1 / d))
    return measure.rows(f"N = {m}", measure.in_turns({PAIRS: work}, repetitions=repetitions), unit="s", per=1.0)


def samples(d: int, n: int, m: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Training samples, their noise, and originals."""
    generator = torch.Generator().manual_seed(1)
    drawn = [torch.randn(count, d, dtype=torch.float64, generator=generator) for count in (n, n, m)]
    return drawn[0], drawn[1], drawn[2]


def signed(y: torch.Tensor, z: torch.Tensor, original: torch.Tensor) -> float:
    """Delta in units of the self terms, by logarithms."""
    above, below = log_sides(
        y[None, None], z[None, None], original[None, None], horizon=HORIZON, lam=LAM, sigma=SIGMA, conventions=CAPTION
    )
    return float(above.exp() - below.exp())


def fit(y: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Mean and covariance of what is generated, H24 (3.1)-(3.3), with theta theta^T."""
    added = LAM * (1 - math.exp(-2 * HORIZON))
    x = math.exp(-HORIZON) * y + math.sqrt(added) * z
    mean_x, mean_y = x.mean(0), y.mean(0)
    theta = (np.linalg.inv((x - mean_x).T @ (x - mean_x)) @ (x - mean_x).T @ (y - mean_y)).T
    variance = math.exp(-2 * HORIZON) * ((y - mean_y) ** 2).mean() + added
    return mean_y - theta @ mean_x + theta @ (math.exp(-HORIZON) * mean_y), variance * theta @ theta.T


def cross(mean: Floats, covariance: Floats, rows: Floats, width: float) -> float:
    """The middle term of (3.7) in units of the self terms, a sample at a time."""
    d = len(mean)
    wide = covariance + width**2 * np.eye(d)
    inverse = np.linalg.inv(wide)
    total = sum(math.exp(-(mean - row) @ inverse @ (mean - row) / 2) for row in rows)
    log_norm = np.linalg.slogdet(2 * math.pi * wide)[1] / 2 - d / 2 * math.log(4 * math.pi * SIGMA**2)
    return 2 * total / len(rows) * math.exp(-log_norm)


def pair_sum(rows: Floats, width: float, *, chosen: range) -> float:
    """The pairs of the chosen rows with all later ones, as (3.7) writes them."""
    inverse, total = np.linalg.inv(2 * width**2 * np.eye(rows.shape[1])), 0.0
    for i in chosen:
        apart = rows[i + 1 :] - rows[i]
        total += float(np.exp(-((apart @ inverse) * apart).sum(1) / 2).sum())
    return total


def loop_seconds(y: Floats, z: Floats, original: Floats) -> float:
    """Seconds of (3.7) sample by sample; of the pairs of originals a part is timed."""
    started, m, d = time.process_time(), len(original), y.shape[1]
    mean, covariance = fit(y, z)
    for rows in (y, original):
        cross(mean, covariance, rows, len(rows) ** (-1 / d))
    pair_sum(y, len(y) ** (-1 / d), chosen=range(len(y)))
    whole = time.process_time() - started
    step = max(1, m // TIMED)
    chosen = range(step // 2, m, step)
    started = time.process_time()
    pair_sum(original, m ** (-1 / d), chosen=chosen)
    return whole + (time.process_time() - started) * m / len(chosen)


def delta_of_all_pairs(y: Floats, z: Floats, original: Floats) -> float:
    """Delta of (3.7) in units of the self terms, with all pairs at once: N^2/2 distances in memory."""
    mean, covariance = fit(y, z)
    distances = []
    for rows in (y, original):
        n, d = rows.shape
        width = n ** (-1 / d)
        pairs = float(np.exp(pdist(rows, "sqeuclidean") / (-4 * width**2)).sum())
        distances.append((n + 2 * pairs) / n - cross(mean, covariance, rows, width))
    return distances[0] - distances[1]


def difference(d: int, n: int, m: int) -> float:
    """How far Delta is from that of the rivals, in self terms."""
    y, z, original = samples(d, n, m)
    return abs(signed(y, z, original) - delta_of_all_pairs(y.numpy(), z.numpy(), original.numpy()))
