"""`crosscheck history` and `crosscheck compare`: the runs of a store, and what changed between two."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from crosscheck.commands.keeping import add_store, place
from crosscheck.commands.options import Subcommands, add_json, command
from crosscheck.report import wording
from crosscheck.report.text import aligned
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.history import Change

HISTORY, COMPARISON = "crosscheck.history/1", "crosscheck.compare/1"
CHANGED = 1


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "history", handler=_history, summary="runs that were kept, or verdicts on one claim")
    parser.add_argument("id", nargs="?", metavar="ID", help="a claim; without it, all runs")
    add_store(parser, optional=False)
    add_json(parser)
    parser = command(
        subcommands, "compare", handler=_compare, summary="verdicts that changed between two runs; exit status 1 if any"
    )
    for name in ("before", "after"):
        parser.add_argument(name, metavar="RUN", help="number of a kept run, or the directory of a saved one")
    add_store(parser, optional=False)
    add_json(parser)


def _history(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck import history
    from crosscheck.store import Store

    with Store(place(options), must_exist=True) as store:
        if options.id is None:
            kept = history.runs(store)
            if options.json:
                terminal.document(json.dumps([{"schema": HISTORY} | asdict(run) for run in kept], indent=1))
            else:
                rows = [(str(run.number), run.started, run.outcome or "not finished", run.command) for run in kept]
                terminal.write(aligned([("run", "started", "outcome", "command"), *rows]))
            return 0
        found = list(history.verdicts(store, options.id))
    if not found:
        _refuse_unknown(options.id)
    if options.json:
        rows = [{"schema": HISTORY, "run": kept.number, "started": kept.started, **verdict} for kept, verdict in found]
        terminal.document(json.dumps(rows, indent=1))
        return 0
    lines = [
        (str(kept.number), kept.started, v["outcome"], wording.gap(v["limit"]),
         wording.percent(v["limit"]["detectable"]), wording.parameters(v["parameters"]))
        for kept, v in found
    ]  # fmt: skip
    terminal.write(aligned([("run", "started", "outcome", "gap", "visible", "at"), *lines]))
    return 0


def _refuse_unknown(identifier: str) -> None:
    """An id that no run has checked may still be a claim."""
    from crosscheck.registry import UnknownClaim, identifiers, unknown

    if identifier not in identifiers():
        raise UnknownClaim(unknown(identifier, identifiers()))


def _compare(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.history import changes, saved

    before, after = (saved(name, place(options)) for name in (options.before, options.after))
    found = changes(before, after)
    broken = [change for change in found if change.breaks]
    if options.json:
        rows = [asdict(change) | {"breaks": change.breaks} for change in found]
        document = {"schema": COMPARISON, "before": options.before, "after": options.after, "changes": rows}
        terminal.document(json.dumps(document | {"changed": len(broken)}, indent=1))
    else:
        shown = [change for change in found if change.breaks or change.before is None or change.shift is not None]
        rows = [_row(change) for change in shown]
        if rows:
            terminal.write(aligned([("claim", "before", "after", "gap before", "gap after", "moved by", "at"), *rows]))
            terminal.write()
        terminal.write(f"{len(found)} verdicts compared, {len(broken)} changed")
    return CHANGED if broken else 0


def _row(change: Change) -> tuple[str, ...]:
    moved = "" if change.shift is None else f"{change.shift:+.1f} errors"
    gaps = (wording.percent(gap) if gap is not None else "—" for gap in (change.gap_before, change.gap_after))
    at = wording.parameters(change.parameters)
    return (change.id, change.before or "not checked", change.after or "not checked", *gaps, moved, at)
