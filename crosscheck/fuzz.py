"""A fuzz session: claims are searched in turn, each suspect is put to unseen seeds, and one error budget pays for all.

The session's false-alarm rate a is spent by a union bound, whatever the session finds and however long it lasts:

    a/2                 on the rows that are run again, in equal parts
    a/2 / claims        on each claim, of which its j-th suspect may use the part 2^-j

These sum to less than a, since 1/2 + 1/4 + ... < 1.  Each part is divided once more over the legs of a confirmation
and over its two stages (`crosscheck.budget`).  The miss rate is that of each confirmation: a search promises nothing of
what it did not find.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from math import inf
from typing import Any

from sympy import Rational

from crosscheck.budget import Budget
from crosscheck.claim import Claim, Tier
from crosscheck.counterexamples import Rechecked, Row, Standing, confirmed
from crosscheck.engine import STANDARD_BUDGET
from crosscheck.search import Enough, Explored, Fault, State, Tested, confirm, explore
from crosscheck.verdict import Outcome, worst
from theory.domain import decimal
from theory.tables import Tabular

ROUND = 100
"""Examples of one run of Hypothesis: half drawn at large, half climbing from the largest gaps."""
ENOUGH_FOUND = 3
"""A claim is left alone after so many counterexamples."""
SUSPECTS = 8
"""... or after so many suspects, whatever became of them."""
NEAR = 0.25
"""Points nearer than this part of the box to a counterexample, in every parameter, are not tried again."""
SEARCH = 0.75
"""The part of a claim's time that may go into searching; the rest is kept for confirmations."""

Progress = Callable[[str], None]


@dataclass
class Searched:
    """What the search of one claim has come to; stopped: why it ended."""

    claim: Claim
    explored: Explored = field(default_factory=Explored)
    tested: list[Tested] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = "not begun"

    @property
    def points(self) -> int:
        """Points that were looked at."""
        return len(self.explored.glances)

    def visible(self, share: float) -> float:
        """The gap that would have been seen at this share of the points."""
        seen = sorted(glance.visible for glance in self.explored.glances.values())
        return seen[min(int(share * len(seen)), len(seen) - 1)] if seen else inf

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "id": self.claim.id,
            "points": self.points,
            "seconds": round(self.seconds, 3),
            "points_per_second": round(self.points / self.seconds, 2) if self.seconds else None,
            "visible": {"half": self.visible(0.5), "nine_tenths": self.visible(0.9)},
            "stopped": self.stopped,
            "suspects": [suspect_document(self.claim, one) for one in self.tested],
        }


@dataclass
class Session:
    """What a fuzz session has found; it is filled while it goes on, so that nothing is lost when it is interrupted."""

    searched: list[Searched]
    known: list[Rechecked] = field(default_factory=list)
    budget: Budget = STANDARD_BUDGET
    tier: Tier = "quick"
    seed: int = 0
    seconds: float = 0.0
    interrupted: bool = False

    @property
    def outcome(self) -> Outcome:
        """DISAGREES after a confirmed counterexample, new or known; else INCONCLUSIVE after one that was not decided.

        AGREES says that nothing was found, no more.
        """
        words = {State.CONFIRMED: Outcome.DISAGREES, State.INCONCLUSIVE: Outcome.INCONCLUSIVE}
        rows = {
            Standing.DISAGREES: Outcome.DISAGREES,
            Standing.ERROR: Outcome.DISAGREES,
            Standing.INCONCLUSIVE: Outcome.INCONCLUSIVE,
            Standing.GONE: Outcome.INCONCLUSIVE,
        }
        new = [words.get(one.state, Outcome.AGREES) for searched in self.searched for one in searched.tested]
        old = [rows.get(one.standing, Outcome.AGREES) for one in self.known]
        return worst((Outcome.AGREES, *new, *old))


@dataclass
class Clock:
    """Time that is left; `check` raises Enough when there is none."""

    end: float = inf

    @classmethod
    def within(cls, seconds: float) -> Clock:
        """A clock that ends so many seconds from now."""
        return cls(time.perf_counter() + seconds)

    @property
    def left(self) -> float:
        """Seconds."""
        return self.end - time.perf_counter()

    def check(self) -> None:
        """Raises Enough when the time is up."""
        if self.left <= 0:
            raise Enough


def part(budget: Budget, *, claims: int, attempt: int) -> Budget:
    """What the confirmation of the `attempt`-th suspect of one of `claims` claims may spend; attempts count from 1."""
    return Budget(budget.false_alarm / 2 / claims / 2**attempt, budget.miss)


def row_part(budget: Budget, *, rows: int) -> Budget:
    """What each row that is run again may spend."""
    return Budget(budget.false_alarm / 2 / rows, budget.miss)


