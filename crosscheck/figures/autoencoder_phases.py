"""The numbers of the phase diagram of a linear unit: what it does at a large learning rate, by its flow and by SGD.

Below eta_M it learns the centroid; from there to eta_c its weights are noise of finite size; above they grow without
bound.  Lines are roots of the rates of the flow; points are the exact reduced chain of online SGD.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from crosscheck.figures.autoencoder import Column, Progress, _columns
from numerics import seeds
from numerics.trained_points import Chain, overlaps_of_chain
from theory import stein

RHO = 1.37
LEVELS = (0.25, 0.4, 0.55, 0.7)
FACTORS = (0.5, 0.8, 1.25)
"""Of eta_M; and of eta_c the second and third, beside the middle between both."""
SIZE, TIME, RUNS = 500, 25.0, 8
LARGE = 100.0
"""Overlap from which weights count as grown without bound: those that rest have Q < 10."""


@dataclass(frozen=True)
class Lines:
    """One row per noise level: eta_M and eta_c."""

    t: Column
    lost: Column
    blown: Column


@dataclass(frozen=True)
class Points:
    """One row per simulated point: Q and the square of the cosine of weights and centroid; inf where they blow up."""

    t: Column
    eta: Column
    q: Column
    cosine: Column


def model(t: float, eta: float, rho: float = RHO) -> stein.Model:
    """A linear unit, data at +-mu of unit variance, no weight decay."""
    return stein.Model(
        weights=np.full(2, 0.5), masses=np.ones(1), eigenvalues=np.ones((2, 1)),
        products=rho * np.array([[1.0, -1.0], [-1.0, 1.0]])[:, :, None], alpha=np.array([1 - t]), beta=np.array([t]),
        level=np.ones(1), encoding=np.zeros(1), eta=eta, lam=0.0, activation="linear",
    )  # fmt: skip


def resting(t: float, eta: float, rho: float = RHO) -> NDArray[np.float64]:
    """The values of Q > 0 at which weights without M rest, in order; none where they grow without bound."""
    at = np.array([0.5, 1.0, 2.0])
    rates = [_rates(t, eta, q, 0.0, rho)[0] / q for q in at]
    bent, tilt, level = np.linalg.solve(np.stack([at**2, at, np.ones(3)], 1), rates)  # of a polynomial
    inside = tilt**2 - 4 * bent * level
    return np.sort((-tilt + np.array([-1, 1]) * np.sqrt(inside)) / (2 * bent)) if inside >= 0 else np.empty(0)


def blow_up(t: float, rho: float = RHO) -> float:
    """eta_c, where the two resting values of Q meet."""
    low, high = 1e-3, 1e3
    for _ in range(52):  # to rounding
        middle = np.sqrt(low * high)
        low, high = (middle, high) if len(resting(t, middle, rho)) else (low, middle)
    return float(low)


def lost(t: float, rho: float = RHO) -> float:
    """eta_M, where a small M neither grows nor shrinks on the smaller resting value of Q."""

    def growth(eta: float) -> float:
        return _rates(t, eta, float(resting(t, eta, rho)[0]), 1e-6, rho)[1] / 1e-6

    return brentq(growth, 1e-4, blow_up(t, rho) * (1 - 1e-9), xtol=1e-14)  # pyright: ignore[reportReturnType]


def _rates(t: float, eta: float, q: float, m: float, rho: float) -> tuple[float, float]:
    b = t / ((1 - t) ** 2 + t**2)  # where the skip connection rests
    state = stein.Overlaps(np.array([[[q]]]), np.array([[[m], [-m]]]), b, np.zeros(1))
    found = stein.rates(model(t, eta, rho), state, nodes=5)  # exact for polynomials
    return float(found.q[0, 0, 0]), float(found.m[0, 0, 0])


def lines(grid: Sequence[float] = tuple(np.linspace(0.1, 0.9, 33).round(4)), rho: float = RHO) -> Lines:
    """Both thresholds on a grid of noise levels."""
    return Lines(*_columns([(t, lost(t, rho), blow_up(t, rho)) for t in grid]))


def points(
    *,
    levels: Sequence[float] = LEVELS,
    d: int = SIZE,
    theta: float = TIME,
    runs: int = RUNS,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Points:
    """Median over the runs at both sides of both thresholds."""
    rows: list[tuple[float, ...]] = []
    for t in levels:
        first, last = lost(t), blow_up(t)
        for eta in (*(first * f for f in FACTORS[:2]), (first + last) / 2, last * FACTORS[1], last * FACTORS[2]):
            if first < eta < 1.1 * first:
                continue
            progress(f"online SGD at t = {t:g}, eta = {eta:.3g} ...")
            chain = Chain(RHO, t, float(eta), d, runs)
            generator = seeds.generator("figure phases", repr(chain), seed=seed, block=0, device=device)
            q, m = overlaps_of_chain(chain, theta, LARGE, generator)
            cosine = np.divide(m**2, RHO * q, out=np.full(runs, np.nan), where=np.isfinite(q))
            rows.append((t, float(eta), float(np.median(q)), float(np.median(cosine))))
    return Points(*_columns(rows))
