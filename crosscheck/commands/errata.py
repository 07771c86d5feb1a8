"""`crosscheck errata`: every printed formula that the derivation refutes, with what the simulation says of it."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck.commands.check import shower
from crosscheck.commands.claims import named
from crosscheck.commands.options import TIERS, Subcommands, add_json, add_seed, command
from crosscheck.report.wording import number, parameters, uncertain
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.claim import Claim


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "errata", handler=_errata, summary="printed formulas that are refuted")
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims, or Python files that define claims")
    add_json(parser)
    parser.add_argument("--markdown", action="store_true", help="as a note to the authors of each paper")
    parser.add_argument(
        "--all", action="store_true", help="also simulate the printed formulas that equal the derived ones"
    )
    parser.add_argument("--tier", choices=TIERS, default="quick", help="how much may be spent (default quick)")
    add_seed(parser)
    parser.add_argument("--out", metavar="FILE", help="write the note, or with --json the rows, into a file")
    parser.add_argument("--force", action="store_true", help="replace FILE if crosscheck wrote it")


def _errata(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.errata import contradicted, refuted, row
    from crosscheck.report.author_note import notes
    from crosscheck.report.files import may_replace, write
    from crosscheck.report.json import dumps

    if options.out:
        may_replace(Path(options.out), force=options.force)
    claims, show = _claims(options.ids), shower(terminal)
    pairs = refuted(claims)
    pairs += contradicted(claims, tier=options.tier, progress=show) if options.all else []
    found = [row(*pair, tier=options.tier, seed=options.seed, progress=show) for pair in pairs]
    misprints = [erratum for erratum in found if erratum["status"] in ("refuted", "unseen")]
    text = dumps(found) if options.json else notes(misprints)
    if options.out:
        write(Path(options.out), text)
        terminal.write(options.out)
    elif options.json or options.markdown:
        terminal.document(text.rstrip("\n"))
    else:
        terminal.document("\n\n".join(map(_paragraph, found)) or "no printed formula is refuted")
    return 0


def _claims(ids: list[str]) -> list[Claim]:
    from crosscheck.registry import discovered

    return named(ids) if ids else [claim for claim, _ in discovered().values()]


_MEANING = {
    "refuted": "an erratum: derivation and simulation refute it",
    "unseen": "differs from the derivation; this simulation cannot tell",
    "contradicted": "NO MISPRINT: it is what is derived here, and the simulation rejects both",
    "confirmed": "as derived",
}


def _paragraph(erratum: dict[str, Any]) -> str:
    ratio = "—" if erratum["ratio"] is None else uncertain(erratum["ratio"], erratum["ratio_error"] or 0.0)
    lines = {
        "printed": erratum["printed"],
        "derived": erratum["derived"],
        "where": erratum["where"],
        "coincide": "; ".join(erratum["coincide"]) or "nowhere that was looked at",
        "status": _MEANING[erratum["status"]],
        "simulation": f"{erratum['verdict']}: {erratum['reason']} (printed formula, at {parameters(erratum['at'])})",
        "ratio": f"{ratio} printed/simulated; {number(erratum['ratio_of_formulas'])} printed/derived",
        "again": erratum["command"],
    }
    head = f"{erratum['paper']} {erratum['equation']}  ({erratum['claim']})"
    return "\n".join([head, *(f"  {name:<10}  {value}" for name, value in lines.items())])
