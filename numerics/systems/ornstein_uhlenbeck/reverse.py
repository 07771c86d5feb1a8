"""The reverse process -dy = [y + 2T score] dt + sqrt(2T) dW: its generator, and what it makes of N(0, T).

Gaussian data have a covariance that is not diagonal: half of its eigenvalues are c, the others c/2 and 2c in turn.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from torch import Tensor

from numerics.diffusion import pure_noise
from numerics.diffusion import variance as noise_variance
from numerics.simulator import simulator
from numerics.systems.ornstein_uhlenbeck.forward import integrated_pair, require_positive

Growth = Callable[[float, NDArray[np.float64]], NDArray[np.float64]]
_ATOMS, _WEIGHTS = (-0.9, 0.2, 1.4), (0.3, 0.5, 0.2)


@simulator(route="reduced", values="exact")
def reverse_generator(*, t: float, T: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Coefficient of the score that makes the squared Fokker-Planck residual smallest, for data of three atoms."""
    rest, pushed = _residual(t, T, generator.device)
    return ((rest * pushed).sum() / pushed.square().sum()).unsqueeze(0)


@simulator(route="reduced", values="exact")
def reverse_generator_pointwise(
    *, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Of the coefficients at which the residual vanishes at single points, the one farthest from their median."""
    rest, pushed = _residual(t, T, generator.device)
    clear = pushed.abs() > pushed.abs().max() / 100
    found = rest[clear] / pushed[clear]
    return found[(found - found.median()).abs().argmax()].unsqueeze(0)


@simulator(size="d", route="reduced", values="exact")
def reverse_variance_of_moments(
    *, d: int, c: float, T: float, horizon: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Generated variance along an eigenvector of eigenvalue c, from the equation for the d x d covariance."""
    require_positive("reverse_variance", c=c, T=T, horizon=horizon)
    data = _data(d, c)

    def growth(elapsed: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        covariance, drift = state.reshape(d, d), np.eye(d) - 2 * T * data.precision(horizon - elapsed, T)
        return (drift @ covariance + covariance @ drift.T + 2 * T * np.eye(d)).ravel()

    final = _followed(growth, T * np.eye(d).ravel(), horizon).reshape(d, d)
    along = data.directions[:, 0]
    return torch.tensor([along @ final @ along], dtype=torch.float64, device=generator.device)


@simulator(size="d", route="reduced", values="exact")
def reverse_mean_of_moments(
    *, d: int, c: float, T: float, horizon: float, m: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Generated mean along an eigenvector of eigenvalue c, from the equation for the mean of all d components."""
    require_positive("reverse_mean", c=c, T=T, horizon=horizon)
    data = _data(d, c)
    centre = m * data.directions.sum(1)

    def growth(elapsed: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        t = horizon - elapsed
        return state - 2 * T * data.precision(t, T) @ (state - math.exp(-t) * centre)

    final = _followed(growth, np.zeros(d), horizon)
    return torch.tensor([data.directions[:, 0] @ final], dtype=torch.float64, device=generator.device)


@simulator(size="d", route="backward", bias={"dt": 2}, footprint=lambda d, **_: 12 * d)
def reverse_variance(
    *, d: int, c: float, T: float, horizon: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Mean square, along the eigenvectors of eigenvalue c, of a generated point; data of mean 0."""
    pair = _generated(d, c, T, horizon, 0.0, dt, replicas, generator)
    return torch.stack([along.square().mean(1) for along in pair], dim=1)


@simulator(size="d", route="backward", bias={"dt": 2}, footprint=lambda d, **_: 12 * d)
def reverse_mean(
    *, d: int, c: float, T: float, horizon: float, m: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Mean, along the eigenvectors of eigenvalue c, of a generated point; data of mean m along each."""
    pair = _generated(d, c, T, horizon, m, dt, replicas, generator)
    return torch.stack([along.mean(1) for along in pair], dim=1)


@dataclass(frozen=True, eq=False)
class _Data:
    """Covariance of the data by its eigenvalues and eigenvectors (columns), of which the first `ours` belong to c."""

    eigenvalues: NDArray[np.float64]
    directions: NDArray[np.float64]
    ours: int

    def precision(self, t: float, T: float) -> NDArray[np.float64]:
        """Inverse of the covariance at time t."""
        dimension = len(self.eigenvalues)
        covariance = (self.directions * self.eigenvalues) @ self.directions.T
        noised = math.exp(-2 * t) * covariance + noise_variance(t, T=T) * np.eye(dimension)
        return np.linalg.inv(noised).astype(np.float64)


def _data(d: int, c: float) -> _Data:
    ours = (d + 1) // 2
    normal = np.cos(np.arange(1.0, d + 1))
    reflection = np.eye(d) - 2 * np.outer(normal, normal) / (normal @ normal)
    others = [c / 2 if k % 2 else 2 * c for k in range(d - ours)]
    return _Data(np.array([c] * ours + others), reflection, ours)


def _generated(
    d: int, c: float, T: float, horizon: float, m: float, dt: float, replicas: int, generator: torch.Generator
) -> list[Tensor]:
    """Generated points along the eigenvectors of c, with steps of at most dt and of twice that, by Heun's method."""
    require_positive("reverse", c=c, T=T, horizon=horizon, dt=dt)
    data, device = _data(d, c), generator.device
    centre = torch.from_numpy(m * data.directions.sum(1)).to(device)

    def drift(y: Tensor, t: float) -> Tensor:
        precision = torch.from_numpy(2 * T * data.precision(t, T)).to(device)
        return torch.addmm(y, math.exp(-t) * centre - y, precision)

    start = pure_noise(replicas, d, T=T, generator=generator)
    pair = integrated_pair(start, drift=drift, T=T, start=horizon, stop=0.0, dt=dt, generator=generator)
    along = torch.from_numpy(data.directions[:, : data.ours]).to(device)
    return [y @ along for y in pair]


def _followed(growth: Growth, start: NDArray[np.float64], stop: float) -> NDArray[np.float64]:
    return solve_ivp(growth, (0.0, stop), start, method="DOP853", rtol=3e-14, atol=1e-15).y[:, -1]


def _residual(t: float, T: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """Residual of the reverse Fokker-Planck equation at points x, as rest - coefficient * pushed, by autograd."""
    require_positive("reverse_generator", t=t, T=T)
    edge = 2 + 4 * math.sqrt(T)
    x = torch.linspace(-edge, edge, 401, dtype=torch.float64, device=device).requires_grad_()
    time = torch.full_like(x, t).requires_grad_()
    with torch.enable_grad():
        noise = -T * torch.expm1(-2 * time)
        density = torch.zeros_like(x)
        for atom, weight in zip(_ATOMS, _WEIGHTS, strict=True):
            distance = x - atom * torch.exp(-time)
            density = density + weight * torch.exp(-(distance**2) / (2 * noise)) / torch.sqrt(2 * math.pi * noise)

        def slope(function: Tensor, variable: Tensor) -> Tensor:
            return torch.autograd.grad(function.sum(), variable, create_graph=True)[0]

        score = slope(torch.log(density), x)
        rest = slope(density, time) - slope(x * density, x) + T * slope(slope(density, x), x)
        pushed = slope(score * density, x)
    return rest.detach(), pushed.detach()
