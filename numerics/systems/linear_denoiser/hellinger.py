"""H^2 of what a linear denoiser generates: of a model by quadrature and by draws, of regressions, of large ones."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from scipy.integrate import quad
from torch import Tensor

from numerics.denoiser_spectrum import log_determinants
from numerics.regression import MU, SIGMA, columns, noising_of, residual, trained
from numerics.simulator import ParameterError, simulator
from numerics.tables import Table
from numerics.wishart import MINIMUM_TAIL, cholesky, require_tail


@simulator(route="quadrature", values="exact")
def hellinger(*, model: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """One minus the product of integrals of root(p q) along the eigenvectors of the generated covariance."""
    weights = model["weights"].numpy()
    values, axes = np.linalg.eigh(float(model["var_X"]) * weights @ weights.T)
    if values[0] <= 1e-13 * values[-1]:
        raise ParameterError("hellinger: weights is singular, what is generated has no density")
    away = model["intercept"].numpy() + weights @ model["mean_X"].numpy() - model["mean"].numpy()
    sigma = float(model["sigma"])
    logs = [_overlap(shift, math.sqrt(value), sigma) for shift, value in zip(axes.T @ away, values, strict=True)]
    return torch.tensor([-math.expm1(math.fsum(map(math.log, logs)))], dtype=torch.float64)


@simulator(route="data", footprint=lambda model: 6 * model.whole("d"))
def hellinger_drawn(*, model: Table, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """Points generated from N(mean_X, var_X) or drawn from the data, with equal chances: 1 - root(p q)/mean(p, q).

    The two densities at a point are those of the inputs and of the data, so that the covariance is never formed.
    """
    device = generator.device
    weights, mean = model["weights"].to(device), model["mean"].to(device)
    sigma, root = float(model["sigma"]), math.sqrt(float(model["var_X"]))
    d = len(weights)
    normal = torch.randn(replicas, d, dtype=torch.float64, generator=generator, device=device)
    generated = torch.rand(replicas, 1, dtype=torch.float64, generator=generator, device=device) < 0.5
    shift = model["intercept"].to(device) + weights @ model["mean_X"].to(device)
    y = torch.where(generated, normal @ weights.T * root + shift, normal * sigma + mean)
    inputs = torch.linalg.solve(weights, (y - shift).T).T / root
    volume = float(torch.linalg.slogdet(weights).logabsdet) + d * math.log(root)
    of_generated = -inputs.square().sum(1) / 2 - volume
    of_data = -((y - mean) / sigma).square().sum(1) / 2 - d * math.log(sigma)
    return 1 - 1 / torch.cosh((of_generated - of_data) / 2)


@simulator(size="d", route="dyson", values="exact")
def hellinger_rate(
    *, d: int, alpha: float, a: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Of an infinite denoiser, whose Marchenko-Pastur law is given d Gauss nodes: errs less than any power of 1/d."""
    both, own = log_determinants(d, alpha=alpha, a=a, x=1.0)
    return torch.tensor([(both - math.log(2)) / 2 - own / 4], dtype=torch.float64)


@simulator(size="d", route="bartlett", footprint=lambda d, **_: 7 * d * d, tail=MINIMUM_TAIL)
def hellinger_rate_reduced(
    *, n: int, d: int, a: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """-log(1 - H^2)/d from M = T^-T G, means and sigma_X known.

    tr M, tr M^2 and tr M M^T, with their exact means, take away what is linear in them where M is small.
    """
    require_tail("hellinger_rate", n=n - 1, d=d, order=1)
    noising_of(a)
    m = residual(replicas, n=n, d=d, generator=generator)[2]
    trace, square = m.diagonal(dim1=1, dim2=2).sum(1), (m * m.mT).sum((1, 2)) - columns(n, d).square
    product = m.square().sum((1, 2)) - d * columns(n, d).square
    root, kept = math.sqrt(a), 1 / (2 + a)
    controls = root * (kept - 0.5) * trace + a * (0.25 - kept**2 / 2) * square + a * kept * (1 - kept) / 2 * product
    m.mul_(root).diagonal(dim1=1, dim2=2).add_(1)
    return (_distance(m, 1 / (1 + a)) - controls) / d


@simulator(size="d", route="data", footprint=lambda n, d, **_: 3 * n * d + 6 * d * d, tail=MINIMUM_TAIL)
def hellinger_rate_data(
    *, n: int, d: int, a: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """-log(1 - H^2)/d by the procedure of H24 section 3, with mu_X and sigma_X estimated."""
    require_tail("hellinger_rate", n=n - 1, d=d, order=1)
    return exponent(replicas, n=n, d=d, a=a, generator=generator) / d


def exponent(replicas: int, *, n: int, d: int, a: float, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """-log(1 - H^2) of regressions on data of H24 (3.8), from (3.2) as printed, where the variance is over n d."""
    step = noising_of(a)
    found = trained(replicas, n=n, d=d, step=step, generator=generator)
    of_input = step.shrink**2 * found.spread / (n * d) + step.noise
    moved = torch.bmm((found.outputs * step.shrink - found.inputs).unsqueeze(1), found.transposed).squeeze(1)
    weights = found.transposed * (of_input.sqrt() / SIGMA).view(-1, 1, 1)
    return _distance(weights, 1.0, (found.outputs + moved - MU) / SIGMA)


def _overlap(shift: float, deviation: float, sigma: float) -> float:
    """The integral of root(p q) of N(shift, deviation^2) and N(0, sigma^2)."""
    norm = math.sqrt(2 * math.pi * deviation * sigma)

    def root(x: float) -> float:
        return math.exp(-(((x - shift) / deviation) ** 2 + (x / sigma) ** 2) / 4) / norm

    centre = shift * sigma**2 / (sigma**2 + deviation**2)
    width = deviation * sigma / math.hypot(deviation, sigma)
    parts = [
        quad(root, centre + k * width, centre + (k + 4) * width, epsabs=0, epsrel=1e-13)[0] for k in range(-16, 16, 4)
    ]
    return math.fsum(parts)


def _distance(
    weights: Float64[Tensor, "replicas d d"], unit: float, away: Float64[Tensor, "replicas d"] | None = None
) -> Float64[Tensor, " replicas"]:
    """-log(1 - H^2) of S = unit weights^T weights and 1, of means this far apart."""
    d = weights.shape[-1]
    own = 2 * torch.linalg.slogdet(weights).logabsdet + d * math.log(unit)
    together = (weights.mT @ weights).mul_(unit)
    together.diagonal(dim1=1, dim2=2).add_(1)
    factor = cholesky(together)
    both = 2 * factor.diagonal(dim1=1, dim2=2).log().sum(1)
    apart = 0.0
    if away is not None:
        apart = torch.linalg.solve_triangular(factor, away.unsqueeze(2), upper=False).square().sum((1, 2))
    return both / 2 - own / 4 - d * math.log(2) / 2 + apart / 4
