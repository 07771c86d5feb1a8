"""Tests of a whole law by its largest deviation at fixed edges: valid at every sample size, for any law.

Neither moments nor a density are needed and atoms do no harm, so these tests serve where the mean of a heavy-tailed
observable cannot be judged.  All functions work on arrays whose last axis runs over the edges; `level` and `miss` are
the probabilities of a false alarm and of a miss of the whole test.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from crosscheck.pointwise import Bools, Floats

ROUNDING = 1e-9
"""A cumulative probability may lie outside [0, 1] by this much."""


class LawTest(NamedTuple):
    """The largest deviation with its sign and the edge where it is, and the smallest distance that is caught."""

    deviation: Floats
    place: np.ndarray
    rejected: Bools
    detectable: Floats


def law_test(counts: ArrayLike, samples: ArrayLike, theory: ArrayLike, *, level: float, miss: float) -> LawTest:
    """Are the samples, of which `counts` lie at or below each edge, drawn from the law `theory` = P(X <= edge)?

    Rejects a deviation D > band(level).  Whatever the law, P(D > band(level)) <= level (Dvoretzky, Kiefer and
    Wolfowitz; the constant is Massart's).  A law at distance delta from the theory is missed only if the frequency at
    one edge lies delta - band(level) on one side of its mean, so delta = band(level) + sqrt(log(1/miss)/(2n)) is caught
    with probability 1 - miss (Hoeffding).  Values outside [0, 1] are no probabilities and always rejected.
    """
    n, expected = np.asarray(samples, dtype=float), np.asarray(theory, dtype=float)
    edge = band(level, n)
    found = _largest(np.asarray(counts) / n[..., None] - expected)
    impossible = ((expected < -ROUNDING) | (expected > 1 + ROUNDING)).any(-1)
    rejected = (np.abs(found[0]) > edge) | impossible
    return LawTest(*found, rejected, edge + np.sqrt(-np.log(miss) / 2 / n))


def two_sample_test(
    counts: ArrayLike, samples: ArrayLike, frequencies: ArrayLike, others: ArrayLike, *, level: float, miss: float
) -> LawTest:
    """Are two independent samples drawn from one law?  `frequencies` are those of the other sample, of size `others`.

    The threshold is the smaller of two that hold for any law: band(level/2) of either sample added up, and Hoeffding's
    bound of one difference, sqrt((1/n + 1/m) log(2 K/level)/2), at each of K edges.
    """
    n, m = np.asarray(samples, dtype=float), np.asarray(others, dtype=float)
    difference = np.asarray(counts) / n[..., None] - np.asarray(frequencies, dtype=float)
    spread = np.sqrt((1 / n + 1 / m) / 2)
    edge = np.minimum(
        band(level / 2, n) + band(level / 2, m), spread * np.sqrt(np.log(2 * difference.shape[-1] / level))
    )
    found = _largest(difference)
    return LawTest(*found, np.abs(found[0]) > edge, edge + spread * np.sqrt(-np.log(miss)))


def band(level: float, samples: ArrayLike) -> Floats:
    """sqrt(log(2/level)/(2n)): the largest deviation of n samples from their law exceeds it with P <= level."""
    return np.sqrt(np.log(2 / level) / 2 / np.asarray(samples, dtype=float))


def moved(theory: ArrayLike, by: float) -> Floats:
    """A law whose distance from `theory` at the edges is |by|, clipped to [0, 1]: up where there is room, else down."""
    law = np.asarray(theory, dtype=float)
    up = np.clip(law + by, 0, 1)
    down = np.clip(law - by, 0, 1)
    return up if np.max(np.abs(up - law)) >= np.max(np.abs(down - law)) else down


def _largest(deviations: Floats) -> tuple[Floats, np.ndarray]:
    place = np.argmax(np.abs(deviations), axis=-1)
    return np.take_along_axis(deviations, place[..., None], axis=-1)[..., 0], place
