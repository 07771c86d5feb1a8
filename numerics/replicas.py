"""Replicas in fixed blocks: the same numbers for any number of workers, any order, any number of replicas."""

import multiprocessing
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from numerics import seeds
from numerics.estimate import Estimate, from_sums
from numerics.simulator import ParameterError, Parameters, SimulationError, Simulator
from numerics.sums import BlockSums as BlockSums
from numerics.sums import merge as merge
from numerics.sums import of_successes, of_values
from numerics.threads import one_thread

CHUNK = 2**21  # float64 numbers alive in one block: 16 MiB
_TASKS_PER_WORKER = 16

Key = tuple[object, ...]
Progress = Callable[[int, int], None]
Numbered = tuple[int, int]
Mapped = Callable[[Callable[[Numbered], BlockSums], list[Numbered]], Iterable[BlockSums]]


def block_size(simulator: Simulator, parameters: Parameters) -> int:
    """Replicas in one block, by the simulator and its parameters alone: what fits CHUNK, at most `simulator.block`."""
    if simulator.values == "exact":
        return 1
    footprint = max(1, simulator.footprint(**simulator.bind(parameters)))
    return max(1, min(simulator.block, CHUNK // footprint))


def block(
    simulator: Simulator,
    parameters: Parameters,
    index: int,
    *,
    seed: int = 0,
    key: Key = (),
    device: str = "cpu",
    keep: int | None = None,
    edges: Sequence[float] | None = None,
) -> BlockSums:
    """Sums over the replicas of block `index`, or over its first `keep` ones; with `edges` also their law there.

    A pure function of its arguments, of plain values, so that any executor can run it.  A cut block is drawn whole,
    then cut.  Values that are not finite are counted, not raised.
    Raises SimulationError when the shape or the values are not those declared, ParameterError for edges that are not
    finite and increasing, or given to a simulator whose values have no law to test (`no_law`).
    """
    bound = simulator.bind(parameters)
    if edges is not None:
        _check_edges(simulator, edges)
    values = drawn(simulator, bound, index, seed=seed, key=key, device=device)[:keep]
    if simulator.values == "indicator":
        successes, failures = (int(np.count_nonzero(values == outcome)) for outcome in (1, 0))
        if successes + failures == len(values):
            return of_successes(len(values), successes)
        if np.isfinite(values).all():
            raise SimulationError(f"{_call(simulator, bound)} is an indicator and returned other values than 0 and 1")
    first = index * block_size(simulator, bound)
    return of_values(values.astype(np.float64, copy=False), first=first, edges=edges)


def no_law(simulator: Simulator) -> str | None:
    """Why the law of the simulator's values is not tested; None where it can be."""
    if simulator.values == "indicator":
        return "an indicator's law is its mean"
    if simulator.values == "exact":
        return "exact values have no law"
    if simulator.bias:
        return "a time step moves the law by an unknown amount"
    return "its values are powers, of which a root is taken" if simulator.moment != 1 else None


def drawn(simulator: Simulator, bound: dict[str, Any], index: int, *, seed: int, key: Key, device: str) -> NDArray[Any]:
    """The values of one block, bound parameters given; SimulationError when their shape is not the declared one."""
    size = block_size(simulator, bound)
    made = seeds.generator(
        key, simulator.run.__qualname__, simulator.route, bound, seed=seed, block=index, device=device
    )
    with one_thread():
        values = simulator.run(**bound, replicas=size, generator=made)
    shape = (size, 2) if simulator.bias else (size,)
    if tuple(values.shape) != shape:
        raise SimulationError(f"{_call(simulator, bound)} returned shape {tuple(values.shape)}, needs {shape}")
    return values.detach().to("cpu").numpy()


def blocks(simulator: Simulator, parameters: Parameters, replicas: int) -> list[tuple[int, int]]:
    """(index, replicas kept) of each block that `replicas` replicas need; only the last is cut."""
    size = block_size(simulator, parameters)
    count = 1 if simulator.values == "exact" else _whole_replicas(simulator, replicas)
    return [(start // size, min(size, count - start)) for start in range(0, count, size)]


def estimate(
    simulator: Simulator,
    parameters: Parameters,
    sums: Iterable[BlockSums],
    *,
    seed: int = 0,
    device: str = "cpu",
    seconds: float = 0.0,
) -> Estimate:
    """Estimate from the sums of blocks; SimulationError says how many of how many replicas were not finite."""
    total = merge(sums)
    if total.non_finite:
        raise SimulationError(
            f"{_call(simulator, simulator.bind(parameters))}: {total.non_finite} of {total.count} replicas are not "
            f"finite, the first is replica {total.first_non_finite} (seed {seed})"
        )
    if simulator.values == "exact":
        return Estimate(total.sum, 0.0, 1, seed=seed, device=device, seconds=seconds)
    try:
        return from_sums(
            total, moment=simulator.moment, order=simulator.order, seed=seed, device=device, seconds=seconds
        )
    except ValueError as error:
        raise SimulationError(f"{_call(simulator, simulator.bind(parameters))}: {error}") from error


def simulate(
    simulator: Simulator,
    *,
    parameters: Parameters,
    replicas: int,
    seed: int = 0,
    device: str = "cpu",
    key: Key = (),
    workers: int = 1,
    mapped: Mapped | None = None,
    progress: Progress | None = None,
) -> Estimate:
    """Run `replicas` independent replicas and estimate their mean; `progress(done, all)` counts replicas.

    Memory stays within a few blocks per worker.  With workers > 1 blocks run in new processes (a script then needs its
    main guard); with `mapped(task, blocks)` wherever that runs the tasks, their results in any order.
    Raises ParameterError before anything is drawn, SimulationError when values are not finite.
    """
    bound = simulator.bind(parameters)
    check_device(device)
    if workers < 1:
        raise ParameterError(f"workers = {workers} is outside workers >= 1")
    plan = blocks(simulator, bound, replicas)
    total = sum(kept for _, kept in plan)
    started = time.perf_counter()
    sums: list[BlockSums] = []
    done = 0
    task = partial(_numbered, simulator, bound, seed, key, device)
    with nullcontext(mapped(task, plan)) if mapped else _mapped(task, plan, workers) as results:
        for result in results:
            sums.append(result)
            done += result.count
            if progress is not None:
                progress(done, total)
            if result.non_finite:
                break
    return estimate(simulator, bound, sums, seed=seed, device=device, seconds=time.perf_counter() - started)


def check_device(device: str) -> None:
    """Raise ParameterError unless `device` is cpu, or a CUDA device that this machine has."""
    name, _, number = device.partition(":")
    if name not in ("cpu", "cuda") or (number and not number.isdigit()):
        raise ParameterError(f"unknown device {device!r}: allowed are cpu, cuda and cuda:<number>")
    if name == "cuda" and (not torch.cuda.is_available() or int(number or 0) >= torch.cuda.device_count()):
        raise ParameterError(f"device {device!r} is not there: torch sees {torch.cuda.device_count()} of them; use cpu")


def _check_edges(simulator: Simulator, edges: Sequence[float]) -> None:
    if (reason := no_law(simulator)) is not None:
        raise ParameterError(f"{simulator.name}: no edges can be given, {reason}")
    at = np.asarray(edges, dtype=np.float64)
    if at.ndim != 1 or not len(at) or not np.isfinite(at).all() or (np.diff(at) <= 0).any():
        raise ParameterError(f"{simulator.name}: edges {tuple(edges)[:4]} ... must be finite and increasing")


def _whole_replicas(simulator: Simulator, replicas: int) -> int:
    if isinstance(replicas, bool) or not isinstance(replicas, int) or replicas < 1:
        raise ParameterError(f"{simulator.name}: replicas = {replicas!r} is outside replicas >= 1, a whole number")
    return replicas


def _numbered(
    simulator: Simulator, parameters: Parameters, seed: int, key: Key, device: str, item: tuple[int, int]
) -> BlockSums:
    index, kept = item
    return block(simulator, parameters, index, seed=seed, key=key, device=device, keep=kept)


@contextmanager
def _mapped(
    task: Callable[[tuple[int, int]], BlockSums], plan: list[tuple[int, int]], workers: int
) -> Iterator[Iterable[BlockSums]]:
    if workers == 1 or len(plan) == 1:
        yield map(task, plan)
        return
    chunk = max(1, len(plan) // (workers * _TASKS_PER_WORKER))
    with ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn")) as pool:
        try:
            yield pool.map(task, plan, chunksize=chunk)
        finally:
            pool.shutdown(cancel_futures=True)


def _call(simulator: Simulator, bound: dict[str, Any]) -> str:
    return f"{simulator.name}({', '.join(f'{name}={value}' for name, value in bound.items())})"
