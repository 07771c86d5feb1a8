"""What floating point cannot do is rewritten; the rewriting changes no value."""

import signal

import mpmath
import numpy as np
import pytest
import sympy as sp
import torch
from scipy import special

from theory.arithmetic import array_arithmetic, digits_arithmetic
from theory.notation import T, m, t, w, x
from theory.program import UnsupportedExpression, compiled, stabilised

ARRAYS = array_arithmetic(np, special)
EXPRESSIONS = [
    T * (1 - sp.exp(-2 * t)),
    sp.log(1 + m**2),
    sp.log(1 + sp.exp(-2 * t)),
    sp.log(sp.exp(m) + 3 * sp.exp(-m)),
    sp.log(2 + sp.exp(m)),
    sp.cosh(m) ** -2,
    sp.exp(3 * m) * sp.tanh(m) / sp.cosh(m) ** 2,
    sp.log(T + 2),
    2 - sp.erfc(m),
    6 - 3 * sp.erfc(m) + x,
    sp.log(w * sp.exp(m) + (1 - w) * sp.exp(-m)),
    T - T * sp.exp(-2 * t) + 5 * sp.exp(m) - 5,
    sp.Add(m, sp.Mul(-1, m, evaluate=False), sp.Mul(3, sp.Rational(1, 2), T, evaluate=False), evaluate=False),
    sp.erf(sp.Add(m, sp.Mul(-1, m, evaluate=False), evaluate=False), evaluate=False),
    sp.Pow(sp.E, m, evaluate=False) / sp.cosh(m) + sp.Pow(sp.E, m, evaluate=False) - 1,
    sp.gamma(m) + sp.gamma(m - 1) * sp.gamma(t),
    sp.sqrt(1 - sp.exp(-2 * t)) ** 3 + sp.Abs(m) + sp.Max(m, x) + sp.asinh(m),
]
VALUES = {T: 0.83, m: -0.7, t: 0.27, w: 0.31, x: 1.9}


@pytest.mark.parametrize("expression", EXPRESSIONS, ids=range(len(EXPRESSIONS)))
def test_a_stabilised_expression_has_the_value_of_the_original(expression):
    numbers = {symbol: mpmath.mpf(value) for symbol, value in VALUES.items()}
    exact = compiled(expression).run(numbers, digits_arithmetic())
    arrays = {symbol: np.asarray(value) for symbol, value in VALUES.items()}
    found = compiled(stabilised(expression)).run(arrays, array_arithmetic(np, special))
    assert float(found) == pytest.approx(float(exact), rel=4e-15)


@pytest.mark.parametrize(
    ("expression", "at", "value"),
    [
        (sp.log(sp.cosh(m)), 1e4, 1e4 - np.log(2)),
        (sp.exp(m) / (2 * sp.cosh(m)), 800, 1.0),
        (sp.exp(-m) / (2 * sp.cosh(m)), 30, 8.75651076269652e-27),  # 1/(1 + e^60)
        (2 - sp.erfc(m), -10, 2.088487583762545e-45),  # erfc(10)
        (sp.log(sp.exp(m) + sp.exp(-m)), -1e4, 1e4),
        (1 - sp.exp(-m), 1e-12, 9.999999999995e-13),
        (T * (1 - sp.exp(-m)) / T, 1e-12, 9.999999999995e-13),
        (sp.Add(1, sp.Mul(-1, sp.exp(-m), evaluate=False), evaluate=False), 1e-12, 9.999999999995e-13),
        (sp.Add(sp.exp(m), sp.Mul(-1, 1, evaluate=False), evaluate=False), 1e-12, 1.0000000000005e-12),
        (sp.log(1 + m), 1e-12, 9.999999999995e-13),
    ],
    ids=str,
)
def test_the_tails_keep_full_relative_precision(expression, at, value):
    found = compiled(stabilised(expression)).run({m: np.asarray(float(at))}, array_arithmetic(np, special))
    assert float(found) == pytest.approx(value, rel=4e-15)


FOREVER = 20.0
"""Seconds of the processor.  A twentieth of one is usual; SymPy asks in random order, and seldom takes longer."""


def nested(build, levels):
    expression = m
    for _ in range(levels):
        expression = build(expression)
    return expression


