"""The forward process dx = -x dt + sqrt(2T) dW in d dimensions, integrated step by step, and its moments.

Also what other simulators of this system share: Heun's method on a fine and a coarse grid, and checks of parameters.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError, simulator

Drift = Callable[[Tensor, float], Tensor]


@simulator(size="d", route="reduced", values="exact")
def variance_of_moments(
    *, d: int, t: float, T: float, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Variance of the first of d coordinates, correlated in the data, from the exponential of the generator.

    Van Loan's method: the exponential of t ((1, 2T), (0, -1)) holds the relaxation and the gathered noise.
    """
    require_positive("variance", t=t, T=T, c=c)
    one = torch.eye(d, dtype=torch.float64, device=generator.device)
    data = c * (one + torch.ones_like(one)) / 2
    both = torch.zeros(2 * d, 2 * d, dtype=torch.float64, device=generator.device)
    both[:d, :d], both[:d, d:], both[d:, d:] = one, 2 * T * one, -one
    grown = torch.linalg.matrix_exp(t * both)
    relaxed = grown[d:, d:]
    return (relaxed @ data @ relaxed + relaxed @ grown[:d, d:])[:1, 0]


@simulator(size="d", route="forward", bias={"dt": 2}, footprint=lambda d, **_: 12 * d)
def variance(
    *, d: int, t: float, T: float, c: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Mean square of the d coordinates of a path from data with coordinates +-sqrt(c), in Heun steps of at most dt."""
    require_positive("variance", t=t, T=T, c=c, dt=dt)
    data = signs(replicas, d, generator=generator).mul_(math.sqrt(c))
    pair = integrated_pair(data, drift=lambda x, _: -x, T=T, start=0.0, stop=t, dt=dt, generator=generator)
    return torch.stack([path.square().mean(1) for path in pair], dim=1)


def integrated_pair(
    x: Float64[Tensor, "*shape"],
    *,
    drift: Drift,
    T: float,
    start: float,
    stop: float,
    dt: float,
    generator: torch.Generator,
) -> tuple[Float64[Tensor, "*shape"], Float64[Tensor, "*shape"]]:
    """dx = drift(x, time) dtime + sqrt(2T) dW from start to stop: a fine path, and one of double steps, on one noise.

    Heun's method, weak order 2, in an even number of equal steps of at most dt.  Times may run down: the steps of
    `time` are then negative, the elapsed time is positive, and the drift is per elapsed time.
    """
    pairs = max(1, math.ceil(abs(stop - start) / (2 * dt)))
    step, towards = abs(stop - start) / (2 * pairs), math.copysign(1.0, stop - start)
    fine = coarse = x
    for k in range(pairs):
        at = [start + towards * step * (2 * k + j) for j in range(3)]
        kicks = torch.randn(2, *x.shape, dtype=x.dtype, generator=generator, device=x.device)
        kicks.mul_(math.sqrt(2 * T * step))
        for j in (0, 1):
            fine = _heun(fine, kicks[j], drift, (at[j], at[j + 1]), step)
        coarse = _heun(coarse, kicks[0] + kicks[1], drift, (at[0], at[2]), 2 * step)
    return fine, coarse


def integrated(function: Callable[[float], float], *, start: float, stop: float, dt: float) -> tuple[float, float]:
    """Integral over the elapsed time, by the trapezoidal rule on the fine and the coarse grid of `integrated_pair`."""
    pairs = max(1, math.ceil(abs(stop - start) / (2 * dt)))
    values = [function(start + (stop - start) * k / (2 * pairs)) for k in range(2 * pairs + 1)]
    width = abs(stop - start)

    def trapezoid(heights: list[float]) -> float:
        return width * (sum(heights) - (heights[0] + heights[-1]) / 2) / (len(heights) - 1)

    return trapezoid(values), trapezoid(values[::2])


def signs(*shape: int, generator: torch.Generator) -> Float64[Tensor, "..."]:
    """Independent +1 and -1, equally likely."""
    bits = torch.randint(0, 2, shape, generator=generator, device=generator.device)
    return bits.double().mul_(2).sub_(1)


def require_positive(name: str, **values: float) -> None:
    """Raise ParameterError for the first value that is not positive."""
    for symbol, value in values.items():
        if not value > 0:
            raise ParameterError(f"{name}: {symbol} = {value:g} is outside {symbol} > 0")


def _heun(x: Tensor, kick: Tensor, drift: Drift, times: tuple[float, float], step: float) -> Tensor:
    first = drift(x, times[0])
    predicted = x + kick + step * first
    return x + kick + (step / 2) * (first + drift(predicted, times[1]))
