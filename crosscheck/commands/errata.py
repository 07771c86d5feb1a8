"""`crosscheck errata`: every printed formula that the derivation refutes, with what the simulation says of it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from crosscheck.commands.check import shower
from crosscheck.commands.options import Subcommands, add_json, command
from crosscheck.commands.trial import with_formula
from crosscheck.report.wording import parameters, percent
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from theory.published import Comparison

SCHEMA = "crosscheck.errata/1"


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "errata", handler=_errata, summary="printed formulas that are refuted")
    add_json(parser)
    parser.add_argument("--markdown", action="store_true", help="as a Markdown table")
    parser.set_defaults(tier="quick", seed=0)


def _errata(options: argparse.Namespace, terminal: Terminal) -> int:
    found = [row(claim, comparison, terminal) for claim, comparison in refuted()]
    if options.json:
        terminal.document(json.dumps(found, indent=1, ensure_ascii=False))
    elif options.markdown:
        terminal.document(markdown(found))
    else:
        terminal.document("\n\n".join(map(_paragraph, found)) or "no printed formula is refuted")
    return 0


def refuted() -> list[tuple[Claim, Comparison]]:
    """Printed formulas that differ from the derived ones; garbled sources are never called errata."""
    from crosscheck.registry import discovered
    from theory.published import Transcription

    return [
        (claim, comparison)
        for claim, _ in discovered().values()
        for comparison in claim.theory.comparisons()
        if comparison.differs and comparison.published.transcription is Transcription.LEGIBLE
    ]


def row(claim: Claim, comparison: Comparison, terminal: Terminal | None = None) -> dict[str, Any]:
    """One erratum as plain data; `verdict` is the outcome of the printed formula against the simulation."""
    from crosscheck.docs.relation import readable_names
    from crosscheck.engine import run
    from theory.domain import decimal

    with readable_names():
        derived = claim.theory.formula.equations("")[0].removeprefix(" = ")
    published = comparison.published
    misprint = with_formula(claim, claim.formula(published.formula), f"as printed in {published.paper}")
    progress = shower(terminal) if terminal is not None else None
    verdict = run([misprint], tier="quick", progress=progress).verdicts[0]
    at = {symbol.name: decimal(value) for symbol, value in comparison.at.items()}
    return {
        "schema": SCHEMA,
        "paper": published.paper,
        "equation": published.equation,
        "claim": claim.id,
        "printed": published.printed,
        "derived": derived,
        "where": published.note or f"up to {percent(comparison.gap)} off, at {parameters(at)}",
        "symbolic": comparison.symbolic,
        "verdict": verdict.outcome.value,
        "reason": verdict.reason,
        "at": dict(verdict.parameters),
    }


def markdown(rows: list[dict[str, Any]]) -> str:
    """A table with formulas between dollar signs."""
    lines = ["| equation | printed | derived | where | simulation |", "|---|---|---|---|---|"]
    for erratum in rows:
        cells = (
            f"{erratum['paper']} {erratum['equation']}", f"${erratum['printed']}$", f"${erratum['derived']}$",
            erratum["where"], erratum["verdict"],
        )  # fmt: skip
        lines.append("| " + " | ".join(cell.replace("|", r"\|") for cell in cells) + " |")
    return "\n".join(lines)


def _paragraph(erratum: dict[str, Any]) -> str:
    return (
        f"{erratum['paper']} {erratum['equation']}  ({erratum['claim']})\n"
        f"  printed     {erratum['printed']}\n"
        f"  derived     {erratum['derived']}\n"
        f"  where       {erratum['where']}\n"
        f"  simulation  {erratum['verdict']}: {erratum['reason']} (printed formula, at {parameters(erratum['at'])})"
    )
