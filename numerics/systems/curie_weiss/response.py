"""How the generated weight of the Curie-Weiss states answers an error of the score that is the same in every component.

Model (16) of BM23.  All values are the derivative of the weight of + by the error, over sqrt(N).
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import variance
from numerics.ensembles import spontaneous_magnetisation, two_state_spins
from numerics.simulator import simulator
from numerics.systems.curie_weiss.score import Posterior, posterior

_NODES = 96  # Gauss-Legendre nodes for sqrt(N) exp(-t)
_CERTAIN = 9.0  # signal over noise of the states at which exp(-signal^2/2) is below rounding
_STRATA = 8
_WAVE_NUMBERS = torch.arange(0, 24.0, 1 / 16, dtype=torch.float64)  # sech(12 pi) = 9e-17
_DECIDED = 4.5  # signal over noise of the states at the end of a path: exp(-10) are undecided


@simulator(size="N", route="posterior", values="exact")
def weight_response(
    *, N: int, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The mean of `weight_response_sampled` without noise, from integrals over one component.

    Half the log odds are h m + sum_i atanh(m tanh(u_i)), u = x exp(-t)/Delta, and 1/cosh of them is the integral of
    cos(kv) sech(pi k/2)/2.  In the overlap sqrt(p_+ p_-) of the states the components are independent, so that only
    c(k) = int sqrt(p_+ p_-) cos(k v_1) dx and g(k) = int sqrt(p_+ p_-) (dv_1/du) cos(k v_1) dx are needed:
    dt 2 T sqrt(N) exp(-t)/Delta int dk sech(pi k/2) cos(k h m) g c^(N-1)/(4 cosh(h m)).
    """
    m = spontaneous_magnetisation(beta)
    k = _WAVE_NUMBERS.to(generator.device)
    weight = torch.cos(k * (h * m)) / torch.cosh(math.pi * k / 2) / 16
    weight[0] /= 2
    nodes, widths = np.polynomial.legendre.leggauss(_NODES)
    last = min(math.sqrt(N), _CERTAIN * math.sqrt(T) / m)
    total = torch.zeros((), dtype=torch.float64, device=k.device)
    for amplitude, width in zip((nodes + 1) * last / 2, widths * last / 2, strict=True):
        shrink = amplitude / math.sqrt(N)
        spread = T * (1 - shrink**2)
        edge = shrink + 9.5 * math.sqrt(spread)
        x = torch.linspace(0, edge, 513, dtype=torch.float64, device=k.device)
        u = x * (shrink / spread)
        field = torch.tanh(u)
        mass = torch.exp(u - (x.square() + shrink**2) / (2 * spread)) * (1 + torch.exp(-2 * u)) / 2
        mass *= torch.sqrt(1 - (m * field).square()) * (2 * edge / 512 / math.sqrt(2 * math.pi * spread))
        mass[0] /= 2
        waves = torch.cos(torch.outer(k, torch.atanh(m * field)))
        pushed = waves @ (mass * m * (1 - field.square()) / (1 - (m * field).square()))
        total += width * T / spread * (weight * pushed * (waves @ mass) ** (N - 1)).sum()
    return (total / math.cosh(h * m)).unsqueeze(0)


