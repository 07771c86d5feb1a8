"""The covariance of noised data of two Gaussian modes: from drawn data, and from the matrix by its eigenvalues."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq
from torch import Tensor

from numerics.clones import TwoModes, drawn, mode
from numerics.diffusion import noised, variance
from numerics.simulator import simulator

_POINTS = 64  # of one data set
_MANY = 4096  # of one from which a logarithm is taken: it is biased by one over them
_OTHERS = (0.6, 0.3)  # variances beside that of the direction that is looked at


@simulator(size="d", route="data", footprint=lambda d, **_: 4 * d)
def covariance_drawn(
    *, d: int, t: float, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Squared component along m of noised data in d dimensions; the mode -m mirrors the mode +m."""
    modes = TwoModes(mode(d, mu, device=generator.device), sigma)
    a = torch.randn(replicas, d, dtype=torch.float64, generator=generator, device=generator.device).mul_(sigma)
    a += modes.mode
    return (noised(a, t=t, T=1.0, generator=generator) @ modes.mode).square() / modes.squared_norm


@simulator(size="d", route="posterior", values="exact")
def covariance(
    *, d: int, t: float, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Largest eigenvalue of the covariance matrix of the noised mixture, both modes averaged."""
    return torch.tensor([np.linalg.eigvalsh(_matrix(d, t, mu, sigma))[-1]], dtype=torch.float64)


@simulator(size="t", route="posterior", values="exact")
def late_precision(*, t: float, c: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Inverse covariance matrix of noised data of three dimensions, along the direction whose variance is c."""
    axes, data = _three_dimensions(c)
    inverse = np.linalg.inv(math.exp(-2 * t) * data + variance(t, T=1.0) * np.eye(3))
    return torch.tensor([axes[0] @ inverse @ axes[0]], dtype=torch.float64)


@simulator(size="t", route="data", footprint=lambda **_: 12 * 3 * _POINTS)
def late_precision_estimated(
    *, t: float, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from 64 noised data points: (n - d - 1) times the inverse of their scatter has the precision as mean.

    The noise is added and subtracted, and what it gives alone is replaced by its own precision, 1/Delta.
    """
    axes, _ = _three_dimensions(c)
    axes = torch.from_numpy(axes)
    scale = torch.tensor([c, *_OTHERS], dtype=torch.float64).sqrt()
    a = torch.randn(replicas, _POINTS, 3, dtype=torch.float64, generator=generator) * scale @ axes
    noise = noised(torch.zeros_like(a), t=t, T=1.0, generator=generator)
    shrunk = a * math.exp(-t)

    def precision(x: Tensor) -> Tensor:
        inverse = torch.linalg.inv(x.transpose(1, 2) @ x)
        return (_POINTS - 4) * torch.einsum("i,rij,j->r", axes[0], inverse, axes[0])

    both = (precision(shrunk + noise) + precision(shrunk - noise)) / 2
    return both - precision(noise) + 1 / variance(t, T=1.0)


@simulator(size="d", route="posterior", values="exact")
def speciation_time(
    *, d: int, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The time at which the largest eigenvalue of the shrunk covariance matrix exp(-2t) C_0 is one."""
    m = mode(d, mu).numpy()
    data = sum(np.outer(s * m, s * m) for s in (1, -1)) / 2 + sigma**2 * np.eye(d)

    def excess(t: float) -> float:
        return float(np.linalg.eigvalsh(math.exp(-2 * t) * data)[-1]) - 1

    return torch.tensor([brentq(excess, 0.0, 30.0, xtol=1e-14)], dtype=torch.float64)


@simulator(size="d", route="data", footprint=lambda d, **_: 3 * d * _MANY)
def speciation_time_of_data(
    *, d: int, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The time at which 4096 drawn data, shrunk, have the variance one along m; by bisection."""
    modes = TwoModes(mode(d, mu, device=generator.device), sigma)
    a = drawn(replicas * _MANY, modes, t=0.0, generator=generator)
    spread = ((a @ modes.mode).square() / modes.squared_norm).view(replicas, _MANY).mean(1)
    low, high = torch.zeros_like(spread), torch.full_like(spread, 30.0)
    for _ in range(50):
        middle = (low + high) / 2
        drowned = torch.exp(-2 * middle) * spread < 1
        low, high = torch.where(drowned, low, middle), torch.where(drowned, middle, high)
    return (low + high) / 2


@simulator(route="forward", values="exact")
def spectral_speciation_time(*, Lambda: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """The time at which the forward flow dx = -x dt has shrunk a variance Lambda to that of the noise it ends with."""

    def unit(t: float, spread: NDArray[np.float64]) -> float:
        return float(spread[0] ** 2) - 1.0

    unit.terminal = True  # type: ignore[attr-defined]
    flow = solve_ivp(
        lambda t, x: -x,
        (0, 60),
        [math.sqrt(Lambda)],
        events=unit,
        max_step=0.05,
        rtol=1e-13,
        atol=1e-14,
        method="DOP853",
    )
    return torch.tensor([flow.t_events[0][0]], dtype=torch.float64)


@simulator(size="d", route="forward", values="exact")
def noised_peak(*, t: float, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """One over the integral of exp(-|x|^2/(2 Delta)) over d dimensions, component by component."""
    noise = variance(t, T=1.0)
    of_one, _ = quad(lambda x: math.exp(-(x**2) / (2 * noise)), -math.inf, math.inf, epsabs=1e-14, epsrel=1e-13)
    return torch.tensor([of_one**-d], dtype=torch.float64)


@simulator(size="d", route="data", footprint=lambda d, **_: 3 * d)
def noised_peak_in_cube(*, t: float, d: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """The same density from noised points: those inside a cube about the centre, over what a flat density would give.

    A point counts by the inverse of its own fall-off exp(-|x|^2/(2 Delta)) inside the cube of half-width sqrt(Delta).
    """
    half = math.sqrt(variance(t, T=1.0))
    x = noised(torch.zeros(replicas, d, dtype=torch.float64, device=generator.device), t=t, T=1.0, generator=generator)
    inside = (x.abs() < half).all(1)
    return torch.where(inside, torch.exp(x.square().sum(1) / (2 * half**2)), 0.0) / (2 * half) ** d


def _matrix(d: int, t: float, mu: float, sigma: float) -> NDArray[np.float64]:
    """Mean over both modes of x x^T: shrunk centres, width of a mode, noise."""
    m = mode(d, mu).numpy() * math.exp(-t)
    centres = sum(np.outer(s * m, s * m) for s in (1, -1)) / 2
    return centres + ((sigma * math.exp(-t)) ** 2 + variance(t, T=1.0)) * np.eye(d)


def _three_dimensions(c: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Orthonormal rows, and the covariance matrix whose variances along them are c and the others."""
    axes, _ = np.linalg.qr(np.cos(np.arange(9.0).reshape(3, 3)))
    axes = axes.T
    return axes, axes.T @ np.diag([c, *_OTHERS]) @ axes
