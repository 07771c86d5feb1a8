"""Spectra: what they are, what stands for them in d dimensions, and what is refused."""

import numpy as np
import pytest
import torch

from numerics import spectra
from numerics.seeds import generator
from numerics.simulator import ParameterError


def made() -> torch.Generator:
    return generator(seed=0, block=0)


def test_the_named_spectra():
    assert spectra.isotropic(3, level=0.7).tolist() == [0.7, 0.7, 0.7]
    assert spectra.power_law(3, exponent=1.5, largest=2).numpy() == pytest.approx([2, 2 * 2**-1.5, 2 * 3**-1.5])
    assert spectra.two_level(4, high=3, low=0.5, share=0.25).tolist() == [3, 0.5, 0.5, 0.5]
    assert spectra.given([1, 2]).tolist() == [1, 2]


def test_the_participation_ratio_of_a_power_law():
    """l = k^-1.5, k = 1 .. 8: to 19 digits 3.105929140567720654."""
    found = spectra.participation_ratio(spectra.power_law(8, exponent=1.5))
    assert found == pytest.approx(3.1059291405677206543, rel=1e-14)
    assert spectra.participation_ratio(spectra.isotropic(5, level=0.3)) == pytest.approx(5)


def test_a_spectrum_fills_the_dimensions_evenly_where_it_divides_them():
    found = spectra.represented(spectra.given([3, 1]), 6, replicas=2, generator=made())
    assert found.tolist() == [[3, 3, 3, 1, 1, 1]] * 2


@pytest.mark.parametrize(("k", "d"), [(5, 3), (3, 5), (7, 24), (100, 12), (1, 4)])
def test_means_over_the_eigenvalues_are_those_over_the_spectrum(k, d):
    levels = spectra.power_law(k, exponent=0.8)
    found = spectra.represented(levels, d, replicas=20_000, generator=made())
    assert found.shape == (20_000, d)
    means = torch.log(found).mean(1).numpy()
    expected = float(torch.log(levels).mean())
    error = means.std() / np.sqrt(len(means))
    assert abs(means.mean() - expected) <= 5 * error + 1e-12
    assert means.std() < 3 * k / d / np.sqrt(d)


def test_padding_adds_directions_without_variance():
    assert spectra.padded(spectra.given([2, 1]), 4).tolist() == [2, 1, 0, 0]
    assert spectra.padded(spectra.given([2, 1]), 1).tolist() == [2, 1]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: spectra.given([]), "no eigenvalues"),
        (lambda: spectra.given([1, -0.2]), "eigenvalue 2 = -0.2 is outside"),
        (lambda: spectra.given([0.0]), "eigenvalue 1 = 0 is outside"),
        (lambda: spectra.given([1, float("nan")]), "eigenvalue 2 = nan is outside"),
        (lambda: spectra.isotropic(0), "d = 0 is outside d >= 1"),
        (lambda: spectra.two_level(4, high=1, low=2, share=1.2), "share = 1.2 is outside"),
    ],
    ids=["empty", "negative", "zero", "nan", "no dimension", "share"],
)
def test_impossible_spectra_are_refused_in_one_line(wrong, message):
    with pytest.raises(ParameterError, match=message) as caught:
        wrong()
    assert "\n" not in str(caught.value)
