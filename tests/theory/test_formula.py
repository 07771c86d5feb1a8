"""Formulas are data, and show themselves in LaTeX."""

import math

import pytest
from sympy import Integer, exp, log, tanh

from theory.evaluate import as_array
from theory.formula import Average, Explicit, Flow, Quadrature, Root, as_formula, symbols
from theory.notation import N, S, a, beta, m, t, x, y


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


def test_the_symbols_of_a_formula_are_those_of_all_its_parts():
    inner = Explicit(x, {y: Quadrature(exp(-(t**2) * N), t)})
    assert symbols(Explicit(beta * m, {m: inner})) == {beta, m, x, t, N}
