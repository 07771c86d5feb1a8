"""The runs that a store has kept, and what changed between two of them: the regression test of a theory."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from math import hypot, inf
from pathlib import Path
from typing import Any

from crosscheck.report.json import dumps, load_run
from crosscheck.store import Store
from crosscheck.usage import UsageError


@dataclass(frozen=True)
class Kept:
    """One row of the history; outcome and finished are None for a run that was not finished."""

    number: int
    started: str
    finished: str | None
    outcome: str | None
    command: str


@dataclass(frozen=True)
class Change:
    """One claim at one point in two runs; an outcome is None where a run did not check it.

    shift: change of the gap in joint standard errors; None where both runs drew the same numbers, or none.
    """

    id: str
    parameters: Mapping[str, str]
    before: str | None
    after: str | None
    gap_before: float | None
    gap_after: float | None
    shift: float | None

    @property
    def breaks(self) -> bool:
        """Whether the verdict changed; a claim that was not there before breaks nothing unless it DISAGREES."""
        return self.before != self.after if self.before is not None else self.after == "DISAGREES"


def begun(store: Store, command: str) -> int:
    """Note that a run begins; returns its number."""
    return store.change("INSERT INTO run (started, command) VALUES (?, ?)", (_now(), command))


def finished(store: Store, number: int, document: Mapping[str, Any]) -> None:
    """Keep the document of a run that is finished."""
    store.change(
        "UPDATE run SET finished = ?, outcome = ?, document = ? WHERE number = ?",
        (_now(), document["outcome"], dumps(document), number),
    )


def runs(store: Store) -> list[Kept]:
    """All runs, oldest first."""
    rows = store.query("SELECT number, started, finished, outcome, command FROM run ORDER BY number")
    return [Kept(*row) for row in rows]


def document(store: Store, number: int) -> dict[str, Any]:
    """The document of a kept run; UsageError if there is none, or if it was never finished."""
    rows = store.query("SELECT command, document FROM run WHERE number = ?", (number,))
    if not rows:
        raise UsageError(f"run {number} is not in {store.path}; `crosscheck history` shows those that are")
    ((command, text),) = rows
    if text is None:
        raise UsageError(f"run {number} was not finished; `{command}` goes on from the blocks that it kept")
    return json.loads(text)


def newest(store: Path) -> dict[str, Any] | None:
    """The document of the last finished run in the store; None if there is none.

    Commands that judge a formula of the user (`try`, `errata`, `demo`) are passed over: their theory is another one.
    """
    with Store(store, must_exist=True) as opened:
        numbers = [k.number for k in runs(opened) if k.finished is not None and k.command.startswith("crosscheck run")]
        return document(opened, numbers[-1]) if numbers else None


def saved(name: str, store: Path) -> dict[str, Any]:
    """The document of a run, given its number in the store, or its directory, or its run.json."""
    if name.isdecimal() and not Path(name).exists():
        with Store(store, must_exist=True) as opened:
            return document(opened, int(name))
    return load_run(Path(name))


def verdicts(store: Store, identifier: str) -> Iterator[tuple[Kept, dict[str, Any]]]:
    """Every kept verdict on a claim, oldest first."""
    for kept in runs(store):
        if kept.finished is not None:
            for verdict in document(store, kept.number)["verdicts"]:
                if verdict["id"] == identifier:
                    yield kept, verdict


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Every claim and point of either run, in the order of the later one, then those that it lacks."""
    old, new = _by_point(before), _by_point(after)
    return [_change(key, old.get(key), new.get(key)) for key in [*new, *(key for key in old if key not in new)]]


def _by_point(run: Mapping[str, Any]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(v["id"], json.dumps(v["parameters"], sort_keys=True)): v for v in run["verdicts"]}


def _change(key: tuple[str, str], old: Mapping[str, Any] | None, new: Mapping[str, Any] | None) -> Change:
    gap_before, gap_after = (verdict["limit"]["gap"] if verdict else None for verdict in (old, new))
    shift = None
    if old and new and gap_before is not None and gap_after is not None and gap_before != gap_after:
        error = hypot(*(verdict["limit"]["error"] or 0.0 for verdict in (old, new)))
        shift = (gap_after - gap_before) / error if error > 0 else inf
    return Change(
        id=key[0],
        parameters=(new or old or {})["parameters"],
        before=old["outcome"] if old else None,
        after=new["outcome"] if new else None,
        gap_before=gap_before,
        gap_after=gap_after,
        shift=shift,
    )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
