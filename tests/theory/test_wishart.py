"""Wishart moments against chi^2 laws at d = 1, eigenvalue densities at d = 2, printed values, and their own steps."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy.integrate import dblquad
from sympy import Rational, digamma, log, trigamma

from theory import wishart
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Evidence
from theory.domain import DomainError, whole
from theory.evaluate import as_array, as_digits
from theory.formula import Explicit
from theory.notation import d, n

SIZES = (whole(n, 1, default=17, explored=(2, 40)), whole(d, 1, default=5, explored=(1, 9)))


def value(expression, **at):
    return float(as_array(Explicit(expression), {symbol: at[symbol.name] for symbol in (n, d)}))


@pytest.mark.parametrize(
    "steps", [wishart.TRACE_STEPS, wishart.INVERSE_TRACE_STEPS, wishart.INVERSE_STEPS, wishart.LOG_DETERMINANT_STEPS]
)
def test_every_step_holds(steps):
    assert Derivation(steps, wishart.STEPS).evidence >= Evidence.SAMPLED


@pytest.mark.parametrize(("steps", "step"), [(wishart.TRACE_STEPS, -1), (wishart.INVERSE_STEPS, 4)])
def test_a_wrong_coefficient_is_refuted(steps, step):
    wrong = replace(steps[step], right=steps[step].right + 1)
    assert Derivation((wrong,), wishart.STEPS).evidence is Evidence.REFUTED


def test_one_dimension_is_a_chi_squared_number():
    assert wishart.trace().subs(d, 1) == n
    assert wishart.trace_of_square().subs(d, 1) == n * (n + 2)
    assert wishart.inverse_trace().subs(d, 1) == 1 / (n - 2)
    for squared in (wishart.inverse_trace_of_square(), wishart.inverse_square_of_trace()):
        assert (squared.subs(d, 1) - 1 / ((n - 2) * (n - 4))).simplify() == 0
    assert wishart.log_determinant().subs(d, 1).doit() == log(2) + digamma(n / 2)
    assert wishart.log_determinant_variance().subs(d, 1).doit() == trigamma(n / 2)


def test_the_inverse_moments_of_17_centred_data_in_5_dimensions():
    # 0.5, 0.0852272727272727273, 0.267045454545454545 as exact fractions
    moments = (wishart.inverse_trace, wishart.inverse_trace_of_square, wishart.inverse_square_of_trace)
    found = [moment(n - 1).subs(n, 17).subs(d, 5) for moment in moments]
    assert found == [Rational(1, 2), Rational(15, 176), Rational(47, 176)]


@pytest.mark.parametrize(
    ("moment", "function"),
    [
        (wishart.square_of_trace(), lambda a, b: (a + b) ** 2),
        (wishart.trace_of_square(), lambda a, b: a**2 + b**2),
        (wishart.inverse_trace(), lambda a, b: 1 / a + 1 / b),
        (wishart.inverse_trace_of_square(), lambda a, b: 1 / a**2 + 1 / b**2),
        (wishart.inverse_square_of_trace(), lambda a, b: (1 / a + 1 / b) ** 2),
        (wishart.log_determinant(), lambda a, b: np.log(a * b)),
    ],
)
def test_two_dimensions_are_an_integral_over_two_eigenvalues(moment, function):
    size = 9

    def density(a, b):
        return (a * b) ** ((size - 3) / 2) * np.exp(-(a + b) / 2) * (b - a)

    def integral(of):
        return dblquad(lambda a, b: of(a, b) * density(a, b), 0, 90, 0, lambda b: b, epsabs=1e-9, epsrel=1e-11)[0]

    expected = integral(function) / integral(lambda a, b: 1.0)
    assert value(moment, n=size, d=2) == pytest.approx(expected, rel=1e-8)


def test_the_log_determinant_to_thirty_digits():
    at = {n: Rational(23), d: Rational(7)}
    with mpmath.workdps(40):
        direct = sum(mpmath.log(2) + mpmath.digamma(mpmath.mpf(23 - k) / 2) for k in range(7))
        assert abs(as_digits(Explicit(wishart.log_determinant()), at, 30) - direct) < mpmath.mpf(10) ** -28
        spread = sum(mpmath.psi(1, mpmath.mpf(23 - k) / 2) for k in range(7))
        assert abs(as_digits(Explicit(wishart.log_determinant_variance()), at, 30) - spread) < mpmath.mpf(10) ** -29


@pytest.mark.parametrize(
    ("bound", "given", "message"),
    [
        (wishart.finite(1), 6, "n = 6, d = 5 is outside n > d + 1: E tr W^-1 of the Wishart matrix is infinite there"),
        (
            wishart.finite(2, lost=1),
            9,
            "n = 9, d = 5 is outside n > d + 4: "
            "E tr W^-2, a moment of order 4, of the Wishart matrix is infinite there",
        ),
        (
            wishart.invertible(),
            4,
            "n = 4, d = 5 is outside n >= d: fewer data than dimensions: their covariance is singular",
        ),
        (
            wishart.invertible(lost=1),
            5,
            "n = 5, d = 5 is outside n >= d + 1: fewer data than dimensions: their covariance is singular",
        ),
    ],
)
def test_outside_its_bound_a_moment_says_in_one_line_that_it_is_infinite(bound, given, message):
    form = ClosedForm(
        name="wishart.moment",
        statement="a moment",
        source="",
        formula=Explicit(wishart.inverse_trace()),
        parameters=(n, d),
        domain=wishart.where(SIZES, bound),
    )
    with pytest.raises(DomainError) as raised:
        form(n=given, d=5)
    assert str(raised.value) == f"wishart.moment: {message}"
    form.at({"n": given + 1, "d": 5})
