"""Distances of estimated Gaussians: both branches, one matrix by hand, fast draws against data, the printed forms."""

import math
from dataclasses import replace

import mpmath
import numpy as np
import pytest
import torch
from scipy import stats

from crosscheck.claims.gaussian_covariance import distances as claims
from crosscheck.reference_points import Field, explained
from numerics import wishart
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.gaussian_covariance import distances as numerics
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.systems.gaussian_covariance import distances as theory

FORMS = (theory.wasserstein_limit, theory.total_variation)
CLAIMS = (claims.wasserstein_limit, claims.total_variation)


@pytest.mark.slow  # the fast ones are of every claim: tests/claims
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(("form", "place"), [(FORMS[0], -2), (FORMS[0], 3), (FORMS[1], -1), (FORMS[1], -4)])
def test_a_wrong_step_is_refuted(form, place):
    step = form.derivation.steps[place]
    wrong = replace(step, right=step.right * 2)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_only_the_printed_forms_differ():
    assert [[comparison.differs for comparison in form.comparisons()] for form in FORMS] == [[True], [True]]


def test_the_wasserstein_distance_is_a_hypergeometric_function_on_both_sides():
    with mpmath.workdps(30):
        for text in ("0.4", "2.5"):
            y = mpmath.mpf(text)
            root = mpmath.hyp2f1(-0.5, 0.5, 2, min(y, 1 / y)) * min(1, 1 / mpmath.sqrt(y))
            assert abs(theory.wasserstein_limit.digits(25, y=text) - (2 - 2 * root)) < mpmath.mpf(10) ** -24
        term = mpmath.hyp2f1(-0.5, -0.5, 1, mpmath.mpf("0.4")) - 1
        assert abs(theory.wasserstein_limit.finite_size.digits(20, y="0.4", d=50) - term / 50) < mpmath.mpf(10) ** -19


def test_the_printed_exponent_makes_the_distance_negative():
    (printed,) = theory.wasserstein_limit.published
    assert printed.expression.subs(theory.y, 1) < 0 < theory.wasserstein_limit(y="1")


def test_the_total_variation_at_one_datum_per_squared_dimension():
    # 0.27632639016823693298506826776482 by erf and by the normal distribution
    assert mpmath.nstr(theory.total_variation.digits(30, ratio="1"), 28) == "0.2763263901682369329850682678"


def test_the_printed_bound_lies_below_the_distance_where_data_are_many():
    (printed,) = theory.total_variation.published
    bound = {ratio: float(printed.expression.subs(theory.ratio, ratio)) for ratio in (27, 29)}
    assert bound[27] > theory.total_variation(ratio=27)
    assert bound[29] < theory.total_variation(ratio=29)
    assert math.sqrt(bound[29] * 1.5) > theory.total_variation(ratio=29)  # with the root it is a bound


def test_the_distance_of_one_pair_is_that_of_its_points():
    made = torch.Generator().manual_seed(3)
    fast = numerics.total_variation.run(d=9, n=60, replicas=6, generator=made)
    b = wishart.bidiagonal(6, n=60, d=9, generator=torch.Generator().manual_seed(3))
    values = torch.from_numpy(wishart.eigenvalues(b) / 60)
    z = torch.randn(400_000, 9, dtype=torch.float64, generator=made)
    for found, spectrum in zip(fast, values, strict=True):
        odds = (z.square() @ (1 / spectrum - 1) + spectrum.log().sum()) / 2
        sampled = (1 - torch.exp(-odds)).clamp_min(0)
        assert abs(float(sampled.mean() - found)) < 4.5 * float(sampled.std()) / 400_000**0.5


def test_logarithms_of_pivots_add_up_without_a_turn():
    """The same integral by the eigenvalues, whose phases add up to more than half a turn here."""
    d, n = 30, 40
    found = numerics.total_variation.run(d=d, n=n, replicas=5, generator=torch.Generator().manual_seed(7))
    values = wishart.eigenvalues(wishart.bidiagonal(5, n=n, d=d, generator=torch.Generator().manual_seed(7))) / n
    v = np.linspace(0, 12, 4001)
    turned = 0.5 + 0.5j * np.sinh(v)[:, None, None]
    logs = np.log(turned * values + 1 - turned).sum(2)
    assert np.abs(logs.imag).max() > math.pi
    overlap = np.exp((turned[:, :, 0] * np.log(values).sum(1) - logs) / 2).real / np.cosh(v)[:, None]
    expected = 1 - 2 / math.pi * np.trapezoid(overlap, v, axis=0)
    assert np.allclose(found.numpy(), expected, atol=2e-5)


@pytest.mark.parametrize(("d", "n"), [(6, 15), (6, 4)])
def test_roots_of_bidiagonal_matrices_have_the_law_of_those_of_data(d, n):
    fast = numerics.wasserstein.run(d=d, n=n, replicas=4000, generator=torch.Generator().manual_seed(1))
    data = numerics.wasserstein_of_data.run(d=d, n=n, replicas=4000, generator=torch.Generator().manual_seed(2))
    assert stats.ks_2samp(fast.numpy(), data.numpy()).pvalue > 1e-3


def test_three_routes_to_the_total_variation_agree():
    routes = (numerics.total_variation, numerics.total_variation_of_points, numerics.total_variation_of_data)
    found = [simulate(route, parameters={"d": 9, "n": 120}, replicas=4000) for route in routes]
    for one, other in ((0, 1), (0, 2)):
        error = math.hypot(found[one].standard_error, found[other].standard_error)
        assert abs(found[one].mean - found[other].mean) < 4.5 * error
        assert error < 0.01 * found[one].mean


def test_the_term_of_order_one_over_d_has_the_sign_that_was_derived():
    found = simulate(numerics.total_variation, parameters={"d": 30, "n": 3600}, replicas=4000)
    gap = found.mean - theory.total_variation(ratio="4")
    assert gap == pytest.approx(theory.total_variation.finite_size(ratio="4", d=30), abs=6 * found.standard_error)
    assert gap < -4 * found.standard_error


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    found = explained(Field.of(claim), list(claim.points))
    assert [reason.because for reason in found] == [point.because for point in claim.reference_points]


@pytest.mark.parametrize(
    ("form", "at", "message"),
    [
        (theory.wasserstein_limit, {"y": "0"}, "y = 0 is outside y > 0"),
        (theory.total_variation, {"ratio": "-1"}, "ratio = -1 is outside ratio > 0"),
    ],
)
def test_values_outside_the_domain_are_refused(form, at, message):
    with pytest.raises(DomainError, match=message):
        form(**at)


@pytest.mark.parametrize(
    ("simulator", "at", "message"),
    [
        (numerics.total_variation, {"d": 10, "n": 9}, "n = 9, d = 10 is outside n >= d: the covariance is singular"),
        (numerics.total_variation_of_points, {"d": 10, "n": 9}, "is singular"),
        (numerics.total_variation_of_data, {"d": 10, "n": 9}, "is singular"),
        (numerics.total_variation, {"d": 7, "n": 90}, "d = 7 is outside d >= 8; use the route posterior or data"),
    ],
)
def test_simulators_refuse_what_they_cannot_do(simulator, at, message):
    with pytest.raises(ParameterError, match=message):
        simulator(**at, replicas=2, generator=torch.Generator())


def test_the_root_of_a_nearly_singular_matrix_is_not_lost():
    b = wishart.bidiagonal(300, n=6, d=6, generator=torch.Generator().manual_seed(9))
    direct = np.sqrt(wishart.eigenvalues(b)).sum(1)
    assert np.allclose(wishart.bidiagonal_root_trace(b).numpy(), direct, rtol=1e-8)
