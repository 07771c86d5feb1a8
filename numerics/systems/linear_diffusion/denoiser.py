"""A linear denoiser, trained on given or drawn data and tried on others; no use is made of what W and b should be.

`d` is the number of directions, those in which data do not vary included; it is never less than the spectrum has.
"""

import math
from typing import NamedTuple

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import noise_prediction, spectra
from numerics.noise_prediction import Denoiser, Matrix, Vector
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table

_AWAY = 0.01  # how far a perturbed denoiser is from the trained one, of its size
_NOISES = 2048  # draws of noise on which a denoiser is fitted
_TESTS = 256  # data on which it is tried


class Trial(NamedTuple):
    """Population and training data, in one random position."""

    covariance: Matrix
    training: Matrix
    root: Matrix
    mean: Vector
    abar: float


@simulator(size="d", route="posterior", footprint=lambda d, spectrum, **_: 4 * max(d, spectrum.whole("modes")) ** 2)
def optimal_denoiser(
    *, d: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Mean squared error of W (x + b), both random near their optimum, for data of this spectrum."""
    trial = _trial(d, c, spectrum, None, generator)
    best = noise_prediction.trained(trial.mean, trial.covariance, kept=trial.abar)
    size = len(trial.mean)
    away = torch.randn(replicas, size, size + 1, dtype=torch.float64, generator=generator)
    away *= _AWAY * best.weights.norm() / away.norm(dim=(1, 2), keepdim=True)
    moved = Denoiser(best.weights + away[:, :, :size], best.shift + away[:, :, size])
    return noise_prediction.loss(moved, trial.mean, trial.covariance, kept=trial.abar)


@simulator(size="d", route="data", block=16)
def optimal_denoiser_fitted(
    *, d: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Mean squared error of W (x + b) fitted to drawn noise on drawn data, by least squares with an intercept."""
    trial = _trial(d, c, spectrum, None, generator)
    found = []
    for _ in range(replicas):
        x, noise = _noised(trial, _NOISES, generator)
        design = torch.cat((x, torch.ones(len(x), 1, dtype=torch.float64)), dim=1)
        fit = torch.linalg.solve(design.T @ design, design.T @ noise).T
        weights = fit[:, :-1]
        denoiser = Denoiser(weights, torch.linalg.solve(weights, fit[:, -1]))
        found.append(noise_prediction.loss(denoiser, trial.mean, trial.covariance, kept=trial.abar))
    return torch.stack(found)


@simulator(size="d", route="posterior", values="exact")
def test_loss(
    *, d: int, c: float, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Loss on new data of the denoiser of given training data, whose mean is off by a draw: from second moments."""
    trial = _trial(d, c, spectrum, n, generator)
    denoiser = noise_prediction.trained(trial.mean, trial.training, kept=trial.abar)
    here = noise_prediction.loss(denoiser, trial.mean, trial.covariance, kept=trial.abar)
    moved = denoiser.weights @ trial.root * math.sqrt(trial.abar / n)
    return (here + moved.square().sum()).reshape(1)


@simulator(size="d", route="data", block=256)
def test_loss_drawn(
    *, d: int, c: float, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same with n training data as points, a mean that is drawn, and noised test data that are drawn."""
    trial = _trial(d, c, spectrum, n, generator)
    found = []
    for _ in range(replicas):
        off = trial.root @ torch.randn(len(trial.mean), dtype=torch.float64, generator=generator) / math.sqrt(n)
        points = _points(trial.training, trial.mean + off, n, generator)
        mean = points.mean(0)
        centred = points - mean
        denoiser = noise_prediction.trained(mean, centred.T @ centred / n, kept=trial.abar)
        x, noise = _noised(trial, _TESTS, generator)
        found.append((noise - (x + denoiser.shift) @ denoiser.weights.T).square().sum(1).mean())
    return torch.stack(found)


@simulator(size="d", route="posterior", values="exact")
def null_direction_bound(
    *, d: int, c: float, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Loss on new data of the denoiser of given training data, whose mean is right: from second moments."""
    trial = _trial(d, c, spectrum, _few(n, spectrum), generator)
    denoiser = noise_prediction.trained(trial.mean, trial.training, kept=trial.abar)
    return noise_prediction.loss(denoiser, trial.mean, trial.covariance, kept=trial.abar).reshape(1)


@simulator(size="d", route="data", block=256)
def null_direction_bound_drawn(
    *, d: int, c: float, n: int, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same with n training data as points, on test data with noise that are drawn."""
    trial = _trial(d, c, spectrum, _few(n, spectrum), generator)
    found = []
    for _ in range(replicas):
        points = _points(trial.training, trial.mean, n, generator)
        mean = points.mean(0)
        centred = points - mean
        denoiser = noise_prediction.trained(mean, centred.T @ centred / n, kept=trial.abar)
        x, noise = _noised(trial, _TESTS, generator)
        found.append((noise - (x + denoiser.shift) @ denoiser.weights.T).square().sum(1).mean())
    return torch.stack(found)


def _few(n: int, spectrum: Table) -> int:
    if n > spectrum.whole("modes"):
        raise ParameterError(
            f"null_direction_bound: n = {n} is outside n <= {spectrum.whole('modes')}, the number of eigenvalues: "
            "more data leave no direction out"
        )
    return n


def _trial(d: int, c: float, spectrum: Table, n: int | None, generator: torch.Generator) -> Trial:
    """n training data vary along the first n - 1 directions, 1 - 1/n times as much as all data do (None: as much)."""
    if n is not None and n < 2:
        raise ParameterError(f"linear_diffusion: n = {n} is outside n >= 2 (training samples: one has no covariance)")
    levels = spectra.padded(spectra.given(spectrum["spectrum"]), d)
    learned = levels.clone() if n is None else levels * (1 - 1 / n)
    if n is not None:
        learned[n - 1 :] = 0
    axes = noise_prediction.frame(len(levels), generator)
    mean = torch.randn(len(levels), dtype=torch.float64, generator=generator)
    root = axes * levels.sqrt()
    return Trial(root @ root.T, (axes * learned) @ axes.T, root, mean, noise_prediction.kept_share(c))


def _points(covariance: Matrix, mean: Vector, n: int, generator: torch.Generator) -> Float64[Tensor, "n d"]:
    """n points with exactly this mean and covariance, which has at most n - 1 directions."""
    values, axes = torch.linalg.eigh(covariance)
    values, axes = values.flip(0)[: n - 1].clamp_min(0), axes.flip(1)[:, : n - 1]
    normal = torch.randn(n, len(values), dtype=torch.float64, generator=generator)
    orthonormal, _ = torch.linalg.qr(normal - normal.mean(0))
    return mean + math.sqrt(n) * (orthonormal * values.sqrt()) @ axes.T


def _noised(trial: Trial, count: int, generator: torch.Generator) -> tuple[Float64[Tensor, "k d"], Tensor]:
    """Noised draws of the population, and their noise."""
    draws = torch.randn(2, count, len(trial.mean), dtype=torch.float64, generator=generator)
    data = trial.mean + draws[0] @ trial.root.T
    return math.sqrt(trial.abar) * data + math.sqrt(1 - trial.abar) * draws[1], draws[1]
