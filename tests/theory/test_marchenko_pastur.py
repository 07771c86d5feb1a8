"""The limits of Marchenko and Pastur against exact Wishart moments of large matrices, eigenvalue sums, known digits."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
from scipy.integrate import quad
from sympy import Integer, Rational, log, sqrt

from theory import marchenko_pastur, wishart
from theory.derivation import Derivation, Evidence
from theory.domain import positive
from theory.evaluate import as_array, as_digits
from theory.formula import Explicit
from theory.notation import c, d, n, y


def domain(low, high):
    return marchenko_pastur.steps_domain(
        positive(y, default=low, explored=(low, high)), positive(c, default="0.4", explored=("0.1", "3"))
    )


BELOW, ABOVE = domain("0.1", "0.9"), domain("1.2", "4")
ANYWHERE = ("cavity_steps", "log_determinant_steps", "density_steps", "fluctuation_steps")


def value(expression, **at):
    symbols = {symbol.name: symbol for symbol in (y, c, n, d)}
    return float(as_array(Explicit(expression), {symbols[name]: number for name, number in at.items()}))


@pytest.mark.parametrize("steps", [*ANYWHERE, "ridgeless_steps"])
def test_every_step_holds_below_ratio_1(steps):
    assert Derivation(getattr(marchenko_pastur, steps)(y, c), BELOW).evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("steps", ANYWHERE)
def test_every_step_holds_above_ratio_1(steps):
    assert Derivation(getattr(marchenko_pastur, steps)(y, c), ABOVE).evidence >= Evidence.SAMPLED


@pytest.mark.parametrize("steps", [*ANYWHERE, "ridgeless_steps"])
def test_every_last_step_would_notice_a_factor(steps):
    last = getattr(marchenko_pastur, steps)(y, c)[-1]
    wrong = replace(last, right=last.right * Rational(101, 100))
    assert Derivation((wrong,), BELOW).evidence is Evidence.REFUTED


def test_the_log_determinant_with_a_ridge_to_twenty_digits():
    # by two quadratures of the density: -0.15421384304838770563 at c = 0.07 and d/n = 0.45
    at = {y: Rational("0.45"), c: Rational("0.07")}
    found = as_digits(Explicit(marchenko_pastur.log_determinant(y, c)), at, 20)
    assert mpmath.nstr(found, 20) == "-0.15421384304838770563"


@pytest.mark.parametrize("ratio", [0.3, 2.5])
def test_the_resolvent_is_that_of_the_density_between_its_edges(ratio):
    edges = [(1 + side * np.sqrt(ratio)) ** 2 for side in (-1, 1)]

    def weighted(x, power):
        return np.sqrt((edges[1] - x) * (x - edges[0])) / (2 * np.pi * ratio * x) / (x + 0.4) ** power

    zero = max(0.0, 1 - 1 / ratio)
    for power, form in ((1, marchenko_pastur.resolvent), (2, marchenko_pastur.resolvent_square)):
        expected = zero / 0.4**power + quad(weighted, *edges, args=(power,), epsabs=1e-13)[0]
        assert value(form(y, c), y=ratio, c=0.4) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(
    ("exact", "power", "limit"),
    [
        (wishart.inverse_trace(), 1, marchenko_pastur.inverse_trace(y)),
        (wishart.inverse_trace_of_square(), 2, marchenko_pastur.inverse_trace_of_square(y)),
    ],
)
def test_inverse_moments_of_a_large_wishart_matrix_approach_the_limit(exact, power, limit):
    large = exact.subs(d, y * n) * n**power / (y * n)
    gaps = [value(large - limit, n=size, y=0.37) * size for size in (1e5, 2e5)]
    assert gaps[1] == pytest.approx(gaps[0], rel=1e-3)  # of order 1/n
    assert gaps[0] != 0


def test_the_log_determinant_of_a_large_wishart_matrix_has_the_predicted_term_of_order_one():
    def exact(size):
        dimension = 0.375 * size
        return value(wishart.log_determinant() - d * log(n), n=size, d=dimension) / dimension

    limit = value(marchenko_pastur.ridgeless_log_determinant(y), y=0.375)
    term = value(marchenko_pastur.fluctuation(log, y), y=0.375)
    assert term == pytest.approx(np.log(1 - 0.375) / 2, rel=1e-12)
    assert [(exact(size) - limit) * 0.375 * size for size in (800, 1600)] == pytest.approx([term, term], rel=5e-3)


def test_the_mean_root_of_an_eigenvalue_holds_on_both_sides_of_ratio_1():
    # d/n and n/d exchange X and its transpose: d sqrt(n) E root(d/n) = n sqrt(d) E root(n/d)
    mean = marchenko_pastur.spectral_mean(sqrt, y)
    below, above = value(mean, y=0.4), value(mean, y=2.5)
    assert above == pytest.approx(0.4**0.5 * below, rel=1e-12)
    assert value(marchenko_pastur.spectral_mean(lambda x: Integer(1), y), y=2.5) == pytest.approx(0.4, rel=1e-12)
