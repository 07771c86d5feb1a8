"""Formulas are data, and show themselves in LaTeX."""

import math

import numpy as np
import pytest
from sympy import Integer, exp, log, sign, tanh

from theory.evaluate import as_array, as_state
from theory.formula import Average, Explicit, Flow, Quadrature, Root, as_formula, symbols
from theory.notation import N, S, a, beta, m, t, x, y
from theory.solvers import Effort


def test_a_bare_expression_is_an_explicit_formula():
    assert as_formula(x + 1) == Explicit(x + 1)
    root = Root(m - tanh(beta * m), m, Integer(0), Integer(1))
    assert as_formula(root) is root


def test_each_shape_names_its_parts():
    assert Quadrature(exp(-(x**2)), x).equations("I")[0].startswith(r"I = \int\limits_{-\infty}^{\infty}")
    average = Average(S / N, log(S + N + 1), S, -N, N, step=2)
    fraction, steps = average.equations("A")
    assert fraction.startswith(r"A = \frac{\sum")
    assert steps == r"S \text{ in steps of } 2"
    assert len(Average(S / N, S, S, -N, N).equations("A")) == 1
    assert Root(m - x, m, Integer(0), Integer(1)).equations("m") == [r"m - x = 0, \quad 0 < m < 1"]


def test_a_flow_may_name_parts_of_its_rates_which_may_use_one_another():
    named = Flow({x: -y}, {x: Integer(1)}, t, beta, x, where={a: x / 2, y: 2 * a})
    assert named.written_out == {x: -x}
    assert named.equations("E")[-2:] == [r"a = \frac{x}{2}", "y = 2 a"]
    assert float(as_array(named, {beta: 1.5})) == pytest.approx(math.exp(-1.5), rel=1e-10)


def test_a_flow_is_followed_as_exactly_as_asked_and_its_whole_state_is_known():
    turning = Flow({x: -y, y: x}, {x: Integer(1), y: Integer(0)}, t, beta, x)
    errors = [abs(float(as_array(turning, {beta: 2.5}, effort=Effort(e))) - math.cos(2.5)) for e in (1e-4, 1e-7, 1e-12)]
    assert errors[0] > errors[1] > errors[2]
    assert errors[1] < 1e-6
    assert errors[2] < 1e-11
    state = as_state(turning, {beta: 2.5}, effort=Effort())
    assert state == pytest.approx({x: math.cos(2.5), y: math.sin(2.5)}, abs=1e-11)


def test_a_flow_without_a_finite_rate_is_refused_at_once():
    from_nothing = Flow({x: log(x)}, {x: Integer(0)}, t, beta, x)
    imaginary = Flow({x: log(x - 2)}, {x: Integer(1)}, t, beta, x)
    for flow in (from_nothing, imaginary):
        with (
            pytest.raises(ValueError, match=r"the flow stops before 1.5: no finite rate at 0"),
            np.errstate(all="ignore"),
        ):
            as_array(flow, {beta: 1.5})


def test_a_flow_that_gets_stuck_is_given_up():
    kinked = Flow({x: -sign(x) / x**2}, {x: Integer(1)}, t, beta, x)  # ends in x = 0 at t = 1/3
    with pytest.raises(ValueError, match=r"the flow stops (before 1.5|at 0.333)"), np.errstate(all="ignore"):
        as_array(kinked, {beta: 1.5})
    jumping = Flow({x: -sign(x)}, {x: Integer(1)}, t, beta, x)  # stays at the jump from t = 1 on
    with pytest.raises(ValueError, match=r"the flow stops before 1.5: 2000 rates do not lead beyond 1"):
        as_array(jumping, {beta: 1.5}, effort=Effort(1e-5, 2000))


def test_the_symbols_of_a_formula_are_those_of_all_its_parts():
    inner = Explicit(x, {y: Quadrature(exp(-(t**2) * N), t)})
    assert symbols(Explicit(beta * m, {m: inner})) == {beta, m, x, t, N}
