"""The sum over the other data, BBDM24 (9), and how few of them carry it: drawn, and as integrals over the levels."""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import random_energy
from numerics.diffusion import variance
from numerics.energy_draws import MOST, energies, number_of_data, others, whole_numbers
from numerics.level_draws import drawn_levels
from numerics.simulator import ParameterError, simulator


@simulator(size="d", route="data", footprint=lambda d, alpha_log, **_: math.ceil((d + 4) * math.exp(alpha_log * d)))
def free_energy_data(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log(Z_{2..n})/d of drawn data at a point noised from another datum; |x|^2 is subtracted as in the liquid."""
    minus_energy, square = _of_others(
        d=d, t=t, alpha_log=alpha_log, sigma=sigma, replicas=replicas, generator=generator
    )
    return (torch.logsumexp(minus_energy, dim=1) + (square - d) / 2) / d


@simulator(size="d", route="data", footprint=lambda d, alpha_log, **_: math.ceil((d + 4) * math.exp(alpha_log * d)))
def condensation_data(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """1 less the sum of the squared shares of drawn data at a point noised from another datum."""
    minus_energy, _ = _of_others(d=d, t=t, alpha_log=alpha_log, sigma=sigma, replicas=replicas, generator=generator)
    return 1 - torch.softmax(minus_energy, dim=1).square().sum(dim=1)


@simulator(size="d", route="reduced", footprint=lambda d, alpha_log, **_: math.ceil(4 * math.exp(alpha_log * d)))
def free_energy_energies(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log(Z_{2..n})/d from noncentral chi-square energies: no data are stored; d >= 2."""
    n = number_of_data(d=d, alpha_log=alpha_log, t=t, sigma=sigma)
    square, _, rest = others(n, d=d, t=t, sigma=sigma, replicas=replicas, generator=generator)
    return (rest + (square - d) / 2) / d


@simulator(size="d", route="reduced", block=512, footprint=lambda d, **_: 4096)
def free_energy_levels(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """log(Z_{2..n})/d of any number of data: the lowest energies are a Poisson process."""
    drawn = drawn_levels(d=d, alpha_log=alpha_log, t=t, sigma=sigma, replicas=replicas, generator=generator)
    return (drawn.log_sum + (drawn.square - d) / 2) / d


@simulator(size="d", route="reduced", block=512, footprint=lambda d, **_: 4096)
def condensation_levels(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """1 less the sum of the squared shares of any number of data, by their lowest energies; below the collapse time."""
    drawn = drawn_levels(d=d, alpha_log=alpha_log, t=t, sigma=sigma, replicas=replicas, generator=generator)
    return 1 - drawn.squared_shares


@simulator(size="d", route="levels", values="exact")
def free_energy(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Mean of log(Z_{2..n})/d by integrals over the levels."""
    found = random_energy.mean_log_sum(d=d, log_n=alpha_log * d, t=t, sigma=sigma) / d
    return torch.tensor([found], dtype=torch.float64, device=generator.device)


@simulator(size="d", route="levels", values="exact")
def condensation(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """1 less the mean of the sum of the squared shares of the others, by integrals over the levels."""
    found = 1 - random_energy.mean_squared_shares(d=d, log_n=alpha_log * d, t=t, sigma=sigma)
    return torch.tensor([found], dtype=torch.float64, device=generator.device)


def _of_others(
    *, d: int, t: float, alpha_log: float, sigma: float, replicas: int, generator: torch.Generator
) -> tuple[Float64[Tensor, "replicas n"], Float64[Tensor, " replicas"]]:
    """Minus the energies of n - 1 drawn data, and |x|^2 over its variance per component."""
    n = number_of_data(d=d, alpha_log=alpha_log, t=t, sigma=sigma)
    most, kept = whole_numbers(n, replicas, generator)
    if most * d > MOST:
        raise ParameterError(f"n d = {most * d:.3g} is outside n d <= {MOST} (numbers in memory)")
    noise = variance(t, T=1.0)
    spread = noise + sigma**2 * math.exp(-2 * t)
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    own = torch.randn(replicas, d, **options).mul_(sigma)
    x = own * math.exp(-t) + math.sqrt(noise) * torch.randn(replicas, d, **options)
    data = torch.randn(replicas, most - 1, d, **options).mul_(sigma)
    minus_energy = -energies(x[:, None, :], data, t=t)[:, 0]
    minus_energy[:, -1].masked_fill_(~kept, -math.inf)
    return minus_energy, x.square().sum(dim=1) / spread
