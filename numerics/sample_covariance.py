"""The covariance of n Gaussian data and its law's: draws of it, the ridge, and the divergence between two Gaussians.

Data have the variances `levels` along the axes, one row for each replica.  Draws twice, from the Bartlett factor of a
Wishart matrix and from data; with the mean known (the first two), or subtracted.
"""

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import wishart
from numerics.simulator import ParameterError

Replicas = Float64[Tensor, " replicas"]
Matrices = Float64[Tensor, "replicas d d"]
Levels = Float64[Tensor, "replicas d"]


def factored(levels: Levels, *, n: int, generator: torch.Generator) -> Matrices:
    """S of n data whose components have the variances `levels`, mean known: a Bartlett factor, scaled."""
    replicas, d = levels.shape
    factor = wishart.bartlett(replicas, n=n, d=d, generator=generator).mul_(levels.sqrt().unsqueeze(2))
    return (factor @ factor.mT).div_(n)


def drawn(levels: Levels, *, n: int, generator: torch.Generator) -> Matrices:
    """The same of drawn data."""
    replicas, d = levels.shape
    scatter = wishart.scatter(replicas, n=n, d=d, generator=generator)
    scale = levels.sqrt()
    return scatter.mul_(scale.unsqueeze(2)).mul_(scale.unsqueeze(1)).div_(n)


def ridged(covariance: Matrices, c: float) -> Matrices:
    """S + c."""
    if not c > 0:
        raise ParameterError(f"linear_diffusion: c = {c:g} is outside c > 0 (ridge)")
    covariance.diagonal(dim1=1, dim2=2).add_(c)
    return covariance


def fluctuation(covariance: Matrices, levels: Levels, c: float, *, n: int) -> Replicas:
    """Most of what scatters in log det (S + c), of mean zero: sum of (S_ii - l_i)/(l_i + c + d/n mean of l).

    The mean is zero as E S = Sigma, whatever the denominators; these make it follow the logarithm.
    """
    ridge = c + covariance.shape[-1] / n * levels.mean(1, keepdim=True)
    return ((covariance.diagonal(dim1=1, dim2=2) - levels) / (levels + ridge)).sum(1)


def factored_with_mean(levels: Levels, *, n: int, generator: torch.Generator) -> tuple[Matrices, Levels]:
    """Covariance about the mean, over n, and that mean: a Bartlett factor of n - 1 degrees of freedom."""
    replicas, d = levels.shape
    _require_two(n)
    factor = wishart.bartlett(replicas, n=n - 1, d=d, generator=generator).mul_(levels.sqrt().unsqueeze(2))
    normal = torch.randn(replicas, d, dtype=torch.float64, generator=generator, device=generator.device)
    return (factor @ factor.mT).div_(n), normal.mul_((levels / n).sqrt())


def drawn_with_mean(levels: Levels, *, n: int, generator: torch.Generator) -> tuple[Matrices, Levels]:
    """The same of drawn data."""
    replicas, d = levels.shape
    _require_two(n)
    scatter, mean = wishart.centred_scatter(replicas, n=n, d=d, generator=generator)
    scale = levels.sqrt()
    return scatter.mul_(scale.unsqueeze(2)).mul_(scale.unsqueeze(1)).div_(n), mean * scale


def divergence_of(covariance: Matrices, mean: Levels, law: Tensor) -> Replicas:
    """KL(N(mean, covariance) | N(0, law)), law a covariance or the variances of each replica."""
    d = mean.shape[1]
    own = wishart.log_determinant(wishart.cholesky(covariance))
    if law.shape == mean.shape:
        whitened = covariance.diagonal(dim1=1, dim2=2) + mean.square()
        return (law.log().sum(1) - own - d + (whitened / law).sum(1)) / 2
    inverse = torch.linalg.inv(law)
    trace = (covariance * inverse).sum((1, 2)) + ((mean @ inverse) * mean).sum(1)
    return (torch.linalg.slogdet(law).logabsdet - own - d + trace) / 2


def divergence_fluctuation(covariance: Matrices, levels: Levels, c: float, *, n: int) -> Replicas:
    """Most of what scatters in the divergence, of mean zero: E Sigma_0 is (n - 1)/n Sigma."""
    kept = (n - 1) / n * levels
    trace = (covariance.diagonal(dim1=1, dim2=2) / levels).sum(1) - levels.shape[1] * (n - 1) / n
    return (trace - fluctuation(covariance, kept, c, n=n)) / 2


def _require_two(n: int) -> None:
    if n < 2:
        raise ParameterError(f"linear_diffusion: n = {n} is outside n >= 2 (training samples: one has no covariance)")
