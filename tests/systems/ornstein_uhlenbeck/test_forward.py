"""The forward process: its variance from c to T, the integrator's order, and both simulators against the formula."""

import math

import pytest
import torch

from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.ornstein_uhlenbeck import forward as numerics
from theory.checks import solves_ode
from theory.derivation import Derivation, Evidence, Step
from theory.domain import DomainError
from theory.systems.ornstein_uhlenbeck import forward as theory

AT = {"t": 0.59, "T": 0.37, "c": 0.72}
ELSEWHERE = {"t": 1.3, "T": 1.9, "c": 3.1}


def paths(dt: float, *, stop: float = 1.0) -> tuple[float, float]:
    """Fine and coarse end of dx = -x dt without noise, from 1."""
    pair = numerics.integrated_pair(
        torch.ones(1, dtype=torch.float64), drift=lambda x, _: -x, T=0.0, start=0.0, stop=stop, dt=dt,
        generator=generator(seed=0, block=0),
    )  # fmt: skip
    return float(pair[0]), float(pair[1])


def test_data_at_the_temperature_of_the_noise_keep_their_variance():
    for t in (0.1, 1, 7):
        assert theory.variance(t=t, T="0.83", c="0.83") == pytest.approx(0.83, rel=1e-15)


def test_the_variance_goes_from_that_of_the_data_to_that_of_the_noise():
    assert theory.variance(t=1e-9, T=2, c=5) == pytest.approx(5, rel=1e-8)
    assert theory.variance(t=40, T=2, c=5) == 2.0


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["cold", "hot"])
@pytest.mark.parametrize("d", [1, 5])
def test_the_exponential_of_the_generator_gives_the_variance(at, d):
    found = simulate(numerics.variance_of_moments, parameters={"d": d, **at}, replicas=1)
    assert found.mean == pytest.approx(theory.variance(**at), rel=1e-13)


@pytest.mark.parametrize("at", [AT, ELSEWHERE], ids=["cold", "hot"])
@pytest.mark.parametrize("d", [1, 6])
def test_integrated_paths_have_the_variance(at, d):
    found = simulate(numerics.variance, parameters={"d": d, "dt": 1 / 16, **at}, replicas=20_000)
    allowed = 5 * math.hypot(found.standard_error, found.bias_error) + found.bias
    assert abs(found.mean - theory.variance(**at)) <= allowed
    assert found.bias < 0.01 * found.mean


def test_the_integrator_is_of_second_order_and_its_coarse_path_takes_double_steps():
    errors = [paths(dt)[0] - math.exp(-1) for dt in (1 / 8, 1 / 16, 1 / 32)]
    assert errors[0] / errors[1] == pytest.approx(4, rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(4, rel=0.05)
    assert paths(1 / 16)[1] == pytest.approx(paths(1 / 8)[0], rel=1e-15)


def test_fine_and_coarse_path_share_their_noise():
    start = torch.zeros(500, dtype=torch.float64)
    made = generator(seed=1, block=0)
    fine, coarse = numerics.integrated_pair(
        start, drift=lambda x, _: 0 * x, T=0.7, start=0.0, stop=1.0, dt=1 / 8, generator=made
    )
    assert torch.allclose(fine, coarse, rtol=0, atol=1e-14)
    assert float(fine.var()) == pytest.approx(2 * 0.7, rel=0.3)


def test_integrals_over_time_use_the_grids_of_the_paths():
    fine, coarse = numerics.integrated(lambda time: time**2, start=0.0, stop=1.0, dt=1 / 4)
    assert fine == pytest.approx(1 / 3 + 1 / 96, rel=1e-13)  # the trapezoidal rule errs by step^2/6
    assert coarse == pytest.approx(1 / 3 + 1 / 24, rel=1e-13)
    assert numerics.integrated(lambda _: -1.0, start=0.4, stop=0.0, dt=0.1) == pytest.approx((-0.4, -0.4))


def test_the_kernel_solves_the_equation_of_its_process():
    steps = tuple(step for step in theory.KERNEL_STEPS if not step.left.has(theory.Integral))
    assert len(steps) == 3
    assert Derivation(steps, theory.STEPS).evidence >= Evidence.SAMPLED


@pytest.mark.slow
def test_every_step_of_the_derivation_is_checked():
    assert theory.variance.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(
    "wrong",
    [
        Step(2 * theory.T - theory.y, theory.WIDTH, "a variance that decays like an amplitude",
             solves_ode(theory.y, theory.t)),
        Step(theory.diff(theory.KERNEL, theory.t), theory.fokker_planck(theory.KERNEL) + theory.KERNEL, "norm gained"),
    ],
    ids=["rate", "norm"],
)  # fmt: skip
def test_wrong_steps_are_refuted(wrong):
    assert Derivation((wrong,), theory.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(("name", "value"), [("t", 0), ("t", -1), ("T", 0), ("c", -0.1)])
def test_impossible_parameters_are_refused_in_one_line(name, value):
    with pytest.raises(DomainError, match=rf"ornstein_uhlenbeck.variance: {name} = {value} is outside {name} > 0"):
        theory.variance(**AT | {name: value})
    for run in (numerics.variance_of_moments, numerics.variance):
        steps = {"dt": 0.1} if run is numerics.variance else {}
        with pytest.raises(ParameterError, match=f"{name} = .* is outside {name} > 0"):
            simulate(run, parameters={"d": 2, **AT, **steps, name: value}, replicas=1)


def test_a_process_has_one_dimension_at_least():
    with pytest.raises(ParameterError, match="d = 0 is outside d >= 1"):
        simulate(numerics.variance_of_moments, parameters={"d": 0, **AT}, replicas=1)
