"""The exact score of the two-state model (16) of BM23 in N dimensions, and what it does to mu = sum(x)/sqrt(N).

One component x_i multiplies the odds of its spin by exp(2 x_i exp(-t)/Delta), the state s by exp(2 s beta m).
Posterior odds of spins and states are products of these; Tweedie's formula (3) turns them into the score.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64
from scipy.integrate import quad
from scipy.optimize import brentq
from torch import Tensor

from numerics.diffusion import noised, variance
from numerics.ensembles import product_law, spontaneous_magnetisation, two_state_spins
from numerics.simulator import ParameterError, simulator

_ENUMERATED = 20
_NODES = 12  # Gauss-Legendre nodes on a path along which the states change places smoothly
_WELL_NODES = 20
_SECANTS = 4  # to the bottom of a well in which the posterior hardly moves
_DRAWS = 512
_RELAXED, _KEPT, _STEP = 24, 8, 0.5  # steps of the frozen process and their length; its relaxation time is 1


@dataclass(frozen=True)
class Posterior:
    """What x says: the mean sign of the state (replicas,), and the mean of each spin (replicas, N)."""

    state: Float64[Tensor, " replicas"]
    spins: Float64[Tensor, "replicas N"]


def posterior(x: Float64[Tensor, "replicas N"], *, t: float, beta: float, h: float, T: float) -> Posterior:
    """Bayes for two states of N independent spins each, observed through x; h is the field on the states."""
    m = spontaneous_magnetisation(beta)
    prior = math.exp(2 * beta * m)  # odds of an up spin in the state +, and of a down spin in the state -
    observed = torch.exp(x * (2 * math.exp(-t) / variance(t, T=T)))
    in_plus, in_minus = observed * prior + 1, observed + prior
    log_odds = 2 * h * m + torch.log(in_plus / in_minus).sum(-1)
    share = torch.sigmoid(log_odds).unsqueeze(-1)
    down = share / in_plus + (1 - share) * prior / in_minus
    return Posterior(torch.tanh(log_odds / 2), 1 - 2 * down)


@simulator(size="N", route="posterior", values="exact")
def posterior_mean(
    *, N: int, beta: float, h: float, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Mean of the first spin given x_j = cos(j), by the sum over two states and 2^N configurations; N <= 20."""
    if N > _ENUMERATED:
        raise ParameterError(f"posterior_mean: N = {N} is outside 1 <= N <= {_ENUMERATED} (2^N configurations)")
    m = spontaneous_magnetisation(beta)
    numbers = torch.arange(2**N, device=generator.device).unsqueeze(1)
    spins = (2 * ((numbers >> torch.arange(N, device=generator.device)) & 1) - 1).double()
    x = torch.cos(torch.arange(1, N + 1, dtype=torch.float64, device=generator.device))
    log_likelihood = -((x - spins * math.exp(-t)) ** 2).sum(1) / (2 * variance(t, T=T))
    signs = torch.tensor([1.0, -1.0], dtype=torch.float64, device=generator.device)
    log_prior = signs * (h * m + beta * m * spins.sum(1, keepdim=True))  # both states have the same norm
    weight = torch.softmax((log_prior + log_likelihood.unsqueeze(1)).flatten(), 0).view(-1, 2).sum(1)
    return (weight * spins[:, 0]).sum(0, keepdim=True)


