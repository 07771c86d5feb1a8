"""A task: some blocks of one series of replicas, which any worker can run and the store can keep.

A series is everything that its numbers depend on, but for the number of the block.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from numerics.replicas import Key, block, check_device
from numerics.simulator import Simulator
from numerics.sums import BlockSums


@dataclass(frozen=True)
class Block:
    """The sums of one finished block, and the seconds of one core that it took."""

    number: int
    sums: BlockSums
    seconds: float


@dataclass(frozen=True)
class Series:
    """Blocks of replicas of one simulator with fixed arguments, seed and key; their law is counted at the `edges`."""

    source: Simulator
    arguments: Mapping[str, Any]
    seed: int
    key: Key
    device: str
    edges: tuple[float, ...] | None = None

    @cached_property
    def described(self) -> dict[str, Any]:
        """Plain data that fixes the numbers of every block: what the store knows the series by."""
        edges = {} if self.edges is None else {"edges": list(map(repr, self.edges))}
        return edges | {
            "claim": str(self.key[0]),
            "stage": [str(part) for part in self.key[1:]],
            "simulator": self.source.name,
            "fingerprint": self.source.fingerprint,
            "arguments": {name: repr(value) for name, value in sorted(self.arguments.items())},
            "seed": self.seed,
            "device": self.device.partition(":")[0],
        }


@dataclass(frozen=True)
class Task:
    """Plain data in, plain data out; runs wherever it is sent."""

    series: Series
    numbers: tuple[int, ...]

    @property
    def device(self) -> str:
        """What a worker must have."""
        return self.series.device

    def __call__(self) -> list[Block]:
        """The blocks; ParameterError where the device is missing."""
        check_device(self.device)
        return [self._block(number) for number in self.numbers]

    def _block(self, number: int) -> Block:
        started = time.perf_counter()
        series = self.series
        options = {"seed": series.seed, "key": series.key, "device": series.device, "edges": series.edges}
        sums = block(series.source, series.arguments, number, **options)
        return Block(number, sums, time.perf_counter() - started)
