"""The list of operators is frozen, and each does what its line of the table says."""

import hashlib

import pytest
from sympy import Abs, Integer, Max, Min, Rational, cosh, erf, erfc, exp, log, oo, pi, sinh, sqrt, tanh

from crosscheck import mutation_operators
from crosscheck.mutants import mutants
from crosscheck.mutation_operators import FIRST_ORDER, LIMITS, LOCAL, OPERATORS, OVERALL, RELATIVES
from theory.formula import Average, Explicit, Quadrature
from theory.notation import N, S, T, beta, h, m, t, x

FROZEN = (
    "factor 2", "factor 1/2", "sign", "dropped term", "dropped factor", "inverted factor", "exponent + 1",
    "exponent - 1", "root lost", "root added", "argument doubled", "argument halved", "symbol to 1",
    "related function", "first order", "integer + 1", "integer - 1", "limit + 1", "limit - 1", "half range",
    "symbol to 1 all", "symbol doubled", "symbol halved", "symbols swapped", "weight lost",
)  # fmt: skip
RELATED = "Abs Max Min atan atanh cos cosh digamma erf erfc exp log loggamma sin sinh tanh"
EXPANDED = "asinh atan atanh cos cosh digamma erf erfc exp log loggamma sin sinh tan tanh"


def changed(operator, expression):
    """The expressions that one operator makes of a bare formula."""
    return {m.formula.expression for m in mutants(Explicit(expression)) if m.operator == operator}


def test_the_list_of_operators_is_the_one_that_was_written_down_first():
    assert OPERATORS == FROZEN
    assert " ".join(sorted(f.__name__ for f in RELATIVES)) == RELATED
    assert " ".join(sorted(f.__name__ for f in FIRST_ORDER)) == EXPANDED
    assert len({operator.name for operator in (*LOCAL, *LIMITS, *OVERALL)}) == len(FROZEN) - 1


def test_the_table_gives_every_operator_with_its_misprint():
    table = mutation_operators.__doc__
    for name in OPERATORS:
        line = next(line for line in table.splitlines() if line.startswith(f"{name}  "))
        assert len(line[62:].split()) >= 3
    rows = [line for line in table.splitlines() if line[:20].strip() in OPERATORS]
    assert len(rows) == len(OPERATORS)
    digest = hashlib.sha256("\n".join(line[:62].rstrip() for line in rows).encode()).hexdigest()
    assert digest[:16] == "6a2419b71204bba8"


@pytest.mark.parametrize(
    ("operator", "expression", "expected"),
    [
        ("factor 2", T + h, {2 * T + 2 * h, 2 * T + h, T + 2 * h}),
        ("factor 2", (1 + T) ** 3, {2 * (1 + T) ** 3, (2 + 2 * T) ** 3, (1 + 2 * T) ** 3}),
        ("factor 1/2", T, {T / 2}),
        ("sign", T - h, {h - T, -T - h, T + h}),
        ("sign", exp(-t), {-exp(-t), exp(t)}),
        ("dropped term", 1 - m**2, {-(m**2), Integer(1)}),
        ("dropped factor", 2 * m * tanh(h), {2 * tanh(h), 2 * m, m * tanh(h)}),
        ("inverted factor", m / T, {T / m, 1 / (m * T), m * T}),
        ("exponent + 1", m**2, {m**3}),
        ("exponent - 1", m**2 * cosh(h) ** -2, {m * cosh(h) ** -2, m**2 * cosh(h) ** -3}),
        ("root lost", sqrt(T) + 1 / sqrt(h), {T + 1 / sqrt(h), sqrt(T) + 1 / h}),
        ("root added", T * N, {sqrt(T) * N, T * sqrt(N), sqrt(T * N)}),
        ("argument doubled", exp(-t), {exp(-2 * t)}),
        ("argument halved", erfc(x), {erfc(x / 2)}),
        ("symbol to 1", T + T * h, {1 + T * h, T + h, T + T}),
        ("symbol to 1 all", T + T * h, {1 + h, 2 * T}),
        ("symbol doubled", T / (1 + T), {2 * T / (1 + 2 * T)}),
        ("symbol halved", T / (1 + T), {T / 2 / (1 + T / 2)}),
        ("symbols swapped", T / (h + beta), {beta / (h + T), h / (T + beta)}),
        ("related function", tanh(h), {erf(h), sinh(h)}),
        ("related function", log(T), {log(1 + T)}),
        ("related function", Abs(x), {x}),
        ("related function", Max(x, T), {Min(x, T)}),
        ("first order", exp(-t) + erf(x), {1 - t + erf(x), exp(-t) + 2 * x / sqrt(pi)}),
        ("integer + 1", 3 * m, {4 * m}),
        ("integer - 1", Rational(2, 3) * m, {m / 3}),
    ],
)
def test_each_operator_does_what_its_line_says(operator, expression, expected):
    found = changed(operator, expression)
    others = {m.formula.expression for m in mutants(Explicit(expression))}
    assert found <= expected
    assert expected <= others  # what two operators make is counted under the first


def test_infinite_ends_are_halved_and_sums_gain_or_lose_a_term():
    integral = {(m.operator, m.formula.low, m.formula.high) for m in mutants(Quadrature(exp(-(x**2) * T), x))}
    assert {("half range", 0, oo), ("half range", -oo, 0)} <= integral
    average = mutants(Average(S, h * S, S, -N, N, step=2))
    ends = {(m.operator, m.formula.low, m.formula.high) for m in average if "end" in m.place}
    assert ends == {
        ("limit + 1", 1 - N, N), ("limit + 1", -N, N + 1), ("limit - 1", -N - 1, N), ("limit - 1", -N, N - 1),
        ("half range", 0, N),
    }  # fmt: skip


def test_an_average_loses_its_weight():
    flat = [m for m in mutants(Average(S, h * S + beta, S, -N, N)) if m.operator == "weight lost"]
    assert [m.formula.log_weight for m in flat] == [0]
