"""The generative process of a stochastic interpolant, CPL25 (1), (7), (12): any denoiser, any schedule, any noise.

x_t = alpha_t x_0 + beta_t x_1 leads from noise x_0 at t = 0 to data x_1 at t = 1; a denoiser f(x, t) guesses x_1.
Steps take their normal numbers from `kicks`, so that two processes can share them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError

Denoiser = Callable[[Tensor, float], Tensor]
Rate = Callable[[float], float]
Kicks = Callable[[Tensor], Tensor]
"""Standard normal numbers of the shape of a tensor."""


@dataclass(frozen=True)
class Schedule:
    """alpha_t and beta_t with their derivatives in t."""

    alpha: Rate
    beta: Rate
    alpha_slope: Rate
    beta_slope: Rate

    def drift(self, t: float, epsilon: float) -> tuple[float, float]:
        """The coefficients in (1) of the denoiser, and of the point itself; t < 1, where alpha_t > 0."""
        alpha, beta = self.alpha(t), self.beta(t)
        shrink, pull = self.alpha_slope(t) / alpha, epsilon / alpha**2
        return self.beta_slope(t) - shrink * beta + beta * pull, shrink - pull


LINEAR = Schedule(lambda t: 1 - t, lambda t: t, lambda t: -1.0, lambda t: 1.0)
TRIGONOMETRIC = Schedule(
    lambda t: math.cos(math.pi * t / 2),
    lambda t: math.sin(math.pi * t / 2),
    lambda t: -math.pi / 2 * math.sin(math.pi * t / 2),
    lambda t: math.pi / 2 * math.cos(math.pi * t / 2),
)


@dataclass(frozen=True, eq=False)
class AutoEncoder:
    """f(x, t) = skip x + w/sqrt(d) activation(w^T x/sqrt(d) + level(t) offset), CPL25 (3).

    weights: (d, r), or (replicas, d, r) for a network of its own for each replica.
    """

    skip: float
    weights: Float64[Tensor, "*replicas d r"]
    activation: Callable[[Tensor], Tensor] = torch.tanh
    offset: Float64[Tensor, " r"] | None = None
    level: Rate = lambda t: 0.0

    def __call__(self, x: Float64[Tensor, "replicas d"], t: float) -> Float64[Tensor, "replicas d"]:
        hidden, shared = self.activated(self.latent(x), t), self.weights.ndim == 2
        out = hidden @ self.weights.T if shared else torch.einsum("ndr,nr->nd", self.weights, hidden)
        return self.skip * x + out / math.sqrt(x.shape[-1])

    def latent(self, x: Float64[Tensor, "replicas d"]) -> Float64[Tensor, "replicas r"]:
        """w^T x/sqrt(d)."""
        seen = x @ self.weights if self.weights.ndim == 2 else torch.einsum("ndr,nd->nr", self.weights, x)
        return seen / math.sqrt(x.shape[-1])

    def activated(self, z: Float64[Tensor, "replicas r"], t: float) -> Float64[Tensor, "replicas r"]:
        """What the hidden units answer to the latent variable z."""
        return self.activation(z if self.offset is None else z + self.level(t) * self.offset)

    @property
    def overlaps(self) -> Float64[Tensor, "*replicas r r"]:
        """Q = w^T w/d."""
        return self.weights.mT @ self.weights / self.weights.shape[-2]

    def across(self, x: Float64[Tensor, "replicas d"]) -> Float64[Tensor, "replicas d"]:
        """x without its part in the span of the weights; they may depend on one another (pseudo-inverse)."""
        inverse = pseudo_inverse(self.overlaps)
        within = AutoEncoder(0.0, self.weights, activation=lambda z: (inverse @ z[..., None])[..., 0])
        return x - within(x, 0.0)


def pseudo_inverse(matrix: Float64[Tensor, "*shape r r"], cutoff: float = 1e-10) -> Float64[Tensor, "*shape r r"]:
    """Inverse of a symmetric matrix on its range: eigenvalues below `cutoff` times the largest count as zero."""
    return torch.linalg.pinv(matrix, rtol=cutoff, hermitian=True)


def upward_grid(stop: float, steps: int) -> tuple[float, ...]:
    """steps + 1 equally spaced times from 0 up to stop < 1."""
    check_stop(stop)
    return (*(stop * k / steps for k in range(steps)), stop)


def logarithmic_grid(stop: float, step: float) -> tuple[float, ...]:
    """Times from 0 up to stop < 1, equally spaced by at most `step` in -log(1 - t), and an even number of steps."""
    check_stop(stop)
    end = -math.log1p(-stop)
    steps = 2 * max(1, math.ceil(end / (2 * step)))
    return (*(-math.expm1(-end * k / steps) for k in range(steps)), stop)


def check_stop(stop: float) -> None:
    """ParameterError unless 0 < stop < 1."""
    if not 0 < stop < 1:
        raise ParameterError(
            f"stop = {stop:g} is outside 0 < stop < 1: at t = 1 the drift of the generative process diverges"
        )


def euler(
    x: Float64[Tensor, "*shape"],
    *,
    denoiser: Denoiser,
    times: Sequence[float],
    kicks: Kicks,
    epsilon: Rate = lambda t: 0.0,
    schedule: Schedule = LINEAR,
) -> Float64[Tensor, "*shape"]:
    """The Euler-Maruyama scheme (98) of (1) from x at times[0] to times[-1]; noise is drawn where epsilon > 0."""
    for t, t_next in pairwise(times):
        step, noise = t_next - t, epsilon(t)
        towards, own = schedule.drift(t, noise)
        moved = torch.add(x * (1 + step * own), denoiser(x, t), alpha=step * towards)
        x = torch.add(moved, kicks(x), alpha=math.sqrt(2 * noise * step)) if noise > 0 else moved
    return x


def latent_euler(
    z: Float64[Tensor, "replicas r"],
    *,
    network: AutoEncoder,
    overlaps: Float64[Tensor, "r r"],
    times: Sequence[float],
    kicks: Kicks,
    epsilon: Rate = lambda t: 0.0,
    schedule: Schedule = LINEAR,
) -> Float64[Tensor, "replicas r"]:
    """The latent variable z = w^T x/sqrt(d) of the same scheme, (99), with no other use of the d dimensions.

    `kicks` are normal with covariance Q = `overlaps`; of the network only skip, activation, offset and level count.
    """

    def denoiser(z: Tensor, t: float) -> Tensor:
        return network.skip * z + network.activated(z, t) @ overlaps

    return euler(z, denoiser=denoiser, times=times, kicks=kicks, epsilon=epsilon, schedule=schedule)


def midpoint(
    x: Float64[Tensor, "*shape"],
    *,
    denoiser: Denoiser,
    times: Sequence[float],
    kicks: Kicks,
    epsilon: Rate,
    schedule: Schedule = LINEAR,
) -> Float64[Tensor, "*shape"]:
    """The process (1) by the midpoint rule: weak order 2, and it never evaluates the drift at the last time."""
    for t, t_next in pairwise(times):
        step, middle = t_next - t, (t + t_next) / 2
        half = kicks(x).mul_(math.sqrt(epsilon(middle) * step))
        at_half = _moved(x, denoiser, schedule, t, epsilon(t), step / 2).add_(half)
        towards, own = schedule.drift(middle, epsilon(middle))
        rate = denoiser(at_half, middle).mul_(towards).add_(at_half, alpha=own)
        x = torch.add(x, rate, alpha=step).add_(half)
        x.add_(kicks(x), alpha=math.sqrt(epsilon(middle) * step))
    return x


def _moved(x: Tensor, denoiser: Denoiser, schedule: Schedule, t: float, noise: float, step: float) -> Tensor:
    towards, own = schedule.drift(t, noise)
    return torch.add(x * (1 + step * own), denoiser(x, t), alpha=step * towards)


def midpoint_pair(
    x: Float64[Tensor, "*shape"],
    *,
    denoiser: Denoiser,
    times: Sequence[float],
    generator: torch.Generator,
    epsilon: Rate,
    schedule: Schedule = LINEAR,
) -> tuple[Float64[Tensor, "*shape"], Float64[Tensor, "*shape"]]:
    """A fine path on `times` and a coarse one on every second time, on the same noise; an even number of steps.

    Half a coarse step takes the noise of one fine step, at the strength of its own middle.
    """
    if len(times) % 2 == 0 or len(times) < 3:
        raise ParameterError(f"midpoint_pair: {len(times) - 1} steps are given, needs an even number of them")
    fine = coarse = x
    for k in range(0, len(times) - 1, 2):
        kept: list[Tensor] = []

        def drawn(like: Tensor, kept: list[Tensor] = kept) -> Tensor:
            kept.append(torch.randn(like.shape, dtype=like.dtype, generator=generator, device=like.device))
            return kept[-1].clone()

        fine = midpoint(
            fine, denoiser=denoiser, times=times[k : k + 3], kicks=drawn, epsilon=epsilon, schedule=schedule
        )
        halves = iter([(kept[0] + kept[1]).mul_(math.sqrt(0.5)), (kept[2] + kept[3]).mul_(math.sqrt(0.5))])
        coarse = midpoint(
            coarse,
            denoiser=denoiser,
            times=(times[k], times[k + 2]),
            kicks=lambda _, halves=halves: next(halves),
            epsilon=epsilon,
            schedule=schedule,
        )
    return fine, coarse


def normal_kicks(generator: torch.Generator) -> Kicks:
    """Fresh standard normal numbers."""
    return lambda like: torch.randn(like.shape, dtype=like.dtype, generator=generator, device=like.device)
