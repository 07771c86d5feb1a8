"""The spectrum of a sample covariance S of n data whose mean is known: log det (S + c) and traces of R = (S + c)^-1.

Each observable twice: from drawn data, and from the Bartlett factor T of a Wishart matrix, S = L T T^T L/n with L^2 the
population covariance.  Cholesky factors, never eigenvalues.
"""

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import spectra, wishart
from numerics.sample_covariance import Matrices, Replicas, drawn, factored, fluctuation, ridged
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table

ONE = spectra.isotropic(1)


def _footprint(*, d: int, **_: object) -> int:
    return 6 * d * d


@simulator(size="d", route="reduced", footprint=_footprint)
def log_determinant(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log det (S + c)/d, by a Bartlett factor."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    return _log_det(factored(levels, n=n, generator=generator), levels, c, n=n)


@simulator(size="d", route="data", footprint=_footprint)
def log_determinant_data(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log det (S + c)/d of drawn data."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    return _log_det(drawn(levels, n=n, generator=generator), levels, c, n=n)


@simulator(size="d", route="reduced", footprint=_footprint)
def isotropic_log_determinant(
    *, d: int, n: int, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log det (S + c)/d of data of covariance 1, by a Bartlett factor."""
    levels = ONE.to(generator.device).expand(replicas, d)
    return _log_det(factored(levels, n=n, generator=generator), levels, c, n=n)


@simulator(size="d", route="data", footprint=_footprint)
def isotropic_log_determinant_data(
    *, d: int, n: int, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log det (S + c)/d of drawn data of covariance 1."""
    levels = ONE.to(generator.device).expand(replicas, d)
    return _log_det(drawn(levels, n=n, generator=generator), levels, c, n=n)


@simulator(size="d", route="reduced", footprint=_footprint)
def resolvent_trace(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr R/d, by a Bartlett factor."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    return _inverse_factor(factored(levels, n=n, generator=generator), c).square().sum((1, 2)) / d


@simulator(size="d", route="data", footprint=_footprint)
def resolvent_trace_data(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr R/d of drawn data, by solving linear systems."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    return _resolvent(drawn(levels, n=n, generator=generator), c).diagonal(dim1=1, dim2=2).mean(1)


@simulator(size="d", route="reduced", footprint=_footprint)
def weighted_resolvent_trace(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr Sigma R/d, by a Bartlett factor."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    if n < d:
        seen = _seen(levels, n=n, c=c, generator=generator)
        return ((1 - seen.square().sum(1)) * levels).mean(1) / c
    inverse = _inverse_factor(factored(levels, n=n, generator=generator), c)
    return (inverse.square().sum(1) * levels).mean(1)


@simulator(size="d", route="data", footprint=_footprint)
def weighted_resolvent_trace_data(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr Sigma R/d of drawn data, by solving linear systems."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    resolvent = _resolvent(drawn(levels, n=n, generator=generator), c)
    return (resolvent.diagonal(dim1=1, dim2=2) * levels).mean(1)


@simulator(size="d", route="reduced", footprint=_footprint)
def weighted_resolvent_square_trace(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr Sigma R^2/d, by a Bartlett factor."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    if n < d:
        seen = _seen(levels, n=n, c=c, generator=generator)
        twice = (seen @ seen.mT @ seen * seen).sum(1)
        return ((1 - 2 * seen.square().sum(1) + twice) * levels).mean(1) / c**2
    inverse = _inverse_factor(factored(levels, n=n, generator=generator), c)
    return ((inverse.mT @ inverse).square().sum(1) * levels).mean(1)


@simulator(size="d", route="data", footprint=_footprint)
def weighted_resolvent_square_trace_data(
    *, d: int, n: int, c: float, spectrum: Table, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """tr Sigma R^2/d of drawn data, by solving linear systems."""
    levels = spectra.represented(spectrum["spectrum"], d, replicas=replicas, generator=generator)
    resolvent = _resolvent(drawn(levels, n=n, generator=generator), c)
    return ((resolvent @ resolvent).diagonal(dim1=1, dim2=2) * levels).mean(1)


def _log_det(covariance: Matrices, levels: Float64[Tensor, "replicas d"], c: float, *, n: int) -> Replicas:
    noise = fluctuation(covariance, levels, c, n=n)
    return (wishart.log_determinant(wishart.cholesky(ridged(covariance, c))) - noise) / covariance.shape[-1]


def _inverse_factor(covariance: Matrices, c: float) -> Matrices:
    """B with R = B^T B."""
    return wishart.inverse(wishart.cholesky(ridged(covariance, c)))


def _seen(
    levels: Float64[Tensor, "replicas d"], *, n: int, c: float, generator: torch.Generator
) -> Float64[Tensor, "replicas n d"]:
    """V with c R = 1 - V^T V, for fewer data than dimensions: matrices of n rows instead of d."""
    if not c > 0:
        raise ParameterError(f"linear_diffusion: c = {c:g} is outside c > 0 (ridge)")
    replicas, d = levels.shape
    factor = wishart.bartlett(replicas, n=n, d=d, generator=generator)[:, :, :n] * (levels / n).sqrt().unsqueeze(2)
    gram = factor.mT @ factor
    gram.diagonal(dim1=1, dim2=2).add_(c)
    return torch.linalg.solve_triangular(wishart.cholesky(gram), factor.mT, upper=False)


def _resolvent(covariance: Matrices, c: float) -> Matrices:
    return torch.linalg.inv(ridged(covariance, c))
