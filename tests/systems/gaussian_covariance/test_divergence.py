"""Divergences of estimated Gaussians: known digits, one dimension by hand, fast draws against data, what is refused."""

from dataclasses import replace

import mpmath
import pytest
import torch
from scipy import stats

from crosscheck.claims.gaussian_covariance import divergence as claims
from crosscheck.reference_points import Field, explained
from numerics.simulator import ParameterError
from numerics.systems.gaussian_covariance import divergence as numerics
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.systems.gaussian_covariance import divergence as theory

FORMS = (theory.divergence_forward, theory.divergence_reverse, theory.divergence_limit)

CLAIMS = (claims.divergence_forward, claims.divergence_reverse, claims.divergence_limit)


@pytest.mark.slow  # the fast ones are of every claim: tests/claims
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("place", [-1, -2, -5])
def test_a_wrong_last_step_is_refuted(place):
    step = theory.divergence_limit.derivation.steps[place]
    wrong = replace(step, right=step.right / 2)
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_a_divergence_and_the_limit_to_thirty_digits():
    with mpmath.workdps(40):
        reverse = theory.divergence_reverse.digits(30, d=7, n=23)
        assert abs(reverse - mpmath.mpf("1.1800597998268962593241629209552")) < mpmath.mpf(10) ** -29
        limit = theory.divergence_limit.digits(30, y="0.37")
        assert abs(limit - mpmath.mpf("0.10664548710022706961042161349904")) < mpmath.mpf(10) ** -30


def test_one_dimension_by_hand():
    # x^2/n is chi^2 over n: E log of it is psi(n/2) + log(2/n), E of its inverse n/(n - 2)
    mean_log = float(mpmath.digamma(4.5) + mpmath.log(2 / mpmath.mpf(9)))
    assert theory.divergence_forward(d=1, n=9) == pytest.approx(-mean_log / 2, rel=1e-14)
    assert theory.divergence_reverse(d=1, n=9) == pytest.approx((9 / 7 - 1 + mean_log) / 2, rel=1e-13)


def test_the_exact_law_approaches_its_limit_by_the_predicted_term():
    for size in (200, 400):
        gap = theory.divergence_per_dimension(d=size, y="0.4") - theory.divergence_limit(y="0.4")
        assert gap == pytest.approx(theory.divergence_limit.finite_size(d=size, y="0.4"), rel=0.3 / size)


@pytest.mark.parametrize(
    ("fast", "faithful"),
    [
        (numerics.divergence_forward, numerics.divergence_forward_of_data),
        (numerics.divergence_reverse, numerics.divergence_reverse_of_data),
        (numerics.divergence_per_dimension, numerics.divergence_per_dimension_of_data),
    ],
    ids=["forward", "reverse", "per dimension"],
)
def test_fast_and_faithful_draws_have_one_law_whatever_the_covariance(fast, faithful, monkeypatch):
    monkeypatch.setattr(
        numerics, "_quadratic", lambda b, n: 0.0
    )  # the variance is reduced, and with it the law changed
    laws = [
        route.run(d=4, n=30, replicas=4000, generator=torch.Generator().manual_seed(seed)).numpy()
        for seed, route in enumerate((fast, faithful))
    ]
    assert stats.ks_2samp(*laws).pvalue > 1e-3


def test_what_reduces_the_variance_has_the_mean_zero():
    b = numerics.wishart.bidiagonal(20_000, n=15, d=6, generator=torch.Generator().manual_seed(5))
    added = numerics._quadratic(b, 15)
    assert abs(float(added.mean())) < 4.5 * float(added.std()) / 20_000**0.5
    assert float(added.std()) > 0.3


@pytest.mark.slow
@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.id)
def test_the_reasons_of_the_reference_points_are_computed_again(claim):
    found = explained(Field.of(claim), list(claim.points))
    assert [reason.because for reason in found] == [point.because for point in claim.reference_points]


@pytest.mark.parametrize(
    ("form", "at", "message"),
    [
        (theory.divergence_forward, {"d": 5, "n": 4}, "n = 4, d = 5 is outside n >= d: .* singular"),
        (theory.divergence_reverse, {"d": 5, "n": 6}, r"n = 6, d = 5 is outside n > d \+ 1: E tr W\^-1 .* is infinite"),
        (theory.divergence_limit, {"y": "1"}, "y = 1 is outside 0 < y < 1"),
        (theory.divergence_forward, {"d": 2, "n": 1}, "n = 1, d = 2 is outside n >= d"),
    ],
)
def test_values_outside_the_domain_are_refused_in_one_line(form, at, message):
    with pytest.raises(DomainError, match=message) as raised:
        form(**at)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("simulator", "message"),
    [
        (numerics.divergence_forward, "n = 3, d = 5 is outside n >= d: the covariance of the data is singular"),
        (numerics.divergence_forward_of_data, "n = 3, d = 5 is outside n >= d: the covariance of the data is singular"),
        (numerics.divergence_per_dimension, "n = 3, d = 5 is outside n >= d"),
        (numerics.divergence_reverse, r"n = 3, d = 5: E tr W\^-1 is infinite; needs n >= 18"),
        (numerics.divergence_reverse_of_data, r"n = 3, d = 5: E tr W\^-1 is infinite; needs n >= 18"),
    ],
    ids=lambda value: getattr(value, "name", ""),
)
def test_simulators_refuse_too_few_data(simulator, message):
    with pytest.raises(ParameterError, match=message):
        simulator(d=5, n=3, replicas=2, generator=torch.Generator())
