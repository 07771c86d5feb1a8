"""KL to second order: printed reference values, (B.17) and its model refuted, exact moments against drawn data."""

import math

import mpmath
import pytest
import torch

from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.linear_denoiser import second_order as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.notation import a, alpha
from theory.systems.linear_denoiser import second_order as theory

AT = {"n": 72, "d": 12, "horizon": 0.6, "lamhat": 1.3}
TEXT = {name: str(value) for name, value in AT.items()}


def printed(number: int, at: dict[str, str]) -> float:
    form = theory.divergence_variance
    return float(as_array(form.published[number].formula, form.at(at)))


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", [theory.divergence_variance, theory.divergence_variance_limit], ids=lambda form: form.observable
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_lost_contraction_is_refuted():
    wrong = Step(theory.EXACT, theory.EXACT - a**2 / (4 * (1 + a) ** 2) * theory.d * theory.TRACE_SQUARED, "dropped")
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_17_data_in_5_dimensions():
    # exact 0.50833187983842022271, printed (B.17) 0.60639946118205115237
    at = {"n": 17, "d": 5, "horizon": "1.3", "lamhat": "0.7"}
    form = theory.divergence_variance
    assert mpmath.nstr(form.digits(20, **at), 20) == "0.50833187983842022271"
    assert printed(0, at) == pytest.approx(0.60639946118205115237, rel=1e-14)


@pytest.mark.parametrize(
    ("lamhat", "ratio", "true", "modelled", "as_printed"),
    [  # horizon = 2: this limit, that of model (B.1) without a misprint, and (B.17)/d
        ("1", "0.01", 0.061386, 0.241195, 0.241192),
        ("1", "0.5", 0.247689, 0.267810, 0.254267),
        ("1", "0.9", 54.745, 0.552707, 0.264968),
        ("0.1", "0.3", 0.0186198, 0.00287056, 0.00273199),
        ("0.01", "0.9", 6.39706e-2, 8.56288e-4, 1.06599e-4),
    ],
)
def test_the_limit_the_model_and_the_misprint_are_three_numbers(lamhat, ratio, true, modelled, as_printed):
    noise = float(lamhat) * -math.expm1(-4)
    assert theory.divergence_variance_limit(alpha=ratio, a=repr(noise)) == pytest.approx(true, rel=1e-5)
    d = 10**7
    at = {"n": round(d / float(ratio)), "d": d, "horizon": "2", "lamhat": lamhat}
    assert printed(1, at) / d == pytest.approx(modelled, rel=1e-5)
    assert printed(0, at) / d == pytest.approx(as_printed, rel=1e-5)


def test_the_next_order_of_a_printed_point():
    # horizon = 2, lamhat = 1, alpha = 0.5: 1.233868; differences of the exact values at d = 160, 320, 640
    noise = repr(-math.expm1(-4))
    assert theory.divergence_variance_limit.finite_size(alpha="0.5", a=noise, d=1) == pytest.approx(1.233868, rel=1e-6)
    limit = theory.divergence_variance_limit(alpha="0.5", a=noise)
    for d, wanted in ((160, 1.2686), (320, 1.2510), (640, 1.2424)):
        exact = theory.divergence_variance(n=2 * d, d=d, horizon=2, lamhat=1)
        assert exact - d * limit == pytest.approx(wanted, abs=1e-4)


def test_second_order_kl_falls_with_alpha_where_much_noise_was_added():
    slope = theory.SECOND_ORDER_LIMIT.diff(alpha).subs(alpha, 0)
    assert slope.subs(a, 0.5) > 0 > slope.subs(a, 2)


def test_b_17_and_its_model_are_errata():
    assert [c.differs for c in theory.divergence_variance.comparisons()] == [True, True]
    assert [c.differs for c in theory.divergence_variance_limit.comparisons()] == [True]


@pytest.mark.parametrize(("n", "d"), [(20, 1), (25, 2), (72, 12), (200, 60)])
def test_columns_of_the_weights_give_the_exact_mean(n, d):
    at = AT | {"n": n, "d": d}
    text = TEXT | {"n": n, "d": d}
    found = simulate(numerics.divergence_variance, parameters=at, replicas=1).mean
    assert found == pytest.approx(theory.divergence_variance(**text), rel=1e-12)
    found = simulate(numerics.divergence_variance_modelled_exact, parameters=at, replicas=1).mean
    assert found == pytest.approx(printed(1, text), rel=1e-12)
    noise = 1.3 * -math.expm1(-1.2)
    found = simulate(numerics.divergence_variance_per_dimension, parameters={"n": n, "d": d, "a": noise}, replicas=1)
    assert found.mean == pytest.approx(theory.divergence_variance(**text) / d, rel=1e-12)


def test_data_of_either_model_have_the_mean_of_their_own_model_and_not_of_the_other():
    found = {
        run.route: simulate(run, parameters=AT, replicas=4000)
        for run in (
            numerics.divergence_variance_data,
            numerics.divergence_variance_modelled,
            numerics.divergence_variance_reduced,
        )
    }
    own = {"data": theory.divergence_variance(**TEXT), "modelled": printed(1, TEXT)}
    own["bartlett"] = own["data"]
    for route, value in own.items():
        assert abs(found[route].mean - value) < 5 * found[route].standard_error
    assert found["modelled"].mean > 1.5 * found["data"].mean
    assert abs(found["data"].mean - printed(0, TEXT)) > 20 * found["data"].standard_error


def test_a_given_model_has_the_second_order_of_its_covariance():
    # 0.042467516384697454656
    theta = torch.tensor([[[2.3, -0.7], [0.4, 1.9]]], dtype=torch.float64)
    assert float(numerics.second_order(theta.mT, 0.13 / 0.81)[0]) == pytest.approx(0.042467516384697454656, rel=1e-13)


def test_drawn_data_and_bartlett_factors_agree_in_law():
    drawn, reduced = (
        run(**AT | {"d": 4}, replicas=4000, generator=generator(seed=5, block=0))
        for run in (numerics.divergence_variance_data, numerics.divergence_variance_reduced)
    )
    both = torch.cat((drawn, reduced)).sort().values
    laws = [torch.searchsorted(part.sort().values, both, right=True) / len(part) for part in (drawn, reduced)]
    assert float((laws[0] - laws[1]).abs().max()) < math.sqrt(math.log(2 / 1e-6) / len(drawn))


def test_impossible_parameters_are_refused_in_one_line():
    with pytest.raises(DomainError, match=r"divergence_variance: n = 16, d = 12 is outside n > d \+ 4: .* is infinite"):
        theory.divergence_variance(**TEXT | {"n": 16})
    with pytest.raises(DomainError, match=r"divergence_variance_limit: alpha = 1 is outside 0 < alpha < 1"):
        theory.divergence_variance_limit(alpha=1, a="0.5")
    with pytest.raises(DomainError, match=r"lamhat = -1 is outside lamhat > 0"):
        theory.divergence_variance(**TEXT | {"lamhat": -1})
    with pytest.raises(ParameterError, match=r"needs n >= "):
        simulate(numerics.divergence_variance_data, parameters=AT | {"n": 30}, replicas=1)
    with pytest.raises(ParameterError, match="a = 0 is outside a > 0"):
        simulate(numerics.divergence_variance_per_dimension, parameters={"n": 30, "d": 2, "a": 0}, replicas=1)
