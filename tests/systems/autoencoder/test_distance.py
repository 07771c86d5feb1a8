"""The Hellinger distance: its values and their series, both routes' densities, the floor of estimated densities."""

import math

import numpy as np
import pytest
import torch

from numerics import online_sgd
from numerics.interpolant_sampler import AutoEncoder, euler
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import distance as numerics
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.systems.autoencoder import distance as theory

PAPER = {"eta": 0.2, "lam": 0, "t": 0.5, "rho": 2.25, "Q0": 0.0225, "M0": 0.225, "b0": 0, "stop": 0.9}
AT = {"eta": 0.25, "lam": 0.2, "t": 0.55, "rho": 1.7, "Q0": 0.3, "M0": 0.4, "b0": 0.12, "stop": 0.9}


def test_it_has_the_value_of_an_independent_calculation():
    assert theory.hellinger(theta=3, **PAPER) == pytest.approx(0.303738, abs=1e-6)


@pytest.mark.slow
def test_it_does_not_decrease_with_the_training_time():
    times = (0.5, 1, 1.5, 2, 2.5, 3, 4, 5)
    found = [theory.hellinger(theta=at, **PAPER) for at in times]
    assert found == pytest.approx([0.742, 0.491, 0.330, 0.287, 0.292, 0.304, 0.309, 0.299], abs=5e-4)
    assert np.diff(found)[:3].max() < 0 < np.diff(found)[3:6].min()
    decayed = [theory.hellinger(theta=at, **PAPER | {"lam": 1.5}) for at in times]
    assert np.diff(decayed).max() < 0


def test_the_text_that_it_always_decreases_is_refuted_by_the_formula_and_by_mean_steps():
    at = {**PAPER, "Q0": 0.3, "M0": 0.4}
    wanted = theory.hellinger(theta=4, **at) - theory.hellinger(theta=2, **at)
    assert theory.hellinger_change(theta=4, **at) == pytest.approx(wanted, rel=1e-9)
    found = simulate(numerics.hellinger_change, parameters={**at, "d": 20, "steps": 200}, replicas=1).mean
    assert min(found, wanted) > 0.01
    with pytest.raises(ParameterError, match="steps = 7 is odd"):
        simulate(numerics.hellinger_change, parameters={**at, "d": 20, "steps": 7}, replicas=1)


@pytest.mark.slow
def test_every_step_of_the_derivation_is_checked():
    assert theory.hellinger.derivation is not None
    assert theory.hellinger.derivation.evidence >= Evidence.SAMPLED


def test_mean_steps_come_down_to_it_like_1_over_d():
    gaps = [
        d * (simulate(numerics.hellinger, parameters={**AT, "d": d, "steps": 3 * d}, replicas=1).mean
             - theory.hellinger(theta=1.5, **AT))
        for d in (16, 32)
    ]  # fmt: skip
    assert gaps[0] == pytest.approx(gaps[1], rel=0.1)
    assert abs(gaps[0]) > 0.01


def test_the_generated_density_is_that_of_points_in_d_dimensions():
    """H from a histogram of 5e4 generated points, which scatters by 0.001."""
    d, count, overlap, along, skip = 4, 50_000, 1.1, 1.2, 0.7
    weights, centroid = online_sgd.warm_start(d, rho=1.7, Q0=overlap, M0=along, device=torch.device("cpu"))
    made = AutoEncoder(skip, weights.T * math.sqrt(d))
    start = torch.empty((count, d), dtype=torch.float64).normal_(generator=generator(seed=2, block=0))
    points = euler(start, denoiser=made, times=numerics._times(0.9), kicks=torch.zeros_like) @ centroid / math.sqrt(1.7)
    edges = torch.linspace(-7, 7, 141, dtype=torch.float64)
    shares = torch.histogram(points, edges).hist / count
    root = math.sqrt(1.7)
    law = (torch.special.ndtr(edges - root) + torch.special.ndtr(edges + root)) / 2
    coarse = math.sqrt(1 - float((shares * law.diff()).sqrt().sum()))
    one = torch.ones(1, dtype=torch.float64)
    found = float(numerics.distance(overlap * one, along * one, skip * one, rho=1.7, stop=0.9))
    assert found == pytest.approx(coarse, abs=0.006)


@pytest.mark.parametrize(
    ("overlap", "along", "skip", "stop"), [(1.1, 1.2, 0.7, 0.9), (0.3, 0.4, 0.9, 0.5), (2.5, 1.9, 0.5, 0.955)]
)
def test_both_sides_have_one_distance_at_given_overlaps(overlap, along, skip, stop):
    from theory.evaluate import as_array
    from theory.formula import Explicit

    law = {symbol: part for symbol, part in theory.LAW.items() if symbol not in (theory.Q, theory.M, theory.b)}
    point = {theory.Q: overlap, theory.M: along, theory.b: skip, theory.rho: 1.7, theory.stop: stop}
    expected = float(as_array(Explicit(theory.HELLINGER, law), point))
    one = torch.ones(1, dtype=torch.float64)
    found = float(numerics.distance(overlap * one, along * one, skip * one, rho=1.7, stop=stop))
    assert found == pytest.approx(expected, rel=2e-5)


@pytest.mark.slow
def test_an_estimated_density_of_the_data_themselves_has_a_floor():
    """4000 samples: 0.024 +- 0.004 by Scott's rule, 0.026 +- 0.004 by Silverman's."""
    for factor, floor in ((1.0, 0.024), ((4 / 3) ** 0.2, 0.026)):
        found = numerics.floor_of_estimate(
            4000, rho=2.25, factor=factor, replicas=3, generator=generator(seed=1, block=0)
        )
        assert float(found.mean()) == pytest.approx(floor, abs=0.006)


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"stop": 1}, "stop = 1 is outside 0 < stop < 1"),
        ({"stop": 1.1}, "stop = 1.1 is outside 0 < stop < 1"),
        ({"M0": 2}, "M0 = 2"),
        ({"lam": -0.1}, "lam = -0.1"),
    ],
)
def test_impossible_settings_are_refused_in_one_line(wrong, text):
    with pytest.raises(DomainError, match=text) as caught:
        theory.hellinger(theta=1.5, **AT | wrong)
    assert "\n" not in str(caught.value)
    with pytest.raises(ParameterError, match=text):
        simulate(numerics.hellinger, parameters={**AT, "d": 12, "steps": 3, **wrong}, replicas=1)
