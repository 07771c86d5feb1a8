"""`crosscheck report`: the HTML report of a saved run, from its run.json alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from crosscheck.commands.options import Subcommands, command
from crosscheck.terminal import Terminal


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "report", handler=_report, summary="write the HTML report of a saved run again")
    parser.add_argument("run", metavar="RUN", help="directory of a run, or its run.json")
    parser.add_argument("-o", "--output", metavar="FILE.html", help="default: report.html in the run's directory")
    parser.add_argument("--force", action="store_true", help="replace FILE.html if crosscheck wrote it")


def _report(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.report.figure import svg
    from crosscheck.report.files import drawable, may_replace, write
    from crosscheck.report.html import report
    from crosscheck.report.json import load_run

    source = Path(options.run)
    run = load_run(source)
    directory = source if source.is_dir() else source.parent
    target = Path(options.output) if options.output else directory / "report.html"
    if options.output:
        may_replace(target, force=options.force)
    figures = {place: svg(verdict, run["claims"].get(verdict["id"])) for place, verdict in drawable(run)}
    write(target, report(run, figures))
    terminal.write(str(target))
    return 0
