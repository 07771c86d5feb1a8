"""`crosscheck report`: the HTML report of a saved run, from its run.json alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from crosscheck.commands.keeping import add_store, place
from crosscheck.commands.options import Subcommands, command
from crosscheck.terminal import Terminal


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "report", handler=_report, summary="write the HTML report of a saved run again")
    parser.add_argument("run", metavar="RUN", help="directory of a run, its run.json, or the number of a kept run")
    parser.add_argument("-o", "--output", metavar="FILE.html", help="default: report.html in the run's directory")
    add_store(parser, optional=False)
    parser.add_argument("--force", action="store_true", help="replace FILE.html if crosscheck wrote it")


def _report(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.history import saved
    from crosscheck.report.figure import svg
    from crosscheck.report.files import drawable, may_replace, write
    from crosscheck.report.html import report

    source = Path(options.run)
    run = saved(options.run, place(options))
    directory = source if source.is_dir() else source.parent
    target = Path(options.output) if options.output else directory / "report.html"
    if options.output or not source.exists():
        may_replace(target, force=options.force)
    figures = {place: svg(verdict, run["claims"].get(verdict["id"])) for place, verdict in drawable(run)}
    write(target, report(run, figures))
    terminal.write(str(target))
    return 0
