"""Online SGD on images, or on the Gaussian of the same covariance, in the frame of their principal components."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from numerics import online_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.online_sgd import Draw
from numerics.trained_networks import Sampling, Snapshot, followed, sampled

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Images:
    """Centred images (n, d) by their components along the principal axes, and the variances (d) along these."""

    components: Array
    variances: Array

    def themselves(self, device: torch.device) -> Draw:
        """One of the images at random for each run."""
        rows = torch.from_numpy(self.components).to(device)

        def draw(replicas: int, generator: torch.Generator) -> torch.Tensor:
            return rows[torch.randint(len(rows), (replicas,), generator=generator, device=device)]

        return draw

    def gaussian(self, device: torch.device) -> Draw:
        """A point of the Gaussian with their covariance."""
        mixture = online_sgd.Mixture(
            (1.0,),
            torch.zeros(1, len(self.variances), dtype=torch.float64, device=device),
            torch.from_numpy(self.variances)[None].to(device),
        )
        return mixture.draw


@dataclass(frozen=True)
class Run:
    """Trained networks at one training time: weights over sqrt(d) (runs, r, d) and b (runs)."""

    snapshot: Snapshot

    @property
    def weights(self) -> Array:
        """By their components along the principal axes."""
        return self.snapshot.weights.cpu().numpy()

    @property
    def b(self) -> Array:
        """Skip connections."""
        return self.snapshot.b.cpu().numpy()

    def generated(self, noise: Array, sampling: Sampling, run: int = 0) -> Array:
        """What the network of one run makes of noise (n, d)."""
        snapshot = self.snapshot
        start = torch.from_numpy(noise).to(snapshot.b.device)
        return sampled(snapshot, run, start, sampling, torch.Generator(snapshot.b.device)).cpu().numpy()


def trained(
    draw: Draw, start: Array, thetas: Sequence[float], *, eta: float, lam: float, t: float, runs: int,
    generator: torch.Generator,
) -> Iterator[Run]:  # fmt: skip
    """Networks of rows `start` (r, d) of w/sqrt(d), skip connection 0, at each training time."""
    rule = Rule(eta, Levels.linear((t,)), "tanh", lam)
    network = online_sgd.start(runs, torch.from_numpy(start).to(generator.device), 0.0)
    for snapshot in followed(network, draw, rule, thetas=thetas, generator=generator):
        yield Run(snapshot)


def normal(shape: tuple[int, int], generator: torch.Generator) -> Array:
    """Standard normal numbers."""
    return torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device).cpu().numpy()
