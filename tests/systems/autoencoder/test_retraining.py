"""Training, generation, retraining: values, the first generation, mean steps, chain and networks, what is left out."""

import math

import numpy as np
import pytest
import torch

from numerics import retraining as simulated
from numerics.mean_step import Nodes, State
from numerics.mean_step import mean_step as plain_step
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import retraining as numerics
from theory import retraining
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.evaluate import as_array
from theory.systems.autoencoder import order
from theory.systems.autoencoder import retraining as theory

AT = {"generations": 2, "eta": 0.25, "stop": 0.6}
DEEP = {"theta": 3, "eta": 0.2, "stop": 0.98}


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", [theory.collapse_generations, theory.collapse_generations_variance], ids=lambda form: form.observable
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation is not None
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(("count", "overlap", "variance"), [
    (1, 1.4963, 0.20251), (2, 7.644, 0.002256),
    pytest.param(3, 10.164, 0.0004086, marks=pytest.mark.slow),
])  # fmt: skip
def test_three_generations_have_the_values_of_an_independent_calculation(count, overlap, variance):
    assert theory.collapse_generations(generations=count, **DEEP) == pytest.approx(overlap, rel=5e-5)
    assert theory.collapse_generations_variance(generations=count, **DEEP) == pytest.approx(variance, rel=2e-4)


def test_the_first_generation_is_a_training_on_two_clusters():
    found = theory.collapse_generations(generations=1, **DEEP)
    plain = order.order_parameters(theta=3, eta=0.2, lam=0, t=0.5, rho=2.25, Q0=0.0225, M0=0.225, b0=0)
    assert found == pytest.approx(plain, rel=1e-7)


def test_the_written_rates_are_those_that_earlier_generations_are_followed_with():
    at, target = (2, 1.5, 0.25, 0.6), retraining.target(2, 1.5, 0.25, 0.6)
    state = retraining.Trained(0.7, 0.6, 0.3, 0.0)
    flow = theory.overlap()
    point = dict(zip(theory.KNOWN_SO_FAR, map(np.asarray, at), strict=True))
    point |= {theory.Q: np.asarray(0.7), theory.M: np.asarray(0.6), theory.b: np.asarray(0.3)}
    found = [float(as_array(theory.Explicit(rate, flow.given), point)) for rate in flow.written_out.values()]
    assert found == pytest.approx(retraining.rates(target, state, 0.25)[:3].tolist(), rel=1e-12)


def test_the_variance_is_that_of_the_targets():
    for count in (2, 3):
        found = theory.collapse_generations_variance(generations=count - 1, **DEEP)
        assert found == pytest.approx(retraining.target(count, 3.0, 0.2, 0.98).variance, rel=1e-8)
    digits = theory.collapse_generations_variance.digits(20, generations=3, theta=3, eta="0.2", stop="0.98")
    assert float(digits) == pytest.approx(0.000408588918180508, rel=1e-13)


def test_finer_nodes_change_less_than_what_is_claimed(monkeypatch):
    coarse = retraining.trained(retraining.target(3, 3.0, 0.2, 0.98), 3.0, 0.2).overlap
    monkeypatch.setattr(retraining, "NODES", 90)
    monkeypatch.setattr(retraining, "PER_UNIT", 4)
    retraining.target.cache_clear()
    fine = retraining.trained(retraining.target(3, 3.0, 0.2, 0.98), 3.0, 0.2).overlap
    retraining.target.cache_clear()
    assert coarse == pytest.approx(fine, rel=10.0**-retraining.KNOWN)


def test_more_digits_than_double_precision_holds_are_refused_in_one_line():
    with pytest.raises(TheoryError, match="15 digits asked; it is known to 5, in double precision"):
        theory.collapse_generations.digits(15, generations=2, **DEEP)
    assert float(theory.collapse_generations.digits(4, generations=2, **DEEP)) == pytest.approx(7.644, rel=1e-4)


def test_mean_steps_of_the_first_generation_are_those_of_two_clusters():
    rule = simulated._rule(0.25)
    one = simulated.mean_step(simulated.Averages(0.8, 0.7, 0.0, 0.3), simulated.Spiked.first(), rule, d=30)
    other = plain_step(State(0.8, 0.7 * 1.5, 0.3), rule, Nodes.of(40), d=30, rho=2.25)
    found = (one.overlap, 1.5 * one.along, one.b)
    assert found == pytest.approx((other.overlap, other.magnetisation, other.b), rel=1e-8)


@pytest.mark.slow
def test_mean_steps_come_down_to_the_flow_like_1_over_d():
    for run, form in (
        (numerics.collapse_generations, theory.collapse_generations),
        (numerics.collapse_generations_variance, theory.collapse_generations_variance),
    ):
        gaps = [
            d * (simulate(run, parameters={**AT, "d": d, "steps": 3 * d}, replicas=1).mean - form(theta=1.5, **AT))
            for d in (24, 48)
        ]
        assert gaps[0] == pytest.approx(gaps[1], rel=0.06)
        assert abs(gaps[0]) > 0.05


