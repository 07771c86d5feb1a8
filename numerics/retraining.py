"""Generations of auto-encoders with one tanh unit: each learns by online SGD what the one before generates.

A generation sees of its data the component s along the weights of the one before, carried by the sampler from a normal
number, and isotropic Gaussian noise across them.  Two axes suffice: that of s, and that across it towards the centroid
of the first data.  The reduced chain draws s anew for every datum; the mean step averages over s as over all else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import online_sgd
from numerics.denoiser_gradient import Levels, Rule, gradient, of_skip
from numerics.interpolant_sampler import AutoEncoder, euler, upward_grid
from numerics.reduced_sgd import Clusters, Drawn, Reduced, train

STEPS = 50
"""Euler steps of a sampling, of stop/STEPS each."""
CENTROID, WARM, LEVEL = 1.5, 0.1, 0.5


@dataclass(frozen=True)
class Network:
    """Q and b of a trained generation, one for each replica, and the cosine of its weights and the first centroid."""

    overlap: Float64[Tensor, " replicas"]
    skip: Float64[Tensor, " replicas"]
    cosine: Float64[Tensor, " replicas"]

    def carried(self, u: Float64[Tensor, "*more replicas"], stop: float) -> Float64[Tensor, "*more replicas"]:
        """w.X/|w| of what is generated from the normal numbers u."""
        root = self.overlap.sqrt()

        def denoiser(s: Tensor, _: float) -> Tensor:
            return self.skip * s + root * torch.tanh(root * s)

        return euler(u, denoiser=denoiser, times=upward_grid(stop, STEPS), kicks=torch.zeros_like)

    def variance(self, stop: float) -> Float64[Tensor, " replicas"]:
        """The variance across the weights of what is generated."""
        factor = euler(
            torch.ones_like(self.skip),
            denoiser=lambda y, _: self.skip * y,
            times=upward_grid(stop, STEPS),
            kicks=torch.zeros_like,
        )
        return factor.square()


@dataclass(frozen=True)
class Generated:
    """What a network generates, for the reduced chain: along its weights, along a second axis, and beyond."""

    network: Network
    width: Float64[Tensor, " replicas"]
    stop: float

    @staticmethod
    def of(network: Network, stop: float) -> Generated:
        """With the variance across computed once."""
        return Generated(network, network.variance(stop).sqrt(), stop)

    def draw(self, replicas: int, generator: torch.Generator) -> Drawn:
        """s of a datum for every replica; all noise is across."""
        start = torch.empty(replicas, dtype=torch.float64, device=generator.device).normal_(generator=generator)
        s, nothing = self.network.carried(start, self.stop), torch.zeros_like(start)
        return torch.stack((s, nothing)), torch.stack((nothing, self.width)), self.width


@dataclass(frozen=True)
class Spiked:
    """The same for mean steps: values of s with their probabilities, variances along the axis of s and across it."""

    values: Float64[Tensor, " nodes"]
    likely: Float64[Tensor, " nodes"]
    variance: float
    cosine: float

    @staticmethod
    def first() -> Spiked:
        """Data at +-mu of unit variance; both clusters say the same."""
        at, weight = np.polynomial.hermite_e.hermegauss(30)
        return Spiked(torch.from_numpy(CENTROID + at), torch.from_numpy(weight / weight.sum()), 1.0, 1.0)

    @staticmethod
    def after(state: Averages, cosine: float, stop: float, *, nodes: int = 44) -> Spiked:
        """What a network generates: its sampler on normal numbers u > 0, spaced by their logarithm."""
        root = math.sqrt(state.overlap)
        towards = (state.along * cosine + state.beside * math.sqrt(max(0.0, 1 - cosine**2))) / root
        one = torch.ones(1, dtype=torch.float64)
        network = Network(one * state.overlap, one * state.b, one)
        at, weight = np.polynomial.legendre.leggauss(nodes)
        start = np.exp(math.log(8) - 14 * (1 - at))
        likely = torch.from_numpy(weight * start * np.exp(-(start**2) / 2))
        values = network.carried(torch.from_numpy(start), stop)
        return Spiked(values, likely / likely.sum(), float(network.variance(stop)), towards)


@dataclass(frozen=True)
class Averages:
    """Q, the components of the weights along s and along the second axis, and b."""

    overlap: float
    along: float
    beside: float
    b: float

    @staticmethod
    def start(cosine: float) -> Averages:
        """Weights WARM mu."""
        size = WARM * CENTROID
        return Averages(size**2, size * cosine, size * math.sqrt(max(0.0, 1 - cosine**2)), 0.0)


_NORMAL = np.arange(-16.0, 17.0) / 2
_THREE = (np.array([-math.sqrt(3.0), 0.0, math.sqrt(3.0)]), np.array([1.0, 4.0, 1.0]) / 6)


def mean_step(state: Averages, data: Spiked, rule: Rule, *, d: int) -> Averages:
    """The mean change in one step, without the factor 2 eta/d: exact at any d, by a rule over what the step knows.

    Given s the projections of datum and noise on the weights are normal; the rule is fine along the pre-activation, on
    which the answer depends, and of three nodes, exact for polynomials, across it.
    """
    level, across = rule.levels.beta[0], max(0.0, state.overlap - state.along**2)
    spread, root = math.sqrt(data.variance * across), math.sqrt(state.overlap)
    turned = np.array([level * spread, (1 - level) * root])
    turned /= np.hypot(*turned)
    fine, coarse = np.meshgrid(_NORMAL, _THREE[0], indexing="ij")
    weights = np.outer(np.exp(-(_NORMAL**2) / 2) / np.exp(-(_NORMAL**2) / 2).sum(), _THREE[1]).ravel()
    of_noise = torch.from_numpy(root * (turned[1] * fine + turned[0] * coarse).ravel())
    scatter = torch.from_numpy((turned[0] * fine - turned[1] * coarse).ravel())
    s = data.values[:, None]
    grid = s.shape[0], len(weights)
    of_datum = (state.along * s + spread * scatter).expand(grid).flatten()
    x0 = of_noise.expand(grid).flatten()
    normal, s = scatter.expand(grid).flatten(), s.expand(grid).flatten()
    weight = torch.outer(data.likely, torch.from_numpy(weights)).flatten()

    b, overlaps = torch.full_like(s, state.b), torch.full_like(s, state.overlap)[None, None]
    found = gradient(rule, of_x0=x0[None], of_x1=of_datum[None], overlaps=overlaps, b=b, v=torch.zeros_like(s)[None])
    pushed, driven, shrink = found.of_datum[0], found.of_noise[0], found.shrink[0, 0]
    # Means given s and both projections: of |x1|^2, |x0|^2, x0.x1; along the axis of s, and the second one.
    datum_square = s.square() + data.variance * (normal.square() + (d - 2))
    noise_square, mixed = x0.square() / state.overlap + (d - 1), x0 * of_datum / state.overlap
    share = state.beside / math.sqrt(across) if across > 1e-12 * state.overlap else 0.0
    second = share * math.sqrt(data.variance) * normal
    squared = (
        pushed.square() * datum_square + driven.square() * noise_square + 2 * pushed * driven * mixed
        + shrink.square() * state.overlap - 2 * shrink * (pushed * of_datum + driven * x0)
    )  # fmt: skip
    change = (
        2 * (pushed * of_datum + driven * x0 - shrink * state.overlap) + 2 * rule.eta / d * squared,
        pushed * s + driven * x0 * (state.along / state.overlap) - shrink * state.along,
        pushed * second + driven * x0 * (state.beside / state.overlap) - shrink * state.beside,
        of_skip(rule, b, noise=noise_square, mixed=mixed, datum=datum_square, hidden=found.hidden) / d,
    )
    return Averages(*(float(part @ weight) for part in change))


def followed(data: Spiked, rule: Rule, *, d: int, steps: int) -> Averages:
    """A training by mean steps: exact but for the scatter of the overlaps, which is of order 1/d."""
    rate, state = 2 * rule.eta / d, Averages.start(data.cosine)
    for _ in range(steps):
        moved = mean_step(state, data, rule, d=d)
        state = Averages(
            state.overlap + rate * moved.overlap,
            state.along + rate * moved.along,
            state.beside + rate * moved.beside,
            state.b + rate * moved.b,
        )
    return state


def mean_generations(count: int, eta: float, stop: float, *, d: int, steps: int) -> tuple[Averages, float]:
    """The last of `count` generations by mean steps, and the bulk variance that it generates."""
    rule, data = _rule(eta), Spiked.first()
    for _ in range(count - 1):
        data = Spiked.after(followed(data, rule, d=d, steps=steps), data.cosine, stop)
    last = followed(data, rule, d=d, steps=steps)
    return last, Spiked.after(last, data.cosine, stop).variance


def chain_generations(
    count: int, eta: float, stop: float, *, d: int, steps: int, replicas: int, generator: torch.Generator
) -> Network:
    """The last of `count` generations by the reduced chain, each replica a line of generations of its own."""
    device, rule = generator.device, _rule(eta)
    cosine = torch.ones(replicas, dtype=torch.float64, device=device)
    centroids = torch.tensor([[CENTROID, 0.0], [-CENTROID, 0.0]], dtype=torch.float64, device=device)
    data = Clusters((0.5, 0.5), centroids, (1.0, 1.0))
    while True:
        sine = (1 - cosine.square()).clamp_min(0).sqrt()
        along = WARM * CENTROID * torch.stack((cosine, sine)).unsqueeze(0)
        nothing = torch.zeros_like(cosine)
        start = Reduced(along, nothing[None, None].clone(), nothing.clone(), nothing[None].clone())
        made = train(start, data, rule, d=d, steps=steps, generator=generator)
        overlap = made.overlaps[0, 0]
        cosine = (made.along[0, 0] * cosine + made.along[0, 1] * sine) / overlap.sqrt()
        network, count = Network(overlap, made.b, cosine), count - 1
        if not count:
            return network
        data = Generated.of(network, stop)


def network_generations(
    count: int, eta: float, stop: float, *, d: int, steps: int, replicas: int, generator: torch.Generator
) -> online_sgd.Network:
    """The last of `count` generations with all d weights; data are drawn by the sampler in d dimensions."""
    weights, centroid = online_sgd.warm_start(
        d, rho=CENTROID**2, Q0=(WARM * CENTROID) ** 2, M0=WARM * CENTROID**2, device=generator.device
    )
    unit = torch.ones(1, 1, dtype=torch.float64, device=generator.device)
    draw, made = online_sgd.Mixture((0.5, 0.5), torch.stack((centroid, -centroid)), unit).draw, None
    for _ in range(count):
        made = online_sgd.train(
            online_sgd.start(replicas, weights, 0.0), draw, _rule(eta), steps=steps, generator=generator
        )
        draw = _sampler(made, stop)
    assert made is not None
    return made


def _sampler(made: online_sgd.Network, stop: float) -> online_sgd.Draw:
    encoder = AutoEncoder(0.0, made.weights.mT * math.sqrt(made.weights.shape[-1]))

    def draw(replicas: int, generator: torch.Generator) -> Tensor:
        start = torch.empty((replicas, made.weights.shape[-1]), dtype=torch.float64, device=generator.device).normal_(
            generator=generator
        )
        return euler(
            start,
            denoiser=lambda x, t: made.b[:, None] * x + encoder(x, t),
            times=upward_grid(stop, STEPS),
            kicks=torch.zeros_like,
        )

    return draw


def _rule(eta: float) -> Rule:
    return Rule(eta, Levels.linear((LEVEL,)))
