"""Three ways to draw a Wishart matrix have one law; functionals of factors are those of the matrices."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from numerics import wishart
from numerics.simulator import ParameterError


def made(seed):
    return torch.Generator().manual_seed(seed)


def spectral(matrices):
    return torch.linalg.eigvalsh(matrices)


def expanded(b):
    """B B^T of the squares of a bidiagonal B."""
    lower = torch.diag_embed(b.diagonal.sqrt()) + torch.diag_embed(b.below.sqrt(), offset=-1)
    return lower @ lower.mT


@pytest.mark.parametrize(("n", "d"), [(9, 4), (5, 5), (30, 1), (400, 133)])
def test_functionals_of_a_factor_are_those_of_its_matrix(n, d):
    factor = wishart.bartlett(7, n=n, d=d, generator=made(1))
    values = spectral(factor @ factor.mT)
    share = values / n
    for found, expected in (
        (wishart.trace(factor), values.sum(1)),
        (wishart.log_determinant(factor), values.log().sum(1)),
        (wishart.inverse_trace(factor), (1 / values).sum(1)),
        (wishart.inverse_trace_of_square(factor), (1 / values**2).sum(1)),
        (wishart.divergence_forward(factor, n), (share - 1 - share.log()).sum(1) / 2),
        (wishart.divergence_reverse(factor, n), (1 / share - 1 + share.log()).sum(1) / 2),
        (wishart.trace(wishart.cholesky(factor @ factor.mT)), values.sum(1)),
    ):
        assert torch.allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize(("n", "d"), [(9, 4), (5, 5), (30, 1)])
def test_functionals_of_a_bidiagonal_factor_are_those_of_its_matrix(n, d):
    b = wishart.bidiagonal(7, n=n, d=d, generator=made(2))
    values = spectral(expanded(b))
    assert np.allclose(wishart.eigenvalues(b), values.numpy(), rtol=1e-10)
    for found, expected in (
        (wishart.bidiagonal_trace(b), values.sum(1)),
        (wishart.bidiagonal_trace_of_square(b), values.square().sum(1)),
        (wishart.bidiagonal_log_determinant(b), values.log().sum(1)),
        (wishart.bidiagonal_inverse_trace(b), (1 / values).sum(1)),
        (wishart.spectral_sum(b, np.sqrt), values.sqrt().sum(1)),
        (wishart.bidiagonal_root_trace(b), values.sqrt().sum(1)),
    ):
        assert torch.allclose(found, expected, rtol=1e-9)


@pytest.mark.parametrize("functional", [wishart.trace, wishart.log_determinant, wishart.inverse_trace])
def test_the_factor_of_bartlett_has_the_law_of_drawn_data(functional):
    drawn = functional(wishart.cholesky(wishart.scatter(6000, n=11, d=4, generator=made(3))))
    fast = functional(wishart.bartlett(6000, n=11, d=4, generator=made(4)))
    assert stats.ks_2samp(drawn.numpy(), fast.numpy()).pvalue > 1e-3


@pytest.mark.parametrize(("n", "d"), [(11, 4), (6, 6)])
def test_bidiagonal_matrices_have_the_smallest_and_largest_eigenvalues_of_drawn_data(n, d):
    drawn = spectral(wishart.scatter(6000, n=n, d=d, generator=made(5))).numpy()
    fast = wishart.eigenvalues(wishart.bidiagonal(6000, n=n, d=d, generator=made(6)))
    for place in (0, -1):
        assert stats.ks_2samp(drawn[:, place], fast[:, place]).pvalue > 1e-3


def test_neighbours_that_share_a_square_of_numbers_are_independent():
    factor = wishart.bartlett(4000, n=6, d=3, generator=made(7))
    first, second = wishart.trace(factor).view(2, -1).numpy()
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / math.sqrt(2000)
    assert stats.kstest(np.concatenate((first, second)), stats.chi2(18).cdf).pvalue > 1e-3


def test_with_fewer_data_than_dimensions_the_rank_is_that_of_the_data():
    n, d = 3, 6
    drawn = spectral(wishart.scatter(3000, n=n, d=d, generator=made(8)))
    factor = wishart.bartlett(3000, n=n, d=d, generator=made(9))
    fast = spectral(factor @ factor.mT)
    assert float(fast[:, : d - n].abs().max()) < 1e-12
    for place in (d - n, d - 1):
        assert stats.ks_2samp(drawn[:, place].numpy(), fast[:, place].numpy()).pvalue > 1e-3


def test_pieces_of_data_add_up_to_all_of_them(monkeypatch):
    monkeypatch.setattr(wishart, "ROWS", 5 * 2 * 3)
    generator = made(10)
    whole = torch.cat([torch.randn(2, rows, 3, dtype=torch.float64, generator=generator) for rows in (5, 5, 3)], dim=1)
    found = wishart.scatter(2, n=13, d=3, generator=made(10))
    assert torch.allclose(found, whole.mT @ whole, rtol=1e-13)
    centred, mean = wishart.centred_scatter(2, n=13, d=3, generator=made(10))
    assert torch.allclose(mean, whole.mean(1), rtol=1e-12)
    apart = whole - whole.mean(1, keepdim=True)
    assert torch.allclose(centred, apart.mT @ apart, rtol=1e-12)


def test_data_have_the_standard_deviations_that_are_asked_for():
    scale = torch.tensor([0.5, 2.0], dtype=torch.float64)
    plain = wishart.scatter(3, n=8, d=2, generator=made(11))
    scaled = wishart.scatter(3, n=8, d=2, generator=made(11), scale=scale)
    assert torch.allclose(scaled, plain * scale * scale[:, None], rtol=1e-13)
    centred, _ = wishart.centred_scatter(3, n=8, d=2, generator=made(11), scale=scale)
    assert torch.allclose(centred, wishart.centred_scatter(3, n=8, d=2, generator=made(11))[0] * scale * scale[:, None])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: wishart.bartlett(2, n=0, d=3, generator=made(0)), "n = 0, d = 3 is outside n >= 1, d >= 1"),
        (lambda: wishart.bidiagonal(2, n=2, d=3, generator=made(0)), "n = 2, d = 3 is outside n >= d"),
        (lambda: wishart.cholesky(torch.zeros(2, 3, 3, dtype=torch.float64)), "matrix 0 of 2 is singular"),
        (lambda: wishart.require_tail("a.b", n=9, d=8, order=1), r"a.b: n = 9, d = 8: E tr W\^-1 is infinite; needs"),
        (lambda: wishart.require_tail("a.b", n=20, d=8, order=2), "tail index 3.25, .* needs n >= 35"),
    ],
)
def test_what_has_no_inverse_or_no_mean_is_refused_in_one_line(call, message):
    with pytest.raises(ParameterError, match=message) as raised:
        call()
    assert "\n" not in str(raised.value)


def test_the_least_number_of_data_that_an_error_names_is_enough():
    wishart.require_tail("a.b", n=35, d=8, order=2)
    wishart.require_tail("a.b", n=21, d=8, order=1)
    with pytest.raises(ParameterError):
        wishart.require_tail("a.b", n=20, d=8, order=1)
