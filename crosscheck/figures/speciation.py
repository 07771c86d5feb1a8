"""The numbers of BBDM24 Fig. 2: how often two clones end in the same class, by formula, simulated, and as published."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from numerics import seeds
from numerics.clones import TwoModes, agreeing, mode, signal
from theory.binary_channel import agreement
from theory.evaluate import as_array
from theory.notation import snr

SIZES = (256, 1024, 4096, 16384)
PAIRS = 10_000
HORIZON, STOP = 10.0, 2**-6
STEP = 1 / 16  # of asinh(signal): it moves phi by 0.001 at most
SPECIATION = 0.77520024539666358  # phi where the signal-to-noise ratio is one

Column = NDArray[np.float64]


@dataclass(frozen=True)
class Curves:
    """One row per dimension and time of cloning.

    over_speciation   t over log(d)/2;  theory: BBDM24 (6);  simulated, error: part of the pairs, with its
                      standard error;  published: the authors' part of 10 000 pairs, nan where they have none
    """

    d: Column
    t: Column
    over_speciation: Column
    theory: Column
    simulated: Column
    error: Column
    published: Column


def curves(
    *,
    sizes: Sequence[int] = SIZES,
    times: Sequence[float] | None = None,
    pairs: int = PAIRS,
    seed: int = 0,
    device: str = "cpu",
    step: float = STEP,
    progress: Callable[[int, int], None] | None = None,
) -> Curves:
    """The three curves of each dimension, modes of mu = sigma = 1; at the published times where none are given.

    Each dimension has a stream of its own: what is computed for one does not depend on the others.  `progress(done,
    all)` counts dimensions.  Takes about pairs * d * 10 microseconds per dimension on one core.
    """
    known = published()
    chosen = sorted({t for d, t in known if d in sizes} if times is None else set(times), reverse=True)
    rows: list[tuple[float, ...]] = []
    for number, d in enumerate(sizes):
        modes = TwoModes(mode(d, 1.0, device=device), 1.0).single()
        generator = seeds.generator("speciation of clones", d, tuple(chosen), seed=seed, block=0, device=device)
        counts = agreeing(
            modes, times=chosen, pairs=pairs, horizon=max(HORIZON, *chosen), stop=STOP, step=step, generator=generator
        )
        share = np.array(counts) / pairs
        ratio = np.array([signal(modes, t) ** 2 for t in chosen])
        columns = (
            np.full(len(chosen), float(d)),
            np.array(chosen),
            np.array(chosen) / (np.log(d) / 2),
            by_formula(ratio),
            share,
            standard_error(share, pairs),
            np.array([known.get((d, t), np.nan) for t in chosen]),
        )
        rows.extend(zip(*(column[::-1].tolist() for column in columns), strict=True))
        if progress is not None:
            progress(number + 1, len(sizes))
    return Curves(*(np.array(column) for column in zip(*rows, strict=True)))


def by_formula(ratio: Column) -> Column:
    """phi at each signal-to-noise ratio."""
    return as_array(agreement(), {snr: ratio})


def standard_error(share: Column, pairs: int) -> Column:
    """Of a part of independent pairs; where all agree, that of a part of one pair more, so that it is never 0."""
    kept = np.clip(share, 1 / (pairs + 1), pairs / (pairs + 1))
    return np.sqrt(kept * (1 - kept) / pairs)


def published() -> dict[tuple[int, float], float]:
    """{(d, t): phi} as the authors of BBDM24 published it with their code; licence and origin lie beside the file."""
    text = resources.files("crosscheck").joinpath("data", "speciation_of_clones.csv").read_text("utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return {(int(row["d"]), float(row["t"])): float(row["phi"]) for row in rows}
