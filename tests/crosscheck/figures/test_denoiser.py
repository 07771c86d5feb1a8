"""The numbers of the denoiser figures against closed forms and against points that were simulated before."""

import math

import numpy as np
import pytest

from crosscheck.figures import denoiser, divergence_figure, hellinger_figure, kl_noise_figure
from crosscheck.figures.table import Table
from numerics.regression import noising
from theory.systems.linear_denoiser.limit import divergence_limit
from theory.systems.linear_denoiser.mean import divergence_mean
from theory.systems.linear_denoiser.second_order import divergence_variance


@pytest.fixture(scope="module")
def divergences():
    return denoiser.divergences(noises=(1.0,), d=12, data=(60, 30), draws=300, grid=(0.1, 0.5))


@pytest.fixture(scope="module")
def distances():
    return denoiser.hellinger_distances(sizes={16: (20, 60, 200)}, draws=200)


@pytest.fixture(scope="module")
def noises():
    return denoiser.noise_levels(sizes={16: 60}, levels=(0.1, 1.0), grid=(0.1, 0.3))


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


def test_points_of_figure_2_in_16_dimensions(noises):
    # lamhat = 0.1 and 1: mean 8.7(4)e-4 and 9.8(4)e-4, second order .03347(31) and .982(2), all of KL 1.516(4) at 1
    assert noises.mean[2:] == pytest.approx([8.65e-4, 1.000e-3], rel=1e-3)
    assert noises.printed[2:] == pytest.approx([0.03858, 3.856], rel=3e-3)
    assert np.all(np.abs(noises.simulated_mean - noises.mean)[2:] < 5 * noises.error_mean[2:])
    for index, (found, earlier) in enumerate(((0.03347, 0.00031), (0.982, 0.002)), 2):
        assert abs(noises.simulated_second[index] - found) < 5 * math.hypot(noises.error_second[index], earlier)
    assert abs(noises.simulated[3] - 1.516) < 5 * math.hypot(noises.error[3], 0.004)
    assert np.all(np.abs(noises.simulated - noises.exact)[2:] < 5 * noises.error[2:])
    assert np.all(np.abs(noises.simulated_second - noises.second)[2:] < 5 * noises.error_second[2:])
    assert np.isnan(noises.simulated[:2]).all()


def test_the_curve_that_is_not_expanded_has_the_exact_mean_of_its_size_but_for_terms_of_order_one_over_d():
    a = noising(horizon=2, lamhat=1).a
    off = [denoiser._of_level(8 * d, d, 1.0)[3] - d * denoiser._of_size(8 * d, d, a) for d in (8, 16, 32)]
    assert off[0] == pytest.approx(2 * off[1], rel=0.3)
    assert abs(off[2]) < 0.002


def test_the_variance_of_an_input_is_estimated_from_the_data():
    # Without noise the weights are exact and S is |y|^2/(n d sigma^2), chi^2 of (n - 1) d degrees: about 1/(2n).
    n, d = 40, 4
    found = denoiser.noise_levels(sizes={d: 600}, n=n, levels=(1e-6,), grid=())
    wanted = d / 4 * (2 * (n - 1) / (n**2 * d) + 1 / n**2)
    assert abs(found.simulated_second[0] - wanted) < 5 * found.error_second[0] < wanted
    assert found.second[0] < wanted / 1000


def test_curves_of_figure_2_are_the_closed_forms(noises):
    at = {"n": 10_000, "d": 16, "horizon": 2, "lamhat": "0.3"}
    assert noises.mean[1] == pytest.approx(divergence_mean(**at), rel=1e-12)
    assert noises.second[1] == pytest.approx(divergence_variance(**at), rel=1e-9)
    assert noises.printed[1] == pytest.approx(0.3470, rel=3e-4)


@pytest.mark.parametrize("module", [divergence_figure, hellinger_figure, kl_noise_figure])
def test_a_table_is_drawn_and_told(module, divergences, distances, noises):
    from matplotlib.figure import Figure

    found = {divergence_figure: divergences, hellinger_figure: distances, kl_noise_figure: noises}[module]
    table = Table({name: getattr(found, name) for name in module.COLUMNS}, "small")
    figure = Figure(figsize=module.SIZE)
    module.draw(figure, table)
    assert len(figure.axes) == (1 if module is divergence_figure else 2)
    text = module.description(table)
    told = {
        divergence_figure: "12 dimensions",
        hellinger_figure: "in 16 dimensions H^2 falls from 0.9",
        kl_noise_figure: "In 16 dimensions KL_mean is 0.02",
    }
    assert told[module] in text
