"""Where two formulas have the same value: found by scanning each parameter, and pairs of them, over the domain.

A condition such as T = 1/2 is listed if both formulas agree there at several values of all other parameters; so it is
what the numbers say to ten digits, not a proof.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import combinations

from sympy import Rational, Symbol, oo

from theory.domain import Domain, exact
from theory.evaluate import as_array
from theory.formula import Average, Flow, Formula
from theory.tables import Tabular

SAME = 1e-10
STEPS = 24
OTHERS = 3  # values of the other parameters
TOWARDS = (1e-2, 1e-4, 1e-6)

Point = Mapping[Symbol, float]
Difference = Callable[[Point], float]


def coincidences(left: Formula, right: Formula, domain: Domain) -> list[str]:
    """Conditions on one or two parameters under which the formulas coincide: "T = 1/2", "m2 = -m1", "h -> 0".

    Empty where none is found, where a formula is a finite sum or a flow, which would take long, or of a table.
    """
    if any(isinstance(form, Average | Flow) for form in (left, right)) or any(
        isinstance(item, Tabular) for item in domain.ranges
    ):
        return []

    def difference(point: Point) -> float:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # towards an edge a formula may overflow, which is no answer
            try:
                first, second = (float(as_array(form, dict(point))) for form in (left, right))
            except (ValueError, ArithmeticError):  # nor is an integral that does not converge there
                return math.nan
        return (first - second) / max(abs(first), abs(second), 1e-300)

    points = domain.points(OTHERS)
    found = [text for symbol in domain.symbols for text in _of_one(symbol, difference, points, domain)]
    return found + [
        text for pair in combinations(domain.symbols, 2) for text in _of_two(*pair, difference, points, domain)
    ]


def _of_one(
    symbol: Symbol, difference: Difference, points: list[dict[Symbol, Rational]], domain: Domain
) -> Iterator[str]:
    """Values of one parameter, and its edges."""
    low, high = map(float, domain[symbol].explored)

    def at(point: dict[Symbol, Rational], value: float) -> float:
        return difference({**_floats(point), symbol: value})

    for root in _roots(lambda value: at(points[0], value), low, high):
        ratio = Fraction(root).limit_denominator(100)
        value = float(ratio) if abs(float(ratio) - root) < 1e-8 else root
        if all(_admits(domain, point, {symbol: value}) and abs(at(point, value)) < SAME for point in points):
            yield f"{symbol} = {ratio if value == float(ratio) else format(value, '.8g')}"
    for edge, sign in ((domain[symbol].low, 1), (domain[symbol].high, -1)):
        finite = edge not in (oo, -oo)
        if finite and all(_vanishes([at(point, float(edge) + sign * step) for step in TOWARDS]) for point in points):
            yield f"{symbol} -> {edge}"


def _of_two(
    one: Symbol, other: Symbol, difference: Difference, points: list[dict[Symbol, Rational]], domain: Domain
) -> Iterator[str]:
    """Equal parameters, and opposite ones."""
    for sign in (1, -1):
        if all(
            _admits(domain, point, {other: sign * float(point[one])})
            and abs(difference({**_floats(point), other: sign * float(point[one])})) < SAME
            for point in points
        ):
            yield f"{other} = {'-' if sign < 0 else ''}{one}"


def _roots(function: Callable[[float], float], low: float, high: float) -> Iterator[float]:
    """Zeros on a grid, and between two of its points of opposite signs; none of what vanishes throughout."""
    grid = [low + (high - low) * step / STEPS for step in range(STEPS + 1)]
    values = [function(value) for value in grid]
    if sum(abs(value) < SAME for value in values) > STEPS / 2:
        return
    for place, (value, here) in enumerate(zip(grid, values, strict=True)):
        following = values[place + 1] if place < STEPS else math.nan
        if abs(here) < SAME:
            yield value
        elif here * following < 0 and abs(following) >= SAME:
            yield _zero(function, value, grid[place + 1])


def _zero(function: Callable[[float], float], low: float, high: float) -> float:
    """The change of sign between two values, by bisection."""
    sign = function(low) > 0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if (function(middle) > 0) == sign else (low, middle)
    return (low + high) / 2


def _vanishes(differences: list[float]) -> bool:
    """Whether the difference shrinks with the distance from an edge, and not only by rounding."""
    first, second, third = map(abs, differences)
    return first > SAME and third < 1e-3 * first and third < second < first


def _admits(domain: Domain, point: dict[Symbol, Rational], change: Point) -> bool:
    return domain.admits(point | {symbol: exact(round(value, 10)) for symbol, value in change.items()})


def _floats(point: Mapping[Symbol, Rational]) -> dict[Symbol, float]:
    return {symbol: float(value) for symbol, value in point.items()}
