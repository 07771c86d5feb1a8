"""Online SGD of the auto-encoder as an exact Markov chain of few numbers: its cost does not depend on d.

For clusters that are isotropic across R axes, those of the centroids among them, the weights are known, up to a
rotation, by their components along the axes and by the overlaps of what is left.  A datum and its noise enter through
the components along these axes, along the r directions of what is left, and through three products in the d - R - r
other dimensions: chi^2 numbers.
Everything has the law of `numerics.online_sgd` at any d.  Replicas are the last axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.denoiser_gradient import Gradient, Rule, gradient, of_skip
from numerics.simulator import ParameterError

Drawn = tuple[Tensor, Tensor, Tensor]


@dataclass(frozen=True)
class Clusters:
    """Isotropic clusters: weights, centroids by their components along R axes, variances."""

    weights: tuple[float, ...]
    centroids: Float64[Tensor, "clusters axes"]
    variances: tuple[float, ...]

    def __post_init__(self) -> None:
        if min(self.weights) <= 0 or abs(sum(self.weights) - 1) > 1e-12:
            raise ParameterError(f"cluster weights {self.weights} are outside weight > 0, sum 1: divide by their sum")

    def draw(self, replicas: int, generator: torch.Generator) -> Drawn:
        """The cluster of a datum for every replica."""
        widths = torch.tensor(self.variances, dtype=torch.float64, device=generator.device).sqrt()
        if len(self.weights) == 1:
            return self.centroids[0].unsqueeze(-1), widths[0], widths[0]
        edges = torch.tensor(self.weights, dtype=torch.float64, device=generator.device).cumsum(0)[:-1]
        level = torch.rand(replicas, dtype=torch.float64, device=generator.device, generator=generator)
        cluster = torch.bucketize(level, edges)
        return self.centroids.T[:, cluster], widths[cluster], widths[cluster]


@runtime_checkable
class Target(Protocol):
    """Data that are normal, around a centre along the axes, of one width across them."""

    def draw(self, replicas: int, generator: torch.Generator) -> Drawn:
        """Centre (axes, replicas), standard deviations along the axes, and across them, for one datum per replica."""
        ...


@dataclass
class Reduced:
    """along: components of the rows along the axes; rest: lower triangle whose rows have the other overlaps."""

    along: Float64[Tensor, "r axes replicas"]
    rest: Float64[Tensor, "r r replicas"]
    b: Float64[Tensor, " replicas"]
    v: Float64[Tensor, "r replicas"]

    @property
    def overlaps(self) -> Float64[Tensor, "r r replicas"]:
        """Q."""
        return _gram(self.along) + _gram(self.rest)


def start(replicas: int, *, along: Float64[Tensor, "r axes"], rest: Float64[Tensor, "r r"], b0: float) -> Reduced:
    """The same network for every replica; `rest` is lower triangular, of any sign on its diagonal."""
    r, device = along.shape[0], along.device
    return Reduced(
        along.unsqueeze(-1).repeat(1, 1, replicas),
        rest.unsqueeze(-1).repeat(1, 1, replicas),
        torch.full((replicas,), b0, dtype=torch.float64, device=device),
        torch.zeros(r, replicas, dtype=torch.float64, device=device),
    )


def train(state: Reduced, target: Target, rule: Rule, *, d: int, steps: int, generator: torch.Generator) -> Reduced:
    """`steps` steps; training time 2 eta steps/d."""
    r, axes, _ = state.along.shape
    if d < r + axes + 2:
        raise ParameterError(f"d = {d}, r = {r}, centroids along {axes} axes is outside d >= r + axes + 2")
    for _ in range(steps):
        state = _step(state, target, rule, d, generator)
    return state


def _step(state: Reduced, target: Target, rule: Rule, d: int, generator: torch.Generator) -> Reduced:
    r, axes, replicas = state.along.shape
    device = generator.device
    normal = torch.empty(2 * (axes + r) + 1, replicas, dtype=torch.float64, device=device).normal_(generator=generator)
    noise_along, noise_rest = normal[:axes], normal[axes : axes + r]
    datum_along, datum_rest, mixed = normal[axes + r : 2 * axes + r], normal[2 * axes + r : -1], normal[-1]
    others = d - axes - r
    degrees = torch.tensor([[others / 2], [(others - 1) / 2]], dtype=torch.float64, device=device)
    chi = 2 * torch._standard_gamma(degrees.expand(2, replicas).contiguous(), generator=generator)  # pyright: ignore
    centre, along_axes, width = target.draw(replicas, generator)
    datum_along, datum_rest = centre + along_axes * datum_along, width * datum_rest
    noise_other, first, second = chi[0].sqrt(), width * mixed, width * chi[1].sqrt()

    found = gradient(
        rule,
        of_x0=(state.along * noise_along).sum(1) + (state.rest * noise_rest).sum(1),
        of_x1=(state.along * datum_along).sum(1) + (state.rest * datum_rest).sum(1),
        overlaps=state.overlaps, b=state.b, v=state.v,
    )  # fmt: skip
    slope = of_skip(
        rule, state.b,
        noise=noise_along.square().sum(0) + noise_rest.square().sum(0) + chi[0],
        mixed=(noise_along * datum_along).sum(0) + (noise_rest * datum_rest).sum(0) + noise_other * first,
        datum=datum_along.square().sum(0) + datum_rest.square().sum(0) + first.square() + second.square(),
        hidden=found.hidden,
    )  # fmt: skip
    rate = 2 * rule.eta / d
    along = _moved(state.along, found, rule, rate, noise_along, datum_along)
    rest = _moved(state.rest, found, rule, rate, noise_rest, datum_rest)
    # In the other dimensions x0 lies along a first direction and x1 in the plane of it and a second one.
    new = rate * torch.stack((found.of_noise * noise_other + found.of_datum * first, found.of_datum * second), 1)
    return Reduced(
        along,
        _lower(torch.cat((rest, new), 1)),
        state.b + rate / d * slope,
        state.v + rate * (found.of_encoding - rule.lam / 2 * state.v),
    )


def _moved(part: Tensor, found: Gradient, rule: Rule, rate: float, noise: Tensor, datum: Tensor) -> Tensor:
    shrunk = (found.shrink.unsqueeze(2) * part.unsqueeze(0)).sum(1) if part.shape[0] > 1 else found.shrink[0] * part
    pushed = found.of_datum.unsqueeze(1) * datum + found.of_noise.unsqueeze(1) * noise
    return part * (1 - rate * rule.lam / 2) + rate * (pushed - shrunk)


def _gram(part: Tensor) -> Float64[Tensor, "r r replicas"]:
    return (part.unsqueeze(1) * part).sum(2)


def _lower(rows: Float64[Tensor, "r more replicas"]) -> Float64[Tensor, "r r replicas"]:
    """A lower triangle with the same overlaps: Gram and Schmidt, row after row."""
    r = rows.shape[0]
    if r == 1:
        return rows.square().sum(1, keepdim=True).sqrt()
    triangle = torch.zeros(r, r, rows.shape[-1], dtype=rows.dtype, device=rows.device)
    directions: list[Tensor] = []
    for i in range(r):
        left = rows[i]
        for j, direction in enumerate(directions):
            triangle[i, j] = (left * direction).sum(0)
            left = left - triangle[i, j] * direction
        triangle[i, i] = left.square().sum(0).sqrt()
        directions.append(left / triangle[i, i].clamp_min(1e-300))
    return triangle
