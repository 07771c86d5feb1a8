"""The way back: the coefficient of the score, mean and variance from a finite horizon, in theory and d dimensions."""

import math

import numpy as np
import pytest
import torch

from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.ornstein_uhlenbeck import reverse as numerics
from theory.checks import solves_ode
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.ornstein_uhlenbeck import reverse as theory

AT = {"c": 2.3, "T": 0.83, "horizon": 0.6}
ELSEWHERE = {"c": 0.4, "T": 1.6, "horizon": 1.1}
MEANS = {**AT, "m": 1.7}


def stepped(start: float, *, c: float, T: float, horizon: float, steps: int = 40_000) -> float:
    """Variance of the Euler scheme of (6) in one dimension."""
    variance, dt = start, horizon / steps
    for k in range(steps):
        t = horizon - k * dt
        width = c * math.exp(-2 * t) - T * math.expm1(-2 * t)
        variance = (1 + dt * (1 - 2 * T / width)) ** 2 * variance + 2 * T * dt
    return variance


@pytest.mark.parametrize("T", [0.3, 0.5, 1.7])
def test_the_residual_singles_out_twice_the_temperature_at_every_point(T):
    for t in (0.2, 1.1):
        for run in (numerics.reverse_generator, numerics.reverse_generator_pointwise):
            found = simulate(run, parameters={"t": t, "T": T}, replicas=1)
            assert found.mean == pytest.approx(theory.reverse_generator(t=t, T=T), rel=1e-10)


def test_coefficient_one_leaves_a_residual_unless_the_temperature_is_one_half():
    for T, vanishes in ((0.5, True), (0.83, False)):
        rest, pushed = numerics._residual(0.4, T, torch.device("cpu"))
        assert bool(((rest - pushed).abs().max() < 1e-12 * rest.abs().max()).item()) is vanishes


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["wide", "narrow"])
def test_the_generated_variance_is_that_of_many_small_steps(at):
    assert theory.reverse_variance(**at) == pytest.approx(stepped(at["T"], **at), rel=1e-3)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["wide", "narrow"])
@pytest.mark.parametrize("d", [1, 2, 7])
def test_equations_of_the_moments_give_mean_and_variance_along_an_eigenvector(at, d):
    found = simulate(numerics.reverse_variance_of_moments, parameters={"d": d, **at}, replicas=1)
    assert found.mean == pytest.approx(theory.reverse_variance(**at), rel=1e-12)
    found = simulate(numerics.reverse_mean_of_moments, parameters={"d": d, "m": -0.7, **at}, replicas=1)
    assert found.mean == pytest.approx(theory.reverse_mean(m=-0.7, **at), rel=1e-12)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["wide", "narrow"])
def test_generated_points_have_this_mean_and_variance(at):
    step = {"d": 5, "dt": 1 / 16, **at}
    found = simulate(numerics.reverse_variance, parameters=step, replicas=10_000)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - theory.reverse_variance(**at)) <= allowed < 0.2 * at["c"]
    found = simulate(numerics.reverse_mean, parameters={"m": 1.7, **step}, replicas=10_000)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - theory.reverse_mean(m=1.7, **at)) <= allowed < 0.1


def test_the_declared_order_of_the_way_back_is_its_order():
    biases = [
        simulate(numerics.reverse_mean, parameters={"d": 4, "m": 1.7, "dt": dt, **AT}, replicas=4000).bias
        for dt in (1 / 8, 1 / 16)
    ]
    assert biases[0] / biases[1] == pytest.approx(4, rel=0.35)


def test_the_covariance_of_the_data_is_not_diagonal_and_has_the_eigenvalue():
    data = numerics._data(5, 2.3)
    covariance = np.linalg.inv(data.precision(1e-12, 0.83))
    assert abs(covariance - np.diag(np.diag(covariance))).max() > 0.1
    assert np.allclose(covariance @ data.directions[:, 0], 2.3 * data.directions[:, 0])
    assert np.allclose(sorted(np.linalg.eigvalsh(covariance)), [1.15, 2.3, 2.3, 2.3, 4.6])


def test_nothing_is_lost_without_a_difference_to_the_noise_and_after_an_infinite_horizon():
    assert theory.reverse_variance(c="0.83", T="0.83", horizon="0.2") == pytest.approx(0.83, rel=1e-15)
    assert theory.reverse_variance(**AT | {"horizon": 40}) == 2.3
    assert theory.reverse_mean(**MEANS | {"horizon": 40}) == 1.7


def test_with_no_horizon_only_the_noise_comes_out():
    assert theory.reverse_variance(**AT | {"horizon": 1e-9}) == pytest.approx(0.83, rel=1e-8)
    assert theory.reverse_mean(**MEANS | {"horizon": 1e-9}) == pytest.approx(0, abs=1e-8)


def test_a_spike_needs_a_horizon_of_half_its_logarithm():
    spike, early = 1e6, math.log(1e6) / 2
    assert theory.reverse_variance(c=spike, T=1, horizon=early - 3) < 0.01 * spike
    assert theory.reverse_variance(c=spike, T=1, horizon=early + 3) > 0.99 * spike


@pytest.mark.parametrize(
    "form", [theory.reverse_generator, theory.reverse_variance, theory.reverse_mean], ids=lambda form: form.observable
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(
    "wrong",
    [
        Step(2 * theory.T - theory.k, theory.Integer(0), "as the text before (6)", where={theory.k: theory.Integer(1)}),
        Step(-2 * (1 - theory.T / theory.WIDTH) * theory.y - 2 * theory.T, theory.VARIANCE_BACK, "T for 2 T",
             solves_ode(theory.y, theory.t)),
        Step(theory.LOSS, 2 / theory.WIDTH, "twice the slope", theory.stationary(theory.y),
             {theory.z: -theory.exp(-theory.t) * theory.m / theory.WIDTH}),
    ],
    ids=["coefficient", "drift", "slope"],
)  # fmt: skip
def test_wrong_steps_are_refuted(wrong):
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(("name", "value"), [("c", 0), ("T", -1), ("horizon", 0), ("horizon", -2)])
def test_impossible_parameters_are_refused_in_one_line(name, value):
    for form, at in ((theory.reverse_variance, AT), (theory.reverse_mean, MEANS)):
        with pytest.raises(DomainError, match=f"{name} = {value} is outside {name} > 0"):
            form(**at | {name: value})
    for run, extra in (
        (numerics.reverse_variance_of_moments, {}),
        (numerics.reverse_mean_of_moments, {"m": 1.0}),
        (numerics.reverse_variance, {"dt": 0.1}),
        (numerics.reverse_mean, {"m": 1.0, "dt": 0.1}),
    ):
        with pytest.raises(ParameterError, match=f"{name} = {value} is outside {name} > 0"):
            simulate(run, parameters={"d": 2, **AT, **extra, name: value}, replicas=1)


@pytest.mark.parametrize(("name", "value"), [("t", 0), ("T", -1)])
def test_the_generator_needs_a_time_and_a_temperature(name, value):
    with pytest.raises(DomainError, match=f"{name} = {value} is outside {name} > 0"):
        theory.reverse_generator(**{"t": 1, "T": 1} | {name: value})
    with pytest.raises(ParameterError, match=f"{name} = {value} is outside {name} > 0"):
        simulate(numerics.reverse_generator, parameters={"t": 1, "T": 1, name: value}, replicas=1)
