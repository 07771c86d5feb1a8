"""The interpolant x = (1 - t) x_0 + t x_1 + lambda_0 z of H24 (A.1), lambda_0^2 = t (1 - t): its score at a point.

x_0 is N(0, 1), x_1 is N(0, c), z is N(0, 1), all independent.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError, simulator
from numerics.systems.ornstein_uhlenbeck.forward import require_positive

_NODES = 241  # per integral: a step of 1/12 standard deviation
_BATCH = 64


@simulator(route="reduced", values="exact")
def interpolant_score(
    *, t: float, c: float, x: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Slope of the log density at x, by automatic differentiation of the integral over both ends."""
    noise = _noise(t, c)
    z = torch.linspace(-10, 10, _NODES, dtype=torch.float64, device=generator.device)
    log_weight = -(z.square().unsqueeze(1) + z.square()) / 2
    middle = (1 - t) * z.unsqueeze(1) + t * math.sqrt(c) * z
    at = torch.tensor(x, dtype=torch.float64, device=z.device).requires_grad_()
    with torch.enable_grad():
        log_density = torch.logsumexp((log_weight - (at - middle) ** 2 / (2 * noise)).flatten(), 0)
        (slope,) = torch.autograd.grad(log_density, at)
    return slope.unsqueeze(0)


@simulator(route="data", footprint=lambda **_: 6 * _BATCH)
def interpolant_score_regressed(
    *, t: float, c: float, x: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The linear guess that minimises the loss (A.7) over 64 draws of the interpolant, at x; it has no bias."""
    size = math.sqrt(_noise(t, c))
    ends = torch.randn(3, replicas, _BATCH, dtype=torch.float64, generator=generator, device=generator.device)
    z = ends[2]
    path = (1 - t) * ends[0] + t * math.sqrt(c) * ends[1] + size * z
    return -(z * path).sum(1) / path.square().sum(1) * (x / size)


def _noise(t: float, c: float) -> float:
    require_positive("interpolant_score", t=t, c=c)
    if not t < 1:
        raise ParameterError(f"interpolant_score: t = {t:g} is outside 0 < t < 1 (interpolation time)")
    return t * (1 - t)
