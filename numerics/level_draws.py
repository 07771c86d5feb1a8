"""The lowest of very many energies, drawn: n may be exp(1000), for only those levels scatter that few data reach.

The energies of n - 1 data at a given |x|^2 are a Poisson process of intensity n p(E): the difference to a fixed
number of data is of relative order 1/n, so n must be large.  The lowest LEVELS are drawn by their counts.  The sum over
all others has mean and variance known from p(E), and is nearly normal, since so many of them are alike.
"""

import math
from dataclasses import dataclass

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor

from numerics.energy_draws import own_and_square
from numerics.random_energy import Levels, check, levels_at
from numerics.simulator import ParameterError

Floats = NDArray[np.float64]

LEVELS = 128
SETS = 32
"""Sets of levels per point: they share the law of the energies, which is dear."""
LEAST = 1e6
"""Fewest data: the sum over a Poisson number of them differs from that over n by 1/n."""
_FINE = 0.04  # step at which levels are counted


@dataclass(frozen=True)
class Drawn:
    """Per replica: |x|^2 over its variance, the own energy; log of the sum over the others and their squared shares.

    The last two are means over SETS sets of levels.
    """

    square: Float64[Tensor, " replicas"]
    own: Float64[Tensor, " replicas"]
    log_sum: Float64[Tensor, " replicas"]
    squared_shares: Float64[Tensor, " replicas"]


def drawn_levels(
    *, d: int, alpha_log: float, t: float, sigma: float, replicas: int, generator: torch.Generator
) -> Drawn:
    """Draw |x|^2, the own energy and the others' levels of each replica; ParameterError for n < 1e6."""
    check(d=d, log_n=alpha_log * d, t=t, sigma=sigma)
    if alpha_log * d < math.log(LEAST):
        raise ParameterError(
            f"n = exp({alpha_log * d:.4g}) is outside n >= {LEAST:g} (data, drawn as a Poisson number)"
        )
    square, own = own_and_square(d=d, t=t, sigma=sigma, replicas=replicas, generator=generator)
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    counts = torch.cumsum(-torch.log1p(-torch.rand(replicas, SETS, LEVELS, **options)), dim=2).cpu().numpy()
    normal = torch.randn(replicas, SETS, **options).cpu().numpy()
    log_sum, shares = np.empty(replicas), np.empty(replicas)
    for k, levels in enumerate(levels_at(square.cpu().numpy(), d=d, log_n=alpha_log * d, t=t, sigma=sigma, own=False)):
        log_sum[k], shares[k] = _summed(levels, counts[k], normal[k])
    device = generator.device
    return Drawn(square, own, torch.from_numpy(log_sum).to(device), torch.from_numpy(shares).to(device))


def _summed(levels: Levels, counts: Floats, normal: Floats) -> tuple[float, float]:
    """Means over the sets of log sum and squared shares; the k-th lowest level has the expected count counts[:, k]."""
    coarse = -levels.height
    at = np.arange(coarse[0], coarse[-1], _FINE)
    log_terms = CubicSpline(coarse, np.log(levels.weight / levels.step))(at)  # log of density times exp(-E)
    log_counts = np.logaddexp.accumulate(log_terms + at) + math.log(_FINE)
    lowest = np.interp(np.log(counts), log_counts, at + _FINE / 2)
    rest = _FINE * np.exp(log_terms)
    means, variances = (np.cumsum(part[::-1])[::-1] for part in (rest, rest * np.exp(-at)))
    mean, variance = (np.interp(lowest[:, -1], at - _FINE / 2, part) for part in (means, variances))
    terms = np.exp(-lowest)
    total = terms.sum(axis=1) + np.maximum(mean + np.sqrt(variance) * normal, 0.0)
    shares = (np.square(terms).sum(axis=1) + variance) / total**2
    return levels.log_unit + float(np.log(total).mean()), float(shares.mean())
