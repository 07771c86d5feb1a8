"""Two classes: reference values, limits, and simulators against quadrature."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

from crosscheck.claims.collapse import classes as claims
from crosscheck.engine import verify
from crosscheck.verdict import Outcome
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.collapse import classes as simulated
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.notation import d, mu
from theory.systems.collapse import classes as derived

AT = {"t": "1.13", "alpha_log": "0.41", "sigma": "1.23", "mu": "0.8", "d": 29}


def test_reference_values_hold():
    """By splitting the logarithm and directly; by the entropy integral along m and by the information."""
    assert derived.label_information(v="0.7") == pytest.approx(0.26160291379440570438250562970619, rel=1e-13)
    assert derived.excess_entropy_mixture(**AT) == pytest.approx(0.31226228204563911656320587058389, rel=1e-13)


def test_the_mixture_has_the_entropy_of_its_density():
    """-int P log P along m; the other components are Gaussian."""
    values = {name: float(value) for name, value in AT.items()}
    noise = 1 - math.exp(-2 * values["t"])
    spread = noise + values["sigma"] ** 2 * math.exp(-2 * values["t"])
    centre = values["mu"] * math.sqrt(29) * math.exp(-values["t"])

    def integrand(x: float) -> float:
        density = sum(stats.norm.pdf(x, s * centre, math.sqrt(spread)) for s in (1, -1)) / 2
        return -density * math.log(density)

    along, _ = integrate.quad(integrand, -12, 12, epsabs=1e-12, limit=200)
    entropy = along + 28 * (0.5 + math.log(2 * math.pi * spread) / 2)
    separate = 29 * (0.41 + 0.5 + math.log(2 * math.pi * noise) / 2)
    assert derived.excess_entropy_mixture(**AT) == pytest.approx((separate - entropy) / 29, rel=1e-10)


def test_a_loud_signal_tells_the_class_and_a_faint_one_nothing():
    assert derived.label_information(v=80) == pytest.approx(math.log(2), rel=1e-12)
    assert derived.label_information(v="0.01") == pytest.approx(0.01 / 2 - 0.01**2 / 4, rel=1e-4)


def test_the_slope_of_the_information_is_the_probability_to_disagree():
    v = np.array([0.7 - 1e-4, 0.7 + 1e-4])
    slope = np.diff(derived.label_information.numpy(v=v))[0] / 2e-4
    z, weight = np.polynomial.hermite_e.hermegauss(80)
    agree = (1 + (weight @ np.tanh(0.7 + math.sqrt(0.7) * z)) / math.sqrt(2 * math.pi)) / 2
    assert slope == pytest.approx(1 - agree, rel=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("form", [derived.label_information, derived.excess_entropy_mixture])
def test_every_step_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_wrong_step_is_refuted():
    wrong = Step(derived.SIGNAL, derived.SIGNAL.subs(mu, mu / d), "the norm of a mode for that of a component")
    assert Derivation((wrong,), derived.DOMAIN).evidence is Evidence.REFUTED


@pytest.mark.parametrize("simulator", [simulated.label_information, simulated.label_disagreement])
@pytest.mark.parametrize("v", [0.3, 4.0])
def test_both_routes_have_the_information_as_their_mean(simulator, v):
    found = simulate(simulator, parameters={"v": v}, replicas=4000)
    assert abs(found.mean - derived.label_information(v=v)) < 4.5 * found.standard_error


def test_without_classes_there_is_nothing_to_tell():
    with pytest.raises(DomainError, match="mu > 0"):
        derived.excess_entropy_mixture(**{**AT, "mu": 0})
    parameters = {"d": 4, "t": 0.5, "alpha_log": 0.4, "sigma": 1.0, "mu": 0.0}
    with pytest.raises(ParameterError, match="mu > 0"):
        simulate(simulated.excess_entropy_mixture, parameters=parameters, replicas=1)
    with pytest.raises(ParameterError, match="v > 0"):
        simulate(simulated.label_information, parameters={"v": -1.0}, replicas=1)


@pytest.mark.parametrize("name", ["label_information", "excess_entropy_mixture"])
def test_claims_agree_and_reject_what_is_wrong(name):
    verdict = verify(getattr(claims, name))
    assert verdict.outcome is Outcome.AGREES
    assert all(test.rejected for test in verdict.self_tests)
