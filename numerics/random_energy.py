"""Sums over n data seen from a noised datum, at finite n and d: integrals over the levels of energy, nothing drawn.

The data a_k are normal with variance sigma^2 in d components, x = a_1 exp(-t) + sqrt(Delta) z, and
E_k = |x - a_k exp(-t)|^2/(2 Delta).  Given |x|^2 the energies of the others are independent, each Delta/sigma^2 times a
noncentral chi-square, so that any number of them, also exp(1000), enters through one Laplace transform:

    E log Z = int_0^oo (exp(-s) - E exp(-s Z)) ds/s,        E exp(-s Z) = (1 - A(s))^(n-1),
    A(s) = int p(E) (1 - exp(-s exp(-E))) dE

With s = e^u and heights y = -E - log(n E exp(-E)) all kernels depend on u + y: sums over one grid in both.  The
trapezoidal rule converges like exp(-pi^2/STEP).  |x|^2 is averaged last.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import signal, special

from numerics.simulator import ParameterError

Floats = NDArray[np.float64]

STEP = 0.4
"""Step of the grid in u and y: exp(-pi^2/STEP) is 2e-11."""
NODES = np.arange(-7.5, 7.51, 0.75)
"""Where |x|^2 is averaged over, in standard deviations of its cube root."""
_FAINT = 38.0  # e^-38 is nothing beside 1
_RARE = 45.0
_FEWEST = 60  # points of a grid: where contrast is small the energies scatter by less than STEP
_ORDER = 50  # of a Bessel function, from which its expansion holds to 1e-9
_HALVINGS = 20  # the ends of a window need not be exact
_LARGEST = 600.0  # of u, where s Z is beyond any count


@dataclass(frozen=True)
class Levels:
    """The energies of the others for one |x|^2: `height` falls by `step`, `weight` is n p(E) exp(-E) step/unit.

    log_unit: log of what Z is measured in.
    """

    height: Floats
    weight: Floats
    log_unit: float
    log_n: float
    step: float


def check(*, d: int, log_n: float, t: float, sigma: float) -> None:
    """Raise ParameterError outside d >= 1, n >= 2, t > 0, sigma > 0."""
    if not log_n >= math.log(2) * (1 - 1e-12):
        raise ParameterError(f"n = {math.exp(log_n):g} is outside n >= 2 (training samples)")
    if not t > 0:
        raise ParameterError(f"t = {t} is outside t > 0 (diffusion time, 0 at the data)")
    if not sigma > 0:
        raise ParameterError(f"sigma = {sigma} is outside sigma > 0 (standard deviation of the data)")
    if not d >= 1:
        raise ParameterError(f"d = {d} is outside d >= 1 (dimension)")


def contrast_of(*, t: float, sigma: float) -> float:
    """Variance of the data over that of the noise in a noised point, both at time t."""
    return sigma**2 / math.expm1(2 * t)


def mean_log_sum(*, d: int, log_n: float, t: float, sigma: float) -> float:
    """E log of the sum of exp(-E_k) over the n - 1 others."""
    return _averaged(d, log_n, t, sigma, lambda levels: levels.log_unit + _log_mean(levels), own=False)


def typical_log_sum(*, d: int, log_n: float, t: float, sigma: float) -> float:
    """The same where |x|^2 has its mean: an approximation, for a place to start from."""
    check(d=d, log_n=log_n, t=t, sigma=sigma)
    (levels,) = levels_at(np.array([float(d)]), d=d, log_n=log_n, t=t, sigma=sigma, own=False)
    return levels.log_unit + _log_mean(levels)


def mean_squared_shares(*, d: int, log_n: float, t: float, sigma: float) -> float:
    """E sum of the squared shares of the n - 1 others in their sum."""
    return _averaged(d, log_n, t, sigma, _squared_shares, own=False)


def mean_log_with_own(*, d: int, log_n: float, t: float, sigma: float) -> float:
    """E log of the sum of exp(-E_k) over all n data, the own one included."""
    return _averaged(d, log_n, t, sigma, lambda levels: levels.log_unit + _log_mean_with_own(levels), own=True)


def excess_entropy(*, d: int, log_n: float, t: float, sigma: float) -> float:
    """f^e: log(n)/d + 1/2 + log(2 pi Delta)/2 less the entropy per component of the noised empirical density.

    d f^e = E log(sum of all exp(-E_k)/own term), and the mean energy of the own term is d/2, half of |z|^2.
    """
    return (mean_log_with_own(d=d, log_n=log_n, t=t, sigma=sigma) + d / 2) / d


def typical_excess_entropy(*, d: int, log_n: float, t: float, sigma: float) -> float:
    """f^e where |x|^2 has its mean: an approximation, for a place to start from."""
    check(d=d, log_n=log_n, t=t, sigma=sigma)
    (levels,) = levels_at(np.array([float(d)]), d=d, log_n=log_n, t=t, sigma=sigma, own=True)
    return (levels.log_unit + _log_mean_with_own(levels) + d / 2) / d


def log_density(energy: Floats, *, d: int, contrast: float, square: Floats | float) -> Floats:
    """Log density of the energy of another datum where |x|^2 is `square` times its variance per component.

    E is contrast/2 times a noncentral chi-square of d degrees and noncentrality square (1 + contrast)/contrast.
    """
    away = square * (1 + contrast) / contrast
    at = 2 * energy / contrast
    with np.errstate(divide="ignore"):
        power = (d / 4 - 0.5) * np.log(at / away)
    return (
        power - (np.sqrt(at) - np.sqrt(away)) ** 2 / 2 + log_bessel(d / 2 - 1, np.sqrt(at * away)) - math.log(contrast)
    )


def log_bessel(order: float, z: Floats) -> Floats:
    """log(I_order(z) exp(-z)): scipy's for small orders, the uniform expansion for large ones."""
    if order < _ORDER:
        with np.errstate(divide="ignore"):
            return np.log(special.ive(order, z))
    x = z / order
    root = np.sqrt(1 + x**2)
    p = 1 / root
    q = p * p
    series = (
        p * (3 - 5 * q) / 24,
        q * (81 + q * (385 * q - 462)) / 1152,
        p * q * (30375 + q * (-369603 + q * (765765 - 425425 * q))) / 414720,
        q * q * (4465125 + q * (-94121676 + q * (349922430 + q * (185910725 * q - 446185740)))) / 39813120,
    )
    total = sum(term / order ** (k + 1) for k, term in enumerate(series))
    return order * (1 / (root + x) + np.log(x / (1 + root))) - np.log(2 * math.pi * order * root) / 2 + np.log1p(total)


