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
    from crosscheck.store import Store


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "try", handler=_try, summary="check your own formula in the place of a claim's")
    parser.add_argument("id", metavar="ID")
    parser.add_argument("--formula", required=True, metavar="EXPR", help="in Python notation or LaTeX")
    add_run(parser)


def _try(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.trial import typed_formula, with_formula

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
