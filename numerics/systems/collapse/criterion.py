"""The excess entropy f^e of n noised data: from drawn data, from drawn energies, and as integrals over the levels.

d f^e = E log(sum of all exp(-E_k)/own term), E_k = |x - a_k exp(-t)|^2/(2 Delta), x noised from the own datum a_1.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float64
from scipy.optimize import root_scalar
from torch import Tensor

from numerics import random_energy
from numerics.diffusion import variance
from numerics.energy_draws import MOST, energies, number_of_data, others, whole_numbers
from numerics.simulator import ParameterError, simulator

_QUERIES = 64  # noised points per data set: they share the dear part, the data
_EARLIEST, _LATEST = 1e-3, 6.0


def _drawn_footprint(*, d: int, alpha_log: float, **_: float) -> int:
    n = math.exp(alpha_log * d)
    return math.ceil((n + 3 * _QUERIES) * d + 3 * _QUERIES * n)


@simulator(size="d", route="data", footprint=_drawn_footprint)
def excess_entropy_data(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """f^e of a data set of n = exp(alpha_log d), averaged over noised points of 64 of its data.

    |z|^2/2 and |x|^2/(2 Gamma), whose means are d/2, are subtracted and added: they carry the scatter of log(Z/Z_1).
    Raises ParameterError where n d is more than fits memory.
    """
    n = number_of_data(d=d, alpha_log=alpha_log, t=t, sigma=sigma)
    most, kept = whole_numbers(n, replicas, generator)
    if most * d > MOST:
        raise ParameterError(f"excess_entropy_data: n d = {most * d:.3g} is outside n d <= {MOST} (numbers in memory)")
    queries = min(_QUERIES, most - 1)
    data = torch.randn(replicas, most, d, dtype=torch.float64, generator=generator, device=generator.device).mul_(sigma)
    z = torch.randn(replicas, queries, d, dtype=torch.float64, generator=generator, device=generator.device)
    noise = variance(t, T=1.0)
    x = data[:, :queries] * math.exp(-t) + math.sqrt(noise) * z
    minus_energy = -energies(x, data, t=t)
    minus_energy[:, :, -1].masked_fill_(~kept[:, None], -math.inf)
    found = torch.logsumexp(minus_energy, dim=2) + x.square().sum(-1) / (2 * (noise + sigma**2 * math.exp(-2 * t)))
    return (
        found.mean(dim=1) / d
    )  # the own energy |z|^2/2 less its control is d/2, which the control of |x|^2 takes away


@simulator(size="d", route="reduced", footprint=lambda d, alpha_log, **_: math.ceil(4 * math.exp(alpha_log * d)))
def excess_entropy_energies(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """f^e at one noised point per replica, from noncentral chi-square energies: no data are stored; d >= 2."""
    n = number_of_data(d=d, alpha_log=alpha_log, t=t, sigma=sigma)
    square, own, rest = others(n, d=d, t=t, sigma=sigma, replicas=replicas, generator=generator)
    return (torch.logaddexp(torch.zeros_like(own), rest + own) - (own - d / 2) + (square - d) / 2) / d


@simulator(size="d", route="levels", values="exact")
def excess_entropy_law(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """f^e by integrals over the levels."""
    return _one(random_energy.excess_entropy(d=d, log_n=alpha_log * d, t=t, sigma=sigma), generator)


@simulator(size="d", route="levels", values="exact")
def critical_excess_entropy(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """sqrt(d) f^e by integrals over the levels; t is the collapse time."""
    found = random_energy.excess_entropy(d=d, log_n=alpha_log * d, t=t, sigma=sigma)
    return _one(math.sqrt(d) * found, generator)


@simulator(size="d", route="levels", values="exact")
def excess_entropy_scaling(
    *, d: int, u: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """f^e sqrt(d/w) by integrals over the levels, at the time where f sqrt(d/w) = u."""
    t = _time_of(u, d=d, alpha_log=alpha_log, sigma=sigma)
    found = random_energy.excess_entropy(d=d, log_n=alpha_log * d, t=t, sigma=sigma)
    return _one(found * math.sqrt(d / _scatter(t, sigma)), generator)


@simulator(size="d", route="levels", values="exact")
def collapse_time(
    *, d: int, n: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The time at which f^e sqrt(d/w) = 1/sqrt(2 pi), where the curves f^e of all d and n cross zero together.

    w = contrast/(1 + contrast) is the variance of log(others/own) per component; never a zero of f^e, which has none.
    """
    log_n = math.log(n)
    random_energy.check(d=d, log_n=log_n, t=1.0, sigma=sigma)

    def above(log_t: float, of: Callable[..., float] = random_energy.excess_entropy) -> float:
        t = math.exp(log_t)
        return of(d=d, log_n=log_n, t=t, sigma=sigma) * math.sqrt(2 * math.pi * d / _scatter(t, sigma)) - 1

    def typical(log_t: float) -> float:
        return above(log_t, random_energy.typical_excess_entropy)

    near = root_scalar(typical, bracket=(math.log(_EARLIEST), math.log(_LATEST)), xtol=1e-2).root
    found = root_scalar(above, x0=near, x1=near + 0.02, method="secant", xtol=1e-6)
    return _one(math.exp(found.root), generator)


def _scatter(t: float, sigma: float) -> float:
    contrast = random_energy.contrast_of(t=t, sigma=sigma)
    return contrast / (1 + contrast)


def _time_of(u: float, *, d: int, alpha_log: float, sigma: float) -> float:
    """The time at which (alpha_log - log(1 + contrast)/2) sqrt(d/w) is u."""

    def above(log_t: float) -> float:
        contrast = random_energy.contrast_of(t=math.exp(log_t), sigma=sigma)
        return (alpha_log - math.log1p(contrast) / 2) * math.sqrt(d * (1 + contrast) / contrast) - u

    return math.exp(root_scalar(above, bracket=(math.log(_EARLIEST), math.log(_LATEST)), xtol=1e-14).root)


def _one(value: float, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    return torch.tensor([value], dtype=torch.float64, device=generator.device)
