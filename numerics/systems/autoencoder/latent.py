"""Along the weights of an auto-encoder: points in d dimensions beside the latent process, and the variance of Z."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from torch import Tensor

from numerics.interpolant_sampler import (
    LINEAR,
    TRIGONOMETRIC,
    AutoEncoder,
    Rate,
    Schedule,
    check_stop,
    euler,
    latent_euler,
    logarithmic_grid,
    midpoint_pair,
    normal_kicks,
    pseudo_inverse,
)
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table

_PATHS, _STEPS, _STOP = 4, 24, 0.85


@simulator(size="d", route="generated", values="exact")
def latent_process(*, d: int, seed: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Largest relative difference of w^T X/sqrt(d) from Z, and of X from w Q^+ Z + Y, over four paths.

    Weights (of up to four hidden units; dependent ones for even seeds), skip connection, offset, grid and noise are
    drawn from `seed`; the schedule is linear or trigonometric.
    """
    drawn = torch.Generator(generator.device).manual_seed(seed)
    network, times, epsilon, schedule = _anything(d, seed, drawn)
    start, *kicks = (_normal(drawn, _PATHS, d) for _ in times)
    point, latent, bulk = iter(kicks), iter(kicks), iter(kicks)
    options = {"times": times, "epsilon": epsilon, "schedule": schedule}
    x = euler(start, denoiser=network, kicks=lambda _: next(point), **options)
    z = latent_euler(
        network.latent(start),
        network=network,
        overlaps=network.overlaps,
        kicks=lambda _: network.latent(next(latent)),
        **options,
    )
    y = euler(
        network.across(start),
        denoiser=lambda y, _: network.skip * y,
        kicks=lambda _: network.across(next(bulk)),
        **options,
    )
    rebuilt = z @ pseudo_inverse(network.overlaps) @ network.weights.T / math.sqrt(d) + y
    gaps = [_relative(network.latent(x), z), _relative(x, rebuilt)]
    return torch.stack(gaps).max().unsqueeze(0)


def _anything(d: int, seed: int, drawn: torch.Generator) -> tuple[AutoEncoder, tuple[float, ...], Rate, Schedule]:
    hidden = 1 + seed % 4
    if hidden > d:
        raise ParameterError(f"r = {hidden} hidden units in d = {d} dimensions is outside r <= d")
    weights, offset, numbers = (
        _normal(drawn, d, hidden),
        _normal(drawn, hidden),
        torch.rand(3, dtype=torch.float64, generator=drawn, device=drawn.device),
    )
    if hidden > 1 and seed % 2 == 0:
        weights[:, 1] = -0.6 * weights[:, 0]
    skip, strength, phase = numbers.tolist()
    cuts = torch.rand(_STEPS - 1, dtype=torch.float64, generator=drawn, device=drawn.device).sort().values
    times = (0.0, *(_STOP * cut for cut in cuts.tolist()), _STOP)
    network = AutoEncoder(skip, weights, offset=offset, level=lambda t: math.sin(2 * t + phase))
    return network, times, lambda t: strength * (1 - t) ** 2 * (1 + math.sin(7 * t)), (LINEAR, TRIGONOMETRIC)[seed % 2]


