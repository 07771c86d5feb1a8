"""The numbers of BBDM24 Fig. 3, excess entropy of two classes, and of Fig. 5 for Gaussian data.

Fig. 3 as published has the excess entropy of one Gaussian beside simulations of two classes: above the collapse these
lie lower by log(2)/log(n), what a noised point tells of its class, and near it the scatter of the energies rounds them.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray

from numerics import seeds
from numerics.energy_draws import excess_of_two_classes, same_datum
from numerics.last_change import last_changes
from theory.binary_channel import information
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.notation import alpha_log, contrast, snr
from theory.random_energy import excess

SIZES = (256, 1024, 4096)
DATA = 20_000
DRAWS = 400
CHUNK = 50

Column = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Excess:
    """One row per dimension and time; all values are parts of log(n)/d.

    one_class         f of one Gaussian, BBDM24 (5), as the paper draws it where it is positive
    two_classes       f of the mixture, less by what a point tells of its class
    simulated, error  f^e of n data of two classes, with its standard error
    published, published_error    the authors' points, nan where they have none
    collapse          the time (10) of this dimension
    """

    d: Column
    t: Column
    one_class: Column
    two_classes: Column
    simulated: Column
    error: Column
    published: Column
    published_error: Column
    collapse: Column


@dataclass(frozen=True)
class SharedDatum:
    """One row per dimension and time: the chance that two clones end on one datum, and its standard error."""

    d: Column
    t: Column
    collapse: Column
    shared: Column
    error: Column


@dataclass(frozen=True)
class LastChange:
    """One row per dimension: when the nearest datum changes for the last time.

    mean, error        of the time, with its standard error;  deviation: its standard deviation
    never              part of the paths that do not change within the grid of `times` times, which have its last time
    shared_at_mean     chance that two clones at the mean time end on one datum (0.60 in the paper's images)
    """

    d: Column
    n: Column
    collapse: Column
    mean: Column
    error: Column
    deviation: Column
    never: Column
    shared_at_mean: Column


def excess_entropies(
    *,
    sizes: Sequence[int] = SIZES,
    times: Sequence[float] | None = None,
    n: int = DATA,
    draws: int = DRAWS,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress | None = None,
) -> Excess:
    """The curves of Fig. 3, modes of mu = sigma = 1, at the published times where none are given.

    Takes about n * draws * 60 nanoseconds per dimension and time on one core.
    """
    known = published()
    chosen = sorted({t for d, t in known if d in sizes} if times is None else set(times))
    rows: list[tuple[float, ...]] = []
    for number, d in enumerate(sizes):
        for t in chosen:
            unit = math.log(n) / d
            generator = seeds.generator("excess entropy", d, t, n, seed=seed, block=0, device=device)
            mean, error = _mean(
                lambda count, of=generator, at=t, size=d: excess_of_two_classes(
                    n, d=size, t=at, sigma=1.0, mu=1.0, replicas=count, generator=of
                ),
                draws,
            )
            value, bar = known.get((d, t), (math.nan, math.nan))
            rows.append((d, t, *by_formula(n, d, t), mean / unit, error / unit, value, bar, collapse_time(n, d)))
        if progress is not None:
            progress(number + 1, len(sizes))
    return Excess(*_columns(rows))


def shared_datum(
    *,
    sizes: Sequence[int] = (10, 20, 40),
    times_over_collapse: Sequence[float] = tuple(np.linspace(0.2, 2.4, 12)),
    n: int = DATA,
    draws: int = DRAWS,
    seed: int = 0,
    device: str = "cpu",
) -> SharedDatum:
    """The chance that two clones end on one datum, by forward noising and the posterior; sigma = 1."""
    rows: list[tuple[float, ...]] = []
    for d in sizes:
        collapse = collapse_time(n, d)
        for ratio in times_over_collapse:
            t = ratio * collapse
            mean, error = _shared(n, d, t, draws, seed=seed, device=device)
            rows.append((d, t, collapse, mean, error))
    return SharedDatum(*_columns(rows))


def last_change(
    *,
    sizes: Sequence[int] = (8, 12, 16),
    alpha: float = 0.5,
    draws: int = 2000,
    times: int = 200,
    seed: int = 0,
    device: str = "cpu",
) -> LastChange:
    """The last change of the nearest of n = exp(alpha d) data, sigma = 1, on `times` times around the collapse time.

    A coarser grid moves the mean up: a path may leave and come back between two times.
    """
    rows: list[tuple[float, ...]] = []
    for d in sizes:
        n = math.exp(alpha * d)
        collapse = collapse_time(n, d)
        generator = seeds.generator("last change", d, alpha, times, seed=seed, block=0, device=device)
        found, never = np.zeros(0), np.zeros(0)
        while len(found) < draws:
            count = min(CHUNK, draws - len(found))
            changed, censored = last_changes(
                d=d, alpha_log=alpha, sigma=1.0, t=collapse, replicas=count, generator=generator, times=times
            )
            found, never = np.append(found, changed.cpu().numpy()), np.append(never, censored.cpu().numpy())
        at_mean, _ = _shared(round(n), d, float(found.mean()), draws, seed=seed, device=device)
        deviation = float(found.std(ddof=1))
        rows.append((
            d, round(n), collapse, found.mean(), deviation / math.sqrt(draws), deviation, never.mean(), at_mean,
        ))  # fmt: skip
    return LastChange(*_columns(rows))


def by_formula(n: int, d: int, t: float) -> tuple[float, float]:
    """f of one Gaussian and f of two, as parts of log(n)/d, at mu = sigma = 1."""
    unit = math.log(n) / d
    one = float(as_array(Explicit(excess), {alpha_log: unit, contrast: 1 / math.expm1(2 * t)}))
    told = float(as_array(information(), {snr: d * math.exp(-2 * t)}))
    return one / unit, (one - told / d) / unit


def collapse_time(n: float, d: int) -> float:
    """BBDM24 (10) at sigma = 1."""
    return math.log1p(1 / math.expm1(2 * math.log(n) / d)) / 2


def published() -> dict[tuple[int, float], tuple[float, float]]:
    """{(d, t): (f^e, error)} over log(n)/d, as the authors published them; licence and origin lie beside the file."""
    text = resources.files("crosscheck").joinpath("data", "excess_entropy.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(int(row["d"]), float(row["t"])): (float(row["f"]), float(row["error"])) for row in rows}


def _shared(n: int, d: int, t: float, draws: int, *, seed: int, device: str) -> tuple[float, float]:
    generator = seeds.generator("shared datum", d, t, n, seed=seed, block=0, device=device)
    return _mean(lambda count: same_datum(n, d=d, t=t, sigma=1.0, replicas=count, generator=generator), draws)


def _mean(drawn: Callable[[int], Any], draws: int) -> tuple[float, float]:
    """Mean and standard error over `draws` values, CHUNK at a time; further columns are controls of mean zero."""
    parts = [drawn(min(CHUNK, draws - start)).cpu().numpy() for start in range(0, draws, CHUNK)]
    values, *controls = np.atleast_2d(np.concatenate(parts).T)
    design = np.stack([np.ones(draws), *controls], axis=1)
    fitted, *_ = np.linalg.lstsq(design, values, rcond=None)
    scatter = np.sum((values - design @ fitted) ** 2) / (draws - design.shape[1])
    return float(fitted[0]), float(np.sqrt(scatter * np.linalg.inv(design.T @ design)[0, 0]))


def _columns(rows: Sequence[tuple[float, ...]]) -> list[Column]:
    return [np.array(column, dtype=float) for column in zip(*rows, strict=True)]
