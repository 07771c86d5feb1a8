"""Spins with several pure states at finite N: the score of random couplings, and the state behind a noised point."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import linear_exact, noised, variance
from numerics.predictor_corrector import corrected_pair, even_signal_grid
from numerics.simulator import ParameterError, simulator

_ENUMERATED = 16
_TIME, _NOISE_TEMPERATURE = 0.4, 0.83
_PARTS = 8
_CHOSEN = 25.0  # (m1 - m2)^2 N exp(-2t)/Delta at which the way back has chosen its state
_WAVE_NUMBERS = torch.arange(0, 12.0, 1 / 16, dtype=torch.float64)  # sech(12 pi) = 9e-17


@simulator(size="N", route="posterior", values="exact")
def free_energy_score(*, N: int, beta: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """sum_j x_j S_j/N, S the gradient of the log density of the noised point, by automatic differentiation; N <= 16.

    The density is the sum of 2^N Gaussians around exp(-t) a, with weights exp(beta sum_{i<j} J_ij a_i a_j),
    J_ij = sqrt(2/N) cos(i j (i + j)), at x_j = cos(j), t = 0.4, T = 0.83.
    """
    if N > _ENUMERATED:
        raise ParameterError(f"free_energy_score: N = {N} is outside 1 <= N <= {_ENUMERATED} (2^N configurations)")
    index = torch.arange(1, N + 1, dtype=torch.float64, device=generator.device)
    couplings = math.sqrt(2 / N) * torch.cos(torch.outer(index, index) * (index[:, None] + index)).triu(1)
    number = torch.arange(2**N, device=generator.device)
    spins = (1 - 2 * (number[:, None] >> torch.arange(N, device=generator.device) & 1)).double()
    log_weight = beta * torch.einsum("ci,ij,cj->c", spins, couplings, spins)
    x = torch.cos(index).requires_grad_()
    distance = (x - math.exp(-_TIME) * spins).square().sum(dim=1)
    log_density = torch.logsumexp(log_weight - distance / (2 * variance(_TIME, T=_NOISE_TEMPERATURE)), 0)
    (score,) = torch.autograd.grad(log_density, x)
    return (score @ x.detach() / N).unsqueeze(0)


@simulator(size="N", route="posterior", footprint=lambda N, **_: 16 * N)
def posterior_weight(
    *, N: int, m1: float, m2: float, w: float, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Posterior weight of product state 1 at N spins of state 1 noised for a time t.

    A replica averages over 8 points: the noise along (1, ..., 1) moved to 8 equidistant quantiles, the rest held.
    """
    spins = _spins(m1, replicas, N, generator)
    noise = torch.randn(replicas, N, dtype=torch.float64, generator=generator, device=generator.device)
    along = noise.sum(dim=1, keepdim=True) / math.sqrt(N)
    parts = torch.arange(_PARTS, dtype=torch.float64, device=noise.device) / _PARTS
    quantiles = torch.special.ndtri((torch.special.ndtr(along) + parts).remainder(1).clamp(1e-16, 1 - 1e-16))
    total = torch.zeros(replicas, dtype=torch.float64, device=noise.device)
    for moved in (quantiles - along).unbind(1):
        turned = noise + moved.unsqueeze(1) / math.sqrt(N)
        x = turned.mul_(math.sqrt(variance(t, T=T))).add_(spins, alpha=math.exp(-t))
        total += torch.sigmoid(_log_odds(x, m1=m1, m2=m2, w=w, t=t, T=T))
    return total / _PARTS


@simulator(size="N", route="backward", bias={"dt": 2}, footprint=lambda N, **_: 12 * N)
def posterior_weight_backward(
    *, N: int, m1: float, m2: float, w: float, t: float, T: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Weight of state 1 at the end of the backward process with the exact score, started from noised spins of state 1.

    At the end it is 0 or 1 but for rare points.  `dt` is the step of exp(-t)/sqrt(Delta), as a part of its range.
    """
    start = noised(_spins(m1, replicas, N, generator), t=t, T=T, generator=generator)

    def posterior_mean(y: Tensor, at: float) -> Tensor:
        field = torch.tanh(y * (math.exp(-at) / variance(at, T=T)))
        plus, minus = torch.mul(field, m1).add_(1), torch.mul(field, m2).add_(1)
        ratio = torch.log(plus / minus).sum(dim=1, keepdim=True).add_(math.log(w / (1 - w)))
        first, second = (field + m1).div_(plus), (field + m2).div_(minus)
        return second.lerp_(first, torch.sigmoid(ratio))

    end = min(t / 2, math.log1p((m1 - m2) ** 2 * N / (T * _CHOSEN)) / 2)
    times = even_signal_grid(t, end, 2 * math.ceil(1 / (2 * dt)))
    ends = corrected_pair(start, scheme=linear_exact(posterior_mean, T=T), times=times, generator=generator)
    return torch.stack([torch.sigmoid(_log_odds(y, m1=m1, m2=m2, w=w, t=end, T=T)) for y in ends], dim=1)


@simulator(size="N", route="reduced", values="exact")
def posterior_weight_exact(
    *, N: int, m1: float, m2: float, w: float, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The mean of `posterior_weight` without noise, from integrals over one component.

    The log odds L is a sum over components, and 1/(2 cosh(L/2)) the integral of exp(ikL)/(2 cosh(pi k)), so that
    1 - mean = int dk sech(pi k)/2 exp((ik - 1/2) log(w/(1-w))) c(k)^N,  c(k) = int dx p1^(1/2+ik) p2^(1/2-ik),
    with p the density of one component in each state.  Relative error below 1e-14 N.
    """
    spread, shrink = variance(t, T=T), math.exp(-t)
    edge = shrink + 9.5 * math.sqrt(spread)
    x = torch.linspace(-edge, edge, 1025, dtype=torch.float64, device=generator.device)
    field = x * (shrink / spread)
    first, second = (torch.log(1 + m * torch.tanh(field)) for m in (m1, m2))
    log_cosh = field.abs() + torch.log1p(torch.exp(-2 * field.abs())) - math.log(2)
    log_mean = -(x.square() + shrink**2) / (2 * spread) + log_cosh + (first + second) / 2
    step = 2 * edge / 1024
    mass = torch.exp(log_mean) * (step / math.sqrt(2 * math.pi * spread))
    k = _WAVE_NUMBERS.to(x.device)
    characteristic = torch.exp(1j * k[:, None] * (first - second)) @ mass.to(torch.complex128)
    prior = math.log(w / (1 - w))
    terms = (torch.exp(1j * k * prior) * characteristic**N).real / torch.cosh(math.pi * k)
    lost = math.exp(-prior / 2) * (terms.sum() - terms[0] / 2) / 16
    return (1 - lost).unsqueeze(0)


def _spins(m: float, replicas: int, N: int, generator: torch.Generator) -> Float64[Tensor, "replicas N"]:
    """Independent spins of mean m."""
    uniforms = torch.rand(replicas, N, dtype=torch.float64, generator=generator, device=generator.device)
    return (uniforms < (1 + m) / 2).double().mul_(2).sub_(1)


def _log_odds(
    x: Float64[Tensor, "replicas N"], *, m1: float, m2: float, w: float, t: float, T: float
) -> Float64[Tensor, " replicas"]:
    """log of the posterior odds of state 1 to state 2."""
    field = torch.tanh(x * (math.exp(-t) / variance(t, T=T)))
    return math.log(w / (1 - w)) + torch.log((1 + m1 * field) / (1 + m2 * field)).sum(dim=1)
