"""Hypothesis strategies: exact points of a claim's domain, as decimals that a person would type."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from sympy import Rational

from crosscheck.claim import Claim
from theory.domain import Range

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
        return st.integers(int(low), int(high)).map(Rational)
    grids = [_grid(low, high, places).filter(allowed.admits) for places in range(PLACES + 1)]
    return st.one_of(*(grid for grid, places in zip(grids, range(PLACES + 1), strict=True) if _room(low, high, places)))


def seeds() -> SearchStrategy[int]:
    """Seeds of a simulation."""
    return st.integers(0, 2**32 - 1)


def _grid(low: Rational, high: Rational, places: int) -> SearchStrategy[Rational]:
    step = Rational(1, 10**places)
    return st.integers(-(-low // step), high // step).map(lambda count: count * step)


def _room(low: Rational, high: Rational, places: int) -> bool:
    step = Rational(1, 10**places)
    return high // step >= -(-low // step)