@pytest.mark.parametrize(
    "expression",
    [
        nested(lambda inner: sp.Mul(sp.Rational(1, 10), sp.cosh(inner), evaluate=False), 24),
        nested(lambda inner: sp.Mul(m, sp.Pow(1 + inner, -1, evaluate=False), evaluate=False), 24),
        nested(lambda inner: sp.Pow(sp.cosh(inner), -1, evaluate=False), 24),
        (1 + m + t + T + w + x) ** 900 + 1,
        sp.Mul(*(sp.Pow(m + k, 9) for k in range(1, 60))) - sp.exp(m),
        sp.loggamma(sp.Integer(10) ** 50, evaluate=False),
        sp.exp(sp.Add(10**12 * sp.log(2), -(10**12) * m, evaluate=False), evaluate=False),
    ],
    ids=("cosh in cosh", "continued fraction", "sech in sech", "power", "product", "loggamma", "exp of log"),
)
def test_rewriting_never_expands_what_was_typed(expression):
    def late(*_):
        raise TimeoutError(f"more than {FOREVER:g} seconds")

    before = signal.signal(signal.SIGVTALRM, late)
    signal.setitimer(signal.ITIMER_VIRTUAL, FOREVER)
    try:
        compiled(stabilised(expression))
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@pytest.mark.parametrize("at", [-0.5, -1.5, -2.25, 0.5, 4.0])
def test_gamma_has_its_sign_on_both_sides_of_zero(at):
    assert float(compiled(sp.gamma(m)).run({m: np.asarray(at)}, array_arithmetic(np, special))) == pytest.approx(
        float(mpmath.gamma(at)), rel=1e-13
    )
    tensor = compiled(sp.gamma(m)).run(
        {m: torch.tensor(at, dtype=torch.float64)}, array_arithmetic(torch, torch.special)
    )
    assert float(tensor) == pytest.approx(float(mpmath.gamma(at)), rel=1e-13)


def test_common_parts_are_computed_once():
    shared = sp.tanh(m * x)
    program = compiled(shared + sp.exp(shared) * shared)
    assert sum(operation is sp.tanh for operation, _ in program.instructions) == 1


def test_sums_products_and_nested_integrals_run():
    j, y, u = sp.symbols("j y u")
    arithmetic = array_arithmetic(np, special)
    assert float(compiled(sp.Sum(j * m, (j, 1, 4))).run({m: np.asarray(2.0)}, arithmetic)) == 20
    assert float(compiled(sp.Product(j + m, (j, 1, 3))).run({m: np.asarray(0.0)}, arithmetic)) == 6
    square = sp.Integral(y * u, (y, 0, 1), (u, 0, 2))
    assert float(compiled(square).run({}, arithmetic)) == pytest.approx(1, rel=1e-14)


@pytest.mark.parametrize("kind", [sp.Integral, sp.Sum])
def test_what_overflows_is_rewritten_inside_integrals_and_sums_too(kind):
    """The nodes of an integral over the line lie as far out as 201, where cosh(10 u) overflows."""
    u = sp.Symbol("u", real=True)
    limits = (u, -sp.oo, sp.oo) if kind is sp.Integral else (u, 199, 201)
    wells = kind(sp.exp(-(u**2) + sp.log(sp.cosh(10 * u)) - m), limits)
    value = sp.sqrt(sp.pi) * sp.exp(25 - m) if kind is sp.Integral else sp.exp(-(199**2) + 1990 - m) / 2
    with np.errstate(over="raise", invalid="raise"):
        found = compiled(stabilised(wells)).run({m: np.asarray(-37000.0 if kind is sp.Sum else 3.0)}, ARRAYS)
    expected = value.subs(m, -37000 if kind is sp.Sum else 3)
    assert float(found) == pytest.approx(float(expected), rel=1e-12)


def test_what_cannot_be_evaluated_is_refused():
    with pytest.raises(UnsupportedExpression, match="Derivative"):
        compiled(sp.Derivative(sp.Function("f")(m), m))
    with pytest.raises(ValueError, match="cannot evaluate zeta"):
        compiled(sp.zeta(m)).run({m: np.asarray(2.0)}, array_arithmetic(np, special))
