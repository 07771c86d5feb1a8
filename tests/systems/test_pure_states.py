"""Several pure states: enumeration at small N, the erratum of BM23 (31), and formulas that are wrong."""

from dataclasses import replace
from itertools import product
from math import cos, exp, log, sqrt

import flint
import mpmath
import numpy as np
import pytest
import torch
from scipy import integrate, special

from crosscheck.claim import ClaimError
from crosscheck.claims import pure_states as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems import pure_states as simulated
from theory.checks import sampled_gap
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.notation import N, m1, m2
from theory.systems import pure_states as derived

STATES = {"m1": 0.9, "m2": -0.3, "w": 0.4, "T": 0.83}
AT = {**STATES, "tau": 0.27}


def at_size(simulator, N, **model):
    """The exact value at t = log(N)/2 + 0.27."""
    t = log(N) / 2 + 0.27
    return simulator(N=N, t=t, **model, replicas=1, generator=torch.Generator()).item()


@pytest.mark.parametrize("form", [derived.free_energy_score, derived.posterior_weight], ids=lambda form: form.name)
def test_every_step_of_the_derivations_holds(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("claim", [claims.free_energy_score, claims.posterior_weight], ids=lambda claim: claim.id)
def test_claims_agree_and_reject_what_is_wrong(claim):
    verdict = verify(claim)
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)


def log_density(x, beta):
    """log of sum_a exp(beta sum_{i<j} J_ij a_i a_j - |x - a exp(-t)|^2/(2 Delta)) at t = 0.4, T = 0.83."""
    N, spread = len(x), 0.83 * (1 - exp(-0.8))
    total = 0.0
    for spins in product((1, -1), repeat=N):
        energy = sum(
            sqrt(2 / N) * cos(i * j * (i + j)) * spins[i - 1] * spins[j - 1]
            for j in range(1, N + 1)
            for i in range(1, j)
        )
        total += exp(
            beta * energy - sum((at - a * exp(-0.4)) ** 2 for at, a in zip(x, spins, strict=True)) / (2 * spread)
        )
    return log(total)


@pytest.mark.parametrize("N", [1, 3, 5])
def test_score_is_the_slope_of_the_enumerated_density(N):
    step = 1e-5
    points = [[(1 + shift) * cos(j) for j in range(1, N + 1)] for shift in (step, -step)]
    slope = (log_density(points[0], 0.9) - log_density(points[1], 0.9)) / (2 * step) / N
    assert derived.free_energy_score(N=N, beta=0.9) == pytest.approx(slope, rel=1e-8)
    found = simulated.free_energy_score(N=N, beta=0.9, replicas=1, generator=torch.Generator()).item()
    assert found == pytest.approx(slope, rel=1e-8)


def test_score_has_the_same_thirty_digits_at_two_precisions_and_a_ball():
    value = derived.free_energy_score.digits(30, N=4, beta="0.9")
    with mpmath.workdps(50):
        assert abs(value - derived.free_energy_score.digits(40, N=4, beta="0.9")) < mpmath.mpf(10) ** -30
        shown = mpmath.nstr(value, 30)
    ball = derived.free_energy_score.ball(150, N=4, beta="0.9")
    with flint.ctx.workprec(150):
        assert float((ball - flint.arb(shown)).abs_upper()) < 1e-29


def test_score_is_claimed_for_at_most_eight_spins():
    with pytest.raises(DomainError, match="N = 9 is outside"):
        derived.free_energy_score(N=9, beta=1)
    with pytest.raises(ParameterError, match="2\\^N configurations"):
        simulated.free_energy_score(N=17, beta=1.0, replicas=1, generator=torch.Generator())


def test_posterior_weight_is_the_mean_of_a_logistic_of_a_normal_variable():
    signal = exp(-0.54) / 0.83
    spread = 1.2 * sqrt(signal)

    def integrand(z):
        return np.exp(-(z**2) / 2) / sqrt(2 * np.pi) * special.expit(log(0.4 / 0.6) + spread**2 / 2 + spread * z)

    by_hand, _ = integrate.quad(integrand, -12, 12, epsabs=1e-13)
    assert derived.posterior_weight(**AT) == pytest.approx(by_hand, rel=1e-12)
    assert derived.posterior_weight.complementary(**AT) == pytest.approx(1 - by_hand, rel=1e-12)


def test_posterior_weights_of_both_states_add_up_as_bayes_demands():
    one = derived.posterior_weight(**AT)
    other = derived.posterior_weight(m1=-0.3, m2=0.9, w=0.6, tau=0.27, T=0.83)
    assert 0.4 * (1 - one) == pytest.approx(0.6 * (1 - other), rel=1e-12)


def test_formula_as_printed_is_another_function_unless_the_states_mirror_each_other():
    (printed,) = derived.posterior_weight.published
    domain = derived.STATES_DOMAIN.restricted(derived.posterior_weight.parameters)
    assert sampled_gap(printed.formula, derived.posterior_weight.formula, domain, points=3)[0] > 0.02
    mirrored = derived.posterior_weight.at({**AT, "m2": -0.9})
    corrected = derived.posterior_weight(**{**AT, "m2": -0.9})
    assert float(as_array(printed.formula, mirrored)) == pytest.approx(corrected, rel=1e-12)


