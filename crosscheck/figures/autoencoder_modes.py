"""The numbers of CPL25 Fig. 5 and of its law: three clusters and two hidden units, which generate four narrow modes.

Without time encoding the network is odd and starts from symmetric noise: what it generates is symmetric, the data not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from crosscheck.figures.autoencoder import THREE, Column, Progress, Setting, _columns
from numerics import seeds
from numerics.trained_networks import Sampling
from numerics.trained_points import points_of_runs
from theory import latent_nodes, stein

SAMPLING = Sampling(0.95, 100)
SHOWN = (1.0, 2.0, 4.0)
MOMENTS = ("share", "mean along e1", "mean along e2", "deviation along e1", "deviation along e2")
_QUADRANTS = ((1, 1), (-1, 1), (-1, -1), (1, -1))
_DRAWN = 200  # points of the first run in the picture


@dataclass(frozen=True)
class Modes:
    """One row per training time, quadrant of the plane (0 to 3, counted from ++) and moment of what lies in it."""

    theta: Column
    quadrant: Column
    moment: Column
    theory: Column
    mean: Column
    error: Column


@dataclass(frozen=True)
class Cloud:
    """Some points of one run."""

    theta: Column
    x: Column
    y: Column


def modes(
    *,
    setting: Setting = THREE,
    shown: Sequence[float] = SHOWN,
    points: int = 2000,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> tuple[Modes, Cloud]:
    """Moments in each quadrant, and points."""
    progress(f"points of {setting.runs} networks in {setting.d} dimensions ...")
    generator = seeds.generator("figure modes", repr(setting), seed=seed, block=0, device=device)
    drawn = points_of_runs(setting.task, shown, SAMPLING, points, generator)
    rows: list[tuple[float, ...]] = []
    cloud: list[tuple[float, ...]] = []
    for theta, state, sample in zip(shown, setting.flow(shown), drawn, strict=True):
        theory = _expected(state, setting)
        measured = np.array([_moments(run, np.ones(len(run)), np.zeros((2, 2))) for run in sample])
        error = measured.std(0, ddof=1) / np.sqrt(len(sample))
        rows += [
            (theta, q, k, theory[q, k], measured[:, q, k].mean(), error[q, k])
            for q in range(len(_QUADRANTS))
            for k in range(len(MOMENTS))
        ]
        cloud += [(theta, *np.round(point, 3)) for point in sample[0, :_DRAWN]]
    return Modes(*_columns(rows)), Cloud(*_columns(cloud))


def _expected(state: stein.Overlaps, setting: Setting) -> Column:
    q = state.q.sum(0)
    made = latent_nodes.generated(q, state.b, stop=SAMPLING.stop, steps=SAMPLING.steps, nodes=120)
    law = latent_nodes.projected(made, q, setting.loadings(state))
    return _moments(law.centres, law.weights, law.covariance)


def _moments(at: Column, weights: Column, around: Column) -> Column:
    """(quadrants, moments) of points with weights, each with a covariance around it that keeps it in its quadrant."""
    found = []
    for signs in _QUADRANTS:
        kept = np.all(at * np.array(signs) > 0, axis=1)
        inside, share = at[kept], weights[kept]
        mean = share @ inside / share.sum()
        spread = np.sqrt(share @ (inside - mean) ** 2 / share.sum() + np.diag(around))
        found.append([share.sum() / weights.sum(), *mean, *spread])
    return np.array(found)
