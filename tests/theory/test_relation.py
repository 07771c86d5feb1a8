"""A step as one line of LaTeX."""

import pytest
import sympy as sp
from sympy.printing.latex import LatexPrinter

from theory.checks import antiderivative, assumed, limit, series, solves_ode, stationary
from theory.derivation import Step
from theory.formula import Root
from theory.notation import N, amplitude, beta, d_over_n, m, m1, score_error, t, x
from theory.relation import definitions, readable_names, relation


@pytest.mark.parametrize(
    ("step", "shown"),
    [
        (Step(x, 2 * m, "twice"), "x = 2 m"),
        (Step(x, m, "by citation", assumed, citation="BM23 (1)"), "x = m"),
        (Step(1 / N, sp.Integer(0), "small", limit(N, sp.oo)), r"\frac{1}{N} \to 0 \quad (N \to \infty)"),
        (Step(1 / N, 1 / N, "series", series(N, sp.oo, 1)), r"= \frac{1}{N} + o\left( N^{-1} \right) \quad (N"),
        (Step(x**2, sp.Integer(0), "series", series(x, sp.S.Zero, 1)), r"x^{2} = o\left( x \right) \quad (x \to 0)"),
        (Step(x**2, x, "series", series(x, sp.S.One, 2)), r"+ o\left( \left(x - 1\right)^{2} \right) \quad (x \to 1)"),
        (Step(x, x**2 / 2, "integral", antiderivative(x)), r"\int x \, dx = \frac{x^{2}}{2}"),
        (Step(x**2, sp.Integer(0), "minimum", stationary(x)), r"\left[ x^{2} \right] = 0 \quad \text{at } x = 0"),
        (Step(-m, sp.exp(-t), "decay", solves_ode(m, t)), r"= - m \quad \text{is solved by } m = e^{- t}"),
    ],
)  # fmt: skip
def test_every_check_has_its_own_relation(step, shown):
    assert shown in relation(step)


def test_what_nobody_could_read_is_counted_instead():
    long = sp.Add(*(sp.tanh(beta * x + k) ** k for k in range(2, 60)))
    text = relation(Step(x, long, "enumerated"))
    assert text.startswith(r"x = \left[ \text{an expression of ")
    lines = definitions(Step(x, m, "long", where={m: long}))
    assert lines == (r"m = \left[ \text{a long expression} \right]",)


def test_definitions_are_shown_with_the_step():
    root = Root(m - sp.tanh(beta * m), m, sp.S.Zero, sp.S.One)
    assert definitions(Step(m, x, "root", where={m: root})) == (
        r"m - \tanh{\left(\beta m \right)} = 0, \quad 0 < m < 1",
    )


def test_long_names_are_words_only_within_the_block():
    plain = sp.latex(score_error * m1)
    with readable_names():
        assert sp.latex(amplitude * score_error) == r"\mathrm{amplitude} \, \mathrm{score\ error}"
        assert sp.latex(d_over_n + m1 + beta) == r"\beta + \mathrm{d/n} + m_{1}"
    assert sp.latex(score_error * m1) == plain
    assert "symbol_names" not in LatexPrinter._global_settings
