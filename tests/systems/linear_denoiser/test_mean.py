"""KL of the mean: printed reference values, the misprints of (B.7) and (B.8), drawn data of both models."""

import math

import mpmath
import pytest

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.linear_denoiser import mean as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.systems.linear_denoiser import mean as theory

AT = {"n": 40, "d": 12, "horizon": 0.8, "lamhat": 0.6917 / -math.expm1(-1.6)}
TEXT = {name: repr(value) for name, value in AT.items()}
FORMS = (theory.divergence_mean, theory.divergence_mean_modelled)
RUNS = {
    "divergence_mean": (numerics.divergence_mean, numerics.divergence_mean_data, numerics.divergence_mean_reduced),
    "divergence_mean_modelled": (numerics.divergence_mean_modelled, numerics.divergence_mean_modelled_data),
}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_sign_of_the_mean_noise_is_refuted():
    step = next(step for step in theory.divergence_mean_modelled.derivation.steps if step.citation == "H24 (B.7)")
    wrong = Step(step.left, step.right + 2 * theory.v, "as printed in (B.7)")
    assert Derivation((step,), theory.STEPS).evidence is Evidence.EXACT
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_17_data_in_5_dimensions_as_modelled():
    # 0.010616891835772318149
    at = {"n": 17, "d": 5, "horizon": "1.3", "lamhat": "0.7"}
    assert mpmath.nstr(theory.divergence_mean_modelled.digits(20, **at), 20) == "0.010616891835772318149"


def test_40_and_150_data_by_the_procedure_of_section_3():
    # a = 0.6917: 0.19783, where a regression on data of (3.8) with mu_X known gives 0.089641
    assert theory.divergence_mean(**TEXT) == pytest.approx(0.19783, rel=1e-4)
    form = theory.divergence_mean_modelled
    assert form(**TEXT) == pytest.approx(0.089641 * 1.6917 * math.exp(-1.6), rel=1e-4)
    of_weights = float(as_array(form.published[1].formula, form.at(TEXT)))
    assert of_weights / form(**TEXT) == pytest.approx(12 / 38, rel=1e-12)  # the rest, 26/38, is not printed
    at = {"n": 150, "d": 50, "horizon": 2, "lamhat": 1}
    assert theory.divergence_mean(**at) == pytest.approx(0.22920, rel=1e-4)
    assert form(**at) == pytest.approx(0.004526, rel=2e-4)


@pytest.mark.parametrize(("d", "lamhat", "value"), [(16, "0.001", 8.01e-4), (16, "3", 9.52e-4), (100, "1", 6.26e-3)])
def test_points_of_figure_2(d, lamhat, value):
    found = theory.divergence_mean(n=10_000, d=d, horizon=2, lamhat=lamhat)
    assert found == pytest.approx(value, rel=1e-3)


def test_both_misprints_fall_out():
    assert [c.published.equation for c in theory.divergence_mean_modelled.comparisons() if c.differs] == [
        "(B.7)",
        "(B.8)",
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_simulations_of_every_kind_have_the_mean(form):
    at = AT | {"d": 6}
    exact, *drawn = RUNS[form.observable]
    assert simulate(exact, parameters=at, replicas=1).mean == pytest.approx(form(**TEXT | {"d": "6"}), rel=1e-12)
    for run in drawn:
        found = simulate(run, parameters=at, replicas=6000)
        assert abs(found.mean - form(**TEXT | {"d": "6"})) < 5 * found.standard_error


def test_impossible_parameters_are_refused_in_one_line():
    with pytest.raises(
        DomainError, match=r"divergence_mean: n = 14, d = 12 is outside n > d \+ 2: E tr W\^-1 .* infini"
    ):
        theory.divergence_mean(**TEXT | {"n": "14"})
    with pytest.raises(ParameterError, match=r"needs n >= "):
        simulate(numerics.divergence_mean_data, parameters=AT | {"n": 20}, replicas=1)
