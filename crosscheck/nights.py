"""Nightly runs that know of one another: fresh seeds every night, and one test of all nights so far.

A night belongs to a simulation: claim, route, simulator with fingerprint, and its arguments at every size.  A changed
simulator starts anew.  A changed formula is another question to the same nights: they are judged again, as a new test.
The k-th test that is begun in a store gets false_alarm/(k (k + 1)) for all its nights together; these shares add up to
less than false_alarm, however many tests there will be.

A night is kept when all its legs are finished, all at once, and once per seed: one that is killed goes on with the same
seed and its kept blocks, and two processes that work on the same night keep one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from crosscheck.accumulate import accumulated
from crosscheck.budget import CONFIRMATION, Budget
from crosscheck.claim import Claim, Point, Route, Tier
from crosscheck.engine import STANDARD_BUDGET, Progress, Run, looked_at, run
from crosscheck.evidence import Accumulated
from crosscheck.executors import Pool, opened
from crosscheck.leg import Leg
from crosscheck.store import Store, StoreError
from crosscheck.usage import UsageError
from crosscheck.verdict import Measurement, Outcome, Verdict, worst
from numerics.simulator import Simulator

_KEPT = ("size", "mean", "standard_error", "samples", "successes", "skewness", "bias", "bias_error")


def nightly(
    claims: Sequence[Claim],
    *,
    store: Store | None,
    tier: Tier = "quick",
    seed: int = 0,
    workers: int = 1,
    device: str = "cpu",
    at: Mapping[str, Any] | None = None,
    budget: Budget = STANDARD_BUDGET,
    executor: Pool | None = None,
    progress: Progress | None = None,
) -> Run:
    """`crosscheck.engine.run` on the seeds of a new night, each verdict with the evidence of all nights so far.

    seed: names the sequence of nights.  A formula that all nights together refute DISAGREES; evidence that is still
    open changes no outcome.  UsageError without a store, StoreError when a kept night was altered.
    """
    if store is None:
        raise UsageError("--accumulate adds to the nights that a store has kept: give one with --store FILE")
    points = [(claim, point) for claim in claims for point in ([claim.point(at)] if at is not None else claim.points)]
    routes = [(claim, route, point) for claim, point in points for route in claim.routes_at(tier, point) if route.noisy]
    tonight = fresh_seed(store, [simulation(*leg) for leg in routes], base=seed)
    with opened(executor, workers) as pool:
        found = run(
            claims,
            tier=tier,
            seed=tonight,
            device=device,
            at=at,
            budget=budget,
            executor=pool,
            store=store,
            progress=progress,
        )
        legs = [leg for group in found.legs for leg in group if _adds_up(leg)]
        fixed = looked_at([_fixed(store, leg) for leg in legs], pool, store=store, confirm=False)
    _keep(store, fixed)
    evidence = iter(_judged(store, leg, budget) for leg in fixed)
    verdicts = tuple(
        _with_nights(verdict, [next(evidence) for leg in group if _adds_up(leg)])
        for verdict, group in zip(found.verdicts, found.legs, strict=True)
    )
    return replace(found, verdicts=verdicts)


def fresh_seed(store: Store, simulations: Sequence[str], *, base: int) -> int:
    """The first seed of the sequence `base` with which none of the simulations has kept a night."""
    marks = ", ".join("?" * len(simulations))
    used = {row[0] for row in store.query(f"SELECT seed FROM night WHERE simulation IN ({marks})", simulations)}
    number = 0
    while (seed := _seed(number, base)) in used:
        number += 1
    return seed


def simulation(claim: Claim, route: Route, point: Point) -> str:
    """What the nights of one leg are known by."""
    source = route.source
    assert isinstance(source, Simulator)
    sizes = sorted(route.ladder or claim.ladder)
    arguments = [sorted((k, repr(v)) for k, v in claim.arguments(route, point, size).items()) for size in sizes]
    return _hash(claim.id, route.name, source.name, source.fingerprint, arguments)


@dataclass(frozen=True)
class Night:
    """One kept night: its seed, the samples per size that were asked for, and the numbers of every size."""

    seed: int
    samples: int
    points: tuple[Mapping[str, Any], ...]


def nights(store: Store, simulation: str) -> list[Night]:
    """The kept nights of a simulation, in their order.  StoreError when one was altered."""
    rows = store.query(
        "SELECT seed, samples, points, seal FROM night WHERE simulation = ? ORDER BY number", (simulation,)
    )
    for seed, samples, points, seal in rows:
        if seal != _hash(simulation, seed, samples, points):
            raise StoreError(f"store {store.path} is damaged (a night of seed {seed} was altered); move it away")
    return [Night(seed, samples, tuple(json.loads(points))) for seed, samples, points, _ in rows]


def level(store: Store, question: str, *, false_alarm: float) -> float:
    """The false-alarm rate of a test for all its nights; the first time that it is asked for, its share is recorded."""
    store.change(
        "INSERT OR IGNORE INTO accumulation (question, level) "
        "SELECT ?, ? / ((count(*) + 1.0) * (count(*) + 2.0)) FROM accumulation",
        (question, false_alarm),
    )
    return store.query("SELECT level FROM accumulation WHERE question = ?", (question,))[0][0]


def _adds_up(leg: Leg) -> bool:
    return leg.route.noisy and all(point.values in ("real", "indicator") for point in leg.measurements)


def _fixed(store: Store, leg: Leg) -> Leg:
    """The leg with as many samples as on the first night, whatever its looks decided."""
    kept = nights(store, _of(leg))
    if kept:
        samples = kept[0].samples
    else:
        spent = max(point.samples for point in leg.measurements)
        samples = spent // CONFIRMATION if leg.stage == "confirmation" else spent
    return Leg(leg.claim, leg.route, leg.point, leg.rates, leg.seed, leg.device, "first", (samples,))


def _keep(store: Store, legs: Sequence[Leg]) -> None:
    """Keep this night of all legs in one statement; a night that is already there stays."""
    rows: list[Any] = []
    for leg in legs:
        points = json.dumps([{name: getattr(point, name) for name in _KEPT} for point in leg.measurements])
        key, samples = _of(leg), leg.plan[0]
        rows += [key, leg.seed, samples, points, _hash(key, leg.seed, samples, points)]
    if legs:
        marks = ", ".join(["(?, ?, ?, ?, ?)"] * len(legs))
        store.change(f"INSERT OR IGNORE INTO night (simulation, seed, samples, points, seal) VALUES {marks}", rows)


def _judged(store: Store, leg: Leg, budget: Budget) -> Accumulated:
    """All nights of the leg beside the present formula."""
    tonight = {point.size: point for point in leg.measurements}
    seen = [[_beside(tonight[kept["size"]], kept) for kept in night.points] for night in nights(store, _of(leg))]
    return accumulated(
        seen,
        kind=leg.claim.kind,
        level=level(store, _question(leg), false_alarm=budget.false_alarm),
        resolution=leg.claim.resolution,
        route=leg.route.name,
    )


def _beside(tonight: Measurement, kept: Mapping[str, Any]) -> Measurement:
    """The numbers of a kept night beside what theory says today."""
    return replace(tonight, **kept)


def _with_nights(verdict: Verdict, found: Sequence[Accumulated]) -> Verdict:
    """Refuted by all nights together is refuted."""
    grave = [Outcome.DISAGREES, Outcome.INCONCLUSIVE, Outcome.AGREES]
    ordered = tuple(sorted(found, key=lambda leg: grave.index(leg.outcome)))
    if worst(leg.outcome for leg in ordered) is not Outcome.DISAGREES:
        return replace(verdict, accumulated=ordered)
    reason = f"{ordered[0].route}: {ordered[0].reason}" if verdict.outcome is not Outcome.DISAGREES else verdict.reason
    return replace(verdict, accumulated=ordered, outcome=Outcome.DISAGREES, reason=reason)


def _of(leg: Leg) -> str:
    return simulation(leg.claim, leg.route, leg.point)


def _question(leg: Leg) -> str:
    """A simulation and all numbers that theory puts beside it, to ten digits."""
    values = [
        [f"{value:.10g}" for value in (p.size, p.theory, p.scale, p.correction, p.next_order or 0.0)]
        for p in sorted(leg.measurements, key=lambda point: point.size)
    ]
    return _hash(_of(leg), leg.claim.kind.value, values)


def _seed(number: int, base: int) -> int:
    """No seed that anybody would type, so that nobody has seen its numbers."""
    return int(_hash("night", number, base)[:12], 16)


def _hash(*parts: Any) -> str:
    return hashlib.blake2b(json.dumps(parts).encode(), digest_size=16).hexdigest()
