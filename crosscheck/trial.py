"""A formula of one's own in the place of a claim's: typed, or as a paper prints it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crosscheck.claim import Claim, Point, show
from crosscheck.formula_parser import parse
from crosscheck.usage import FormulaError
from theory.formula import Explicit, Formula, Tabulated
from theory.tables import Tabular


def typed_formula(claim: Claim, text: str, at: Mapping[str, Any] | None = None) -> Formula:
    """The typed text as a formula in the symbols of the claim: its parameters, and what its own formula defines.

    Tables are no numbers: a formula of one is typed in the numbers that the claim's own formula makes of it.

    Raises FormulaError where the text is not such a formula, or has no finite value at a size that may be simulated.
    """
    given = claim.theory.formula.given
    tables = {item.symbol for item in claim.theory.domain.ranges if isinstance(item, Tabular)}
    tables |= {symbol for symbol, item in given.items() if isinstance(item, Tabulated)}
    names = {s.name: s for s in (*claim.theory.parameters, *given) if s not in tables}
    points = [claim.point(at)] if at is not None else claim.points
    places = [(point, size) for point in points for size in _sizes(claim, names)]
    values = [{name: claim.theory_at(*place, symbol) for name, symbol in names.items()} for place in places]
    formula = Explicit(parse(text, names, points=values), given)
    for place in places:
        _check_value(claim, formula, *place)
    return formula


def with_formula(claim: Claim, formula: Formula, statement: str) -> Claim:
    """The same claim about another formula; gaps are still measured in units of the derived one."""
    theory = replace(claim.theory, formula=formula, statement=statement, derivation=None, published=(), complement=None)
    scale = claim.scale if claim.scale is not None or claim.law is not None else claim.theory
    return replace(claim.against(theory), scale=scale)


def _sizes(claim: Claim, names: Mapping[str, object]) -> tuple[float, ...]:
    """One size of the ladder, or every size of every route if the formula may depend on it."""
    if claim.size not in names:
        return (claim.ladder[0],)
    return tuple(sorted({size for route in claim.all_routes for size in route.ladder or claim.ladder}))


def _check_value(claim: Claim, formula: Formula, point: Point, size: float) -> None:
    """What arithmetic in double precision makes of the formula, which may overflow where the typed order does not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an overflow is told below
        value = claim.theory_at(point, size, formula)
    if not math.isfinite(value):
        where = f"{show(point)} {claim.size}={size:g}" if claim.size else show(point)
        raise FormulaError(f"formula: is {value} in double precision at {where}")
