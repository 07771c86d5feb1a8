"""Forward and reverse Ornstein-Uhlenbeck processes: noising, and the way back on a declared grid with any score.

Forward: dx = -x dt + sqrt(2T) dW, so x(t) = a exp(-t) + sqrt(Delta) z with Delta = T (1 - exp(-2t)).
Reverse: -dy = [y + 2T score(y, t)] dt + sqrt(2T) dW, t decreasing (BM23 eqs. (1)-(3), (6)).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import torch
from jaxtyping import Float
from torch import Tensor

from numerics.simulator import ParameterError

Drive = Callable[[Tensor, float], Tensor]


@dataclass(frozen=True)
class Scheme:
    """One way to step the reverse process from t to t_next < t: y <- factor y + force drive(y, t) + noise z.

    coefficients(t, t_next) = (factor, force, noise).  carry(t, t_next) multiplies the noise of the step before when two
    steps become a coarse one: 1 when increments are summed, `factor` when the linear part is solved exactly.
    """

    drive: Drive
    coefficients: Callable[[float, float], tuple[float, float, float]]
    carry: Callable[[float, float], float]


def variance(t: float, *, T: float) -> float:
    """Delta = T (1 - exp(-2t)) for t >= 0, T > 0."""
    _check(t, T)
    return -T * math.expm1(-2 * t)


def noised(a: Float[Tensor, "*shape"], *, t: float, T: float, generator: torch.Generator) -> Float[Tensor, "*shape"]:
    """The forward process at time t from the data a: a exp(-t) + sqrt(Delta) z."""
    noise = torch.randn(a.shape, dtype=a.dtype, generator=generator, device=a.device)
    return noise.mul_(math.sqrt(variance(t, T=T))).add_(a, alpha=math.exp(-t))


def pure_noise(
    *shape: int, T: float, generator: torch.Generator, dtype: torch.dtype = torch.float64
) -> Float[Tensor, "..."]:
    """N(0, T) in every component: the forward process at infinite time."""
    _check(0.0, T)
    return torch.randn(shape, dtype=dtype, generator=generator, device=generator.device).mul_(math.sqrt(T))


def uniform_grid(start: float, stop: float, steps: int) -> tuple[float, ...]:
    """steps + 1 equally spaced times from start down to stop."""
    _check_grid(start, stop, steps, "start > stop >= 0", stop >= 0)
    return (*(start + (stop - start) * k / steps for k in range(steps)), stop)


def geometric_grid(start: float, stop: float, steps: int) -> tuple[float, ...]:
    """steps + 1 times from start down to stop > 0 in equal ratios: the reverse drift grows like 1/t as t goes to 0."""
    _check_grid(start, stop, steps, "start > stop > 0", stop > 0)
    return (*(start * (stop / start) ** (k / steps) for k in range(steps)), stop)


def euler_maruyama(score: Drive, *, T: float) -> Scheme:
    """y <- y + (y + 2T score) dt + sqrt(2T dt) z; weak order 1."""

    def coefficients(t: float, t_next: float) -> tuple[float, float, float]:
        dt = t - t_next
        return 1 + dt, 2 * T * dt, math.sqrt(2 * T * dt)

    return Scheme(score, coefficients, lambda t, t_next: 1.0)


def linear_exact(centre: Drive, *, T: float, spread: float = 0.0) -> Scheme:
    """Steps exact while centre is constant: score = -(y - exp(-t) centre(y, t))/Gamma, Gamma = Delta + spread exp(-2t).

    Every score has this form; centre is the posterior mean of the data when spread = 0 (Tweedie), and of the cluster
    centre when the data are clusters of variance `spread`.  Gaussian data of mean b and variance `spread` (centre = b)
    are reproduced exactly on any grid; otherwise weak order 1, without the instability of the 1/Delta drift.
    """

    def gamma(t: float) -> float:
        return variance(t, T=T) + spread * math.exp(-2 * t)

    def shrink(t: float, t_next: float) -> float:
        return math.exp(t_next - t) * gamma(t_next) / gamma(t)

    def coefficients(t: float, t_next: float) -> tuple[float, float, float]:
        fresh = variance(t - t_next, T=T) / gamma(t)
        return shrink(t, t_next), math.exp(-t_next) * fresh, math.sqrt(gamma(t_next) * fresh)

    return Scheme(centre, coefficients, shrink)


def reverse(
    y: Float[Tensor, "*shape"], *, scheme: Scheme, times: tuple[float, ...], generator: torch.Generator
) -> Float[Tensor, "*shape"]:
    """The reverse process from y at times[0] to times[-1], in place, in the precision of y.

    Every component of y has its own noise; in float32 a step costs a quarter, and no normal number exceeds 5.8.
    """
    noise = torch.empty_like(y)
    for t, t_next in pairwise(times):
        factor, force, size = scheme.coefficients(t, t_next)
        drive = scheme.drive(y, t)
        noise.normal_(generator=generator)
        y.mul_(factor).add_(drive, alpha=force).add_(noise, alpha=size)
    return y


def reverse_pair(
    y: Float[Tensor, "*shape"], *, scheme: Scheme, times: tuple[float, ...], generator: torch.Generator
) -> tuple[Float[Tensor, "*shape"], Float[Tensor, "*shape"]]:
    """Fine path on `times` and coarse path on every second one, driven by the same noise from the same start.

    Both have the law of `reverse` on their grids; their difference measures the error of the time step.
    Needs an even number of steps.
    """
    if len(times) % 2 == 0 or len(times) < 3:
        raise ParameterError(f"reverse_pair: {len(times) - 1} steps are given, needs an even number of them")
    coarse, noise = y.clone(), torch.empty_like(y)
    for k in range(0, len(times) - 1, 2):
        start, middle, end = times[k : k + 3]
        factor, force, _ = scheme.coefficients(start, end)
        drive = scheme.drive(coarse, start)
        coarse.mul_(factor).add_(drive, alpha=force)
        for t, t_next, carried in ((start, middle, scheme.carry(middle, end)), (middle, end, 1.0)):
            factor, force, size = scheme.coefficients(t, t_next)
            drive = scheme.drive(y, t)
            noise.normal_(generator=generator)
            y.mul_(factor).add_(drive, alpha=force).add_(noise, alpha=size)
            coarse.add_(noise, alpha=size * carried)
    return y, coarse


def _check(t: float, T: float) -> None:
    if not (T > 0 and math.isfinite(T)):
        raise ParameterError(f"T = {T} is outside T > 0 (noise temperature of the forward process)")
    if not t >= 0:
        raise ParameterError(f"t = {t} is outside t >= 0 (diffusion time)")


def _check_grid(start: float, stop: float, steps: int, allowed: str, ends: bool) -> None:
    if steps < 1:
        raise ParameterError(f"steps = {steps} is outside steps >= 1")
    if not (ends and math.inf > start > stop):
        raise ParameterError(f"a grid from {start} down to {stop} needs {allowed}")
