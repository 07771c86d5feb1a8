"""Processes that carry the density of N(0, c), noised at T = 1, and that density from paths which end elsewhere.

b is the mean velocity of a noised datum at x, s the score; forwards b + epsilon s with noise epsilon, backwards b -
epsilon s.
"""

import math
from collections.abc import Iterable

import numpy as np
import torch
from jaxtyping import Float64
from scipy.integrate import solve_ivp
from torch import Tensor

from numerics.diffusion import variance as noise_variance
from numerics.simulator import simulator
from numerics.systems.ornstein_uhlenbeck.forward import integrated, integrated_pair, require_positive

_BEYOND = 0.25  # from the time of the density to the end of the paths that run forwards


@simulator(route="forward", values="exact")
def fokker_planck(*, t: float, c: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Variance that the process b + epsilon s, with noise epsilon(time), brings from t/2 to t."""
    require_positive("fokker_planck", t=t, c=c)
    return torch.tensor([_carried(t / 2, t, c=c, sign=1)], dtype=torch.float64, device=generator.device)


@simulator(route="backward", values="exact")
def fokker_planck_backwards(*, t: float, c: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Variance that the process b - epsilon s, with noise epsilon(time), brings from 2 t back to t."""
    require_positive("fokker_planck", t=t, c=c)
    return torch.tensor([_carried(2 * t, t, c=c, sign=-1)], dtype=torch.float64, device=generator.device)


@simulator(route="backward", bias={"dt": 2}, footprint=lambda **_: 12)
def feynman_kac(
    *, t: float, x: float, c: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Density of the data where a path Y^B from x at time t ends, that carries the forward drift -y back to time 0."""
    require_positive("feynman_kac", t=t, c=c, dt=dt)
    start = torch.full((replicas,), x, dtype=torch.float64, device=generator.device)
    pair = integrated_pair(start, drift=lambda y, _: y, T=1.0, start=t, stop=0.0, dt=dt, generator=generator)
    divergences = integrated(lambda _: -1.0, start=t, stop=0.0, dt=dt)
    weights = [math.exp(-divergence) / math.sqrt(2 * math.pi * c) for divergence in divergences]
    return _stacked(weight * torch.exp(-y.square() / (2 * c)) for y, weight in zip(pair, weights, strict=True))


@simulator(route="forward", bias={"dt": 2}, footprint=lambda **_: 12)
def feynman_kac_forwards(
    *, t: float, x: float, c: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """The same from a path Y^F that carries the backward drift -y - 2 s on to t + 1/4.

    The density there is that of one noised datum, drawn for each path.
    """
    require_positive("feynman_kac", t=t, c=c, dt=dt)
    stop = t + _BEYOND

    def pull(time: float) -> float:
        """-s/y, BM23 (8)."""
        return 1 / (math.exp(-2 * time) * c + noise_variance(time, T=1.0))

    start = torch.full((replicas,), x, dtype=torch.float64, device=generator.device)
    pair = integrated_pair(
        start, drift=lambda y, time: (2 * pull(time) - 1) * y, T=1.0, start=t, stop=stop, dt=dt, generator=generator
    )
    divergences = integrated(lambda time: 2 * pull(time) - 1, start=t, stop=stop, dt=dt)
    centre = torch.randn(replicas, dtype=torch.float64, generator=generator, device=start.device)
    centre.mul_(math.sqrt(c) * math.exp(-stop))
    noise = noise_variance(stop, T=1.0)
    weights = [math.exp(divergence) / math.sqrt(2 * math.pi * noise) for divergence in divergences]
    ends = zip(pair, weights, strict=True)
    return _stacked(weight * torch.exp(-(y - centre).square() / (2 * noise)) for y, weight in ends)


def _carried(start: float, stop: float, *, c: float, sign: int) -> float:
    """The variance at `stop`, from that at `start`; sign = 1 forwards, -1 backwards."""

    def growth(time: float, width: np.ndarray) -> np.ndarray:
        velocity, score = _slopes(time, c)
        epsilon = 0.7 + 0.3 * math.sin(5 * time)
        return 2 * (velocity + sign * epsilon * score) * width + sign * 2 * epsilon

    z, weight = _noise_nodes()
    data = math.sqrt(c) * z.reshape(-1, 1)
    noised = math.exp(-start) * data + math.sqrt(noise_variance(start, T=1.0)) * z
    initial = float(weight @ noised**2 @ weight)
    solution = solve_ivp(growth, (start, stop), [initial], method="DOP853", rtol=3e-14, atol=1e-15)
    return float(solution.y[0, -1])


def _slopes(time: float, c: float) -> tuple[float, float]:
    """b/x and s/x at x = 1: means, given x, of the velocity of a path and of minus its noise, H24 (A.4), (A.6)."""
    z, weight = _noise_nodes()
    size = math.sqrt(noise_variance(time, T=1.0))
    data = (1 - size * z) * math.exp(time)
    given = weight * np.exp(-(data**2) / (2 * c))
    given /= given.sum()
    velocity = -math.exp(-time) * data + math.exp(-2 * time) / size * z
    return float(given @ velocity), float(given @ -z) / size


def _noise_nodes() -> tuple[np.ndarray, np.ndarray]:
    """Standard normal noise on a grid of step 1/40, with its probabilities."""
    z = np.linspace(-10, 10, 801)
    weight = np.exp(-(z**2) / 2)
    return z, weight / weight.sum()


def _stacked(columns: Iterable[Tensor]) -> Float64[Tensor, "replicas 2"]:
    return torch.stack(list(columns), dim=1)
