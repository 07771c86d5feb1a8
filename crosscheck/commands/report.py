"""`crosscheck report`: the HTML report of a saved run, from its run.json alone."""

from __future__ import annotations

import argparse
from pathlib import Path

from crosscheck.commands.options import Subcommands, command
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

MARK = 'name="generator" content="diffusion-crosscheck'


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "report", handler=_report, summary="write the HTML report of a saved run again")
    parser.add_argument("run", metavar="RUN", help="directory of a run, or its run.json")
    parser.add_argument("-o", "--output", metavar="FILE.html", help="default: report.html in the run's directory")
    parser.add_argument("--force", action="store_true", help="replace FILE.html if crosscheck wrote it")


def _report(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.report.figure import svg
    from crosscheck.report.files import drawable, write
    from crosscheck.report.html import report
    from crosscheck.report.json import load_run

    source = Path(options.run)
    run = load_run(source)
    directory = source if source.is_dir() else source.parent
    target = Path(options.output) if options.output else directory / "report.html"
    if options.output and target.exists():
        _may_replace(target, force=options.force)
    figures = {place: svg(verdict, run["claims"].get(verdict["id"])) for place, verdict in drawable(run)}
    write(target, report(run, figures))
    terminal.write(str(target))
    return 0


def _may_replace(target: Path, *, force: bool) -> None:
    if not target.is_file() or MARK not in target.read_text(encoding="utf-8", errors="replace")[:2000]:
        raise UsageError(f"{target} exists and crosscheck did not write it; give another -o")
    if not force:
        raise UsageError(f"{target} exists; add --force to replace it")
