"""A linear unit: its flow, where it ends, the thresholds of the learning rate, and what happens above them."""

import math
import re

import pytest
import torch

from crosscheck.claims.autoencoder import linear_unit as claims
from numerics import online_sgd, reduced_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import linear_unit as numerics
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.domain import ParameterError as FlowError
from theory.evaluate import as_array
from theory.systems.autoencoder import linear_unit as theory
from theory.systems.autoencoder import order

FLOW = {"theta": 1.9, "eta": 0.17, "lam": 0.06, "t": 0.55, "rho": 1.37, "Q0": 0.27, "M0": 0.31, "b0": 0.12}


def test_the_polynomial_flow_is_that_of_the_quadrature():
    point = {symbol: FLOW[symbol.name] for symbol in theory.order_parameters_linear.parameters}
    found = float(as_array(order.flow(order.Q, "linear"), point))
    assert theory.order_parameters_linear(**FLOW) == pytest.approx(found, rel=1e-10)


@pytest.mark.slow
def test_its_chain_is_off_the_flow_by_a_few_over_d():
    at = {name: value for name, value in FLOW.items() if name != "theta"}
    found = simulate(numerics.order_parameters_linear_of_chain, parameters={**at, "d": 170, "steps": 950}, replicas=200)
    wanted = theory.order_parameters_linear(**FLOW)
    assert abs(found.mean - wanted) < 5 * found.standard_error + 2 / 170
    assert 5 * found.standard_error < 0.06


@pytest.mark.slow
def test_steps_to_the_thresholds_are_checked():
    assert Derivation(theory.THRESHOLD_STEPS[2:], theory.SLOW).evidence >= Evidence.SAMPLED


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
    d, theta, norm = 100, 10.0, math.sqrt(1.37)
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
        state = reduced_sgd.train(state, clusters, rule, d=100, steps=300, generator=generator(seed=3, block=0))
        sizes.append(float(state.overlaps[0, 0].nan_to_num(nan=math.inf).median()))
    assert sizes[0] < 2 < 100 < sizes[1]


@pytest.mark.parametrize(
    ("eta", "t", "lam", "text"),
    [
        ("2", "0.44", 0, "eta = 2, lam = 0, t = 0.44 is outside eta < "),
        ("1.3", "0.44", 0, "= 1.26269: eta_c: above it the weights"),
        ("0.9", "0.1", 0, "= 0.785674: eta_c"),
        ("1.75", "0.55", "0.2", "= 1.69965: eta_c"),
    ],
)
def test_a_flow_above_the_blow_up_threshold_is_refused_in_one_line_with_its_value(eta, t, lam, text):
    with pytest.raises(DomainError, match=re.escape(text)) as caught:
        theory.order_parameters_linear(**FLOW | {"eta": eta, "t": t, "lam": lam})
    assert "\n" not in str(caught.value)


def test_weight_decay_raises_the_blow_up_threshold():
    """At t = 0.55 from 1.571 to 1.700 for lam = 0.2: the weights stay finite between, and do not above."""
    at = FLOW | {"lam": 0.2, "t": 0.55, "theta": 300, "M0": 1e-9, "Q0": 0.3}
    assert theory.order_parameters_linear(**at | {"eta": 1.65}) < 1.5
    above = {symbol: (at | {"eta": 1.75})[symbol.name] for symbol in theory.order_parameters_linear.parameters}
    with pytest.raises(FlowError, match="the flow stops at"):
        as_array(theory.linear_flow(order.Q), above)


def test_weights_that_start_beyond_the_unstable_branch_are_refused_in_one_line():
    with pytest.raises(FlowError, match=r"^the flow stops at 0\.04.* before 3: it blows up.*earlier time$"):
        theory.order_parameters_linear(eta=0.25, theta=3, lam=0, t=0.55, rho=1.7, Q0=20, M0=0.1, b0=0.12)


def test_the_end_of_training_is_refused_above_either_threshold_with_its_value():
    at = {"t": 0.44, "rho": 1.37, "d": 10**6}
    with pytest.raises(ParameterError, match=r"eta = 2, .* is outside eta < 1\.2626. = eta_c: above it"):
        simulate(numerics.linear_overlap, parameters={**at, "eta": 2}, replicas=1)
    with pytest.raises(ParameterError, match=r"eta = 0\.9, .* is outside eta < 0\.8270.. = eta_M: above it"):
        simulate(numerics.linear_magnetisation, parameters={**at, "eta": 0.9}, replicas=1)
    assert simulate(numerics.linear_overlap, parameters={**at, "eta": 0.5}, replicas=1).mean > 0.4


def test_a_size_at_which_the_learning_rate_is_too_large_is_refused_too():
    claim = claims.linear_overlap
    arguments = claim.arguments(claim.all_routes[0], claim.point({"t": "0.44", "rho": "1.37"}), 4)
    with pytest.raises(ParameterError, match=r"eta = 1\.2, t = 0\.44, rho = 1\.37, d = 4 is outside eta < "):
        simulate(numerics.linear_overlap, parameters=arguments, replicas=1)


def test_thresholds_beyond_their_domain_say_why():
    with pytest.raises(DomainError, match="never lost before"):
        theory.learning_rate_threshold(t=0.1, rho=60)
