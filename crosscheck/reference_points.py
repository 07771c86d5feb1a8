"""Where to test: reference points chosen by the mutants, from formulas alone, before anything is simulated.

At a convenient point (T = 1, h = 0, m_1 = -m_2) many wrong formulas equal the right one.  A mutant is visible at a
point if it differs there from the theory by VISIBLE resolutions, at some size of the ladder.  The first point shows the
most mutants, and among equals the one whose smallest gap is largest; a second and a third join it while some mutant
that is not equivalent stays invisible at all of them and another point would show it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from sympy import Expr, Integral

from crosscheck import fits
from crosscheck.claim import Claim, Point, Route, show, symbol_of
from crosscheck.mutants import Mutant, mutants
from crosscheck.report.wording import percent
from crosscheck.visibility import Floats, Landscape, equivalents, places, valued
from numerics.simulator import Simulator
from theory.domain import Domain, exact
from theory.formula import Average, Explicit, Flow, Formula, Quadrature
from theory.tables import Table

VISIBLE = 3.0
"""A mutant that differs by so many resolutions is rejected by any leg that AGREES, but for the miss rate."""
EASY = 10.0
"""Mutants of a dear formula that differ by so much at the first few candidates are not looked at elsewhere."""
PILOTS = 4
CANDIDATES, DEAR = 240, 40
"""Points that are compared; fewer where a formula is a sum, an integral or a flow."""
MANY = 2400
"""Points that are tried where the path must give whole numbers."""
MOST = 3
PLACES = 2
"""Decimals of a chosen value."""
TINY = 1e-9


@dataclass(frozen=True)
class Chosen:
    """A reference point and, in words and numbers, what it shows."""

    point: Point
    because: str


@dataclass(frozen=True)
class Field:
    """The mutants of a claim that are not equivalent."""

    claim: Claim
    mutants: tuple[Mutant, ...]

    @staticmethod
    def of(claim: Claim) -> Field:
        everything = mutants(claim.theory.formula)
        aside = {id(found.mutant) for found in equivalents(claim, everything)}
        return Field(claim, tuple(mutant for mutant in everything if id(mutant) not in aside))

    def gaps(self, points: Sequence[Point], among: Sequence[int] | None = None, *, quick: bool = False) -> Floats:
        """Largest gap over the ladder in resolutions, mutants x points; inf where a mutant has no value.

        quick: three sizes of a dear formula stand for the ladder.
        """
        ladder: tuple[float, ...] = tuple(self.claim.ladder)
        few = quick and len(ladder) > 3 and dear(self.claim.theory.formula)
        sizes = [ladder[index] for index in (0, len(ladder) // 2, -1)] if few else ladder
        groups = [places(self.claim, [point], sizes) for point in points]
        landscape = Landscape(self.claim, tuple(place for group in groups for place in group))
        starts = np.cumsum([0, *map(len, groups[:-1])])
        chosen = range(len(self.mutants)) if among is None else among
        found = np.zeros((len(chosen), len(points)))
        for row, number in enumerate(chosen):
            gaps = np.nan_to_num(landscape.gaps(self.mutants[number]), nan=0.0, posinf=np.inf)
            found[row] = np.maximum.reduceat(gaps, starts)
        return found / self.claim.resolution


def choose(claim: Claim, keep: Sequence[Point] = ()) -> tuple[Chosen, ...]:
    """Reference points for a claim: those to keep, then others as long as they show what was invisible."""
    field, points, wanted = Field.of(claim), list(keep), candidates(claim)
    if not points and wanted:
        table = _contested(field, wanted)
        points.append(wanted[_best(table, np.zeros(len(table)))])
    while points and wanted and len(points) < MOST:
        best = field.gaps(points).max(axis=1)
        unseen = [int(i) for i in np.flatnonzero(best < VISIBLE)]
        table = field.gaps(wanted, unseen, quick=True) if unseen else np.zeros((0, 1))
        if table.max(initial=0.0) < VISIBLE:
            break
        points.append(wanted[_best(table, best[unseen])])
    return explained(field, points)


def explained(field: Field, points: Sequence[Point]) -> tuple[Chosen, ...]:
    """The points with the reason for each: how many mutants it shows that those before it do not."""
    table, seen = field.gaps(points), np.zeros(len(field.mutants), dtype=bool)
    found = []
    for column, point in zip(table.T, points, strict=True):
        new = (column >= VISIBLE) & ~seen
        found.append(Chosen(point, _reason(field, column, new, seen)))
        seen |= new
    return tuple(found)


def _reason(field: Field, column: Floats, new: np.ndarray, seen: np.ndarray) -> str:
    limit, total = percent(VISIBLE * field.claim.resolution), len(field.mutants)
    if not total:
        return "no mutant differs anywhere"
    if not seen.any():
        all_of = f"all {total}" if new.all() else f"{new.sum()} of {total}"
        text = f"{all_of} mutants differ by {limit} or more"
    elif new.any():
        text = f"{new.sum()} more of {total} mutants differ by {limit} or more"
    else:
        return f"no mutant needs it: {(column >= VISIBLE).sum()} of {total} differ by {limit} or more here too"
    closest = int(np.flatnonzero(new)[np.argmin(column[new])])
    return f"{text}, least of them {field.mutants[closest].name} ({percent(column[closest] * field.claim.resolution)})"


def _contested(field: Field, wanted: Sequence[Point]) -> Floats:
    """Gaps at the candidates; where a formula is dear, only of the mutants that some pilot does not show at once."""
    if not dear(field.claim.theory.formula):
        return field.gaps(wanted)
    pilot = field.gaps(wanted[:PILOTS], quick=True).min(axis=1)
    hard = [int(i) for i in np.flatnonzero(pilot < EASY)]
    return field.gaps(wanted, hard, quick=True) if hard else np.full((1, len(wanted)), EASY)


def _best(table: Floats, before: Floats) -> int:
    """The column that, with what was seen before, shows most mutants; then the one with the largest smallest gap."""
    together = np.maximum(table, before[:, None])
    shown, smallest = (together >= VISIBLE).sum(axis=0), together.min(axis=0)
    return max(range(table.shape[1]), key=lambda column: (shown[column], smallest[column], -column))


def candidates(claim: Claim) -> list[Point]:
    """Readable points of the explored box at which the ladder reaches the limit."""
    if not claim.free:
        return [{}]
    wanted = DEAR if dear(claim.theory.formula) else CANDIDATES
    rules = whole_rules(claim)
    rounded = _rounded(claim.free_domain, MANY if rules else 2 * wanted)
    points = list({show(point): point for point in rounded if _whole(claim, rules, point)}.values())
    return [point for point, good in zip(points, reaches_limit(claim, points), strict=True) if good][:wanted]


def whole_rules(claim: Claim) -> tuple[Expr, ...]:
    """What the path says of quantities that a simulator takes as whole numbers, n = N/d_over_n."""
    whole = {name for r in claim.all_routes if isinstance(r.source, Simulator) for name in r.source.whole}
    return tuple(rule for symbol, rule in claim.path.items() if symbol.name in whole)


def _whole(claim: Claim, rules: Sequence[Expr], point: Point) -> bool:
    """Whether they are whole at every size; rounding them would be a correction that nobody declared."""
    sizes = {size for route in claim.all_routes for size in route.ladder or claim.ladder} if rules else ()
    values = [claim.theory_at(point, size, rule) for rule in rules for size in sizes]
    return all(abs(value - round(value)) < TINY * abs(value) for value in values)


def reaches_limit(claim: Claim, points: Sequence[Point]) -> list[bool]:
    """Whether the corrections at the sizes of the ladder are small enough to see a gap of one resolution.

    What the fit leaves out may hide a quarter of a resolution, on every route that scatters: the rest is for the noise.
    """
    good = np.ones(len(points), dtype=bool)
    for route in claim.all_routes if claim.correction != "exact" else ():
        sizes = tuple(route.ladder or claim.ladder)
        if route.noisy and len(sizes) > 1:
            laws = -np.sort(-_corrections(claim, route, points, sizes))
            good &= [
                _hides_little(law, claim.resolution) or not route.covers(point)
                for law, point in zip(laws, points, strict=True)
            ]
    return good.tolist()


def _hides_little(correction: Floats, resolution: float) -> bool:
    """Whether a fit to falling corrections, almost without noise, would detect a quarter of a resolution."""
    usable = np.isfinite(correction).all() and correction[-1] <= fits.MAXIMUM_CORRECTION
    if not usable or np.any(np.diff(correction) >= 0):
        return False
    nothing = np.zeros_like(correction)
    quiet = fits.Noise(nothing + TINY, nothing + 1e6, nothing, nothing)
    line = fits.limit(nothing, correction, quiet, level=1e-6, miss=1e-4)
    return float(line.detectable) <= resolution / 4


def _corrections(claim: Claim, route: Route, points: Sequence[Point], sizes: Sequence[float]) -> Floats:
    declared = route.correction if route.correction is not None else claim.correction
    rows = [{**point, **({claim.size: size} if claim.size else {})} for point in points for size in sizes]
    arrays = {
        symbol_of(name, claim.theory): np.array([v if isinstance(v := row[name], Table) else float(v) for row in rows])
        for name in rows[0]
    }
    found = valued(claim.formula(declared), arrays) if declared != "exact" else np.zeros(len(rows))
    return np.abs(found).reshape(len(points), len(sizes))


def _rounded(domain: Domain, count: int) -> Iterator[Point]:
    for point in domain.points(count):
        rounded = {symbol: _readable(value) for symbol, value in point.items()}
        if domain.admits(rounded) and not any(_convenient(value) for value in rounded.values()):
            yield {symbol.name: value for symbol, value in rounded.items()}


def _readable(value: Any) -> Any:
    if isinstance(value, Table) or value.is_Integer:
        return value
    return exact(Fraction(round(float(value), PLACES)).limit_denominator(100))


def _convenient(value: Any) -> bool:
    """Zero and one hide too much to be offered."""
    return value in (0, 1, -1)


def dear(formula: Formula) -> bool:
    """Whether one value of a formula takes a sum, an integral or a flow."""
    integral = isinstance(formula, Explicit) and formula.expression.has(Integral)
    return integral or isinstance(formula, Quadrature | Average | Flow) or any(map(dear, formula.given.values()))
