"""Hypothesis strategies: exact points of a claim's domain, as decimals that a person would type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from itertools import product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from sympy import Integer, Rational, Symbol, ceiling, floor

from crosscheck.claim import Claim, symbol_of
from crosscheck.verdict import Kind
from theory.domain import Domain, Range, exact
from theory.tables import Tabular

PLACES = 3
CORNERS = 64
"""Corners of the explored box, and as many points inside, that fix how large a correction may be."""


def points(claim: Claim) -> SearchStrategy[dict[str, Rational]]:
    """Points of the claim's domain: of the explored box mostly, of its edges, and of those of the domain (`edges`).

    Relations hold at every size of the ladders.  A limit is approached anywhere, but seen only where the sizes are
    large enough: outside the box an asymptotic claim is held to the points where its declared correction, at the
    smallest size, is no larger than it may be inside.
    """
    domain = claim.free_domain
    every = _every(domain)
    if domain.relations:
        every = st.one_of(every, _beside_relations(domain, every))
    reachable = _reach(claim, domain)
    return every.filter(lambda point: _admitted(claim, domain, point) and reachable(point))


def values(allowed: Range | Tabular) -> SearchStrategy[Any]:
    """Values of one parameter: whole numbers, or decimals that shrink to fewer places; now and then an edge.

    Of a table the examples.
    """
    if isinstance(allowed, Tabular):
        return st.sampled_from(allowed.explored)
    low, high = allowed.explored
    if allowed.integer:
        box = [st.integers(int(low), int(high)).map(exact)]
    else:
        grids = [_grid(low, high, places).filter(allowed.admits) for places in range(PLACES + 1)]
        box = [grid for grid, places in zip(grids, range(PLACES + 1), strict=True) if _room(low, high, places)]
    return st.one_of(*box, st.sampled_from(edges(allowed)))


def edges(allowed: Range) -> list[Rational]:
    """Awkward values: the ends of the box, next to the ends of the domain, around zero, twice the box where it is open.

    Whole numbers stay below the upper end of their box: they are sizes, and sizes cost.
    """
    low, high = allowed.explored
    near = [Rational(1, 10**places) for places in range(1, PLACES + 1)]
    if allowed.integer:
        found = [low, high, low + 1, high - 1, *([allowed.low, allowed.low + 1] if allowed.low.is_finite else ())]
        return sorted({value for value in found if allowed.admits(value) and value <= high})
    found = [low, high, Integer(0), Integer(1), *near, *(-small for small in near)]
    for end, side, far in ((allowed.low, 1, low), (allowed.high, -1, high)):
        found += [end, *(end + side * small for small in near)] if end.is_finite else [2 * far]
    return sorted({value for value in found if allowed.admits(value)})


def seeds() -> SearchStrategy[int]:
    """Seeds of a simulation."""
    return st.integers(0, 2**32 - 1)


def _grid(low: Rational, high: Rational, places: int) -> SearchStrategy[Rational]:
    first, last = _counts(low, high, places)
    return st.integers(first, last).map(lambda count: exact(Fraction(count, 10**places)))


def _room(low: Rational, high: Rational, places: int) -> bool:
    first, last = _counts(low, high, places)
    return first <= last


def _counts(low: Rational, high: Rational, places: int) -> tuple[int, int]:
    """The first and the last multiple of 10^-places between low and high."""
    return int(ceiling(low * 10**places)), int(floor(high * 10**places))


def _every(domain: Domain) -> SearchStrategy[dict[str, Rational]]:
    """One value per parameter, in their order."""
    names = [item.symbol.name for item in domain.ranges]
    return st.tuples(*map(values, domain.ranges)).map(lambda drawn: dict(zip(names, drawn, strict=True)))


def _beside_relations(
    domain: Domain, every: SearchStrategy[dict[str, Rational]]
) -> SearchStrategy[dict[str, Rational]]:
    """Points at which one parameter is moved, within its box, to where a relation begins to hold."""
    related = {symbol for relation in domain.relations for symbol in relation.free_symbols}
    movable = [item for item in domain.ranges if isinstance(item, Range) and item.symbol in related]
    return st.tuples(every, st.sampled_from(movable)).map(lambda drawn: _moved(domain, *drawn))


def _moved(domain: Domain, point: dict[str, Any], item: Range) -> dict[str, Rational]:
    """Bisection on the grid of the parameter; the point itself where the relations do not change along it."""
    unit = 1 if item.integer else 10**PLACES

    def at(count: int) -> dict[str, Rational]:
        return point | {item.symbol.name: exact(Fraction(count, unit))}

    def holds(count: int) -> bool:
        place = {symbol: at(count)[symbol.name] for symbol in domain.symbols}
        return all(domain.satisfies(relation, place) for relation in domain.relations)

    low, high = _counts(*item.explored, 0 if item.integer else PLACES)
    inside, outside = (low, high) if holds(low) else (high, low)
    if holds(low) == holds(high):
        return point
    while abs(inside - outside) > 1:
        middle = (inside + outside) // 2
        inside, outside = (middle, outside) if holds(middle) else (inside, middle)
    return at(inside)


def _admitted(claim: Claim, domain: Domain, point: Mapping[str, Rational]) -> bool:
    """Whether the point lies in the domain, at every size of the ladders."""
    if not domain.admits({item.symbol: point[item.symbol.name] for item in domain.ranges}):
        return False
    whole = claim.theory.domain
    size = None if claim.size is None else symbol_of(claim.size, claim.theory)
    relations = [relation for relation in whole.relations if size is not None and size in relation.free_symbols]
    known: dict[Symbol, Rational] = {item.symbol: point[item.symbol.name] for item in domain.ranges}
    ladders = {value for route in claim.all_routes for value in (route.ladder or claim.ladder)} if relations else ()
    return all(
        whole.satisfies(relation, known | {size: exact(value)})
        for value in ladders
        for relation in relations
        if size is not None and relation.free_symbols <= {*known, size}
    )


def _reach(claim: Claim, domain: Domain) -> Callable[[Mapping[str, Rational]], bool]:
    """Whether the sizes of an asymptotic claim are large enough at a point, judged by its own correction."""
    if claim.kind is not Kind.ASYMPTOTIC:
        return lambda point: True
    routes, largest = claim.all_routes, list[float]()

    def corrections(point: Mapping[str, Rational]) -> list[float]:
        return [claim.correction_at(r, point, (r.ladder or claim.ladder)[0]) for r in routes if r.covers(point)]

    def inside(point: Mapping[str, Rational]) -> bool:
        return all(item.inside(point[item.symbol.name]) for item in domain.ranges)

    def reachable(point: Mapping[str, Rational]) -> bool:
        if inside(point):
            return True
        if not largest:
            box = [corrections(corner) for corner in _corners(domain)]
            largest.extend(max(column) for column in zip(*box, strict=True))
        return all(g <= most for g, most in zip(corrections(point), largest, strict=True))

    return reachable


def _corners(domain: Domain) -> list[dict[str, Any]]:
    """Corners of the explored box that lie in the domain, CORNERS at most, and one point inside."""
    names = [item.symbol.name for item in domain.ranges]
    ends = product(*(item.explored for item in domain.ranges))
    corners = [dict(zip(names, corner, strict=True)) for corner, _ in zip(ends, range(CORNERS), strict=False)]
    admitted = [corner for corner in corners if domain.admits({s: corner[s.name] for s in domain.symbols})]
    return [*admitted, *({s.name: value for s, value in point.items()} for point in domain.points(1))]
