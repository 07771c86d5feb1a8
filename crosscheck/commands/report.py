"""`crosscheck report`: the HTML report of a saved run, from its run.json alone; or JSON, CSV, JUnit XML."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from crosscheck.commands.keeping import add_store, place
from crosscheck.commands.options import Subcommands, command
from crosscheck.terminal import Terminal

SUFFIXES: Mapping[str, str] = {".html": "html", ".json": "json", ".csv": "csv", ".xml": "junit"}


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "report", handler=_report, summary="write the report of a saved run again")
    parser.add_argument("run", metavar="RUN", help="directory of a run, its run.json, or the number of a kept run")
    parser.add_argument("-o", "--output", metavar="FILE", help="default: report.html in the run's directory")
    formats = tuple(SUFFIXES.values())
    parser.add_argument("--format", choices=formats, help="default: by the end of FILE, else html")
    add_store(parser, optional=False)
    parser.add_argument("--force", action="store_true", help="replace FILE if crosscheck wrote it")


def _report(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.history import saved
    from crosscheck.report.files import may_replace, write
    from crosscheck.report.html import report_of
    from crosscheck.report.twins import TWINS

    source = Path(options.run)
    run = saved(options.run, place(options))
    form = options.format or (SUFFIXES.get(Path(options.output).suffix, "html") if options.output else "html")
    suffix = ".html" if form == "html" else TWINS[form][0]
    directory = source if source.is_dir() else source.parent
    target = Path(options.output) if options.output else directory / f"report{suffix}"
    if options.output or not source.exists():
        may_replace(target, force=options.force)
    write(target, report_of(run) if form == "html" else TWINS[form][1](run))
    terminal.write(str(target))
    return 0
