"""Steps of the reverse process against a plain torch loop, torchsde, and the normal numbers alone.

All solve BM23 (6) with the score of large times, (21)-(23): one sum over the components of each clone.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import torch
from torch import Tensor

from benchmarks import measure, memory
from benchmarks.measure import NANO
from benchmarks.record import Goal, Result, Row
from numerics.diffusion import Scheme, euler_maruyama, linear_exact, reverse, uniform_grid

try:
    import torchsde
except ImportError:
    torchsde = None

SIZES = (256, 1024, 4096, 16384)
COMPONENTS = 2**20  # of all clones together: 4 MiB in float32
MANY_CLONES, OF_SIZE = 10_000, 1024  # 40 MiB in float32: new tensors come from the system, not from a pool
IN_CACHE = 2**14  # what a block of the simulators holds
STEPS = 4
M, H, T = 0.81, 0.61, 0.83
PRECISIONS = {"float32": torch.float32, "float64": torch.float64}


def large_time_centre(y: Tensor, t: float) -> Tensor:
    """Posterior mean of each spin, one number per clone: m tanh(h m + m exp(-t) sum(y)/T)."""
    return y.sum(1, keepdim=True).mul_(M * math.exp(-t) / T).add_(H * M).tanh_().mul_(M)


def large_time_score(y: Tensor, t: float) -> Tensor:
    """(21)-(23): (m exp(-t) tanh(...) - y)/T, as one would write it."""
    return (M * math.exp(-t) * torch.tanh(H * M + M * math.exp(-t) * y.sum(1, keepdim=True) / T) - y) / T


def times_of(d: int) -> tuple[float, ...]:
    """A short grid around the time of speciation, log(d)/2."""
    return uniform_grid(math.log(d) / 2 + 0.5, math.log(d) / 2, STEPS)


def plain(y: Tensor, *, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """The rival: Euler-Maruyama as a textbook has it, a new tensor for every operation."""
    for t, t_next in pairwise(times):
        dt = t - t_next
        noise = torch.randn(y.shape, dtype=y.dtype, generator=generator)
        y = y + (y + 2 * T * large_time_score(y, t)) * dt + math.sqrt(2 * T * dt) * noise
    return y


@dataclass(frozen=True)
class AsTorchsde:
    """The same equation for torchsde: its time runs from 0 upwards."""

    start: float
    noise_type: str = "diagonal"
    sde_type: str = "ito"

    def f(self, s: Tensor, y: Tensor) -> Tensor:
        return y + 2 * T * large_time_score(y, self.start - float(s))

    def g(self, s: Tensor, y: Tensor) -> Tensor:
        return torch.full_like(y, math.sqrt(2 * T))


def by_torchsde(y: Tensor, *, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """torchsde.sdeint, method Euler, fixed step; it draws from the global generator."""
    span = times[0] - times[-1]
    ends = torch.tensor([0.0, span], dtype=y.dtype)
    return torchsde.sdeint(AsTorchsde(times[0]), y, ends, dt=span / STEPS * (1 + 1e-6), method="euler")[-1]


def normals(y: Tensor, *, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """What no rival can avoid: one normal number per component and step."""
    for _ in pairwise(times):
        y.normal_(generator=generator)
    return y


def ours(scheme: Scheme) -> Callable[..., Tensor]:
    return partial(reverse, scheme=scheme)


METHODS: dict[str, Callable[..., Tensor]] = {
    "reverse, linear part exact": ours(linear_exact(large_time_centre, T=T)),
    "reverse, Euler-Maruyama": ours(euler_maruyama(large_time_score, T=T)),
    "normal numbers alone": normals,
    "plain torch loop": plain,
    **({"torchsde, Euler": by_torchsde} if torchsde else {}),
}
OURS, EULER, NORMALS, PLAIN, *RIVAL = METHODS


def measured() -> Result:
    """ns per component and step for each d and precision, and the peak memory in copies of the state."""
    torch.set_num_threads(1)
    tables = {name: [rows_of(d, name, COMPONENTS) for d in SIZES] for name in PRECISIONS}
    table = [row for groups in tables.values() for group in groups for row in group]
    small = rows_of(SIZES[0], "float64", IN_CACHE)
    large = rows_of(OF_SIZE, "float32", MANY_CLONES * OF_SIZE, repetitions=3)
    over = {row.method: row.ratio.median for row in large if row.ratio}
    single = [row for group in tables["float32"] for row in group]
    costs = {name: measure.medians(single, name) for name in METHODS}
    goals = [
        Goal("ns per component and step, float32, worst d", max(*costs[OURS], large[0].value.median), 5.5),
        Goal("over the normal numbers alone, float32, worst d", _worst(costs, OURS, NORMALS), 1.5),
        Goal(f"plain torch loop over ours, {MANY_CLONES} clones", over[PLAIN], 3.0, at_most=False),
        *(Goal(f"torchsde over ours, {MANY_CLONES} clones", over[name], 4.5, at_most=False) for name in RIVAL),
        *(
            Goal("torchsde over ours, float32, worst d", 1 / _worst(costs, OURS, name), 4.5, at_most=False)
            for name in RIVAL
        ),
    ]
    return Result(
        "reverse_steps",
        f"{STEPS} steps of the reverse process, score of large times, {COMPONENTS} components in all clones together",
        (*table, *small, *large, *peaks()),
        growth=tuple(
            measure.growth(f"{name}, step of one clone, float32", "d", SIZES, _per_clone(costs[name]), expected=1.0)
            for name in METHODS
        ),
        goals=tuple(goals),
        notes=(
            "The linear part is exact in the first row only; all are of weak order 1.",
            "torchsde's Brownian motion can be asked at any time again, which the others cannot do."
            if torchsde
            else "torchsde is not installed here; it is no dependency of this project.",
        ),
    )


def rows_of(d: int, precision: str, components: int, repetitions: int = measure.REPETITIONS) -> list[Row]:
    """All methods at one d in one precision."""
    generator, times = torch.Generator().manual_seed(1), times_of(d)
    y = torch.randn(components // d, d, dtype=PRECISIONS[precision], generator=generator)
    rivals = {name: partial(method, y, times=times, generator=generator) for name, method in METHODS.items()}
    case = f"d = {d}, {components // d} clones, {precision}"
    seconds = measure.in_turns(rivals, repetitions=repetitions)
    return measure.rows(case, seconds, unit="ns per component and step", per=components * STEPS * NANO)


def peaks() -> list[Row]:
    """Peak memory of each method, in copies of the state (16 MiB)."""
    found, size = [], 2**21 * 8 / memory.MEBIBYTE
    for name in METHODS:
        spread = memory.peak(run_once, small=(name, 8), large=(name, 2**21 // 4096))
        copies = type(spread)(spread.median / size, spread.low / size, spread.high / size)
        found.append(Row("peak memory, d = 4096, float64", name, "copies of the state", copies))
    return found


def run_once(name: str, clones: int) -> None:
    """One run, in a fresh process."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(1)
    y = torch.ones(clones, 4096, dtype=torch.float64)
    METHODS[name](y, times=times_of(4096), generator=generator)


def _worst(costs: dict[str, list[float]], name: str, rival: str) -> float:
    return max(cost / other for cost, other in zip(costs[name], costs[rival], strict=True))


def _per_clone(costs: list[float]) -> list[float]:
    return [cost * d for cost, d in zip(costs, SIZES, strict=True)]
