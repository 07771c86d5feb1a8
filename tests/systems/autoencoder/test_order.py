"""Overlaps under online SGD: reference values, mean steps, the chain, networks, thresholds, what is printed."""

import math

import pytest
import torch

from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.mean_step import Nodes, State, mean_step
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import order as numerics
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
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
    at = {**SETTINGS, "d": 460, "steps": round(AT["theta"] * 1000)}
    found = simulate(numerics.order_parameters_of_chain, parameters=at, replicas=200)
    assert abs(found.mean - theory.order_parameters(**AT)) < 5 * found.standard_error + 2 / 460
    assert 5 * found.standard_error < 0.05


@pytest.mark.parametrize(
    ("chain", "network"),
    [
        (numerics.order_parameters_of_chain, numerics.order_parameters_of_network),
        (numerics.order_parameters_magnetisation_of_chain, numerics.order_parameters_magnetisation_of_network),
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
@pytest.mark.parametrize("form", [theory.order_parameters, theory.linear_overlap], ids=lambda form: form.observable)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_steps_to_the_thresholds_are_checked():
    assert Derivation(theory.THRESHOLD_STEPS[2:], theory.SLOW).evidence >= Evidence.SAMPLED


@pytest.mark.slow
def test_the_printed_coefficients_are_steins_form_and_the_notebook_slips():
    paper, notebook = theory.magnetisation_rate.comparisons()
    assert paper.gap < 1e-15
    assert notebook.differs


def test_the_identity_of_the_text_is_a_misprint():
    (comparison,) = theory.linear_magnetisation.comparisons()
    assert comparison.differs
    assert not theory.linear_overlap.comparisons()[0].differs
    squares = theory.linear_magnetisation(t=0.44, rho=1.37) ** 2 / theory.linear_overlap(t=0.44, rho=1.37)
    assert squares == pytest.approx(1.37, rel=1e-14)
    assert theory.linear_overlap(t=0.44, rho=1.37) == pytest.approx(0.482513863052002283, rel=1e-14)
    assert theory.linear_magnetisation(t=0.44, rho=1.37) == pytest.approx(0.813046119467550947, rel=1e-14)


def test_a_linear_unit_rests_where_the_mean_step_vanishes_also_at_a_finite_rate():
    at = {"t": 0.44, "rho": 1.37, "d": 10**7, "eta": 0.17}
    found = simulate(numerics.linear_overlap, parameters=at, replicas=1).mean
    assert found == pytest.approx(0.504104203282753305, rel=1e-7)
    found = simulate(numerics.linear_magnetisation, parameters=at, replicas=1).mean
    assert found**2 == pytest.approx(0.518338980758534491, rel=1e-6)


def test_both_thresholds_come_from_the_mean_step():
    at = {"t": 0.44, "rho": 1.37}
    for run, form in (
        (numerics.learning_rate_threshold, theory.learning_rate_threshold),
        (numerics.blow_up_threshold, theory.blow_up_threshold),
    ):
        found = simulate(run, parameters={**at, "d": 10**6}, replicas=1).mean
        assert found == pytest.approx(form(**at), rel=1e-5)


@pytest.mark.parametrize(("eta", "learns"), [(0.6, True), (1.0, False)])
def test_a_network_learns_below_the_threshold_and_not_above(eta, learns):
    """eta_M = 0.827 at t = 0.44, rho = 1.37."""
    d, theta, norm = 300, 12.0, math.sqrt(1.37)
    weights, centroid = online_sgd.warm_start(d, rho=1.37, Q0=0.3, M0=0.4, device=torch.device("cpu"))
    mixture = online_sgd.Mixture((0.5, 0.5), torch.stack((centroid, -centroid)), torch.ones(2, 1, dtype=torch.float64))
    network = online_sgd.start(8, weights, 0.8)
    rule = Rule(eta, Levels.linear((0.44,)), "linear")
    online_sgd.train(
        network, mixture.draw, rule, steps=round(theta * d / (2 * eta)), generator=generator(seed=3, block=0)
    )
    size = float((network.weights[:, 0, 0] * norm).abs().mean())
    assert (size > 0.3) if learns else (size < 0.2)


def test_the_weights_blow_up_above_the_second_threshold():
    """eta_c = 1.263 at t = 0.44."""
    along, rest = torch.tensor([[0.2]], dtype=torch.float64), torch.tensor([[0.5]], dtype=torch.float64)
    clusters = reduced_sgd.Clusters((0.5, 0.5), torch.tensor([[1.17], [-1.17]], dtype=torch.float64), (1.0, 1.0))
    sizes = []
    for eta in (1.1, 1.6):
        state = reduced_sgd.start(20, along=along, rest=rest, b0=0.8)
        rule = Rule(eta, Levels.linear((0.44,)), "linear")
        state = reduced_sgd.train(state, clusters, rule, d=400, steps=1200, generator=generator(seed=3, block=0))
        sizes.append(float(state.overlaps[0, 0].nan_to_num(nan=math.inf).median()))
    assert sizes[0] < 2 < 100 < sizes[1]


def test_impossible_settings_are_refused_in_one_line():
    with pytest.raises(DomainError, match=r"eta = 2 is outside eta < eta_c = 1\.26269: above it the weights blow up"):
        theory.require_rate(2, noise_level=0.44, squared_norm=1.37)
    with pytest.raises(DomainError, match=r"eta = 0\.9 is outside eta < eta_M = 0\.827037: above it M is lost"):
        theory.require_rate(0.9, noise_level=0.44, squared_norm=1.37)
    theory.require_rate(0.5, noise_level=0.44, squared_norm=1.37)
    with pytest.raises(DomainError, match="no weights have such overlaps"):
        theory.order_parameters(**AT | {"M0": 1.2})
    with pytest.raises(DomainError, match="never lost before"):
        theory.learning_rate_threshold(t=0.1, rho=60)
    with pytest.raises(ParameterError, match=r"outside M0\^2 <= rho Q0"):
        simulate(numerics.order_parameters, parameters={**SETTINGS, "M0": 1.2, "d": 20, "steps": 3}, replicas=1)
    with pytest.raises(ParameterError, match="activation = relu is not odd"):
        mean_step(State(0.5, 0.1, 0.2), Rule(0.1, Levels.linear((0.5,)), "relu"), Nodes.of(4), d=10, rho=1.0)
