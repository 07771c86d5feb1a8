"""Formulas in HTML: elements that Chromium knows, alternative text, no failure."""

import re

import pytest
import sympy as sp

from crosscheck.registry import discovered
from theory.mathml import mathml
from theory.relation import readable_names

CORE = {
    "math", "mrow", "mi", "mn", "mo", "ms", "mtext", "mspace", "mfrac", "msqrt", "mroot", "msub", "msup", "msubsup",
    "munder", "mover", "munderover", "mtable", "mtr", "mtd", "mstyle", "mpadded", "mphantom",
}  # fmt: skip
x, y = sp.symbols("x y", positive=True)
EXPRESSIONS = [
    sp.erfc(-x / sp.sqrt(2 * y)) * sp.exp(x * y) / (2 * sp.cosh(x)),
    sp.Integral(sp.exp(-(x**2)), (x, -sp.oo, sp.oo)),
    sp.Mul(sp.Sum(sp.exp(-x), (x, 0, y)), sp.Pow(sp.Sum(x, (x, 0, y)), -1)),
    sp.Piecewise((x, x > 0), (0, True)),
    sp.Derivative(sp.Function("f")(x), x, 2),
    sp.Matrix([[x, 1], [0, y]]),
    sp.Abs(x - 1) + sp.binomial(y, x) + sp.loggamma(x) + x ** sp.Rational(1, 3),
]


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=str)
def test_only_elements_of_mathml_core_are_used(expression):
    element = mathml(sp.latex(expression))
    assert set(re.findall(r"<([a-z]+)[\s>]", element)) <= CORE
    assert element.startswith("<math ")
    assert 'alttext="' in element


def test_functions_are_set_upright_and_apart():
    element = mathml(r"2 m \tanh{\left(h \right)} \operatorname{erfc}{\left(x \right)}")
    assert '<mi>m</mi><mspace width="0.167em"/><mi>tanh</mi>' in element
    assert "<mi>erfc</mi>" in element


def test_brackets_stretch_only_around_what_is_tall():
    low, tall = mathml(r"\left(h m\right)"), mathml(r"\left(\frac{h}{m}\right)")
    assert 'stretchy="false"' in low
    assert 'stretchy="true"' in tall


def test_text_within_formulas_is_escaped():
    assert "<script>" not in mathml(r"\text{<script>}")


def test_what_cannot_be_converted_is_shown_as_source():
    assert mathml(r"\left(a<b") == r"<code>\left(a&lt;b</code>"


def test_every_formula_of_the_package_converts():
    """The fallback to LaTeX source is for formulas of users; none of ours may need it."""
    for claim, _ in discovered().values():
        with readable_names(claim.theory.derivation):
            lines = [*claim.theory.latex().splitlines(), *(item.printed for item in claim.theory.published)]
        assert [line for line in lines if not mathml(line).startswith("<math")] == []


def test_a_row_of_one_element_is_that_element():
    assert "<mfrac><mn>1</mn><mi>x</mi></mfrac>" in mathml(r"\frac{1}{x}")
    assert "<mfrac><mn>1</mn><mrow><mi>x</mi><mo>+</mo><mn>1</mn></mrow></mfrac>" in mathml(r"\frac{1}{x + 1}")
