"""Energies without data have the law of those of data; the number of data; what does not fit memory."""

import math

import pytest
import torch
from scipy import stats

from numerics import energy_draws
from numerics.simulator import ParameterError


def test_energies_by_products_are_distances():
    generator = torch.Generator().manual_seed(1)
    data, x = torch.randn(3, 7, 4, generator=generator).double(), torch.randn(3, 2, 4, generator=generator).double()
    found = energy_draws.energies(x, data, t=0.4)
    expected = torch.cdist(x, data * math.exp(-0.4)).square() / (2 * (1 - math.exp(-0.8)))
    assert torch.allclose(found, expected, rtol=1e-12)


def test_own_energy_and_square_are_drawn_together():
    generator = torch.Generator().manual_seed(2)
    square, own = energy_draws.own_and_square(d=5, t=0.4, sigma=1.3, replicas=200_000, generator=generator)
    assert stats.kstest(square.numpy(), stats.chi2(5).cdf).pvalue > 1e-4
    assert stats.kstest(2 * own.numpy(), stats.chi2(5).cdf).pvalue > 1e-4
    correlation = torch.corrcoef(torch.stack([square, own]))[0, 1].item()
    share = (1 - math.exp(-0.8)) / (1 - math.exp(-0.8) + 1.69 * math.exp(-0.8))  # Delta/Gamma: of the squares of both
    assert correlation == pytest.approx(share, abs=0.015)


def test_the_number_of_data_has_the_right_logarithm_in_the_mean():
    most, kept = energy_draws.whole_numbers(12.3, 400_000, torch.Generator().manual_seed(3))
    assert most == 13
    share = kept.double().mean().item()
    assert share * math.log(13) + (1 - share) * math.log(12) == pytest.approx(math.log(12.3), abs=3e-4)


def test_the_sum_over_energies_is_that_over_data():
    generator = torch.Generator().manual_seed(4)
    at = {"t": 0.4, "sigma": 1.3}
    _, _, rest = energy_draws.others(40.0, d=5, replicas=4000, generator=generator, **at)
    data = 1.3 * torch.randn(4000, 40, 5, dtype=torch.float64, generator=generator)
    x = data[:, :1] * math.exp(-0.4) + math.sqrt(1 - math.exp(-0.8)) * torch.randn(
        4000, 1, 5, dtype=torch.float64, generator=generator
    )
    faithful = torch.logsumexp(-energy_draws.energies(x, data[:, 1:], t=0.4)[:, 0], dim=1)
    assert stats.ks_2samp(rest.numpy(), faithful.numpy()).pvalue > 1e-4


@pytest.mark.parametrize(
    ("wrong", "message"), [({"d": 100}, "n <="), ({"t": -0.1}, "t > 0"), ({"sigma": 0.0}, "sigma > 0")]
)
def test_too_many_data_and_no_model_are_refused(wrong, message):
    with pytest.raises(ParameterError, match=message):
        energy_draws.number_of_data(**{"d": 10, "alpha_log": 0.4, "t": 0.5, "sigma": 1.0, **wrong})


def test_one_dimension_has_no_component_across():
    with pytest.raises(ParameterError, match="d >= 2"):
        energy_draws.own_and_square(d=1, t=0.5, sigma=1.0, replicas=3, generator=torch.Generator())
