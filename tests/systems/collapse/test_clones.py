"""Clones that share a datum, and the last change of the nearest one: small cases by hand, routes side by side."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, special, stats

from crosscheck.claims.collapse import clones as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics.last_change import last_changes
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.collapse import clones as simulated
from theory.derivation import Derivation, Evidence, Step
from theory.random_energy import excess, width
from theory.systems.collapse import clones as derived

AT = {"d": 2, "t": 0.3, "n": 5, "sigma": 1.1}


def test_the_width_has_the_reference_slope_of_the_excess_entropy():
    """f'(t_c) numerically and in closed form, to 46 digits; w = 1 - exp(-2 alpha)."""
    expected = math.sqrt(1 - math.exp(-0.82)) / 1.0294814210696534859690404052283
    assert derived.last_change_width(alpha_log="0.41", sigma="1.23") == pytest.approx(expected, rel=1e-13)


@pytest.mark.slow
def test_every_step_is_checked():
    assert derived.last_change_width.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_step_is_refuted():
    wrong = Step(width, excess, "scatter taken for mean")
    assert Derivation((wrong,), derived.DOMAIN).evidence is Evidence.REFUTED


def two_data_agree(t: float, sigma: float, d: int) -> float:
    """n = 2: the log odds given the data is normal of mean D and variance 2 D; two draws agree with p^2 + (1-p)^2."""
    scale = sigma**2 / math.expm1(2 * t)

    def given(chi: float) -> float:
        mean = scale * chi

        p = special.expit(mean + math.sqrt(2 * mean) * at)
        return float(weight @ (p**2 + (1 - p) ** 2)) / math.sqrt(2 * math.pi) * stats.chi2.pdf(chi, d)

    at, weight = np.polynomial.hermite_e.hermegauss(60)
    return integrate.quad(given, 1e-9, 60)[0]


@pytest.mark.parametrize("simulator", [simulated.same_datum_posterior, simulated.same_datum_energies])
def test_clones_of_one_of_two_data_agree_as_the_log_odds_say(simulator):
    found = simulate(simulator, parameters={"d": 3, "t": 0.4, "n": 2, "sigma": 0.7}, replicas=100_000)
    assert abs(found.mean - two_data_agree(0.4, 0.7, 3)) < 4.5 * found.standard_error


def test_the_way_back_ends_as_the_posterior_says():
    found = simulate(simulated.same_datum_backward, parameters=AT, replicas=5000)
    expected = simulate(simulated.same_datum_posterior, parameters=AT, replicas=200_000)
    assert abs(found.mean - expected.mean) < 4.5 * found.standard_error + 0.005  # the time step


def test_early_clones_share_their_datum_and_late_ones_seldom():
    early = simulate(simulated.same_datum_posterior, parameters={**AT, "t": 1e-4}, replicas=4000).mean
    late = simulate(simulated.same_datum_posterior, parameters={**AT, "t": 6.0}, replicas=20_000).mean
    assert early > 0.99
    assert late == pytest.approx(1 / 5, abs=0.015)


def test_the_nearest_of_two_data_changes_when_brownian_motion_reaches_the_middle():
    """n = 2 at distance 2 h: P(no change before time s) = 2 Phi(h/sqrt(s)) - 1; a grid adds the root of its step."""
    at = {"d": 4, "alpha_log": math.log(2) / 4, "sigma": 0.8, "t": 0.5, "replicas": 8000}
    coarse, fine = (
        last_changes(**at, times=times, generator=torch.Generator().manual_seed(times))[1].mean().item()
        for times in (64, 256)
    )
    last = 4 * math.expm1(1.0)

    def survives(chi: float) -> float:
        h = 0.8 * math.sqrt(2 * chi) / 2
        return (2 * stats.norm.cdf(h / math.sqrt(last)) - 1) * stats.chi2.pdf(chi, 4)

    expected = integrate.quad(survives, 0, 60)[0]
    assert 2 * fine - coarse == pytest.approx(expected, abs=4.5 * math.sqrt(5 * 0.22 / 8000))
    assert coarse > fine > expected


def test_what_is_no_model_is_refused():
    with pytest.raises(ParameterError, match="t < 4"):
        simulate(simulated.same_datum_backward, parameters={**AT, "t": 5.0}, replicas=1)
    with pytest.raises(ParameterError, match="n >= 2"):
        simulated.same_datum_posterior.run(d=2, t=0.3, n=1, sigma=1.0, replicas=2, generator=torch.Generator())
    with pytest.raises(ParameterError, match="sigma > 0"):
        simulate(simulated.same_datum_posterior, parameters={**AT, "sigma": -1.0}, replicas=1)


def test_the_claim_of_two_routes_agrees():
    assert verify(claims.same_datum_probability).outcome is Outcome.AGREES


@pytest.mark.slow
def test_the_claim_about_the_last_change_says_what_it_needs():
    verdict = verify(claims.last_change_width)
    assert verdict.outcome is Outcome.INCONCLUSIVE
    assert "sizes up to" in verdict.reason or "too large" in verdict.reason
