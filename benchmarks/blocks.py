"""What the engine costs beside the simulation: a block's bookkeeping, a task of the pool, looks; two workers or one.

A task holds blocks worth about half a second, so that overheads are divided by that.
"""

import time
from concurrent.futures import Executor
from dataclasses import replace
from functools import partial

import torch

from benchmarks import measure
from benchmarks.measure import MICRO
from benchmarks.record import Goal, Result, Row, Spread
from crosscheck import engine, registry
from crosscheck.executors import opened
from crosscheck.leg import SECONDS_PER_TASK
from numerics import seeds
from numerics.replicas import block, block_size
from numerics.simulator import simulator
from numerics.sums import of_values
from numerics.systems.curie_weiss.speciation import positive_fraction_spins, positive_fraction_spins_noised

POINT = {"beta": 1.37, "h": 0.61, "T": 0.83}
CLAIM = "curie_weiss.positive_fraction"
SPINS, TIME = 256, 3.1
TASKS, BLOCKS = 8, 150  # of a fixed amount of work for one worker or two
NOTHING = 200  # empty tasks
REPETITIONS = 5
EMPTY = "block of a simulator that does nothing"


@simulator(footprint=lambda **_: 1, block=1)
def no_work(*, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """A block of one replica that costs nothing: what is left is bookkeeping."""
    return torch.zeros(replicas, dtype=torch.float64)


def measured() -> Result:
    """Overheads, then the whole engine on one claim, then the workers."""
    torch.set_num_threads(1)
    per_block = blocks()
    empty = next(row.value.median for row in per_block if row.method == EMPTY)
    with opened(None, 2) as pool:
        per_task = tasks(pool)
        shared = workers(pool)
    task = SECONDS_PER_TASK / MICRO
    small = next(row.value.median for row in per_block if row.case.startswith("positive_fraction_spins_noised"))
    return Result(
        "blocks",
        "the engine beside the simulation",
        (*per_block, per_task, *of_the_engine(), *shared),
        goals=(
            Goal("bookkeeping over simulation, block of positive_fraction_spins_noised", empty / small, 0.05),
            Goal("empty task of the pool over the work of a task", per_task.value.median / task, 0.05),
            Goal(
                "efficiency of two workers, over that of the bare ones",
                shared[0].value.median / shared[1].value.median,
                0.95,
                at_most=False,
            ),
        ),
        notes=(
            "What is not simulation in a run: the closed forms at every size and look, the judge, the self-tests.",
            "The bookkeeping of a block: binding the parameters, a keyed generator, one thread, accurate sums.",
            "Two workers cannot be efficient by wall time while other programs use the cores: compare with `bare`.",
            "By CPU time: what a block costs one worker alone over what it costs two at once (shared caches, memory).",
        ),
    )


def blocks() -> list[Row]:
    """A block of each of two simulators beside the simulator alone, and what the difference is made of."""
    parameters = {"N": SPINS, "t": TIME, **POINT}
    generator = seeds.generator("benchmark", seed=0, block=0)
    values = torch.rand(16384, dtype=torch.float64).numpy()
    bookkeeping = {
        EMPTY: partial(block, no_work, {}, 0),
        "generator keyed by a hash": partial(seeds.generator, "benchmark", seed=0, block=0),
        "accurate sums of 16384 values": partial(of_values, values),
    }
    parts = measure.rows("bookkeeping", measure.in_turns(bookkeeping), unit="us", per=MICRO)
    table = [replace(row, ratio=None) for row in parts]
    for source in (positive_fraction_spins_noised, positive_fraction_spins):
        size = block_size(source, parameters)
        rivals = {
            "simulator alone": partial(source.run, **parameters, replicas=size, generator=generator),
            "block": partial(block, source, parameters, 0),
        }
        case = f"{source.run.__name__}, N = {SPINS}, blocks of {size}"
        seconds = measure.in_turns(rivals, repetitions=9, shortest=0.05)
        table += measure.rows(case, seconds, unit="us", per=MICRO)
    return table


def tasks(pool: Executor) -> Row:
    """Wall time of an empty task on a warm pool of two processes."""

    def empty() -> None:
        for future in [pool.submit(nothing) for _ in range(NOTHING)]:
            future.result()

    empty()
    seconds = measure.in_turns({"task": empty}, clock=time.perf_counter, shortest=0.0)["task"]
    spread = Spread.of([value / NOTHING / MICRO for value in seconds])
    return Row("pool of two processes", "empty task", "us wall", spread)


def nothing() -> None:
    """A task that does nothing, sent by name."""


def of_the_engine() -> list[Row]:
    """CPU time of a run in this process, and what its simulations and exact laws take of it; the first run warms up."""
    claim, runs, outside = registry.find(CLAIM), [], []
    for _ in range(4):
        started = time.process_time()
        run = engine.run([claim], at=claim.points[0])
        runs.append(time.process_time() - started)
        outside.append(1 - sum(verdict.seconds for verdict in run.verdicts) / run.seconds)
    case = f"run of {CLAIM}, quick tier"
    return [
        Row(case, "all, first time in this process", "s", Spread.of(runs[:1])),
        Row(case, "all, again", "s", Spread.of(runs[1:])),
        Row(case, "what is not simulation, again", "part of the wall time", Spread.of(outside[1:])),
    ]


def workers(pool: Executor) -> list[Row]:
    """The same blocks on one process of the pool, on both, and on both without tasks: one long call each."""
    both: list[float] = []
    bare: list[float] = []
    processor: list[float] = []
    for _ in range(REPETITIONS):
        alone, alone_cpu = _waited(pool, [TASKS * BLOCKS])
        shared, shared_cpu = _waited(pool, [BLOCKS] * TASKS)
        halves, _ = _waited(pool, [TASKS * BLOCKS // 2] * 2)
        both.append(alone / shared / 2)
        bare.append(alone / halves / 2)
        processor.append(alone_cpu / shared_cpu)
    case = f"{TASKS * BLOCKS} blocks on two workers against one"
    unit = "efficiency (1 is best)"
    return [
        Row(case, f"{TASKS} tasks, wall time", unit, Spread.of(both)),
        Row(case, "bare: one long call on each, wall time", unit, Spread.of(bare)),
        Row(case, f"{TASKS} tasks, CPU time per block", unit, Spread.of(processor)),
    ]


def _waited(pool: Executor, calls: list[int]) -> tuple[float, float]:
    """Wall and CPU seconds of calls of so many blocks each."""
    started = time.perf_counter()
    used = sum(future.result() for future in [pool.submit(simulated, count) for count in calls])
    return time.perf_counter() - started, used


def simulated(count: int) -> float:
    """CPU seconds of so many blocks, in a worker."""
    started = time.process_time()
    parameters = {"N": SPINS, "t": TIME, **POINT}
    for index in range(count):
        block(positive_fraction_spins_noised, parameters, index)
    return time.process_time() - started
