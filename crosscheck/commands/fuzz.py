"""`crosscheck fuzz`: search the domains of claims for points where they fail; keep those that are confirmed."""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from crosscheck.commands.check import STATUS, again
from crosscheck.commands.claims import sources
from crosscheck.commands.options import TIERS, Subcommands, add_json, add_seed, command, whole
from crosscheck.report import wording
from crosscheck.report.text import aligned
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from crosscheck.counterexamples import Row
    from crosscheck.fuzz import Session
    from crosscheck.search import Tested

SCHEMA = "crosscheck.fuzz/1"
EXAMPLES = 100
STORAGE = "HYPOTHESIS_STORAGE_DIRECTORY"
INTERRUPTED_STATUS = 130
SPENDING = (
    "half for the rows that are run again, in equal parts; half for the claims, in equal parts, of which the j-th "
    "suspect of a claim may use the part 2^-j; the sum is below the budget however many suspects there are"
)
_COLUMNS = ("claim", "points", "per second", "visible at half", "at 9 of 10", "ended by")

Source = tuple["Claim", Path | None]


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "fuzz", handler=_fuzz, summary="search the domains of claims for counterexamples")
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims, or Python files that define claims")
    parser.add_argument(
        "--examples", type=whole, metavar="N", help="points per claim (default 100; no limit with --seconds)"
    )
    parser.add_argument("--seconds", type=_seconds, metavar="S", help="time for all claims together (default no limit)")
    parser.add_argument("--tier", choices=TIERS, default="quick", help="routes that are simulated (default quick)")
    add_seed(parser)
    parser.add_argument(
        "--counterexamples",
        metavar="FILE",
        help="where confirmed ones are kept (default counterexamples.toml beside a file of claims, "
        "else in tests/ if there is such a directory, else here)",
    )
    add_json(parser)