def _averaged(d: int, log_n: float, t: float, sigma: float, value: Callable[[Levels], float], *, own: bool) -> float:
    """The mean over |x|^2 of a value of the levels."""
    check(d=d, log_n=log_n, t=t, sigma=sigma)
    square, weight = _squares(d)
    values = [value(levels) for levels in levels_at(square, d=d, log_n=log_n, t=t, sigma=sigma, own=own)]
    return float(weight @ np.array(values))


def _squares(d: int) -> tuple[Floats, Floats]:
    """Chi-square of d degrees by the trapezoidal rule in its cube root, which is nearly normal."""
    small = 2 / (9 * d)
    root = 1 - small + NODES * math.sqrt(small)
    inside = root > 0
    root = root[inside]
    log_weight = (3 * d / 2 - 1) * np.log(root) - d * root**3 / 2
    weight = np.exp(log_weight - log_weight.max())
    return d * root**3, weight / weight.sum()


def levels_at(square: Floats, *, d: int, log_n: float, t: float, sigma: float, own: bool) -> list[Levels]:
    """The levels at each |x|^2; with `own` also those that only the own datum reaches."""
    contrast = contrast_of(t=t, sigma=sigma)

    def density(energy: Floats) -> Floats:
        return log_density(energy, d=d, contrast=contrast, square=square)

    def planted(energy: Floats) -> Floats:
        return density(energy) - energy

    least, most = np.full_like(square, 1e-9 * d), np.full_like(square, 40.0 * d + 400)
    peak = _highest(planted, least, most)
    commonest = _highest(density, least, most)
    first = _crossing(lambda energy: log_n + density(energy), 0.0, least, commonest)  # where one datum is expected
    base = np.maximum(peak, first)
    high = _crossing(lambda energy: -planted(energy), -(planted(base) - _RARE), base, most)
    low = _crossing(lambda energy: log_n + density(energy), -_RARE, least, base)
    if own:
        low = np.minimum(low, _crossing(planted, planted(peak) - _RARE, least, peak))
    found = []
    for k, q in enumerate(square):
        step = min(STEP, (high[k] - low[k]) / _FEWEST)
        energy = np.arange(max(low[k], step / 8), high[k], step)
        log_p = log_density(energy, d=d, contrast=contrast, square=q)
        unit = (
            float(np.logaddexp.reduce(log_p - energy)) + math.log(step)
            if first[k] < peak[k] or own
            else -first[k] - log_n
        )
        weight = np.exp(log_p - energy - unit) * step
        found.append(Levels(-energy - unit - log_n, weight, unit + log_n, log_n, step))
    return found


