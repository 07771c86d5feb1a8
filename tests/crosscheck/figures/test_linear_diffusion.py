"""The numbers of the figures of linear diffusion models, their tables and their words."""

import numpy as np
import pytest

from crosscheck.figures import data_needed_figure, effective_dimension_figure
from crosscheck.figures import linear_diffusion as numbers
from crosscheck.figures.table import Table, read


@pytest.fixture(scope="module")
def covariances():
    return numbers.effective_dimension(d=12, data=(4, 16, 64), draws=600)


@pytest.fixture(scope="module")
def laws():
    return numbers.divergences(ridges=(0.01, 0.1), sizes=(12,), ratios=(0.25, 2, 8), draws=200)


def test_drawn_covariances_are_as_far_as_the_participation_ratio_says(covariances):
    ratio = numbers.participation_ratio(12)
    assert covariances.exact == pytest.approx((ratio + 1) / covariances.n, rel=1e-12)
    assert np.all(np.abs(covariances.simulated - covariances.exact) < 5 * covariances.error)
    assert covariances.printed * covariances.n == pytest.approx(covariances.participation, rel=1e-12)


def test_the_divergence_follows_the_formula_and_needs_data_of_order_d(laws):
    assert np.all(np.abs(laws.simulated - laws.of_size) < 5 * laws.error + 1 / 12**2 * (1 + laws.limit))
    small = laws.c == 0.01
    assert laws.simulated[small][0] > 10 * laws.simulated[small][-1]
    assert (laws.printed < 0).any()


@pytest.mark.parametrize("module", [effective_dimension_figure, data_needed_figure])
def test_a_table_is_kept_drawn_and_told(module, covariances, laws):
    from matplotlib.figure import Figure

    found = covariances if module is effective_dimension_figure else laws
    table = Table({name: getattr(found, name) for name in module.COLUMNS}, "small")
    again = read(table.to_csv(), columns=module.COLUMNS, source="here")
    assert all(np.array_equal(again[name], table[name]) for name in module.COLUMNS)
    figure = Figure(figsize=module.SIZE)
    module.draw(figure, again)
    assert figure.axes[0].get_xlabel()
    assert len(module.description(again)) > 100
