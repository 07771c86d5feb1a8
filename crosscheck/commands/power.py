"""`crosscheck power`: how many slightly wrong formulas the data would have rejected, and where to test instead."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crosscheck.commands.check import checked
from crosscheck.commands.claims import named
from crosscheck.commands.computing import check_dask
from crosscheck.commands.keeping import add_store, opened
from crosscheck.commands.options import TIERS, Subcommands, add_device, add_json, add_seed, add_workers, command
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from crosscheck.reference_points import Chosen

STATUS = {"AGREES": 0, "DISAGREES": 1, "INCONCLUSIVE": 3}
BLIND = 3


def add(subcommands: Subcommands) -> None:
    parser = command(
        subcommands, "power", handler=_power, summary="slightly wrong formulas, and how many the data of a run reject"
    )
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims, or Python files that define claims")
    parser.add_argument("--tier", choices=TIERS, default="standard", help="whose data (default standard)")
    parser.add_argument("--choose", action="store_true", help="propose reference points, from formulas alone")
    parser.add_argument("--keep", action="store_true", help="with --choose: keep the present ones, add what they lack")
    add_seed(parser)
    add_workers(parser)
    add_device(parser)
    add_store(parser)
    add_json(parser)
    parser.set_defaults(at=None)


def _power(options: argparse.Namespace, terminal: Terminal) -> int:
    """Exit status of the run; 3 also where a claim that AGREES misses more than a tenth of the mutants."""
    check_dask(options)
    claims = named(options.ids)
    if options.choose:
        return _choose(claims, options, terminal)
    from crosscheck.mutation_operators import OPERATORS
    from crosscheck.power import powers, total
    from crosscheck.report.json import dumps
    from crosscheck.report.power import LEAST, power_document, power_table

    with opened(options) as store:
        run = checked(claims, options, terminal, store)
    found = powers(claims, run, progress=lambda id: terminal.progress(f"mutants of {id}"))
    document = power_document(
        found, score=total(found), operators=OPERATORS, tier=run.tier, seed=run.seed, seconds=run.seconds
    )
    terminal.document(dumps(document)) if options.json else terminal.write(power_table(document))
    blind = any(power.score is not None and power.score < LEAST for power in found)
    return STATUS[run.outcome.value] or (BLIND if blind else 0)


def _choose(claims: Sequence[Claim], options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.reference_points import choose

    rows = []
    for claim in claims:
        terminal.progress(f"candidates of {claim.id}")
        chosen = choose(claim, claim.points if options.keep else ()) if claim.reference is None else ()
        rows.append({"id": claim.id, "points": [_row(item) for item in chosen]})
        if not options.json:
            terminal.write("\n".join([claim.id, *map(_line, chosen)]))
    if options.json:
        terminal.document(json.dumps(rows, indent=1, ensure_ascii=False))
    return 0


def _row(chosen: Chosen) -> dict[str, Any]:
    from theory.domain import decimal

    return {"at": {name: decimal(value) for name, value in chosen.point.items()}, "because": chosen.because}


def _line(chosen: Chosen) -> str:
    """As it is written in a claim."""
    row = _row(chosen)
    return f"    ReferencePoint({json.dumps(row['at'])}, {json.dumps(row['because'], ensure_ascii=False)}),"
