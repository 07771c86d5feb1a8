"""The numbers of the collapse figures: two classes against their formulas, the published points, the two estimates."""

import math

import numpy as np

from crosscheck.figures import collapse


def test_above_the_collapse_two_classes_have_the_excess_entropy_of_the_mixture():
    found = collapse.excess_entropies(sizes=(64,), times=(1.4, 1.8), n=2000, draws=200)
    assert np.all(np.abs(found.simulated - found.two_classes) < 5 * found.error + 0.01)
    assert np.all(found.one_class - found.simulated > 0.05)  # what a point tells of its class


def test_the_published_points_lie_below_the_curve_of_one_class_by_a_bit_of_the_data():
    known = collapse.published()
    assert len(known) == 60
    value, error = known[1024, 2.904]
    curve = collapse.excess_entropies(sizes=(1024,), times=(2.904,), n=20, draws=8)
    unit = math.log(20000) / 1024
    one = 1 - math.log1p(1 / math.expm1(2 * 2.904)) / 2 / unit
    assert curve.published[0] == value
    assert abs(one - math.log(2) / math.log(20000) - value) < 4 * error


def test_clones_share_their_datum_before_the_collapse_time_and_not_after():
    found = collapse.shared_datum(sizes=(20,), times_over_collapse=(0.2, 3.0), n=400, draws=200)
    assert found.shared[0] > 0.95
    assert found.shared[1] < 0.2
    assert np.all(found.error > 0)


def test_the_last_change_lies_around_the_collapse_time():
    found = collapse.last_change(sizes=(6,), draws=200, times=64)
    assert 0.8 < found.mean[0] / found.collapse[0] < 2
    assert 0 < found.never[0] < 0.4
    assert 0.2 < found.shared_at_mean[0] < 0.8
    assert found.n[0] == round(math.exp(3))
