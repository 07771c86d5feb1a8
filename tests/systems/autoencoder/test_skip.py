"""The skip connection: closed form against recursions at finite d, networks against the chain, what a grid changes."""

import math

import pytest
import torch
from sympy import Integer, Rational

from numerics import online_sgd
from numerics.denoiser_gradient import Levels, Rule
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.autoencoder import skip as numerics
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.domain import ParameterError as TheoryError
from theory.evaluate import as_array
from theory.systems.autoencoder import skip as theory

AT = {"theta": 1.37, "Lambda": 0.83, "b0": 0.21, "t": 0.43}


def test_fifteen_digits_where_both_parts_cancel():
    found = theory.skip_connection.digits(15, theta="2.9", Lambda="0.173", b0="-0.4", t="0.5")
    assert float(found) == pytest.approx(-0.00194424706759104, rel=2e-15)


def test_grids_and_all_levels_have_their_own_moments():
    grid = theory.learned(theory.levels((Rational(31, 100), Rational(74, 100)), (Rational(2, 5), Rational(3, 5))))
    point = {theory.theta: 1.37, theory.Lambda: 0.83, theory.b0: 0.21}
    assert float(as_array(grid, point)) == pytest.approx(0.558441164334664097, rel=1e-14)
    found = theory.skip_connection_uniform(theta=1.37, Lambda=0.83, b0=0.21)
    assert found == pytest.approx(0.47640740294892, rel=1e-13)
    with pytest.raises(TheoryError, match="outside weight > 0, sum 1, one per time"):
        theory.levels((Rational(1, 2),), (Rational(1, 3),))


def test_one_level_is_a_grid_of_one():
    one = theory.learned(theory.levels((Rational(43, 100),), (Integer(1),)))
    point = {theory.theta: 1.37, theory.Lambda: 0.83, theory.b0: 0.21}
    assert float(as_array(one, point)) == pytest.approx(theory.skip_connection(**AT), rel=1e-14)


def test_a_long_training_ends_at_the_least_loss():
    end = theory.skip_limit(Lambda=0.83, t=0.43)
    assert theory.skip_connection(**AT | {"theta": 200}) == pytest.approx(end, rel=1e-13)
    assert theory.skip_limit(Lambda=0.173, t=0.5) == pytest.approx(0.294970161977834612, rel=1e-14)


@pytest.mark.parametrize(
    "form",
    [
        *(pytest.param(form, marks=pytest.mark.slow) for form in (theory.skip_connection, theory.skip_limit)),
        pytest.param(theory.skip_fluctuation, marks=pytest.mark.slow),
        theory.skip_connection_uniform,
    ],
    ids=lambda form: form.observable,
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_a_flow_at_half_the_speed_is_refuted():
    wrong = Step(
        theory.Lambda * theory.signal - theory.kappa * theory.b, theory.FLOW.subs(theory.theta, theory.theta / 2),
        "theta = eta steps/d", theory.solves_ode(theory.b, theory.theta),
    )  # fmt: skip
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


def test_what_is_printed_is_what_is_derived():
    comparisons = (*theory.skip_connection.comparisons(), *theory.skip_limit.comparisons())
    assert [c.differs for c in comparisons] == [False, False]


def settings(d: int) -> dict[str, float]:
    values = {name: AT[name] for name in ("Lambda", "b0", "t")}
    return {**values, "d": d, "steps": round(AT["theta"] * d), "eta": 0.5, "rho": 1.0}


def test_the_mean_in_few_dimensions_is_the_recursion():
    found = simulate(numerics.skip_connection, parameters=settings(100), replicas=2000)
    exact = theory.skip_connection_of_d(**AT, d=100)
    assert abs(found.mean - exact) < 5 * found.standard_error < 0.2 * abs(exact - theory.skip_connection(**AT))


@pytest.mark.slow
def test_a_network_with_hidden_units_has_the_same_limit():
    """d times the gap stays what it is; were the limit off by one percent, it would grow by 200 times that."""
    limit = theory.skip_connection(**AT)
    found = {d: simulate(numerics.skip_connection_of_network, parameters=settings(d), replicas=200) for d in (100, 300)}
    gaps = [d * (estimate.mean - limit) for d, estimate in found.items()]
    error = math.hypot(*(d * estimate.standard_error for d, estimate in found.items()))
    assert abs(gaps[1] - gaps[0]) < 5 * error < 200 * 0.01 * limit


def test_b_knows_nothing_of_the_hidden_layer_but_at_order_1_over_d():
    """The same data with weights ten times as large."""
    ends = []
    for size in (0.1, 1.0):
        made, d = generator(seed=4, block=0), 400
        weights = torch.full((1, d), size / math.sqrt(d), dtype=torch.float64)
        mixture = online_sgd.Mixture(
            (1.0,), torch.zeros(1, d, dtype=torch.float64), torch.ones(1, 1, dtype=torch.float64)
        )
        network = online_sgd.start(20, weights, 0.2)
        online_sgd.train(network, mixture.draw, Rule(0.5, Levels.linear((0.5,))), steps=300, generator=made)
        ends.append(network.b)
    assert 0 < float((ends[0] - ends[1]).abs().max()) < 10 / 400


def test_the_scatter_at_finite_d_comes_down_to_the_closed_form():
    at = {"theta": 1.4, "Lambda": 0.83, "b0": 0.21, "t": 0.43, "eta": 0.35}
    limit, gaps = theory.skip_fluctuation(**at), []
    for d in (240, 480, 960):
        at_d = {name: at[name] for name in ("Lambda", "b0", "t", "eta")} | {"d": d, "steps": 2 * d}
        gaps.append(d * (simulate(numerics.skip_fluctuation, parameters=at_d, replicas=1).mean / limit - 1))
    assert gaps[0] == pytest.approx(gaps[2], rel=0.05)
    drawn = {name: at[name] for name in ("Lambda", "b0", "t", "eta")} | {"d": 60, "steps": 120}
    found = simulate(numerics.skip_fluctuation_of_runs, parameters=drawn, replicas=500)
    exact = simulate(numerics.skip_fluctuation, parameters=drawn, replicas=1).mean
    assert abs(found.mean - exact) < 5 * found.standard_error < 0.1 * exact


@pytest.mark.slow
def test_networks_scatter_like_b_alone():
    drawn = {"Lambda": 0.83, "b0": 0.21, "t": 0.43, "eta": 0.35, "d": 60, "steps": 60}
    found = simulate(numerics.skip_fluctuation_of_networks, parameters=drawn, replicas=60)
    alone = simulate(numerics.skip_fluctuation, parameters=drawn, replicas=1).mean
    assert abs(found.mean - alone) < 5 * found.standard_error + 0.1 * alone


@pytest.mark.parametrize(
    ("name", "value", "range_"), [("t", 1, "0 < t < 1"), ("Lambda", 0, "Lambda > 0"), ("theta", -1, "theta > 0")]
)
def test_impossible_parameters_are_refused_in_one_line(name, value, range_):
    with pytest.raises(DomainError, match=f"skip_connection: {name} = {value} is outside {range_}"):
        theory.skip_connection(**AT | {name: value})
    with pytest.raises(ParameterError, match=r"d = 2, Lambda = 0\.83 is outside d >= 3"):
        simulate(numerics.skip_connection, parameters=settings(100) | {"d": 2}, replicas=1)
