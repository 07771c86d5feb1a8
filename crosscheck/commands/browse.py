"""`crosscheck list` and `crosscheck show`: what there is, and where it comes from."""

from __future__ import annotations

import argparse
import json

from crosscheck.commands.claims import one, tell_of_broken_packs
from crosscheck.commands.options import Subcommands, add_json, command
from crosscheck.packs import listed
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

SCHEMA = "crosscheck.list/1"


def add(subcommands: Subcommands) -> None:
    lister = command(subcommands, "list", handler=_list, summary="all claims")
    lister.add_argument("--system", metavar="S", help="only those of one system")
    add_json(lister)
    shower = command(
        subcommands, "show", handler=_show, summary="statement, derivation, domain and last verdict of a claim"
    )
    shower.add_argument("id", metavar="ID")
    add_json(shower)


def _list(options: argparse.Namespace, terminal: Terminal) -> int:
    rows = listed()
    tell_of_broken_packs()
    systems = dict.fromkeys(row["system"] for row in rows)
    if options.system is not None:
        if options.system not in systems:
            raise UsageError(f"unknown system {options.system}; there are {', '.join(systems)}")
        rows = [row for row in rows if row["system"] == options.system]
    if options.json:
        hidden = ("module",)
        shown = [{"schema": SCHEMA} | {key: value for key, value in row.items() if key not in hidden} for row in rows]
        terminal.document(json.dumps(shown, indent=1, ensure_ascii=False))
        return 0
    width = max(len(row["id"]) for row in rows)
    source = max(len(f"{row['paper']} {row['equation']}") for row in rows)
    for row in rows:
        printed = f"{row['paper']} {row['equation']}"
        terminal.write(f"{row['id']:<{width}}  {printed:<{source}}  {row['kind']:<10}  {row['statement']}")
    return 0


def _show(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.docs.page import page
    from crosscheck.docs.text import as_text
    from crosscheck.report.files import DEFAULT, is_run
    from crosscheck.report.json import dumps, load_run

    run = load_run(DEFAULT) if is_run(DEFAULT) else None
    found = page(one(options.id), run)
    terminal.document(dumps(found.to_json())) if options.json else terminal.write(as_text(found))
    return 0
