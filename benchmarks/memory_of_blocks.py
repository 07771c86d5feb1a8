"""Peak memory of `simulate`: bounded by a block whatever the number of replicas, against all replicas at once."""

import math
from functools import partial

import torch

from benchmarks import memory
from benchmarks.record import Goal, Result, Row, Spread
from numerics.replicas import CHUNK, block_size, simulate
from numerics.simulator import Simulator
from numerics.systems.curie_weiss import speciation

# Simulator, number of spins: 12 numbers alive per replica, and N of them.
CASES = {"positive_fraction_spins": 10_000, "positive_fraction_spins_noised": 1_000}
SIXTEEN = 16


def in_blocks(name: str, replicas: int) -> None:
    """The estimate as the engine makes it; a single replica is drawn the rival's way, only to load everything."""
    if replicas == 1:
        at_once(name, replicas)
    else:
        simulate(_simulator(name), parameters=_parameters(name), replicas=replicas)


def at_once(name: str, replicas: int) -> None:
    """The rival: one call of the simulator with all replicas."""
    torch.set_num_threads(1)
    _simulator(name)(**_parameters(name), replicas=replicas, generator=torch.Generator().manual_seed(1))


def measured() -> Result:
    """Peaks at two numbers of replicas, and of the rival."""
    rows, goals = [], []
    for name, spins in CASES.items():
        few = 2**18 if name == "positive_fraction_spins" else 2**11
        peaks = partial(memory.peak, small=(name, 1))
        once, more = (peaks(in_blocks, large=(name, count)) for count in (few, SIXTEEN * few))
        rival = peaks(at_once, large=(name, SIXTEEN * few))
        case = f"{name}, N = {spins}, blocks of {block_size(_simulator(name), _parameters(name))}"
        rows += [
            _row(case, f"in blocks, {few} replicas", once),
            _row(case, f"in blocks, {SIXTEEN * few} replicas", more),
            _row(case, f"all {SIXTEEN * few} replicas at once", rival),
        ]
        goals.append(Goal(f"MiB more for 16 times the replicas, {name}", more.median - once.median, 16.0))
    return Result(
        "memory_of_blocks",
        "peak memory beyond the process itself",
        tuple(rows),
        goals=tuple(goals),
        notes=(f"A block is cut so that {CHUNK * 8 // memory.MEBIBYTE} MiB of float64 numbers are alive at most.",),
    )


def _row(case: str, method: str, peak: Spread) -> Row:
    return Row(case, method, "MiB", peak)


def _simulator(name: str) -> Simulator:
    return getattr(speciation, name)


def _parameters(name: str) -> dict[str, float]:
    spins = CASES[name]
    return {"N": spins, "t": math.log(spins) / 2 + 0.27, "beta": 1.37, "h": 0.61, "T": 0.83}
