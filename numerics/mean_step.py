"""The mean of one step of online SGD with one hidden unit, by a rule over the two pre-activations of datum and noise.

Given lambda^1 and lambda^0 all other products of the data have known means, at any d; the rule of Gauss and Hermite
does the rest.  So the step itself is averaged, not a formula for its average: no identity of Stein, no limit.  Data at
+-mu of unit variance and an odd activation, so that both clusters say the same.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.denoiser_gradient import Rule, gradient, of_skip
from numerics.simulator import ParameterError

ODD = ("tanh", "erf", "linear")


@dataclass(frozen=True)
class State:
    """Q = |w|^2/d, M = w.mu/sqrt(d) and b."""

    overlap: float
    magnetisation: float
    b: float


@dataclass(frozen=True)
class Nodes:
    """Standard normal values of datum and noise along w, with their weights."""

    datum: Float64[Tensor, " nodes"]
    noise: Float64[Tensor, " nodes"]
    weight: Float64[Tensor, " nodes"]

    @staticmethod
    def of(count: int) -> Nodes:
        """count^2 nodes, exact for polynomials of degree 2 count - 1 in each."""
        at, weight = np.polynomial.hermite_e.hermegauss(count)
        one = torch.from_numpy(weight / weight.sum())
        grid = torch.meshgrid(torch.from_numpy(at), torch.from_numpy(at), indexing="ij")
        return Nodes(grid[0].flatten(), grid[1].flatten(), torch.outer(one, one).flatten())


def mean_step(state: State, rule: Rule, nodes: Nodes, *, d: int, rho: float) -> State:
    """The mean change of Q, M and b in one step, without the factor 2 eta/d."""
    if rule.activation not in ODD:
        raise ParameterError(
            f"activation = {rule.activation} is not odd; the clusters at +-mu need one of {', '.join(ODD)}"
        )
    datum, noise, count = nodes.datum, nodes.noise, len(nodes.weight)
    width, tilt = state.overlap**0.5, state.magnetisation / state.overlap**0.5  # tilt: of mu on the weights
    of_x1, of_x0 = state.magnetisation + width * datum, width * noise
    b = torch.full((count,), state.b, dtype=torch.float64)
    overlaps = torch.full((1, 1, count), state.overlap, dtype=torch.float64)
    found = gradient(
        rule, of_x0=of_x0[None], of_x1=of_x1[None], overlaps=overlaps, b=b, v=torch.zeros(1, count, dtype=torch.float64)
    )
    pushed, driven = found.of_datum[0], found.of_noise[0]
    shrink = found.shrink[0, 0] + rule.lam / 2
    # Means given both projections: of |x1|^2, |x0|^2, x0.x1, mu.x1 and mu.x0.
    datum_square = rho + 2 * tilt * datum + datum.square() + (d - 1)
    noise_square, mixed = noise.square() + (d - 1), noise * (tilt + datum)
    along_datum, along_noise = rho + tilt * datum, tilt * noise
    rate = 2 * rule.eta / d
    linear = pushed * of_x1 + driven * of_x0 - shrink * state.overlap
    squared = (
        pushed.square() * datum_square + driven.square() * noise_square + 2 * pushed * driven * mixed
        + shrink.square() * state.overlap - 2 * shrink * (pushed * of_x1 + driven * of_x0)
    )  # fmt: skip
    change = (
        2 * linear + rate * squared,
        pushed * along_datum + driven * along_noise - shrink * state.magnetisation,
        of_skip(rule, b, noise=noise_square, mixed=mixed, datum=datum_square, hidden=found.hidden) / d,
    )
    return State(*(float(part @ nodes.weight) for part in change))


def followed(state: State, rule: Rule, nodes: Nodes, *, d: int, rho: float, steps: int) -> State:
    """The mean steps one after the other: exact but for the scatter of Q, M and b, which is of order 1/d."""
    rate = 2 * rule.eta / d
    for _ in range(steps):
        moved = mean_step(state, rule, nodes, d=d, rho=rho)
        state = State(
            state.overlap + rate * moved.overlap,
            state.magnetisation + rate * moved.magnetisation,
            state.b + rate * moved.b,
        )
    return state


def at_rest(start: State, rule: Rule, nodes: Nodes, *, d: int, rho: float) -> State:
    """Where the mean step vanishes, by Newton's method from `start`; a magnetisation that is 0 stays 0."""
    from scipy.optimize import root

    keeps = start.magnetisation == 0

    def moved(values: np.ndarray) -> np.ndarray:
        here = State(max(float(values[0]), 1e-9), 0.0 if keeps else float(values[2]), float(values[1]))
        found = mean_step(here, rule, nodes, d=d, rho=rho)
        return np.array([found.overlap, found.b] if keeps else [found.overlap, found.b, found.magnetisation])

    guess = [start.overlap, start.b] if keeps else [start.overlap, start.b, start.magnetisation]
    found = root(moved, guess, tol=1e-13)
    if not found.success and float(np.abs(moved(found.x)).max()) > 1e-10:
        raise ParameterError(f"eta = {rule.eta:g}: the mean step vanishes nowhere, the overlaps blow up")
    return replace(
        start, overlap=float(found.x[0]), b=float(found.x[1]), magnetisation=0.0 if keeps else float(found.x[2])
    )
