"""A run as a table for the terminal: plain words, no colour that carries meaning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from crosscheck.report import wording

_COLUMNS = ("claim", "outcome", "gap", "visible", "legs")
_NIGHTS = ("all nights together", "outcome", "nights", "gap", "known to", "e-value", "leg")


def table(run: Mapping[str, Any]) -> str:
    """One line per verdict, then the reasons for whatever does not agree, then the sum."""
    verdicts = run["verdicts"]
    ids = [verdict["id"] for verdict in verdicts]
    names = [
        f"{v['id']} {wording.parameters(v['parameters'])}" if ids.count(v["id"]) > 1 else v["id"] for v in verdicts
    ]
    rows = [[name, v["outcome"], wording.gap(v["limit"]), wording.percent(v["limit"]["detectable"]), _legs(v)]
            for name, v in zip(names, verdicts, strict=True)]  # fmt: skip
    reasons = [line for verdict in verdicts if verdict["outcome"] != "AGREES" for line in explained(verdict)]
    outcomes = wording.counts(verdict["outcome"] for verdict in verdicts)
    added = [_of_nights(name, v["accumulated"]) for name, v in zip(names, verdicts, strict=True) if "accumulated" in v]
    nights = ["", aligned((_NIGHTS, *added))] if added else []
    return "\n".join([aligned((_COLUMNS, *rows)), *nights, *(["", *reasons] if reasons else []), "", outcomes])


def explained(verdict: Mapping[str, Any]) -> list[str]:
    """Why, at which parameters, and how to repeat it."""
    needed = verdict["limit"].get("replicas_needed")
    more = f"; needs {needed} replicas" if needed and str(needed) not in verdict["reason"] else ""
    return [
        f"{verdict['id']}: {verdict['outcome']}: {verdict['reason']}{more}",
        f"    at {wording.parameters(verdict['parameters'])}",
        f"    again: {verdict['command']}",
    ]


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns as wide as their widest cell."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)).rstrip() for row in rows)


def _of_nights(name: str, found: Mapping[str, Any]) -> list[str]:
    """The gravest leg of a claim, by the evidence of all its nights."""
    radius, e_value = wording.percent(found["radius"]), f"{found['e_value']:.2g} of {found['refuting']:.2g}"
    return [name, found["outcome"], str(found["nights"]), wording.gap(found), radius, e_value, found["route"]]


def _legs(verdict: Mapping[str, Any]) -> str:
    return ", ".join(f"{leg['leg']}:{leg['route']}" for leg in verdict["legs"])
