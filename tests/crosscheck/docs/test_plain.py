"""What a terminal shows of a formula can be read, and typed back."""

import pytest
from sympy import Integer, exp, oo, tanh

from crosscheck.docs.plain import WIDTH, formula_lines, step_lines
from theory.checks import antiderivative, assumed, limit, solves_ode, stationary
from theory.derivation import Step
from theory.formula import Average, Explicit, Flow, Quadrature, Root
from theory.notation import N, S, beta, m, t, x

ROOT = Root(m - tanh(beta * m), m, Integer(0), Integer(1))


@pytest.mark.parametrize(
    ("formula", "lines"),
    [
        (Explicit(m**2, {m: ROOT}), ("f = m**2", "0 = m - tanh(beta*m)  for 0 < m < 1")),
        (ROOT, ("f = m", "0 = m - tanh(beta*m)  for 0 < m < 1")),
        (Quadrature(exp(-(x**2)), x), ("f = integral over x = -oo .. oo of exp(-x**2)",)),
        (
            Average(S / N, S * beta, S, -N, N, step=2),
            ("f = mean of S/N over S = -N .. N in steps of 2", "weights proportional to exp(S*beta)"),
        ),
        (
            Average(S / N, S * beta, S, -N, N),
            ("f = mean of S/N over S = -N .. N", "weights proportional to exp(S*beta)"),
        ),
        (Flow({x: -x}, {x: Integer(1)}, t, t, x), ("f = x at t = t", "dx/dt = -x, x(0) = 1")),
    ],
)
def test_every_shape_of_formula_is_shown(formula, lines):
    assert formula_lines("f", formula) == lines


@pytest.mark.parametrize(
    ("step", "text"),
    [
        (Step(x + x, 2 * x, ""), "2*x = 2*x"),
        (Step(x, x**2 / 2, "", check=antiderivative(x)), "x has the antiderivative x**2/2"),
        (Step(x**2, Integer(0), "", check=stationary(x)), "x**2 is stationary at 0"),
        (Step(-x, exp(-t), "", check=solves_ode(x, t)), "-x as a rate is solved by exp(-t)"),
        (Step(1 / N, Integer(0), "", check=limit(N, oo)), "1/N -> 0"),
        (Step(x, m, "", check=assumed, citation="Somebody"), "x is taken to be m"),
    ],
)
def test_a_step_says_what_its_check_says(step, text):
    assert step_lines(step) == (text,)


def test_long_sides_stand_on_lines_of_their_own_and_are_cut():
    long = sum((exp(k * x) for k in range(2, 90)), x)
    left, right = step_lines(Step(long, x, ""))
    assert left.endswith(" ...")
    assert len(left) <= 3 * WIDTH
    assert right == "= x"
