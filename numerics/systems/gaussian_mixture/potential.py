"""The overlap q = m x/sqrt(d) on the way back between two Gaussian modes: its noise, its drift, its law.

The score is never written down: it is the gradient, by automatic differentiation, of the log density of the mixture in
d dimensions; of the law of q alone where only that is asked for.
"""

import math
from collections.abc import Callable

import numpy as np
import torch
from jaxtyping import Float64
from scipy.optimize import brentq
from torch import Tensor

from numerics.clones import TwoModes, drawn, mode
from numerics.diffusion import euler_maruyama, reverse, variance
from numerics.simulator import simulator

_WIDTH = 0.7  # of the modes whose noise is measured: any width has the same
_STEPS = 8
_NODES = 96  # of Gauss and Legendre
_STRATA = 128


@simulator(size="d", route="reduced", footprint=lambda **_: 24)
def overlap_noise(
    *, d: int, mu: float, t: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Sum of squared increments of q per unit of time, over eight Euler steps of the component of x along m."""
    modes = TwoModes(mode(1, mu * math.sqrt(d), device=generator.device), _WIDTH)
    return _squared_increments(modes, d, t, dt, replicas, generator)


@simulator(size="d", route="backward", footprint=lambda d, **_: 5 * d)
def overlap_noise_generated(
    *, d: int, mu: float, t: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same along paths in d dimensions."""
    modes = TwoModes(mode(d, mu, device=generator.device), _WIDTH)
    return _squared_increments(modes, d, t, dt, replicas, generator)


@simulator(size="d", route="posterior", values="exact")
def potential_of_width(
    *, d: int, q: float, t: float, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Work against the backward drift of q from 0 to q, at a point of d dimensions."""
    return _work(TwoModes(mode(d, mu), sigma), q, t)


@simulator(size="d", route="forward", footprint=lambda **_: 8 * _STRATA)
def potential_of_width_by_density(
    *, d: int, q: float, t: float, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """-q^2/2 - 2 mu^2 log of the density of q over that at 0, from forward paths and no score.

    Each replica has 128 stratified positions inside a mode, whose noise is integrated out; the other mode mirrors it.
    """
    shares = torch.rand(replicas, _STRATA, dtype=torch.float64, generator=generator, device=generator.device)
    shares = (shares + torch.arange(_STRATA, device=generator.device)) / _STRATA
    inside = torch.special.ndtri(shares) * sigma * math.exp(-t)
    noise, centre = variance(t, T=1.0), mu * math.sqrt(d) * math.exp(-t)

    def log_law(at: float) -> Tensor:
        modes = [-((at / mu - sign * (centre + inside)) ** 2) / (2 * noise) for sign in (1, -1)]
        return torch.logsumexp(torch.cat(modes, 1), 1)

    return -(q**2) / 2 - 2 * mu**2 * (log_law(q) - log_law(0.0))


@simulator(size="d", route="posterior", values="exact")
def double_well_time(
    *, d: int, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The time at which the backward drift at q = 0 turns from pulling back to driving away, in d dimensions."""
    modes = TwoModes(mode(d, mu), sigma)

    def slope(t: float) -> float:
        q = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        (found,) = torch.autograd.grad(_drift(modes, q, t).sum(), q)
        return float(found)

    return _crossing(slope, d, mu)


@simulator(size="d", route="forward", values="exact")
def bimodal_time(
    *, d: int, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The time at which the law of q turns from one peak to two at q = 0."""

    def curvature(t: float) -> float:
        q = torch.zeros(1, dtype=torch.float64, requires_grad=True)
        width = variance(t, T=1.0) + (sigma * math.exp(-t)) ** 2
        centre = torch.tensor([1.0, -1.0], dtype=torch.float64) * (mu * math.sqrt(d) * math.exp(-t))
        log_law = torch.logsumexp(-((q / mu - centre) ** 2) / (2 * width), 0)
        (slope,) = torch.autograd.grad(log_law, q, create_graph=True)
        (found,) = torch.autograd.grad(slope.sum(), q)
        return float(found)

    return _crossing(curvature, d, mu)


def _squared_increments(
    modes: TwoModes, d: int, t: float, dt: float, replicas: int, generator: torch.Generator
) -> Tensor:
    """q = m x/sqrt(d) along the paths."""
    y = drawn(replicas, modes, t=t, generator=generator)
    scheme, gathered = euler_maruyama(modes.score, T=1.0), torch.zeros(replicas, dtype=y.dtype, device=y.device)
    for step in range(_STEPS):
        before = y @ modes.mode
        y = reverse(y, scheme=scheme, times=(t - step * dt, t - (step + 1) * dt), generator=generator)
        gathered += (y @ modes.mode - before).square()
    return gathered / (d * _STEPS * dt)


def _drift(modes: TwoModes, q: Tensor, t: float) -> Tensor:
    """q + 2 m score/sqrt(d) at points of d dimensions whose overlaps are q, differentiable in q."""
    m, d = modes.mode, len(modes.mode)
    across = torch.sin(torch.arange(1, d + 1, dtype=torch.float64))
    across = across - m * (across @ m / modes.squared_norm)
    x = across + q.unsqueeze(-1) * m * (math.sqrt(d) / modes.squared_norm)
    if not x.requires_grad:
        x.requires_grad_(True)
    distances = torch.stack([(x - sign * math.exp(-t) * m).square().sum(-1) for sign in (1, -1)])
    log_density = torch.logsumexp(-distances / (2 * modes.noise(t)), 0)
    (score,) = torch.autograd.grad(log_density.sum(), x, create_graph=True)
    return q + 2 * (score @ m) / math.sqrt(d)


def _work(modes: TwoModes, q: float, t: float) -> Tensor:
    """Minus the integral of the drift: nodes at the squares of shares are dense at 0, where the modes change places."""
    at, weight = np.polynomial.legendre.leggauss(_NODES)
    share, weight = torch.from_numpy((at + 1) / 2), torch.from_numpy(weight / 2)
    drift = _drift(modes, share.square() * q, t).detach()
    return -(2 * q * weight * share * drift).sum(0, keepdim=True)


def _crossing(function: Callable[[float], float], d: int, mu: float) -> Tensor:
    """The time at which a function of it changes sign; it does so once, within two units of log(mu^2 d)/2."""
    middle = math.log(mu**2 * d) / 2
    found = brentq(function, max(middle - 2, 1e-6), middle + 2, xtol=1e-14)
    return torch.tensor([found], dtype=torch.float64)
