"""`crosscheck new`: a claim file of one's own that runs as it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from crosscheck.commands.options import Subcommands, command
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

STARTER = Path(__file__).parent / "starter.py.txt"


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "new", handler=_new, summary="write a starter claim_NAME.py that runs")
    parser.add_argument("name", metavar="NAME", help="a Python name")


def _new(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.report.files import write

    if not (options.name.isidentifier() and options.name.isascii()):
        raise UsageError(f"new {options.name}: give a name of letters, digits and underscores")
    path = Path(f"claim_{options.name}.py")
    if path.exists():
        raise UsageError(f"{path} exists; give another name")
    write(path, STARTER.read_text(encoding="utf-8").replace("NAME", options.name))
    terminal.write(f"{path}\nrun it: crosscheck run {path}\nor as a test: pytest {path}")
    return 0
