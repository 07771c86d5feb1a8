"""Online SGD of the d-dimensional auto-encoder, one fresh datum and noise a step, replicas batched: the faithful route.

CPL25 (4)-(6), E_t inside the gradient, the same x0 and x1 for all noise levels.  A step touches every number of the
weights twice: the projections w x0, w x1 and w w^T as one product of a small matrix with the data, then the update.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.denoiser_gradient import Rule, gradient, of_skip
from numerics.normals import quick_normal
from numerics.simulator import ParameterError

Draw = Callable[[int, torch.Generator], Float64[Tensor, "replicas d"]]


@dataclass
class Network:
    """Weights over sqrt(d), skip connection and encoding weights of every replica; a step changes them in place."""

    weights: Float64[Tensor, "replicas r d"]
    b: Float64[Tensor, " replicas"]
    v: Float64[Tensor, "r replicas"]

    @property
    def overlaps(self) -> Float64[Tensor, "r r replicas"]:
        """Q."""
        return torch.bmm(self.weights, self.weights.mT).permute(1, 2, 0)


@dataclass(frozen=True)
class Mixture:
    """Gaussian clusters: weights, centroids, and variances along the axes, d or a single one; one row serves all."""

    weights: tuple[float, ...]
    centroids: Float64[Tensor, "clusters d"]
    variances: Float64[Tensor, "_ _"]

    def __post_init__(self) -> None:
        if min(self.weights) <= 0 or abs(sum(self.weights) - 1) > 1e-12:
            raise ParameterError(f"cluster weights {self.weights} are outside weight > 0, sum 1: divide by their sum")

    def draw(self, replicas: int, generator: torch.Generator) -> Float64[Tensor, "replicas d"]:
        """One datum per replica."""
        datum = quick_normal(replicas, self.centroids.shape[1], generator=generator)
        if len(self.weights) == 1:
            return datum.mul_(self.variances[0].sqrt()).add_(self.centroids[0])
        shares = torch.tensor(self.weights, dtype=torch.float64, device=generator.device)
        cluster = torch.multinomial(shares, replicas, replacement=True, generator=generator)
        widths = self.variances.sqrt()
        datum.mul_(widths if len(widths) == 1 else widths[cluster])
        return datum.add_(self.centroids[cluster])


def start(replicas: int, weights: Float64[Tensor, "r d"], b0: float) -> Network:
    """The same network for every replica, of weights over sqrt(d); ParameterError for more rows than d."""
    r, d = weights.shape
    require_hidden(r=r, d=d)
    copies = weights.to(torch.float64).expand(replicas, r, d).clone()
    return Network(
        copies,
        torch.full((replicas,), b0, dtype=torch.float64, device=weights.device),
        torch.zeros(r, replicas, dtype=torch.float64, device=weights.device),
    )


def train(network: Network, draw: Draw, rule: Rule, *, steps: int, generator: torch.Generator) -> Network:
    """`steps` steps in place; training time 2 eta steps/d."""
    replicas, _, d = network.weights.shape
    for _ in range(steps):
        x0 = quick_normal(replicas, d, generator=generator)
        step(network, x0, draw(replicas, generator), rule)
    return network


def step(network: Network, x0: Float64[Tensor, "replicas d"], x1: Float64[Tensor, "replicas d"], rule: Rule) -> None:
    """One step on given noise and data."""
    weights, b, v = network.weights, network.b, network.v
    _, r, d = weights.shape
    # Weights, then x0 and x1: one product gives every projection, and Q, at once.
    joined = torch.cat((weights, x0.unsqueeze(1), x1.unsqueeze(1)), 1)
    products = torch.bmm(joined, joined.mT).permute(1, 2, 0)
    found = gradient(rule, of_x0=products[:r, r], of_x1=products[:r, r + 1], overlaps=products[:r, :r], b=b, v=v)
    slope = of_skip(
        rule, b, noise=products[r, r], mixed=products[r, r + 1], datum=products[r + 1, r + 1], hidden=found.hidden
    )
    rate = 2 * rule.eta / d
    keep = torch.eye(r, dtype=weights.dtype, device=weights.device).mul(1 - rate * rule.lam / 2)
    pushed = rate * torch.stack((found.of_noise, found.of_datum), 1)
    mixing = torch.cat((keep.unsqueeze(-1) - rate * found.shrink, pushed), 1).permute(2, 0, 1)
    torch.bmm(mixing.contiguous(), joined, out=weights)
    b.add_(rate / d * slope)
    v.add_(rate * (found.of_encoding - rule.lam / 2 * v))


def require_hidden(*, r: int, d: int) -> None:
    """ParameterError unless the hidden layer is narrower than the data."""
    if not 1 <= r <= d:
        raise ParameterError(f"r = {r}, d = {d} is outside 1 <= r <= d: the hidden layer is wider than the data")


def whole_steps(theta: float, eta: float, d: int) -> int:
    """theta d/(2 eta); ParameterError if that is no whole number."""
    steps = theta * d / (2 * eta)
    if abs(steps - round(steps)) > 1e-6 * max(1.0, steps):
        raise ParameterError(
            f"theta = {theta:g}, eta = {eta:g}, d = {d}: theta d/(2 eta) = {steps:g} is no whole number"
        )
    return round(steps)


def warm_start(d: int, *, rho: float, Q0: float, M0: float, device: torch.device) -> tuple[Tensor, Tensor]:
    """One row with overlap Q0 and magnetisation M0 along the first axis, and a centroid of squared norm rho there."""
    if rho * Q0 * (1 + 1e-12) < M0 * M0:
        raise ParameterError(f"M0 = {M0:g}, Q0 = {Q0:g}, rho = {rho:g} is outside M0^2 <= rho Q0 (Cauchy, Schwarz)")
    weights, centroid = torch.zeros(2, 1, d, dtype=torch.float64, device=device)
    weights[0, 0] = M0 / math.sqrt(rho)
    weights[0, 1] = math.sqrt(max(0.0, Q0 - M0 * M0 / rho))
    centroid[0, 0] = math.sqrt(rho)
    return weights, centroid[0]
