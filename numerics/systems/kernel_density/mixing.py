"""When the other kernels outweigh the own one at a noised datum, by an integral over the levels of their energies.

Z_1 = N(x | x_1 exp(-t), 1 - exp(-2t))/n with x = x_1 exp(-t) + sqrt(1 - exp(-2t)) z, and the sum of the others.
"""

import math
from collections.abc import Callable

import torch
from jaxtyping import Float64
from scipy.optimize import root_scalar
from torch import Tensor

from numerics import random_energy
from numerics.simulator import simulator

_STRIDE = 1.0


@simulator(size="d", route="levels", values="exact")
def mixing_time(*, d: int, n: float, sigma: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " 1"]:
    """The time at which the mean of log(others/own) vanishes; the own energy has the mean d/2.

    Raises ParameterError where n is no more than one datum.
    """
    log_n = math.log(n)
    random_energy.check(d=d, log_n=log_n, t=1.0, sigma=sigma)

    def excess(log_t: float, of: Callable[..., float] = random_energy.mean_log_sum) -> float:
        return of(d=d, log_n=log_n, t=math.exp(log_t), sigma=sigma) + d / 2

    def typical(log_t: float) -> float:
        return excess(log_t, random_energy.typical_log_sum)

    low = high = 0.0  # far from the root the levels have no room on their grid: the bracket is walked to
    if typical(0.0) > 0:
        while typical(low := low - _STRIDE) > 0:
            high = low
    else:
        while typical(high := high + _STRIDE) < 0:
            low = high
    near = float(root_scalar(typical, bracket=(low, high), xtol=1e-2).root)
    found = root_scalar(excess, x0=near, x1=near + 0.3 / d, method="secant", xtol=1e-8).root
    return torch.tensor([math.exp(found)], dtype=torch.float64, device=generator.device)
