"""The horizon of the Curie-Weiss model: what starting from pure noise costs, in the limit and at a finite time."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from sympy import oo

from numerics.ensembles import spontaneous_magnetisation
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.curie_weiss import horizon as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.systems.curie_weiss import horizon as theory

AT = {"beta": 1.37, "h": 0.61, "T": 0.83}
ELSEWHERE = {"beta": 1.9, "h": -0.8, "T": 1.6}


def generated_minus_prior(tau: float, *, beta: float, h: float, T: float) -> float:
    """Bayes' rule averaged over mu from N(0, T)."""
    m = spontaneous_magnetisation(beta)

    def plus(mu: float) -> float:
        return 1 / (1 + math.exp(-2 * m * (h + math.exp(-tau) * mu / T)))

    def integrand(z: float) -> float:
        return (plus(math.sqrt(T) * z) - plus(0.0)) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    return quad(integrand, -12, 12, epsabs=1e-13, limit=200)[0]


@pytest.mark.parametrize(("tau", "exact", "limit"), [(2, -0.002064, -0.002097), (3, -0.000283, -0.000284)])
def test_reference_values_hold_at_unit_noise(tau, exact, limit):
    """Quadrature of the posterior over N(0, 1) at beta = 1.37, h = 0.61, beside the leading term."""
    at = AT | {"T": 1, "tau": tau}
    assert theory.weight_bias_at_horizon(**at) * math.exp(-2 * tau) == pytest.approx(exact, abs=6e-7)
    assert theory.weight_bias_of_horizon(**at) * math.exp(-2 * tau) == pytest.approx(limit, abs=6e-7)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
@pytest.mark.parametrize("tau", [0.0, 0.7, 2.0])
def test_the_law_at_a_finite_time_is_the_averaged_posterior(at, tau):
    expected = generated_minus_prior(tau, **at) * math.exp(2 * tau)
    assert theory.weight_bias_at_horizon(**at, tau=tau) == pytest.approx(expected, rel=1e-8)


def test_the_law_at_a_finite_time_does_not_cancel_when_the_bias_is_tiny():
    assert theory.weight_bias_at_horizon(**AT, tau=15) == pytest.approx(
        theory.weight_bias_of_horizon(**AT, tau=15), rel=1e-12
    )


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
def test_the_next_order_is_what_the_limit_lacks(at):
    tau = 6.0
    lacking = theory.weight_bias_at_horizon(**at, tau=tau) - theory.weight_bias_of_horizon(**at, tau=tau)
    assert lacking == pytest.approx(theory.next_order(oo)(**at, tau=tau), rel=1e-4)


def test_in_few_dimensions_the_limit_is_the_same_and_the_next_order_another():
    """N = 2: the mean posterior by Gauss-Hermite quadrature over both components."""
    m, tau, spins = spontaneous_magnetisation(AT["beta"]), 4.0, 2
    shrink = math.exp(-tau) / math.sqrt(spins)
    scale = shrink / (AT["T"] * (1 - shrink**2)) * math.sqrt(AT["T"])
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    fields = np.arctanh(m * np.tanh(scale * nodes))
    odds = AT["h"] * m + fields[:, None] + fields[None, :]
    mean = np.einsum("i,j,ij->", weights, weights, np.tanh(odds)) / (2 * math.pi)
    bias = (mean - math.tanh(AT["h"] * m)) / 2 * math.exp(2 * tau)
    limit = theory.weight_bias_of_horizon(**AT, tau=tau)
    assert bias == pytest.approx(limit, rel=2e-3)
    assert bias - limit == pytest.approx(theory.next_order(theory.Integer(spins))(**AT, tau=tau), rel=1e-2)


def test_without_a_field_nothing_is_lost_and_the_bias_always_pulls_towards_one_half():
    assert theory.weight_bias_of_horizon(**AT | {"h": 0}, tau=3) == 0
    for h in (-2.0, -0.3, 0.4, 1.7):
        assert theory.weight_bias_of_horizon(**AT | {"h": h}, tau=3) * h < 0
        assert theory.weight_bias_at_horizon(**AT | {"h": h}, tau=1) * h < 0


@pytest.mark.parametrize("form", [theory.weight_bias_of_horizon, theory.weight_bias_at_horizon, theory.next_order(oo)])
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_posterior_with_the_wrong_drift_is_not_harmonic():
    right = theory.BAYES[1]
    twice = right.right - theory.mu * theory.diff(theory.POSTERIOR, theory.mu)
    wrong = Step(right.left, twice, "friction counted twice")
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
@pytest.mark.parametrize("tau", [0.5, 2.0])
def test_the_mean_posterior_of_noise_is_the_exact_law(at, tau):
    found = simulate(numerics.weight_bias_of_horizon, parameters={"N": 2000, "tau": tau, **at}, replicas=400)
    assert abs(found.mean - theory.weight_bias_at_horizon(**at, tau=tau)) <= 5 * found.standard_error + 2e-4


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["plus", "minus"])
@pytest.mark.parametrize("tau", [0.5, 2.0])
def test_watersheds_give_the_exact_law(at, tau):
    found = simulate(numerics.weight_bias_by_watershed, parameters={"tau": tau, "dt": 0.125, **at}, replicas=10_000)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - theory.weight_bias_at_horizon(**at, tau=tau)) <= allowed
    assert abs(found.bias / found.mean) < 0.01


def test_paths_that_start_above_the_watershed_end_in_the_plus_state():
    """The same noise downwards in time from two starts, just above and just below what the tracing upwards gave."""
    steps, step = 400, 0.02
    kicks = torch.randn(steps, 50, dtype=torch.float64, generator=generator(seed=0, block=0)) * math.sqrt(step)
    shed = torch.zeros(50, dtype=torch.float64)
    for kick in kicks:
        shed = shed - step * torch.tanh(shed) + kick
    for side in (-1.0, 1.0):
        path = shed + side * 0.05
        for kick in reversed(kicks):
            path = path + step * torch.tanh(path) - kick
        assert bool((side * path > 0).all())


def test_data_before_the_start_are_refused():
    with pytest.raises(ParameterError, match=r"tau = -2 is outside tau > -0.69"):
        simulate(numerics.weight_bias_of_horizon, parameters={"N": 4, "tau": -2.0, **AT}, replicas=1)
