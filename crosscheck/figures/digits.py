"""The numbers of CPL25 Fig. 3, 6 and 10 for a set of images: by default the handwritten sevens that are shipped.

Images are centred and divided by one number, so that the largest eigenvalue of their covariance is TOP; Lambda is the
trace over d after that.  The flow knows the covariance by blocks: each of the SINGLE largest eigenvalues is a direction
of its own, without mass; the others lie in BLOCKS of equal size with the mean of their eigenvalues.  b feels the trace
of all, and of the 1/d terms that of the hidden units, which a few large eigenvalues make large.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

import numpy as np

from crosscheck.figures.autoencoder import Column, Progress, _columns
from numerics import seeds
from numerics.trained_images import Images, Run, normal, trained
from numerics.trained_networks import Sampling
from theory import latent_nodes, stein

TOP = 8.0
HIDDEN, ETA, LAM, LEVEL = 2, 0.2, 0.784, 0.5
SAMPLING = Sampling(0.98, 50)
SINGLE, BLOCKS, NODES = 8, 6, 14
SHOWN = (0.5, 1.5, 4.0)
CURVE = tuple(np.linspace(0.2, 4, 20).round(3))
RUNS = 64
_PER_ROW, _POINTS = 10, 150


@dataclass(frozen=True)
class Prepared:
    """scaled = components @ axes; image = mean + scale * scaled.  variances fall."""

    images: Images
    axes: Column
    mean: Column
    scale: float

    @property
    def trace(self) -> float:
        """Lambda of the scaled images."""
        return float(self.images.variances.mean())

    def pictured(self, components: Column) -> Column:
        """Pixels of points given by components along the principal axes."""
        return self.mean + self.scale * components @ self.axes


def sevens() -> Column:
    """The 179 handwritten sevens, (n, 64); origin and licence lie beside the file."""
    text = resources.files("crosscheck").joinpath("data", "handwritten_sevens.csv").read_text("utf-8")
    return np.array([line.split(",") for line in text.splitlines() if not line.startswith("#")], dtype=float)


def prepared(images: Column) -> Prepared:
    """Centred, scaled, and turned into the frame of the principal components; components of a fixed sign."""
    mean = images.mean(0)
    centred = images - mean
    values, vectors = np.linalg.eigh(centred.T @ centred / len(images))
    values, vectors = np.clip(values[::-1], 0, None), vectors[:, ::-1]
    signs = np.sign(vectors[np.abs(vectors).argmax(0), np.arange(len(values))])
    scale = float(np.sqrt(values[0] / TOP))
    vectors = vectors * signs
    return Prepared(Images(centred @ vectors / scale, values / scale**2), vectors.T, mean, scale)


def start(d: int, seed: int, device: str) -> Column:
    """Rows of w/sqrt(d) with w standard normal."""
    return normal((HIDDEN, d), seeds.generator("figure digits start", d, seed=seed, block=0, device=device)) / np.sqrt(
        d
    )


def flow(
    variances: Column,
    rows: Column,
    thetas: Sequence[float],
    *,
    single: int = SINGLE,
    blocks: int = BLOCKS,
    of_size: bool = True,
) -> list[stein.Overlaps]:
    """The overlaps by blocks of eigenvalues from the given weights; clusters 1 and 2 are the first two axes.

    These clusters have no weight: their overlaps m are G.
    """
    d = len(variances)
    single = min(single, d - 1)
    edges = np.linspace(single, d, min(blocks, d - single) + 1).round().astype(int)
    parts = [slice(k, k + 1) for k in range(single)]
    parts += [slice(low, high) for low, high in itertools.pairwise(edges)]
    masses = np.array([latent_nodes.NO_MASS if k < single else p.stop - p.start for k, p in enumerate(parts)])
    masses /= masses.sum()
    eigenvalues = np.array([variances[part].mean() for part in parts])
    products = np.zeros((3, 3, len(parts)))
    products[1, 1, 0] = products[2, 2, 1] = 1
    model = stein.Model(
        weights=np.array([1 - 2 * latent_nodes.NO_MASS, latent_nodes.NO_MASS, latent_nodes.NO_MASS]), masses=masses,
        eigenvalues=np.tile(eigenvalues, (3, 1)), products=products, alpha=np.array([1 - LEVEL]),
        beta=np.array([LEVEL]), level=np.ones(1), encoding=np.zeros(1), eta=ETA, lam=LAM, d=d if of_size else np.inf,
        trace=float(variances.mean()),
    )  # fmt: skip
    q = np.array([rows[:, part] @ rows[:, part].T for part in parts])
    m = np.zeros((len(parts), 3, len(rows)))
    m[0, 1], m[1, 2] = rows[:, 0], rows[:, 1]
    return stein.path(model, stein.Overlaps(q, m, 0.0, np.zeros(len(rows))), thetas, nodes=NODES, tolerance=1e-9)


QUANTITIES = ("Q11", "Q22", "G^2 along the first axis", "G^2 along the second axis", "b")


@dataclass(frozen=True)
class Curves:
    """One row per quantity and training time: flow with its 1/d term, without it, with twice the blocks; SGD."""

    quantity: Column
    theta: Column
    theory: Column
    limit: Column
    finer: Column
    gaussian: Column
    gaussian_error: Column
    images: Column
    images_error: Column


@dataclass(frozen=True)
class Points:
    """Points in the plane of the first two axes: of the law of the flow, and of a network after the images."""

    theta: Column
    x: Column
    y: Column
    px: Column
    py: Column


@dataclass(frozen=True)
class Pictures:
    """One row per pixel, grey from 0 (the darkest of the images) to 1.

    row: 0 images, 1 Gaussian, then generated at each training time by a network trained on the images, and at the last
    one by a network trained on the Gaussian, all from the same noise
    """

    theta: Column
    row: Column
    column: Column
    pixel: Column
    grey: Column


@dataclass(frozen=True)
class Found:
    """All parts of the figure, with the eigenvalues after scaling and Lambda."""

    curves: Curves
    points: Points
    pictures: Pictures
    prepared: Prepared
    runs: int


def learned(
    images: Column,
    *,
    thetas: Sequence[float] = CURVE,
    shown: Sequence[float] = SHOWN,
    runs: int | None = None,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Found:
    """Flow, SGD on the Gaussian and on the images, from the same weights; seconds for 64 pixels, minutes for 784."""
    made = prepared(images)
    d = len(made.mean)
    count = runs or max(4, min(RUNS, 4096 // d))
    rows = start(d, seed, device)
    every = tuple(sorted({*thetas, *shown}))
    progress("flow of the overlaps by blocks ...")
    theory, limit, finer = (
        dict(zip(every, flow(made.images.variances, rows, every, blocks=blocks, of_size=of_size), strict=True))
        for blocks, of_size in ((BLOCKS, True), (BLOCKS, False), (2 * BLOCKS, True))
    )
    found: list[dict[float, Run]] = []
    for name in ("gaussian", "images"):
        progress(f"{count} runs of online SGD on the {name} in {d} dimensions ...")
        generator = seeds.generator("figure digits", name, d, seed=seed, block=0, device=device)
        draw = (made.images.gaussian if name == "gaussian" else made.images.themselves)(generator.device)
        runs_of = trained(draw, rows, every, eta=ETA, lam=LAM, t=LEVEL, runs=count, generator=generator)
        found.append(dict(zip(every, runs_of, strict=True)))
    numbers: list[tuple[float, ...]] = []
    for theta in thetas:
        columns = [_of_flow(part[theta]) for part in (theory, limit, finer)]
        columns += [part for one in found for part in _of_runs(one[theta])]
        numbers += [(k, theta, *(column[k] for column in columns)) for k in range(len(QUANTITIES))]
    noise = normal((_POINTS, d), seeds.generator("figure digits noise", d, seed=seed, block=0, device=device))
    points: list[tuple[float, ...]] = []
    for theta in shown:
        made_by_flow = _drawn(theory[theta], np.random.default_rng([seed, round(1000 * theta)]))
        made_by_network = found[1][theta].generated(noise, SAMPLING)[:, :2]
        points += [(theta, *pair) for pair in np.round(np.hstack([made_by_flow, made_by_network]), 3)]
    return Found(
        Curves(*_columns(sorted(numbers))),
        Points(*_columns(points)),
        Pictures(*_columns(_pixels(made, found, shown, noise[:_PER_ROW], seed, device))),
        made, count,
    )  # fmt: skip


def _of_flow(state: stein.Overlaps) -> list[float]:
    q = state.q.sum(0)
    return [q[0, 0], q[1, 1], np.trace(state.q[0]), np.trace(state.q[1]), state.b]


def _of_runs(run: Run) -> tuple[Column, Column]:
    w = run.weights
    values = np.stack([*(w**2).sum(2).T, *((w[:, :, :2] ** 2).sum(1).T), run.b])
    return values.mean(1), values.std(1, ddof=1) / np.sqrt(values.shape[1])


def _drawn(state: stein.Overlaps, random: np.random.Generator) -> Column:
    q, loadings = state.q.sum(0), state.m.sum(0)[1:].T
    made = latent_nodes.generated(q, state.b, stop=SAMPLING.stop, steps=SAMPLING.steps, nodes=121)
    law = latent_nodes.projected(made, q, loadings)
    nodes = random.choice(len(law.weights), _POINTS, p=law.weights)
    return law.centres[nodes] + random.multivariate_normal(np.zeros(2), law.covariance, _POINTS)


def _pixels(
    made: Prepared, found: list[dict[float, Run]], shown: Sequence[float], noise: Column, seed: int, device: str
) -> list[tuple[float, ...]]:
    gaussian, images = found
    d, count = len(made.mean), len(noise)
    generator = seeds.generator("figure digits pictures", d, seed=seed, block=0, device=device)
    of_gaussian = normal((count, d), generator) * np.sqrt(made.images.variances)
    chosen = np.linspace(0, len(made.images.components) - 1, count).astype(int)
    rows = [made.images.components[chosen], of_gaussian]
    rows += [images[theta].generated(noise, SAMPLING) for theta in shown]
    rows.append(gaussian[shown[-1]].generated(noise, SAMPLING))
    times = [np.nan, np.nan, *shown, shown[-1]]
    low, high = (float(edge(made.pictured(made.images.components))) for edge in (np.min, np.max))
    return [
        (times[row], row, column, pixel, round(float(grey), 3))
        for row, components in enumerate(rows)
        for column, image in enumerate(np.clip((made.pictured(components) - low) / (high - low), 0, 1))
        for pixel, grey in enumerate(image)
    ]
