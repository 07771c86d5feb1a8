"""Curie-Weiss in equilibrium: the simulators against exact averages over the law of S, and against each other."""

import itertools
import math

import mpmath
import numpy as np
import pytest
import torch

from numerics.ensembles import curie_weiss_law
from numerics.replicas import simulate
from numerics.seeds import generator
from numerics.simulator import ParameterError
from numerics.systems.curie_weiss import equilibrium as numerics
from theory.systems.curie_weiss import equilibrium as theory

BETA, H = 1.37, 0.61


def exact(name: str, N: int, h: float = H, m: float = 0.7) -> float:
    """The quantity at finite N, by summing over S."""
    law = curie_weiss_law(N, BETA, h)
    if name == "magnetisation":
        return law.mean(np.abs) / N
    if name == "weight_plus":
        return law.mean(lambda s: np.heaviside(s, 0.5))
    if name == "density_of_magnetisation":
        return law.mean(lambda s: np.exp(-BETA * N * (m - s / N) ** 2 / 2)) * math.sqrt(BETA * N / (2 * math.pi))
    plus = law.where(lambda s: s > 0)
    mean = plus.mean(lambda s: s)
    return plus.mean(lambda s: (s - mean) ** 2) / N


@pytest.mark.parametrize(
    ("simulator", "of", "parameters"),
    [
        ("magnetisation", "magnetisation", {}),
        ("state_variance", "state_variance", {}),
        ("weight_plus", "weight_plus", {"h": H}),
        ("density_of_magnetisation_sampled", "density_of_magnetisation", {"h": H, "m": 0.7}),
    ],
)
@pytest.mark.parametrize("N", [1, 2, 10, 301])
def test_exact_draws_average_to_the_exact_value(simulator, of, parameters, N):
    found = simulate(getattr(numerics, simulator), parameters={"N": N, "beta": BETA, **parameters}, replicas=50_000)
    assert abs(found.mean - exact(of, N, parameters.get("h", 0.0))) <= 5 * found.standard_error + 1e-14


@pytest.mark.parametrize(
    ("simulator", "of", "parameters"),
    [
        ("magnetisation_glauber", "magnetisation", {}),
        ("state_variance_glauber", "state_variance", {}),
        ("state_variance_alternating", "state_variance", {}),
        ("weight_plus_glauber", "weight_plus", {"h": H}),
    ],
)
@pytest.mark.parametrize("N", [1, 4, 15])
def test_glauber_chains_average_to_the_exact_value(simulator, of, parameters, N):
    found = simulate(getattr(numerics, simulator), parameters={"N": N, "beta": BETA, **parameters}, replicas=4096)
    assert abs(found.mean - exact(of, N, parameters.get("h", 0.0))) <= 5 * found.standard_error + 1e-14


@pytest.mark.parametrize("N", [1, 2, 5, 8])
def test_the_enumerated_density_is_the_marginal_of_the_joint_law(N):
    """P(m, a) of (14): a Gaussian weight of m times independent spins in the field beta m + h/N, summed on a grid."""
    grid = np.linspace(-6, 6, 24_001)
    spins = np.array(list(itertools.product((-1, 1), repeat=N)))
    joint = sum(np.exp(-BETA * N * grid**2 / 2 + (BETA * grid + H / N) * a.sum()) for a in spins)
    density = joint / np.trapezoid(joint, grid)
    for m in (-0.8, 0.1, 0.7):
        found = simulate(
            numerics.density_of_magnetisation, parameters={"N": N, "beta": BETA, "h": H, "m": m}, replicas=1
        )
        assert found.mean == pytest.approx(float(np.interp(m, grid, density)), rel=1e-6)


def test_the_enumerated_density_is_the_average_over_the_sum():
    found = simulate(
        numerics.density_of_magnetisation, parameters={"N": 12, "beta": BETA, "h": H, "m": 0.7}, replicas=1
    )
    assert found.mean == pytest.approx(exact("density_of_magnetisation", 12), rel=1e-13)
    assert found.standard_error == 0


def test_too_many_configurations_are_refused():
    with pytest.raises(ParameterError, match="N = 25 is outside 1 <= N <= 24"):
        simulate(numerics.density_of_magnetisation, parameters={"N": 25, "beta": 1, "h": 0, "m": 0}, replicas=1)


def test_a_tie_is_broken_by_a_fair_coin():
    draws = numerics.weight_plus(N=2, beta=0.1, h=0.0, replicas=20_000, generator=generator(seed=0, block=0))
    assert set(draws.tolist()) == {0.0, 1.0}
    assert abs(float(draws.mean()) - 0.5) < 5 * 0.5 / math.sqrt(20_000)


def test_dynamics_needs_a_broken_phase():
    for name in ("magnetisation_glauber", "state_variance_glauber"):
        with pytest.raises(ParameterError, match="outside beta > 1"):
            simulate(getattr(numerics, name), parameters={"N": 3, "beta": 0.9}, replicas=1)


