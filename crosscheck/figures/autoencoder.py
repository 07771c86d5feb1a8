"""The numbers of CPL25 Fig. 1, 2, 5 anew: overlaps of an auto-encoder along its training, and the law it generates.

Lines come from the flows of the overlaps, points from online SGD and Euler steps in d dimensions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics import seeds
from numerics.trained_networks import Sampling
from numerics.trained_points import Task, overlaps_of_runs, points_of_runs
from theory import latent_nodes, stein

Column = NDArray[np.float64]
Progress = Callable[[str], None]
NODES = {1: 30, 2: 16}
"""Gauss and Hermite nodes in each variable, by the number of hidden units: Q and M err by less than 1e-4."""
QUANTITIES = ("Q11", "Q22", "M1 of centroid 1", "M2 of centroid 2", "M1 of centroid 3", "b")


@dataclass(frozen=True)
class Setting:
    """Isotropic clusters of unit variance and equal weight; hidden units start along the first r axes.

    centroids by their components along the axes of the plane; start: rows of w/sqrt(d) by theirs.
    """

    centroids: tuple[tuple[float, ...], ...]
    start: tuple[tuple[float, ...], ...]
    t: float
    eta: float
    lam: float
    d: int
    runs: int

    @property
    def model(self) -> stein.Model:
        """Of the flow."""
        at, count = np.array(self.centroids), len(self.centroids)
        return stein.Model(
            weights=np.full(count, 1 / count), masses=np.ones(1), eigenvalues=np.ones((count, 1)),
            products=(at @ at.T)[:, :, None], alpha=np.array([1 - self.t]), beta=np.array([self.t]),
            level=np.ones(1), encoding=np.zeros(1), eta=self.eta, lam=self.lam,
        )  # fmt: skip

    @property
    def task(self) -> Task:
        """Of the simulation."""
        return Task(self.centroids, self.start, self.t, self.eta, self.lam, self.d, self.runs)

    def flow(self, thetas: Sequence[float], nodes: int | None = None) -> list[stein.Overlaps]:
        """The overlaps at these training times."""
        rows, at = np.array(self.start), np.array(self.centroids)
        state = stein.Overlaps((rows @ rows.T)[None], (at @ rows.T)[None], 0.0, np.zeros(len(rows)))
        return stein.path(self.model, state, thetas, nodes=nodes or NODES[len(rows)], tolerance=1e-7)

    def loadings(self, state: stein.Overlaps) -> Column:
        """G (r, axes): overlaps with the axes, of which each carries a centroid."""
        at = np.array(self.centroids)
        return np.linalg.lstsq(at, state.m.sum(0), rcond=None)[0].T


NOTEBOOK = Setting(((3, 0), (0, -3), (-3, 0)), ((0.3, 0), (0, -0.3)), t=0.7, eta=0.1, lam=0.1, d=2000, runs=4)
"""Of the authors' public notebook; the paper's own numbers are illegible in the copy at hand."""
THREE = Setting(((3, 0), (0, 3), (-3, 0)), ((0.1, 0), (0, 0.1)), t=0.5, eta=0.2, lam=0.0, d=1000, runs=4)
"""CPL25 Fig. 5; the factors 3 of the centroids and 0.1 of the start are the notebook's, or assumed."""


def two_modes(lam: float, *, d: int = 1000, runs: int = 4) -> Setting:
    """CPL25 Fig. 2: data at +-1.5 along the first axis; E is the plane of it and the second."""
    return Setting(((1.5, 0), (-1.5, 0)), ((0.15, 0),), t=0.5, eta=0.2, lam=lam, d=d, runs=runs)


@dataclass(frozen=True)
class Training:
    """One row per quantity (its place in QUANTITIES) and training time; error: of the mean of the runs."""

    quantity: Column
    theta: Column
    theory: Column
    run: Column
    mean: Column
    error: Column