def exact_weights(x, t, T, *, m1, m2, w):
    field = np.tanh(x * exp(-t) / (T * (1 - exp(-2 * t))))
    return special.expit(log(w / (1 - w)) + np.log((1 + m1 * field) / (1 + m2 * field)).sum(axis=1))


@pytest.mark.parametrize("N", [1000, 20_000])
def test_error_of_the_printed_posterior_does_not_decay_and_that_of_the_corrected_one_does(N):
    """Mean |p - p_(31)| = 0.061 at N = 1e3 and 0.058 at 1e6, corrected 0.002 and 0.00006, for the states 0.9, -0.3."""
    generator = np.random.default_rng(N)
    t = log(N) / 2
    spread = 1 - exp(-2 * t)
    draws, field = 400_000_000 // N // 1000, exp(-t) / spread
    source = np.where(generator.random((draws, 1)) < 0.5, 0.9, -0.3)
    spins = np.where(generator.random((draws, N)) < (1 + source) / 2, 1.0, -1.0)
    x = spins * exp(-t) + sqrt(spread) * generator.standard_normal((draws, N))
    exactly = exact_weights(x, t, 1.0, m1=0.9, m2=-0.3, w=0.5)
    printed = 1.2 * field * x.sum(axis=1)
    corrected = printed - (0.81 - 0.09) * N * exp(-2 * t) / (2 * spread)
    assert np.abs(exactly - special.expit(printed)).mean() == pytest.approx(0.06, abs=0.01)
    assert np.abs(exactly - special.expit(corrected)).mean() < 3 / N**0.5 * 0.05


def test_exact_law_equals_quadrature_for_one_spin():
    t = 0.27
    spread = 0.83 * (1 - exp(-2 * t))

    def integrand(x):
        density = sum((1 + 0.9 * a) / 2 * np.exp(-((x - a * exp(-t)) ** 2) / (2 * spread)) for a in (1, -1))
        weight = exact_weights(np.array([[x]]), t, 0.83, m1=0.9, m2=-0.3, w=0.4)[0]
        return float(density / sqrt(2 * np.pi * spread) * weight)

    by_hand, _ = integrate.quad(integrand, -8, 8, epsabs=1e-11, limit=200)
    assert at_size(simulated.posterior_weight_exact, 1, **STATES) == pytest.approx(by_hand, rel=1e-9)


def test_exact_law_approaches_the_limit_with_the_derived_coefficient():
    gap = at_size(simulated.posterior_weight_exact, 4096, **STATES) - derived.posterior_weight(**AT)
    assert gap == pytest.approx(derived.posterior_weight.finite_size(N=4096, **AT), rel=1e-3)


def test_next_order_holds_where_the_states_are_far_apart():
    """The derivatives of 1/(1 + exp(-L)), written out, are 0/0 at the far nodes of the integral."""
    at = {"m1": "0.485975", "m2": "-0.55106", "w": "0.24752", "tau": "-0.3452", "T": "0.35372", "N": 64}
    next_order = derived.posterior_weight.finite_size
    assert next_order(**at) == pytest.approx(float(next_order.digits(15, **at)), rel=1e-12)


def test_a_correction_that_vanishes_is_refused_in_one_line():
    blind = replace(claims.posterior_weight, correction=(m1 - m2) ** 2 / N)
    with pytest.raises(ClaimError, match="the declared correction vanishes at m1=0"):
        verify(blind, at={"m1": "0.2", "m2": "0.2"})


def test_where_two_states_are_nearly_one_the_rate_is_not_refuted():
    """A search found this point: a correction with a factor (m1 - m2)^2 left no room there for what follows it."""
    near = {"m1": "0.2", "m2": "0", "w": "0.1", "tau": "-1", "T": "1"}
    assert verify(claims.posterior_weight, at=near, seed=8).outcome is not Outcome.DISAGREES
    factor = (m1 - m2) ** 2 * derived.signal / 8
    old = replace(claims.posterior_weight, correction=claims.posterior_weight.correction * factor)
    assert verify(old, at=near, seed=8).outcome is Outcome.DISAGREES


def test_sampled_posterior_and_way_back_follow_the_exact_law():
    t = log(12) / 2 + 0.27
    exact = at_size(simulated.posterior_weight_exact, 12, **STATES)
    sampled = simulate(simulated.posterior_weight, parameters={"N": 12, "t": t, **STATES}, replicas=8192)
    assert abs(sampled.mean - exact) < 5 * sampled.standard_error
    parameters = {"N": 12, "t": t, "dt": 1 / 16, **STATES}
    back = simulate(simulated.posterior_weight_backward, parameters=parameters, replicas=2**15)
    assert abs(back.mean - exact) < 5 * back.standard_error + 3 * back.bias


@pytest.mark.standard
def test_posterior_weight_agrees_with_the_way_back():
    assert verify(claims.posterior_weight, tier="standard").outcome is Outcome.AGREES
