"""The residual of the weights: exact moments against laws at d = 1, both data models, both routes, the lost factor."""

import math

import pytest
import torch

from crosscheck.claims.linear_denoiser import residual as claims
from numerics import regression
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_denoiser import residual as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.notation import d, n
from theory.regression import RIDGE, RIDGE_STEPS, STEPS, TRACE
from theory.systems.linear_denoiser import residual as theory

FORMS = (theory.residual_trace, theory.residual_trace_square)
DRAWN = {
    "residual_trace": (numerics.residual_trace_data, numerics.residual_trace_modelled),
    "residual_trace_square": (numerics.residual_trace_square_data, numerics.residual_trace_square_modelled),
}
REDUCED = {
    "residual_trace": numerics.residual_trace_reduced,
    "residual_trace_square": numerics.residual_trace_square_reduced,
}


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
@pytest.mark.slow
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_the_lost_factor_is_the_limit_of_kappa_over_the_ridge():
    assert Derivation(RIDGE_STEPS, STEPS).evidence >= Evidence.SAMPLED
    as_printed = Step(RIDGE / RIDGE_STEPS[0].right.args[0], 1 + 0 * d, "kappa over the ridge put to 1")
    assert Derivation((as_printed,), STEPS).evidence is Evidence.REFUTED
    without_centring = Step(d * TRACE.subs(n, n + 1), theory.RESIDUAL_TRACE, "n degrees of freedom")
    assert Derivation((without_centring,), STEPS).evidence is Evidence.REFUTED


def test_one_dimension_is_a_ratio_of_squares():
    # M = g/chi with n - 1 degrees of freedom: E M^2 = 1/(n - 3), E M^4 = 3/((n - 3)(n - 5))
    assert theory.residual_trace(n=20, d=1) == pytest.approx(1 / 17, rel=1e-14)
    assert theory.residual_trace_square(n=20, d=1) == pytest.approx(3 / (17 * 15), rel=1e-14)


def test_200_data_in_60_dimensions_are_five_times_noisier_than_printed():
    # 28.013 exactly, 28.01(7) drawn, 5.40 as printed in (B.14)
    assert theory.residual_trace_square(n=200, d=60) == pytest.approx(28.0133949106699, rel=1e-13)
    (comparison,) = theory.residual_trace_square.comparisons()
    assert float(as_array(comparison.published.formula, {n: 200.0, d: 60.0})) == pytest.approx(5.40)


def test_the_misprints_fall_out():
    assert [c.differs for form in FORMS for c in form.comparisons()] == [True] * 4


@pytest.mark.parametrize("observable", DRAWN)
@pytest.mark.parametrize(("size", "data"), [(1, 12), (2, 9), (8, 40), (60, 200)])
def test_adding_one_dimension_after_the_other_gives_the_moments(observable, size, data):
    found = simulate(getattr(numerics, observable), parameters={"n": data, "d": size}, replicas=1)
    assert found.mean == pytest.approx(getattr(theory, observable)(n=data, d=size), rel=1e-12)


@pytest.mark.parametrize("observable", DRAWN)
def test_regressions_on_either_data_model_leave_this_residual(observable):
    for run in DRAWN[observable]:
        found = simulate(run, parameters={"n": 50, "d": 6}, replicas=6000)
        assert abs(found.mean - getattr(theory, observable)(n=50, d=6)) < 5 * found.standard_error


def test_bartlett_factors_have_one_degree_of_freedom_less_than_data():
    # one more would lower the mean by 1/15
    found = simulate(numerics.residual_trace_reduced, parameters={"n": 20, "d": 4}, replicas=20_000)
    assert abs(found.mean - theory.residual_trace(n=20, d=4)) < 5 * found.standard_error
    assert 5 * found.standard_error < found.mean / 30


@pytest.mark.parametrize("observable", DRAWN)
def test_drawn_data_and_bartlett_factors_agree_in_law(observable):
    at = {"n": 60, "d": 5}
    drawn, reduced = (
        run(**at, replicas=4000, generator=generator(seed=5, block=0)).sort().values
        for run in (DRAWN[observable][0], REDUCED[observable])
    )
    both = torch.cat((drawn, reduced)).sort().values
    laws = [torch.searchsorted(part, both, right=True) / len(part) for part in (drawn, reduced)]
    assert float((laws[0] - laws[1]).abs().max()) < math.sqrt(math.log(2 / 1e-6) / len(drawn))


def test_the_two_models_have_other_weights_though_the_same_residual():
    step = regression.noising(horizon=0.7, lamhat=0.9)
    made = generator(seed=2, block=0)
    means = [
        float(draw(400, n=300, d=3, step=step, generator=made).transposed.diagonal(dim1=1, dim2=2).mean())
        for draw in (regression.trained, regression.trained_as_modelled)
    ]
    assert means[0] == pytest.approx(math.exp(0.7) / (1 + step.a), rel=0.01)
    assert means[1] == pytest.approx(math.exp(0.7), rel=0.01)


def test_weights_solve_the_normal_equations():
    step = regression.noising(horizon=0.7, lamhat=0.9)
    made = generator(seed=3, block=0)
    x, y = (torch.randn(2, 9, 3, dtype=torch.float64, generator=made) for _ in range(2))
    found = regression._least_squares(x.clone(), y.clone())
    wanted = torch.linalg.lstsq(x - x.mean(1, keepdim=True), y - y.mean(1, keepdim=True)).solution
    assert torch.allclose(found.transposed, wanted, atol=1e-12)
    assert torch.allclose(found.inputs, x.mean(1))
    assert torch.allclose(found.outputs, y.mean(1))
    assert step.a == pytest.approx(0.9 * (1 - math.exp(-1.4)))


def test_too_few_data_are_refused_in_one_line_that_names_the_moment():
    with pytest.raises(DomainError, match=r"residual_trace: n = 14, d = 12 is outside n > d \+ 2: E tr W\^-1 .* infin"):
        theory.residual_trace(n=14, d=12)
    with pytest.raises(DomainError, match=r"n = 16, d = 12 is outside n > d \+ 4: E tr W\^-2, a moment of order 4, "):
        theory.residual_trace_square(n=16, d=12)
    with pytest.raises(DomainError, match=r"residual_trace: n = 1 is outside an integer, n >= 2"):
        theory.residual_trace(n=1, d=1)
    for run in (*DRAWN["residual_trace_square"], REDUCED["residual_trace_square"]):
        with pytest.raises(ParameterError, match=r"E tr W\^-2 has samples of tail index .*; needs n >= "):
            simulate(run, parameters={"n": 30, "d": 12}, replicas=1)
    with pytest.raises(ParameterError, match="the covariance of centred data is singular"):
        regression.residual(1, n=5, d=5, generator=generator(seed=0, block=0))
    with pytest.raises(ParameterError, match="E 1/chi"):
        simulate(numerics.residual_trace_square, parameters={"n": 16, "d": 12}, replicas=1)
    with pytest.raises(ParameterError, match="lamhat = 0 is outside lamhat > 0"):
        regression.noising(horizon=1.0, lamhat=0.0)


def test_the_claims_say_both_models():
    assert {route.name for route in claims.residual_trace.routes} == {"data", "modelled", "bartlett"}
