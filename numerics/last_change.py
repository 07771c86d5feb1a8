"""When the nearest of n data changes for the last time on the way back, BBDM24 (12): forward, the first.

exp(t) x = a_1 + W with W Brownian at the time exp(2t) - 1, and another datum a is nearer than a_1 once
W (a - a_1) > |a - a_1|^2/2: the path leaves the cell of a_1.  A reversed path has the same law.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.energy_draws import MOST, number_of_data, whole_numbers
from numerics.simulator import ParameterError

TIMES = 64
"""Times at which the nearest datum is looked at, in equal ratios of exp(2t) - 1."""
_FIRST, _LAST = 0.25, 4.0  # the first and last of them over the middle one


def last_changes(
    *,
    d: int,
    alpha_log: float,
    sigma: float,
    t: float,
    replicas: int,
    generator: torch.Generator,
    times: int = TIMES,
) -> tuple[Float64[Tensor, " replicas"], Float64[Tensor, " replicas"]]:
    """The first of the times at which another datum is nearest, and 1 where none is: such a path has the last time.

    The times surround t, from a quarter to four times its exp(2t) - 1.  Raises ParameterError where n d does not fit.
    """
    n = number_of_data(d=d, alpha_log=alpha_log, t=t, sigma=sigma)
    most, kept = whole_numbers(n, replicas, generator)
    if most * max(d, times) > MOST:
        raise ParameterError(f"n = {most}, d = {d}: n d is outside n d <= {MOST} (numbers in memory)")
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    ratios = torch.logspace(math.log10(_FIRST), math.log10(_LAST), times, dtype=torch.float64, device=generator.device)
    clock = math.expm1(2 * t) * ratios
    steps = torch.diff(clock, prepend=clock.new_zeros(1)).sqrt()
    path = torch.cumsum(torch.randn(replicas, times, d, **options).mul_(steps[:, None]), dim=1)
    data = torch.randn(replicas, most, d, **options).mul_(sigma)
    away = data[:, 1:] - data[:, :1]
    margin = path @ away.transpose(1, 2) - away.square().sum(dim=2)[:, None, :] / 2
    margin[:, :, -1].masked_fill_(~kept[:, None], -math.inf)
    left = margin.amax(dim=2) > 0
    never = ~left.any(dim=1)
    index = torch.where(never, times - 1, left.double().argmax(dim=1))
    return torch.log1p(clock[index]) / 2, never.double()
