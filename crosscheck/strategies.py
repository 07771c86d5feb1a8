"""Hypothesis strategies: exact points of a claim's domain, as decimals that a person would type."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from sympy import Rational, ceiling, floor

from crosscheck.claim import Claim
from theory.domain import Range, exact

PLACES = 3


def points(claim: Claim) -> SearchStrategy[dict[str, Rational]]:
    """Points inside the explored box of the claim's domain, default values first when shrinking is possible."""
    domain = claim.theory.domain.restricted(tuple(s for s in claim.theory.parameters if s.name in claim.free))
    every = st.fixed_dictionaries({item.symbol.name: values(item) for item in domain.ranges})
    if not domain.relations:
        return every
    return every.filter(lambda point: domain.admits({item.symbol: point[item.symbol.name] for item in domain.ranges}))


def values(allowed: Range) -> SearchStrategy[Rational]:
    """Values of one parameter: whole numbers, or decimals of at most three places that shrink to fewer."""
    low, high = allowed.explored
    if allowed.integer:
        return st.integers(int(low), int(high)).map(exact)
    grids = [_grid(low, high, places).filter(allowed.admits) for places in range(PLACES + 1)]
    return st.one_of(*(grid for grid, places in zip(grids, range(PLACES + 1), strict=True) if _room(low, high, places)))


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
