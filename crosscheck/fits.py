"""Noisy gaps against the declared correction g:  gap = limit + a g + b g^2 + ... + noise.

Two tests, each with an order chosen from g and the standard errors alone, never from the gaps:

- the limit: the intercept of a weighted least-squares fit of (1, g) or (1, g, g^2) vanishes;
- the drift: the gaps, or what a predicted drift leaves of them, follow (g) or (g, g^2) through the origin.

What a fit leaves out is bounded, |remainder| <= COEFFICIENT g^2 after g, COEFFICIENT g^3 + g^2 after g^2 (a term
g^2 log g is not fitted by g^2), and enters every threshold at its worst.  No size is left out of a
fit; large g only weighs less.
Arrays end in the axis of sizes; leading axes are independent repetitions.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from crosscheck.pointwise import Bools, Floats, distortion, thresholds

COEFFICIENT = 10.0
"""Largest coefficient of the first power of g that a fit leaves out, in units of the scale; 1 where it has a log."""
MAXIMUM_CORRECTION = 0.2
"""The smallest g of a ladder must be below this for an expansion in g to mean anything."""

_INVISIBLE = 1e-100


class Noise(NamedTuple):
    """What is known of the gaps before looking at them; every entry has a trailing axis of sizes.

    error: standard errors.  dof: samples - 1.  asymmetry: skewness/sqrt(samples).  allowance: bound on time-step bias.
    """

    error: Floats
    dof: Floats
    asymmetry: Floats
    allowance: Floats


class Line(NamedTuple):
    """A linear functional of the gaps and its test against zero.

    |estimate| > reject is a rejection; a true value of detectable = reject + ... is rejected with probability 1 - miss.
    systematic: worst effect of the remainder and the allowances.  distortion: see `pointwise.distortion`.
    """

    estimate: Floats
    error: Floats
    systematic: Floats
    reject: Floats
    detectable: Floats
    distortion: Floats
    order: NDArray[np.int_]

    @property
    def rejected(self) -> Bools:
        return np.abs(self.estimate) > self.reject


class Misfit(NamedTuple):
    """Length of the whitened residuals of a drift through the origin, and what it says of the exponent.

    rejected when statistic > reject.  exponent: fitted departure e from the declared law, gap ~ a g^(1 + e), to first
    order in e; a departure of `detectable` is rejected with probability 1 - miss.
    """

    statistic: Floats
    reject: Floats
    exponent: Floats
    error: Floats
    detectable: Floats
    distortion: Floats

    @property
    def rejected(self) -> Bools:
        return self.statistic > self.reject


def limit(gap: Floats, correction: Floats, noise: Noise, *, level: float, miss: float) -> Line:
    """The intercept at g = 0, by the fit of (1, g) or (1, g, g^2) that would detect the smaller intercept."""
    return _best(
        _line(gap, correction, noise, (0, *range(1, order + 1)), level, miss) for order in _orders(correction, 2)
    )


def coefficient(gap: Floats, correction: Floats, noise: Noise, *, level: float, miss: float) -> Line:
    """The coefficient of a drift through the origin, by the fit of (g) or (g, g^2) that would detect the smaller."""
    return _best(
        _line(gap, correction, noise, tuple(range(1, order + 1)), level, miss) for order in _orders(correction, 1)
    )


def misfit(gap: Floats, correction: Floats, noise: Noise, *, level: float, miss: float) -> Misfit:
    """Do the gaps follow a drift a g (+ b g^2) through the origin?

    The residuals are divided by w = sqrt(error^2 + systematic^2).  Their length is at most  chi_k + |systematic/w|,
    with k = sizes - parameters degrees of freedom.  Power is measured along g log g, the first-order change
    of the exponent.
    """
    slope = coefficient(gap, correction, noise, level=level, miss=miss)
    fits = [_misfit(gap, correction, noise, order, slope.estimate, level, miss) for order in _orders(correction, 2)]
    best = np.argmin([fit.detectable for fit in fits], axis=0)
    return Misfit(*(np.choose(best, column) for column in zip(*fits, strict=True)))


def remainder(correction: Floats, order: int) -> Floats:
    """Bound on what a fit up to g^order leaves out: 10 g^2 after order 1, 10 g^3 + g^2 after order 2."""
    return COEFFICIENT * correction ** (order + 1) + (correction**2 if order == 2 else 0.0)


def _orders(correction: Floats, parameters: int) -> range:
    """Orders 1 and 2 in g, as far as the number of distinct g allows with `parameters` parameters at order 1."""
    return range(1, 1 + min(2, len(np.unique(correction)) - parameters + 1))


def _line(gap: Floats, correction: Floats, noise: Noise, powers: tuple[int, ...], level: float, miss: float) -> Line:
    """The first coefficient of a least-squares fit of g^powers, weighted by noise and remainder together."""
    systematic = remainder(correction, powers[-1]) + noise.allowance
    weight = _functional(correction, powers, noise.error**2 + systematic**2)
    part = (weight * noise.error) ** 2
    error = np.sqrt(part.sum(-1))
    asymmetry = np.abs(((weight * noise.error) ** 3 * noise.asymmetry).sum(-1)) / error**3
    dof = error**4 / (part**2 / noise.dof).sum(-1)
    bounds = thresholds(level, miss, dof, asymmetry)
    bias = (np.abs(weight) * systematic).sum(-1)
    return Line(
        estimate=(weight * gap).sum(-1),
        error=error,
        systematic=bias,
        reject=bounds.reject * error + bias,
        detectable=bounds.detect * error + 2 * bias,
        distortion=distortion(level, asymmetry),
        order=np.full(error.shape, powers[-1]),
    )


def _best(lines: Iterable[Line]) -> Line:
    """Elementwise the line with the smallest detectable value, which the gaps do not enter."""
    lines = list(lines)
    best = np.argmin([line.detectable for line in lines], axis=0)
    return Line(*(np.choose(best, column) for column in zip(*lines, strict=True)))


def _misfit(
    gap: Floats, correction: Floats, noise: Noise, order: int, slope: Floats, level: float, miss: float
) -> Misfit:
    systematic = remainder(correction, order) + noise.allowance
    width = np.sqrt(noise.error**2 + systematic**2)
    powers = tuple(range(1, order + 1))
    residual = _residual(gap, correction, powers, width)
    direction = _residual(correction * np.log(correction), correction, powers, width)
    length = np.sqrt((direction**2).sum(-1))
    freedom = correction.shape[-1] - order
    bias = np.sqrt(((systematic / width) ** 2).sum(-1))
    z = np.sqrt(special.chdtri(freedom, level))
    asymmetry = np.abs(noise.asymmetry).max(-1)
    bounds = thresholds(special.ndtr(-z), miss, noise.dof.min(-1), asymmetry)
    reject = bounds.reject + bias
    power = np.maximum(np.abs(slope) * length, _INVISIBLE)
    with np.errstate(over="ignore"):  # of a formula so wrong that its square is no number: infinitely far off
        statistic = np.sqrt((residual**2).sum(-1))
    return Misfit(
        statistic=statistic,
        reject=reject,
        exponent=(direction * residual).sum(-1) / np.where(slope * length == 0, np.inf, slope * length**2),
        error=1 / power,
        detectable=(bounds.detect + 2 * bias) / power,
        distortion=distortion(special.ndtr(-z), asymmetry),
    )


def _residual(values: Floats, correction: Floats, powers: tuple[int, ...], width: Floats) -> Floats:
    """values/width minus its projection on g^powers/width."""
    columns, _ = np.linalg.qr(_columns(correction, powers) / width[..., None])
    white = values / width
    return white - (columns @ (np.swapaxes(columns, -1, -2) @ white[..., None]))[..., 0]


def _functional(correction: Floats, powers: tuple[int, ...], variance: Floats) -> Floats:
    """Weights w of the first coefficient of the weighted fit:  sum w g^powers[0] = 1,  sum w g^p = 0 for the others."""
    width = np.sqrt(variance)
    columns, triangle = np.linalg.qr(_columns(correction, powers) / width[..., None])
    first = np.linalg.solve(triangle, np.swapaxes(columns, -1, -2))[..., 0, :]
    return first / width / correction.max() ** powers[0]


def _columns(correction: Floats, powers: tuple[int, ...]) -> Floats:
    """(g/max g)^powers as columns; the unit keeps the triangle well conditioned."""
    return np.stack([(correction / correction.max()) ** power for power in powers], axis=-1)
