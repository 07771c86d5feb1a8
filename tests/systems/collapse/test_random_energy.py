"""The random energy model: its branches, its errata, and drawn data against integrals over levels."""

import math

import pytest
from scipy.optimize import minimize_scalar

from crosscheck.claims.collapse import random_energy as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics import random_energy
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.collapse import random_energy as simulated
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.random_energy import at, entropy, excess, slope
from theory.systems.collapse import random_energy as derived
from theory.systems.collapse.criterion import collapse_time, excess_entropy

GLASS = {"t": "0.21", "alpha_log": "0.41", "sigma": "1.23"}
LIQUID = {**GLASS, "t": "0.9"}


def test_psi_in_the_glass_has_its_reference_value():
    """zeta' at the freezing temperature, and (alpha + zeta) over it, to 46 digits."""
    assert derived.free_energy(**GLASS) == pytest.approx(-0.87297323453467064207282000672218, rel=1e-14)


def test_psi_is_the_least_of_its_curve_over_temperatures_down_to_that_of_the_posterior():
    for point in (GLASS, LIQUID, {**GLASS, "sigma": "0.4"}):
        values = {name: float(value) for name, value in point.items()}
        r = values["sigma"] ** 2 / math.expm1(2 * values["t"])

        def curve(b: float, r: float = r, alpha: float = values["alpha_log"]) -> float:
            return (alpha - math.log1p(b * r) / 2 - b * (1 + r) / (2 * (1 + b * r))) / b

        least = minimize_scalar(curve, bounds=(1e-3, 1), method="bounded", options={"xatol": 1e-9}).fun
        assert derived.free_energy(**point) == pytest.approx(min(least, curve(1.0)), abs=1e-7)


def test_both_branches_meet_at_the_collapse_time_with_the_energy_of_the_own_datum():
    time = collapse_time(n=10**6, d=30, sigma="0.9")
    alpha = math.log(10**6) / 30
    assert derived.free_energy(t=time, alpha_log=alpha, sigma="0.9") == pytest.approx(-0.5, abs=1e-12)
    before = derived.condensation(t=time * (1 - 1e-6), alpha_log=alpha, sigma="0.9")
    assert 1 - 1e-4 < before < 1


def test_in_the_liquid_psi_is_f_less_a_half():
    assert derived.free_energy(**LIQUID) == pytest.approx(excess_entropy(**LIQUID) - 0.5, rel=1e-14)


@pytest.mark.slow
@pytest.mark.parametrize("form", [derived.free_energy, derived.condensation], ids=lambda form: form.observable)
def test_every_step_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_step_is_refuted():
    wrong = Step(at(1, slope), -excess, "the energy taken for the entropy")
    assert Derivation((wrong,), derived.DOMAIN).evidence is Evidence.REFUTED
    assert at(1, entropy - excess).simplify() == 0


@pytest.mark.slow
def test_both_printed_energies_are_wrong():
    found = {(c.published.equation, c.differs) for c in derived.free_energy.comparisons()}
    assert found == {("(9)", True), ("text after (9)", True)}


def test_nothing_freezes_above_the_collapse_time():
    with pytest.raises(DomainError, match="is outside"):
        derived.condensation(**LIQUID)


@pytest.mark.parametrize("simulator", [simulated.free_energy_data, simulated.free_energy_energies])
@pytest.mark.parametrize("t", [0.21, 0.9], ids=["glass", "liquid"])
def test_the_mean_over_draws_is_that_of_the_levels(simulator, t):
    found = simulate(simulator, parameters={"d": 10, "t": t, "alpha_log": 0.41, "sigma": 1.23}, replicas=1500)
    expected = random_energy.mean_log_sum(d=10, log_n=4.1, t=t, sigma=1.23) / 10
    assert abs(found.mean - expected) < 4.5 * found.standard_error


def test_the_shares_of_drawn_data_are_those_of_the_levels():
    parameters = {"d": 10, "t": 0.21, "alpha_log": 0.41, "sigma": 1.23}
    found = simulate(simulated.condensation_data, parameters=parameters, replicas=1500)
    expected = 1 - random_energy.mean_squared_shares(d=10, log_n=4.1, t=0.21, sigma=1.23)
    assert abs(found.mean - expected) < 4.5 * found.standard_error


def test_more_data_than_fit_are_refused():
    parameters = {"d": 60, "t": 0.21, "alpha_log": 0.41, "sigma": 1.23}
    with pytest.raises(ParameterError, match="n <="):
        simulate(simulated.free_energy_energies, parameters=parameters, replicas=1)


@pytest.mark.parametrize("name", ["free_energy", "condensation"])
def test_claims_agree_and_reject_what_is_wrong(name):
    verdict = verify(getattr(claims, name))
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)
