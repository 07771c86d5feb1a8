"""What the generative process (1) makes of noise: with the exact denoiser of two modes, and across trained weights.

Points are moved in all d dimensions; the fast routes follow the equation of their d x d covariance.
"""

import math

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from torch import Tensor

from numerics.interpolant_sampler import (
    LINEAR,
    AutoEncoder,
    Rate,
    check_stop,
    euler,
    logarithmic_grid,
    midpoint,
    midpoint_pair,
    normal_kicks,
    upward_grid,
)
from numerics.simulator import ParameterError, simulator

_CENTRES, _WEIGHTS, _VARIANCE = (-1.5, 0.8), (1 / 3, 2 / 3), 0.4
_HIDDEN = 2


@simulator(size="steps", route="reduced", footprint=lambda **_: 12)
def denoiser_identity(
    *, steps: int, epsilon: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """A point in one dimension, generated with noise that swells and ebbs around epsilon."""
    _check_noise(epsilon)
    modes = torch.tensor([_CENTRES], dtype=torch.float64, device=generator.device).T
    return _transported(modes, steps, lambda t: epsilon * (1 + 0.5 * math.sin(5 * t)), replicas, generator)[:, 0]


@simulator(size="steps", route="generated", footprint=lambda **_: 40)
def denoiser_identity_in_space(
    *, steps: int, epsilon: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """A point in three dimensions, seen along one direction; the modes lie apart across it too, the noise dies out."""
    _check_noise(epsilon)
    frame = torch.tensor([[0.6, 0.64, 0.48], [-0.8, 0.48, 0.36], [0.0, -0.6, 0.8]], dtype=torch.float64)
    places = torch.tensor([[_CENTRES[0], 0.7, -0.2], [_CENTRES[1], -0.4, 0.5]], dtype=torch.float64)
    frame, modes = frame.to(generator.device), (places @ frame).to(generator.device)
    found = _transported(modes, steps, lambda t: 2 * epsilon * (1 - t), replicas, generator)
    return found @ frame[0]


def _transported(
    modes: Float64[Tensor, "2 d"], steps: int, epsilon: Rate, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas d"]:
    """N(0, 1) carried to the data by the midpoint rule."""
    odds = math.log(_WEIGHTS[0] / _WEIGHTS[1])
    apart, lengths = modes[0] - modes[1], modes.square().sum(1)

    def denoiser(x: Tensor, t: float) -> Tensor:
        """E[x_1 | x_t = x]: the modes by their posterior weights, and the share of the data's width in x."""
        seen = (1 - t) ** 2 + t**2 * _VARIANCE
        offset = odds - t**2 * float(lengths[0] - lengths[1]) / (2 * seen)
        first = torch.sigmoid_((x @ apart).mul_(t / seen).add_(offset))
        of_mode = torch.addcmul(modes[1], first[:, None], apart)
        share = t * _VARIANCE / seen
        return of_mode.mul_(1 - t * share).add_(x, alpha=share)

    start = torch.randn(replicas, modes.shape[1], dtype=torch.float64, generator=generator, device=generator.device)
    times = [k / steps for k in range(steps + 1)]
    return midpoint(start, denoiser=denoiser, times=times, kicks=normal_kicks(generator), epsilon=epsilon)


@simulator(size="d", route="reduced", values="exact")
def bulk_variance_of_moments(
    *, d: int, t: float, b: float, epsilon: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Variance across the weights of a linear auto-encoder, from the equation of the d x d covariance."""
    _check_noise(epsilon)
    check_stop(t)
    network, one = _network(d, b), np.eye(d)

    def growth(time: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        towards, own = LINEAR.drift(time, epsilon)
        covariance, drift = state.reshape(d, d), towards * network + own * one
        return (drift @ covariance + covariance @ drift.T + 2 * epsilon * one).ravel()

    final = solve_ivp(growth, (0.0, t), one.ravel(), method="DOP853", rtol=3e-14, atol=1e-15).y[:, -1]
    return _mean_across(final.reshape(d, d), generator.device)


@simulator(size="d", route="generated", bias={"dt": 2}, footprint=lambda d, **_: (12 + _HIDDEN) * d)
def bulk_variance(
    *, d: int, t: float, b: float, epsilon: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Mean square, across the weights, of a point that a tanh auto-encoder generates; each has weights of its own."""
    _check_noise(epsilon)
    network, start = _drawn(d, b, replicas, generator)
    pair = midpoint_pair(
        start, denoiser=network, times=logarithmic_grid(t, dt), generator=generator, epsilon=lambda _: epsilon
    )
    return torch.stack([network.across(x).square().sum(1) / (d - _HIDDEN) for x in pair], dim=1)


@simulator(size="d", route="reduced", values="exact")
def bulk_variance_euler_of_moments(
    *, d: int, b: float, steps: int, taken: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The same after `taken` Euler steps of 1/steps without noise, from the d x d covariance step by step."""
    _check_steps(steps, taken)
    network, one = _network(d, b), np.eye(d)
    covariance = one
    for k in range(taken):
        towards, own = LINEAR.drift(k / steps, 0.0)
        step = one + (towards * network + own * one) / steps
        covariance = step @ covariance @ step.T
    return _mean_across(covariance, generator.device)


@simulator(size="d", route="generated", footprint=lambda d, **_: (8 + _HIDDEN) * d)
def bulk_variance_euler(
    *, d: int, b: float, steps: int, taken: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Mean square, across the weights, of a point that a tanh auto-encoder generates in these steps."""
    _check_steps(steps, taken)
    network, start = _drawn(d, b, replicas, generator)
    times = upward_grid(taken / steps, taken)
    found = euler(start, denoiser=network, times=times, kicks=normal_kicks(generator))
    return network.across(found).square().sum(1) / (d - _HIDDEN)


def _network(d: int, b: float) -> NDArray[np.float64]:
    """b + w w^T/d of two columns of weights that are neither orthogonal nor of one norm."""
    weights = _columns(d)
    return b * np.eye(d) + weights @ weights.T / d


def _columns(d: int) -> NDArray[np.float64]:
    if d <= _HIDDEN:
        raise ParameterError(f"d = {d} is outside d > {_HIDDEN} (nothing lies across {_HIDDEN} columns of weights)")
    at = np.arange(1.0, d + 1)
    return np.stack([0.7 * np.cos(at), 0.4 * np.cos(at) + 0.8 * np.sin(2 * at)], axis=1)


def _mean_across(covariance: NDArray[np.float64], device: torch.device) -> Float64[Tensor, " 1"]:
    """Mean variance orthogonal to the columns of the weights."""
    d = len(covariance)
    within, _ = np.linalg.qr(_columns(d))
    found = (np.trace(covariance) - np.trace(within.T @ covariance @ within)) / (d - _HIDDEN)
    return torch.tensor([found], dtype=torch.float64, device=device)


def _drawn(
    d: int, b: float, replicas: int, generator: torch.Generator
) -> tuple[AutoEncoder, Float64[Tensor, "replicas d"]]:
    """A tanh auto-encoder with normal weights, an offset and a level for each replica, and noise to start from."""
    _columns(d)
    shape, options = (replicas, d, _HIDDEN), {"generator": generator, "device": generator.device}
    weights = torch.randn(shape, dtype=torch.float64, **options)
    offset = torch.tensor([0.4, -0.7], dtype=torch.float64, device=generator.device)
    start = torch.randn(replicas, d, dtype=torch.float64, **options)
    return AutoEncoder(b, weights, offset=offset, level=lambda t: math.sin(2 * t)), start


def _check_noise(epsilon: float) -> None:
    if epsilon < 0:
        raise ParameterError(f"epsilon = {epsilon:g} is outside epsilon >= 0 (noise of the generative process)")


def _check_steps(steps: int, taken: int) -> None:
    if taken >= steps:
        raise ParameterError(f"{taken} of {steps} steps lead to stop = 1; allowed: stop < 1")
