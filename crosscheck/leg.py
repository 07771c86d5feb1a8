"""One leg of a verdict while it is being simulated: its blocks, its looks, its judgement."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from sympy import Expr

from crosscheck.budget import CONFIRMATION, Rates, next_look, plan
from crosscheck.claim import Claim, ClaimError, Point, Route, show
from crosscheck.edges import COUNT
from crosscheck.judge import against, decided, judge
from crosscheck.laws import law_measurement
from crosscheck.tasks import Block, Series, Task
from crosscheck.verdict import Frequencies, Judgement, Kind, Measurement, Outcome
from numerics.estimate import Estimate
from numerics.pilot import pilot_edges
from numerics.replicas import Key, block_size, estimate
from numerics.simulator import Simulator
from numerics.sums import BlockSums, merge
from theory.closed_form import ClosedForm
from theory.formula import Formula

FIRST_LOOK = 4096
SECONDS_PER_TASK = 0.5
FIRST_TASKS = 32  # of a cell, before anything is known of the time that a block takes


class Cell(NamedTuple):
    """One size of a leg: of its own route, or of the route that it is compared with."""

    size: float
    of_reference: bool = False


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
    blocks: dict[Cell, dict[int, Block]] = field(default_factory=dict)
    laws: dict[float, dict] = field(default_factory=dict)  # what theory says at each size: the same at every look
    measurements: tuple[Measurement, ...] = ()
    _judgement: Judgement | None = None
    _series: dict[Cell, Series] = field(default_factory=dict)
    _edges: dict[float, tuple[float, ...]] = field(default_factory=dict)
    _block_sizes: dict[Cell, int] = field(default_factory=dict)
    _spent: dict[Cell, float] = field(default_factory=dict)  # core seconds

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

    @property
    def in_law(self) -> bool:
        """Whether frequencies are compared, not a mean."""
        return self.claim.law is not None or (self.claim.reference is not None and not self.route.paired)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What blocks are drawn for: each size of the route, and of its reference if it has one."""
        both = (False, True) if self.in_law and self.claim.reference is not None else (False,)
        return tuple(Cell(size, other) for size in self.ladder for other in both) if self.simulated else ()

    def series(self, cell: Cell) -> Series:
        """What the blocks of one cell are blocks of."""
        if cell not in self._series:
            route, key = self._route_and_key(cell)
            assert isinstance(route.source, Simulator)
            arguments = self.claim.arguments(route, self.point, cell.size)
            device = self.device if route.noisy else "cpu"  # what draws nothing needs no GPU
            self._series[cell] = Series(route.source, arguments, self.seed, key, device, self._edges_at(cell.size))
        return self._series[cell]

    def missing(self, cell: Cell) -> tuple[int, ...]:
        """Numbers of the blocks that the present look lacks."""
        have = self.blocks.get(cell, {})
        return tuple(number for number in range(self._blocks_for(cell, self.plan[self.look])) if number not in have)

    def tasks(self, cell: Cell) -> list[Task]:
        """The missing blocks in portions of about SECONDS_PER_TASK."""
        missing, series = self.missing(cell), self.series(cell)
        known = bool(self.blocks.get(cell))
        at_once = round(SECONDS_PER_TASK / self._seconds_per_block(cell)) if known else ceil(len(missing) / FIRST_TASKS)
        at_once = max(1, at_once)
        return [Task(series, missing[start : start + at_once]) for start in range(0, len(missing), at_once)]

    def receive(self, cell: Cell, blocks: Iterable[Block]) -> None:
        """Add finished blocks, whatever their order."""
        mine = self.blocks.setdefault(cell, {})
        for block in blocks:
            mine[block.number] = block
            self.seconds += block.seconds
            self._spent[cell] = self._spent.get(cell, 0.0) + block.seconds

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
        left = {cell: self._blocks_for(cell, samples) - len(self.blocks.get(cell, {})) for cell in self.cells}
        return sum(max(count, 0) * self._seconds_per_block(cell) for cell, count in left.items())

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

    def beside(self, form: ClosedForm | Formula | Expr) -> tuple[Measurement, ...]:
        """The measurements beside another formula in the place of the theory."""
        claim, point = self.claim, self.point
        laws = [found.law for found in self.measurements]
        return against(
            self.measurements,
            [
                claim.theory_at(point, size, form) if law is None else claim.law_at(point, size, law.edges, form)
                for size, law in zip(self.ladder, laws, strict=True)
            ],
        )

    def _blocks_for(self, cell: Cell, samples: int) -> int:
        if not self.route.noisy:
            return 1
        if cell not in self._block_sizes:
            route, _ = self._route_and_key(cell)
            assert isinstance(route.source, Simulator)
            self._block_sizes[cell] = block_size(route.source, self.claim.arguments(route, self.point, cell.size))
        return ceil(samples / self._block_sizes[cell])

    def _seconds_per_block(self, cell: Cell) -> float:
        done = len(self.blocks.get(cell, ()))
        return max(self._spent[cell] / done, 1e-4) if done else SECONDS_PER_TASK

    def _route_and_key(self, cell: Cell) -> tuple[Route, Key]:
        """The reference draws numbers of its own, even where it is the same simulator."""
        if not cell.of_reference:
            return self.route, (self.claim.id, self.stage)
        assert self.claim.reference is not None
        return self.claim.reference, (self.claim.id, self.stage, "reference")

    def _edges_at(self, size: float) -> tuple[float, ...] | None:
        """Where the law is counted: given by theory, or by a pilot of the reference on the processor of this host."""
        claim = self.claim
        if not self.in_law:
            return None
        if size not in self._edges:
            if claim.reference is None:
                self._edges[size] = claim.edges_at(self.point, size)
            else:
                source, key = claim.reference.source, (claim.id, self.stage, "pilot")
                assert isinstance(source, Simulator)
                arguments = claim.arguments(claim.reference, self.point, size)
                self._edges[size] = pilot_edges(source, arguments, count=COUNT, seed=self.seed, key=key)
        return self._edges[size]

    def _estimated(self, cell: Cell) -> tuple[Estimate, BlockSums]:
        series = self.series(cell)
        total = merge(block.sums for _, block in sorted(self.blocks[cell].items()))
        return estimate(series.source, series.arguments, [total], seed=self.seed, device=self.device), total

    def _law(self, size: float) -> Measurement:
        """The law at one size, beside theory or beside the reference."""
        edges = self._edges_at(size)
        _, mine = self._estimated(Cell(size))
        assert edges is not None
        assert mine.counts is not None
        if self.claim.reference is None:
            if size not in self.laws:
                self.laws[size] = {"theory": self.claim.law_at(self.point, size, edges)}
            return law_measurement(size, Frequencies(edges, self.laws[size]["theory"], mine.counts, mine.count))
        _, other = self._estimated(Cell(size, of_reference=True))
        assert other.counts is not None
        frequencies = tuple(count / other.count for count in other.counts)
        return law_measurement(size, Frequencies(edges, frequencies, mine.counts, mine.count, other.count))

    def _measured(self, size: float) -> Measurement:
        claim, route, point = self.claim, self.route, self.point
        if self.in_law:
            return self._law(size)
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
        found, _ = self._estimated(Cell(size))
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
    # Relative to the scale too: what vanishes is a difference of things that do not.
    rounding = route.rounding * max(abs(value), abs(laws["theory"]), laws["scale"])
    return Measurement(mean=value, standard_error=0.0, samples=1, values="exact", rounding=rounding, **laws)
