"""Auto-encoders trained in d dimensions, what they generate there, and networks trained on that: CPL25 (4)-(7), (15).

Everything happens in all d dimensions, by online SGD and the Euler scheme; directions of interest are the first axes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import online_sgd
from numerics.denoiser_gradient import Rule
from numerics.interpolant_sampler import AutoEncoder, check_stop, euler, normal_kicks
from numerics.online_sgd import Draw, Network
from numerics.simulator import ParameterError

_ALIVE = 2**18  # numbers of points generated at once


@dataclass(frozen=True)
class Sampling:
    """Euler steps of 1/steps up to `stop`, without noise."""

    stop: float
    steps: int

    def __post_init__(self) -> None:
        check_stop(self.stop)
        if abs(self.stop * self.steps - round(self.stop * self.steps)) > 1e-9:
            raise ParameterError(f"stop = {self.stop:g}, steps = {self.steps}: stop x steps is no whole number")

    @property
    def times(self) -> tuple[float, ...]:
        """From 0 to stop."""
        return (*tuple(k / self.steps for k in range(round(self.stop * self.steps))), self.stop)


@dataclass(frozen=True)
class Snapshot:
    """Weights over sqrt(d) and skip connection of every replica at a training time."""

    theta: float
    weights: Float64[Tensor, "replicas r d"]
    b: Float64[Tensor, " replicas"]

    @property
    def overlaps(self) -> Float64[Tensor, "replicas r r"]:
        """Q."""
        return torch.bmm(self.weights, self.weights.mT)


def followed(
    network: Network, draw: Draw, rule: Rule, *, thetas: Sequence[float], generator: torch.Generator
) -> Iterator[Snapshot]:
    """The network at each training time, to the nearest step; trained in place."""
    d, done = network.weights.shape[2], 0
    for theta in thetas:
        until = round(theta * d / (2 * rule.eta))
        online_sgd.train(network, draw, rule, steps=until - done, generator=generator)
        done = until
        yield Snapshot(theta, network.weights.clone(), network.b.clone())


def sampled(
    snapshot: Snapshot, replica: int, noise: Float64[Tensor, "n d"], sampling: Sampling, generator: torch.Generator
) -> Float64[Tensor, "n d"]:
    """What the network of one replica makes of `noise`."""
    weights = snapshot.weights[replica].T * math.sqrt(noise.shape[1])
    network = AutoEncoder(float(snapshot.b[replica]), weights)
    return euler(noise, denoiser=network, times=sampling.times, kicks=normal_kicks(generator))


@dataclass
class Generation:
    """Data that each replica of a trained network generates for the next one, points made a good many at a time."""

    snapshot: Snapshot
    sampling: Sampling
    _left: list[Tensor] = field(default_factory=list)

    def draw(self, replicas: int, generator: torch.Generator) -> Float64[Tensor, "replicas d"]:
        """One fresh point per replica."""
        count, _, d = self.snapshot.weights.shape
        if replicas != count:
            raise ParameterError(f"replicas = {replicas} draw from {count} trained networks: one each")
        if not self._left:
            each = max(1, _ALIVE // (count * d))
            made = [self.points(i, each, generator) for i in range(count)]
            self._left = list(torch.stack(made, 1))
        return self._left.pop()

    def points(self, replica: int, n: int, generator: torch.Generator) -> Float64[Tensor, "n d"]:
        """Points of one replica."""
        shape = (n, self.snapshot.weights.shape[2])
        noise = torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)
        return sampled(self.snapshot, replica, noise, self.sampling, generator)


def retrained(
    start: Callable[[], Network],
    draw: Draw,
    rule: Rule,
    *,
    theta: float,
    generations: int,
    sampling: Sampling,
    generator: torch.Generator,
) -> Iterator[Generation]:
    """Train, generate, train on what was generated, and so on, each generation from a fresh `start`."""
    for _ in range(generations):
        (trained,) = followed(start(), draw, rule, thetas=(theta,), generator=generator)
        made = Generation(trained, sampling)
        yield made
        draw = Generation(trained, sampling).draw
