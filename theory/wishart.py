"""Moments of a Wishart matrix W = X^T X, X of n rows and d columns of independent standard normal numbers.

With V = W^-1, for n above the bound of `finite`:

    E tr W = n d,           E tr W^2 = n d (n + d + 1),                        E (tr W)^2 = n d (n d + 2)
    E tr V = d/(n - d - 1)
    E tr V^2   = d (n - 1) / ((n - d) (n - d - 1) (n - d - 3))
    E (tr V)^2 = d (d (n - d - 2) + 2) / ((n - d) (n - d - 1) (n - d - 3))
    E log det W = d log 2 + sum over j = 1 .. d of psi((n - j + 1)/2)

They follow from integration by parts (Haff 1979): the density p of W is proportional to det(W)^((n-d-1)/2)
exp(-tr(W)/2), and the mean of tr D(p F)/p vanishes for every field F of matrices, D_ij = (1 + delta_ij)/2 d/dW_ij.  The
determinant is a product of independent chi^2 numbers (Bartlett 1933).  Every function takes the number of degrees of
freedom: n where the mean is known, n - 1 where that of the data is subtracted.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations_with_replacement

from sympy import (
    Dummy,
    Expr,
    GreaterThan,
    Integer,
    Integral,
    Matrix,
    Rational,
    StrictGreaterThan,
    Sum,
    Symbol,
    digamma,
    exp,
    eye,
    gamma,
    log,
    oo,
    trigamma,
)
from sympy.core.relational import Relational

from theory.derivation import Step
from theory.domain import Domain, Range, above, positive
from theory.notation import d, j, n, x, z


def trace(freedom: Expr = n) -> Expr:
    """E tr W."""
    return freedom * d


def trace_of_square(freedom: Expr = n) -> Expr:
    """E tr W^2."""
    return freedom * d * (freedom + d + 1)


def square_of_trace(freedom: Expr = n) -> Expr:
    """E (tr W)^2."""
    return freedom * d * (freedom * d + 2)


def inverse_trace(freedom: Expr = n) -> Expr:
    """E tr W^-1; `finite(1)` says where."""
    return d / (freedom - d - 1)


def inverse_trace_of_square(freedom: Expr = n) -> Expr:
    """E tr W^-2; `finite(2)` says where."""
    return d * (freedom - 1) / ((freedom - d) * (freedom - d - 1) * (freedom - d - 3))


def inverse_square_of_trace(freedom: Expr = n) -> Expr:
    """E (tr W^-1)^2; `finite(2)` says where."""
    return d * (d * (freedom - d - 2) + 2) / ((freedom - d) * (freedom - d - 1) * (freedom - d - 3))


def log_determinant(freedom: Expr = n) -> Expr:
    """E log det W, for at least d degrees of freedom (`invertible`)."""
    return d * log(2) + Sum(digamma((freedom - j + 1) / 2), (j, 1, d))


def log_determinant_variance(freedom: Expr = n) -> Expr:
    """The variance of log det W."""
    return Sum(trigamma((freedom - j + 1) / 2), (j, 1, d))


Bounded = tuple[Relational, str]


def finite(order: int, *, lost: int = 0) -> Bounded:
    """Where a mean of `order` factors W^-1 is finite, and why not elsewhere: a relation of `Domain` with its reason.

    1/(W^-1)_11 is a chi^2 number with n - lost - d + 1 degrees of freedom.  Two factors W^-1 are a fourth moment of
    what is divided by the root of W.
    """
    power = {1: "E tr W^-1"}.get(order, f"E tr W^-{order}, a moment of order {2 * order},")
    return StrictGreaterThan(n, d + 2 * order - 1 + lost), f"{power} of the Wishart matrix is infinite there"


def invertible(*, lost: int = 0) -> Bounded:
    """Where W has an inverse: at least d degrees of freedom."""
    return GreaterThan(n, d + lost), "fewer data than dimensions: their covariance is singular"


def where(ranges: tuple[Range, ...], *bounds: Bounded, relations: tuple[Relational, ...] = ()) -> Domain:
    """A domain with such bounds; the error outside names the moment that is infinite."""
    return Domain(ranges, (*relations, *(relation for relation, _ in bounds)), bounds)


_M = {size: {(p, q): Dummy(f"w_{p + 1}{q + 1}", real=True) for p, q in combinations_with_replacement(range(size), 2)}
      for size in (1, 2, 3)}  # fmt: skip
_ENTRIES = tuple(symbol for entries in _M.values() for symbol in entries.values())
_T = {(p, q): Dummy(f"t_{p + 1}{q + 1}", real=True) for q, p in combinations_with_replacement(range(3), 2)}


def _entry(symbol: Symbol, *, diagonal: bool) -> Range:
    low, high = ("1.5", "3") if diagonal else ("-0.6", "0.6")
    return above(symbol, -10, default=high, explored=(low, high))


STEPS = Domain((
    positive(d, default=5, explored=(2, 9)),
    above(n, 2, default=17, explored=(13, 40)),
    positive(x, default=6, explored=("2.5", "9")),
    positive(z, default="0.7", explored=("0.3", "2")),
    *(_entry(symbol, diagonal=p == q) for entries in _M.values() for (p, q), symbol in entries.items()),
    *(_entry(symbol, diagonal=p == q) for (p, q), symbol in _T.items()),
))  # fmt: skip
"""Every symbol that is free in the steps; add these ranges to a domain of steps that uses them."""


def _matrix(size: int) -> Matrix:
    return Matrix(size, size, lambda p, q: _M[size][min(p, q), max(p, q)])


def _divergence(size: int, field: Callable[[Matrix], Matrix]) -> Expr:
    """tr D(p F)/p, entry by entry."""
    w = _matrix(size)
    weight = (n - size - 1) / 2 * log(w.det()) - w.trace() / 2
    entries = field(w)
    total: Expr = Integer(0)
    for (p, q), symbol in _M[size].items():
        entry = entries[p, q]  # off the diagonal an entry comes twice, with half its derivative
        total += entry.diff(symbol) + entry * weight.diff(symbol)
    return total


def by_parts(
    field: Callable[[Matrix], Matrix],
    result: Callable[[Matrix, int], Expr],
    because: str,
    *,
    sizes: tuple[int, ...] = (1, 2, 3),
) -> list[Step]:
    """tr D(p F)/p, whose mean vanishes, of a field F(W): result(W, d), checked entry by entry for matrices of sizes."""
    return [
        Step(_divergence(size, field), result(_matrix(size), size), f"{because}; {size} x {size} entries written out")
        for size in sizes
    ]


def _squared_trace(w: Matrix) -> Expr:
    return w.trace() ** 2


def trace_of_inverse_square(w: Matrix) -> Expr:
    """tr W^-2, as a product: a power of a matrix would be simplified entry by entry."""
    inverse = w.inv()
    return (inverse * inverse).trace()


BY_PARTS_STEPS = (
    *by_parts(lambda w: w, lambda w, p: (p * (p + 1) + (n - p - 1) * p - w.trace()) / 2, "integration by parts, F = W"),
    *by_parts(
        lambda w: w * w,
        lambda w, p: (p + 1) * w.trace() + ((n - p - 1) * w.trace() - (w * w).trace()) / 2,
        "F = W^2",
    ),
    *by_parts(
        lambda w: w.trace() * w,
        lambda w, p: w.trace() + (p * (p + 1) * w.trace() + (n - p - 1) * p * w.trace() - _squared_trace(w)) / 2,
        "F = W tr W",
    ),
)
"""The mean of each right side vanishes; the polynomials in d are of second degree, so that three sizes fix them."""

INVERSE_BY_PARTS_STEPS = (
    *by_parts(lambda w: eye(w.rows), lambda w, p: ((n - p - 1) * w.inv().trace() - p) / 2, "F = 1"),
    *by_parts(
        lambda w: w.inv(),
        lambda w, p: ((n - p - 2) * trace_of_inverse_square(w) - _squared_trace(w.inv()) - w.inv().trace()) / 2,
        "F = W^-1, whose derivative is -W^-1 dW W^-1",
    ),
    *by_parts(
        lambda w: w.inv().trace() * eye(w.rows),
        lambda w, p: ((n - p - 1) * _squared_trace(w.inv()) - p * w.inv().trace()) / 2 - trace_of_inverse_square(w),
        "F = tr W^-1",
    ),
)

TRACE_STEPS = (
    *BY_PARTS_STEPS,
    Step(d * (d + 1) + (n - d - 1) * d, trace(), "the mean of F = W: E tr W"),
    Step((n + d + 1) * trace(), trace_of_square(), "that of F = W^2: E tr W^2"),
    Step((2 + n * d) * trace(), square_of_trace(), "that of F = W tr W: E (tr W)^2"),
)
"""E tr W, E tr W^2, E (tr W)^2."""

INVERSE_TRACE_STEPS = (
    *INVERSE_BY_PARTS_STEPS[:3],
    Step((n - d - 1) * inverse_trace(), d, "the mean of F = 1: E tr W^-1"),
)
"""E tr W^-1."""

INVERSE_STEPS = (
    *INVERSE_BY_PARTS_STEPS,
    Step((n - d - 1) * inverse_trace(), d, "the mean of F = 1: E tr W^-1"),
    Step(
        (n - d - 2) * inverse_trace_of_square() - inverse_square_of_trace(), inverse_trace(),
        "that of F = W^-1, linear in E tr W^-2 and E (tr W^-1)^2",
    ),
    Step(
        (n - d - 1) * inverse_square_of_trace() - 2 * inverse_trace_of_square(), d * inverse_trace(),
        "that of F = tr W^-1: two equations, two unknowns",
    ),
)  # fmt: skip
"""E tr W^-1, E tr W^-2, E (tr W^-1)^2."""

_CHI_SQUARED = z ** (x / 2 - 1) * exp(-z / 2) / (2 ** (x / 2) * gamma(x / 2))  # x degrees of freedom, at z
_POWER = Dummy("power", positive=True)
_MOMENT = 2**_POWER * gamma(x / 2 + _POWER) / gamma(x / 2)


def _triangular(size: int) -> Matrix:
    return Matrix(size, size, lambda p, q: _T[p, q] if p >= q else Integer(0))


def _lead(size: int) -> Expr:
    product: Expr = Integer(1)
    for place in range(size):
        product *= _T[place, place] ** 2
    return product


LOG_DETERMINANT_STEPS = (
    *(
        Step(
            (_triangular(size) * _triangular(size).T).det(), _lead(size),
            "W = T T^T with T lower triangular: det W is the product of T_jj^2, the squared length of column j of X "
            f"across the j - 1 before it, chi^2 with n - j + 1 degrees of freedom; {size} x {size}",
            citation="Bartlett (1933)",
        )
        for size in (2, 3)
    ),
    Step(
        (square_of_trace() - trace_of_square()) / 2, d * (d - 1) / 2 * n * (n - 1),
        "so that each of the d(d-1)/2 principal 2 x 2 determinants has the mean n (n - 1)",
    ),
    *(
        Step(
            Integral(_CHI_SQUARED * z**power, (z, 0, oo)), _MOMENT.subs(_POWER, power),
            f"E z^s of a chi^2 number z with x degrees of freedom, s = {power}",
        )
        for power in (Rational(1, 3), Integer(2))
    ),
    Step(
        log(_MOMENT).diff(_POWER).subs(_POWER, 0), log(2) + digamma(x / 2),
        "its slope at s = 0 is E log z: E log det W is a sum of d digammas",
    ),
    Step(log(_MOMENT).diff(_POWER, 2).subs(_POWER, 0), trigamma(x / 2), "and its curvature the variance of log z"),
)  # fmt: skip
"""E log det W and its variance."""
