"""The score of noised data: as the slope of the log density, from paths, and through the losses that teach it.

Data are +a or -a, equally likely, in each component; or normal of variance c, noised at T = 1.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import noised
from numerics.diffusion import variance as noise_variance
from numerics.simulator import simulator
from numerics.systems.ornstein_uhlenbeck.forward import integrated_pair, require_positive, signs

_INNER = 512  # paths behind one value of a ratio
_POINTS, _NODES = 1201, 801


@simulator(route="posterior", values="exact")
def score(
    *, t: float, T: float, a: float, x: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Slope of the log density of noised data at x, by automatic differentiation."""
    require_positive("score", t=t, T=T, a=a)
    at = torch.tensor([x], dtype=torch.float64, device=generator.device)
    return _score_of_atoms(at, t=t, T=T, a=a)


@simulator(route="forward", bias={"dt": 2}, footprint=lambda **_: 8 * _INNER)
def score_of_paths(
    *, t: float, T: float, a: float, x: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Slope over density at x, from 512 paths that run to t/2; the noise of the other half is integrated out.

    Half of the paths start from each atom.  The bias of a ratio is removed by halves of the paths.
    """
    require_positive("score", t=t, T=T, a=a, dt=dt)
    start = torch.full((replicas, _INNER), a, dtype=torch.float64, device=generator.device)
    start[:, ::2] = -a
    pair = integrated_pair(start, drift=lambda y, _: -y, T=T, start=0.0, stop=t / 2, dt=dt, generator=generator)
    left = noise_variance(t / 2, T=T)

    def slope_over_density(path: Tensor) -> Tensor:
        distance = x - path * math.exp(-t / 2)
        weight = torch.exp(-distance.square() / (2 * left))
        return -(weight * distance).sum(1) / (left * weight.sum(1))

    half = _INNER // 2
    ratios = [
        2 * slope_over_density(path) - (slope_over_density(path[:, :half]) + slope_over_density(path[:, half:])) / 2
        for path in pair
    ]
    return torch.stack(ratios, dim=1)


@simulator(route="reduced", values="exact")
def score_loss_constant(
    *, t: float, T: float, a: float, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Loss (4) minus loss (5) of a guess neither linear nor odd, both by quadrature over x; d equal components."""
    require_positive("score_loss_constant", t=t, T=T, a=a)
    shrink, noise = math.exp(-t), noise_variance(t, T=T)
    edge = a * shrink + 12 * math.sqrt(noise)
    x = torch.linspace(-edge, edge, _POINTS, dtype=torch.float64, device=generator.device)
    cell = 2 * edge / (_POINTS - 1)
    found, guess = _score_of_atoms(x, t=t, T=T, a=a), torch.cos(x) - x
    excess = torch.zeros(1, dtype=torch.float64, device=x.device)
    for datum in (a, -a):
        distance = x - datum * shrink
        mass = torch.exp(-distance.square() / (2 * noise)) * (cell / 2 / math.sqrt(2 * math.pi * noise))
        excess += (mass * ((guess - found).square() - (guess + distance / noise).square())).sum()
    return d * excess


@simulator(route="data", footprint=lambda d, **_: 16 * d)
def score_loss_constant_sampled(
    *, t: float, T: float, a: float, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Loss (4) minus loss (5) of one datum in d dimensions, for a linear guess that mixes the components."""
    require_positive("score_loss_constant", t=t, T=T, a=a)
    shrink, noise = math.exp(-t), noise_variance(t, T=T)
    data = signs(replicas, d, generator=generator).mul_(a)
    x = noised(data, t=t, T=T, generator=generator)
    found = _score_of_atoms(x, t=t, T=T, a=a)
    guess = -(x + x.mean(1, keepdim=True) / 4) / (noise + (a * shrink) ** 2)
    return (guess - found).square().sum(1) - (guess + (x - data * shrink) / noise).square().sum(1)


@simulator(route="reduced", values="exact")
def fisher_by_parts(*, t: float, c: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """Mean square distance of the guess -x/c from the score, over 2, by quadrature."""
    x, mass, found = _gaussian_data(t, c, generator.device)
    return (mass * (-x / c - found).square() / 2).sum(0, keepdim=True)


@simulator(route="reduced", values="exact")
def fisher_by_parts_of_divergence(
    *, t: float, c: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Mean of guess^2/2 plus the divergence of the guess, plus half of Fisher's information, by quadrature."""
    x, mass, found = _gaussian_data(t, c, generator.device)
    at = x.detach().requires_grad_()
    with torch.enable_grad():
        guess = -at / c
        (divergence,) = torch.autograd.grad(guess.sum(), at)
    return (mass * (guess.detach().square() / 2 + divergence + found.square() / 2)).sum(0, keepdim=True)


def _score_of_atoms(x: Float64[Tensor, "*shape"], *, t: float, T: float, a: float) -> Float64[Tensor, "*shape"]:
    shrink, noise = math.exp(-t), noise_variance(t, T=T)
    at = x.detach().requires_grad_()
    with torch.enable_grad():
        log_density = torch.logaddexp(-((at - a * shrink) ** 2) / (2 * noise), -((at + a * shrink) ** 2) / (2 * noise))
        (slope,) = torch.autograd.grad(log_density.sum(), at)
    return slope


def _gaussian_data(t: float, c: float, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    """Points x, the probability of their cells, and the score: the density integrated over the noise of each x."""
    require_positive("fisher_by_parts", t=t, c=c)
    size = math.sqrt(noise_variance(t, T=1.0))
    edge = 10 * math.sqrt(max(1.0, c))
    x = torch.linspace(-edge, edge, _POINTS, dtype=torch.float64, device=device)
    z = torch.linspace(-10, 10, _NODES, dtype=torch.float64, device=device)
    at = x.requires_grad_()
    with torch.enable_grad():
        datum = (at.unsqueeze(1) - size * z) * math.exp(t)
        log_density = torch.logsumexp(-(z**2) / 2 - datum**2 / (2 * c), 1)
        (slope,) = torch.autograd.grad(log_density.sum(), at)
    return x.detach(), torch.softmax(log_density.detach(), 0), slope
