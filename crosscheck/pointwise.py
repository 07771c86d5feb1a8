"""Tests of one mean against one number, with both error rates and the smallest gap that would have been seen.

All functions work on arrays; the judge passes one number per size, the calibration one per trial and size.
`level` and `miss` are one-sided tail probabilities.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MINIMUM_SAMPLES = 2048
"""Fewer samples of a real-valued observable are not judged: the t tail is not to be trusted."""
MAXIMUM_DISTORTION = 0.5
"""Largest |skew| z^3/(3 sqrt(samples)) at which the corrected t tail at z is trusted."""
MINIMUM_TAIL = 6.0
"""The skewness of a sample settles only when sixth moments exist."""


class Thresholds(NamedTuple):
    """In standard errors: reject a gap above `reject`; a gap of `detect` is rejected with probability 1 - miss."""

    reject: Floats
    detect: Floats


class PointTest(NamedTuple):
    """Is the mean too low, too high; and the smallest gap down or up that is caught with probability 1 - miss."""

    too_low: Bools | bool
    too_high: Bools | bool
    detectable_down: Floats | float
    detectable_up: Floats | float


def quantile(level: ArrayLike, dof: ArrayLike) -> Floats:
    """Upper `level` quantile of Student's t."""
    return -np.asarray(special.stdtrit(dof, level))


def normal_quantile(level: float) -> float:
    """Upper `level` quantile of the normal law."""
    return float(-special.ndtri(level))


def thresholds(level: ArrayLike, miss: ArrayLike, dof: ArrayLike, asymmetry: ArrayLike) -> Thresholds:
    """Thresholds of a t-test, widened for the skewness of what is averaged.

    With a = skewness/sqrt(samples) of the mean, the fatter tail of (mean - truth)/standard_error ends at
        z + a (2 z^2 + 1)/6,
    and the detection threshold lies above it by  y (1 + z^2/(4 dof)) + a (z y/2 + (y^2 - 1)/6),  where z and y are the
    t quantiles at `level` and `miss` (Cornish-Fisher expansion of the mean minus z standard errors; the other tail is
    thinner).
    """
    z, y, a = quantile(level, dof), quantile(miss, dof), np.abs(asymmetry)
    reject = z + a * (2 * z**2 + 1) / 6
    noise = y * (1 + z**2 / (4 * np.asarray(dof, dtype=float)))
    return Thresholds(reject, reject + noise + a * (z * y / 2 + np.maximum(y**2 - 1, 0) / 6))


def distortion(level: ArrayLike, asymmetry: ArrayLike) -> Floats:
    """Relative error |a| z^3/3 of the plain t tail at `level`, from the skewness a of the mean."""
    return np.abs(asymmetry) * (-special.ndtri(np.asarray(level, dtype=float))) ** 3 / 3


def mean_test(
    gap: ArrayLike,
    error: ArrayLike,
    *,
    samples: ArrayLike,
    skewness: ArrayLike,
    allowance: ArrayLike,
    level: float,
    miss: float,
) -> PointTest:
    """t-test of gap = 0 with a systematic error of at most `allowance`.

    The allowance counts once against rejection and twice in what is detectable.
    """
    n = np.asarray(samples, dtype=float)
    bounds = thresholds(level, miss, n - 1, np.asarray(skewness) / np.sqrt(n))
    gap, error, allowance = np.asarray(gap), np.asarray(error), np.asarray(allowance)
    edge = allowance + bounds.reject * error
    detectable = 2 * allowance + bounds.detect * error
    return PointTest(gap < -edge, gap > edge, detectable, detectable)


def indicator_test(
    successes: ArrayLike,
    samples: ArrayLike,
    theory: ArrayLike,
    *,
    allowance: ArrayLike,
    level: float,
    miss: float,
) -> PointTest:
    """Exact binomial test of probability = theory, up to a systematic error of at most `allowance`.

    A theory outside [0, 1] is no probability and is always rejected.  Where not even 0 successes (or all) would reject,
    the largest possible gap on that side is what remains undetected.
    """
    k, n, p = np.asarray(successes), np.asarray(samples, dtype=float), np.asarray(theory, dtype=float)
    low, high = critical_counts(n, p, allowance=allowance, level=level)
    with np.errstate(invalid="ignore"):
        least = np.where(low < 0, 0.0, special.betaincinv(np.clip(low, 0, None) + 1, n - low, miss) - allowance)
        most = np.where(high > n, 1.0, special.betainccinv(high, n - np.minimum(high, n) + 1, miss) + allowance)
    least, most = np.where(low >= n, 1.0, least), np.where(high <= 0, 0.0, most)
    return PointTest(k <= low, k >= high, np.maximum(p - least, 0), np.maximum(most - p, 0))


def critical_counts(
    samples: ArrayLike, theory: ArrayLike, *, allowance: ArrayLike, level: float
) -> tuple[Floats, Floats]:
    """(l, h): largest l with P(count <= l) <= level and smallest h with P(count >= h) <= level.

    The counts are binomial at theory -+ allowance.  l = -1 or h = samples + 1 where no count is so rare.
    """
    n, p = (np.asarray(side, dtype=np.float64) for side in np.broadcast_arrays(samples, theory))
    shift = np.asarray(allowance, dtype=np.float64)
    low = _last(lambda k: _at_most(k, n, p - shift) <= level, n + 1) - 1
    high = n + 1 - _last(lambda k: _at_most(k, n, 1 - p - shift) <= level, n + 1)
    return low, high + 0.0


def _last(holds, count: Floats) -> Floats:
    """How many of k = 0, 1, ..., count - 1 satisfy a condition that holds up to some k and not beyond (bisection)."""
    low, high = np.zeros_like(count), count.astype(float)
    while np.any(low < high):
        middle = np.floor((low + high) / 2)
        good = holds(middle)
        low, high = np.where(good & (low < high), middle + 1, low), np.where(good | (low >= high), high, middle)
    return low


def _at_most(k: Floats, n: Floats, p: Floats) -> Floats:
    """P(count <= k) of a binomial; 0 when p > 1, which no count can support, and 1 when p <= 0."""
    inside = special.betainc(np.maximum(n - k, 0.5), k + 1, 1 - np.clip(p, 0, 1))
    tail = np.where(k >= n, 1.0, inside)
    return np.where(p > 1, 0.0, np.where(p <= 0, 1.0, tail))
