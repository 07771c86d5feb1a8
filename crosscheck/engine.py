"""Runs claims: simulates in blocks on any executor, looks at doubling sample sizes, judges, confirms, tests itself.

The verdicts depend on claims, parameters, tier, seed and budget alone: never on workers, order or speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from crosscheck.budget import Budget
from crosscheck.claim import Claim, Tier
from crosscheck.executors import Pool, Queue, opened
from crosscheck.leg import Cell, Leg, confirmation, first_stage
from crosscheck.summary import summarised
from crosscheck.tasks import Block, Series
from crosscheck.verdict import Finding, Outcome, Verdict, worst


@dataclass(frozen=True)
class Event:
    """Something worth showing while a run goes on: blocks of a leg came in, or it was looked at.

    look of looks planned; samples per size at the last look; finding: its answer, None before the first look.
    finished: the leg is decided.  done of total legs are.  seconds_left: until all are, None where nothing is known.
    """

    id: str
    at: str
    route: str
    stage: str
    look: int
    looks: int
    samples: int
    finding: Finding | None
    outcome: Outcome
    finished: bool
    done: int
    total: int
    seconds_left: float | None


STANDARD_BUDGET = Budget()
Progress = Callable[[Event], None]


class Keeper(Protocol):
    """Where finished blocks are kept: `crosscheck.store.Store`."""

    def blocks(self, series: Series, numbers: Sequence[int]) -> list[Block]: ...

    def keep(self, series: Series, blocks: Sequence[Block]) -> None: ...


@dataclass(frozen=True)
class Run:
    """The verdicts of one run and what is needed to repeat it.  legs: the finished legs behind each verdict."""

    verdicts: tuple[Verdict, ...]
    tier: Tier
    seed: int
    seconds: float
    budget: Budget
    tests: int
    legs: tuple[tuple[Leg, ...], ...] = field(default=(), repr=False, compare=False)

    @property
    def outcome(self) -> Outcome:
        """The worst of the verdicts."""
        return worst(verdict.outcome for verdict in self.verdicts)


def run(
    claims: Sequence[Claim],
    *,
    tier: Tier = "quick",
    seed: int = 0,
    workers: int = 1,
    device: str = "cpu",
    at: Mapping[str, Any] | None = None,
    budget: Budget = STANDARD_BUDGET,
    executor: Pool | None = None,
    store: Keeper | None = None,
    progress: Progress | None = None,
) -> Run:
    """Check every claim at its reference points, or at the one point `at`.

    `workers` processes share the blocks, or any `executor` of concurrent.futures does.  With a `store`, blocks that it
    holds are not computed again, and every finished one is kept.  Raises ParameterError and DomainError before anything
    is simulated, SimulationError when a simulator returns what is not finite, WorkerError when a worker process dies.
    """
    started = time.perf_counter()
    points = [(claim, point) for claim in claims for point in ([claim.point(at)] if at is not None else claim.points)]
    count = sum(len(claim.routes_at(tier, point)) for claim, point in points)
    rates = budget.divide(max(count, 1)).stage()
    legs = [
        [
            first_stage(claim, route, point, rates=rates, seed=seed, device=device)
            for route in claim.routes_at(tier, point)
        ]
        for claim, point in points
    ]
    with opened(executor, workers) as pool:
        decided = iter(looked_at([leg for group in legs for leg in group], pool, store=store, progress=progress))
    final = tuple(tuple(next(decided) for _ in group) for group in legs)
    verdicts = tuple(
        summarised(claim, point, group, tier=tier, seed=seed)
        for (claim, point), group in zip(points, final, strict=True)
    )
    return Run(verdicts, tier, seed, time.perf_counter() - started, budget, count, final)


def verify(claim: Claim, *, at: Mapping[str, Any] | None = None, tier: Tier = "quick", seed: int = 0) -> Verdict:
    """One claim at one point, its first reference point by default, in this process."""
    return run([claim], at=claim.points[0] if at is None else at, tier=tier, seed=seed).verdicts[0]


def looked_at(
    legs: Iterable[Leg],
    pool: Pool | None = None,
    *,
    store: Keeper | None = None,
    progress: Progress | None = None,
    confirm: bool = True,
) -> list[Leg]:
    """The legs, each looked at until it is decided; one that DISAGREES is replaced by its confirmation."""
    work = _Work(list(legs), Queue(pool), store, progress, confirm)
    # the dearest first, and last what needs no simulation: this process evaluates it while the workers are busy
    for place in sorted(range(len(work.legs)), key=lambda place: -work.legs[place].seconds_left()):
        work.advance(place)
    for (place, cell), blocks in work.queue:
        work.receive(place, cell, blocks)
    return work.legs


@dataclass
class _Work:
    """Legs on their way, and the tasks that each still waits for."""

    legs: list[Leg]
    queue: Queue[tuple[int, Cell], list[Block]]
    store: Keeper | None
    progress: Progress | None
    confirm: bool
    started: float = field(default_factory=time.perf_counter)
    awaited: dict[int, int] = field(default_factory=dict)
    core_seconds: float = 0.0

    def advance(self, place: int) -> None:
        """Look after look, until the leg needs blocks that nobody has, or is decided."""
        while not self.legs[place].finished and not self._ask(place):
            leg = self.legs[place]
            leg.look_again()
            self._report(leg)
            if leg.finished and self.confirm and leg.stage == "first" and leg.needs_confirmation:
                self.legs[place] = confirmation(leg)

    def receive(self, place: int, cell: Cell, blocks: list[Block]) -> None:
        """Keep what a worker has finished, and go on when nothing of the look is missing any more."""
        leg = self.legs[place]
        if self.store is not None:
            self.store.keep(leg.series(cell), blocks)
        leg.receive(cell, blocks)
        self.core_seconds += sum(block.seconds for block in blocks)
        self.awaited[place] -= 1
        if self.awaited[place] == 0:
            self.advance(place)
        else:
            self._report(leg)

    def _ask(self, place: int) -> int:
        """Fetch kept blocks, hand out tasks for the others; returns how many tasks."""
        leg = self.legs[place]
        asked = 0
        for cell in leg.cells:
            if self.store is not None:
                leg.receive(cell, self.store.blocks(leg.series(cell), leg.missing(cell)))
            asked += self.queue.add((place, cell), leg.tasks(cell))
        self.awaited[place] = asked
        return asked

    def _report(self, leg: Leg) -> None:
        if self.progress is None:
            return
        finding = leg.judgement.limit if leg.measurements else None
        self.progress(
            Event(
                id=leg.claim.id,
                at=leg.at,
                route=leg.route.name,
                stage=leg.stage,
                look=leg.look + 1,
                looks=len(leg.plan),
                samples=max((point.samples for point in leg.measurements), default=0),
                finding=finding,
                outcome=leg.judgement.outcome if leg.measurements else Outcome.INCONCLUSIVE,
                finished=leg.finished,
                done=sum(other.finished for other in self.legs),
                total=len(self.legs),
                seconds_left=self._seconds_left(),
            )
        )

    def _seconds_left(self) -> float | None:
        """Core seconds that are left, at the rate at which core seconds have been spent so far."""
        if self.core_seconds == 0:
            return None
        elapsed = time.perf_counter() - self.started
        return sum(leg.seconds_left() for leg in self.legs) * elapsed / self.core_seconds
