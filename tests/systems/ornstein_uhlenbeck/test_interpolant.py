"""The Gaussian interpolant: its ends, its score by quadrature and by regression of the noise."""

import math

import pytest

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.ornstein_uhlenbeck import interpolant as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.ornstein_uhlenbeck import interpolant as theory

AT = {"t": 0.42, "c": 3.7, "x": -1.81}
ELSEWHERE = {"t": 0.9, "c": 0.3, "x": 0.8}


def test_the_score_is_that_of_either_end_close_to_it():
    assert theory.interpolant_score(t=1e-12, c=3, x=1.5) == pytest.approx(-1.5, rel=1e-11)
    assert theory.interpolant_score(t="0.999999999999", c=3, x=1.5) == pytest.approx(-0.5, rel=1e-11)


def test_the_variance_of_the_interpolant_is_smallest_between_equal_ends():
    """1 - t + t^2 at c = 1: 3/4 in the middle, for the noise t (1 - t) does not make up for what the ends lose."""
    assert theory.interpolant_score(t="0.5", c=1, x=1) == pytest.approx(-4 / 3, rel=1e-15)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["wide", "narrow"])
def test_quadrature_over_both_ends_and_regression_of_the_noise_give_the_score(at):
    exact = theory.interpolant_score(**at)
    assert simulate(numerics.interpolant_score, parameters=at, replicas=1).mean == pytest.approx(exact, rel=1e-12)
    found = simulate(numerics.interpolant_score_regressed, parameters=at, replicas=8000)
    assert abs(found.mean - exact) <= 5 * found.standard_error < 0.1 * abs(exact)


def test_every_step_of_the_derivation_is_checked():
    assert theory.interpolant_score.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(
    "wrong",
    [
        Step(theory.ENDS, theory.WIDTH, "the noise left out"),
        Step(-theory.EXPECTED_NOISE, theory.diff(theory.log(theory.DENSITY), theory.x), "without 1/lambda_0"),
    ],
    ids=["noise", "lambda"],
)
def test_wrong_steps_are_refuted(wrong):
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(("name", "value"), [("t", 0), ("t", 1), ("t", "-0.3"), ("c", 0)])
def test_impossible_parameters_are_refused_in_one_line(name, value):
    with pytest.raises(DomainError, match=f"interpolant_score: {name} = {value} is outside"):
        theory.interpolant_score(**AT | {name: value})
    for run in (numerics.interpolant_score, numerics.interpolant_score_regressed):
        with pytest.raises(ParameterError, match=f"interpolant_score: {name} = {value} is outside"):
            simulate(run, parameters=AT | {name: float(value)}, replicas=1)


def test_the_fluctuation_of_the_regression_is_that_of_64_draws():
    """Given x, z scatters with variance 1 - lambda_0^2/V; E 1/chi^2 with 64 degrees of freedom is 1/62."""
    t, c, x = 0.42, 3.7, -1.81
    width, noise = 1 - t + c * t**2, t * (1 - t)
    expected = math.sqrt((1 - noise / width) / (62 * width)) * abs(x) / math.sqrt(noise)
    found = simulate(numerics.interpolant_score_regressed, parameters=AT, replicas=8000)
    assert found.standard_error * math.sqrt(8000) == pytest.approx(expected, rel=0.05)
