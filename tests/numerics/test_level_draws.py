"""The lowest levels of very many data have the means that integrals over all levels give."""

import math

import pytest
import torch

from numerics import random_energy
from numerics.level_draws import drawn_levels
from numerics.simulator import ParameterError


@pytest.mark.parametrize("t", [0.21, 0.9], ids=["glass", "liquid"])
def test_sums_and_shares_have_their_means(t):
    found = drawn_levels(
        d=36, alpha_log=0.41, t=t, sigma=1.23, replicas=1500, generator=torch.Generator().manual_seed(6)
    )
    at = {"d": 36, "log_n": 0.41 * 36, "t": t, "sigma": 1.23}
    centred = found.log_sum + (found.square - 36) / 2
    for values, expected in (
        (centred, random_energy.mean_log_sum(**at)),
        (found.squared_shares, random_energy.mean_squared_shares(**at)),
    ):
        error = values.std().item() / math.sqrt(len(values))
        assert abs(values.mean().item() - expected) < 4.5 * error + 1e-4 * abs(expected)


def test_few_data_are_no_poisson_process():
    with pytest.raises(ParameterError, match=r"n >= 1e\+06"):
        drawn_levels(d=20, alpha_log=0.41, t=0.3, sigma=1.0, replicas=2, generator=torch.Generator())
