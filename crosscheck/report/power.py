"""The power of checks as plain data, and as tables for the terminal."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crosscheck.report.json import versions
from crosscheck.report.text import aligned
from crosscheck.report.wording import duration, parameters, percent
from theory.domain import decimal
from theory.tables import Table

if TYPE_CHECKING:
    from crosscheck.power import Live, Power
    from crosscheck.visibility import Apart

SCHEMA = "crosscheck.power/1"
LEAST = 0.9
"""A claim with a smaller score is said to be blind."""
_COLUMNS = ("claim", "mutants", "killed", "no value", "live", "equivalent", "score")


def power_document(
    powers: Sequence[Power], *, score: float | None, operators: Sequence[str], tier: str, seed: int, seconds: float
) -> dict[str, Any]:
    """All claims together, each by itself under `claims`; of a single claim also its id.

    score: killed/(killed + live), None where every mutant is equivalent.  killed_by: kinds of legs, each by itself.
    gap: largest in the domain, None where the mutant has no value; at: where; tested: largest at the reference points.
    """
    rows = [_claim(power) for power in powers]
    single = {"id": rows[0]["id"]} if len(rows) == 1 else {}
    return {
        "schema": SCHEMA,
        **single,
        "score": score,
        "killed": sum(row["killed"] for row in rows),
        "live": [{"id": row["id"], **mutant} for row in rows for mutant in row["live"]],
        "equivalent": [{"id": row["id"], **mutant} for row in rows for mutant in row["equivalent"]],
        "claims": rows,
        "operators": list(operators),
        "tier": tier,
        "seed": seed,
        "date": datetime.date.today().isoformat(),
        "seconds": {"run": round(seconds, 1), "mutants": round(sum(power.seconds for power in powers), 1)},
        "versions": versions(),
    }


def _claim(power: Power) -> dict[str, Any]:
    return {
        "id": power.id,
        "outcome": power.outcome.value,
        "resolution": power.resolution,
        "mutants": len(power.killed) + len(power.live) + len(power.equivalent),
        "killed": len(power.killed),
        "killed_by": power.killed_by,
        "no_value": [mutant.name for mutant in power.without_value],
        "live": [{**_apart(live), "tested": _rounded(live.tested), "replicas": live.replicas} for live in power.live],
        "equivalent": [_apart(found) for found in power.equivalent],
        "score": power.score,
        "needs": needs(power),
    }


def _apart(found: Live | Apart) -> dict[str, Any]:
    return {
        "mutant": found.mutant.name,
        "expression": found.mutant.expression,
        "gap": _rounded(found.gap),
        "at": {
            name: decimal(value) if isinstance(value, Table) else _rounded(value) for name, value in found.at.items()
        },
    }


def _written(value: Any) -> str:
    return decimal(value) if isinstance(value, Table) else f"{value:.4g}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def needs(power: Power) -> str:
    """What would kill the live mutants: another reference point, more replicas, or nothing that is known."""
    seen = [live for live in power.live if live.replicas is not None and live.tested >= power.resolution]
    elsewhere = [live for live in power.live if live not in seen and live.gap > live.tested]
    rest = len(power.live) - len(seen) - len(elsewhere)
    parts = []
    if elsewhere:
        widest = max(elsewhere, key=lambda live: live.gap)
        at = parameters({name: _written(value) for name, value in widest.at.items()})
        parts.append(f"{len(elsewhere)} by another reference point (crosscheck power {power.id} --choose), as at {at}")
    if seen:
        parts.append(f"{len(seen)} by {max(live.replicas or 0 for live in seen)} replicas per size")
    if rest:
        parts.append(f"{rest} by a sharper resolution than {percent(power.resolution)}")
    return "; ".join(parts)


def power_table(document: Mapping[str, Any]) -> str:
    """One line per claim; then the live mutants, what would kill them, and the sum."""
    claims = document["claims"]
    rows = [
        (c["id"], str(c["mutants"]), str(c["killed"]), str(len(c["no_value"])), str(len(c["live"])),
         str(len(c["equivalent"])), _score(c["score"]) + ("" if c["outcome"] == "AGREES" else f"  {c['outcome']}"))
        for c in claims
    ]  # fmt: skip
    parts = [aligned((_COLUMNS, *rows))]
    parts += ["\n".join(_living(claim)) for claim in claims if claim["live"]]
    killed, live = document["killed"], len(document["live"])
    seconds = sum(document["seconds"].values())
    parts.append(
        f"{killed} of {killed + live} mutants killed, score {_score(document['score'])}; "
        f"{len(document['equivalent'])} equivalent; {document['tier']} tier, {duration(seconds)}"
    )
    return "\n\n".join(parts)


def _living(claim: Mapping[str, Any]) -> list[str]:
    lines = [f"{claim['id']}: {'BLIND, ' if claim['score'] < LEAST else ''}{len(claim['live'])} live"]
    for mutant in claim["live"]:
        lines.append(f"    {mutant['mutant']}: {mutant['expression']}")
        where = f"differs by {_gap(mutant['gap'])} at {parameters(mutant['at'])}" if mutant["at"] else ""
        lines.append(f"        {where}; by {_gap(mutant['tested'])} where it is tested")
    return [*lines, f"    would be killed: {claim['needs']}"]


def _gap(gap: float | None) -> str:
    return "having no value" if gap is None or gap == float("inf") else percent(gap)


def _score(score: float | None) -> str:
    """Cut, not rounded: 1.0000 means all."""
    return "—" if score is None else f"{math.floor(1e4 * score + 1e-9) / 1e4:.4f}"
