"""The error of a density made of n Gaussian kernels, and the bandwidth where it is least, without its closed form.

The error of a data set is integrated over pairs of kernels, or sampled at points of the space, where it is the squared
difference of two densities.  Its mean over data sets is also a product of integrals over one component, on a grid.
"""

import math

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy import signal
from scipy.optimize import root_scalar
from torch import Tensor

from numerics.simulator import ParameterError, simulator

_POINTS = 8  # of the space per data set
_GRID = 241
_REACH = 9.0  # standard deviations
_NARROWEST = 0.02
MOST = 4096
"""Most data whose pairs are summed."""


def _pairs_footprint(*, n: int, d: int, **_: float) -> int:
    return 2 * n * n + 3 * n * d


@simulator(size="n", route="data", footprint=_pairs_footprint)
def mise(
    *, n: int, d: int, sigma: float, bandwidth: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """int (rho_T - rho)^2 for one data set per replica, by sums over pairs of kernels.

    The products of two Gaussians are integrated by hand; the average over data sets is left to the replicas.
    Raises ParameterError for n > MOST.
    """
    _check(n)
    data = sigma * torch.randn(replicas, n, d, dtype=torch.float64, generator=generator, device=generator.device)
    squares = data.square().sum(-1)
    apart = (squares[:, :, None] + squares[:, None, :] - 2 * data @ data.transpose(1, 2)).clamp_(min=0)
    pairs = _normal(apart, 2 * bandwidth**2, d).mean((1, 2))
    across = _normal(squares, sigma**2 + bandwidth**2, d).mean(1)
    return pairs - 2 * across + (4 * math.pi * sigma**2) ** (-d / 2)


@simulator(size="n", route="sampled", footprint=lambda n, d, **_: (n + 2 * _POINTS) * d + 2 * n * _POINTS)
def mise_at_points(
    *, n: int, d: int, sigma: float, bandwidth: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same at points drawn half from the kernels and half from the data's law: no integral is known.

    (rho_T - rho)^2 over the density (rho_T + rho)/2 of the points, averaged over them.  ParameterError for n > MOST.
    """
    _check(n)
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    data = sigma * torch.randn(replicas, n, d, **options)
    half = _POINTS // 2
    chosen = torch.randint(n, (replicas, half), generator=generator, device=generator.device)
    near = data.gather(1, chosen[:, :, None].expand(-1, -1, d)) + bandwidth * torch.randn(replicas, half, d, **options)
    points = torch.cat([near, sigma * torch.randn(replicas, half, d, **options)], dim=1)
    squares = points.square().sum(-1)
    apart = squares[:, :, None] + data.square().sum(-1)[:, None, :] - 2 * points @ data.transpose(1, 2)
    kernels = _normal(apart.clamp_(min=0), bandwidth**2, d).mean(2)
    law = _normal(squares, sigma**2, d)
    return (2 * (kernels - law).square() / (kernels + law)).mean(1)


@simulator(size="n", route="grid", values="exact")
def mise_on_a_grid(
    *, n: int, d: int, sigma: float, bandwidth: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The mean error as products of integrals over one component, by the trapezoidal rule."""
    return _one(math.exp(_log_scale(sigma, d)) * _error_and_slope(bandwidth / sigma, n=n, d=d)[0], generator)


@simulator(size="n", route="grid", values="exact")
def optimal_bandwidth(
    *, n: int, d: int, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The bandwidth where the slope of that error changes sign; the kernel's slope is a kernel on the same grid."""
    found = root_scalar(lambda ratio: _error_and_slope(ratio, n=n, d=d)[1], bracket=(_NARROWEST, 3.0), xtol=1e-15)
    return _one(sigma * found.root, generator)


def _error_and_slope(ratio: float, *, n: int, d: int) -> tuple[float, float]:
    """The mean error in units of int rho^2, sigma = 1, and its slope in the bandwidth.

    The variance of the kernels' mean over n, and the squared bias: ((K^2)^d - M^d)/n + M^d - 2 C^d + 1.
    """
    count = round(_GRID * math.sqrt(1 + ratio**2) / min(1.0, ratio)) | 1
    at = np.linspace(-_REACH, _REACH, count) * math.sqrt(1 + ratio**2)
    width = at[1] - at[0]
    law = _density(at, 1.0)
    places = width * np.arange(-(count // 2), count // 2 + 1)
    kernel = _density(places, ratio)
    widening = kernel * ((places / ratio) ** 2 - 1) / ratio
    unit = float((law**2).sum())
    blurred, faster = (_blurred(law, shape, width) for shape in (kernel, widening))
    integrals = (kernel, widening), (blurred, faster), (law, faster)
    own, mean = (float((one**2).sum()) / unit for one, _ in integrals[:2])
    own_slope, mean_slope = (2 * float((one * other).sum()) / unit for one, other in integrals[:2])
    cross, cross_slope = float((law * blurred).sum()) / unit, float((law * faster).sum()) / unit
    error = (own**d - mean**d) / n + mean**d - 2 * cross**d + 1
    slopes = (power ** (d - 1) * slope for power, slope in ((own, own_slope), (mean, mean_slope), (cross, cross_slope)))
    of_own, of_mean, of_cross = slopes
    return error, d * ((of_own - of_mean) / n + of_mean - 2 * of_cross)


def _blurred(law: NDArray[np.float64], kernel: NDArray[np.float64], width: float) -> NDArray[np.float64]:
    """The kernel averaged over the data."""
    return signal.fftconvolve(law, kernel, mode="same") * width


def _density(at: NDArray[np.float64], deviation: float) -> NDArray[np.float64]:
    return np.exp(-((at / deviation) ** 2) / 2) / (math.sqrt(2 * math.pi) * deviation)


def _log_scale(sigma: float, d: int) -> float:
    """log int rho^2, on a grid."""
    at = np.linspace(-_REACH, _REACH, _GRID)
    return d * math.log(float((_density(at, 1.0) ** 2).sum()) * (at[1] - at[0]) / sigma)


def _normal(squares: Float64[Tensor, "..."], variance: float, d: int) -> Float64[Tensor, "..."]:
    """Density of a Gaussian at a squared distance from its centre."""
    return torch.exp(-squares / (2 * variance) - d / 2 * math.log(2 * math.pi * variance))


def _check(n: int) -> None:
    if n > MOST:
        raise ParameterError(f"n = {n} is outside n <= {MOST} (training samples whose pairs are summed)")


def _one(value: float, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    return torch.tensor([value], dtype=torch.float64, device=generator.device)
