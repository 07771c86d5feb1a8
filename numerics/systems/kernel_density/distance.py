"""int (rho_samples - rho_generated)^2 for the samples of a file: at drawn points, or on a grid; no integral is known.

The denoiser is fitted by least squares with an intercept; what it generates from X of independent normal components
has the density of X at theta^-1 (Y - theta_0), over |det theta|.
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError, simulator
from numerics.tables import Table

_POINTS = 64  # per replica
_PER_AXIS = 160
_REACH = 7.0  # standard deviations


@dataclass(frozen=True)
class Generator:
    """Y = intercept + weights X for X normal around `mean` with `deviation` in each component."""

    weights: Float64[Tensor, "d d"]
    intercept: Float64[Tensor, " d"]
    mean: Float64[Tensor, " d"]
    deviation: float

    def drawn(self, count: int, generator: torch.Generator) -> Float64[Tensor, "count d"]:
        """Generated samples."""
        shape = (count, len(self.mean))
        normal = torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)
        return self.intercept + (self.mean + self.deviation * normal) @ self.weights.T

    def density(self, at: Float64[Tensor, "count d"]) -> Float64[Tensor, " count"]:
        """Density of a generated sample."""
        x = torch.linalg.solve(self.weights, (at - self.intercept).T).T
        jacobian = torch.linalg.slogdet(self.weights).logabsdet
        return torch.exp(_log_normal((x - self.mean).square().sum(1), self.deviation, len(self.mean)) - jacobian)


def fitted(data: Table) -> Generator:
    """The least squares fit of Y on X = exp(-T) Y + sqrt(lam (1 - exp(-2T))) Z."""
    y, z, horizon, lam = data["Y"], data["Z"], float(data["horizon"]), float(data["lam"])
    added = -lam * math.expm1(-2 * horizon)
    x = math.exp(-horizon) * y + math.sqrt(added) * z
    columns = torch.cat([torch.ones(len(y), 1, dtype=torch.float64), x], dim=1)
    solution = torch.linalg.lstsq(columns, y).solution
    scatter = float((y - y.mean(0)).square().mean())
    return Generator(
        solution[1:].T, solution[0], math.exp(-horizon) * y.mean(0), math.sqrt(math.exp(-2 * horizon) * scatter + added)
    )


def _footprint(*, data: Table) -> int:
    largest = max(data[name].shape[0] for name, shape, _ in data.arrays if len(shape) == 2)
    return 2 * _POINTS * (largest + 2 * data["Y"].shape[1])


@simulator(route="sampled", footprint=_footprint)
def training_distance(*, data: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """(rho_T - rho_G)^2 over the density of points drawn half from either, averaged over 64 of them."""
    return _sampled(data, data["Y"], float(data["bandwidth"]), replicas, generator)


@simulator(route="sampled", footprint=_footprint)
def original_distance(*, data: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """(rho_O - rho_G)^2 in the same way."""
    return _sampled(data, data["O"], float(data["bandwidth_original"]), replicas, generator)


@simulator(route="grid", values="exact")
def training_distance_on_a_grid(*, data: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """The integral by the trapezoidal rule; ParameterError for d > 2."""
    return _on_a_grid(data, data["Y"], float(data["bandwidth"]))


@simulator(route="grid", values="exact")
def original_distance_on_a_grid(*, data: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """The integral by the trapezoidal rule; ParameterError for d > 2."""
    return _on_a_grid(data, data["O"], float(data["bandwidth_original"]))


def _sampled(
    data: Table, samples: Float64[Tensor, "n d"], width: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    made, half = fitted(data), replicas * _POINTS // 2
    options = {"generator": generator, "device": generator.device}
    chosen = torch.randint(len(samples), (half,), **options)
    near = samples[chosen] + width * torch.randn(half, samples.shape[1], dtype=torch.float64, **options)
    points = torch.cat([near, made.drawn(half, generator)])
    kernels, generated = _kernels(points, samples, width), made.density(points)
    found = 2 * (kernels - generated).square() / (kernels + generated)
    return found.reshape(2, replicas, _POINTS // 2).mean((0, 2))


def _on_a_grid(data: Table, samples: Float64[Tensor, "n d"], width: float) -> Float64[Tensor, " 1"]:
    made, d = fitted(data), samples.shape[1]
    if d > 2:
        raise ParameterError(f"d = {d} is outside d <= 2 (the space is covered by a grid)")
    spread = made.deviation * torch.linalg.svdvals(made.weights)
    middle = made.intercept + made.weights @ made.mean
    reach = _REACH * max(float(spread.max()), width) + float((samples - middle).norm(dim=1).max())
    count = max(_PER_AXIS, math.ceil(6 * reach / min(float(spread.min()), width)))
    axis = torch.linspace(-reach, reach, count, dtype=torch.float64)
    points = torch.cartesian_prod(*[axis] * d).reshape(-1, d) + middle
    cell = float(axis[1] - axis[0]) ** d
    return ((_kernels(points, samples, width) - made.density(points)).square().sum() * cell)[None]


def _kernels(
    points: Float64[Tensor, "count d"], samples: Float64[Tensor, "n d"], width: float
) -> Float64[Tensor, " count"]:
    """The mean of the kernels, one sample at a time."""
    total = torch.zeros(len(points), dtype=torch.float64, device=points.device)
    for sample in samples:
        total += torch.exp(_log_normal((points - sample).square().sum(1), width, samples.shape[1]))
    return total / len(samples)


def _log_normal(squares: Float64[Tensor, "..."], deviation: float, d: int) -> Float64[Tensor, "..."]:
    return -squares / (2 * deviation**2) - d * math.log(2 * math.pi * deviation**2) / 2