def _fuzz(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.examples is not None and options.examples < 1:
        raise UsageError(f"--examples {options.examples}: at least 1")
    from crosscheck.counterexamples import append, row_of
    from crosscheck.fuzz import Searched, Session, fuzz

    claims = sources(options.ids)
    places = {claim.id: _place(options.counterexamples, file) for claim, file in claims}
    files = {claim.id: file for claim, file in claims}
    rows = _known(claims, sorted(set(places.values())), options)
    session = Session([Searched(claim) for claim, _ in claims], tier=options.tier, seed=options.seed)
    written: list[tuple[Path, Row]] = []

    def found(claim: Claim, tested: Tested) -> None:
        path, file = places[claim.id], files[claim.id]
        shown = {"again": _again(claim, file, tested, options), "file": _seen_from(path, file)}
        row = row_of(claim, tested, tier=options.tier, command=shown["again"], file=shown["file"])
        written.extend((path, new) for new in append(path, [row]))

    limit = options.examples or (EXAMPLES if options.seconds is None else math.inf)
    with _no_leavings():
        fuzz(
            session,
            examples=limit,
            seconds=math.inf if options.seconds is None else options.seconds,
            rows=rows,
            progress=terminal.progress,
            found=found,
        )
    if options.json:
        from crosscheck.report.json import dumps

        terminal.document(dumps(document(session, written)))
    else:
        terminal.write("\n".join(_told(session, written, files, options)))
    status = STATUS[session.outcome.value]
    return status or (INTERRUPTED_STATUS if session.interrupted else 0)


def document(session: Session, written: Sequence[tuple[Path, Row]]) -> dict[str, Any]:
    """The JSON document of a session."""
    from crosscheck.report.json import versions

    return {
        "schema": SCHEMA,
        "outcome": session.outcome.value,
        "points": sum(searched.points for searched in session.searched),
        "claims": [searched.to_json() for searched in session.searched],
        "known": [known.to_json() for known in session.known],
        "written": [{"file": str(path), "claim": row.claim, "at": dict(row.at)} for path, row in written],
        "tier": session.tier,
        "seed": session.seed,
        "seconds": round(session.seconds, 3),
        "interrupted": session.interrupted,
        "false_alarm_budget": session.budget.false_alarm,
        "false_alarm_spending": SPENDING,
        "miss_budget": session.budget.miss,
        "versions": versions(),
    }


def _known(claims: Sequence[Source], places: Sequence[Path], options: argparse.Namespace) -> list[tuple[Row, Any]]:
    """The rows that concern these claims, with the functions that run them again; fails early if none can be added."""
    from crosscheck.counterexamples import read, recheck
    from crosscheck.report.files import check_writable

    chosen = {(claim.id, file.resolve() if file else None): claim for claim, file in claims}
    files = {file.resolve() for _, file in claims if file}
    found: list[tuple[Row, Any]] = []
    for path in places:
        rows = read(path)
        check_writable(path.parent)
        for row in rows:
            file = (path.parent / row.file).resolve() if row.file else None
            if (row.claim, file) in chosen or file in files or (file is None and not options.ids):
                run: Callable[..., Any] = partial(_recheck, recheck, row, path.parent, chosen.get((row.claim, file)))
                found.append((row, run))
    return found


def _recheck(recheck: Any, row: Row, folder: Path, claim: Claim | None, budget: Any, check: Any) -> Any:
    return recheck(row, folder, budget=budget, check=check, claim=claim)


@contextmanager
def _no_leavings() -> Iterator[None]:
    """Hypothesis keeps notes in a folder .hypothesis of the current directory, of which nothing is needed later."""
    before = os.environ.get(STORAGE)
    with TemporaryDirectory() as folder:
        os.environ.setdefault(STORAGE, folder)
        try:
            yield
        finally:
            if before is None:
                del os.environ[STORAGE]


def _place(asked: str | None, file: Path | None) -> Path:
    from crosscheck.counterexamples import default_place

    return Path(asked) if asked else default_place(file)


def _seen_from(path: Path, file: Path | None) -> str:
    return Path(os.path.relpath(file, path.parent)).as_posix() if file else ""


def _again(claim: Claim, file: Path | None, tested: Tested, options: argparse.Namespace) -> str:
    from theory.domain import decimal

    at = {name: decimal(tested.suspect.point[name]) for name in claim.free}
    return again("run", str(file) if file else claim.id, at=at, options=argparse.Namespace(
        tier=options.tier, seed=tested.seed
    ))  # fmt: skip


def _told(
    session: Session, written: Sequence[tuple[Path, Row]], files: dict[str, Path | None], options: argparse.Namespace
) -> list[str]:
    """The session in words: a line per claim, what was suspected and what became of it, and what all this means."""
    from crosscheck.fuzz import claim_point, in_box
    from crosscheck.search import State

    rows = [
        (s.claim.id, str(s.points), f"{s.points / s.seconds:.1f}" if s.seconds else "", wording.percent(s.visible(0.5)),
         wording.percent(s.visible(0.9)), s.stopped)
        for s in session.searched
    ]  # fmt: skip
    lines = [aligned((_COLUMNS, *rows)), ""]
    words = {
        State.CONFIRMED: "COUNTEREXAMPLE",
        State.REFUTED: "suspected, not confirmed",
        State.INCONCLUSIVE: "suspected, INCONCLUSIVE",
        State.UNFINISHED: "suspected, not decided",
    }
    for searched in session.searched:
        for one in searched.tested:
            lines += [
                f"{searched.claim.id}: {words[one.state]}: {one.reason}",
                f"    at {claim_point(searched.claim, one.suspect.point)}"
                + ("" if in_box(searched.claim, one.suspect.point) else "  (outside the explored box)"),
                f"    again: {_again(searched.claim, files[searched.claim.id], one, options)}",
            ]
    for known in session.known:
        verb = "passes" if known.passes else "FAILS"
        lines += [
            f"{known.row.claim}: known counterexample {verb}: {known.standing.value}: {known.reason}",
            f"    at {known.row.shown}",
        ]
    lines += [f"{path}: {row.claim} at {row.shown} was added" for path, row in written]
    return [*lines, _summed(session)]


def _summed(session: Session) -> str:
    """What was done, and what it does not mean."""
    from crosscheck.search import State

    points = sum(searched.points for searched in session.searched)
    states = [one.state for searched in session.searched for one in searched.tested]
    failing = sum(not known.passes for known in session.known)
    found = states.count(State.CONFIRMED)
    parts = [
        f"{_many(points, 'point')} of {_many(len(session.searched), 'claim')} in {wording.duration(session.seconds)}"
        + (", interrupted" if session.interrupted else ""),
        f"{_many(found, 'new counterexample')} confirmed",
    ]
    if len(states) > found:
        parts.append(f"{_many(len(states) - found, 'suspicion')} not confirmed, no failure")
    if session.known:
        parts.append(f"{failing} of {_many(len(session.known), 'known counterexample')} fail")
    if not found:
        parts.append(
            "a gap as large as `visible` would have been suspected with probability 0.98; "
            "sampled agreement is not proof"
        )
    return "; ".join(parts)


def _many(count: int, what: str) -> str:
    return f"{count or 'no'} {what}{'' if count == 1 else 's'}"


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not a number of seconds") from None
    if not (math.isfinite(value) and value > 0):
        raise argparse.ArgumentTypeError(f"{text} is outside seconds > 0")
    return value
