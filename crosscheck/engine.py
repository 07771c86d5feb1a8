"""Runs claims: simulates in blocks on any executor, looks at doubling sample sizes, judges, confirms, tests itself.

The verdicts depend on claims, parameters, tier, seed and budget alone: never on workers, order or speed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

from crosscheck.budget import Budget
from crosscheck.claim import Claim, Tier
from crosscheck.executors import opened
from crosscheck.leg import Leg, confirmation, first_stage
from crosscheck.summary import summarised
from crosscheck.verdict import Outcome, Verdict, worst
from theory.domain import Number


@dataclass(frozen=True)
class Event:
    """Something worth showing while a run goes on: a leg was looked at."""

    id: str
    route: str
    samples: int
    outcome: Outcome
    done: int
    total: int


STANDARD_BUDGET = Budget()
Progress = Callable[[Event], None]


@dataclass(frozen=True)
class Run:
    """The verdicts of one run and what is needed to repeat it."""

    verdicts: tuple[Verdict, ...]
    tier: Tier
    seed: int
    seconds: float
    budget: Budget
    tests: int

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
    at: Mapping[str, Number] | None = None,
    budget: Budget = STANDARD_BUDGET,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Run:
    """Check every claim at its reference points, or at the one point `at`.

    `workers` processes share the blocks, or any `executor` of concurrent.futures does.  Raises ParameterError and
    DomainError before anything is simulated, SimulationError when a simulator returns what is not finite.
    """
    started = time.perf_counter()
    points = [(claim, point) for claim in claims for point in ([claim.point(at)] if at is not None else claim.points)]
    count = sum(len(claim.routes_at(tier)) for claim, _ in points)
    rates = budget.divide(max(count, 1)).stage()
    legs = [
        [first_stage(claim, route, point, rates=rates, seed=seed, device=device) for route in claim.routes_at(tier)]
        for claim, point in points
    ]
    with opened(executor, workers) as pool:
        looked_at([leg for group in legs for leg in group], pool, progress)
        second = {id(leg): confirmation(leg) for group in legs for leg in group if leg.needs_confirmation}
        looked_at(second.values(), pool, progress)
    verdicts = tuple(
        summarised(claim, point, [second.get(id(leg), leg) for leg in group], tier=tier, seed=seed)
        for (claim, point), group in zip(points, legs, strict=True)
    )
    return Run(verdicts, tier, seed, time.perf_counter() - started, budget, count)


def verify(claim: Claim, *, at: Mapping[str, Number] | None = None, tier: Tier = "quick", seed: int = 0) -> Verdict:
    """One claim at one point, its first reference point by default, in this process."""
    return run([claim], at=claim.points[0] if at is None else at, tier=tier, seed=seed).verdicts[0]


def looked_at(legs: Iterable[Leg], pool: Executor, progress: Progress | None) -> None:
    """Look after look, until every leg is decided; the blocks of all open legs share the pool."""
    every = list(legs)
    while pending := [leg for leg in every if not leg.finished]:
        tasks = [(leg, leg.submit(pool)) for leg in pending]
        for leg, futures in tasks:
            leg.collect(futures)
            if progress is not None:
                done = sum(leg.finished for leg in every)
                samples = max(point.samples for point in leg.measurements)
                progress(Event(leg.claim.id, leg.route.name, samples, leg.judgement.outcome, done, len(every)))
