"""Every check accepts what is true and refutes what is wrong by a little."""

import pytest
from sympy import Expr, Integer, Integral, Rational, Sum, cos, erf, erfc, exp, log, oo, pi, sin, sqrt, tanh

from theory import checks
from theory.derivation import Evidence
from theory.domain import Domain, positive, real
from theory.formula import Explicit, Quadrature, Root
from theory.notation import N, beta, h, j, m, t, x, z

DOMAIN = Domain((
    real(x, default="0.3", explored=("-2", "2")),
    positive(t, default="0.5", explored=("0.1", "2")),
    positive(N, default=3, explored=("1", "9")),
    positive(beta, default="1.4", explored=("1.1", "2")),
))  # fmt: skip
HALF_NORMAL = Integral(exp(-((z - x) ** 2) / 2) / sqrt(2 * pi), (z, 0, oo))
ROOT = Root(m - tanh(beta * m), m, sqrt(3 * (beta - 1) / beta**3), Integer(1))


def evidence(check, left, right, where=None) -> Evidence:
    return check(left, right, DOMAIN, where or {}).evidence


@pytest.mark.parametrize(
    ("left", "right", "found"),
    [
        (sin(x) ** 2 + cos(x) ** 2, Integer(1), Evidence.EXACT),
        (sin(x) ** 2 + cos(x) ** 2, 1 + Rational(1, 10**25), Evidence.REFUTED),
        (HALF_NORMAL, erfc(-x / sqrt(2)) / 2, Evidence.SAMPLED),
        (HALF_NORMAL, erfc(-x / sqrt(3)) / 2, Evidence.REFUTED),
        (Sum(j, (j, 1, 4)) * x, 10 * x, Evidence.SAMPLED),
        (tanh(x), (exp(2 * x) - 1) / (exp(2 * x) + 1), Evidence.EXACT),
        (Integer(0) * x, Integer(0), Evidence.EXACT),
    ],
    ids=str,
)
def test_equality_is_proved_sampled_or_refuted(left, right, found):
    assert evidence(checks.equal, left, right) is found


def test_symbols_may_be_defined_by_expressions_by_roots_and_by_one_another():
    assert evidence(checks.equal, z**2, exp(2 * x), {z: exp(x)}) is Evidence.EXACT
    assert evidence(checks.equal, tanh(beta * m), m, {m: ROOT}) is Evidence.SAMPLED
    assert evidence(checks.equal, z, 2 * m, {m: ROOT, z: Explicit(2 * m)}) is Evidence.SAMPLED
    assert evidence(checks.equal, tanh(beta * m), m + Rational(1, 10**20), {m: ROOT}) is Evidence.REFUTED


def test_small_sides_are_told_apart_and_cancelling_terms_are_zero():
    tiny = Rational(1, 10**40)
    assert evidence(checks.equal, tiny * exp(x), 2 * tiny * exp(x)) is Evidence.REFUTED
    assert evidence(checks.equal, z * log(z / x**2), Integer(0), {z: x**2}) >= Evidence.SAMPLED


def test_a_symbol_without_range_is_reported():
    with pytest.raises(ValueError, match="the domain lacks h"):
        evidence(checks.equal, h, h + 1)


def test_an_antiderivative_is_differentiated():
    assert evidence(checks.antiderivative(x), exp(-(x**2)), sqrt(pi) / 2 * erf(x)) is Evidence.EXACT
    assert evidence(checks.antiderivative(x), exp(-(x**2)), sqrt(pi) * erf(x)) is Evidence.REFUTED


def test_a_stationary_point_has_no_slope():
    assert evidence(checks.stationary(x), (x - t) ** 2, t) is Evidence.EXACT
    assert evidence(checks.stationary(x), (x - t) ** 2, t + Rational(1, 10**20)) is Evidence.REFUTED


def test_a_solution_satisfies_its_differential_equation():
    relaxation = -2 * z + 2
    assert evidence(checks.solves_ode(z, t), relaxation, 1 + x * exp(-2 * t)) is Evidence.EXACT
    assert evidence(checks.solves_ode(z, t), relaxation, 1 + x * exp(-t)) is Evidence.REFUTED


@pytest.mark.parametrize(
    ("check", "left", "right", "found"),
    [
        (checks.limit(N, oo), (1 + x / N) ** N, exp(x), Evidence.SAMPLED),
        (checks.limit(N, oo), (1 + x / N) ** N, exp(x) + Rational(1, 10**4), Evidence.REFUTED),
        (checks.limit(t, Integer(0)), (1 - exp(-2 * t)) / t, Integer(2), Evidence.SAMPLED),
        (checks.limit(x, -oo), erfc(x), Integer(2), Evidence.SAMPLED),
        (checks.series(N, oo, 1), (1 + x / N) ** N, exp(x) * (1 - x**2 / (2 * N)), Evidence.SAMPLED),
        (checks.series(N, oo, 1), (1 + x / N) ** N, exp(x) * (1 - x**2 / (3 * N)), Evidence.REFUTED),
        (checks.series(t, Integer(0), 3), log(1 + t), t - t**2 / 2 + t**3 / 3, Evidence.SAMPLED),
        (checks.series(t, Integer(0), 3), log(1 + t), t - t**2 / 2 + t**3 / 4, Evidence.REFUTED),
        (checks.series(t, Integer(0), 1), sqrt(t), Integer(0), Evidence.REFUTED),
    ],
)
def test_limits_and_series_are_checked_by_their_remainder(check, left: Expr, right: Expr, found):
    assert evidence(check, left, right) is found


def test_an_assumption_is_called_one():
    assert evidence(checks.assumed, x, x**2) is Evidence.ASSUMED


def test_the_largest_gap_between_two_formulas_comes_with_its_place():
    gap, place = checks.sampled_gap(Explicit(x * 2), Explicit(x), DOMAIN.restricted((x,)))
    assert gap == pytest.approx(0.5)
    assert set(place) == {x}
    same = Quadrature(exp(-(z**2) / 2) / sqrt(2 * pi) * x, z)
    assert checks.sampled_gap(same, Explicit(x), DOMAIN.restricted((x,)), points=3)[0] < 1e-14