@pytest.mark.parametrize("parameters", [{"N": 5, "beta": 0.0}, {"N": 5, "beta": -1.0}])
def test_temperatures_that_do_not_exist_are_refused(parameters):
    with pytest.raises(ParameterError, match="outside beta > 0"):
        simulate(numerics.magnetisation, parameters=parameters, replicas=1)


def test_every_simulator_keeps_one_value_per_replica_in_double_precision():
    for name in ("magnetisation", "state_variance", "magnetisation_glauber", "state_variance_glauber"):
        simulator = getattr(numerics, name)
        values = simulator(N=4, beta=BETA, replicas=7, generator=generator(seed=0, block=0))
        assert values.shape == (7,)
        assert values.dtype == torch.float64


@pytest.mark.parametrize(
    ("form", "at", "value"),
    [
        ("magnetisation", {"beta": "1.37"}, "0.79812913744573305955026634282633"),
        ("magnetisation", {"beta": "1.0123"}, "0.18999327176039284481895869853250"),
        ("weight_of_spins", {"N": 101, "beta": "1.37", "h": "0.61"}, "0.72115695433197311914116408915530"),
    ],
)
def test_reference_values_hold_to_thirty_digits(form, at, value):
    with mpmath.workdps(40):
        assert abs(getattr(theory, form).digits(30, **at) / mpmath.mpf(value) - 1) < mpmath.mpf(10) ** -29


@pytest.mark.parametrize("form", ["magnetisation_of_spins", "variance_of_spins", "weight_of_spins"])
def test_the_exact_laws_equal_the_enumeration(form):
    name = {"magnetisation_of_spins": "magnetisation", "variance_of_spins": "state_variance"}.get(form, "weight_plus")
    with_field = form == "weight_of_spins"
    at = {"N": 11, "beta": BETA} | ({"h": H} if with_field else {})
    assert getattr(theory, form)(**at) == pytest.approx(exact(name, 11, H if with_field else 0.0), rel=1e-12)


@pytest.mark.parametrize(
    ("form", "law", "at"),
    [
        ("magnetisation", "magnetisation_of_spins", {"beta": "1.37"}),
        ("weight_plus", "weight_of_spins", {"beta": "1.37", "h": "0.61"}),
        ("weight_plus", "weight_of_spins", {"beta": "1.9", "h": "-1.2"}),
    ],
)
def test_the_next_order_is_the_limit_of_n_times_the_gap(form, law, at):
    limit, exact_law = getattr(theory, form), getattr(theory, law)
    N = 2**14 + 1
    gap = N * (exact_law(N=N, **at) - limit(**at))
    assert gap == pytest.approx(N * limit.finite_size(N=N, **at), rel=3e-3)


def test_the_density_of_the_field_is_normalised_and_bimodal():
    at = {"N": 12, "beta": BETA, "h": 0.0}
    grid = np.linspace(-4, 4, 2001)
    density = theory.density_of_magnetisation.numpy(**at, m=grid)
    assert np.trapezoid(density, grid) == pytest.approx(1, abs=1e-10)
    assert density[1000] < density.max() / 1.2
    assert np.allclose(density, density[::-1])


@pytest.mark.parametrize("N", [1, 2, 5, 40])
def test_the_law_of_the_field_is_the_integral_of_its_density(N):
    edges = np.array([-1.3, -0.2, 0.4, 1.1])
    law = theory.law_of_field.numpy(N=N, beta=BETA, h=H, m=edges)
    for (low, below), (high, above) in itertools.pairwise(zip(edges, law, strict=True)):
        at = np.linspace(low, high, 2001)
        density = theory.density_of_magnetisation.numpy(N=N, beta=BETA, h=H, m=at)
        middle = (density[1:] + density[:-1]) / 2
        assert above - below == pytest.approx(float(np.sum(middle * np.diff(at))), rel=1e-5)
    assert theory.law_of_field(N=N, beta="1.37", h="0.61", m=30) == pytest.approx(1.0, abs=1e-12)


@pytest.mark.parametrize("name", ["law_of_field", "law_of_field_glauber"])
@pytest.mark.parametrize("N", [1, 4, 15])
def test_draws_of_the_field_have_its_mean_and_variance(name, N):
    """Mean and mean square of the field: those of S/N, and 1/(beta N) more."""
    law = curie_weiss_law(N, BETA, H)
    made = generator("field", seed=2, block=0)
    draws = getattr(numerics, name)(N=N, beta=BETA, h=H, replicas=40_000, generator=made)
    for power, exact_value in ((1, law.mean(lambda s: s) / N), (2, law.mean(np.square) / N**2 + 1 / (BETA * N))):
        values = draws**power
        assert abs(float(values.mean()) - exact_value) <= 5 * float(values.std()) / 200
