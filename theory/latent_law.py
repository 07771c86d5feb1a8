"""The law of the latent variable of a tanh auto-encoder after Euler steps, on nodes, in every arithmetic.

Z = S u with Q = S S^T of rank 1: u starts from N(0, 1), a step takes it to u + h (Delta u + Gamma S.tanh(S u)) plus a
normal number of variance 2 h epsilon.  With noise the density is carried from one uniform grid to the next; without,
the nodes of the start are carried themselves.  The trapezoidal rule then errs by less than 1e-8 in probability.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import mpmath
import numpy as np

from theory.matrices import Matrices, array_matrices

CUTOFF = 1e-10
"""A pivot of Q below this part of the largest counts as zero."""
MOST = 3000
"""Nodes of a grid."""
_REACH = 7.5  # standard deviations
_FINE = 0.7  # spacing of the nodes over the shortest length


@dataclass(frozen=True)
class Model:
    """Q, G, b, epsilon, stop, steps as numbers of one arithmetic; equal for equal numbers at equal precision."""

    overlaps: tuple[tuple[Any, ...], ...]
    loadings: tuple[Any, ...]
    skip: Any
    epsilon: Any
    stop: Any
    steps: Any
    precision: int
    of: Matrices = field(compare=False, repr=False)


def model(of: Matrices, *values: Any) -> Model:
    """From the fields of a table."""
    overlaps, loadings, *numbers = values
    rows = tuple(tuple(overlaps[i, j] for j in range(overlaps.shape[1])) for i in range(overlaps.shape[0]))
    plain = [number.item() if isinstance(number, np.ndarray) and not number.shape else number for number in numbers]
    return Model(rows, tuple(loadings[i] for i in range(loadings.shape[0])), *plain, mpmath.mp.prec, of)


def pivots(overlaps: np.ndarray) -> tuple[int, list[int]]:
    """Rank by a Cholesky factor with pivots, and the places of the pivots; ValueError if Q is no covariance."""
    left, chosen, largest = np.array(overlaps, dtype=float), list[int](), float(np.max(np.diag(overlaps), initial=0.0))
    scale = float(np.abs(left).max(initial=0.0))
    while len(chosen) < len(left):
        place = int(np.argmax(np.diag(left)))
        if left[place, place] <= CUTOFF * largest:
            break
        left = left - np.outer(left[:, place], left[place]) / left[place, place]
        chosen.append(place)
    if np.abs(left).max(initial=0.0) > 1e-6 * scale:
        raise ValueError("is no covariance: an eigenvalue is negative")
    return len(chosen), chosen


def carried(of: Matrices, *values: Any) -> Any:
    """Places of G^T Q^+ Z after the last step."""
    return _law(model(of, *values))[0]


def probability(of: Matrices, *values: Any) -> Any:
    """Probabilities of these places."""
    return _law(model(of, *values))[1]


def count(of: Matrices, *values: Any) -> Any:
    """Their number."""
    return len(_law(model(of, *values))[0]) * of.identity(1)[0, 0]


def seen(of: Matrices, *values: Any) -> Any:
    """G^T Q^+ G, the part of the direction that lies along the weights."""
    made = model(of, *values)
    _, along = _column(made)
    return along * along


def across(of: Matrices, *values: Any) -> Any:
    """V after the last step, CPL25 (100)."""
    made = model(of, *values)
    found = made.of.identity(1)[0, 0]
    for step in _steps(made):
        found = step.factor * step.factor * found + step.noise
    return found


def across_without_noise(of: Matrices, *values: Any) -> Any:
    """The product of the factors alone, as in CPL25 (106)-(107)."""
    made = model(of, *values)
    found = made.of.identity(1)[0, 0]
    for step in _steps(made):
        found = step.factor * step.factor * found
    return found


def nodes(fields: Mapping[str, np.ndarray]) -> int:
    """How many nodes a model with these fields needs; ValueError where that is too many."""
    made = model(array_matrices(), *(fields[name] for name in ("Q", "G", "b", "epsilon", "stop", "steps")))
    reaches, spacing = _grids(made, *_column(made), _steps(made))
    return 2 * math.ceil(reaches[-1] / spacing) + 1


@dataclass(frozen=True)
class _Step:
    """u -> factor u + push S.tanh(S u) + a normal number of variance `noise`."""

    factor: Any
    push: Any
    noise: Any


def _steps(of: Model) -> list[_Step]:
    found, steps = [], of.steps
    for k in range(round(float(of.stop) * float(steps))):
        left = (steps - k) / steps  # 1 - t
        towards = 1 / left + of.epsilon * (1 - left) / (left * left)
        own = of.skip * towards - 1 / left - of.epsilon / (left * left)
        found.append(_Step(1 + own / steps, towards / steps, 2 * of.epsilon / steps))
    return found


def _column(of: Model) -> tuple[list[Any], Any]:
    """S with Q = S S^T, and G.S/S.S."""
    place = max(range(len(of.overlaps)), key=lambda i: float(of.overlaps[i][i]))
    length = of.overlaps[place][place] ** 0.5
    column = [row[place] / length for row in of.overlaps]
    square = sum(entry * entry for entry in column)
    return column, sum(g * entry for g, entry in zip(of.loadings, column, strict=True)) / square


@lru_cache(maxsize=64)
def _law(of: Model) -> tuple[Any, Any]:
    column, along = _column(of)
    steps = _steps(of)
    arrays = of.of
    one = arrays.identity(1)[0, 0]

    def moved(step: _Step, u: Any) -> Any:
        answers = sum((s * _tanh(arrays.exp, s * u) for s in column[1:]), column[0] * _tanh(arrays.exp, column[0] * u))
        return step.factor * u + step.push * answers

    reaches, spacing = _grids(of, column, along, steps)
    if not float(of.epsilon):
        nodes = _uniform(one, reaches[0], spacing)
        weights = arrays.exp(-nodes * nodes / 2)
        for step in steps:
            nodes = moved(step, nodes)
        return along * nodes, weights / weights.sum()
    nodes = _uniform(one, reaches[0], spacing)
    density = arrays.exp(-nodes * nodes / 2)
    for step, reach in zip(steps, reaches[1:], strict=True):
        following = _uniform(one, reach, spacing)
        away = following[:, None] - moved(step, nodes)[None, :]
        density = arrays.exp(-away * away / (2 * step.noise)) @ density
        density, nodes = density / density.sum(), following
    return along * nodes, density / density.sum()


def _grids(of: Model, column: list[Any], along: Any, steps: list[_Step]) -> tuple[list[float], float]:
    """How far u reaches at each time, and the spacing of nodes; ValueError where too many would be needed."""
    length, pull = sum(float(s) ** 2 for s in column), sum(abs(float(s)) for s in column)
    shift, variance, steepest, total, reaches = 0.0, 1.0, 1.0, 1.0, [_REACH]
    for step in steps:
        factor, push, noise = float(step.factor), float(step.push), float(step.noise)
        shift = abs(factor) * shift + push * pull  # tanh is at most one: the rest is linear
        variance = factor**2 * variance + noise
        reaches.append(shift + _REACH * math.sqrt(variance))
        slope = max(abs(factor), abs(factor + push * length))
        steepest, total = max(steepest, slope), total * max(slope, 1e-3)
    left = math.sqrt(variance_across(of) * max(1 - float(along) ** 2, 1e-12))
    visible = left / max(abs(float(along)), 1e-12)
    if float(of.epsilon):
        shortest = min(visible, math.sqrt(2 * float(of.epsilon) / float(of.steps)) / steepest)
    else:
        shortest = visible / max(1.0, total)
    spacing = _FINE * min(1.0, shortest)
    if 2 * max(reaches) / spacing > MOST:
        needed = f"{2 * max(reaches) / spacing:.0f} nodes, at most {MOST}"
        raise ValueError(f"the latent law needs {needed}: take fewer steps, or more noise")
    return reaches, spacing


def variance_across(of: Model) -> float:
    """V after the last step in double precision."""
    found = 1.0
    for step in _steps(of):
        found = float(step.factor) ** 2 * found + float(step.noise)
    return found


def _uniform(one: Any, reach: float, spacing: float) -> Any:
    half = math.ceil(reach / spacing)
    numbers = np.arange(-half, half + 1) * spacing
    if hasattr(one, "detach"):
        return one * one.new_tensor(numbers)
    return numbers if isinstance(one, float | np.floating) else numbers.astype(object) * one


def _tanh(exp: Callable[[Any], Any], x: Any) -> Any:
    return 1 - 2 / (exp(2 * x) + 1)
