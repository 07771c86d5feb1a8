"""Mutants: every line of every shape is changed, equal results are merged, nothing that is no formula is made."""

import pytest
from sympy import Integer, Sum, cosh, exp, log, oo, tanh, zoo

from crosscheck.mutants import key, lines, mutants
from theory.evaluate import as_array
from theory.formula import Average, Explicit, Flow, Quadrature, Root
from theory.notation import N, S, T, beta, h, j, m, t, x, y

ROOT = Root(m - tanh(beta * m), m, T * 0, T / T)
SHAPES = (
    Explicit(m * tanh(h * m), {m: ROOT}),
    ROOT,
    Quadrature(exp(-(x**2) / T), x),
    Average(S / N, beta * S**2 / (2 * N), S, -N, N, 2),
    Flow({x: -x + y}, {x: T}, t, h, x**2, given={y: Explicit(T**2)}),
)


@pytest.mark.parametrize("formula", SHAPES, ids=lambda formula: type(formula).__name__)
def test_every_mutant_differs_from_the_formula_and_from_the_others(formula):
    keys = [key(mutant.formula) for mutant in mutants(formula)]
    assert len(keys) > 20
    assert len(set(keys)) == len(keys)
    assert key(formula) not in keys


@pytest.mark.parametrize("formula", SHAPES, ids=lambda formula: type(formula).__name__)
def test_every_mutant_differs_in_one_line_only(formula):
    own = [line.expression for line in lines(formula)]
    for mutant in mutants(formula):
        theirs = [line.expression for line in lines(mutant.formula)]
        if len(theirs) == len(own):  # else the change has made an auxiliary quantity useless
            assert sum(one != other for one, other in zip(own, theirs, strict=True)) == 1


@pytest.mark.parametrize("formula", SHAPES, ids=lambda formula: type(formula).__name__)
def test_names_are_different_and_expressions_show_the_change(formula):
    found = mutants(formula)
    assert len({mutant.name for mutant in found}) == len(found)
    unchanged = {str(line.expression) for line in lines(formula)}
    assert not {mutant.expression for mutant in found} & unchanged


def test_all_lines_of_all_shapes_are_changed():
    assert [line.label for line in lines(SHAPES[0])] == ["", "the equation of m"]
    assert [line.label for line in lines(SHAPES[2])] == ["the integrand", "the low end", "the high end"]
    assert [line.label for line in lines(SHAPES[3])] == ["the value", "the log weight", "the low end", "the high end"]
    flow = ["the rate of x", "the initial x", "the value", "the stop", "the start", "y"]
    assert [line.label for line in lines(SHAPES[4])] == flow
    for formula in SHAPES:
        places = " ".join(mutant.place for mutant in mutants(formula))
        assert all(line.label in places for line in lines(formula) if line.label != "the start")


def test_auxiliary_quantities_that_nothing_uses_are_left_alone():
    unused = Explicit(T, {m: ROOT})
    assert [line.label for line in lines(unused)] == [""]
    chain = Explicit(T * x, {m: ROOT, x: Explicit(m**2), y: Explicit(m**3)})
    assert [line.label for line in lines(chain)] == ["", "the equation of m", "x"]


def test_unknowns_and_indices_are_not_put_to_one_nor_swapped():
    assert not [mutant for mutant in mutants(ROOT) if mutant.operator.startswith("symbol") and "m" in mutant.place]
    summed = Explicit(Sum(log(1 + T * j), (j, 1, N)))
    assert not [mutant for mutant in mutants(summed) if mutant.operator.startswith("symbol") and "j" in mutant.place]


def test_the_limits_of_a_sum_inside_an_expression_are_changed():
    summed = {mutant.formula.expression for mutant in mutants(Explicit(Sum(T**j, (j, 1, N))))}
    assert {Sum(T**j, (j, 0, N)), Sum(T**j, (j, 2, N)), Sum(T**j, (j, 1, N - 1)), Sum(T**j, (j, 1, N + 1))} <= summed


def test_a_division_by_zero_is_no_mutant():
    for mutant in mutants(Explicit(1 / (2 * T) + h / cosh(h))):
        assert not mutant.formula.expression.has(zoo, oo)


def test_mutants_are_the_same_on_every_call():
    assert [m.name for m in mutants(SHAPES[0])] == [m.name for m in mutants(SHAPES[0])]


def test_the_missing_factor_of_a_paper_is_among_the_mutants():
    late_minimum = Explicit(2 * m * tanh(h * m), {m: ROOT})
    printed = m * tanh(h * m)
    found = [mutant for mutant in mutants(late_minimum) if mutant.formula.expression == printed]
    assert [mutant.operator for mutant in found] == ["factor 1/2"]
    assert as_array(found[0].formula, {beta: 1.5, h: 0.5}) * 2 == as_array(late_minimum, {beta: 1.5, h: 0.5})


def test_named_parts_of_a_flow_are_mutated_once_and_for_all():
    named = Flow({x: -y * x}, {x: Integer(1)}, t, T, x, where={y: 3 * x})
    parts = [mutant.formula for mutant in mutants(named) if mutant.operator == "factor 2" and "part y" in mutant.place]
    assert {flow.written_out[x] for flow in parts} == {-6 * x**2}
