"""Generation after generation: the map of the bulk variance, its fixed points, and when data collapse."""

import math

import pytest
from sympy import Integer, Rational

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import generations as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.autoencoder import generations as theory

AT = {"variance": 0.36, "stop": 0.92, "t": 0.54}
CRITICAL = 1 - math.exp(-1)


def iterated(variance: float, stop: float, count: int) -> float:
    for _ in range(count):
        variance = theory.collapse_map(variance=variance, stop=stop, t=0.5)
    return variance


@pytest.mark.slow
@pytest.mark.parametrize(
    "form",
    [theory.collapse_map, theory.collapsed_variance],
    ids=lambda form: form.observable,
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation is not None
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_map_of_amplitudes_is_refuted():
    wrong = Step(2 * theory.DECAY.subs({theory.epsilon: 0, theory.t: theory.stop}) * theory.y,
                 (1 - theory.stop) ** (1 - theory.b), "wrong", theory.solves_ode(theory.y, theory.stop))  # fmt: skip
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_the_map_and_its_fixed_points_have_the_values_of_an_independent_evaluation():
    found = theory.collapse_map.digits(17, variance="0.83", stop="0.98", t="0.5")
    assert float(found) == pytest.approx(0.483441992050112903, rel=1e-15)
    lower = theory.collapsed_variance.digits(17, stop="0.98")
    assert float(lower) == pytest.approx(0.000402526439732045093, rel=1e-14)
    assert float(1 / lower) == pytest.approx(2484.3088584831415, rel=1e-14)
    assert float(theory.slope(Integer(1)).subs(theory.stop, 0.98)) == pytest.approx(3.91202300542814606, rel=1e-14)


@pytest.mark.parametrize("stop", [0.7, 0.9, 0.98])
def test_beyond_the_critical_time_data_collapse_or_explode_to_the_two_outer_fixed_points(stop):
    lower = theory.collapsed_variance(stop=stop)
    assert theory.collapse_map(variance=lower, stop=stop, t=0.5) == pytest.approx(lower, rel=1e-12)
    assert iterated(0.9, stop, 200) == pytest.approx(lower, rel=1e-6)
    assert iterated(1.1, stop, 200) == pytest.approx(1 / lower, rel=1e-6)
    assert abs(float(theory.slope(Rational(str(lower))).evalf(subs={theory.stop: stop}))) < 1 < -math.log(1 - stop)


@pytest.mark.parametrize("start", [0.01, 0.5, 3.0, 80.0])
def test_before_it_every_variance_returns_to_one(start):
    assert iterated(start, CRITICAL - 0.1, 200) == pytest.approx(1, rel=1e-6)


def test_the_fixed_point_one_loses_its_stability_at_one_minus_one_over_e():
    for stop, stable in ((CRITICAL - 1e-6, True), (CRITICAL + 1e-6, False)):
        assert (float(theory.slope(Integer(1)).subs(theory.stop, stop)) < 1) is stable


def test_away_from_one_half_one_is_no_fixed_point():
    assert theory.collapse_map(variance=1, stop=0.9, t=0.4) < 0.7
    assert theory.collapse_map(variance=1, stop=0.9, t=0.6) > 1.4


@pytest.mark.parametrize("d", [1, 3, 8])
def test_a_fitted_skip_connection_generates_this_variance_in_d_dimensions(d):
    found = simulate(numerics.collapse_map_of_moments, parameters={"d": d, **AT}, replicas=1)
    assert found.mean == pytest.approx(theory.collapse_map(**AT), rel=1e-12)


def test_generated_points_have_it_too():
    found = simulate(numerics.collapse_map, parameters={"d": 768, "dt": 1 / 4, **AT}, replicas=64)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - theory.collapse_map(**AT)) <= allowed < 0.15 * found.mean


def test_the_eigenvalues_of_the_data_differ_and_have_the_variance_as_their_mean():
    found = numerics._eigenvalues(9, 0.7)
    assert found.mean() == pytest.approx(0.7)
    assert len({round(value, 6) for value in found}) == 9


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("stop", 1, "stop = 1 is outside 0 < stop < 1"),
        ("stop", 1.5, "stop = 1.5 is outside 0 < stop < 1"),
        ("variance", 0, "variance = 0.* is outside variance > 0"),
        ("t", 1, "t = 1 is outside.* 0 < t < 1"),
    ],
)
def test_impossible_parameters_are_refused_in_one_line(name, value, text):
    with pytest.raises(DomainError, match=text):
        theory.collapse_map(**AT | {name: value})
    with pytest.raises(ParameterError, match=text):
        simulate(numerics.collapse_map_of_moments, parameters={"d": 2, **AT, name: value}, replicas=1)


def test_there_is_no_collapsed_variance_before_the_critical_time():
    with pytest.raises(DomainError, match=r"stop = 0.6 is outside 1 - exp\(-1\) < stop < 1"):
        theory.collapsed_variance(stop=0.6)
