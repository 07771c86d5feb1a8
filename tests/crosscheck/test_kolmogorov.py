"""Tests of a whole law: the promises hold by enumeration at small n, and what is no law is rejected."""

from itertools import product
from math import comb, factorial, log, prod, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crosscheck.kolmogorov import band, law_test, moved, two_sample_test

LEVELS = {"level": 0.2, "miss": 0.3}


def outcomes(law, n):
    """Counts at or below each edge of n samples, with their probabilities."""
    cells = np.diff(law, prepend=0.0, append=1.0)
    for numbers in product(range(n + 1), repeat=len(law)):
        rest = n - sum(numbers)
        if rest >= 0:
            every = (*numbers, rest)
            ways = factorial(n) / prod(map(factorial, every))
            yield np.cumsum(numbers), ways * np.prod(cells ** np.array(every))


def rejection(law, theory, n):
    return sum(weight for counts, weight in outcomes(law, n) if law_test(counts, n, theory, **LEVELS).rejected)


def test_the_band_is_that_of_dvoretzky_kiefer_wolfowitz_and_massart():
    assert band(0.05, 100) == pytest.approx(0.1358, abs=5e-5)  # 1.358/sqrt(n), the textbook's 5 % point


@pytest.mark.parametrize("n", [1, 2, 7, 12])
@pytest.mark.parametrize("law", [(0.5,), (0.1, 0.6), (0.3, 0.3, 0.9), (0.0, 0.5, 1.0)])
def test_a_right_law_is_rejected_no_more_often_than_promised_at_any_sample_size(law, n):
    assert rejection(law, law, n) <= LEVELS["level"]


@pytest.mark.parametrize("n", [12, 30])
@pytest.mark.parametrize("up", [True, False])
def test_a_law_at_the_detectable_distance_is_missed_no_more_often_than_promised(n, up):
    theory = np.array([0.2, 0.8])
    distance = law_test([0, 0], n, theory, **LEVELS).detectable
    law = np.array([0.2 + distance, max(0.8, 0.2 + distance)] if up else [min(0.2, 0.8 - distance), 0.8 - distance])
    assert np.all((law >= 0) & (law <= 1))
    assert 1 - rejection(law, theory, n) <= LEVELS["miss"]


@pytest.mark.parametrize(("n", "m"), [(1, 1), (6, 6), (4, 9)])
def test_two_samples_of_one_law_are_told_apart_no_more_often_than_promised(n, m):
    law = (0.2, 0.7)
    total = sum(
        one * other
        for counts, one in outcomes(law, n)
        for others, other in outcomes(law, m)
        if two_sample_test(counts, n, others / m, m, **LEVELS).rejected
    )
    assert total <= LEVELS["level"]


def test_two_samples_of_different_laws_are_told_apart():
    distance = float(two_sample_test([0], 40, [0.0], 60, **LEVELS).detectable)
    law, other = (1 - distance) / 2, (1 + distance) / 2
    missed = sum(
        comb(40, i) * law**i * (1 - law) ** (40 - i) * comb(60, j) * other**j * (1 - other) ** (60 - j)
        for i in range(41)
        for j in range(61)
        if not two_sample_test([i], 40, [j / 60], 60, **LEVELS).rejected
    )
    assert 0 < missed <= LEVELS["miss"]


def test_the_deviation_keeps_its_sign_and_its_place():
    found = law_test([[10, 50, 90], [40, 50, 60]], 100, [0.1, 0.7, 0.9], level=0.1, miss=0.1)
    assert found.deviation == pytest.approx([-0.2, 0.3])
    assert list(found.place) == [1, 0]
    assert list(found.rejected) == [True, True]


def test_detectable_is_the_band_and_the_noise_of_one_edge():
    found = law_test([50], 100, [0.5], level=0.01, miss=0.02)
    assert found.detectable == pytest.approx(sqrt(log(200) / 200) + sqrt(log(50) / 200))


@pytest.mark.parametrize("theory", [[-0.01, 0.5], [0.5, 1.01]])
def test_what_is_no_probability_is_rejected(theory):
    assert law_test([0, 1], 2, theory, level=0.01, miss=0.01).rejected


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=20).map(sorted),
    st.floats(1e-6, 0.5),
)
def test_a_moved_law_is_a_law_at_the_distance_asked_for(law, by):
    other = moved(law, by)
    assert np.all(np.diff(other) >= 0)
    assert np.all((other >= 0) & (other <= 1))
    assert np.max(np.abs(other - law)) == pytest.approx(by)
