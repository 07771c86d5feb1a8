"""Rivals measured in turns in one process, so that what slows the machine slows all of them; exponents of growth.

Clock: CPU time of this process by default, for it does not count the time that other processes take.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from benchmarks.record import Growth, Row, Spread

Clock = Callable[[], float]
Work = Callable[[], object]

REPETITIONS = 5
SHORTEST = 0.02  # seconds that one measurement lasts at least
NANO, MICRO, MILLI = 1e-9, 1e-6, 1e-3


def in_turns(
    rivals: Mapping[str, Work],
    *,
    repetitions: int = REPETITIONS,
    clock: Clock = time.process_time,
    shortest: float = SHORTEST,
) -> dict[str, list[float]]:
    """Seconds per call of each rival, once per repetition; each is warmed up, and lasts `shortest` at least."""
    looks = 2 if shortest else 1
    once = {name: min(_seconds(work, 1, clock) for _ in range(looks)) for name, work in rivals.items()}
    calls = {name: max(1, math.ceil(shortest / max(seconds, 1e-7))) for name, seconds in once.items()}
    found: dict[str, list[float]] = {name: [] for name in rivals}
    for _ in range(repetitions):
        for name, work in rivals.items():
            found[name].append(_seconds(work, calls[name], clock))
    return found


def rows(
    case: str, seconds: Mapping[str, Sequence[float]], *, unit: str, per: Mapping[str, float] | float
) -> list[Row]:
    """Rows of one case in `unit`; the first method is ours, the others are compared with it repetition by repetition.

    per    what seconds are divided by: the number of items a call makes times the unit in seconds
    """
    by = per if isinstance(per, Mapping) else dict.fromkeys(seconds, per)
    costs = {name: [value / by[name] for value in values] for name, values in seconds.items()}
    ours = next(iter(costs.values()))
    return [
        Row(case, name, unit, Spread.of(cost), None if cost is ours else ratio(cost, ours))
        for name, cost in costs.items()
    ]


def ratio(costs: Sequence[float], ours: Sequence[float]) -> Spread:
    """cost/ours of each repetition."""
    return Spread.of([cost / own for cost, own in zip(costs, ours, strict=True)])


def growth(quantity: str, variable: str, sizes: Sequence[float], costs: Sequence[float], *, expected: float) -> Growth:
    """Slope of log(cost) over log(size), with its standard error (0 for two sizes)."""
    x, y = np.log(sizes), np.log(costs)
    x = x - x.mean()
    slope = float(x @ y / (x @ x))
    rest = y - y.mean() - slope * x
    error = math.sqrt(float(rest @ rest / (x @ x)) / max(len(sizes) - 2, 1)) if len(sizes) > 2 else 0.0
    return Growth(quantity, variable, slope, error, expected)


def medians(table: Sequence[Row], method: str) -> list[float]:
    """Medians of one method, case by case."""
    return [row.value.median for row in table if row.method == method]


def _seconds(work: Work, calls: int, clock: Clock) -> float:
    started = clock()
    for _ in range(calls):
        work()
    return (clock() - started) / calls