def training(
    setting: Setting,
    *,
    thetas: Sequence[float] = tuple(np.linspace(0.1, 4, 40).round(3)),
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Training:
    """Overlaps along the training; about 1.5 ms per step of SGD on one core."""
    progress("flow of the overlaps ...")
    theory = [_chosen(state.q.sum(0), state.m.sum(0), state.b) for state in setting.flow(thetas)]
    progress(f"{setting.runs} runs of online SGD in {setting.d} dimensions ...")
    generator = seeds.generator("figure training", repr(setting), seed=seed, block=0, device=device)
    rows: list[tuple[float, ...]] = []
    for theta, wanted, (q, m, b) in zip(thetas, theory, overlaps_of_runs(setting.task, thetas, generator), strict=True):
        found = np.array([_chosen(*one) for one in zip(q, m, b, strict=True)])
        error = found.std(0, ddof=1) / np.sqrt(len(found))
        rows += [(k, theta, wanted[k], found[0, k], found[:, k].mean(), error[k]) for k in range(len(QUANTITIES))]
    return Training(*_columns(sorted(rows)))


def _chosen(q: Column, m: Column, b: float) -> list[float]:
    return [q[0, 0], q[1, 1], m[0, 0], m[1, 1], m[2, 0], b]


@dataclass(frozen=True)
class Law:
    """One row per weight decay, training time and place along the centroid: densities, and that of simulated points."""

    lam: Column
    theta: Column
    x: Column
    theory: Column
    target: Column
    simulated: Column
    error: Column


@dataclass(frozen=True)
class Distance:
    """One row per weight decay and training time: H along the centroid, and in the plane; of simulated points along it.

    H^2 = 1/2 integral (sqrt(p) - sqrt(q))^2.  simulated: of the law (14) of the trained networks, mean and error
    """

    lam: Column
    theta: Column
    line: Column
    plane: Column
    simulated: Column
    error: Column


SAMPLING = Sampling(0.9, 100)
DECAYS = (0.0, 1.5)
SHOWN = (0.5, 1.0, 2.0, 5.0)
_AT = np.linspace(-7.5, 7.5, 751)
_BINS = np.linspace(-5, 5, 41)


def laws(
    *,
    decays: Sequence[float] = DECAYS,
    shown: Sequence[float] = SHOWN,
    d: int = 1000,
    runs: int = 4,
    points: int = 1500,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Law:
    """Density along the centroid of what a network generates, against a histogram of points in d dimensions."""
    rows: list[tuple[float, ...]] = []
    for lam in decays:
        progress(f"networks with weight decay {lam:g} and their points ...")
        setting = two_modes(lam, d=d, runs=runs)
        generator = seeds.generator("figure density", repr(setting), seed=seed, block=0, device=device)
        drawn = points_of_runs(setting.task, shown, SAMPLING, points, generator)
        for state, theta, sample in zip(setting.flow(shown), shown, drawn, strict=True):
            grid = _BINS[:-1] + np.diff(_BINS) / 2
            law = _line(state, setting)
            counts = np.array([np.histogram(one[:, 0], _BINS)[0] for one in sample]) / points / np.diff(_BINS)
            error = counts.std(0, ddof=1) / np.sqrt(runs)
            theory = latent_nodes.density(law, grid[:, None])
            rows += [(lam, theta, *row) for row in zip(grid, theory, _target(grid), counts.mean(0), error, strict=True)]
    return Law(*_columns(rows))


def distances(
    *,
    decays: Sequence[float] = DECAYS,
    thetas: Sequence[float] = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6),
    d: int = 1000,
    runs: int = 4,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Distance:
    """Hellinger distance to the target: of the theory by quadrature, and of trained networks by their own law (14)."""
    rows: list[tuple[float, ...]] = []
    for lam in decays:
        progress(f"Hellinger distance with weight decay {lam:g} ...")
        setting = two_modes(lam, d=d, runs=runs)
        generator = seeds.generator("figure distance", repr(setting), seed=seed, block=0, device=device)
        measured = overlaps_of_runs(setting.task, thetas, generator)
        for state, theta, (q, g, b) in zip(setting.flow(thetas), thetas, measured, strict=True):
            own = np.array([_apart(_along(*one)) for one in zip(q, g[:, :1, :] / 1.5, b, strict=True)])
            line = _line(state, setting)
            made = latent_nodes.bulk(state.b, stop=SAMPLING.stop, steps=SAMPLING.steps)
            across = (2 * np.sqrt(made) / (1 + made)) ** 0.5  # overlap of N(0, V) with N(0, 1)
            apart = _apart(line)
            plane = np.sqrt(1 - (1 - apart**2) * across)
            rows.append((lam, theta, apart, plane, own.mean(), own.std(ddof=1) / np.sqrt(runs)))
    return Distance(*_columns(rows))


def _line(state: stein.Overlaps, setting: Setting) -> latent_nodes.Projected:
    return _along(state.q.sum(0), setting.loadings(state)[:, :1].T, state.b)


def _along(q: Column, loading: Column, b: float) -> latent_nodes.Projected:
    """Law along one direction, of overlap `loading` (1, r)."""
    made = latent_nodes.generated(q, float(b), stop=SAMPLING.stop, steps=SAMPLING.steps, nodes=401)
    return latent_nodes.projected(made, q, loading.T)


def _apart(law: latent_nodes.Projected) -> float:
    found = latent_nodes.density(law, _AT[:, None])
    return float(np.sqrt(np.sum((np.sqrt(found) - np.sqrt(_target(_AT))) ** 2) * (_AT[1] - _AT[0]) / 2))


def _target(x: Column) -> Column:
    return (np.exp(-((x - 1.5) ** 2) / 2) + np.exp(-((x + 1.5) ** 2) / 2)) / 2 / np.sqrt(2 * np.pi)


def _columns(rows: Sequence[Sequence[float]]) -> list[Column]:
    return [np.array(column, dtype=float) for column in zip(*rows, strict=True)]
