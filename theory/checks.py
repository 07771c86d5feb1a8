"""The checks of a step.  What integrate, limit, series or solve returned is checked here, never trusted.

SAMPLED means agreement to 30 digits at exact rational points of the domain; EXACT means that SymPy also reduces the
difference to zero.  A limit or a series is SAMPLED when the remainder shrinks as it must along a sequence.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import mpmath
from sympy import (
    Derivative,
    Expr,
    Integral,
    Product,
    Rational,
    Sum,
    Symbol,
    diff,
    exp,
    expand,
    numer,
    oo,
    powsimp,
    simplify,
    together,
)

from theory.arithmetic import digits_arithmetic
from theory.derivation import Check, Evidence, Finding, Where
from theory.domain import Domain, decimal
from theory.evaluate import as_digits, digits_backend, evaluated, exactly
from theory.formula import Explicit, Formula, as_formula
from theory.tables import Tabular

POINTS = 5
DIGITS = 30
ZERO = mpmath.mpf("1e-20")  # sides smaller than this are compared absolutely: terms that cancel leave rounding


def equal(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
    """left = right on the domain."""
    for point in _points(domain, free_symbols(left, right, domain, where)):
        first, second = (_at(side, point, where) for side in (left, right))
        scale = max(abs(first), abs(second), ZERO)
        if abs(first - second) > mpmath.mpf(10) ** -DIGITS * scale:
            return Finding(
                Evidence.REFUTED, f"{mpmath.nstr(first, 12)} against {mpmath.nstr(second, 12)} at {_show(point)}"
            )
    if _vanishes(left - right, where):
        return Finding(Evidence.EXACT, "the difference reduces to zero")
    return Finding(Evidence.SAMPLED, f"equal to {DIGITS} digits at exact points of the domain")


def antiderivative(variable: Symbol) -> Check:
    """right is an antiderivative of left in `variable`."""

    def check(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
        return equal(left, diff(right, variable), domain, where)

    return check


def stationary(variable: Symbol) -> Check:
    """left, a function of `variable`, is stationary at variable = right."""

    def check(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
        slope = diff(left, variable).subs(variable, right)
        return equal(1 + slope, 1 + 0 * slope, domain, where)

    return check


def solves_ode(unknown: Symbol, variable: Symbol) -> Check:
    """d(unknown)/d(variable) = left holds for unknown = right."""

    def check(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
        return equal(diff(right, variable), left.subs(unknown, right), domain, where)

    return check


def limit(symbol: Symbol, to: Expr) -> Check:
    """left tends to right as symbol -> to (a number, or oo, or -oo)."""
    return series(symbol, to, 0)


def series(symbol: Symbol, to: Expr, order: int) -> Check:
    """left = right + o(epsilon^order), where epsilon is |symbol - to|, or 1/|symbol| at infinity."""

    def check(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
        symbols = free_symbols(left, right, domain, where, without=symbol)
        for point in _points(domain, symbols):
            remainders = [
                abs(
                    _at(left, point | {symbol: at}, where, digits=80)
                    - _at(right, point | {symbol: at}, where, digits=80)
                )
                / epsilon**order
                for at, epsilon in _approach(symbol, to)
            ]
            size = max(abs(_at(right, point | {symbol: at}, where, 80)) / e**order for at, e in _approach(symbol, to))
            if not _shrinks(remainders, size):
                shown = ", ".join(mpmath.nstr(value, 3) for value in remainders)
                return Finding(Evidence.REFUTED, f"the remainder does not vanish: {shown} at {_show(point)}")
        return Finding(Evidence.SAMPLED, f"the remainder vanishes along {symbol} -> {to}")

    return check


def assumed(left: Expr, right: Expr, domain: Domain, where: Where) -> Finding:
    """Taken from the literature; counted in every report."""
    return Finding(Evidence.ASSUMED, "by citation")


def sampled_gap(left: Formula, right: Formula, domain: Domain, points: int = 12) -> tuple[float, dict[Symbol, Expr]]:
    """The largest relative gap between two formulas over the domain, and where it is."""
    worst, place = -1.0, {}
    for point in domain.points(points):
        first, second = (as_digits(side, point, 15) for side in (left, right))
        gap = float(abs(first - second) / max(abs(first), abs(second), mpmath.mpf("1e-30")))
        if gap > worst:
            worst, place = gap, point
    return worst, place


def _points(domain: Domain, symbols: tuple[Symbol, ...]) -> list[dict[Symbol, Rational]]:
    return domain.restricted(symbols).points(POINTS) if symbols else [{}]


def _approach(symbol: Symbol, to: Expr) -> Iterator[tuple[Expr, mpmath.mpf]]:
    for power in (6, 8, 10):
        epsilon = Rational(1, 10**power)
        at = 1 / epsilon if to == oo else -1 / epsilon if to == -oo else to + epsilon
        yield at, mpmath.mpf(10) ** -power


def _shrinks(remainders: list[mpmath.mpf], size: mpmath.mpf) -> bool:
    first, *_, last = remainders
    return last <= mpmath.mpf("1e-30") * size or (last < first / 20 and last < mpmath.mpf("1e-3") * max(size, 1))


def free_symbols(
    left: Expr, right: Expr, domain: Domain, where: Where, without: Symbol | None = None
) -> tuple[Symbol, ...]:
    """The symbols of a domain that a step depends on, through its definitions too.  ValueError if one is missing."""
    names = left.free_symbols | right.free_symbols
    pending = set(names & set(where))
    done: set[Symbol] = set()
    while pending:  # a definition may use another one
        symbol = pending.pop()
        done.add(symbol)
        inner = _symbols_of(as_formula(where[symbol]))
        names |= inner
        pending |= (inner & set(where)) - done
    table_of = {
        part: item.symbol
        for item in domain.ranges
        if isinstance(item, Tabular)
        for field in item.fields
        for part in (field.symbol, *field.extents)
    }
    names = {table_of.get(s, s) for s in names if s not in where and s != without}
    if unknown := names - set(domain.symbols):
        raise ValueError(f"the domain lacks {', '.join(sorted(map(str, unknown)))}")
    return tuple(s for s in domain.symbols if s in names)


def _symbols_of(formula: Formula) -> set[Symbol]:
    given = set(formula.given)
    inner = {s for item in formula.given.values() for s in _symbols_of(item)}
    own = set().union(*(e.free_symbols for e in vars(formula).values() if isinstance(e, Expr)))
    bound = {vars(formula)[key] for key in ("unknown", "variable") if key in vars(formula)}
    return (own | inner) - given - bound


def _at(side: Expr, point: Mapping[Symbol, Expr], where: Where, digits: int = DIGITS + 10) -> mpmath.mpf:
    formula = Explicit(side, {symbol: as_formula(item) for symbol, item in where.items()})
    with mpmath.workdps(digits + 15):
        return evaluated(formula, exactly(point, digits_arithmetic()), digits_backend())


def _vanishes(difference: Expr, where: Where) -> bool:
    plain = {symbol: item for symbol, item in where.items() if isinstance(item, Expr)}
    for symbol in reversed(tuple(plain)):
        difference = difference.subs(symbol, plain[symbol])
    if difference.has(Derivative):
        difference = difference.doit()
    if difference == 0 or expand(difference) == 0:
        return True
    # simplify has no bound on its time: it sees only small expressions without integrals and sums.
    if difference.has(Integral, Sum, Product) or difference.count_ops() > 200:
        return False
    return any(reduce(difference) == 0 for reduce in (_in_exponentials, simplify))


def _in_exponentials(difference: Expr) -> Expr:
    """The numerator, expanded, with hyperbolic functions as exponentials: zero for every identity among them."""
    return expand(numer(together(powsimp(expand(difference.rewrite(exp))))))


def _show(point: Mapping[Symbol, Expr]) -> str:
    return " ".join(f"{symbol}={decimal(value)}" for symbol, value in point.items())
