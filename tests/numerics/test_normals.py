"""Normal numbers of 24 bits: their moments, their independence of shape, their precision."""

import math

import numpy as np
import pytest
import torch

from numerics.normals import quick_normal

DRAWN = 2**24
SIGMAS = 5.0  # of each of nine means: once in 200 000 seeds


@pytest.fixture(scope="module")
def numbers():
    return quick_normal(2**12, 2**12, generator=torch.Generator().manual_seed(8)).numpy().ravel()


@pytest.mark.parametrize("order", range(1, 7))
def test_moments_are_those_of_a_normal_number(numbers, order):
    moment = [math.prod(range(power - 1, 0, -2)) if power % 2 == 0 else 0 for power in range(13)]
    error = math.sqrt((moment[2 * order] - moment[order] ** 2) / DRAWN)
    assert np.mean(numbers**order) == pytest.approx(moment[order], abs=SIGMAS * error)


@pytest.mark.parametrize("apart", [1, 8, 4096])
def test_neighbours_are_independent(numbers, apart):
    assert np.mean(numbers[apart:] * numbers[:-apart]) == pytest.approx(0, abs=SIGMAS / math.sqrt(DRAWN))


def test_moments_of_24_bits_fall_short_by_what_is_stated():
    squares = -2 * np.log(np.arange(1, 2**24 + 1) / 2**24)  # of the radius of a pair
    for power, missing in ((1, 6e-7), (2, 6e-6), (3, 4e-5)):
        normal = 2**power * math.factorial(power)
        assert -missing < np.mean(squares**power) / normal - 1 < 0
    assert math.sqrt(squares.max()) < 5.77


def test_values_are_double_and_come_from_the_generator():
    drawn = quick_normal(3, 5, generator=torch.Generator().manual_seed(1))
    assert drawn.dtype is torch.float64
    assert drawn.shape == (3, 5)
    assert torch.equal(drawn, quick_normal(3, 5, generator=torch.Generator().manual_seed(1)))
