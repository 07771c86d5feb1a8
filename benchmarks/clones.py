"""Clones of backward paths between two Gaussian modes, against a plain torch loop, torchsde, and the normal numbers.

All solve BBDM24 (3) with the exact score of the mixture in d dimensions, 1e4 paths on a geometric grid of times.
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
from numerics.clones import TwoModes, advance, mode
from numerics.diffusion import geometric_grid

try:
    import torchsde
except ImportError:
    torchsde = None

SIZES = (256, 1024, 4096, 16384)
CLONES = 10_000
CHUNK = 2**18  # components of the state at once: 1 MiB in float32, as in numerics.clones.agreeing
WHOLE = 2**24  # as many as a rival is given that does not cut its state into chunks: 64 MiB
PEAK = 2**22
STEPS = 4
MU, SIGMA = 1.0, 1.0


def times_of(d: int) -> tuple[float, ...]:
    """A short geometric grid through the time of speciation, log(d)/2."""
    speciation = math.log(d) / 2
    return geometric_grid(1.1 * speciation, 0.9 * speciation, STEPS)


def modes_of(d: int, dtype: torch.dtype = torch.float32) -> TwoModes:
    return TwoModes(mode(d, MU, dtype=dtype), SIGMA)


def ours(y: Tensor, *, modes: TwoModes, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """In place, one projection per step, weak order 2."""
    return advance(y, modes=modes, times=times, generator=generator)


def plain(y: Tensor, *, modes: TwoModes, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """The rival: Euler-Maruyama as a textbook has it, a new tensor for every operation."""
    for t, t_next in pairwise(times):
        dt = t - t_next
        noise = torch.randn(y.shape, dtype=y.dtype, generator=generator)
        y = y + (y + 2 * modes.score(y, t)) * dt + math.sqrt(2 * dt) * noise
    return y


@dataclass(frozen=True)
class AsTorchsde:
    """The same equation for torchsde: its time runs from 0 upwards."""

    modes: TwoModes
    start: float
    noise_type: str = "diagonal"
    sde_type: str = "ito"

    def f(self, s: Tensor, y: Tensor) -> Tensor:
        return y + 2 * self.modes.score(y, self.start - float(s))

    def g(self, s: Tensor, y: Tensor) -> Tensor:
        return torch.full_like(y, math.sqrt(2))


def by_torchsde(y: Tensor, *, modes: TwoModes, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """torchsde.sdeint, method Euler, as many equal steps over the same span; it draws from the global generator."""
    span = times[0] - times[-1]
    ends = torch.tensor([0.0, span], dtype=y.dtype)
    return torchsde.sdeint(AsTorchsde(modes, times[0]), y, ends, dt=span / STEPS * (1 + 1e-6), method="euler")[-1]


def normals(y: Tensor, *, modes: TwoModes, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """What no rival can avoid: one normal number per component and step."""
    for _ in pairwise(times):
        y.normal_(generator=generator)
    return y


METHODS: dict[str, Callable[..., Tensor]] = {
    "clones, in place": ours,
    "normal numbers alone": normals,
    "plain torch loop": plain,
    **({"torchsde, Euler": by_torchsde} if torchsde else {}),
}
OURS, NORMALS, *RIVALS = METHODS
UNCUT = {f"{name}, state uncut": METHODS[name] for name in RIVALS}


def measured() -> Result:
    """ns per component and step of 1e4 clones for each d, in chunks, and the peak memory in copies of a chunk."""
    torch.set_num_threads(1)
    groups = [rows_of(d) for d in SIZES]
    table = [row for rows in groups for row in rows]
    costs = {name: measure.medians(table, name) for name in METHODS | UNCUT}
    over = {name: [a / b for a, b in zip(costs[name], costs[OURS], strict=True)] for name in costs}
    return Result(
        "clones",
        f"{STEPS} steps of {CLONES} backward paths, exact score of two Gaussian modes, float32, in chunks of 2^18",
        (*table, *peaks()),
        growth=tuple(
            measure.growth(
                f"{name}, step of one clone", "d", SIZES,
                [cost * d for cost, d in zip(costs[name], SIZES, strict=True)], expected=1.0,
            )
            for name in costs
        ),
        goals=(
            Goal("ns per component and step, worst d", max(costs[OURS]), 5.5),
            Goal("over the normal numbers alone, worst d", 1 / min(over[NORMALS]), 1.5),
            *(
                Goal(f"{name} over ours, worst d", min(over[name]), 4.5, at_most=False)
                for name in UNCUT if name.startswith("torchsde")
            ),
        ),
        notes=(
            "Ours has weak order 2, the rivals order 1.",
            "A rival as it comes holds the state of all its paths: `state uncut` is 2^24 components of it.",
            "The component along m alone would do: see exact_reduction, a different algorithm.",
            "torchsde's Brownian motion can be asked at any time again, which the others cannot do."
            if torchsde
            else "torchsde is not installed here; it is no dependency of this project.",
        ),
    )  # fmt: skip


def rows_of(d: int, repetitions: int = 3) -> list[Row]:
    """All methods at one d, on one chunk of the paths, and the rivals on a state that is not cut as well."""
    generator, times, modes = torch.Generator().manual_seed(1), times_of(d), modes_of(d)
    states = {at_once: torch.randn(min(CLONES, at_once // d), d, generator=generator) for at_once in (CHUNK, WHOLE)}
    paths = len(states[CHUNK])
    chunked = {name: (run, states[CHUNK]) for name, run in METHODS.items()}
    all_of_them = chunked | {name: (run, states[WHOLE]) for name, run in UNCUT.items()}
    rivals = {
        name: partial(run, y, modes=modes, times=times, generator=generator) for name, (run, y) in all_of_them.items()
    }
    per = {name: y.numel() * STEPS * NANO for name, (_, y) in all_of_them.items()}
    case = f"d = {d}, {CLONES} clones, {paths} at once"
    return measure.rows(
        case, measure.in_turns(rivals, repetitions=repetitions), unit="ns per component and step", per=per
    )


def peaks() -> list[Row]:
    """Peak memory of each method, in copies of the state (16 MiB)."""
    found, size = [], PEAK * 4 / memory.MEBIBYTE
    for name in METHODS:
        spread = memory.peak(run_once, small=(name, 8), large=(name, PEAK // 4096))
        copies = type(spread)(spread.median / size, spread.low / size, spread.high / size)
        found.append(Row("peak memory, d = 4096", name, "copies of the state", copies))
    return found


def run_once(name: str, clones: int) -> None:
    """One run, in a fresh process."""
    torch.set_num_threads(1)
    generator = torch.Generator().manual_seed(1)
    METHODS[name](torch.ones(clones, 4096), modes=modes_of(4096), times=times_of(4096), generator=generator)
