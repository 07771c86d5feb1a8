"""The numbers and the words of the figures of the auto-encoder: flows against small runs, and what is drawn."""

from dataclasses import replace

import numpy as np
import pytest

from crosscheck.figures import (
    autoencoder,
    autoencoder_generations,
    autoencoder_modes,
    autoencoder_phases,
    autoencoder_phases_figure,
    collapse_map_figure,
    denoiser_density_figure,
    denoiser_generations_figure,
    denoiser_training_figure,
    mode_collapse_figure,
)
from crosscheck.figures.table import Table
from theory.systems.autoencoder import linear_unit
from theory.systems.autoencoder.generations import collapse_map

SMALL = replace(autoencoder.NOTEBOOK, d=120, runs=3)


@pytest.fixture(scope="module", autouse=True)
def fewer_nodes():
    """Of the Gaussian averages: what is tested here is coarser than they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(autoencoder, "NODES", {1: 20, 2: 8})
        yield


def drawn(module, table: Table):
    from matplotlib.figure import Figure

    figure = Figure(figsize=module.SIZE, layout="constrained")
    module.draw(figure, table)
    return figure


def columns(module, *parts) -> Table:
    rows = [{name: getattr(part, name) for name in module.COLUMNS if hasattr(part, name)} for part in parts]
    return Table(mode_collapse_figure.joined(rows, module.COLUMNS), "small")


@pytest.fixture(scope="module")
def training():
    return autoencoder.training(SMALL, thetas=(0.4, 1.4, 2.0, 3.0), seed=3)


def test_runs_follow_the_flow_up_to_the_scatter_of_their_dimension(training):
    assert np.all(np.abs(training.mean - training.theory) < 2.5 / 120**0.5)
    q11 = training.theory[(training.quantity == 0) & (training.theta == 1.4)]
    assert q11 == pytest.approx(1.9033, abs=5e-3)  # the largest value in the printed figure is about 1.91
    q22 = training.quantity == 1
    assert np.max(np.abs(training.run - training.mean)[q22]) > 1e-3


def test_the_figure_of_the_training_says_what_it_shows(training):
    table = columns(denoiser_training_figure, training)
    assert len(drawn(denoiser_training_figure, table).axes) == 3
    text = denoiser_training_figure.description(table)
    worst = np.max(np.abs(training.run - training.theory)[training.quantity < 5])
    assert f"one run differ from the flow by up to {worst:.2g}" in text
    assert "illegible" in text


def test_both_readings_of_the_second_figure_have_the_known_distances():
    # lambda = 0: .742, .330, .287, .304 at theta = .5, 1.5, 2, 3; lambda = 1.5: .777 at .5
    found = autoencoder.distances(thetas=(0.5, 1.5, 2, 3), d=20, runs=2)
    assert found.line[:4] == pytest.approx([0.742, 0.330, 0.287, 0.304], abs=6e-4)
    assert found.line[4] == pytest.approx(0.777, abs=6e-4)
    assert np.all(found.plane > found.line)
    laws = autoencoder.laws(shown=(0.5, 2.0), d=40, runs=2, points=300)
    assert np.sqrt(np.mean((laws.simulated - laws.theory) ** 2)) < 0.12
    table = columns(denoiser_density_figure, laws, found)
    assert len(drawn(denoiser_density_figure, table).axes) == 6
    text = denoiser_density_figure.description(table)
    assert "with lambda = 0 it falls to 0.287 at theta = 2 and rises to 0.304 at theta = 3" in text
    assert "with lambda = 1.5 it falls all the way" in text


def test_three_clusters_come_out_as_four_modes_of_a_quarter_each():
    setting = replace(autoencoder.THREE, d=60, runs=2)
    modes, cloud = autoencoder_modes.modes(setting=setting, shown=(1.0,), points=300)
    shares = modes.moment == 0
    assert modes.theory[shares] == pytest.approx([0.25] * 4, abs=2e-3)
    assert modes.mean[shares].sum() == pytest.approx(1, abs=0.02)
    assert np.all(np.abs(modes.mean - modes.theory) < 0.6)
    first = (modes.quadrant == 0) & (modes.moment == 1)
    assert modes.theory[first] == pytest.approx(1.83, abs=0.02)
    training = autoencoder.training(setting, thetas=(0.4, 1.4, 2.0, 3.0), seed=3)
    table = columns(mode_collapse_figure, training, modes, cloud)
    assert "four modes of a quarter each" in mode_collapse_figure.description(table)
    figure = drawn(mode_collapse_figure, columns(mode_collapse_figure, training, *three_times(modes, cloud)))
    assert len(figure.axes) == 6


def three_times(modes, cloud):
    """The same rows at three training times, as the picture has them."""

    def thrice(of, kind):
        rows = {name: np.tile(getattr(of, name), 3) for name in of.__dataclass_fields__}
        rows["theta"] = np.repeat([1.0, 2.0, 4.0], len(of.theta))
        return kind(**rows)

    return thrice(modes, autoencoder_modes.Modes), thrice(cloud, autoencoder_modes.Cloud)


@pytest.mark.slow
def test_generations_narrow_and_their_flow_is_the_one_that_was_simulated_before(monkeypatch):
    expected = autoencoder_generations.followed(autoencoder.two_modes(0.0), 2, nodes=20, latent=31)
    assert [one.q for one in expected] == pytest.approx([1.4963, 7.63], abs=0.05)
    assert [one.law.bulk for one in expected] == pytest.approx([0.2030, 0.00227], rel=0.01)
    monkeypatch.setattr(autoencoder_generations, "followed", lambda *_: expected)
    overlaps, densities = autoencoder_generations.generations(d=30, runs=2, points=100, count=2)
    assert np.all(np.isfinite(overlaps.mean))
    table = columns(denoiser_generations_figure, overlaps, densities)
    assert len(drawn(denoiser_generations_figure, table).axes) == 6
    assert "generation 2 has Q = 7.6" in denoiser_generations_figure.description(table)
    shown = densities.generation == 1
    width = densities.x[1] - densities.x[0]
    assert densities.theory[shown].sum() * width == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("t", [0.2, 0.5, 0.8])
def test_roots_of_the_flow_are_the_thresholds_of_the_linear_unit(t):
    values = {"t": t, "rho": 1.37}
    assert autoencoder_phases.blow_up(t) == pytest.approx(linear_unit.blow_up_threshold(**values), rel=1e-9)
    assert autoencoder_phases.lost(t) == pytest.approx(linear_unit.learning_rate_threshold(**values), rel=1e-6)


@pytest.mark.slow
def test_simulated_phases_are_those_of_the_lines():
    points = autoencoder_phases.points(levels=(0.4,), d=60, theta=12.0, runs=4)
    lines = autoencoder_phases.lines(grid=(0.3, 0.4, 0.5))
    table = columns(autoencoder_phases_figure, lines, points)
    found, wanted = autoencoder_phases_figure.kinds(table), autoencoder_phases_figure.expected(table)
    assert found[2].tolist() == wanted[2].tolist()
    assert found[0][np.nanargmin(table["eta"])]
    assert f"{len(points.eta)} simulated points" in autoencoder_phases_figure.description(table)
    assert len(drawn(autoencoder_phases_figure, table).axes) == 1


def test_the_map_of_small_steps_is_the_formula_and_networks_walk_on_it(monkeypatch):
    monkeypatch.setattr(autoencoder_generations, "MAP_STEPS", 20_000)
    monkeypatch.setattr(autoencoder_generations, "MAP_THETA", 400.0)
    limit = collapse_map(variance="0.7", stop="0.8", t="0.5")
    assert autoencoder_generations.mapped(0.7, 0.8) == pytest.approx(limit, rel=1e-3)
    monkeypatch.undo()
    walk = autoencoder_generations.walks(starts={0.8: (0.75,)}, d=50, count=2, points=100)
    expected = [autoencoder_generations.mapped(x, 0.8) for x in walk.variance]
    assert walk.following == pytest.approx(expected, rel=0.1)
    curves = autoencoder_generations.curves(stops=(0.8,))
    assert curves.stable[~np.isnan(curves.stable)].tolist() == [1, 0, 1]
    table = columns(collapse_map_figure, curves, walk)
    assert len(drawn(collapse_map_figure, table).axes) == 1
    assert "1 (unstable)" in collapse_map_figure.description(table)
