"""Options that several commands share, and the reading of name=value."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from typing import Any

from crosscheck.commands.keeping import add_store
from crosscheck.table_files import typed
from crosscheck.usage import UsageError

Subcommands = Any  # argparse keeps the type of its own add_subparsers() private
TIERS = ("quick", "standard", "deep")


def command(subcommands: Subcommands, name: str, *, handler: Any, summary: str) -> argparse.ArgumentParser:
    """A subcommand with the common options; `handler(options, terminal)` returns the exit status."""
    parser = subcommands.add_parser(name, help=summary, description=summary, allow_abbrev=False)
    parser.set_defaults(handler=handler)
    parser.add_argument("--quiet", action="store_true", help="print nothing but errors and JSON")
    return parser


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON document and nothing else")


def add_at(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    what = "every parameter" if required else "parameters; what is left out takes its default"
    parser.add_argument("--at", nargs="+", action="extend", metavar="name=value", default=None, help=what)


def add_seed(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=whole, default=0, metavar="S", help="seed of all random numbers (default 0)")


def add_device(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--device", choices=("auto", "cpu", "cuda"), default="cpu", help="default cpu")


def add_workers(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--workers", type=whole, metavar="W", help="processes, each on one thread; numbers do not depend on it"
    )
    parser.add_argument(
        "--dask", metavar="ADDRESS", help="a Dask cluster instead: tcp://HOST:PORT, or its scheduler file"
    )


def add_run(parser: argparse.ArgumentParser) -> None:
    """The options of `run` that `try` shares."""
    add_at(parser)
    parser.add_argument("--tier", choices=TIERS, default="quick", help="how much may be spent (default quick)")
    add_seed(parser)
    add_workers(parser)
    add_device(parser)
    parser.add_argument("--out", metavar="DIR", help="directory for run.json, report.html and figures")
    parser.add_argument("--force", action="store_true", help="replace an earlier run in --out")
    add_store(parser)
    add_json(parser)


def whole(text: str) -> int:
    """An integer option, with an error that argparse shows in one line."""
    try:
        return int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number") from None


def assignments(pairs: Iterable[str] | None, option: str = "--at") -> dict[str, Any]:
    """{"beta": "1.37"} from ["beta=1.37"], a table from ["spectrum=@FILE"].

    UsageError for what is no pair, or comes twice, and for a file that cannot be read.
    """
    found: dict[str, Any] = {}
    for pair in pairs or ():
        name, equals, value = pair.partition("=")
        if not equals or not name or not value:
            raise UsageError(f"{option} {pair}: write name=value (claims come before {option})")
        if name in found:
            raise UsageError(f"{option}: {name} is given twice")
        found[name] = typed(name, value)
    return found


def workers(asked: int | None, *, claims: int) -> int:
    """As asked; else all processors for many claims, and one process for a few, which starting others would delay."""
    if asked is not None:
        if asked < 1:
            raise UsageError(f"--workers {asked}: at least 1")
        return asked
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return available if claims > 3 else 1


def device(asked: str) -> str:
    """The name that torch understands; auto is cuda where there is one.  ParameterError if there is no such device."""
    from numerics.replicas import check_device
    from numerics.simulator import ParameterError

    try:
        check_device("cuda" if asked == "auto" else asked)
    except ParameterError:
        if asked != "auto":
            raise
        return "cpu"
    return "cuda" if asked == "auto" else asked
