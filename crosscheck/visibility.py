"""How far a mutant is from the theory, from formulas alone, in units of the claim's resolution, all over its domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sympy import Symbol

from crosscheck.claim import Claim, Point, symbol_of
from crosscheck.mutants import Mutant
from theory.domain import Domain
from theory.evaluate import as_array
from theory.formula import Flow, Formula, Tabulated, symbols
from theory.solvers import ROUGH
from theory.tables import Table

Floats = NDArray[np.float64]
Places = tuple[Mapping[str, float], ...]

SCATTERED = 200
"""Points inside the explored box, besides its corners, at which an equivalent mutant must equal the theory."""
CORNERS = 64
FOLLOWED, FEW_CORNERS = 32, 8
"""The same where a formula is a flow, of which one value takes a tenth of a second."""
STAGES = (1, 4, 32)
"""One point tells most mutants from the theory, a few points most of the rest; the others are looked at everywhere."""
SMALLEST = 1e-12
"""Where the scale is smaller no gap is measured."""


@dataclass(frozen=True)
class Landscape:
    """The theory of a claim, its scale and its auxiliary quantities at many places (parameters, and the size)."""

    claim: Claim
    places: Places

    @cached_property
    def arrays(self) -> dict[Symbol, Floats]:
        """One array per symbol."""
        names = self.places[0]
        return {symbol_of(name, self.claim.theory): np.array([p[name] for p in self.places]) for name in names}

    @cached_property
    def theory(self) -> Floats:
        return self.value(self.claim.theory.formula)

    @cached_property
    def scale(self) -> Floats:
        """nan where nothing can be measured; probabilities are compared as they are."""
        if self.claim.law is not None:
            return np.ones(len(self.places))
        declared = self.claim.scale if self.claim.scale is not None else self.claim.theory
        scale = np.abs(valued(self.claim.formula(declared), self.arrays))
        return np.where(scale > SMALLEST, scale, np.nan)

    def gaps(self, mutant: Mutant) -> Floats:
        """|mutant - theory|/scale; inf where only the mutant has no value, nan where nothing can be measured."""
        found = self.value(mutant.formula)
        gap = np.abs(found - self.theory) / self.scale
        measurable = np.isfinite(self.theory) & np.isfinite(self.scale)
        return np.where(measurable, np.where(np.isfinite(found), gap, np.inf), np.nan)

    def value(self, formula: Formula) -> Floats:
        """The value of the theory or of a mutant, nan where there is none."""
        kept = self._kept(formula)
        others = {symbol: given for symbol, given in formula.given.items() if symbol not in kept}
        known = {symbol: self._quantities[symbol] for symbol in kept}
        found = valued(replace(formula, given=others), {**self.arrays, **known})
        return np.broadcast_to(found, (len(self.places),))

    def _kept(self, formula: Formula) -> tuple[Symbol, ...]:
        """The auxiliary quantities, numbers all, that are those of the theory: they are evaluated once for all."""
        own, other = self.claim.theory.formula.given, set[Symbol]()
        for symbol, given in formula.given.items():
            same = given is own.get(symbol) and symbol not in self.arrays and other.isdisjoint(symbols(given))
            if not same or isinstance(given, Tabulated):
                other.add(symbol)
        return tuple(symbol for symbol in formula.given if symbol not in other)

    @cached_property
    def _quantities(self) -> dict[Symbol, Floats]:
        found = dict(self.arrays)
        for symbol in self._kept(self.claim.theory.formula):
            found[symbol] = valued(self.claim.theory.formula.given[symbol], found)
        return found

    def at(self, indices: Iterable[int]) -> Landscape:
        """The same at some of the places."""
        return Landscape(self.claim, tuple(self.places[i] for i in indices))


def valued(formula: Formula, arrays: Mapping[Symbol, Floats]) -> Floats:
    """Float64 values at every place; nan where the formula has none."""
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    with np.errstate(all="ignore"):
        try:
            return _finite(as_array(formula, arrays, effort=ROUGH))
        except _NO_VALUE:
            pass
        if not shape:
            return np.asarray(np.nan)
        found = np.full(shape, np.nan)
        for index in np.ndindex(shape):
            found[index] = valued(formula, {symbol: np.asarray(array[index]) for symbol, array in arrays.items()})
        return found


_NO_VALUE = (ValueError, ArithmeticError, RuntimeError, TypeError, KeyError)


def _finite(values: Any) -> Floats:
    found = np.asarray(values, dtype=float)
    return np.where(np.isfinite(found), found, np.nan)


def places(claim: Claim, points: Sequence[Point], sizes: Sequence[float] | None = None) -> Places:
    """The points at every size of the ladder, or of `sizes`; once if the theory holds for every size.

    A law is looked at where it reaches each 64th part of the probability.
    """
    found = [at for point in points for size in (sizes or claim.ladder) for at in places_of(claim, point, size)]
    return tuple({tuple(at.items()): at for at in found}.values())


def places_of(claim: Claim, point: Point, size: float, edges: Sequence[float] | None = None) -> Places:
    """The places of one point and size: one, or those of the edges of a law."""
    known = claim.size in {symbol.name for symbol in claim.theory.parameters}
    at = _floats(point) | ({claim.size: float(size)} if known and claim.size else {})
    at |= {symbol.name: claim.theory_at(point, size, symbol) for symbol in claim.moved}
    if claim.law is None:
        return (at,)
    where = claim.edges_at(point, size) if edges is None else edges
    return tuple({**at, claim.law.name: edge} for edge in where)


def explored(claim: Claim) -> Places:
    """Where the claim is tested, then points all over the explored box of its domain, corners included."""
    domain = claim.theory.domain.restricted(claim.theory.parameters)
    count, most = (FOLLOWED, FEW_CORNERS) if isinstance(claim.theory.formula, Flow) else (SCATTERED, CORNERS)
    scattered = domain.points(count) if domain.ranges else [{}]
    inside = [_floats({symbol.name: value for symbol, value in point.items()}) for point in scattered]
    return (*inside[: STAGES[-1]], *places(claim, claim.points), *corners(domain)[:most], *inside[STAGES[-1] :])


def corners(domain: Domain) -> list[dict[str, float]]:
    """The corners of the explored box that lie in the domain."""
    ends = [[(item.symbol, end) for end in dict.fromkeys(item.explored)] for item in domain.ranges]
    found = [dict(corner) for corner in product(*ends)]
    inside = [point for point in found if domain.admits(point)][:CORNERS]
    return [_floats({symbol.name: value for symbol, value in point.items()}) for point in inside]


@dataclass(frozen=True)
class Apart:
    """The largest gap between a mutant and the theory, and where; inf where the mutant alone has no value."""

    mutant: Mutant
    gap: float
    at: Mapping[str, float]


def apart(landscape: Landscape, mutant: Mutant) -> Apart:
    """The largest gap over all places of the landscape."""
    gaps = np.nan_to_num(landscape.gaps(mutant), nan=0.0, posinf=np.inf)
    worst = int(np.argmax(gaps))
    return Apart(mutant, float(gaps[worst]), landscape.places[worst])


def equivalents(claim: Claim, mutants: Sequence[Mutant]) -> tuple[Apart, ...]:
    """The mutants closer to the theory than the resolution everywhere, each with its largest gap and where it is."""
    landscape, near = Landscape(claim, explored(claim)), list(mutants)
    for count in STAGES:
        first = landscape.at(range(min(count, len(landscape.places))))
        near = [mutant for mutant in near if apart(first, mutant).gap < claim.resolution]
    return tuple(found for found in (apart(landscape, m) for m in near) if found.gap < claim.resolution)


def _floats(point: Mapping[str, Any]) -> dict[str, Any]:
    """The same with numbers in double precision; a table is looked at as a whole."""
    return {name: value if isinstance(value, Table) else float(value) for name, value in point.items()}
