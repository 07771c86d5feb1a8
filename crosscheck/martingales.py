"""Evidence that may be looked at for ever: test martingales, and the confidence sequences that belong to them.

A test martingale is non-negative, starts at 1 and is not expected to grow while its null hypothesis holds, so that the
probability that it ever reaches 1/alpha is at most alpha (Ville 1939).  Averages of test martingales are ones.

Means.  Replicas x_1, x_2, ... of variances s_i and of any law, their sum being S and its expectation M.  For real x

    exp(x - x^2/6) <= 1 + x + x^2/3                                                 (Delyon 2009)

so that, with x = l (x_i - E x_i),  E exp(x - x^2/6 - l^2 s_i/3) <= (1 + l^2 s_i/3) exp(-l^2 s_i/3) <= 1:

    exp(l (S - M) - l^2 V/2),     V = sum of ((x_i - E x_i)^2 + 2 s_i)/3

is not expected to grow, for every number l.  If M <= A then S - A <= S - M, and for l >= 0 nothing becomes larger when
A takes the place of M.  Averaged over a half-normal law |N(0, width^2)| of l (Robbins 1970) this is `evidence`.

Frequencies.  If p <= q then  (r/q)^k ((1 - r)/(1 - q))^(n - k)  is not expected to grow, for every r > q: one more
draw multiplies it by 1 + (p - q)(r - q)/(q (1 - q)) on average.  Averaged over a beta law of r, cut at q, this is
`binomial_evidence`; nothing about it is approximate.

All functions work on arrays, and on logarithms.
"""

from math import log

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from crosscheck.pointwise import Floats

_FIXED_POINTS = 12
_BISECTIONS = 60


def best_width(variance: ArrayLike, *, level: float) -> Floats:
    """The width of the law of l that sees the smallest excess when V = variance; near it, and later, little is lost.

    The excess at which the evidence reaches 1/level is least, in units of sqrt(V), where width^2 V solves
    c = 2 log(1/level) + log(1 + c), up to terms that do not matter.
    """
    return np.sqrt(_odds(level) / np.asarray(variance, dtype=float))


def evidence(excess: ArrayLike, variance: ArrayLike, width: ArrayLike) -> Floats:
    """log of the test martingale of M <= A;  excess: S - A, the sum above its largest expectation;  variance: V.

    log(2/sqrt(1 + w^2 V)) + w^2 (S - A)^2/(2 (1 + w^2 V)) + log Phi(w (S - A)/sqrt(1 + w^2 V))
    """
    spread = 1 + np.asarray(width) ** 2 * np.asarray(variance)
    z = np.asarray(width) * np.asarray(excess) / np.sqrt(spread)
    return log(2) - np.log(spread) / 2 + z**2 / 2 + special.log_ndtr(z)


def boundary(variance: ArrayLike, width: ArrayLike, *, level: float) -> Floats:
    """The excess at which `evidence` reaches log(1/level): M is within the sum and this bound, at all times at once."""
    spread = 1 + np.asarray(width) ** 2 * np.asarray(variance)
    square = 2 * log(0.5 / level) + np.log(spread)
    z = np.sqrt(square + 2 * log(2))
    for _ in range(_FIXED_POINTS):
        z = np.sqrt(np.maximum(square - 2 * special.log_ndtr(z), 0))
    return z * np.sqrt(spread) / np.asarray(width)


def binomial_evidence(
    successes: ArrayLike, samples: ArrayLike, probability: ArrayLike, *, concentration: ArrayLike
) -> Floats:
    """log of the test martingale of p <= probability, after some successes in so many independent draws.

    concentration: of the beta law of r, whose mean is `probability`.  A probability below 0 is refuted, one of 1 or
    more never is.
    """
    k, n, q = (np.asarray(side, dtype=float) for side in (successes, samples, probability))
    inside = np.clip(q, 1e-300, 1 - 1e-16)
    a, b = concentration * inside, concentration * (1 - inside)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = special.betaln(a, b) + np.log(special.betaincc(a, b, inside))
        posterior = special.betaln(k + a, n - k + b) + np.log(special.betaincc(k + a, n - k + b, inside))
        found = posterior - prior - special.xlogy(k, inside) - special.xlog1py(n - k, -inside)
    return np.where(q < 0, np.inf, np.where(q >= 1, 0.0, np.where((q == 0) & (k > 0), np.inf, found)))


def least_probability(successes: ArrayLike, samples: ArrayLike, *, concentration: ArrayLike, level: float) -> Floats:
    """The smallest q such that p <= q is not refuted at `level`: p is above it, at all times at once (bisection)."""
    k, n = (np.asarray(side, dtype=float) for side in np.broadcast_arrays(successes, samples))
    low, high = np.zeros_like(k), k / n
    for _ in range(_BISECTIONS):
        middle = (low + high) / 2
        refuted = binomial_evidence(k, n, middle, concentration=concentration) >= log(1 / level)
        low, high = np.where(refuted, middle, low), np.where(refuted, high, middle)
    return low


def best_concentration(samples: ArrayLike, *, level: float) -> Floats:
    """The concentration of the beta law that sees the smallest excess after so many draws."""
    return np.maximum(np.asarray(samples, dtype=float) / _odds(level), 2.0)


def average(logarithms: Floats) -> Floats:
    """log of the average, over the last axis, of test martingales given by their logarithms."""
    with np.errstate(invalid="ignore"):
        found = np.logaddexp.reduce(logarithms, axis=-1) - log(logarithms.shape[-1])
    return np.where(np.isposinf(logarithms).any(-1), np.inf, found)


def _odds(level: float) -> float:
    """c = 2 log(1/level) + log(1 + c)."""
    c = 2 * log(1 / level)
    for _ in range(_FIXED_POINTS):
        c = 2 * log(1 / level) + log(1 + c)
    return c