def fuzz(
    session: Session,
    *,
    examples: float = inf,
    seconds: float = inf,
    rows: Sequence[tuple[Row, Callable[[Budget, Callable[[], None]], Rechecked]]] = (),
    progress: Progress = lambda text: None,
    found: Callable[[Claim, Tested], None] = lambda claim, tested: None,
) -> None:
    """Fills the session: rows first, then each claim until `examples` points are tried or its time is up.

    seconds: for all together;  rows: each with the function that runs it again.
    `found` is told of each confirmed counterexample at once.
    Ctrl-C ends the session where it stands.
    """
    started = time.perf_counter()
    clock = Clock(started + seconds)
    try:
        for number, (row, again) in enumerate(rows, 1):
            progress(f"known counterexample {number}/{len(rows)}  {row.claim} {row.shown}")
            session.known.append(_again(row, again, row_part(session.budget, rows=len(rows)), clock))
        for number, searched in enumerate(session.searched):
            left = clock.left / (len(session.searched) - number)
            _search(searched, session, Clock.within(SEARCH * left), clock, examples, progress, found)
    except KeyboardInterrupt:
        session.interrupted = True
    session.seconds = time.perf_counter() - started


def _again(row: Row, again: Callable[[Budget, Callable[[], None]], Rechecked], budget: Budget, clock: Clock) -> Any:
    try:
        return again(budget, Clock.within(clock.left / 2).check)
    except Enough:
        return Rechecked(row, Standing.UNFINISHED, "the time was up")


def _search(
    searched: Searched,
    session: Session,
    mine: Clock,
    clock: Clock,
    examples: float,
    progress: Progress,
    found: Callable[[Claim, Tested], None],
) -> None:
    claim, explored, started = searched.claim, searched.explored, time.perf_counter()
    place = f"{session.searched.index(searched) + 1}/{len(session.searched)} claims"

    def check() -> None:
        progress(f"{place}  {claim.id}: {searched.points} points, {len(searched.tested)} suspects")
        mine.check()

    searched.stopped = "interrupted"
    try:
        while not (stopped := _finished(searched, examples)):
            before = searched.points
            try:
                suspect = explore(
                    claim,
                    examples=int(min(examples - before, ROUND)),
                    random=_random(session.seed, claim.id, before, len(searched.tested)),
                    tier=session.tier,
                    avoid=lambda point: _known(claim, searched.tested, point),
                    check=check,
                    explored=explored,
                )
            except Enough:
                suspect, stopped = explored.simplest, "time"
            if suspect is not None:
                progress(f"{place}  {claim.id}: confirming {claim_point(claim, suspect.point)}")
                budget = part(session.budget, claims=len(session.searched), attempt=len(searched.tested) + 1)
                patience = Clock.within(clock.left / 2)
                searched.tested.append(
                    confirm(claim, suspect, random=session.seed, tier=session.tier, budget=budget, check=patience.check)
                )
                for one in confirmed(searched.tested[-1:]):
                    found(claim, one)
            elif not stopped and searched.points == before:
                stopped = "nothing new to try"
            if stopped:
                break
        searched.stopped = stopped
    finally:
        searched.seconds = time.perf_counter() - started


def _finished(searched: Searched, examples: float) -> str:
    if len(confirmed(searched.tested)) >= ENOUGH_FOUND:
        return f"{ENOUGH_FOUND} counterexamples"
    if len(searched.tested) >= SUSPECTS:
        return f"{SUSPECTS} suspects"
    return "examples" if searched.points >= examples else ""


def _known(claim: Claim, tested: Sequence[Tested], point: Mapping[str, Rational]) -> bool:
    """Whether a point was put to the test, or lies near one at which the claim failed or nothing could be decided."""
    for one in tested:
        near = 0 if one.state is State.REFUTED else NEAR
        if all(_near(claim, name, point[name], value, near) for name, value in one.suspect.point.items()):
            return True
    return False


def _near(claim: Claim, name: str, one: Any, other: Any, share: float) -> bool:
    """Whether two values differ by no more than a share of the explored box; tables, whether they are the same."""
    allowed = claim.theory.domain.named[name]
    if isinstance(allowed, Tabular):
        return one == other
    low, high = allowed.explored
    return abs(one - other) <= share * (float(high) - float(low))


def _random(seed: int, id: str, *state: int) -> int:
    """A seed for Hypothesis, another one for each claim and round."""
    return int.from_bytes(blake2b(repr((seed, id, *state)).encode(), digest_size=8).digest())


def claim_point(claim: Claim, point: Mapping[str, Rational]) -> str:
    """A point as people write it, parameters in the claim's order."""
    return " ".join(f"{name}={decimal(point[name])}" for name in claim.free)


def in_box(claim: Claim, point: Mapping[str, Rational]) -> bool:
    """Whether a point lies in the box that is meant to be explored; else it is an edge of the domain."""
    ranges = claim.theory.domain.named
    return all(ranges[name].inside(value) for name, value in point.items())


def suspect_document(claim: Claim, tested: Tested) -> dict[str, Any]:
    """One suspicion as plain data."""
    suspect = tested.suspect
    return {
        "at": {name: decimal(suspect.point[name]) for name in claim.free},
        "in_box": in_box(claim, suspect.point),
        "state": tested.state.value,
        "fault": suspect.fault.value,
        "suspicion": suspect.reason,
        "gap": None if suspect.fault is Fault.ERROR else suspect.gap,
        "reason": tested.reason,
        "seed": tested.seed,
        "false_alarm": tested.budget.false_alarm,
        "verdict": tested.verdict.to_json() if tested.verdict else None,
    }