def test_one_step_of_many_chains_on_generated_data_moves_by_the_mean_step():
    """The second axis and the law of s included: from one network, d = 12."""
    from numerics.reduced_sgd import Reduced, train

    count, d, rule, stop = 200_000, 12, simulated._rule(0.25), 0.6
    before = simulated.Averages(0.9, 0.7, 0.3, 0.4)
    data = simulated.Spiked.after(before, 0.8, stop)
    one = torch.ones(count, dtype=torch.float64)
    target = simulated.Generated.of(simulated.Network(0.9 * one, 0.4 * one, one), stop)
    now = simulated.Averages(0.6, 0.5, 0.2, 0.3)
    across = math.sqrt(0.6 - 0.25 - 0.04)
    state = Reduced(
        torch.stack((0.5 * one, 0.2 * one))[None], (across * one)[None, None], 0.3 * one, torch.zeros(1, count).double()
    )
    after = train(state, target, rule, d=d, steps=1, generator=generator(seed=5, block=0))
    expected, rate = simulated.mean_step(now, data, rule, d=d), 2 * 0.25 / d
    for values, start, mean in (
        (after.overlaps[0, 0], 0.6, expected.overlap), (after.along[0, 0], 0.5, expected.along),
        (after.along[0, 1], 0.2, expected.beside), (after.b, 0.3, expected.b),
    ):  # fmt: skip
        moved = (values - start) / rate
        error = float(moved.std()) / math.sqrt(count)
        assert abs(float(moved.mean()) - mean) < 5 * error < 0.1


def test_what_the_chain_draws_is_what_networks_generate():
    """Along its weights and across them, in d = 9 dimensions, at the same Q and b."""
    d, count, stop = 9, 20_000, 0.6
    weights = torch.cos(torch.arange(1.0, d + 1, dtype=torch.float64))
    weights *= math.sqrt(0.9) / weights.norm()
    one = torch.ones(count, dtype=torch.float64)
    made = simulated.online_sgd.Network(weights.expand(count, 1, d).clone(), 0.4 * one, torch.zeros(1, count).double())
    points = simulated._sampler(made, stop)(count, generator(seed=3, block=0))
    target = simulated.Generated.of(simulated.Network(0.9 * one, 0.4 * one, one), stop)
    centre, _, width = target.draw(count, generator(seed=4, block=0))
    along = points @ weights / weights.norm()
    for of in (torch.abs, torch.square):
        left, right = of(along), of(centre[0])
        error = math.hypot(float(left.std()), float(right.std())) / math.sqrt(count)
        assert abs(float(left.mean() - right.mean())) < 5 * error
    across = (points - along[:, None] * weights / weights.norm()).square().sum(1) / (d - 1)
    assert float(across.mean()) == pytest.approx(float(width[0]) ** 2, rel=5 / math.sqrt(count / 2))


@pytest.mark.slow
def test_chain_and_network_have_one_mean_after_two_generations():
    at = {**AT, "d": 12, "steps": 36}
    left = simulate(numerics.collapse_generations_of_chain, parameters=at, replicas=3000)
    right = simulate(numerics.collapse_generations_of_network, parameters=at, replicas=1500)
    error = math.hypot(left.standard_error, right.standard_error)
    assert abs(left.mean - right.mean) < 5 * error < 0.15 * left.mean


@pytest.mark.slow
def test_the_chain_is_off_its_flow_by_a_few_over_d():
    at = {**AT, "d": 200, "steps": 600}
    found = simulate(numerics.collapse_generations_of_chain, parameters=at, replicas=300)
    assert abs(found.mean - theory.collapse_generations(theta=1.5, **AT)) < 5 * found.standard_error + 1.5 / 200
    assert 5 * found.standard_error < 0.05


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"stop": 1}, "stop = 1 is outside 0 < stop < 1"),
        ({"stop": 1.2}, "stop = 1.2 is outside 0 < stop < 1"),
        ({"generations": 0}, "generations = 0"),
        ({"generations": 1.5}, "generations = 1.5"),
        ({"eta": 0}, "eta = 0"),
    ],
)
def test_impossible_settings_are_refused_in_one_line(wrong, text):
    with pytest.raises(DomainError, match=text) as caught:
        theory.collapse_generations(theta=1.5, **AT | wrong)
    assert "\n" not in str(caught.value)
    with pytest.raises(ParameterError, match=text):
        simulate(numerics.collapse_generations, parameters={**AT, "d": 12, "steps": 36, **wrong}, replicas=1)