@simulator(size="N", route="forward", moment=2, footprint=lambda N, **_: 10 * N)
def large_time_score(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """N^2 times the mean square, over components, of the exact score minus the form (23), at a noised configuration."""
    a = two_state_spins(replicas, N=N, beta=beta, h=h, generator=generator)
    x = noised(a, t=t, T=T, generator=generator)
    m, field = spontaneous_magnetisation(beta), math.exp(-t) / variance(t, T=T)
    printed = m * torch.tanh(m * (h + field * x.sum(1, keepdim=True)))
    missed = posterior(x, t=t, beta=beta, h=h, T=T).spins - printed
    return (N * field * missed).square().mean(1)


@simulator(size="N", route="posterior", footprint=lambda N, **_: 12 * N)
def potential(
    *, N: int, t: float, mu: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Work done on one configuration that is carried from mu = 0 without field to mu in the field h.

    Along mu it is done against the projected score of the N components, along h against the magnetisation of the state
    (a field lowers -2T log of the posterior's norm by 2T times the mean it couples to).
    """
    m = spontaneous_magnetisation(beta)
    across = _across(replicas, N=N, t=t, beta=beta, h=h, T=T, generator=generator)
    work = torch.zeros(replicas, dtype=torch.float64, device=generator.device)
    for share, weight in zip(*_gauss_legendre(_NODES), strict=True):
        at = torch.full_like(work, share * mu)
        found = posterior(across + at.unsqueeze(1) / math.sqrt(N), t=t, beta=beta, h=share * h, T=T)
        work -= weight * (mu * _drift(at, found.spins, t=t, T=T) + h * 2 * T * m * found.state)
    return work


@simulator(size="N", route="forward", footprint=lambda **_: 8 * _DRAWS)
def potential_density(
    *, N: int, t: float, mu: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """-mu^2/2 - 2T log of the density of mu, from 512 forward paths per replica and no score.

    The paths start in the state + and, mirrored, in the state -; their noise is integrated out.  They also give the
    density at mu = 0 without field, where V vanishes.
    """
    m, noise = spontaneous_magnetisation(beta), variance(t, T=T)
    sums = product_law(N, beta * m).draw(replicas, _DRAWS, generator=generator)
    centre = sums * (math.exp(-t) / math.sqrt(N))
    states = [s * h * m - (mu - s * centre) ** 2 / (2 * noise) for s in (1, -1)]
    log_density = torch.logsumexp(torch.cat(states, 1), 1) - math.log(2)
    return -(mu**2) / 2 - 2 * T * (log_density - torch.logsumexp(-(centre**2) / (2 * noise), 1))


@simulator(size="amplitude", route="reduced", values="exact")
def barrier(
    *, amplitude: float, N: int, beta: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Work against the projected score from the bottom of a well to the top between them, over amplitude^2; h = 0.

    The score of mu alone, exact for N spins: mu is amplitude S/N plus noise.  Raises ParameterError without two wells.
    """
    m, noise = spontaneous_magnetisation(beta), T * (1 - amplitude**2 / N)
    law = product_law(N, beta * m)
    centre = np.concatenate((law.sums, -law.sums)) * (amplitude / N)
    with np.errstate(divide="ignore"):
        log_weight = np.log(np.concatenate((law.probability, law.probability)))

    def drift(mu: float) -> float:
        log_joint = log_weight - (mu - centre) ** 2 / (2 * noise)
        joint = np.exp(log_joint - log_joint.max())
        return mu - 2 * T / noise * (mu - float(joint @ centre / joint.sum()))

    start = amplitude * m / 2
    if drift(start) <= 0:
        raise ParameterError(f"barrier: no two wells at amplitude = {amplitude:g}; it must be larger")
    bottom = brentq(drift, start, 4 * amplitude, xtol=1e-12)
    top = brentq(drift, -start, start, xtol=1e-12)
    # The states change places near the top within a width that falls like 1/amplitude, which quad would overlook.
    width = noise / (amplitude * m)
    points = [top + width * 4**k for k in range(12) if width * 4**k < start] + [start]
    work, _ = quad(drift, top, bottom, points=points, epsabs=1e-11, epsrel=1e-11, limit=400)
    return torch.tensor([work / amplitude**2], dtype=torch.float64, device=generator.device)


@simulator(size="amplitude", route="posterior", footprint=lambda N, **_: 12 * N)
def barrier_carried(
    *, amplitude: float, N: int, beta: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same work on N noised components that are carried along mu from the top, mu = 0, to the bottom of a well."""
    t = math.log(math.sqrt(N) / amplitude)
    across = _across(replicas, N=N, t=t, beta=beta, h=0.0, T=T, generator=generator)
    drift = _projected(across, t=t, beta=beta, h=0.0, T=T)
    bottom = _bottom(drift, torch.full_like(across[:, 0], 2 * amplitude), t=t, T=T)
    work = torch.zeros_like(bottom)
    for share, weight in zip(*_gauss_legendre(_WELL_NODES), strict=True):
        # The states change places near the top: nodes at the squares of shares are dense there.
        work += 2 * share * weight * bottom * drift(share**2 * bottom)
    return work / amplitude**2


@simulator(size="amplitude", route="posterior", footprint=lambda N, **_: 12 * N)
def late_minimum(
    *, amplitude: float, N: int, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The mu, over the amplitude, to which the projected score holds N noised components carried along mu."""
    t = math.log(math.sqrt(N) / amplitude)
    across = _across(replicas, N=N, t=t, beta=beta, h=h, T=T, generator=generator)
    drift = _projected(across, t=t, beta=beta, h=h, T=T)
    return _bottom(drift, torch.zeros_like(across[:, 0]), t=t, T=T) / amplitude


@simulator(size="amplitude", route="backward", footprint=lambda N, **_: 12 * N)
def late_minimum_frozen(
    *, amplitude: float, N: int, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Mean of mu, over the amplitude, of the backward process (6) in N dimensions at a frozen time.

    Its stationary law is exp(-V/T).  The path without posterior mean, on the same noise, has mean 0 and is subtracted.
    """
    t = math.log(math.sqrt(N) / amplitude)
    noise, shrink = variance(t, T=T), math.exp(-t)
    stiffness = 2 * T / noise - 1
    decay = math.exp(-stiffness * _STEP)
    kick = math.sqrt(-T / stiffness * math.expm1(-2 * stiffness * _STEP))
    free = torch.randn(replicas, N, dtype=torch.float64, generator=generator, device=generator.device)
    free.mul_(math.sqrt(T / stiffness))
    pulled, fresh, total = torch.zeros_like(free), torch.empty_like(free), torch.zeros_like(free[:, 0])
    for step in range(_RELAXED + _KEPT):
        spins = posterior(free + pulled, t=t, beta=beta, h=h, T=T).spins
        pulled.mul_(decay).add_(spins, alpha=(1 - decay) / stiffness * 2 * T * shrink / noise)
        fresh.normal_(generator=generator)
        free.mul_(decay).add_(fresh, alpha=kick)
        if step >= _RELAXED:
            total += pulled.sum(1)
    return total / (_KEPT * math.sqrt(N) * amplitude)


def _across(
    replicas: int, *, N: int, t: float, beta: float, h: float, T: float, generator: torch.Generator
) -> Float64[Tensor, "replicas N"]:
    """Noised configurations of the two-state model without their mean: what is left of x when mu is given."""
    x = noised(two_state_spins(replicas, N=N, beta=beta, h=h, generator=generator), t=t, T=T, generator=generator)
    return x.sub_(x.mean(1, keepdim=True))


def _drift(mu: Tensor, spins: Tensor, *, t: float, T: float) -> Float64[Tensor, " replicas"]:
    """mu + 2T (sum of the score)/sqrt(N): the backward drift (6) along mu."""
    pull = math.exp(-t) / math.sqrt(spins.shape[-1])
    return mu - 2 * T / variance(t, T=T) * (mu - pull * spins.sum(-1))


def _projected(across: Tensor, *, t: float, beta: float, h: float, T: float) -> Callable[[Tensor], Tensor]:
    """The backward drift along mu of configurations carried along mu."""

    def drift(mu: Tensor) -> Tensor:
        x = across + mu.unsqueeze(1) / math.sqrt(across.shape[1])
        return _drift(mu, posterior(x, t=t, beta=beta, h=h, T=T).spins, t=t, T=T)

    return drift


def _bottom(drift: Callable[[Tensor], Tensor], start: Tensor, *, t: float, T: float) -> Tensor:
    """The zero of the drift: one step with the slope that it has while the posterior does not move, then secants."""
    before, force = start, drift(start)
    at = before + force / (2 * T / variance(t, T=T) - 1)
    for _ in range(_SECANTS):
        force_before, force = force, drift(at)
        change = force - force_before
        step = torch.where(change == 0, 0.0, -force * (at - before) / torch.where(change == 0, 1.0, change))
        before, at = at, at + step
    return at


def _gauss_legendre(nodes: int) -> tuple[list[float], list[float]]:
    """Nodes and weights on (0, 1)."""
    at, weight = np.polynomial.legendre.leggauss(nodes)
    return ((at + 1) / 2).tolist(), (weight / 2).tolist()
