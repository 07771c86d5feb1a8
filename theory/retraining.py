"""The law on which the next generation of a tanh auto-encoder is trained, CPL25 (15), one hidden unit.

Along its weights w a generation produces s = w.X/|w|, which has a law of its own; across them it is normal of variance
V.  The flow of s is steep at 0: the law is symmetric, and is kept by nodes in log u, where u > 0 is the normal number
from which s starts; for the first data, s = |mu| + a normal number, by equal steps.  The flows of earlier generations
are followed in double precision: digits beyond KNOWN are not claimed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from theory.domain import ParameterError
from theory.matrices import Matrices

Floats = NDArray[np.float64]
KNOWN = 5
"""Significant digits of the overlap after some generations: the nodes leave a relative error of 4e-6 at Q = 10."""
STEPS = 50
"""Euler steps of a sampling, of `stop`/STEPS each."""
CENTROID, WARM, LEVEL = 1.5, 0.1, 0.5
"""|mu| of the first data, at +-mu of unit variance; initial weights WARM mu sqrt(d); the noise level in the loss."""
PER_UNIT, REACH = 2, 7
NODES = 44
_FROM, _TO = -22.0, np.log(8.0)  # of log u; what is left out has a probability of 2e-10


@dataclass(frozen=True)
class Target:
    """Training data of a generation: nodes of s with their probabilities, and the variance across.

    cosine  of the direction of s and the first centroid
    """

    spike: Floats
    likely: Floats
    variance: float
    cosine: float


@dataclass(frozen=True)
class Trained:
    """Q, the overlap with the direction of s, the skip connection, and the log of what w grew across that direction."""

    overlap: float
    along: float
    skip: float
    growth: float


def first() -> Target:
    """Data at +-mu: by symmetry those at mu."""
    numbers, likely = normal_nodes()
    return Target(CENTROID + numbers, likely, 1.0, 1.0)


def normal_nodes() -> tuple[Floats, Floats]:
    """Nodes of a standard normal number by the trapezoidal rule, and their weights."""
    numbers = np.arange(-PER_UNIT * REACH, PER_UNIT * REACH + 1) / PER_UNIT
    density = np.exp(-(numbers**2) / 2)
    return numbers, density / density.sum()


def initial(target: Target) -> tuple[float, float]:
    """Overlaps of the weights WARM mu with the direction of s, and across it."""
    size = WARM * CENTROID
    return size * target.cosine, size * float(np.sqrt(max(0.0, 1 - target.cosine**2)))


@lru_cache(maxsize=256)
def target(generation: int, theta: float, eta: float, stop: float) -> Target:
    """What generation 1, 2, ... is trained on."""
    if generation == 1:
        return first()
    before = target(generation - 1, theta, eta, stop)
    return generated(before, trained(before, theta, eta), stop)


def trained(on: Target, theta: float, eta: float) -> Trained:
    """A generation at the end of its training; relative error 1e-9 beside that of the nodes."""
    along, _ = initial(on)

    def slopes(_: float, state: Floats) -> Floats:
        return rates(on, Trained(*state), eta)

    start = [(WARM * CENTROID) ** 2, along, 0.0, 0.0]
    found = solve_ivp(slopes, (0.0, theta), start, method="DOP853", rtol=1e-9, atol=1e-12)
    if not found.success:
        raise ParameterError(f"the weights blow up at theta = {found.t[-1]:.6g}: eta = {eta:g} is too large")
    return Trained(*found.y[:, -1].tolist())


def rates(on: Target, state: Trained, eta: float) -> Floats:
    """d/dtheta of the four numbers."""
    at, weight = normal_nodes()
    alpha, beta, b, overlap, along, bulk = 1 - LEVEL, LEVEL, state.skip, state.overlap, state.along, on.variance
    across = overlap - along**2
    beside = bulk * across
    width = alpha**2 * overlap + beta**2 * beside
    s, deviation = on.spike[:, None], np.sqrt(width) * at
    omega = beta * along * s + deviation
    value = np.tanh(omega)
    slope = 1 - value**2
    residual = along * s + beta * beside * deviation / width - b * omega - overlap * value
    doubt = beside * alpha**2 * overlap / width
    seen = beta * s + alpha**2 * along * deviation / width
    of_datum, of_noise = (1 - b * beta) * value + beta * residual * slope, alpha * (residual * slope - b * value)
    square = bulk * of_datum**2 + of_noise**2 + (bulk * beta**2 + alpha**2) * doubt * slope**2
    turned = (s - b * seen - along * value) * value + (seen * residual - along / overlap * beta * doubt) * slope
    drift, turn, noise = (
        float(on.likely @ part @ weight) for part in (residual * (value + omega * slope), turned, square)
    )
    growth = (drift - along * turn) / across if across > 1e-12 * overlap else 0.0
    return np.array([2 * drift + 2 * eta * noise, turn, bulk * beta * (1 - b * beta) - b * alpha**2, growth])


def generated(on: Target, made: Trained, stop: float) -> Target:
    """What Euler steps without noise make of it."""
    position, weight = np.polynomial.legendre.leggauss(NODES)
    logs = _FROM + (_TO - _FROM) * (position + 1) / 2
    u = np.exp(logs)
    likely = weight * u * np.exp(-(u**2) / 2)
    step, root, factor = stop / STEPS, np.sqrt(made.overlap), 1.0
    for k in range(STEPS):
        pull = step / (1 - k * step)
        u = u + pull * ((made.skip - 1) * u + root * np.tanh(root * u))
        factor *= 1 + pull * (made.skip - 1)
    _, beside = initial(on)
    sine = float(np.sqrt(max(0.0, 1 - on.cosine**2)))
    cosine = (made.along * on.cosine + beside * np.exp(made.growth) * sine) / root
    return replace(on, spike=u, likely=likely / likely.sum(), variance=factor**2, cosine=float(cosine))


def spike(of: Matrices, generations: Any, theta: Any, eta: Any, stop: Any) -> Any:
    """Nodes of s in the training data of the last generation."""
    return _as(of, _target(generations, theta, eta, stop).spike)


def likely(of: Matrices, generations: Any, theta: Any, eta: Any, stop: Any) -> Any:
    """Their probabilities."""
    return _as(of, _target(generations, theta, eta, stop).likely)


def places(of: Matrices, generations: Any, theta: Any, eta: Any, stop: Any) -> Any:
    """Their number."""
    return len(_target(generations, theta, eta, stop).spike) * of.identity(1)[0, 0]


def variance(of: Matrices, generations: Any, theta: Any, eta: Any, stop: Any) -> Any:
    """Bulk variance of these data."""
    return _target(generations, theta, eta, stop).variance * of.identity(1)[0, 0]


def tilt(of: Matrices, generations: Any, theta: Any, eta: Any, stop: Any) -> Any:
    """Overlap of the initial weights with the direction of s."""
    return initial(_target(generations, theta, eta, stop))[0] * of.identity(1)[0, 0]


def nodes(of: Matrices) -> Any:
    """Normal nodes in any arithmetic."""
    return _as(of, normal_nodes()[0])


def node_weights(of: Matrices) -> Any:
    """Their weights."""
    return _as(of, normal_nodes()[1])


def bulk_before(of: Matrices, generations: Any, theta: Any, stop: Any) -> Any:
    """Bulk variance of the data of the last generation from the map of one number, in any arithmetic."""
    one = of.identity(1)[0, 0]
    found = one
    for _ in range(round(float(generations)) - 1):
        rate = (1 + found) / 4
        lacking = 1 - found / (2 * rate) * (1 - of.exp(-rate * theta))
        factor = one
        for k in range(STEPS):
            factor = factor * (1 - lacking * stop / (STEPS - k * stop))
        found = factor * factor
    return found


def _target(generations: Any, theta: Any, eta: Any, stop: Any) -> Target:
    return target(round(float(generations)), float(theta), float(eta), float(stop))


def _as(of: Matrices, numbers: Floats) -> Any:
    one = of.identity(1)[0, 0]
    if hasattr(one, "detach"):
        return one * one.new_tensor(numbers)
    return numbers if isinstance(one, float | np.floating) else numbers.astype(object) * one
