"""Kullback-Leibler divergence of N(mu_0, Sigma_0 + c) from N(mu, Sigma), mu_0 and Sigma_0 of n data over n.

From drawn data, whose mean is subtracted, and from the Bartlett factor of n - 1 degrees of freedom and a normal mean.
"""

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import noise_prediction, spectra, wishart
from numerics.simulator import ParameterError, simulator
from numerics.systems.linear_diffusion.resolvent import Matrices, Replicas, fluctuation, ridged
from numerics.tables import Table

Levels = Float64[Tensor, "replicas d"]


def _footprint(*, d: int, **_: object) -> int:
    return 6 * d * d


@simulator(size="d", route="reduced", footprint=_footprint)
def divergence(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(rho_N | rho)/d, by a Bartlett factor."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    covariance, mean = _reduced(levels, n=n, generator=generator)
    noise = _fluctuation(covariance, levels, c, n=n)
    return (_divergence(ridged(covariance, c), mean, levels) - noise) / d


@simulator(size="d", route="data", footprint=_footprint)
def divergence_data(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """KL(rho_N | rho)/d of drawn data."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    covariance, mean = _drawn(levels, n=n, generator=generator)
    noise = _fluctuation(covariance, levels, c, n=n)
    return (_divergence(ridged(covariance, c), mean, levels) - noise) / d


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
    covariance, mean = _drawn(levels.expand(replicas, d), n=n, generator=generator)
    return _divergence(axes @ covariance @ axes.T, mean @ axes.T, (axes * levels) @ axes.T)


def _reduced(levels: Levels, *, n: int, generator: torch.Generator) -> tuple[Matrices, Levels]:
    replicas, d = levels.shape
    _require_two(n)
    factor = wishart.bartlett(replicas, n=n - 1, d=d, generator=generator).mul_(levels.sqrt().unsqueeze(2))
    normal = torch.randn(replicas, d, dtype=torch.float64, generator=generator, device=generator.device)
    return (factor @ factor.mT).div_(n), normal.mul_((levels / n).sqrt())


def _drawn(levels: Levels, *, n: int, generator: torch.Generator) -> tuple[Matrices, Levels]:
    replicas, d = levels.shape
    _require_two(n)
    scatter, mean = wishart.centred_scatter(replicas, n=n, d=d, generator=generator)
    scale = levels.sqrt()
    return scatter.mul_(scale.unsqueeze(2)).mul_(scale.unsqueeze(1)).div_(n), mean * scale


def _divergence(covariance: Matrices, mean: Levels, law: Tensor) -> Replicas:
    """KL(N(mean, covariance) | N(0, law)), law a covariance or the variances of each replica."""
    d = mean.shape[1]
    own = wishart.log_determinant(wishart.cholesky(covariance))
    if law.shape == mean.shape:
        whitened = covariance.diagonal(dim1=1, dim2=2) + mean.square()
        return (law.log().sum(1) - own - d + (whitened / law).sum(1)) / 2
    inverse = torch.linalg.inv(law)
    trace = (covariance * inverse).sum((1, 2)) + ((mean @ inverse) * mean).sum(1)
    return (torch.linalg.slogdet(law).logabsdet - own - d + trace) / 2


def _fluctuation(covariance: Matrices, levels: Levels, c: float, *, n: int) -> Replicas:
    """Most of what scatters in the divergence, of mean zero: E Sigma_0 is (n - 1)/n Sigma."""
    kept = (n - 1) / n * levels
    trace = (covariance.diagonal(dim1=1, dim2=2) / levels).sum(1) - levels.shape[1] * (n - 1) / n
    return (trace - fluctuation(covariance, kept, c, n=n)) / 2


def _require_two(n: int) -> None:
    if n < 2:
        raise ParameterError(f"linear_diffusion: n = {n} is outside n >= 2 (training samples: one has no covariance)")


def _require_inverse(n: int, d: int) -> None:
    if n <= d:
        raise ParameterError(
            f"divergence_unregularised: n = {n}, d = {d} is outside n > d: the covariance is singular without a ridge"
        )
