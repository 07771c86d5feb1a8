"""Runs of online SGD on isotropic clusters in d dimensions: overlaps along the training, and what they generate."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.trained_networks import Sampling, Snapshot, followed, retrained, sampled

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """Clusters of equal weight and `variance` at `centroids`, rows of w/sqrt(d) at `start`, by their first axes."""

    centroids: tuple[tuple[float, ...], ...]
    start: tuple[tuple[float, ...], ...]
    t: float
    eta: float
    lam: float
    d: int
    runs: int
    activation: str = "tanh"
    variance: float = 1.0

    @property
    def rule(self) -> Rule:
        """One noise level t."""
        return Rule(self.eta, Levels.linear((self.t,)), self.activation, self.lam)

    def network(self, device: torch.device) -> online_sgd.Network:
        """A fresh one for each run, skip connection 0."""
        return online_sgd.start(self.runs, _padded(self.start, self.d, device), 0.0)

    def mixture(self, device: torch.device) -> online_sgd.Mixture:
        """The data."""
        count = len(self.centroids)
        return online_sgd.Mixture(
            (1 / count,) * count,
            _padded(self.centroids, self.d, device),
            torch.full((1, 1), self.variance, dtype=torch.float64, device=device),
        )


def overlaps_of_runs(
    task: Task, thetas: Sequence[float], generator: torch.Generator
) -> Iterator[tuple[Array, Array, Array]]:
    """Q (runs, r, r), M (runs, clusters, r) and b (runs) at each training time."""
    centroids = _padded(task.centroids, task.d, generator.device)
    for snapshot in _snapshots(task, thetas, generator):
        yield (
            snapshot.overlaps.cpu().numpy(),
            torch.einsum("cd,nrd->ncr", centroids, snapshot.weights).cpu().numpy(),
            snapshot.b.cpu().numpy(),
        )


def points_of_runs(
    task: Task, thetas: Sequence[float], sampling: Sampling, points: int, generator: torch.Generator
) -> Iterator[Array]:
    """Points that every run generates, by their first axes: (runs, points, axes), at each training time."""
    axes = len(task.centroids[0])
    for snapshot in _snapshots(task, thetas, generator):
        made = [_first_axes(snapshot, run, axes, sampling, points, generator) for run in range(task.runs)]
        yield torch.stack(made).cpu().numpy()


@dataclass(frozen=True)
class Measured:
    """Of each run of one generation: Q, overlaps G with the first axis, b, the variance V across, and points.

    along: (runs, points) components along the first axis;  bulk: mean square of a component across the weights
    """

    q: Array
    g: Array
    b: Array
    bulk: Array
    along: Array


def generations_of_runs(
    task: Task, *, theta: float, generations: int, sampling: Sampling, points: int, generator: torch.Generator
) -> Iterator[Measured]:
    """Train, generate, train on what was generated: one hidden unit, each run on its own data."""
    device = generator.device
    made = retrained(
        lambda: task.network(device), task.mixture(device).draw, task.rule, theta=theta, generations=generations,
        sampling=sampling, generator=generator,
    )  # fmt: skip
    for generation in made:
        snapshot = generation.snapshot
        drawn = torch.stack([generation.points(run, points, generator) for run in range(task.runs)])
        yield Measured(
            snapshot.overlaps[:, 0, 0].cpu().numpy(),
            snapshot.weights[:, 0, 0].cpu().numpy(),
            snapshot.b.cpu().numpy(),
            _across(drawn, snapshot.weights[:, 0]).cpu().numpy(),
            drawn[:, :, 0].cpu().numpy(),
        )


def _across(points: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Mean square of (runs, points, d) per dimension orthogonal to (runs, d)."""
    along = torch.einsum("npd,nd->np", points, weights).square() / weights.square().sum(1, keepdim=True)
    return (points.square().sum(2) - along).mean(1) / (points.shape[2] - 1)


def _first_axes(
    snapshot: Snapshot, run: int, axes: int, sampling: Sampling, points: int, generator: torch.Generator
) -> torch.Tensor:
    d, parts = snapshot.weights.shape[2], []
    for first in range(0, points, 100):
        shape = (min(100, points - first), d)
        noise = torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)
        parts.append(sampled(snapshot, run, noise, sampling, generator)[:, :axes])
    return torch.cat(parts)


def _snapshots(task: Task, thetas: Sequence[float], generator: torch.Generator) -> Iterator[Snapshot]:
    device = generator.device
    return followed(task.network(device), task.mixture(device).draw, task.rule, thetas=thetas, generator=generator)


def _padded(rows: Sequence[Sequence[float]], d: int, device: torch.device) -> torch.Tensor:
    found = torch.zeros(len(rows), d, dtype=torch.float64, device=device)
    found[:, : len(rows[0])] = torch.tensor(rows, dtype=torch.float64, device=device)
    return found


@dataclass(frozen=True)
class Chain:
    """A linear unit, data at +-mu, |mu|^2 = rho, of unit variance, started at a tenth of its centroid."""

    rho: float
    t: float
    eta: float
    d: int
    runs: int


def overlaps_of_chain(chain: Chain, theta: float, large: float, generator: torch.Generator) -> tuple[Array, Array]:
    """Q and M of every run at the training time theta; inf and nan once the median of Q is above `large`."""
    root = chain.rho**0.5
    options = {"dtype": torch.float64, "device": generator.device}
    state = reduced_sgd.start(
        chain.runs, along=torch.tensor([[0.1 * root]], **options), rest=torch.zeros(1, 1, **options), b0=0.0
    )
    clusters = reduced_sgd.Clusters((0.5, 0.5), torch.tensor([[root], [-root]], **options), (1.0, 1.0))
    rule, left = Rule(chain.eta, Levels.linear((chain.t,)), "linear"), round(theta * chain.d / (2 * chain.eta))
    while left:
        steps = min(left, 200)
        state = reduced_sgd.train(state, clusters, rule, d=chain.d, steps=steps, generator=generator)
        left -= steps
        if not float(state.overlaps[0, 0].median()) < large:
            return np.full(chain.runs, np.inf), np.full(chain.runs, np.nan)
    return state.overlaps[0, 0].cpu().numpy(), (root * state.along[0, 0]).cpu().numpy()