@simulator(size="N", route="posterior", footprint=lambda N, **_: 16 * N)
def weight_response_sampled(
    *, N: int, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """What the error adds to the posterior of + at noised spins, 2 T sum_i d(posterior)/dx_i, integrated over time.

    One draw in each of 8 equal parts of the range of sqrt(N) exp(-t).
    """
    m = spontaneous_magnetisation(beta)
    last = min(math.sqrt(N), _CERTAIN * math.sqrt(T) / m)
    total = torch.zeros(replicas, dtype=torch.float64, device=generator.device)
    for part in range(_STRATA):
        uniforms = torch.rand(replicas, 1, dtype=torch.float64, generator=generator, device=generator.device)
        amplitude = (uniforms + part) * (last / _STRATA)
        shrink = amplitude / math.sqrt(N)
        spread = T * (1 - shrink.square())
        x = shrink * two_state_spins(replicas, N=N, beta=beta, h=h, generator=generator)
        x += spread.sqrt() * torch.randn(x.shape, dtype=x.dtype, generator=generator, device=x.device)
        field = torch.tanh(x * (shrink / spread))
        below = 1 - (m * field).square()
        half_log_odds = h * m + torch.atanh(m * field).sum(dim=1)
        pushed = ((1 - field.square()) / below).sum(dim=1) * (m * shrink / spread).squeeze(1)
        total += pushed / (2 * amplitude.squeeze(1) * torch.cosh(half_log_odds).square())
    return total * (2 * T * last / (_STRATA * math.sqrt(N)))


@simulator(size="N", route="reduced", bias={"dt": 2}, footprint=lambda **_: 64, block=2**15)
def weight_response_two_point(
    *, N: int, beta: float, h: float, T: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """The response of one variable mu that is +-sqrt(N) m at time 0, the process (24) with Delta at finite N.

    In v = m (h + sqrt(N) exp(-t) mu/Delta) and s = m^2 N exp(-2t)/Delta the way back is dv = tanh(v) ds + dB from
    v = h m, and the error pushes v by sqrt(Delta/s) ds Delta = T/(1 + T s/(m^2 N)).  A push is a shift of the noise,
    so that a replica is the score-function derivative of one path.  Heun's method; 1/dt steps.
    """
    m = spontaneous_magnetisation(beta)
    scale = math.sqrt(T / N) / m
    times = _signals(dt)
    fine, coarse = (_Path.at(h * m, replicas, generator.device) for _ in range(2))
    for pair in zip(times[:-2:2], times[1:-1:2], times[2::2], strict=True):
        gathered = torch.zeros_like(fine.value)
        for start, end in pairwise(pair):
            noise = torch.randn(replicas, dtype=torch.float64, generator=generator, device=generator.device)
            noise *= math.sqrt(end**2 - start**2)
            gathered += noise
            fine.step(start, end, noise, T=T, scale=scale)
        coarse.step(pair[0], pair[-1], gathered, T=T, scale=scale)
    return torch.stack([fine.response, coarse.response], dim=1)


def _signals(dt: float) -> np.ndarray:
    """Values of sqrt(s) from 0 on, in steps that grow e^1.5-fold: late steps only confirm what is decided."""
    return _DECIDED * np.expm1(1.5 * np.linspace(0, 1, 2 * math.ceil(1 / (2 * dt)) + 1)) / math.expm1(1.5)


@dataclass
class _Path:
    """Half the log odds along a path, the score of its noise under the error, and that score weighed by tanh(v)."""

    value: Tensor
    score: Tensor
    known: Tensor

    @staticmethod
    def at(value: float, replicas: int, device: torch.device) -> "_Path":
        zero = torch.zeros(replicas, dtype=torch.float64, device=device)
        return _Path(zero + value, zero.clone(), zero.clone())

    @property
    def response(self) -> Tensor:
        """Whether the state is +, minus what was known when a noise was drawn, times the score of that noise."""
        return (torch.sign(self.value) * self.score - self.known) / 2

    def step(self, start: float, end: float, noise: Tensor, *, T: float, scale: float) -> None:
        length = end**2 - start**2
        push = 2 * math.sqrt(T) * (math.asinh(scale * end) - math.asinh(scale * start)) / scale
        drift = torch.tanh(self.value)
        weighed = noise * (push / length)
        self.score += weighed
        self.known.addcmul_(drift, weighed)
        moved = self.value + noise
        drift += torch.tanh(torch.add(moved, drift, alpha=length))
        self.value = moved.add_(drift, alpha=length / 2)


@simulator(size="N", route="backward", bias={"dt": 2}, footprint=lambda N, **_: 32 * N)
def weight_response_backward(
    *, N: int, beta: float, h: float, T: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """The response of the way back of N components with their exact score, from pure noise; the grid of the two points.

    An error of 1/sqrt(N) per component shifts the noise of each, over a step that ends at t, by exp(t) Delta/sqrt(N)
    times the change of log tanh(t/2): the error is constant, the linear part of the score is exact.
    """
    m = spontaneous_magnetisation(beta)
    times = (math.inf, *(math.log1p(m**2 * N / (T * signal**2)) / 2 for signal in _signals(dt)[1:]))
    drive = partial(posterior, beta=beta, h=h, T=T)
    fine, coarse = (_Spins.unknown(replicas, N, m=m, state=math.tanh(h * m), device=generator.device) for _ in range(2))
    for pair in zip(times[:-2:2], times[1:-1:2], times[2::2], strict=True):
        gathered = torch.zeros_like(fine.point)
        for start, end in pairwise(pair):
            shrink, size = _linear(start, end, T=T)[::2]
            noise = torch.randn(replicas, N, dtype=torch.float64, generator=generator, device=generator.device)
            gathered.mul_(shrink).add_(noise, alpha=size)
            fine.step(start, end, noise.mul_(size), T=T, drive=drive)
        coarse.step(pair[0], pair[-1], gathered, T=T, drive=drive)
    return torch.stack([fine.response, coarse.response], dim=1)


@dataclass
class _Spins:
    """N components on the way back, what they say of spins and states, and the scores as in `_Path`."""

    point: Tensor
    said: Posterior
    score: Tensor
    known: Tensor

    @staticmethod
    def unknown(replicas: int, N: int, *, m: float, state: float, device: torch.device) -> "_Spins":
        zero = torch.zeros(replicas, dtype=torch.float64, device=device)
        nothing = zero.unsqueeze(1).expand(replicas, N)
        return _Spins(nothing, Posterior(zero + state, nothing + m * state), zero.clone(), zero.clone())

    @property
    def response(self) -> Tensor:
        return (torch.sign(self.said.state) * self.score - self.known) / 2

    def step(self, start: float, end: float, noise: Tensor, *, T: float, drive: Callable[..., Posterior]) -> None:
        shrink, force, size = _linear(start, end, T=T)
        push = math.exp(end) * variance(end, T=T) * (math.log(math.tanh(start / 2)) - math.log(math.tanh(end / 2)))
        weighed = noise.sum(1) * (push / (size**2 * math.sqrt(noise.shape[1])))
        self.score += weighed
        self.known.addcmul_(self.said.state, weighed)
        moved = torch.add(noise, self.point, alpha=shrink)
        predicted = drive(torch.add(moved, self.said.spins, alpha=force), t=end).spins
        self.point = moved.add_(self.said.spins + predicted, alpha=force / 2)
        self.said = drive(self.point, t=end)


def _linear(start: float, end: float, *, T: float) -> tuple[float, float, float]:
    """Factor, force and noise of a step with a constant posterior mean; at start = inf only the noise T is known."""
    if math.isinf(start):
        return 0.0, math.exp(-end), math.sqrt(variance(end, T=T))
    fresh = variance(start - end, T=T) / variance(start, T=T)
    shrink = math.exp(end - start) * variance(end, T=T) / variance(start, T=T)
    return shrink, math.exp(-end) * fresh, math.sqrt(variance(end, T=T) * fresh)
