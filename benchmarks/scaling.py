"""How well blocks spread over workers: wall time against workers, and what sending a task costs beside its work.

Run as a program it is one measurement in a fresh process, whose caches are as empty as those of a command.
"""

import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial

from benchmarks import measure
from benchmarks.blocks import no_work
from benchmarks.measure import MILLI
from benchmarks.record import Goal, Result, Row, Spread
from crosscheck.executors import Pool, Queue, opened
from crosscheck.leg import SECONDS_PER_TASK
from crosscheck.registry import identifiers
from crosscheck.tasks import Series, Task

DEAREST = (  # a minute of work or more each
    "curie_weiss.state_divergence",
    "curie_weiss.positive_fraction",
    "pure_states.posterior_weight",
    "curie_weiss.regression_score_error",
    "curie_weiss.weight_response",
    "curie_weiss.magnetisation",
    "curie_weiss.weight_bias_of_horizon",
    "curie_weiss.empirical_score_weight",
)
TIER = "standard"
REPETITIONS = 3
EMPTY = 400  # tasks without work
SIZES = (0.01, 0.02, 0.05, 0.1, 0.2, SECONDS_PER_TASK)  # seconds of work in a task
WORK = 4.0  # seconds for each worker, at each size
PROCESSES = 2
LOST = "part of the workers' time lost"
Place = tuple[str, Pool | None, int]
"""Its name, where tasks are sent, and how many workers it has."""
HERE, POOL, DASK = "this process", f"pool of {PROCESSES} processes", f"Dask cluster of {PROCESSES} processes"


def measured() -> Result:
    """The cheaper claims of the standard tier on one worker and on more; then tasks without work, and with some."""
    claims = [name for name in identifiers() if name not in DEAREST]
    return result(claims, tier=TIER, repetitions=REPETITIONS, empty=EMPTY, work=WORK, sizes=SIZES)


def result(
    claims: Sequence[str], *, tier: str, repetitions: int, empty: int, work: float, sizes: Sequence[float]
) -> Result:
    """The same with a chosen amount of work; the last of the `sizes` is that of the engine's tasks."""
    case = f"{len(claims)} claims, {tier} tier"
    seconds: dict[str, list[float]] = {named(count): [] for count in counts()}
    for _ in range(repetitions):
        for count in counts():
            seconds[named(count)].append(fresh(claims, tier, count))
    walls = measure.rows(case, seconds, unit="s wall", per=1.0)
    alone, two = seconds[named(1)], seconds[named(2)]
    efficiency = Spread.of([one / (2 * other) for one, other in zip(alone, two, strict=True)])
    costs = [row for place in (here, pool, dask) for row in sending(place, empty, work, repetitions, sizes)]
    lost = {row.method: row.value.median for row in costs if row.case == of_size(SECONDS_PER_TASK)}
    return Result(
        "scaling",
        "blocks on several workers",
        (*walls, Row(case, "efficiency of 2 workers", "efficiency (1 is best)", efficiency), *ordered(costs)),
        goals=(
            Goal(f"efficiency of 2 workers, {tier} tier", efficiency.median, 0.85, at_most=False),
            *(
                Goal(f"time lost by tasks of {SECONDS_PER_TASK:g} s, {place}", lost[place], 0.05)
                for place in (POOL, DASK)
            ),
        ),
        notes=(
            f"The {tier} tier here: " + ", ".join(claims) + ".",
            "Each wall time is that of a run in a fresh process, the start of its workers included, imports left out.",
            "An empty task is one block of one replica that costs nothing: sent, drawn, summed, taken back.",
            "Lost is 1 - work/(workers x wall time), the work in CPU time of the workers' threads; on a machine "
            f"with {PROCESSES} cores the main process and the scheduler of Dask take their share of the same cores.",
            f"A task of the engine holds blocks worth about {SECONDS_PER_TASK:g} s.",
        ),
    )


def counts() -> list[int]:
    """1, 2, 4 ... workers, up to the number of cores, and 2 in any case."""
    cores = os.cpu_count() or 2
    return [1, 2, *(2**power for power in range(2, 8) if 2**power <= cores)]


def named(count: int) -> str:
    return f"{count} worker{'s' if count > 1 else ''}"


def fresh(claims: Sequence[str], tier: str, workers: int) -> float:
    """Wall seconds of a run in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.scaling", str(workers), tier, *claims]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


@contextmanager
def here() -> Iterator[Place]:
    """No workers at all."""
    yield HERE, None, 1


@contextmanager
def pool() -> Iterator[Place]:
    """What --workers starts."""
    with opened(None, PROCESSES) as found:
        yield POOL, found, PROCESSES


@contextmanager
def dask() -> Iterator[Place]:
    """What --dask reaches, on this machine."""
    from distributed import LocalCluster

    from crosscheck.dask_cluster import connected

    settings = {"dashboard_address": "127.0.0.1:0", "host": "127.0.0.1", "silence_logs": logging.CRITICAL}
    with (
        LocalCluster(n_workers=PROCESSES, threads_per_worker=1, processes=True, **settings) as cluster,
        connected(cluster.scheduler_address) as found,
    ):
        yield DASK, found, PROCESSES


def sending(
    place: Callable[[], AbstractContextManager[Place]],
    empty: int,
    work: float,
    repetitions: int,
    sizes: Sequence[float],
) -> list[Row]:
    """What an empty task costs at a place, and what part of the workers' time is lost with tasks of each size."""
    series = Series(no_work, {}, 0, ("benchmark",), "cpu")
    with place() as (name, found, workers):
        walls = [waited(found, (Task(series, (number,)) for number in range(empty))) for _ in range(repetitions + 1)]
        table = [Row("an empty task", name, "ms wall", Spread.of([wall / empty / MILLI for wall in walls[1:]]))]
        for size in sizes:
            tasks = max(workers, round(workers * work / size))
            done = [waited(found, [partial(spin, size)] * tasks) for _ in range(repetitions)]
            lost = Spread.of([1 - tasks * size / (workers * wall) for wall in done])
            table.append(Row(of_size(size), name, LOST, lost))
    return table


def waited(found: Pool | None, tasks: Iterable[Callable[[], object]]) -> float:
    """Wall seconds until all are done."""
    started = time.perf_counter()
    queue: Queue[None, object] = Queue(found)
    queue.add(None, tasks)
    for _ in queue:
        pass
    return time.perf_counter() - started


def spin(seconds: float) -> None:
    """Works for so many seconds of this thread's processor time."""
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


def of_size(seconds: float) -> str:
    return f"tasks of {seconds:g} s"


def ordered(rows: Sequence[Row]) -> list[Row]:
    """Each case at one place after the other."""
    cases = dict.fromkeys(row.case for row in rows)
    return [row for case in cases for row in rows if row.case == case]


def main(workers: str, tier: str, *claims: str) -> None:
    """One run; prints its wall seconds."""
    from crosscheck.engine import run
    from crosscheck.registry import find

    found = run([find(name) for name in claims], tier=tier, workers=int(workers))  # type: ignore[arg-type]
    print(found.seconds)


if __name__ == "__main__":
    main(*sys.argv[1:])
