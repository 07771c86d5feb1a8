"""Overlaps of a tanh unit under online SGD: reference values, mean steps, the chain, networks, what is printed."""

import math

import pytest

from numerics.denoiser_gradient import Levels, Rule
from numerics.mean_step import Nodes, State, mean_step
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import order as numerics
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.systems.autoencoder import linear_unit
from theory.systems.autoencoder import order as theory

AT = {"theta": 1.9, "eta": 0.23, "lam": 0.07, "t": 0.55, "rho": 1.69, "Q0": 0.27, "M0": 0.31, "b0": 0.12}
SETTINGS = {name: value for name, value in AT.items() if name != "theta"}


def test_the_flow_of_a_tanh_unit_has_its_converged_values():
    # CPL25 (10), by an independent quadrature and integrator: 1.03809481005, 1.11582259182
    assert theory.order_parameters(**AT) == pytest.approx(1.03809481005, rel=1e-10)
    assert theory.order_parameters_magnetisation(**AT) == pytest.approx(1.11582259182, rel=1e-10)


def test_mean_steps_come_down_to_the_flow_like_1_over_d():
    for run, form in (
        (numerics.order_parameters, theory.order_parameters),
        (numerics.order_parameters_magnetisation, theory.order_parameters_magnetisation),
    ):
        limit, gaps = form(**AT), []
        for d in (46, 92):
            at = {**SETTINGS, "d": d, "steps": round(AT["theta"] * d / (2 * AT["eta"]))}
            gaps.append(d * (simulate(run, parameters=at, replicas=1).mean - limit))
        assert gaps[0] == pytest.approx(gaps[1], rel=0.02)
        assert 0.05 < abs(gaps[0]) < 2


@pytest.mark.parametrize("activation", ["tanh", "erf", "linear"])
def test_rates_in_steins_form_are_mean_steps_of_many_dimensions(activation):
    from theory.evaluate import as_array
    from theory.formula import Explicit

    flow = theory.flow(theory.Q, activation)
    state, values = State(0.6, 0.4, 0.3), {"eta": 0.23, "lam": 0.07, "t": 0.55, "rho": 1.69}
    rule = Rule(values["eta"], Levels.linear((values["t"],)), activation, values["lam"])
    found = mean_step(state, rule, Nodes.of(60), d=10**9, rho=values["rho"])
    point = {theory.Q: 0.6, theory.M: 0.4, theory.b: 0.3}
    point |= {symbol: values[symbol.name] for symbol in (theory.eta, theory.lam, theory.t, theory.rho)}
    for symbol, mean in ((theory.Q, found.overlap), (theory.M, found.magnetisation), (theory.b, found.b)):
        rate = float(as_array(Explicit(flow.written_out[symbol], flow.given), point))
        assert rate == pytest.approx(mean, rel=1e-6, abs=1e-8)


def test_the_chain_is_off_its_flow_by_less_than_its_error_and_a_few_over_d():
    at = {**SETTINGS, "d": 115, "steps": round(AT["theta"] * 250)}
    found = simulate(numerics.order_parameters_of_chain, parameters=at, replicas=800)
    assert abs(found.mean - theory.order_parameters(**AT)) < 5 * found.standard_error + 2 / 115
    assert 5 * found.standard_error < 0.05


@pytest.mark.parametrize(
    ("chain", "network"),
    [
        (numerics.order_parameters_of_chain, numerics.order_parameters_of_network),
        pytest.param(
            numerics.order_parameters_magnetisation_of_chain,
            numerics.order_parameters_magnetisation_of_network,
            marks=pytest.mark.slow,
        ),
    ],
)
def test_chain_and_network_have_one_mean_at_small_d(chain, network):
    at = {**SETTINGS, "d": 23, "steps": 40}
    left, right = (simulate(run, parameters=at, replicas=1500) for run in (chain, network))
    error = math.hypot(left.standard_error, right.standard_error)
    assert abs(left.mean - right.mean) < 5 * error < 0.1


def test_without_the_noise_of_the_gradient_the_overlap_would_be_smaller():
    from theory.evaluate import as_array

    point = {symbol: AT[symbol.name] for symbol in theory.order_parameters.parameters}
    assert float(as_array(theory.WITHOUT_NOISE[theory.Q], point)) < 0.95 * theory.order_parameters(**AT)


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", [theory.order_parameters, linear_unit.linear_overlap], ids=lambda form: form.observable
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.slow
def test_the_printed_coefficients_are_steins_form_and_the_notebook_slips():
    paper, notebook = theory.magnetisation_rate.comparisons()
    assert paper.gap < 1e-15
    assert notebook.differs


def test_impossible_settings_are_refused_in_one_line():
    with pytest.raises(DomainError, match="no weights have such overlaps"):
        theory.order_parameters(**AT | {"M0": 1.2})
    with pytest.raises(DomainError, match="no weights have such overlaps"):
        theory.magnetisation_rate(t=0.5, rho=1.7, lam=0.2, Q=0.1, M=1.2, b=0.4)
    with pytest.raises(ParameterError, match=r"outside M0\^2 <= rho Q0"):
        simulate(numerics.order_parameters, parameters={**SETTINGS, "M0": 1.2, "d": 20, "steps": 3}, replicas=1)
    with pytest.raises(ParameterError, match="activation = relu is not odd"):
        mean_step(State(0.5, 0.1, 0.2), Rule(0.1, Levels.linear((0.5,)), "relu"), Nodes.of(4), d=10, rho=1.0)


def test_digits_beyond_double_precision_are_refused_in_one_line():
    with pytest.raises(TheoryError, match="15 digits asked; it is known to 10, in double precision"):
        theory.order_parameters.digits(15, **AT)
    assert float(theory.order_parameters.digits(10, **AT)) == pytest.approx(1.03809481005, rel=1e-10)


def test_one_step_of_many_chains_moves_the_magnetisation_at_its_rate():
    at = {"t": 0.7, "rho": 1.7, "lam": 0.2, "Q": 0.5, "M": 0.4, "b": 0.4}
    wanted = theory.magnetisation_rate(**at)
    exact = simulate(numerics.magnetisation_rate, parameters={**at, "d": 11}, replicas=1).mean
    assert exact == pytest.approx(wanted, rel=1e-12)
    for run in (numerics.magnetisation_rate_of_chain, numerics.magnetisation_rate_of_network):
        found = simulate(run, parameters={**at, "d": 11}, replicas=30_000)
        assert abs(found.mean - wanted) < 5 * found.standard_error < 0.1
