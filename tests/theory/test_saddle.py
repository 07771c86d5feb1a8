"""Laplace's method against integrals that are known exactly."""

from sympy import Function, Integer, Symbol, cosh, diff, exp, log, oo, simplify, symbols

from theory.derivation import Derivation, Evidence
from theory.domain import Domain, above, real
from theory.formula import Explicit
from theory.notation import N, x, y
from theory.saddle import laplace_steps, near, next_order, normal_moment

DOMAIN = Domain((above(N, 1, default=9, explored=(2, 60)), real(y, default="0.3", explored=(-2, 2))))


def test_the_first_correction_of_the_gamma_function_is_stirlings_one_twelfth():
    # Gamma(N+1) = N^(N+1) int exp(-N (v - log v)) dv = sqrt(2 pi N) (N/e)^N (1 + 1/(12 N) + ...)
    v = Symbol("v", positive=True)
    assert next_order(Integer(1), v - log(v), v).subs(v, 1) == Integer(1) / 12


def test_a_gaussian_weight_gives_half_the_second_derivative_over_the_curvature():
    v, k = symbols("v k", positive=True)
    g = Function("g")
    assert simplify(next_order(g(v), k * (v - 1) ** 2 / 2, v) - diff(g(v), v, 2) / (2 * k)) == 0


def test_the_correction_is_linear_in_the_function():
    f = log(cosh(x)) + x**2
    combined = next_order(3 * exp(x) - x**4, f, x)
    assert simplify(combined - 3 * next_order(exp(x), f, x) + next_order(x**4, f, x)) == 0


def test_both_steps_of_the_method_hold_around_a_minimum():
    steps = laplace_steps(exp(x), x**2 - log(cosh(x)), x, minimum=Explicit(Integer(0)), normal=y, size=N)
    assert Derivation(steps, DOMAIN).evidence >= Evidence.SAMPLED


def test_a_wrong_third_derivative_is_refuted():
    good, wrong = (
        laplace_steps(exp(x), f, x, minimum=Explicit(Integer(0)), normal=y, size=N)[0]
        for f in (x**2 + x**3, x**2 + 2 * x**3)
    )
    mixed = type(good)(good.left, good.right, good.because, good.check, {**good.where, **wrong.where})
    assert Derivation((mixed,), DOMAIN).evidence is Evidence.REFUTED


def test_the_expansion_at_the_minimum_starts_with_the_function_itself():
    assert near(exp(x), x**2, x, normal=y, size=N).subs(N, oo) == exp(x)


def test_normal_moments_are_double_factorials():
    assert [normal_moment(k) for k in range(7)] == [1, 0, 1, 0, 3, 0, 15]
