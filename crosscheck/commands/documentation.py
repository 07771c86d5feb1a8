"""`crosscheck docs`: the derivations, printed formulas and verdicts as pages."""

from __future__ import annotations

import argparse
from pathlib import Path

from crosscheck.commands.claims import named
from crosscheck.commands.options import Subcommands, command
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

DIRECTORY = Path("crosscheck-docs")


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "docs", handler=_docs, summary="write the derivations and verdicts as pages")
    parser.add_argument("directory", nargs="?", default=str(DIRECTORY), metavar="DIR", help=f"default {DIRECTORY}")
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims; all of them by default")
    parser.add_argument("--format", choices=("html", "latex", "markdown"), default="html", help="default html")
    parser.add_argument("--run", metavar="RUN", help="a saved run (default: DIR/run.json, else ./crosscheck-results)")
    parser.add_argument("--force", action="store_true", help="replace pages that crosscheck wrote")


def _docs(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.docs.files import check_places, write_pages
    from crosscheck.report.files import DEFAULT, is_run
    from crosscheck.report.json import load_run

    directory, ids = _place(options)
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; give a directory")
    source = Path(options.run) if options.run else next((p for p in (directory, DEFAULT) if is_run(p)), None)
    run = load_run(source) if source is not None else None
    claims = named(ids)
    check_places(claims, directory, form=options.format, force=options.force)
    for path in write_pages(claims, directory, form=options.format, run=run):
        terminal.write(str(path))
    return 0


def _place(options: argparse.Namespace) -> tuple[Path, list[str]]:
    """The directory and the claims; a claim in the place of the directory is a claim, also one that is misspelt."""
    from crosscheck.registry import entries

    word: str = options.directory
    systems = {entry["system"] for entry in entries()}
    claimed = word.endswith(".py") or (word.partition(".")[0] in systems and "." in word)
    if claimed and not Path(word).is_dir():
        return DIRECTORY, [word, *options.ids]
    return Path(word), options.ids
