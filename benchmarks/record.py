"""What a benchmark leaves: medians with their spread, ratios to rivals, growth exponents, goals; as JSON and back."""

from __future__ import annotations

import dataclasses
import json
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Spread:
    """Median, smallest and largest of the repetitions."""

    median: float
    low: float
    high: float

    @staticmethod
    def of(values: Sequence[float]) -> Spread:
        return Spread(statistics.median(values), min(values), max(values))


@dataclass(frozen=True)
class Row:
    """One method in one case.

    `ratio` is its cost over the cost of the first method of the same case, paired repetition by repetition; None for
    the first method itself.
    """

    case: str
    method: str
    unit: str
    value: Spread
    ratio: Spread | None = None
    note: str = ""


@dataclass(frozen=True)
class Growth:
    """`quantity` grows like variable^exponent, by least squares in logarithms; `error` is one standard error."""

    quantity: str
    variable: str
    exponent: float
    error: float
    expected: float


@dataclass(frozen=True)
class Goal:
    """What was hoped for beside what was measured; `at_most` says on which side of `bound` it should lie."""

    statement: str
    measured: float
    bound: float
    at_most: bool = True

    @property
    def met(self) -> bool:
        return self.measured <= self.bound if self.at_most else self.measured >= self.bound


@dataclass(frozen=True)
class Result:
    """One benchmark; `load` is the load average of the machine before it, which tells how far to trust wall times."""

    name: str
    title: str
    rows: tuple[Row, ...]
    growth: tuple[Growth, ...] = ()
    goals: tuple[Goal, ...] = ()
    notes: tuple[str, ...] = ()
    load: float = 0.0
    seconds: float = 0.0


@dataclass(frozen=True)
class Record:
    """All results of one day on one machine."""

    date: str
    device: str
    versions: dict[str, str]
    results: tuple[Result, ...]

    def updated(self, newer: Record) -> Record:
        """The newer results in place of those of the same name; nothing is kept of another day, machine or version."""
        if (self.date, self.device, self.versions) != (newer.date, newer.device, newer.versions):
            return newer
        fresh = {result.name: result for result in newer.results}
        kept = [fresh.pop(result.name, result) for result in self.results]
        return dataclasses.replace(self, results=(*kept, *fresh.values()))


def written(record: Record, file: Path) -> None:
    """Write the record as JSON."""
    file.write_text(json.dumps(_rounded(dataclasses.asdict(record)), indent=1) + "\n", "utf-8")


def read(file: Path) -> Record:
    """The record that `written` left; a key that is missing or unknown is a TypeError or KeyError."""
    plain = json.loads(file.read_text("utf-8"))
    return Record(**{**plain, "results": tuple(map(_result, plain["results"]))})


def is_record(file: Path) -> bool:
    """Whether a file holds timings; the power of the checks and the null experiment lie in the same folder."""
    return "results" in json.loads(file.read_text("utf-8"))


def _result(plain: dict[str, Any]) -> Result:
    parts = {
        "rows": tuple(map(_row, plain["rows"])),
        "growth": tuple(Growth(**growth) for growth in plain["growth"]),
        "goals": tuple(Goal(**goal) for goal in plain["goals"]),
        "notes": tuple(plain["notes"]),
    }
    return Result(**{**plain, **parts})


def _row(plain: dict[str, Any]) -> Row:
    ratio = None if plain["ratio"] is None else Spread(**plain["ratio"])
    return Row(**{**plain, "value": Spread(**plain["value"]), "ratio": ratio})


def _rounded(plain: Any) -> Any:
    """Four digits are more than a timing holds."""
    if isinstance(plain, float):
        return float(f"{plain:.4g}")
    if isinstance(plain, dict):
        return {key: _rounded(value) for key, value in plain.items()}
    return [_rounded(value) for value in plain] if isinstance(plain, list | tuple) else plain
