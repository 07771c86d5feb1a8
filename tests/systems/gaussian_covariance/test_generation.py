"""What is generated from one path per datum: twice the error of the data, by responses, drawn statistics, data."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
import torch

from crosscheck.claims.gaussian_covariance import generation as claims
from crosscheck.reference_points import Field, explained
from numerics.replicas import simulate
from numerics.simulator import ParameterError
from numerics.systems.gaussian_covariance import generation as numerics
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError
from theory.systems.gaussian_covariance import generation as theory

FORM = theory.generated_covariance_error


def made(seed):
    return torch.Generator().manual_seed(seed)


@pytest.mark.slow  # the fast one is of every claim: tests/claims
def test_every_step_of_the_derivation_is_checked():
    assert FORM.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("place", [0, 1, 2, 3, 5, 7])
def test_a_wrong_step_is_refuted(place):
    step = FORM.derivation.steps[place]
    wrong = replace(step, right=step.right * 2)
    assert Derivation((wrong,), theory.GENERATION_STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize("d", [1, 3, 8])
def test_the_responses_add_up_to_two(d):
    assert float(numerics.generated_covariance_error.run(d=d, n=9, replicas=1, generator=made(0))) == pytest.approx(2)
    assert FORM(ratio=7) == 2


def test_a_finer_grid_brings_the_linear_part_to_two():
    gaps = [2 - numerics.linear_mean(numerics.Grid(cells)) for cells in (8, 16, 32, 64)]
    assert all(later < earlier / 2 for earlier, later in pairwise(gaps))
    assert 0 < gaps[-1] < 3e-4


def test_cells_and_their_weights_cover_the_angle():
    grid = numerics.Grid(12)
    assert grid.angles[-1] == pytest.approx(math.pi / 2)
    assert sum(grid.width(cell) for cell in range(12)) == pytest.approx(math.pi / 2)
    assert all(sum(grid.parts(cell).values()) == pytest.approx(1) for cell in range(12))
    assert np.array_equal(grid.angles[::2], numerics.Grid(6).angles)


def test_drawn_statistics_have_the_moments_of_those_of_data():
    grid = numerics.Grid(4)
    routes = (numerics._statistics_drawn, numerics._statistics_of_data)
    drawn, data = (route(grid, 2, 7, 20_000, made(seed)) for seed, route in enumerate(routes))
    for index in (0, 3, 6):
        for one, other in zip(drawn[index], data[index], strict=True):
            entries = [item.reshape(20_000, 4) for item in (one, other)]
            assert_same_mean(*entries)
            assert_same_mean(*((item - item.mean(0)).square() for item in entries))
    assert_same_mean(*(standardised(item[1][1]) * standardised(item[5][1]) for item in (drawn, data)))


def assert_same_mean(one, other):
    error = (one.var(0) / len(one) + other.var(0) / len(other)).sqrt()
    assert bool(((one.mean(0) - other.mean(0)).abs() < 4.5 * error).all())


def standardised(item):
    first = item[:, 0, 0]
    return (first - first.mean()) / first.std()


def test_what_is_taken_off_has_the_mean_that_was_counted():
    grid, n, d = numerics.Grid(8), 12, 2  # whatever n
    paths = numerics._statistics_of_data(grid, d, n, 20_000, made(3))
    linear = torch.zeros(20_000, d, d, dtype=torch.float64)
    for node, (memory, spread) in enumerate(paths, 1):
        cos, sin = math.cos(grid.angles[node]), math.sin(grid.angles[node])
        linear += 2 * grid.weights[node] / sin * (memory + memory.mT - 2 * cos * spread)
    squares = linear.square().sum((1, 2)) * n / (d * (d + 1))
    assert abs(float(squares.mean()) - numerics.linear_mean(grid)) < 4.5 * float(squares.std()) / 20_000**0.5


def test_drawn_statistics_and_data_generate_the_same_error():
    at = {"d": 2, "n": 160, "dt": 1 / 8}
    drawn = simulate(numerics.generated_covariance_error_drawn, parameters=at, replicas=4000)
    data = simulate(numerics.generated_covariance_error_of_data, parameters=at, replicas=1500)
    assert abs(drawn.mean - data.mean) < 4.5 * math.hypot(drawn.standard_error, data.standard_error)
    assert drawn.standard_error < 0.02
    assert abs(drawn.bias - data.bias) < 0.01


def test_the_reason_of_the_reference_point_is_computed_again():
    claim = claims.generated_covariance_error
    found = explained(Field.of(claim), list(claim.points))
    assert [reason.because for reason in found] == [point.because for point in claim.reference_points]


def test_too_few_data_and_an_odd_grid_are_refused():
    with pytest.raises(DomainError, match="ratio = 0 is outside ratio > 0"):
        FORM(ratio=0)
    with pytest.raises(ParameterError, match="n = 7, d = 4 is outside n >= 2 d"):
        numerics.generated_covariance_error_drawn(d=4, n=7, dt=1 / 8, replicas=2, generator=made(0))
    with pytest.raises(ParameterError, match="n = 3, d = 4 is outside n >= d: D is singular"):
        numerics.generated_covariance_error_of_data(d=4, n=3, dt=1 / 8, replicas=2, generator=made(0))
    for step in (1 / 7, 0.0, -1.0):
        with pytest.raises(ParameterError, match="is outside 1/dt = 4, 6, 8"):
            numerics.generated_covariance_error_drawn(d=2, n=7, dt=step, replicas=2, generator=made(0))
