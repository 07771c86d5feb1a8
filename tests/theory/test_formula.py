"""Formulas are data, and show themselves in LaTeX."""

from sympy import Integer, exp, log, tanh

from theory.formula import Average, Explicit, Quadrature, Root, as_formula
from theory.notation import N, S, beta, m, x


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
