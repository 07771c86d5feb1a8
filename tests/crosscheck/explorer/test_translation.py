"""Formulas as data: the names of operations, the shapes, what is refused."""

import json

import pytest
from sympy import Dummy, Function, Integral, Sum, Symbol, cosh, exp, log, oo

from crosscheck.explorer.translation import Translator, Untranslatable, needed, shapes
from theory.formula import Average, Explicit, Flow, Quadrature, Root, Tabulated

x, y, k = (Symbol(name, real=True) for name in "xyk")


def test_an_expression_is_its_flat_program():
    assert Translator().program(x + 2) == [["n", 2], ["s", "x"], ["+", 0, 1]]


def test_floating_point_gets_the_rewritten_expression():
    assert ["log_cosh", 0] in Translator().program(log(cosh(x)))


def test_bounds_hold_programs_of_their_own():
    (operation, index, body, low, high), *_ = Translator().program(Sum(x * k, (k, 1, 4)))
    assert (operation, index, low, high) == ("sum", "k", [["n", 1]], [["n", 4]])
    assert body[-1][0] == "*"
    assert Translator().program(Integral(exp(-(x**2)), (x, 0, oo)))[0][4] == [["n", "Infinity"]]


def test_symbols_of_one_name_are_kept_apart():
    translator = Translator()
    assert [translator.name(s) for s in (x, Dummy("x"), x, Symbol("x", positive=True))] == ["x", "x_2", "x", "x_3"]


def test_every_shape_is_plain_data_with_what_it_needs():
    formulas = (
        Explicit(x * y, {y: Root(y - k, y, k - 1, k + 1)}),
        Quadrature(exp(-(x**2)) * k, x, width=k),
        Average(x, -k * x, x, -k, k),
        Flow({x: -k * x}, {x: k}, y, 2 * k, x),
    )
    translator = Translator()
    translated = [translator.formula(formula) for formula in formulas]
    assert [shapes(formula) for formula in translated] == [["explicit", "root"], ["integral"], ["average"], ["flow"]]
    assert [needed(formula) for formula in translated] == [{"x", "k"}, {"k"}, {"k"}, {"k"}]
    assert json.loads(json.dumps(translated, allow_nan=False)) == translated


def test_names_for_parts_of_rates_are_written_out():
    named = Flow({x: y * k}, {x: k}, k, 2 * k, x, where={y: -x})
    plain = Flow({x: -x * k}, {x: k}, k, 2 * k, x)
    assert Translator().formula(named) == Translator().formula(plain)


def test_a_table_that_no_parameter_moves_is_in_the_page():
    fixed = Tabulated(lambda of: of.identity(3).sum(0).cumsum(0), (), "1, 2, 3")
    found = Translator().formula(Explicit(x, {x: fixed}))
    assert found["given"] == [["x", {"shape": "constant", "value": [1.0, 2.0, 3.0]}]]
    assert needed(found) == set()


def test_what_the_page_cannot_evaluate_is_refused():
    with pytest.raises(Untranslatable, match="arrays are computed from the parameters"):
        Translator().formula(Explicit(x, {x: Tabulated(len, (y,), "")}))
    with pytest.raises(Untranslatable, match="the function mine"):
        Translator().program(Function("mine")(x))
