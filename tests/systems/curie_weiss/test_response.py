"""The response of the Curie-Weiss weights to a wrong score: exact laws against sampling, reference values, rivals."""

from math import cosh, sqrt

import mpmath
import numpy as np
import pytest
import torch
from scipy import integrate, special

from crosscheck.claims.curie_weiss import response as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics.ensembles import spontaneous_magnetisation
from numerics.replicas import simulate
from numerics.systems.curie_weiss import response as simulated
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.systems.curie_weiss import response as derived

FORMS = (derived.weight_response, derived.weight_response.finite_size, derived.two_point_next_order)
MODEL = {"beta": 1.37, "h": 0.61, "T": 0.83}


def exact(N, **model):
    return simulated.weight_response(N=N, **model, replicas=1, generator=torch.Generator()).item()


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_every_step_of_the_derivations_holds(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_claim_agrees_and_rejects_what_is_wrong():
    verdict = verify(claims.weight_response)
    assert verdict.outcome is Outcome.AGREES
    assert verdict.rate.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)


def test_response_without_field_to_28_digits():
    """4 sqrt(T) J(0), J(0) = 0.2544004142190708973688894641, at any beta."""
    for beta in ("1.37", "2.2"):
        with mpmath.workdps(40):
            found = derived.weight_response.digits(30, beta=beta, h=0, T=1) / 4
            assert mpmath.nstr(found, 28) == "0.2544004142190708973688894641"


@pytest.mark.parametrize("h", [0.0, 0.61, -1.3])
def test_response_is_the_double_integral_of_the_posterior_weights(h):
    """4 sqrt(T) times the integral over u of the mean of p_+ p_-, log odds 2a + 2u^2 s + 2u z, a = h m."""
    a = h * spontaneous_magnetisation(1.37)
    nodes, weights = np.polynomial.hermite_e.hermegauss(180)
    weights = weights / weights.sum()

    def undecided(u):
        total = 0.0
        for sign in (1, -1):
            p = special.expit(2 * a + 2 * sign * u**2 + 2 * u * nodes)
            total += special.expit(2 * sign * a) * float(weights @ (p * (1 - p)))
        return total

    integral, _ = integrate.quad(undecided, 0, 9, epsabs=1e-11, epsrel=1e-11, limit=200)
    found = derived.weight_response(beta=1.37, h=h, T=0.83)
    assert found == pytest.approx(4 * sqrt(0.83) * integral, rel=1e-8)


def test_response_scales_with_the_noise_alone():
    one, other = (derived.weight_response(beta=1.37, h=0.61, T=T) for T in (1, 0.83))
    assert other / one == pytest.approx(sqrt(0.83), rel=1e-13)


def test_exact_response_of_one_spin_is_that_of_brute_quadrature():
    """N = 1: the error shifts x by 2 T per unit of time; what it adds to the posterior of +, integrated over time."""
    beta, h, T = 1.37, 0.61, 0.83
    m = spontaneous_magnetisation(beta)
    prior = special.expit(2 * h * m)

    def added(x, shrink):
        spread = T * (1 - shrink**2)
        densities = [
            sum((1 + s * a * m) / 2 * np.exp(-((x - a * shrink) ** 2) / (2 * spread)) for a in (1, -1))
            / sqrt(2 * np.pi * spread)
            for s in (1, -1)
        ]
        field = x * shrink / spread
        slope = m * shrink / spread * (1 - np.tanh(field) ** 2) / (1 - m**2 * np.tanh(field) ** 2)
        plus, minus = prior * densities[0], (1 - prior) * densities[1]
        return 2 * T * plus * minus / (plus + minus + 1e-300) * 2 * slope / shrink

    x, dx = np.linspace(-7, 7, 4001, retstep=True)
    nodes, weights = np.polynomial.legendre.leggauss(60)
    by_hand = sum(w / 2 * added(x, (1 + node) / 2).sum() * dx for node, w in zip(nodes, weights, strict=True))
    assert exact(1, beta=beta, h=h, T=T) == pytest.approx(by_hand, rel=1e-6)


def test_exact_response_agrees_with_sampled_spins():
    for N in (3, 16):
        found = simulate(simulated.weight_response_sampled, parameters={"N": N, **MODEL}, replicas=20_000)
        assert abs(found.mean - exact(N, **MODEL)) < 5 * found.standard_error


def test_one_over_N_terms_of_the_spins_and_of_the_two_point_variable():
    limit = derived.weight_response(**MODEL)
    gap = exact(4096, **MODEL) - limit
    assert gap == pytest.approx(derived.weight_response.finite_size(N=4096, **MODEL), rel=1e-3)
    m = spontaneous_magnetisation(1.37)
    ratio = derived.two_point_next_order(N=64, **MODEL) / derived.weight_response.finite_size(N=64, **MODEL)
    assert ratio == pytest.approx(0.83 / (0.83 + m**2 - 1), rel=1e-12)


def test_way_back_of_all_spins_answers_like_the_exact_law():
    """The N-dimensional process shares only the exact score with the exact law; 4 spins, step 1/16."""
    parameters = {"N": 4, "dt": 1 / 16, **MODEL}
    found = simulate(simulated.weight_response_backward, parameters=parameters, replicas=2**16)
    assert abs(found.mean - exact(4, **MODEL)) < 5 * found.standard_error + 3 * found.bias


def test_way_back_of_the_two_point_variable_answers_like_the_limit():
    found = simulate(simulated.weight_response_two_point, parameters={"N": 4096, "dt": 1 / 16, **MODEL}, replicas=2**16)
    assert abs(found.mean - derived.weight_response(**MODEL)) < 5 * found.standard_error + 3 * found.bias


def test_response_at_large_field_decays_like_the_smaller_weight():
    at = [derived.weight_response(beta=1.37, h=h, T=1) * cosh(h * spontaneous_magnetisation(1.37)) ** 2 for h in (2, 4)]
    assert 0.5 < at[1] / at[0] < 3


def test_fields_at_which_the_waves_cancel_beyond_repair_are_outside_the_domain():
    assert derived.weight_response(beta=1.37, h=10, T=0.83) == pytest.approx(1.2192800778055331883e-6, rel=1e-13)
    with pytest.raises(DomainError, match="h = 13 is outside"):
        derived.weight_response(beta=1.37, h=13, T=0.83)


@pytest.mark.standard
def test_response_agrees_with_the_reduced_dynamics():
    assert verify(claims.weight_response, tier="standard").outcome is Outcome.AGREES
