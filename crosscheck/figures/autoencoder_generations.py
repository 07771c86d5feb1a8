"""The numbers of the figures of generations: each trained on what the one before it made, CPL25 (15) and Fig. 4.

Points are trained and generated in d dimensions; lines come from the flows of the overlaps and the law on nodes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import brentq

from crosscheck.figures.autoencoder import Column, Progress, Setting, _columns, two_modes
from numerics import seeds
from numerics.trained_networks import Sampling
from numerics.trained_points import generations_of_runs
from theory import latent_nodes, stein

THETA = 3.0
GENERATIONS = 3
SAMPLING = Sampling(0.98, 50)
NODES, LATENT = 48, 81
"""Of the Gaussian averages in each variable, and of the latent variable: Q of a generation errs by less than 1e-3."""
_BINS = np.linspace(-6, 6, 61)


@dataclass(frozen=True)
class Overlaps:
    """One row per generation: Q, G (with the centroid's direction), b and V; theory, mean of runs, its error."""

    generation: Column
    quantity: Column
    theory: Column
    mean: Column
    error: Column


@dataclass(frozen=True)
class Densities:
    """One row per generation and place along the centroid."""

    generation: Column
    x: Column
    theory: Column
    target: Column
    simulated: Column
    error: Column


def generations(
    *,
    d: int = 1000,
    runs: int = 4,
    points: int = 2000,
    count: int = GENERATIONS,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> tuple[Overlaps, Densities]:
    """Two modes at +-1.5, learning rate 0.2, no weight decay; every generation starts at 0.1 of the centroid."""
    setting = two_modes(0.0, d=d, runs=runs)
    progress("flows of the generations ...")
    expected = followed(setting, count)
    generator = seeds.generator("figure generations", repr(setting), seed=seed, block=0, device=device)
    numbers: list[tuple[float, ...]] = []
    places: list[tuple[float, ...]] = []
    at, width = (_BINS[1:] + _BINS[:-1]) / 2, _BINS[1] - _BINS[0]
    target = (np.exp(-((at - 1.5) ** 2) / 2) + np.exp(-((at + 1.5) ** 2) / 2)) / 2 / np.sqrt(2 * np.pi)
    progress(f"generation 1 of {count}, {runs} runs in {d} dimensions ...")
    measured = generations_of_runs(
        setting.task, theta=THETA, generations=count, sampling=SAMPLING, points=points, generator=generator
    )
    for k, (wanted, found) in enumerate(zip(expected, measured, strict=True), 1):
        if k < count:
            progress(f"generation {k + 1} of {count}, trained on what generation {k} makes ...")
        of_runs = (found.q, np.abs(found.g), found.b, found.bulk)
        of_theory = (wanted.q, wanted.g, wanted.b, wanted.law.bulk)
        numbers += [(k, n, value, *_mean(one)) for n, (value, one) in enumerate(zip(of_theory, of_runs, strict=True))]
        counts = np.array([np.histogram(one, _BINS)[0] for one in found.along]) / points / width
        density = _binned(wanted)
        error = counts.std(0, ddof=1) / np.sqrt(runs)
        places += [(k, *row) for row in zip(at, density, target, counts.mean(0), error, strict=True)]
    return Overlaps(*_columns(numbers)), Densities(*_columns(places))


@dataclass(frozen=True)
class Expected:
    """Q, G, b of one generation, and its law."""

    q: float
    g: float
    b: float
    law: latent_nodes.Generated


def followed(setting: Setting, count: int, *, nodes: int = NODES, latent: int = LATENT) -> list[Expected]:
    """The flows of `count` generations of a network with one hidden unit."""
    model, rows = setting.model, np.array(setting.start)[:, :1]
    (state,) = setting.flow((THETA,), nodes)
    loading, found = setting.loadings(state)[:, :1], list[Expected]()
    for _ in range(count):
        q = state.q.sum(0)
        law = latent_nodes.generated(q, state.b, stop=SAMPLING.stop, steps=SAMPLING.steps, nodes=latent)
        found.append(Expected(float(q[0, 0]), float(loading[0, 0]), state.b, law))
        if len(found) < count:
            model, state = latent_nodes.next_target(model, law, q, loading, rows)
            (state,) = stein.path(model, state, (THETA,), nodes=nodes, tolerance=1e-7)
            loading = state.m.sum(0)[-1:].T
    return found


def _binned(of: Expected) -> Column:
    """Mean density in each bin: the law may be narrower than a bin."""
    steps = 20
    fine = latent_nodes.generated(np.array([[of.q]]), of.b, stop=SAMPLING.stop, steps=SAMPLING.steps, nodes=4001)
    law = latent_nodes.projected(fine, np.array([[of.q]]), np.array([[of.g]]))
    at = np.linspace(_BINS[0], _BINS[-1], steps * (len(_BINS) - 1) + 1)
    return latent_nodes.density(law, (at[1:] + at[:-1])[:, None] / 2).reshape(-1, steps).mean(1)


MAP_THETA, MAP_STEPS = 20.0, 100
STOPS = (0.5, 0.8)
STARTS = {0.5: (0.15, 6.0), 0.8: (0.75, 1.35)}


@dataclass(frozen=True)
class Map:
    """One row per stop and variance of the data: what the model generates. stable: 1 or 0 at fixed points, else nan."""

    stop: Column
    variance: Column
    following: Column
    stable: Column


@dataclass(frozen=True)
class Walk:
    """One row per stop, start and generation: bulk variance of its data, and of what it generates, with the error."""

    stop: Column
    start: Column
    generation: Column
    variance: Column
    following: Column
    error: Column


def mapped(variance: float, stop: float) -> float:
    """Bulk variance that a model generates whose skip connection has learned for MAP_THETA at t = 1/2."""
    rate = (1 + variance) / 4
    b = variance / (1 + variance) * 2 * -np.expm1(-rate * MAP_THETA)
    return latent_nodes.bulk(float(b), stop=stop, steps=MAP_STEPS)


def curves(stops: Sequence[float] = STOPS, grid: Sequence[float] = tuple(np.geomspace(1e-2, 1e2, 81))) -> Map:
    """The map on a grid, and where it crosses the diagonal."""
    rows: list[tuple[float, ...]] = []
    for stop in stops:
        rows += [(stop, x, mapped(x, stop), np.nan) for x in grid]
        gaps = [np.log(mapped(x, stop) / x) for x in grid]
        for low, high, one, other in zip(grid, grid[1:], gaps, gaps[1:], strict=False):
            if one * other < 0:
                at = brentq(lambda x, stop=stop: np.log(mapped(x, stop) / x), low, high, xtol=1e-14)
                rows.append((stop, at, mapped(at, stop), float(one > 0)))  # pyright: ignore[reportArgumentType]
    return Map(*_columns(rows))


def walks(
    *,
    starts: dict[float, tuple[float, ...]] = STARTS,
    d: int = 300,
    runs: int = 2,
    count: int = 6,
    points: int = 400,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda _: None,
) -> Walk:
    """Train, generate, retrain: two modes at +-1.5, learning rate 0.5, from several variances of the first data."""
    rows: list[tuple[float, ...]] = []
    for stop, variances in starts.items():
        for start in variances:
            progress(f"{count} generations from the variance {start:g}, stop {stop:g} ...")
            base = two_modes(0.0, d=d, runs=runs)
            task = replace(base.task, eta=0.5, variance=start)
            generator = seeds.generator("figure map", repr(task), stop, seed=seed, block=0, device=device)
            before = start
            measured = generations_of_runs(
                task, theta=MAP_THETA, generations=count, sampling=Sampling(stop, MAP_STEPS), points=points,
                generator=generator,
            )  # fmt: skip
            for k, found in enumerate(measured, 1):
                mean, error = _mean(found.bulk)
                rows.append((stop, start, k, before, mean, error))
                before = mean
    return Walk(*_columns(rows))


def _mean(of_runs: Column) -> tuple[float, float]:
    return float(of_runs.mean()), float(of_runs.std(ddof=1) / np.sqrt(len(of_runs)))
