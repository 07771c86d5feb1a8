"""`crosscheck calibrate`: how often the judge really errs, beside what it promises."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from crosscheck.commands.options import Subcommands, add_json, add_seed, command, whole
from crosscheck.report.text import aligned
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from crosscheck.calibrate import Measured, Row

SCHEMA = "crosscheck.calibrate/1"
_COLUMNS = ("null", "promised", "false alarms", "99 % interval", "misses", "99 % interval", "")


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "calibrate", handler=_calibrate, summary="measured error rates of the judge")
    parser.add_argument("--trials", type=whole, default=20_000, metavar="T", help="nulls of each kind (default 20000)")
    parser.add_argument("--rare", action="store_true", help="also at level 1e-5, which takes longer")
    add_seed(parser)
    add_json(parser)


def _calibrate(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.trials < 100:
        raise UsageError(f"--trials {options.trials}: at least 100")
    from crosscheck.calibrate import calibration, rare_calibration

    terminal.progress(f"{options.trials} nulls of each kind ...")
    rows = calibration(trials=options.trials, seed=options.seed)
    rows += rare_calibration(seed=options.seed) if options.rare else ()
    kept = all(row.kept for row in rows)
    if options.json:
        document = {"schema": SCHEMA, "kept": kept, "rows": [row.to_json() for row in rows]}
        terminal.document(json.dumps(document, indent=1))
    else:
        terminal.document(aligned((_COLUMNS, *map(_cells, rows))))
        terminal.write("\nno promise is refuted" if kept else "\na promise is REFUTED")
    return 0 if kept else 1


def _cells(row: Row) -> tuple[str, ...]:
    false_alarm, miss = _measured(row.false_alarm), _measured(row.miss) if row.miss else ("", "")
    return row.kind, f"{row.level:g}", *false_alarm, *miss, "" if row.kept else "REFUTED"


def _measured(found: Measured) -> tuple[str, str]:
    return f"{found.rate:.2g}", f"{found.low:.2g} .. {found.high:.2g}"