@simulator(size="d", route="reduced", values="exact")
def signal_variance_of_moments(
    *, d: int, t: float, b: float, Q: float, epsilon: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Variance along the weights of a linear auto-encoder, from the equation of the d x d covariance."""
    _check(t, Q, epsilon)
    weights, _, final = _moments(d, t, b, Q, epsilon)
    return torch.tensor([weights @ final @ weights / d], dtype=torch.float64, device=generator.device)


@simulator(size="d", route="reduced", values="exact")
def signal_growth(
    *, d: int, t: float, b: float, Q: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """How fast its logarithm grows at the end, without noise, by the same equation."""
    _check(t, Q, 0.0)
    weights, drift, final = _moments(d, t, b, Q, 0.0)
    found = 2 * (weights @ drift @ final @ weights) / (weights @ final @ weights)
    return torch.tensor([found], dtype=torch.float64, device=generator.device)


def _moments(
    d: int, t: float, b: float, Q: float, epsilon: float
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Weights, the matrix of the drift at time t, and the covariance there."""
    weights = _column(d, Q)
    network, one = b * np.eye(d) + np.outer(weights, weights) / d, np.eye(d)

    def drift_at(time: float) -> NDArray[np.float64]:
        towards, own = LINEAR.drift(time, epsilon)
        return towards * network + own * one

    def growth(time: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        covariance, drift = state.reshape(d, d), drift_at(time)
        return (drift @ covariance + covariance @ drift.T + 2 * epsilon * one).ravel()

    final = solve_ivp(growth, (0.0, t), one.ravel(), method="DOP853", rtol=3e-14, atol=1e-15).y[:, -1].reshape(d, d)
    return weights, drift_at(t), final


@simulator(size="d", route="generated", bias={"dt": 2}, footprint=lambda d, **_: 12 * d)
def signal_variance(
    *, d: int, t: float, b: float, Q: float, epsilon: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Square of the latent variable of a point that a linear auto-encoder generates in d dimensions."""
    _check(t, Q, epsilon)
    weights = torch.from_numpy(_column(d, Q)).to(generator.device)[:, None]
    network = AutoEncoder(b, weights, activation=lambda z: z)
    pair = midpoint_pair(
        _normal(generator, replicas, d),
        denoiser=network,
        times=logarithmic_grid(t, dt),
        generator=generator,
        epsilon=lambda _: epsilon,
    )
    return torch.stack([network.latent(x)[:, 0].square() for x in pair], dim=1)


def _column(d: int, Q: float) -> NDArray[np.float64]:
    """Weights of one hidden unit with w.w/d = Q, equal in no two components."""
    column = np.cos(np.arange(1.0, d + 1))
    return column * math.sqrt(Q * d / (column @ column))


def _normal(generator: torch.Generator, *shape: int) -> Tensor:
    return torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)


def _relative(one: Tensor, other: Tensor) -> Tensor:
    return (one - other).abs().max() / one.abs().max()


def _check(t: float, Q: float, epsilon: float) -> None:
    check_stop(t)
    if not Q > 0 or epsilon < 0:
        raise ParameterError(f"Q = {Q:g}, epsilon = {epsilon:g} is outside Q > 0, epsilon >= 0")


@simulator(size="d", route="generated", footprint=lambda d, **_: 8 * d)
def projected_law(*, d: int, model: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """e.X of a point that a tanh auto-encoder with these overlaps generates in d dimensions, in Euler steps."""
    overlaps, loadings = model["Q"], model["G"]
    weights, direction = (part.to(generator.device) for part in _realised(d, overlaps, loadings))
    steps, taken = float(model["steps"]), round(float(model["steps"]) * float(model["stop"]))
    strength, stop = float(model["epsilon"]), float(model["stop"])
    found = euler(
        _normal(generator, replicas, d),
        denoiser=AutoEncoder(float(model["b"]), weights),
        times=[*(k / steps for k in range(taken)), stop],
        kicks=normal_kicks(generator),
        epsilon=lambda _: strength,
    )
    return found @ direction


def _realised(
    d: int, overlaps: Float64[Tensor, "r r"], loadings: Float64[Tensor, " r"]
) -> tuple[Float64[Tensor, "d r"], Float64[Tensor, " d"]]:
    """Weights and a direction of length 1 that have these overlaps: w = sqrt(d) N Q^(1/2) with orthonormal columns N.

    Eigenvalues of Q below 1e-10 of the largest count as zero.  ParameterError unless r < d.
    """
    r = len(loadings)
    if r >= d:
        raise ParameterError(f"r = {r} hidden units in d = {d} dimensions is outside r < d")
    at = torch.arange(1.0, d + 1, dtype=torch.float64)
    frame = torch.linalg.qr(torch.stack([torch.cos((k + 1) * at) for k in range(r + 1)], dim=1)).Q
    values, vectors = torch.linalg.eigh(overlaps)
    kept = values > 1e-10 * values.max()
    root = vectors[:, kept] * values[kept].sqrt() @ vectors[:, kept].T
    inside = vectors[:, kept] / values[kept].sqrt() @ vectors[:, kept].T @ loadings
    left = 1 - float(inside @ inside)
    if left < 0:
        raise ParameterError(f"G^T Q^+ G = {1 - left:g} is outside G^T Q^+ G <= 1 (a direction of length 1)")
    return math.sqrt(d) * frame[:, :r] @ root, frame[:, :r] @ inside + math.sqrt(left) * frame[:, r]
