"""Curie-Weiss horizon: the weight of the plus state that is generated from pure noise at a finite time, minus W_+.

Two-state model (16) of BM23; everything is returned times exp(2 tau), t = log(N)/2 + tau being the starting time.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import variance
from numerics.ensembles import spontaneous_magnetisation, weight_of_plus
from numerics.simulator import ParameterError, simulator

_IN_CACHE = 128  # per component, so that a block has 2^14 of them: larger temporaries cost four times as much time
_PARTS = 8
_BETWEEN, _FORGOTTEN, _RECORDED = 0.5, 48, 64  # time between records; the watershed forgets its end as exp(-time/2)


@simulator(size="tau", route="posterior", footprint=lambda N, **_: _IN_CACHE * N)
def weight_bias_of_horizon(
    *, tau: float, N: int, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Posterior of the plus state at x from N(0, T) in N dimensions, minus the posterior at x = 0.

    The reverse process conserves the mean posterior, so this is the generated weight minus W_+.  A replica averages
    over 16 points: mu moved to 8 equidistant quantiles, the rest of x held, and x mirrored.
    """
    t = math.log(N) / 2 + tau
    if not t > 0:
        raise ParameterError(f"weight_bias_of_horizon: tau = {tau:g} is outside tau > {-math.log(N) / 2:g} (t > 0)")
    x = torch.randn(replicas, N, dtype=torch.float64, generator=generator, device=generator.device)
    along = x.sum(1, keepdim=True) / math.sqrt(N)
    parts = torch.arange(_PARTS, dtype=torch.float64, device=x.device) / _PARTS
    quantiles = torch.special.ndtri((torch.special.ndtr(along) + parts).remainder(1).clamp(1e-16, 1 - 1e-16))
    prior = h * spontaneous_magnetisation(beta)
    total = torch.zeros(replicas, dtype=torch.float64, device=x.device)
    for moved in (quantiles - along).unbind(1):
        point = (x + moved.unsqueeze(1) / math.sqrt(N)) * math.sqrt(T)
        for mirrored in (point, -point):
            total += torch.tanh(prior + _evidence(mirrored, t=t, beta=beta, T=T)) - math.tanh(prior)
    return total * (math.exp(2 * tau) / (4 * _PARTS))


def _evidence(x: Float64[Tensor, "replicas N"], *, t: float, beta: float, T: float) -> Float64[Tensor, " replicas"]:
    """Half the log of what x multiplies the odds of the states by."""
    odds = math.exp(2 * beta * spontaneous_magnetisation(beta))  # of an up spin in the state +
    observed = torch.exp(x * (2 * math.exp(-t) / variance(t, T=T)))
    return torch.log((observed * odds + 1) / (observed + odds)).sum(-1) / 2


@simulator(size="tau", route="backward", bias={"dt": 2}, footprint=lambda **_: 128)
def weight_bias_by_watershed(
    *, tau: float, beta: float, h: float, T: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """The same for the process (24) of mu, from the watersheds of its noise paths.

    Solutions of (24) on one noise path never cross: those that start above some mu end in the plus state.  This
    watershed is traced from the end, where both states are equally near, up to the start: it obeys (24) with the drift
    reversed.  What the law of mu and N(0, T) put above it differs by a known amount.  In half the log odds of the
    states, v = m (h + exp(-tau) mu/T), and the clock s = m^2 exp(-2 tau)/T, the watershed obeys dv = -tanh(v) ds + dB:
    it is the same for either sign and forgets its end.  A replica averages over 64 times of one watershed and both
    signs.  `dt` is the step of s, in Heun's method.
    """
    m = spontaneous_magnetisation(beta)
    weight, signal = weight_of_plus(m, h), m * math.exp(-tau) / math.sqrt(T)

    def above(v: Tensor) -> Tensor:
        start = math.sqrt(T) * math.exp(tau) * (v / m - h)  # mu/sqrt(T)
        true = weight * torch.special.ndtr(start - signal) + (1 - weight) * torch.special.ndtr(start + signal)
        return true - torch.special.ndtr(start)

    pairs = math.ceil(_BETWEEN / (2 * dt))
    step = _BETWEEN / (2 * pairs)
    paths = torch.zeros(2, replicas, dtype=torch.float64, device=generator.device)
    total = torch.zeros_like(paths)
    for stretch in range(_FORGOTTEN + _RECORDED):
        for _ in range(pairs):
            paths = _fine_and_coarse(paths, step, generator)
        if stretch >= _FORGOTTEN:
            total += above(paths) + above(-paths)
    return total.T * (math.exp(2 * tau) / (2 * _RECORDED))


def _fine_and_coarse(paths: Tensor, step: float, generator: torch.Generator) -> Float64[Tensor, "2 replicas"]:
    """Two steps of the first path, one of double length of the second, on the same noise."""
    fine, coarse = paths
    kicks = torch.randn(paths.shape, dtype=paths.dtype, generator=generator, device=paths.device) * math.sqrt(step)
    for kick in kicks:
        fine = _heun(fine, kick, step)
    return torch.stack((fine, _heun(coarse, kicks.sum(0), 2 * step)))


def _heun(v: Tensor, kick: Tensor, step: float) -> Tensor:
    slope = torch.tanh(v)
    return v + kick - (slope + torch.tanh(v + kick - slope * step)) * (step / 2)
