"""Kullback-Leibler divergence of N(mu_0, Sigma_0 + c) from N(mu, Sigma), mu_0 and Sigma_0 of n data over n.

From drawn data, whose mean is subtracted, and from the Bartlett factor of n - 1 degrees of freedom and a normal mean.
"""

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import noise_prediction, spectra, wishart
from numerics.sample_covariance import (
    divergence_fluctuation,
    divergence_of,
    drawn_with_mean,
    factored_with_mean,
    ridged,
)
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table


def _footprint(*, d: int, **_: object) -> int:
    return 6 * d * d


@simulator(size="d", route="reduced", footprint=_footprint)
def divergence(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(rho_N | rho)/d, by a Bartlett factor."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    covariance, mean = factored_with_mean(levels, n=n, generator=generator)
    noise = divergence_fluctuation(covariance, levels, c, n=n)
    return (divergence_of(ridged(covariance, c), mean, levels) - noise) / d


@simulator(size="d", route="data", footprint=_footprint)
def divergence_data(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(rho_N | rho)/d of drawn data."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    covariance, mean = drawn_with_mean(levels, n=n, generator=generator)
    noise = divergence_fluctuation(covariance, levels, c, n=n)
    return (divergence_of(ridged(covariance, c), mean, levels) - noise) / d


@simulator(size="d", route="reduced", footprint=_footprint)
def divergence_unregularised(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(rho_N | rho) without ridge, of isotropic data, from a bidiagonal matrix."""
    _require_inverse(n, d)
    b = wishart.bidiagonal(replicas, n=n - 1, d=d, generator=generator)
    mean = torch.randn(replicas, d, dtype=torch.float64, generator=generator, device=generator.device).square_().sum(1)
    logarithm = wishart.bidiagonal_log_determinant(b) - d * torch.tensor(float(n)).log()
    return (wishart.bidiagonal_trace(b) / n + mean / n - d - logarithm) / 2


@simulator(size="d", route="data", footprint=_footprint)
def divergence_unregularised_data(
    *, d: int, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same of drawn data of a power law whose axes lie anyhow."""
    _require_inverse(n, d)
    levels = spectra.power_law(d, exponent=1.3, largest=2.0).to(generator.device)
    axes = noise_prediction.frame(d, generator)
    covariance, mean = drawn_with_mean(levels.expand(replicas, d), n=n, generator=generator)
    return divergence_of(axes @ covariance @ axes.T, mean @ axes.T, (axes * levels) @ axes.T)


def _require_inverse(n: int, d: int) -> None:
    if n <= d:
        raise ParameterError(
            f"divergence_unregularised: n = {n}, d = {d} is outside n > d: the covariance is singular without a ridge"
        )