def _crossing(function: Callable[[Floats], Floats], level: Floats | float, low: Floats, high: Floats) -> Floats:
    """Where an increasing function reaches a level, by bisection; an end where it does not."""
    low, high = low.copy(), high.copy()
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = function(middle) < level
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return (low + high) / 2


def _highest(function: Callable[[Floats], Floats], low: Floats, high: Floats) -> Floats:
    """The maximum of a function with one, by comparing two points that are close."""

    def falls(at: Floats) -> Floats:
        return function(at * (1 - 1e-5)) - function(at * (1 + 1e-5))

    return _crossing(falls, 0.0, low, high)


def _grid(levels: Levels, most: float) -> Floats:
    """u from where s Z is nothing up to `most`, on the grid of the heights."""
    return np.minimum(np.arange(-levels.height[0] - _FAINT - 2 * levels.step, most, levels.step), _LARGEST)


def _with(levels: Levels, kernel: Callable[[Floats], Floats], below: float, above: float, count: int) -> Floats:
    """sum of weight(y) kernel(u + y) at `count` grid points u; the kernel is `below` and `above` e^-v far out."""
    start, band = -_FAINT - 2 * levels.step, round((_FAINT + 5) / levels.step)
    offset = start + levels.step * np.arange(band)
    weight = levels.weight[:count]
    near: Floats = np.convolve(weight, kernel(np.asarray(offset, dtype=float)))[:count]
    near = np.pad(near, (0, max(0, count - len(near))))
    after = np.cumsum(levels.weight[::-1])[::-1][1:]  # from the small end: the rare levels weigh e^40 times the others
    ahead = np.pad(after[:count], (0, max(0, count - len(after))))
    delayed = np.pad(weight, (band, max(0, count - len(weight) - band)))[:count]
    recursion = [math.exp(-start - levels.step * band)], [1.0, -math.exp(-levels.step)]
    behind = np.asarray(signal.lfilter(*recursion, delayed)) if above else np.zeros(count)
    return near + below * ahead + above * behind


def _none_of(levels: Levels, u: Floats, others: float) -> Floats:
    """E exp(-s Z) for the others: (1 - A)^others, where `others` is n - 1 or n - 2."""
    hits = np.exp(u) * _with(levels, lambda v: -np.expm1(-np.exp(v)) / np.exp(v), 1.0, 1.0, len(u))
    if levels.log_n > _FAINT:
        return np.exp(-hits)
    n = math.exp(levels.log_n)
    with np.errstate(divide="ignore"):
        return np.exp((n - others) * np.log1p(-np.minimum(hits / n, 1.0)))


def _log_mean(levels: Levels) -> float:
    u = _grid(levels, max(6.0, 6.0 - levels.height[-1]))
    return float(levels.step * (np.exp(-np.exp(u)) - _none_of(levels, u, 1)).sum())


def _log_mean_with_own(levels: Levels) -> float:
    u = _grid(levels, max(6.0, 6.0 - levels.height[-1]))
    own = _with(levels, lambda v: np.exp(-np.exp(v)), 1.0, 0.0, len(u)) / levels.weight.sum()
    return float(levels.step * (np.exp(-np.exp(u)) - own * _none_of(levels, u, 1)).sum())


def _squared_shares(levels: Levels) -> float:
    u = _grid(levels, max(6.0, 6.0 - levels.height[-1]))
    squares = np.exp(u) * _with(levels, lambda v: np.exp(v - np.exp(v)), 0.0, 0.0, len(u))
    return float(levels.step * -np.expm1(-levels.log_n) * (squares * _none_of(levels, u, 2)).sum())
