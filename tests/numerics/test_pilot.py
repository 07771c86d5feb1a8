"""The pilot: edges that part a law evenly, that avoid atoms, and that depend on the pilot's own seed alone."""

import math

import numpy as np
import pytest
import torch

from numerics.pilot import DRAWS, pilot_edges
from numerics.replicas import block
from numerics.simulator import ParameterError, SimulationError, simulator


@simulator(block=300)
def cauchy(*, c: float, replicas: int, generator: torch.Generator):
    return c * torch.tan(math.pi * (torch.rand(replicas, dtype=torch.float64, generator=generator) - 0.5))


@simulator(block=4096)
def third(*, c: float, replicas: int, generator: torch.Generator):
    """0, c/3 or 2c/3, each rounded in one of two ways."""
    number = torch.randint(0, 3, (replicas,), generator=generator).double()
    return torch.where(torch.rand(replicas, generator=generator) < 0.5, number * c / 3, number * (c / 3))


@simulator()
def constant(*, c: float, replicas: int, generator: torch.Generator):
    return torch.full((replicas,), c, dtype=torch.float64)


@simulator(bias={"dt": 1})
def stepped(*, dt: float, replicas: int, generator: torch.Generator):
    return torch.randn(replicas, 2, dtype=torch.float64, generator=generator)


@simulator()
def lost(*, replicas: int, generator: torch.Generator):
    return torch.full((replicas,), math.nan)


def test_edges_part_a_law_without_moments_evenly():
    edges = pilot_edges(cauchy, {"c": 2.0}, count=31)
    assert len(edges) == 31
    law = 0.5 + np.arctan(np.array(edges) / 2) / math.pi
    assert law == pytest.approx(np.arange(1, 32) / 32, abs=5 / math.sqrt(DRAWS) / 2)


def test_no_edge_lies_on_an_atom_however_it_is_rounded():
    edges = pilot_edges(third, {"c": 0.7}, count=127)
    assert edges == pytest.approx((0.7 / 6, 0.35))
    assert block(third, {"c": 0.7}, 0, edges=edges).counts == pytest.approx((4096 / 3, 8192 / 3), rel=0.1)


@pytest.mark.parametrize("value", [0.0, -3.0, 1e9])
def test_a_law_of_one_atom_has_one_edge_above_it(value):
    (edge,) = pilot_edges(constant, {"c": value}, count=127)
    assert value < edge < value + 1e-8 * abs(value) + 1e-8


def test_edges_depend_on_the_key_and_on_nothing_else():
    one, again, other = (pilot_edges(cauchy, {"c": 2.0}, count=7, key=(name,)) for name in ("a", "a", "b"))
    assert one == again != other


def test_values_without_a_law_have_no_pilot():
    with pytest.raises(ParameterError, match="a time step moves the law"):
        pilot_edges(stepped, {"dt": 0.1}, count=7)
    with pytest.raises(SimulationError, match="not finite"):
        pilot_edges(lost, {}, count=7)
