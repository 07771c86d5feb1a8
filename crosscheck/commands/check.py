"""`crosscheck run`: check claims, print the verdicts, keep the run."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck.commands.claims import named
from crosscheck.commands.computing import check_dask, computing, started
from crosscheck.commands.keeping import kept
from crosscheck.commands.options import Subcommands, add_run, assignments, command
from crosscheck.display import following
from crosscheck.terminal import Terminal

if TYPE_CHECKING:
    from crosscheck.claim import Claim
    from crosscheck.engine import Event, Run
    from crosscheck.executors import Pool
    from crosscheck.store import Store
    from crosscheck.verdict import Verdict

STATUS = {"AGREES": 0, "DISAGREES": 1, "INCONCLUSIVE": 3}


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "run", handler=_run, summary="check claims; all of them by default")
    parser.add_argument("ids", nargs="*", metavar="ID", help="claims, or Python files that define claims")
    parser.add_argument(
        "--accumulate", action="store_true", help="fresh seeds, and one test of all nights that the store has kept"
    )
    add_run(parser)


def _run(options: argparse.Namespace, terminal: Terminal) -> int:
    from crosscheck.report.files import DEFAULT

    check_dask(options)
    directory = Path(options.out) if options.out else None if options.json else DEFAULT
    reserve(directory, options)
    with started(options) as pool:
        claims = named(options.ids)

        def work(store: Store | None) -> dict[str, Any]:
            run = checked(claims, options, terminal, store, pool)
            verdicts = [replace(verdict, command=_from_file(verdict, options.ids)) for verdict in run.verdicts]
            return document(run, claims, verdicts)

        return finished(kept(options, work), directory, options, terminal, pool)


def reserve(directory: Path | None, options: argparse.Namespace) -> None:
    """Fails at once where the result could not be written in the end."""
    if directory is not None:
        from crosscheck.report.files import claim_directory

        claim_directory(directory, force=options.force)


def _from_file(verdict: Verdict, names: Sequence[str]) -> str:
    """The command that repeats a verdict; a claim of one's own is found by its file."""
    from crosscheck.registry import identifiers

    files = shlex.join(name for name in names if name.endswith(".py"))
    known = verdict.id in identifiers()
    return verdict.command if known else verdict.command.replace(f"run {verdict.id}", f"run {files}", 1)


def checked(
    claims: Sequence[Claim],
    options: argparse.Namespace,
    terminal: Terminal,
    store: Store | None = None,
    pool: Pool | None = None,
) -> Run:
    """The engine's run under the options of the command line, tonight's of many with --accumulate."""
    if getattr(options, "accumulate", False):
        from crosscheck.nights import nightly as run
    else:
        from crosscheck.engine import run

    names = getattr(options, "ids", None) or [getattr(options, "id", "")]
    with computing(options, claims=len(claims), names=names) as place, following(terminal) as progress:
        return run(
            claims,
            tier=options.tier,
            seed=options.seed,
            workers=place.workers,
            device=place.device,
            executor=pool or place.pool,
            at=assignments(options.at) if options.at is not None else None,
            store=store,
            progress=progress,
        )


def shower(terminal: Terminal) -> Any:
    """A progress callback of the engine: one line that follows what is being looked at."""

    def show(event: Event) -> None:
        terminal.progress(f"{event.done}/{event.total} legs  {event.id} {event.route}: {event.samples} replicas")

    return show


def document(run: Run, claims: Iterable[Claim], verdicts: Iterable[Verdict] | None = None) -> dict[str, Any]:
    """The JSON document of a run."""
    from crosscheck.index import of_claims
    from crosscheck.report.json import run_document

    return run_document(
        run.verdicts if verdicts is None else verdicts,
        claims=of_claims({claim.id: claim for claim in claims}),
        tier=run.tier,
        seed=run.seed,
        seconds=run.seconds,
        false_alarm=run.budget.false_alarm,
        miss=run.budget.miss,
    )


def finished(
    run: dict[str, Any],
    directory: Path | None,
    options: argparse.Namespace,
    terminal: Terminal,
    pool: Pool | None = None,
) -> int:
    """Save, print, and say by the exit status how it went; processes that are there already draw the figures."""
    from crosscheck.report.files import save
    from crosscheck.report.json import dumps
    from crosscheck.report.text import table

    report = save(run, directory, pool) if directory is not None else None
    if options.json:
        terminal.document(dumps(run))
    else:
        terminal.write(table(run))
        if report is not None:
            terminal.write(f"report: {report}")
    return STATUS[run["outcome"]]


def again(*words: str, at: dict[str, Any], options: argparse.Namespace) -> str:
    """The command line that repeats a check."""
    pairs = [f"{name}={value}" for name, value in at.items()]
    tail = ["--at", *pairs] if pairs else []
    return shlex.join(["crosscheck", *words, *tail, "--tier", options.tier, "--seed", str(options.seed)])
