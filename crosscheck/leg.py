"""One leg of a verdict while it is being simulated: its blocks, its looks, its judgement."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil

from crosscheck.budget import CONFIRMATION, Rates, next_look, plan
from crosscheck.claim import Claim, ClaimError, Point, Route, show
from crosscheck.judge import decided, judge
from crosscheck.tasks import Block, Series, Task
from crosscheck.verdict import Judgement, Kind, Measurement, Outcome
from numerics.replicas import block_size, estimate
from numerics.simulator import Simulator

FIRST_LOOK = 4096
SECONDS_PER_TASK = 0.5


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
    blocks: dict[float, dict[int, Block]] = field(default_factory=dict)
    laws: dict[float, dict] = field(default_factory=dict)  # what theory says at each size: the same at every look
    measurements: tuple[Measurement, ...] = ()
    _judgement: Judgement | None = None
    _series: dict[float, Series] = field(default_factory=dict)

    @property
    def judgement(self) -> Judgement:
        """What the judge says of the data so far."""
        if self._judgement is None:
            raise ClaimError(f"{self.claim.id}: nothing was measured yet")
        return self._judgement

    @property
    def at(self) -> str:
        """The point, as people write it."""
        return show(self.point)

    @property
    def ladder(self) -> tuple[float, ...]:
        """The sizes of this route."""
        return tuple(self.route.ladder or self.claim.ladder)

    @property
    def needs_confirmation(self) -> bool:
        """A DISAGREES that rests on noise is confirmed on fresh seeds."""
        return self.route.noisy and self.judgement.outcome is Outcome.DISAGREES

    @property
    def simulated(self) -> bool:
        """Whether blocks are drawn; else an exact finite-size law is evaluated."""
        return isinstance(self.route.source, Simulator)

    def series(self, size: float) -> Series:
        """What the blocks of one size are blocks of."""
        if size not in self._series:
            source = self.route.source
            assert isinstance(source, Simulator)
            arguments = self.claim.arguments(self.route, self.point, size)
            self._series[size] = Series(source, arguments, self.seed, (self.claim.id, self.stage), self.device)
        return self._series[size]

    def missing(self, size: float) -> tuple[int, ...]:
        """Numbers of the blocks that the present look lacks."""
        if not self.simulated:
            return ()
        have = self.blocks.get(size, {})
        return tuple(number for number in range(self._blocks_for(size, self.plan[self.look])) if number not in have)

    def tasks(self, size: float) -> list[Task]:
        """The missing blocks in portions of about SECONDS_PER_TASK."""
        missing, series = self.missing(size), self.series(size) if self.simulated else None
        at_once = max(1, round(SECONDS_PER_TASK / self._seconds_per_block(size)))
        return [Task(series, missing[start : start + at_once]) for start in range(0, len(missing), at_once) if series]

    def receive(self, size: float, blocks: Iterable[Block]) -> None:
        """Add finished blocks, whatever their order."""
        mine = self.blocks.setdefault(size, {})
        for block in blocks:
            mine[block.number] = block
            self.seconds += block.seconds

    def look_again(self) -> None:
        """Judge what the present look has, and choose the next look, if one is needed."""
        self.measurements = tuple(map(self._measured, self.ladder))
        self._judgement = self.judged(self.measurements)
        following = None
        if self.route.noisy and not decided(self._judgement):
            following = next_look(self.plan, self.look, needed=self._judgement.limit.replicas_needed)
        self.finished = following is None
        self.look = self.look if following is None else following

    def seconds_left(self) -> float:
        """Seconds of one core until the leg can be decided, as far as the last look can tell."""
        if self.finished or not self.route.noisy:
            return 0.0
        needed = self._judgement.limit.replicas_needed if self._judgement else None
        samples = min(max(needed or 0, self.plan[self.look]), self.plan[-1])
        left = {size: self._blocks_for(size, samples) - len(self.blocks.get(size, {})) for size in self.ladder}
        return sum(max(count, 0) * self._seconds_per_block(size) for size, count in left.items())

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

    def _blocks_for(self, size: float, samples: int) -> int:
        series = self.series(size)
        return ceil(samples / block_size(series.source, series.arguments)) if self.route.noisy else 1

    def _seconds_per_block(self, size: float) -> float:
        done = [block.seconds for block in self.blocks.get(size, {}).values()]
        return max(sum(done) / len(done), 1e-4) if done else SECONDS_PER_TASK

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
        blocks = [block.sums for _, block in sorted(self.blocks[size].items())]
        found = estimate(route.source, self.series(size).arguments, blocks, seed=self.seed, device=self.device)
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
