"""The limit of a noise-free sequence f(g) as g -> 0, by eliminating g, g^2, ... one after another.

Neville's scheme: with f(g) = L + a g + b g^2 + ..., the value at 0 of the polynomial through f(g_i), ..., f(g_n) is
    T[n, k] = (g_(n-k) T[n, k-1] - g_n T[n-1, k-1]) / (g_(n-k) - g_n),        k = n - i.
Noise would be amplified without control, so the judge uses it on exact finite-size laws only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

SAFETY = 2.0
"""The error is this many times the largest of the differences to the neighbouring orders and to the other sizes."""

LEAST_SIZES = 4


@dataclass(frozen=True)
class Limit:
    """value: the eliminated limit;  error: what orders, sizes and rounding leave undecided;  order: powers removed."""

    value: float
    error: float
    order: int


def eliminate(correction: Sequence[float], values: Sequence[float], rounding: Sequence[float]) -> Limit:
    """The entry of the scheme with the smallest error, among all sizes and orders.

    The error of T[n, k] is SAFETY times the largest of |T[n, k] - T[n, k-1]|, |T[n, k] - T[n-1, k]|, and what all
    smaller g make of the same order, |T[l, k] - T[n, k]| for l > n as far as it exceeds rounding; plus the rounding of
    the values as the scheme amplifies it.  It bounds the true error for drifts in powers of g, and for g log g on
    ladders whose neighbouring g differ by a factor of two or more.  Neighbours agree by chance where g is too large
    to expand in, f being flat there by itself; that f moves on at smaller g gives it away.
    `correction` decreases strictly.  With fewer than LEAST_SIZES the error is infinite: differences agree by chance.
    """
    best = Limit(values[-1], inf, 0)
    if len(values) < LEAST_SIZES:
        return best
    column, noise = list(values), list(rounding)
    for k in range(1, len(values)):
        last, last_noise = column, noise
        column, noise = [], []
        for n in range(k, len(values)):
            left, right = correction[n - k], correction[n]
            j = n - k
            column.append((left * last[j + 1] - right * last[j]) / (left - right))
            noise.append((left * last_noise[j + 1] + right * last_noise[j]) / (left - right))
        for j in range(1, len(column)):
            later = (abs(column[i] - column[j]) - noise[i] for i in range(j + 1, len(column)))
            spread = max(abs(column[j] - last[j + 1]), abs(column[j] - column[j - 1]), *later)
            error = SAFETY * spread + noise[j]
            if error < best.error:
                best = Limit(column[j], error, k)
    return best
