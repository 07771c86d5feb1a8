"""The numbers of the denoiser figures against closed forms and against points that were simulated before."""

import math

import numpy as np
import pytest

from crosscheck.figures import denoiser, divergence_figure, hellinger_figure
from crosscheck.figures.table import Table
from theory.systems.linear_denoiser.limit import divergence_limit
from theory.systems.linear_denoiser.second_order import divergence_variance


@pytest.fixture(scope="module")
def divergences():
    return denoiser.divergences(noises=(1.0,), d=12, data=(60, 30), draws=300, grid=(0.1, 0.5))


@pytest.fixture(scope="module")
def distances():
    return denoiser.hellinger_distances(sizes={16: (20, 60, 200)}, draws=200)


def test_curves_are_the_formulas(divergences):
    # horizon = 2, lamhat = 1: printed 0.243591, second order 0.063203, exact 0.121805 at alpha = 0.1
    assert divergences.printed[0] == pytest.approx(0.243591, rel=3e-6)
    assert divergences.second[0] == pytest.approx(0.063203, rel=1e-5)
    assert divergences.exact[0] == pytest.approx(0.121805, rel=1e-5)
    assert np.isnan(divergences.simulated[:2]).all()


def test_regressions_have_the_exact_means_of_their_size(divergences):
    off = (divergences.simulated - divergences.of_size)[2:] / divergences.error[2:]
    assert np.all(np.abs(off) < 5)
    second = divergence_variance(n=60, d=12, horizon=2, lamhat=1) / 12
    assert abs(divergences.simulated_second[2] - second) < 5 * divergences.error_second[2]
    assert math.isnan(divergences.simulated_second[3])  # n - d = 18: no fourth moment to speak of
    limit = divergence_limit(alpha="0.2", a=-math.expm1(-4))
    assert divergences.exact[2] == pytest.approx(limit, rel=1e-12)


def test_distances_of_figure_3_in_16_dimensions(distances):
    # n = 20, 60, 200: correct .9647(12), .712(4), .478(2), as printed .9620, .698, .470
    for index, (correct, error, printed) in enumerate(
        ((0.9647, 0.0012, 0.9620), (0.712, 0.004, 0.698), (0.478, 0.002, 0.470))
    ):
        bar = 5 * math.hypot(error, distances.error[index])
        assert abs(1 - distances.overlap[index] - correct) < bar
        assert abs(1 - distances.printed[index] - printed) < bar
    assert distances.floor[0] == pytest.approx(1 - 0.368, abs=1e-3)
    assert distances.rate[-1] < distances.floor[-1]


@pytest.mark.parametrize("module", [divergence_figure, hellinger_figure])
def test_a_table_is_drawn_and_told(module, divergences, distances):
    from matplotlib.figure import Figure

    found = divergences if module is divergence_figure else distances
    table = Table({name: getattr(found, name) for name in module.COLUMNS}, "small")
    figure = Figure(figsize=module.SIZE)
    module.draw(figure, table)
    assert len(figure.axes) == (1 if module is divergence_figure else 2)
    text = module.description(table)
    assert "12 dimensions" in text if module is divergence_figure else "in 16 dimensions H^2 falls from 0.9" in text
