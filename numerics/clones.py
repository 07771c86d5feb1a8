"""Clones of a backward path between two Gaussian modes, in d dimensions with the exact score.

Data are s m + sigma xi, s = +1 or -1 equally likely; at T = 1 the score of BBDM24 (3) is that of a mixture,
score = -(y - exp(-t) m tanh(exp(-t) m y/Gamma))/Gamma with Gamma = 1 - exp(-2t) + sigma^2 exp(-2t).
What is not linear in y is a multiple of m: one number per path.  A step scales y, adds normal numbers and adds that
multiple, all in place; the projection m y is taken once, and both ends of the step enter (Heun), at weak order 2.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from numerics.diffusion import linear_exact, variance
from numerics.simulator import ParameterError

Paths = Float[Tensor, "paths d"]
Numbers = Float[Tensor, " paths"]


@dataclass(frozen=True)
class TwoModes:
    """Modes of equal weight at +m and -m, of standard deviation sigma in every direction."""

    mode: Tensor  # (d,)
    sigma: float

    def __post_init__(self) -> None:
        if not (self.sigma > 0 and math.isfinite(self.sigma)):
            raise ParameterError(f"sigma = {self.sigma} is outside sigma > 0 (standard deviation inside a mode)")
        if self.mode.ndim != 1 or not len(self.mode):
            raise ParameterError(
                f"a mode of shape {tuple(self.mode.shape)} is given, needs one axis of d >= 1 components"
            )

    @property
    def squared_norm(self) -> float:
        """|m|^2."""
        return float(self.mode.double().square().sum())

    def noise(self, t: float) -> float:
        """Gamma: the variance of a noised mode."""
        return variance(t, T=1.0) + self.sigma**2 * math.exp(-2 * t)

    def field(self, t: float) -> float:
        """Half the log odds of the modes per unit of m y."""
        return math.exp(-t) / self.noise(t)

    def score(self, y: Paths, t: float) -> Paths:
        """The exact score, written out; the steps below do without it."""
        gamma = self.noise(t)
        weight = torch.tanh(y @ self.mode * self.field(t))
        return torch.outer(weight * (math.exp(-t) / gamma), self.mode) - y / gamma

    def single(self) -> "TwoModes":
        """The same in float32, in which the normal numbers cost a quarter."""
        return TwoModes(self.mode.float(), self.sigma)


def signal(modes: TwoModes, t: float) -> float:
    """Half the distance of the noised modes over their width: the square root of the signal-to-noise ratio."""
    return math.sqrt(modes.squared_norm / modes.noise(t)) * math.exp(-t)


def signal_grid(modes: TwoModes, start: float, stop: float, *, step: float) -> tuple[float, ...]:
    """Times from start down to stop, an even number of equal steps of the signal, of at most this length each."""
    if not (start > stop >= 0 and step > 0):
        raise ParameterError(f"steps of {step} from {start} down to {stop}: needs start > stop >= 0 and step > 0")
    first, last = signal(modes, start), signal(modes, stop)
    count = 2 * math.ceil((last - first) / (2 * step))
    between = (first + (last - first) * k / count for k in range(1, count))
    return (start, *(time_of_signal(modes, at) for at in between), stop)


def time_of_signal(modes: TwoModes, strength: float) -> float:
    """The time at which the signal has this strength; 0 where it never has, for it is |m|/sigma at most."""
    return max(math.log(max(modes.squared_norm / strength**2 + 1 - modes.sigma**2, 1.0)) / 2, 0.0)


def mode(
    d: int, mu: float, *, dtype: torch.dtype = torch.float64, device: torch.device | str = "cpu"
) -> Float[Tensor, " d"]:
    """The centre of a mode: norm mu sqrt(d), components in proportion to cos(1), cos(2), ..., cos(d)."""
    if d < 1:
        raise ParameterError(f"d = {d} is outside d >= 1, a whole number (dimension)")
    if not (mu > 0 and math.isfinite(mu)):
        raise ParameterError(f"mu = {mu} is outside mu > 0 (norm of a mode over sqrt(d))")
    direction = torch.cos(torch.arange(1, d + 1, dtype=torch.float64, device=device))
    return (direction * (mu * math.sqrt(d) / float(direction.norm()))).to(dtype)


def drawn(paths: int, modes: TwoModes, *, t: float, generator: torch.Generator) -> Paths:
    """Noised data at time t, both modes by themselves: half of the paths come from each."""
    y = torch.randn(paths, len(modes.mode), dtype=modes.mode.dtype, generator=generator, device=generator.device)
    sign = torch.ones(paths, dtype=y.dtype, device=y.device)
    sign[1::2] = -1
    return y.mul_(math.sqrt(modes.noise(t))).addr_(sign, modes.mode, alpha=math.exp(-t))


def advance(y: Paths, *, modes: TwoModes, times: tuple[float, ...], generator: torch.Generator) -> Numbers:
    """The backward process from y at times[0] to times[-1], in place; returns m y at the end.

    One buffer of the size of y.  Exact on any grid while one mode alone is likely; else of weak order 2.
    """
    noise = torch.empty_like(y)
    along = y @ modes.mode
    for t, t_next in pairwise(times):
        factor, force, size = _coefficients(modes, t, t_next)
        before = _weight(modes, along, t)
        noise.normal_(generator=generator)
        y.mul_(factor).add_(noise, alpha=size)
        along = _corrected(modes, y, before, t_next, force=force)
    return along


def advance_pair(
    y: Paths, coarse: Paths, *, modes: TwoModes, times: tuple[float, ...], generator: torch.Generator
) -> tuple[Numbers, Numbers]:
    """Both states to times[-1], in place: y on every time, `coarse` on every second one, driven by the same noise.

    Returns m y of both.  Their difference measures the error of the time step.  Needs an even number of steps.
    """
    if len(times) % 2 == 0 or len(times) < 3:
        raise ParameterError(f"advance_pair: {len(times) - 1} steps are given, needs an even number of them")
    noise, gathered = torch.empty_like(y), torch.empty_like(y)
    along, along_coarse = y @ modes.mode, coarse @ modes.mode
    for k in range(0, len(times) - 1, 2):
        start, middle, end = times[k : k + 3]
        gathered.zero_()
        for t, t_next in ((start, middle), (middle, end)):
            factor, force, size = _coefficients(modes, t, t_next)
            before = _weight(modes, along, t)
            noise.normal_(generator=generator)
            y.mul_(factor).add_(noise, alpha=size)
            gathered.mul_(factor).add_(noise, alpha=size)
            along = _corrected(modes, y, before, t_next, force=force)
        factor, force, _ = _coefficients(modes, start, end)
        before = _weight(modes, along_coarse, start)
        coarse.mul_(factor).add_(gathered)
        along_coarse = _corrected(modes, coarse, before, end, force=force)
    return along, along_coarse


def agreeing(
    modes: TwoModes,
    *,
    times: Sequence[float],
    pairs: int,
    horizon: float,
    stop: float,
    step: float,
    generator: torch.Generator,
    components: int = 2**18,
) -> tuple[int, ...]:
    """How many of `pairs` of clones, parted at each of these falling times, end on one side of the plane m x = 0.

    Paths start from pure noise at the horizon and end at `stop`; one of the clones of every time is the path itself.
    Steps are equal in asinh(signal), `step` at most.  Paths are run in chunks of so many components (three states).
    Raises ParameterError unless horizon >= times[0] > times[1] > ... > stop >= 0.
    """
    edges = (horizon, *times, stop)
    if any(late <= early for late, early in pairwise(edges[1:])) or horizon < times[0] or stop < 0 or pairs < 1:
        raise ParameterError(
            f"{pairs} pairs of clones at times {tuple(times)} between {horizon} and {stop}: needs pairs >= 1 and "
            "horizon >= falling times > stop >= 0"
        )
    found = torch.zeros(len(times), dtype=torch.int64)
    chunk = max(1, components // len(modes.mode))
    for done in range(0, pairs, chunk):
        y = torch.randn(
            min(chunk, pairs - done), len(modes.mode), dtype=modes.mode.dtype, generator=generator,
            device=generator.device,
        )  # fmt: skip
        twins = []
        for before, at in pairwise(edges[:-1]):
            advance(y, modes=modes, times=_even_grid(modes, before, at, step), generator=generator)
            twins.append(advance(y.clone(), modes=modes, times=_even_grid(modes, at, stop, step), generator=generator))
        along = advance(y, modes=modes, times=_even_grid(modes, edges[-2], stop, step), generator=generator)
        found += torch.stack([(twin > 0) == (along > 0) for twin in twins]).sum(1).cpu()
    return tuple(found.tolist())


def same_mode(ends: Float[Tensor, "clones paths"], *, modes: TwoModes, t: float) -> Numbers:
    """The part of the pairs of clones with these m y at time t that come from one mode, averaged over the doubt left.

    A pair comes from one mode with probability (1 + w w')/2, w the posterior mean of the sign.
    """
    weight, clones = _weight(modes, ends, t), len(ends)
    if clones < 2:
        raise ParameterError(f"same_mode: {clones} clone of each path is given, needs two or more")
    pairs = (weight.sum(0).square() - weight.square().sum(0)) / (clones * (clones - 1))
    return (1 + pairs) / 2


def _weight(modes: TwoModes, along: Float[Tensor, "*shape"], t: float) -> Float[Tensor, "*shape"]:
    """Posterior mean of the sign of the mode."""
    return torch.tanh(along * modes.field(t))


def _corrected(modes: TwoModes, moved: Paths, before: Numbers, t_next: float, *, force: float) -> Numbers:
    """Add to `moved` the mean of the pull at the beginning and at the predicted end; m times the result."""
    along, squared = moved @ modes.mode, force * modes.squared_norm
    pull = (before + _weight(modes, along + squared * before, t_next)) / 2
    moved.addr_(pull, modes.mode, alpha=force)
    return along + squared * pull


def _coefficients(modes: TwoModes, t: float, t_next: float) -> tuple[float, float, float]:
    return linear_exact(_no_drive, T=1.0, spread=modes.sigma**2).coefficients(t, t_next)


def _no_drive(y: Tensor, t: float) -> Tensor:
    raise AssertionError("the pull is added apart")


def _even_grid(modes: TwoModes, start: float, stop: float, step: float) -> tuple[float, ...]:
    """Equal steps of asinh(signal): of the signal while it is faint, of its logarithm where it is clear."""
    if start == stop:
        return (start,)
    first, last = (math.asinh(signal(modes, t)) for t in (start, stop))
    count = math.ceil((last - first) / step)
    between = (math.sinh(first + (last - first) * k / count) for k in range(1, count))
    return (start, *(time_of_signal(modes, at) for at in between), stop)
