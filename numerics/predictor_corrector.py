"""The reverse process at weak order 2: each step of a scheme is repeated with the mean of its drives at both ends."""

import math
from itertools import pairwise

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import Scheme
from numerics.simulator import ParameterError


def even_signal_grid(start: float, stop: float, steps: int) -> tuple[float, ...]:
    """steps + 1 times from start down to stop > 0, equally spaced in exp(-t)/sqrt(Delta), the signal over the noise.

    The states part at a signal of order one over their distance: each step there then decides as many paths.
    """
    if steps < 1 or not start > stop > 0:
        raise ParameterError(f"{steps} steps from {start} down to {stop}: needs start > stop > 0 and steps >= 1")
    first, last = (math.expm1(2 * t) ** -0.5 for t in (start, stop))
    signals = (first + (last - first) * k / steps for k in range(1, steps))
    return (start, *(math.log1p(signal**-2) / 2 for signal in signals), stop)


def corrected_pair(
    y: Float64[Tensor, "*shape"], *, scheme: Scheme, times: tuple[float, ...], generator: torch.Generator
) -> tuple[Float64[Tensor, "*shape"], Float64[Tensor, "*shape"]]:
    """Fine path on `times` and coarse path on every second one, driven by the same noise from the same start.

    A step predicts with the drive at its beginning, then corrects with the mean of that and the predicted drive (Heun's
    method; the noise is additive, so that the weak order is 2).  Needs an even number of steps.
    """
    if len(times) % 2 == 0 or len(times) < 3:
        raise ParameterError(f"corrected_pair: {len(times) - 1} steps are given, needs an even number of them")
    coarse = y.clone()
    for k in range(0, len(times) - 1, 2):
        start, middle, end = times[k : k + 3]
        gathered = torch.zeros_like(y)
        for t, t_next in pairwise((start, middle, end)):
            size = scheme.coefficients(t, t_next)[2]
            noise = torch.empty_like(y).normal_(generator=generator).mul_(size)
            y = _corrected(y, scheme, t, t_next, noise)
            gathered.mul_(scheme.carry(t, t_next)).add_(noise)
        coarse = _corrected(coarse, scheme, start, end, gathered)
    return y, coarse


def _corrected(y: Tensor, scheme: Scheme, t: float, t_next: float, noise: Tensor) -> Tensor:
    factor, force, _ = scheme.coefficients(t, t_next)
    moved = torch.add(noise, y, alpha=factor)
    drive = scheme.drive(y, t)
    predicted = torch.add(moved, drive, alpha=force)
    return moved.add_(drive.add(scheme.drive(predicted, t_next)), alpha=force / 2)
