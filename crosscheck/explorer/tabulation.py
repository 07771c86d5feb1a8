"""Values of formulas that a browser is not told to evaluate, in double precision along one parameter at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from sympy import Rational

from theory.domain import decimal

if TYPE_CHECKING:
    from crosscheck.claim import Claim

Json = dict[str, Any]

COUNT, FEW = 41, 11
"""Values along one parameter: straight lines between 41 are not seen to differ from the curve; fewer of slow forms."""


def slices(claim: Claim) -> list[Json]:
    """At every reference point one slice per parameter: the value where this parameter alone moves.

    A slice over a table holds one value per example, one over numbers COUNT values in the explored range, or FEW.
    """
    theory = claim.theory
    count = COUNT if theory.known is None else FEW
    defaults = {symbol.name: theory.domain[symbol].default for symbol in theory.parameters}
    found = []
    for point in claim.points:
        base = {**defaults, **{name: value for name, value in point.items() if name in defaults}}
        for symbol in theory.parameters:
            places = _places(theory.domain[symbol], count)
            values = [[_text(at), _value(claim, {**base, symbol.name: at})] for at in places]
            others = {name: _text(value) for name, value in base.items() if name != symbol.name}
            found.append({"over": symbol.name, "at": others, "values": values})
    return found


def _places(allowed: Any, count: int) -> list[Any]:
    if hasattr(allowed, "examples"):
        return list(allowed.examples)
    low, high = allowed.explored
    shares = (Rational(round(10_000 * share), 10_000) for share in np.linspace(0, 1, count))
    exact = (low + share * (high - low) for share in shares)
    return list(dict.fromkeys(Rational(round(value)) if allowed.integer else value for value in exact))


def _value(claim: Claim, values: Mapping[str, Any]) -> float | None:
    """None outside the domain, which relations between parameters may leave inside the explored ranges."""
    from theory.domain import DomainError

    try:
        return claim.theory(**values)
    except DomainError:
        return None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else decimal(value)
