"""One leg of a verdict while it is being simulated: its blocks, its looks, its judgement."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from functools import partial

from crosscheck.budget import CONFIRMATION, Rates, next_look, plan
from crosscheck.claim import Claim, ClaimError, Point, Route
from crosscheck.judge import decided, judge
from crosscheck.verdict import Judgement, Kind, Measurement, Outcome
from numerics.replicas import Key, block, block_size, estimate
from numerics.simulator import Simulator
from numerics.sums import BlockSums

FIRST_LOOK = 4096
SECONDS_PER_TASK = 0.5

Blocks = list[tuple[int, BlockSums]]


@dataclass
class Leg:
    """The measurements of one route at one point, and where in the plan of looks they stand."""

    claim: Claim
    route: Route
    point: Point
    rates: Rates
    seed: int
    device: str
    stage: str
    plan: tuple[int, ...]
    look: int = 0
    seconds: float = 0.0
    finished: bool = False
    sums: dict[float, list[BlockSums]] = field(default_factory=dict)
    laws: dict[float, dict] = field(default_factory=dict)  # what theory says at each size: the same at every look
    measurements: tuple[Measurement, ...] = ()
    _judgement: Judgement | None = None

    @property
    def judgement(self) -> Judgement:
        """What the judge says of the data so far."""
        if self._judgement is None:
            raise ClaimError(f"{self.claim.id}: nothing was measured yet")
        return self._judgement

    @property
    def ladder(self) -> tuple[float, ...]:
        """The sizes of this route."""
        return tuple(self.route.ladder or self.claim.ladder)

    @property
    def needs_confirmation(self) -> bool:
        """A DISAGREES that rests on noise is confirmed on fresh seeds."""
        return self.route.noisy and self.judgement.outcome is Outcome.DISAGREES

    def submit(self, pool: Executor) -> list[tuple[float, Future[tuple[Blocks, float]]]]:
        """Hand the blocks that the present look still lacks to the pool."""
        if not self.route.noisy:
            return [] if not isinstance(self.route.source, Simulator) else self._submit_blocks(pool)
        return self._submit_blocks(pool)

    def collect(self, futures: Sequence[tuple[float, Future[tuple[Blocks, float]]]]) -> None:
        """Wait for the blocks, in order, then look."""
        for size, future in futures:
            blocks, seconds = future.result()
            self.sums.setdefault(size, []).extend(sums for _, sums in blocks)
            self.seconds += seconds
        self.measurements = tuple(map(self._measured, self.ladder))
        self._judgement = self.judged(self.measurements)
        following = None
        if self.route.noisy and not decided(self._judgement):
            following = next_look(self.plan, self.look, needed=self._judgement.limit.replicas_needed)
        self.finished = following is None
        self.look = self.look if following is None else following

    def judged(self, measurements: Sequence[Measurement]) -> Judgement:
        """The judge's answer to these measurements at the present look."""
        return judge(
            measurements,
            kind=self.claim.kind,
            rates=self.rates,
            resolution=self.claim.resolution,
            look=self.look,
            looks=len(self.plan),
        )

    def _submit_blocks(self, pool: Executor) -> list[tuple[float, Future[tuple[Blocks, float]]]]:
        source = self.route.source
        assert isinstance(source, Simulator)
        futures = []
        for size in self.ladder:
            arguments = self.claim.arguments(self.route, self.point, size)
            each = block_size(source, arguments)
            have = len(self.sums.get(size, []))
            wanted = -(-self.plan[self.look] // each) if self.route.noisy else 1
            at_once = max(1, round(SECONDS_PER_TASK / self._seconds_per_block()))
            for start in range(have, wanted, at_once):
                indices = range(start, min(start + at_once, wanted))
                task = partial(_run_blocks, source, arguments, indices, self.seed, self._key(), self.device)
                futures.append((size, pool.submit(task)))
        return futures

    def _seconds_per_block(self) -> float:
        done = sum(map(len, self.sums.values()))
        return max(self.seconds / done, 1e-4) if done else SECONDS_PER_TASK

    def _key(self) -> Key:
        return (self.claim.id, self.stage)

    def _measured(self, size: float) -> Measurement:
        claim, route, point = self.claim, self.route, self.point
        if size not in self.laws:
            self.laws[size] = {
                "size": size,
                "correction": claim.correction_at(route, point, size),
                "theory": claim.theory_at(point, size),
                "scale": claim.scale_at(point, size),
                "next_order": claim.next_order_at(route, point, size) if claim.kind is Kind.ASYMPTOTIC else None,
            }
        laws = self.laws[size]
        if not isinstance(route.source, Simulator):
            started = time.perf_counter()
            value = claim.theory_at(point, size, route.source)
            self.seconds += time.perf_counter() - started
            return _exact(value, route, laws)
        arguments = claim.arguments(route, point, size)
        found = estimate(route.source, arguments, self.sums[size], seed=self.seed, device=self.device)
        if not route.noisy:
            return _exact(found.mean, route, laws)
        return Measurement(
            mean=found.mean,
            standard_error=found.standard_error,
            samples=found.samples,
            values=route.source.values,
            successes=found.successes,
            skewness=found.skewness,
            bias=found.bias,
            bias_error=found.bias_error,
            tail=route.source.tail,
            **laws,
        )


def first_stage(claim: Claim, route: Route, point: Point, *, rates: Rates, seed: int, device: str) -> Leg:
    """A leg before its first look."""
    looks = plan(min(FIRST_LOOK, route.replicas), route.replicas) if route.noisy else (1,)
    return Leg(claim, route, point, rates, seed, device, "first", looks)


def confirmation(leg: Leg) -> Leg:
    """The same leg on fresh seeds, with four times the samples, in a single look."""
    samples = CONFIRMATION * max(point.samples for point in leg.measurements)
    return Leg(leg.claim, leg.route, leg.point, leg.rates, leg.seed, leg.device, "confirmation", (samples,))


def _exact(value: float, route: Route, laws: dict) -> Measurement:
    rounding = route.rounding * max(abs(value), abs(laws["theory"]))
    return Measurement(mean=value, standard_error=0.0, samples=1, values="exact", rounding=rounding, **laws)


def _run_blocks(
    source: Simulator, arguments: dict, indices: range, seed: int, key: Key, device: str
) -> tuple[Blocks, float]:
    """Executed by a worker: plain data in, plain data out."""
    started = time.perf_counter()
    blocks = [(index, block(source, arguments, index, seed=seed, key=key, device=device)) for index in indices]
    return blocks, time.perf_counter() - started
