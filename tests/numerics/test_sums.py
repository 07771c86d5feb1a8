"""Accurate sums, and sums of blocks that merge to the sums of all."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from numerics.sums import accurate_sum, merge, of_successes, of_values

finite = st.floats(-1e30, 1e30, allow_subnormal=False)


def normals(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(count)


@given(st.lists(finite, max_size=2000))
def test_a_sum_has_the_accuracy_of_twice_the_precision(values):
    exact = sum(map(Fraction, values), Fraction(0))
    size = sum(map(abs, map(Fraction, values)), Fraction(0))
    allowed = abs(exact) * Fraction(1, 2**52) + size * Fraction(max(len(values), 1) ** 2, 2**104)
    assert abs(Fraction(accurate_sum(np.array(values))) - exact) <= allowed


@pytest.mark.parametrize("count", [0, 1, 255, 256, 257, 513, 1023, 100_003])
def test_every_length_is_summed_like_fsum(count):
    values = normals(count) * 10.0 ** np.random.default_rng(1).integers(-8, 8, count)
    assert accurate_sum(values) == pytest.approx(math.fsum(values.tolist()), rel=1e-15, abs=0)


def test_a_strided_column_is_summed():
    table = normals(2000).reshape(1000, 2)
    assert accurate_sum(table[:, 1]) == math.fsum(table[:, 1].tolist())


@given(st.permutations(range(7)))
def test_merged_sums_are_bitwise_the_same_in_any_order(order):
    blocks = [of_values(normals(100 + k, seed=k) + 3) for k in range(7)]
    assert merge(blocks[k] for k in order) == merge(blocks)


def test_merged_sums_are_the_sums_of_everything():
    values = 1e3 + normals(5000) ** 3
    whole, merged = (
        of_values(values),
        merge([of_values(values[:17]), of_values(values[17:3000]), of_values(values[3000:])]),
    )
    assert merged.count == whole.count == 5000
    for name in ("sum", "sum_squares", "sum_cubes"):
        assert getattr(merged, name) == pytest.approx(getattr(whole, name), rel=1e-12)


def test_a_narrow_law_far_from_zero_keeps_its_variance():
    values = 1e6 + normals(4096) * 1e-3
    merged = merge([of_values(values[:1000]), of_values(values[1000:])])
    assert merged.sum_squares / 4095 == pytest.approx(np.var(values - 1e6, ddof=1), rel=1e-6)


def test_pairs_of_steps_merge_too():
    fine = normals(900)
    table = np.stack((fine, fine + 0.1 * normals(900, seed=1) + 0.5), axis=1)
    whole, merged = of_values(table), merge([of_values(table[:200]), of_values(table[200:])])
    assert merged.coarse == pytest.approx(math.fsum(table[:, 1].tolist()), rel=1e-14)
    assert merged.difference_squares == pytest.approx(whole.difference_squares, rel=1e-12)
    assert whole.difference_squares == pytest.approx(900 * np.var(table[:, 0] - table[:, 1]), rel=1e-12)


def test_counts_of_an_indicator_are_the_sums_of_its_values():
    ones = np.array([1.0, 0, 0, 1, 1, 0, 1, 1, 1, 1])
    counted, summed = of_successes(10, 7), of_values(ones)
    assert counted.successes == 7
    for name in ("count", "sum", "sum_squares", "sum_cubes"):
        assert getattr(counted, name) == pytest.approx(getattr(summed, name), rel=1e-14)
    assert merge([of_successes(4, 2), of_successes(6, 5)]) == counted


def test_values_that_are_not_finite_are_counted_with_the_index_of_the_first():
    bad = np.ones(50)
    bad[[7, 8, 30]] = math.nan, math.inf, -math.inf
    sums = merge([of_values(np.ones(50)), of_values(bad, first=50), of_values(bad, first=100)])
    assert (sums.count, sums.non_finite, sums.first_non_finite) == (150, 6, 57)


def test_a_pair_with_one_bad_step_counts_once():
    assert of_values(np.array([[1.0, math.nan], [1.0, 2.0]])).non_finite == 1


def test_no_blocks_cannot_be_merged():
    with pytest.raises(ValueError, match="needs one at least"):
        merge([])


@given(st.lists(st.integers(-3, 3), min_size=1, max_size=50), st.sets(st.sampled_from([-2.5, -1.0, 0.0, 0.5, 3.0])))
def test_counts_are_those_of_values_up_to_each_edge_atoms_included(values, chosen):
    edges = sorted(chosen)
    counts = of_values(np.array(values, dtype=float), edges=edges).counts
    assert counts == tuple(sum(value <= edge for value in values) for edge in edges)


def test_counts_of_merged_blocks_are_those_of_everything():
    values, edges = normals(5000), (-1.0, 0.0, 0.3, 2.0)
    parts = [of_values(part, edges=edges) for part in (values[:17], values[17:3000], values[3000:])]
    assert merge(parts).counts == merge(parts[::-1]).counts == of_values(values, edges=edges).counts
    assert merge([of_values(values)]).counts is None


def test_blocks_counted_at_different_edges_do_not_merge():
    one, other = of_values(normals(10), edges=(0.0,)), of_values(normals(10), edges=(0.0, 1.0))
    for pair in ((one, other), (one, of_values(normals(10)))):
        with pytest.raises(ValueError, match="counted at different edges"):
            merge(pair)
