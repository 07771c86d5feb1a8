"""The logarithm of the density of two noised atoms, and its Taylor polynomial of second order, by differentiation."""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import variance
from numerics.simulator import simulator

_REACH = 12.0
_NODES = 4096


@simulator(size="t", route="mixture", values="exact")
def log_density(*, t: float, a: float, x: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """The logarithm itself."""
    return _of_mixture(torch.tensor(x, dtype=torch.float64, device=generator.device), t=t, a=a)[None]


@simulator(size="t", route="mixture", values="exact")
def late_log_density(
    *, t: float, a: float, x: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Its polynomial of second order in x, or in x exp(-t): the mean of two kernels, differentiated twice."""
    return _second_order(lambda at: _of_mixture(at, t=t, a=a), x, generator)


@simulator(size="t", route="spectral", values="exact")
def late_log_density_from_characteristic_function(
    *, t: float, a: float, x: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The same from cos(k a exp(-t)) exp(-k^2 noise/2), transformed back on a grid."""
    noise = variance(t, T=1.0)
    k = torch.linspace(0, _REACH / math.sqrt(noise), _NODES, dtype=torch.float64, device=generator.device)
    weight = torch.full_like(k, float(k[1]) / math.pi)
    weight[0] /= 2
    weight *= torch.cos(k * a * math.exp(-t)) * torch.exp(-(k.square()) * noise / 2)
    return _second_order(lambda at: (weight * torch.cos(k * at)).sum().log(), x, generator)


def _of_mixture(at: Float64[Tensor, ""], *, t: float, a: float) -> Float64[Tensor, ""]:
    """log of the mean of two Gaussian kernels around +-a exp(-t)."""
    noise = variance(t, T=1.0)
    atoms = torch.tensor([a, -a], dtype=torch.float64, device=at.device) * math.exp(-t)
    log_kernels = -((at - atoms).square() / noise + math.log(2 * math.pi * noise)) / 2
    return torch.logsumexp(log_kernels, dim=0) - math.log(2)


def _second_order(
    function: Callable[[Float64[Tensor, ""]], Float64[Tensor, ""]], x: float, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """f(0) + x f'(0) + x^2 f''(0)/2."""
    origin = torch.zeros((), dtype=torch.float64, device=generator.device, requires_grad=True)
    value = function(origin)
    (slope,) = torch.autograd.grad(value, origin, create_graph=True)
    (curvature,) = torch.autograd.grad(slope, origin)
    return (value + x * slope + x**2 * curvature / 2).detach()[None]
