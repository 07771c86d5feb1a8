"""What a run simulated of a claim, placed where the parameters of the closed form were."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import sqrt
from typing import TYPE_CHECKING, Any

from theory.domain import decimal

if TYPE_CHECKING:
    from crosscheck.claim import Claim

Json = dict[str, Any]

ARGUMENTS = 24
"""Of a law so many arguments are shown; it is judged at more."""


def simulated(claim: Claim, run: Mapping[str, Any]) -> list[Json]:
    """The verdicts of a run on one claim, each with its points and the limits that the judge extrapolated."""
    return [_verdict(claim, verdict) for verdict in run["verdicts"] if verdict["id"] == claim.id]


def _verdict(claim: Claim, verdict: Mapping[str, Any]) -> Json:
    points = [point for given in verdict["points"] for point in _points(claim, verdict, given)]
    return {
        "outcome": verdict["outcome"],
        "reason": verdict["reason"],
        "parameters": verdict["parameters"],
        "command": verdict["command"],
        "points": points,
        "limits": list(_limits(claim, verdict)),
    }


def _points(claim: Claim, verdict: Mapping[str, Any], given: Mapping[str, Any]) -> Iterator[Json]:
    """One point, or of a law one for each of some arguments at which it was compared."""
    shared = {key: given[key] for key in ("leg", "route", "size", "samples")}
    at = _place(claim, verdict["parameters"], given["size"])
    law = given.get("law")
    if claim.law is None or not law:
        numbers = {"value": given["mean"], "error": given["standard_error"], "theory": given["theory"]}
        yield {**shared, **numbers, "at": at}
        return
    rows = list(zip(law["edges"], law["theory"], law["observed"], strict=True))
    for edge, expected, seen in rows[:: max(1, len(rows) // ARGUMENTS)]:
        error = sqrt(max(expected * (1 - expected), 0.0) / given["samples"])
        yield {**shared, "value": seen, "error": error, "theory": expected, "at": {**at, claim.law.name: repr(edge)}}


def _limits(claim: Claim, verdict: Mapping[str, Any]) -> Iterator[Json]:
    """The extrapolated value of each leg whose theory does not depend on the size; it is drawn where the theory is."""
    for leg in verdict["legs"]:
        mine = [p for p in verdict["points"] if (p["leg"], p["route"]) == (leg["leg"], leg["route"])]
        gap, levels = leg["limit"]["gap"], {(p["theory"], p["scale"]) for p in mine}
        if gap is None or len(mine) < 2 or len(levels) != 1 or not any(p["correction"] for p in mine):
            continue
        ((theory, scale),) = levels
        error = scale * (leg["limit"]["error"] or 0.0)
        at = _place(claim, verdict["parameters"], mine[-1]["size"])
        value = {"value": theory + scale * gap, "error": error, "theory": theory, "at": at}
        yield {"leg": leg["leg"], "route": leg["route"], **value}


def _place(claim: Claim, given: Mapping[str, str], size: float | None) -> dict[str, str]:
    """The parameters of the closed form at a size, as decimals; those that follow the size included."""
    point = claim.point(given)
    place = {}
    for symbol in claim.theory.parameters:
        name = symbol.name
        if name in point:
            place[name] = decimal(point[name])
        elif name == claim.size and size is not None:
            place[name] = _short(size)
        elif symbol in claim.path and size is not None:
            followed = claim.theory_at(point, size, claim.path[symbol])
            place[name] = _short(round(followed) if claim.theory.domain[symbol].integer else followed)
    return place


def _short(value: float) -> str:
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e15 else repr(float(value))
