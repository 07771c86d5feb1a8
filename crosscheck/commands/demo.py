"""`crosscheck demo`: the point in under half a minute: a right formula, a misprint, a slip of the pen."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck.commands.check import again, document, reserve, shower
from crosscheck.commands.options import Subcommands, add_json, command
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.claim import Claim

DIRECTORY = Path("crosscheck-demo")
FRACTION, MINIMUM = "curie_weiss.positive_fraction", "curie_weiss.late_minimum"
SLIP = "(1 + tanh(h*m)*erf(m*exp(-tau)/sqrt(T)))/2"  # sqrt(T) for sqrt(2*T)


@dataclass(frozen=True)
class _Exhibit:
    """One formula of the demonstration, what is expected of it, and how to check it alone."""

    heading: str
    claim: Claim
    expected: str
    formula: str | None = None


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "demo", handler=_demo, summary="see three formulas checked in under 30 seconds")
    parser.add_argument("--out", metavar="DIR", help=f"where the figures go (default ./{DIRECTORY})")
    parser.add_argument("--force", action="store_true", help="replace an earlier run in --out")
    add_json(parser)
    parser.set_defaults(tier="quick", seed=0)


def _demo(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.engine import run
    from crosscheck.report.files import figure_names, save
    from crosscheck.report.json import dumps

    directory = Path(options.out) if options.out else DIRECTORY
    options.force = options.force or options.out is None
    reserve(directory, options)
    exhibits = _exhibits()
    found = run([exhibit.claim for exhibit in exhibits], tier="quick", progress=shower(terminal))
    verdicts = [
        replace(verdict, command=_again(exhibit, verdict.parameters, options))
        for exhibit, verdict in zip(exhibits, found.verdicts, strict=True)
    ]
    shown = document(found, [exhibit.claim for exhibit in exhibits], verdicts)
    report = save(shown, directory)
    figures = figure_names(shown)
    good = True
    for place, (exhibit, verdict) in enumerate(zip(exhibits, verdicts, strict=True)):
        outcome = verdict.outcome.value
        good = good and outcome == exhibit.expected
        surprise = "" if outcome == exhibit.expected else f"  (expected {exhibit.expected})"
        if not options.json:
            terminal.write(f"{outcome:<12}  {exhibit.heading}{surprise}")
            terminal.write(f"     reason   {verdict.reason}")
            terminal.write(f"     figure   {directory / 'figures' / figures[place]}")
            terminal.write(f"     again    {verdict.command}\n")
    if options.json:
        terminal.document(dumps(shown))
    else:
        terminal.write(f"report: {report}  ({found.seconds:.0f} s)")
    return 0 if good else 1


def _exhibits() -> list[_Exhibit]:
    from crosscheck.registry import find
    from crosscheck.trial import typed_formula, with_formula

    fraction, minimum = (replace(claim, parameters=claim.points[:1]) for claim in map(find, (FRACTION, MINIMUM)))
    printed = next(p for p in minimum.theory.published if p.equation == "(27)")
    misprint = with_formula(minimum, minimum.formula(printed.formula), "as printed in BM23 (27)")
    slip = with_formula(fraction, typed_formula(fraction, SLIP), "typed by hand")
    return [
        _Exhibit("BM23 (28): the fraction of trajectories that end in the positive state", fraction, "AGREES"),
        _Exhibit("BM23 (27) as derived: the minimum of the late potential", minimum, "AGREES"),
        _Exhibit("BM23 (27) as printed", misprint, "DISAGREES", _python(minimum, printed.formula)),
        _Exhibit("BM23 (28) typed by hand, with sqrt(T) for sqrt(2 T)", slip, "DISAGREES", SLIP),
    ]


def _python(claim: Claim, formula: Any) -> str:
    """A printed formula as `crosscheck try` takes it."""
    return str(getattr(claim.formula(formula), "expression", formula))


def _again(exhibit: _Exhibit, at: dict[str, str], options: argparse.Namespace) -> str:
    if exhibit.formula is None:
        return again("run", exhibit.claim.id, at=at, options=options)
    return again("try", exhibit.claim.id, "--formula", exhibit.formula, at=at, options=options)
