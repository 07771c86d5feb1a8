"""The generative process: it ends in the data with the exact denoiser; the variance that it makes across weights."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.integrate import solve_ivp

from crosscheck.claims.autoencoder import denoiser as claims
from crosscheck.engine import run
from crosscheck.verdict import Outcome
from numerics.interpolant_sampler import LINEAR, Schedule
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import denoiser as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.autoencoder import denoiser as theory

FORMS = (theory.denoiser_identity, theory.bulk_variance, theory.bulk_variance_euler)
GRID = {"b": 0.73, "steps": 50, "taken": 45}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(
    "wrong",
    [
        Step(theory.BULK, theory.ONE_INTEGRAL, "one integral for two"),
        Step(theory.PRINTED_BULK, theory.WITHOUT_NOISE, "(106): the noise gathered is left out"),
        Step(theory.TOWARDS.subs(theory.t, theory.a), 1 / (1 - theory.a) + theory.epsilon * theory.a / (1 - theory.a),
             "epsilon beta/alpha for epsilon beta/alpha^2"),
        Step(((theory.a**2 + theory.c) * theory.m**2 + theory.v) * theory.u**2 + theory.y,
             (theory.a * theory.m * theory.u) ** 2 + theory.c * (theory.m * theory.u) ** 2 + theory.v * theory.u**2,
             "(100) without its last noise"),
    ],
    ids=["one integral", "no noise", "coefficient", "last noise"],
)  # fmt: skip
def test_wrong_steps_are_refuted(wrong):
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.slow
def test_printed_variances_are_the_derived_ones():
    for form in FORMS[1:]:
        assert not any(comparison.differs for comparison in form.comparisons())


@pytest.mark.parametrize(
    ("at", "value"),
    [
        ({"t": "0.91", "b": "0.73", "epsilon": 0}, "0.272452598989509806"),
        ({"t": "0.91", "b": "1.12", "epsilon": "0.37"}, "1.14684020632603335"),
    ],
)
def test_the_bulk_variance_has_the_values_of_an_independent_evaluation(at, value):
    assert float(theory.bulk_variance.digits(17, **at)) == pytest.approx(float(value), rel=1e-15)


def test_the_gamma_form_has_the_value_of_an_independent_evaluation():
    found = theory.bulk_variance_euler.digits(17, b="0.73", steps=50, taken=49)
    assert float(found) == pytest.approx(0.143986701145136202, rel=1e-15)


@pytest.mark.parametrize("at", [{"t": 0.7, "b": 0.49, "epsilon": 0.37}, {"t": 0.9, "b": 1.2, "epsilon": 0.1}])
def test_the_bulk_variance_solves_the_equation_of_one_variance(at):
    t, b, epsilon = at.values()

    def growth(time, variance):
        towards, own = LINEAR.drift(time, epsilon)
        return 2 * (towards * b + own) * variance + 2 * epsilon

    solved = solve_ivp(growth, (0, t), [1.0], rtol=1e-12, atol=1e-14).y[0, -1]
    assert theory.bulk_variance(**at) == pytest.approx(solved, rel=1e-10)


def test_without_noise_it_shrinks_grows_or_stays_with_the_skip_connection():
    for b, expected in ((0.5, 0.1), (1.0, 1.0), (1.5, 10.0)):
        assert theory.bulk_variance(t=0.9, b=b, epsilon=0) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("at", [GRID, {"b": 1.2, "steps": 20, "taken": 7}])
def test_the_gamma_form_is_the_product_of_the_steps(at):
    b, steps, taken = at.values()
    factors = [1 + (b - 1) / (1 - k / steps) / steps for k in range(taken)]
    assert theory.bulk_variance_euler(**at) == pytest.approx(math.prod(factors) ** 2, rel=1e-13)


def test_finer_steps_lead_to_the_continuous_variance_at_first_order():
    limit = theory.bulk_variance(t=0.9, b=0.73, epsilon=0)
    gaps = [
        theory.bulk_variance_euler(b=0.73, steps=steps, taken=round(0.9 * steps)) / limit - 1
        for steps in (500, 1000, 2000)
    ]
    assert gaps[0] / gaps[1] == pytest.approx(2, rel=0.02)
    assert gaps[1] / gaps[2] == pytest.approx(2, rel=0.02)


def test_covariances_in_d_dimensions_have_this_variance_across_the_weights():
    at = {"t": 0.6, "b": 1.1, "epsilon": 0.5}
    found = simulate(numerics.bulk_variance_of_moments, parameters={"d": 5, **at}, replicas=1)
    assert found.mean == pytest.approx(theory.bulk_variance(**at), rel=1e-12)
    found = simulate(numerics.bulk_variance_euler_of_moments, parameters={"d": 5, "b": 0.73, "steps": 50, "taken": 45},
                     replicas=1)  # fmt: skip
    assert found.mean == pytest.approx(theory.bulk_variance_euler(**GRID), rel=1e-12)


def test_generated_points_have_this_variance_and_the_declared_order_of_the_step():
    at = {"t": 0.72, "b": 0.49, "epsilon": 0.37}
    runs = [
        simulate(numerics.bulk_variance, parameters={"d": 8, "dt": dt, **at}, replicas=2**11) for dt in (1 / 2, 1 / 4)
    ]
    allowed = 5 * math.hypot(runs[1].standard_error, runs[1].bias_error) + runs[1].bias
    assert abs(runs[1].mean - theory.bulk_variance(**at)) <= allowed < 0.1
    assert runs[0].bias / runs[1].bias == pytest.approx(4, rel=0.4)


def test_the_quick_claim_of_the_exact_denoiser_agrees_and_sees_its_rivals():
    (verdict,) = run([claims.denoiser_identity], tier="quick").verdicts
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)


def test_a_wrong_coefficient_of_the_denoiser_is_refuted(monkeypatch):
    def wrong(self, t, epsilon):
        """epsilon beta/alpha for epsilon beta/alpha^2."""
        shrink = self.alpha_slope(t) / self.alpha(t)
        towards = self.beta_slope(t) - shrink * self.beta(t) + self.beta(t) * epsilon / self.alpha(t)
        return towards, shrink - epsilon / self.alpha(t) ** 2

    monkeypatch.setattr(Schedule, "drift", wrong)
    claim = replace(claims.denoiser_identity, parameters=({"epsilon": "0.4"},), ladder=(40,))
    (verdict,) = run([claim], tier="quick").verdicts
    assert verdict.outcome is Outcome.DISAGREES


def test_the_process_in_space_has_the_mean_and_variance_of_the_data():
    drawn = numerics.denoiser_identity_in_space.run(
        steps=24, epsilon=0.5, replicas=20_000, generator=torch.Generator().manual_seed(1)
    )
    mean = float(claims.MEAN)
    assert abs(drawn.mean() - mean) < 5 * drawn.std() / math.sqrt(len(drawn))
    assert drawn.var() == pytest.approx(float(claims.SPREAD), rel=0.05)
    assert np.isfinite(drawn.numpy()).all()


@pytest.mark.parametrize(
    ("form", "wrong", "text"),
    [
        (theory.bulk_variance, {"t": 1}, "t = 1 is outside 0 < t < 1"),
        (theory.bulk_variance, {"epsilon": -0.1}, "epsilon = -0.1 is outside epsilon >= 0"),
        (
            theory.bulk_variance_euler,
            {"taken": 50},
            "steps = 50, taken = 50 is outside taken < steps: all steps lead to",
        ),
        (theory.bulk_variance_euler, {"taken": "49.25"}, "taken = 49.25 is outside an integer, taken >= 1"),
        (theory.bulk_variance_euler, {"b": 0}, "b = 0 is outside b > 0"),
        (theory.bulk_variance_euler, {"steps": "1.5"}, "steps = 1.5 is outside an integer, steps >= 2"),
    ],
)
def test_impossible_parameters_are_refused_in_one_line(form, wrong, text):
    at = {s.name: form.domain[s].default for s in form.parameters}
    with pytest.raises(DomainError, match=text):
        form(**at | wrong)


@pytest.mark.parametrize(
    ("run_", "at", "text"),
    [
        (numerics.bulk_variance_of_moments, {"d": 2, "t": 0.5, "b": 1, "epsilon": 0}, "d = 2 is outside d > 2"),
        (numerics.bulk_variance_of_moments, {"d": 4, "t": 1, "b": 1, "epsilon": 0}, "stop = 1 is outside 0 < stop < 1"),
        (numerics.bulk_variance_of_moments, {"d": 4, "t": 0.5, "b": 1, "epsilon": -1}, "epsilon = -1 is outside"),
        (numerics.bulk_variance_euler, {"d": 4, "b": 1, "steps": 5, "taken": 5}, "5 of 5 steps lead to stop = 1"),
        (numerics.denoiser_identity, {"steps": 4, "epsilon": -1}, "epsilon = -1 is outside epsilon >= 0"),
    ],
)
def test_simulators_refuse_them_too(run_, at, text):
    with pytest.raises(ParameterError, match=text):
        simulate(run_, parameters=at, replicas=1)
