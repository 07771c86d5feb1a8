"""Where a formula holds: a range per parameter, relations between parameters, and points to test it at."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

from sympy import Expr, Rational, Symbol, oo
from sympy.core.relational import Relational

from theory.notation import meaning

if TYPE_CHECKING:
    from theory.tables import Table, Tabular

Number = int | float | str | Fraction | Decimal | Rational


class ParameterError(ValueError):
    """A parameter is missing, unknown, or not a finite number; the message says which, and what to do."""


class DomainError(ParameterError):
    """A parameter lies outside the domain of a formula; the message names symbol, value, allowed range."""


@dataclass(frozen=True)
class Range:
    """low < symbol < high, with the value used by default and the closed box that a search explores."""

    symbol: Symbol
    low: Expr
    high: Expr
    default: Rational
    explored: tuple[Rational, Rational]
    low_open: bool = True
    high_open: bool = True
    integer: bool = False

    def __post_init__(self) -> None:
        if not all(map(self.admits, (self.default, *self.explored))):
            raise ValueError(f"{self.symbol}: default {self.default} or explored {self.explored} is outside {self}")

    def admits(self, value: Rational) -> bool:
        """Whether `value` lies in the range."""
        above = self.low < value if self.low_open else self.low <= value
        below = value < self.high if self.high_open else value <= self.high
        return bool(above) and bool(below) and (not self.integer or value.is_integer is True)

    def inside(self, value: Rational) -> bool:
        """Whether `value` lies in the box that a search explores."""
        return bool(self.explored[0] <= value <= self.explored[1])

    def at(self, share: Rational) -> Rational:
        """The value at a share, between 0 and 1, of the explored box."""
        low, high = self.explored
        value = low + share * (high - low)
        return Rational(round(value)) if self.integer else value

    def read(self, name: str, value: Number) -> Rational:
        """The exact value, checked; ParameterError or DomainError in one line."""
        try:
            found = exact(value)
        except (TypeError, ValueError) as error:
            raise ParameterError(f"{name}: {self.symbol} = {value} {error}; allowed: {self}") from None
        if not self.admits(found):
            raise DomainError(f"{name}: {self.symbol} = {value} is outside {self} ({meaning(self.symbol)})")
        return found

    def __str__(self) -> str:
        lower = "" if self.low == -oo else f"{self.low} {'<' if self.low_open else '<='} "
        upper = "" if self.high == oo else f" {'<' if self.high_open else '<='} {self.high}"
        kind = "an integer, " if self.integer else ""
        if lower and not upper:
            return f"{kind}{self.symbol} {'>' if self.low_open else '>='} {self.low}"
        return f"{kind}{lower}{self.symbol}{upper}" if lower or upper else f"{kind}any real {self.symbol}"


def between(symbol: Symbol, low: Number, high: Number, *, default: Number, explored: tuple[Number, Number]) -> Range:
    """low < symbol < high."""
    return Range(symbol, exact(low), exact(high), exact(default), (exact(explored[0]), exact(explored[1])))


def above(symbol: Symbol, low: Number, *, default: Number, explored: tuple[Number, Number]) -> Range:
    """symbol > low."""
    return Range(symbol, exact(low), oo, exact(default), (exact(explored[0]), exact(explored[1])))


def positive(symbol: Symbol, *, default: Number, explored: tuple[Number, Number]) -> Range:
    """symbol > 0."""
    return above(symbol, 0, default=default, explored=explored)


def real(symbol: Symbol, *, default: Number, explored: tuple[Number, Number]) -> Range:
    """Any finite real value."""
    return Range(symbol, -oo, oo, exact(default), (exact(explored[0]), exact(explored[1])))


def whole(symbol: Symbol, low: int, *, default: int, explored: tuple[int, int]) -> Range:
    """An integer symbol >= low."""
    box = (exact(explored[0]), exact(explored[1]))
    return Range(symbol, exact(low), oo, exact(default), box, low_open=False, integer=True)


@dataclass(frozen=True)
class Domain:
    """Ranges of the parameters and relations between them; a formula called outside raises DomainError.

    `reasons` says of some relations why nothing holds outside: the error ends in it.
    """

    ranges: tuple[Range | Tabular, ...]
    relations: tuple[Relational, ...] = ()
    reasons: tuple[tuple[Relational, str], ...] = ()

    def __getitem__(self, symbol: Symbol) -> Any:
        return next(item for item in self.ranges if item.symbol == symbol)

    @property
    def symbols(self) -> tuple[Symbol, ...]:
        """The parameters in order."""
        return tuple(item.symbol for item in self.ranges)

    @property
    def defaults(self) -> dict[Symbol, Any]:
        """The default point."""
        return {item.symbol: item.default for item in self.ranges}

    @property
    def named(self) -> dict[str, Any]:
        """The ranges by parameter name."""
        return {item.symbol.name: item for item in self.ranges}

    def restricted(self, symbols: tuple[Symbol, ...]) -> Domain:
        """The same domain for a subset of the parameters."""
        kept = tuple(item for item in self.ranges if item.symbol in symbols)
        known = {*symbols, *(extent for item in kept for extent in getattr(item, "extents", ()))}
        inside = tuple(rel for rel in self.relations if rel.free_symbols <= known)
        return Domain(kept, inside, self.reasons)

    def check(self, name: str, values: Mapping[str, Any]) -> dict[Symbol, Any]:
        """Exact values of all parameters of the formula `name`; raises ParameterError or DomainError in one line."""
        known = self.named
        for given in values:
            if given not in known:
                nearest = difflib.get_close_matches(given, known, 1)
                hint = f"; did you mean {nearest[0]}?" if nearest else ""
                raise ParameterError(f"{name}: unknown parameter {given}; it takes {', '.join(known)}{hint}")
        if missing := [item for key, item in known.items() if key not in values]:
            defaults = " ".join(f"{item.symbol}={decimal(item.default)}" for item in missing)
            raise ParameterError(f"{name}: missing {', '.join(str(i.symbol) for i in missing)}; defaults: {defaults}")
        point = {}
        for key, item in known.items():
            point[item.symbol] = item.read(name, values[key])
        for relation in self.relations:
            if not self.satisfies(relation, point):
                whole = _with_extents(point)
                shown = ", ".join(f"{s} = {decimal(whole[s])}" for s in whole if s in relation.free_symbols)
                reason = dict(self.reasons).get(relation)
                text = f"{shown} is outside {relation}{_value_of_bound(relation, whole)}"
                raise DomainError(f"{name}: {text}{f': {reason}' if reason else ''}")
        return point

    def admits(self, point: Mapping[Symbol, Any]) -> bool:
        """Whether an exact point lies in the domain."""
        inside = all(item.admits(point[item.symbol]) for item in self.ranges)
        return inside and all(self.satisfies(relation, point) for relation in self.relations)

    @staticmethod
    def satisfies(relation: Relational, point: Mapping[Symbol, Any]) -> bool:
        """Whether a relation between parameters, and extents of tables, holds at an exact point."""
        values = _with_extents(point)
        return bool(relation.subs({symbol: values[symbol] for symbol in values if symbol in relation.free_symbols}))

    def points(self, count: int) -> list[dict[Symbol, Any]]:
        """`count` exact, readable, low-discrepancy points of the explored box; the same on every machine."""
        found = []
        for point in self._candidates():
            if self.admits(point):
                found.append(point)
            if len(found) == count:
                return found
        raise AssertionError("the candidates never end")

    def _candidates(self) -> Iterator[dict[Symbol, Any]]:
        # Kronecker sequence of the generalised golden ratio, rounded to four decimals: exact and well spread.
        ratio = _golden(len(self.ranges))
        for index in range(1, 3000):
            point = {}
            for axis, item in enumerate(self.ranges):
                share = Rational(round(10_000 * ((0.5 + index / ratio ** (axis + 1)) % 1)), 10_000)
                point[item.symbol] = item.at(share)
            yield point
        raise ValueError(f"no point of the explored box satisfies {self.relations}; widen the box")


def _value_of_bound(relation: Relational, point: Mapping[Symbol, Any]) -> str:
    """The number behind a bound of one parameter that is no polynomial in others: " = 1.26269"."""
    bound = relation.rhs
    if not relation.lhs.is_Symbol or bound.is_polynomial():
        return ""
    return f" = {float(bound.subs({s: point[s] for s in bound.free_symbols})):g}"


def _with_extents(point: Mapping[Symbol, Any]) -> dict[Symbol, Any]:
    """The point, with the extents and single numbers of its tables under their own symbols."""
    found = dict(point)
    for value in point.values():
        for name, symbol in getattr(value, "symbols", {}).items():
            if not getattr(value.values[name], "shape", ()):
                found[symbol] = exact(value.values[name].item())
    return found


def exact(value: Number) -> Rational:
    """The rational number that a person means: 0.27 is 27/100, not the nearest double.  ValueError if not finite."""
    if isinstance(value, bool):
        raise ValueError("is not a number")
    if isinstance(value, (Integral, Rational)):
        return Rational(int(value)) if isinstance(value, Integral) else value
    if isinstance(value, Fraction):
        return Rational(value.numerator, value.denominator)
    text = repr(float(value)) if isinstance(value, Real) and not isinstance(value, Decimal) else str(value).strip()
    if (power := re.search(r"e([+-]?\d+)$", text, re.IGNORECASE)) and abs(int(power[1][:9])) > 4000:
        raise ValueError("has an exponent beyond 4000")  # its digits alone would fill the memory
    try:
        number = Fraction(text)
    except (ValueError, ZeroDivisionError):
        lowered = text.lower().lstrip("+-")
        problem = "is not finite" if lowered in {"nan", "inf", "infinity"} else "is not a number"
        raise ValueError(problem) from None
    return Rational(number.numerator, number.denominator)


def decimal(value: Rational | Table) -> str:
    """A value as people write it: 27/100 as 0.27, 1/3 as 1/3, a table by its label."""
    if hasattr(value, "label"):
        return str(value)
    value = exact(value)
    twos_and_fives = int(value.q)
    for prime in (2, 5):
        while twos_and_fives % prime == 0:
            twos_and_fives //= prime
    if twos_and_fives != 1:
        return str(value)
    number = Decimal(int(value.p)) / Decimal(int(value.q))
    return format(number.normalize(), "f") if number else "0"


def _golden(dimension: int) -> float:
    """The root of r^(dimension+1) = r + 1, whose powers spread points best."""
    ratio = 2.0
    for _ in range(60):
        ratio = math.pow(1 + ratio, 1 / (dimension + 1))
    return ratio
