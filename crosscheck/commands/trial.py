"""`crosscheck try`: does a formula typed by hand survive the simulation of a claim?"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck.commands.check import again, checked, document, finished, reserve
from crosscheck.commands.claims import one
from crosscheck.commands.computing import check_dask
from crosscheck.commands.keeping import kept
from crosscheck.commands.options import Subcommands, add_run, assignments, command
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from crosscheck.store import Store
    from theory.formula import Formula


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "try", handler=_try, summary="check your own formula in the place of a claim's")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--formula", required=True, metavar="EXPR", help="in Python notation or LaTeX")
    add_run(parser)


def _try(options: argparse.Namespace, terminal: Terminal) -> int:
    check_dask(options)
    directory = Path(options.out) if options.out else None
    reserve(directory, options)
    claim = one(options.id)
    at = assignments(options.at) if options.at is not None else None
    typed = with_formula(claim, typed_formula(claim, options.formula, at), "typed by hand")

    def work(store: Store | None) -> dict[str, Any]:
        run = checked([typed], options, terminal, store)
        verdicts = [
            replace(v, command=again("try", options.id, "--formula", options.formula, at=v.parameters, options=options))
            for v in run.verdicts
        ]
        return document(run, [typed], verdicts)

    return finished(kept(options, work), directory, options, terminal)


def typed_formula(claim: Claim, text: str, at: dict[str, str] | None = None) -> Formula:
    """The typed text as a formula in the symbols of the claim: its parameters, and what its own formula defines."""
    from crosscheck.formula_parser import parse
    from theory.formula import Explicit

    given = claim.theory.formula.given
    names = {symbol.name: symbol for symbol in (*claim.theory.parameters, *given)}
    size = claim.ladder[0]
    points = [claim.point(at)] if at is not None else claim.points
    values = [{name: claim.theory_at(point, size, symbol) for name, symbol in names.items()} for point in points]
    return Explicit(parse(text, names, points=values), given)


def with_formula(claim: Claim, formula: Formula, statement: str) -> Claim:
    """The same claim about another formula; gaps are still measured in units of the derived one."""
    theory = replace(claim.theory, formula=formula, statement=statement, derivation=None, published=(), complement=None)
    scale = claim.scale if claim.scale is not None or claim.law is not None else claim.theory
    return replace(claim.against(theory), scale=scale)
