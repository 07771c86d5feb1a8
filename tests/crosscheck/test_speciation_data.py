"""The numbers of BBDM24 Fig. 2: what was published against (6), and clones in d dimensions against both."""

import numpy as np
import pytest

from crosscheck.figures import speciation

PUBLISHED = speciation.published()


def squares(share: np.ndarray, expected: np.ndarray, pairs: int) -> float:
    """Sum of squared gaps over binomial errors; rows in which all pairs agree, as expected, weigh nothing."""
    certain = (expected > 1 - 1e-9) & (share == 1)
    error = np.sqrt(np.maximum(expected * (1 - expected), 1e-30) / pairs)
    return float((np.where(certain, 0.0, (share - expected) / error) ** 2).sum())


@pytest.mark.parametrize(("d", "per_point"), [(256, 1.43), (1024, 1.51), (4096, 0.80), (16384, 0.18)])
def test_the_published_points_scatter_around_the_formula_as_binomial_counts_do(d, per_point):
    times = np.array(sorted(t for size, t in PUBLISHED if size == d))
    assert len(times) == 19
    share = np.array([PUBLISHED[d, t] for t in times])
    found = squares(share, speciation.by_formula(d * np.exp(-2 * times)), 10_000)
    assert found / 19 == pytest.approx(per_point, abs=0.01)
    assert found < 43.8  # chi squared of 19 degrees of freedom exceeds this once in a thousand


def test_another_formula_does_not_pass_through_the_published_points():
    times = np.array(sorted(t for size, t in PUBLISHED if size == 1024))
    share = np.array([PUBLISHED[1024, t] for t in times])
    assert squares(share, speciation.by_formula(1024 * np.exp(-2 * times) / 2), 10_000) > 500


def test_small_curves_have_one_row_per_dimension_and_time_and_the_law_of_the_formula():
    found = speciation.curves(sizes=(16, 64), times=(0.9, 1.4, 2.5), pairs=4000, step=1 / 8)
    assert found.d.tolist() == [16.0] * 3 + [64.0] * 3
    assert found.t.tolist() == [0.9, 1.4, 2.5] * 2
    assert np.isnan(found.published).all()
    assert (np.abs(found.simulated - found.theory) < 4 * found.error + 0.008).all()
    assert found.over_speciation == pytest.approx(found.t / (np.log(found.d) / 2))
    assert np.interp(1.0, found.over_speciation[3:], found.theory[3:]) == pytest.approx(speciation.SPECIATION, abs=0.03)


def test_a_dimension_does_not_depend_on_its_neighbours_and_a_seed_changes_it():
    alone, beside, again = (
        speciation.curves(sizes=sizes, times=(1.0, 2.0), pairs=300, step=0.5, seed=seed).simulated[-2:].tolist()
        for sizes, seed in (((8,), 0), ((4, 8), 0), ((8,), 1))
    )
    assert alone == beside
    assert alone != again


def test_the_error_of_a_certain_outcome_is_not_zero():
    assert speciation.standard_error(np.array([1.0, 0.5]), 100).tolist() == pytest.approx([0.0099, 0.05], abs=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("d", [256, 1024])
def test_clones_in_d_dimensions_agree_with_the_formula_and_with_the_published_points(d):
    found = speciation.curves(sizes=(d,))
    assert squares(found.simulated, found.theory, speciation.PAIRS) < 43.8
    both = np.hypot(found.error, speciation.standard_error(found.published, 10_000))
    assert (((found.simulated - found.published) / both) ** 2).sum() < 43.8
