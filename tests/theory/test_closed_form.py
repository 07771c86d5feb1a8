"""A closed form is called with names, refuses what lies outside its domain, and is compared with what was printed."""

import numpy as np
import pytest
import torch
from sympy import Integer, Rational, Symbol, erfc, exp, sqrt, tanh

from theory.closed_form import ClosedForm
from theory.domain import Domain, DomainError, ParameterError, above, positive, real
from theory.formula import Explicit, Flow, Root
from theory.notation import T, beta, h, m, t, tau, x
from theory.published import Published, Transcription

DOMAIN = Domain((
    real(tau, default="0.27", explored=("-1", "1")),
    above(beta, 1, default="1.37", explored=("1.1", "3")),
    positive(T, default="0.83", explored=("0.3", "2")),
))  # fmt: skip
ROOT = Root(m - tanh(beta * m), m, sqrt(3 * (beta - 1) / beta**3), Integer(1))
EXPRESSION = erfc(-m * exp(-tau) / sqrt(2 * T)) / 2


def tail(**changes) -> ClosedForm:
    fields = {
        "name": "toy.tail",
        "statement": "a Gaussian tail",
        "source": "here",
        "formula": Explicit(EXPRESSION, {m: ROOT}),
        "complement": Explicit(erfc(m * exp(-tau) / sqrt(2 * T)) / 2, {m: ROOT}),
        "parameters": (tau, beta, T),
        "domain": DOMAIN,
    }
    return ClosedForm(**fields | changes)


POINT = {"tau": "0.27", "beta": "1.37", "T": "0.83"}


def test_the_name_is_system_and_observable():
    assert (tail().system, tail().observable) == ("toy", "tail")


def test_value_and_complement_add_up_and_the_complement_keeps_its_digits():
    assert tail()(**POINT) + tail().complementary(**POINT) == pytest.approx(1, rel=1e-15)
    far = {"tau": -4, "beta": 2, "T": "0.5"}
    exact = tail(formula=tail().complement).digits(20, **far)
    assert tail().complementary(**far) == pytest.approx(float(exact), rel=1e-12)
    with pytest.raises(ValueError, match="no complement is declared"):
        tail(complement=None).complementary(**POINT)


def test_calling_outside_the_domain_names_symbol_value_and_range():
    with pytest.raises(DomainError, match=r"toy.tail: T = -0.3 is outside T > 0 \(noise temperature"):
        tail()(**POINT | {"T": "-0.3"})
    with pytest.raises(DomainError, match=r"toy.tail: beta = 0.5 is outside beta > 1"):
        tail().numpy(tau=np.zeros(3), beta=np.array([2.0, 0.5, 0.7]), T=1.0)
    with pytest.raises(DomainError, match="T = -1 is outside"):
        tail().torch(tau=0.0, beta=2.0, T=torch.tensor(-1.0))
    with pytest.raises(ParameterError, match="missing beta"):
        tail().numpy(tau=0.0, T=1.0)
    with pytest.raises(ParameterError, match="unknown parameter temperature"):
        tail().numpy(tau=0.0, T=1.0, beta=2.0, temperature=3.0)


def test_declared_parameters_and_size_must_be_in_the_domain():
    with pytest.raises(ValueError, match=r"toy.tail: the domain lacks h"):
        tail(parameters=(tau, h))
    with pytest.raises(ValueError, match="the size T is not a parameter"):
        tail(parameters=(tau, beta), size=T)


def test_a_formula_may_be_constant_in_a_parameter():
    constant = tail(formula=Explicit(m, {m: ROOT}))
    assert constant(**POINT) == constant(**POINT | {"T": 2, "tau": 1})


def test_expressions_about_a_root_may_use_its_unknown():
    assert tail(formula=ROOT, parameters=(beta,)).quantities == {m: ROOT}
    assert tail().quantities == {m: ROOT}


def test_a_misprint_is_found_and_placed():
    printed = Published("P99", "(1)", erfc(-m * exp(-tau) / sqrt(T)) / 2, r"\ldots")
    (comparison,) = tail(published=(printed,)).comparisons()
    assert comparison.differs
    assert comparison.symbolic
    assert comparison.gap > 0.01
    assert set(comparison.at) == {tau, beta, T}


def test_a_right_formula_in_another_shape_is_no_erratum():
    same = Published("P99", "(1)", 1 - erfc(m * exp(-tau) / sqrt(2 * T)) / 2, r"\ldots", Transcription.INFERRED)
    equal = Published("P99", "(2)", EXPRESSION, r"\ldots")
    other_shape = Published("P99", "(3)", Explicit(EXPRESSION, {m: Explicit(tanh(beta * h), {h: ROOT_H})}), r"\ldots")
    comparisons = tail(published=(same, equal, other_shape)).comparisons()
    assert [comparison.differs for comparison in comparisons] == [False, False, False]
    assert comparisons[1].gap == 0


ROOT_H = Root(h - tanh(beta * h), h, sqrt(3 * (beta - 1) / beta**3), Integer(1))


def test_a_tiny_misprint_still_counts():
    printed = Published("P99", "(1)", EXPRESSION * (1 + Rational(1, 10**7)), r"\ldots")
    assert tail(published=(printed,)).comparisons()[0].differs


def test_the_definition_in_latex_lists_every_equation():
    lines = tail().latex("R").splitlines()
    assert lines[0].startswith("R = ")
    assert r"\tanh" in lines[1]
    assert r"\tau" in lines[0]
    assert tail()._repr_latex_().startswith("$$")
    assert tail(formula=ROOT).latex().splitlines()[0] == r"\mathrm{tail} = m"


def test_a_flow_shows_its_equations_and_needs_matching_initial_values():
    flow = Flow({x: -x}, {x: Integer(1)}, t, t, x)
    assert any(r"\frac{d x}{d t}" in line for line in flow.equations("f"))
    with pytest.raises(ValueError, match="Flow: rates of"):
        Flow({x: -x}, {Symbol("y"): Integer(1)}, t, t, x)
