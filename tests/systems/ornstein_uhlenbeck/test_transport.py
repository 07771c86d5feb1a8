"""Drifts that carry one density, and the density along their paths: which path carries which drift."""

import math

import pytest
import torch

from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.ornstein_uhlenbeck import transport as numerics
from numerics.systems.ornstein_uhlenbeck.forward import integrated_pair
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.ornstein_uhlenbeck import transport as theory

AT = {"t": 0.22, "x": -1.46, "c": 0.44}
ELSEWHERE = {"t": 0.8, "x": 0.5, "c": 2.6}


def normal(x: float, variance: float) -> float:
    return math.exp(-(x**2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


@pytest.mark.parametrize("c", [0.3, 1.0, 3.6])
@pytest.mark.parametrize("t", [0.1, 1.4])
def test_forward_and_backward_drift_bring_the_variance_of_the_marginal(t, c):
    exact = theory.fokker_planck(t=t, c=c)
    for run in (numerics.fokker_planck, numerics.fokker_planck_backwards):
        assert simulate(run, parameters={"t": t, "c": c}, replicas=1).mean == pytest.approx(exact, rel=1e-12)


def test_the_mean_velocity_and_the_score_are_the_slopes_of_the_gaussian():
    velocity, score = numerics._slopes(0.3, 2.0)
    width = theory.fokker_planck(t=0.3, c=2)
    assert score == pytest.approx(-1 / width, rel=1e-12)
    assert velocity == pytest.approx((1 - width) / width, rel=1e-12)


@pytest.mark.parametrize(
    ("share", "form"), [(1, theory.WIDTH), (0, theory.UNCOMPENSATED), (-1, theory.EXCHANGED)], ids=["+s", "0", "-s"]
)
def test_particles_with_noise_keep_the_variance_only_if_the_score_is_added(share, form):
    """b + share s with noise 1 from N(0, 2) at t = 0 to 0.6."""
    made = generator(seed=0, block=0)
    start = torch.randn(40_000, dtype=torch.float64, generator=made) * math.sqrt(2)

    def drift(y: torch.Tensor, time: float) -> torch.Tensor:
        width = 1 + math.exp(-2 * time)
        return (-1 + 1 / width - share / width) * y

    end, _ = integrated_pair(start, drift=drift, T=1.0, start=0.0, stop=0.6, dt=1 / 16, generator=made)
    squares = end.square()
    error = float(squares.std()) / math.sqrt(len(squares))
    assert abs(float(squares.mean()) - float(form.subs({theory.t: 0.6, theory.c: 2}))) <= 5 * error < 0.2


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["narrow", "wide"])
def test_the_density_is_that_of_a_gaussian(at):
    width = 1 + (at["c"] - 1) * math.exp(-2 * at["t"])
    assert theory.feynman_kac(**at) == pytest.approx(normal(at["x"], width), rel=1e-14)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["narrow", "wide"])
@pytest.mark.parametrize("run", [numerics.feynman_kac, numerics.feynman_kac_forwards], ids=["back", "on"])
def test_paths_that_run_against_the_time_of_their_drift_give_the_density(run, at):
    found = simulate(run, parameters={"dt": 1 / 16, **at}, replicas=100_000)
    exact = theory.feynman_kac(**at)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - exact) <= allowed < 0.05 * exact


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["narrow", "wide"])
def test_paths_of_the_reverse_process_give_another_number(at):
    """X^B of H24 (A.10) in the place of Y^B, with the weight as printed, and with that of its own drift."""
    t, x, c = at["t"], at["x"], at["c"]

    def pull(time: float) -> float:
        return 1 / (1 + (c - 1) * math.exp(-2 * time))

    start = torch.full((100_000,), x, dtype=torch.float64)
    end, _ = integrated_pair(
        start, drift=lambda y, time: (1 - 2 * pull(time)) * y, T=1.0, start=t, stop=0.0, dt=1 / 32,
        generator=generator(seed=0, block=0),
    )  # fmt: skip
    density = torch.exp(-end.square() / (2 * c)) / math.sqrt(2 * math.pi * c)
    mean, error = float(density.mean()), float(density.std()) / math.sqrt(len(density))
    own = math.exp(t) * c / (c + math.expm1(2 * t))  # exp of int_0^t (1 - 2 pull)
    for weight, form in ((math.exp(t), theory.EXCHANGED_PATHS), (own, theory.EXCHANGED_BOTH)):
        values = {theory.t: t, theory.x: x, theory.c: c}
        expected = float(form.subs(values))
        assert abs(weight * mean - expected) <= weight * (5 * error + 1e-3 * mean)
        assert abs(expected / theory.feynman_kac(**at) - 1) > 0.1


@pytest.mark.parametrize(
    "form",
    [theory.fokker_planck, pytest.param(theory.feynman_kac, marks=pytest.mark.slow)],
    ids=lambda form: form.observable,
)
def test_every_step_of_the_derivations_is_checked(form):
    assert form.derivation.evidence >= Evidence.SAMPLED


def test_every_step_but_the_integral_is_exact():
    steps = tuple(step for step in theory.feynman_kac.derivation.steps if not step.left.has(theory.Integral))
    assert Derivation(steps, theory.STEPS).evidence is Evidence.EXACT


@pytest.mark.parametrize("sign", [1, -1])
def test_exchanged_drifts_are_refuted(sign):
    """The Fokker-Planck equation over the density, with the drift of the other direction."""
    drift = theory.BACKWARD if sign == 1 else theory.FORWARD
    rate = -drift * theory.SCORE - theory.diff(drift, theory.x)
    wrong = Step(
        theory.diff(theory.log(theory.DENSITY), theory.t),
        rate + sign * (theory.SCORE**2 + theory.diff(theory.SCORE, theory.x)),
        "exchanged",
    )
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(("name", "value"), [("t", 0), ("t", -1), ("c", 0)])
def test_impossible_parameters_are_refused_in_one_line(name, value):
    for form, at in ((theory.fokker_planck, {"t": 0.2, "c": 2.0}), (theory.feynman_kac, AT)):
        with pytest.raises(DomainError, match=f"{name} = {value} is outside {name} > 0"):
            form(**at | {name: value})
    for run, at in (
        (numerics.fokker_planck, {"t": 0.2, "c": 2.0}),
        (numerics.fokker_planck_backwards, {"t": 0.2, "c": 2.0}),
        (numerics.feynman_kac, {"dt": 0.1, **AT}),
        (numerics.feynman_kac_forwards, {"dt": 0.1, **AT}),
    ):
        with pytest.raises(ParameterError, match=f"{name} = {value} is outside {name} > 0"):
            simulate(run, parameters=at | {name: value}, replicas=1)
