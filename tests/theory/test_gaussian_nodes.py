"""Averages over fixed nodes: Gaussian moments, bounded functions of any width, and one digit more for narrower ones."""

import math

import mpmath
import pytest
from scipy.integrate import quad
from sympy import Symbol, tanh

from theory.evaluate import as_array, as_digits
from theory.formula import Explicit
from theory.gaussian_nodes import NODES, average
from theory.notation import z

WIDTH = Symbol("width", real=True)


@pytest.mark.parametrize(("power", "moment"), [(0, 1), (1, 0), (2, 1), (4, 3), (6, 15)])
def test_moments_are_those_of_a_standard_normal(power, moment):
    found = float(as_array(Explicit(average(z**power), NODES), {}))
    assert found == pytest.approx(moment, abs=1e-13)


@pytest.mark.parametrize(("width", "error"), [(0.5, 1e-14), (2.0, 1e-14), (4.0, 1e-7)])
def test_the_stated_error_holds_for_tanh(width, error):
    found = float(as_array(Explicit(average(tanh(1 + WIDTH * z) ** 2), NODES), {WIDTH: width}))
    wanted, _ = quad(
        lambda at: math.tanh(1 + width * at) ** 2 * math.exp(-at * at / 2) / math.sqrt(2 * math.pi), -12, 12,
        epsabs=1e-15, limit=400, points=[-1 / width],
    )  # fmt: skip
    assert found == pytest.approx(wanted, abs=error)


def test_digits_use_the_same_nodes():
    found = as_digits(Explicit(average(tanh(z) ** 2), NODES), {}, 15)
    assert float(found) == pytest.approx(float(as_array(Explicit(average(tanh(z) ** 2), NODES), {})), rel=1e-14)
    assert isinstance(found, mpmath.mpf)
