"""Bad parameters are named in one line; sample points are exact, inside, and always the same."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sympy import Rational

from theory.domain import (
    Domain,
    DomainError,
    ParameterError,
    above,
    between,
    decimal,
    exact,
    positive,
    real,
    whole,
)
from theory.notation import N, T, beta, h, m, n

DOMAIN = Domain((
    above(beta, 1, default="1.37", explored=("1.1", "3")),
    real(h, default="0.61", explored=("-1.5", "1.5")),
    positive(T, default="0.83", explored=("0.3", "2")),
    whole(N, 1, default=10, explored=(2, 12)),
))  # fmt: skip
GOOD = {"beta": "1.37", "h": 0.61, "T": "0.83", "N": 10}


def test_values_are_read_as_a_person_means_them():
    point = DOMAIN.check("a.b", GOOD)
    assert point == {beta: Rational(137, 100), h: Rational(61, 100), T: Rational(83, 100), N: 10}


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"T": -0.3}, DomainError, "a.b: T = -0.3 is outside T > 0 (noise temperature of the forward process)"),
        ({"beta": "1"}, DomainError, "a.b: beta = 1 is outside beta > 1 (inverse temperature)"),
        ({"N": 0}, DomainError, "a.b: N = 0 is outside an integer, N >= 1 (number of spins)"),
        ({"N": "2.5"}, DomainError, "a.b: N = 2.5 is outside an integer, N >= 1 (number of spins)"),
        ({"h": "nan"}, ParameterError, "a.b: h = nan is not finite; allowed: any real h"),
        ({"h": "inf"}, ParameterError, "a.b: h = inf is not finite; allowed: any real h"),
        ({"h": "many"}, ParameterError, "a.b: h = many is not a number; allowed: any real h"),
        ({"h": True}, ParameterError, "a.b: h = True is not a number; allowed: any real h"),
        ({"h": "1/0"}, ParameterError, "a.b: h = 1/0 is not a number; allowed: any real h"),
        ({"h": "1e999999999"}, ParameterError, "has an exponent beyond 4000"),
        ({"bta": 2}, ParameterError, "a.b: unknown parameter bta; it takes beta, h, T, N; did you mean beta?"),
        ({"zzz": 2}, ParameterError, "a.b: unknown parameter zzz; it takes beta, h, T, N"),
    ],
)
def test_a_bad_value_gets_one_clear_line(changed, error, message):
    with pytest.raises(error) as raised:
        DOMAIN.check("a.b", GOOD | changed)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_missing_parameters_are_listed_with_their_defaults():
    with pytest.raises(ParameterError, match=r"missing h, N; defaults: h=0.61 N=10"):
        DOMAIN.check("a.b", {"beta": 2, "T": 1})


def test_a_relation_between_parameters_is_checked():
    domain = Domain((*DOMAIN.ranges[3:], whole(n, 1, default=20, explored=(2, 40))), relations=(n > N + 1,))
    assert domain.check("a.b", {"N": 5, "n": 7})
    with pytest.raises(DomainError, match=r"N = 5, n = 6 is outside n > N \+ 1"):
        domain.check("a.b", {"N": 5, "n": 6})
    assert all(point[n] > point[N] + 1 for point in domain.points(20))
    assert domain.restricted((N,)).relations == ()


def test_points_are_exact_inside_and_reproducible():
    points = DOMAIN.points(40)
    assert points == DOMAIN.points(40)
    assert all(DOMAIN.admits(point) for point in points)
    assert len({tuple(point.values()) for point in points}) == 40
    assert all(isinstance(value, Rational) for point in points for value in point.values())


def test_points_fill_the_explored_box():
    values = np.array([[float(point[s]) for s in (beta, h, T)] for point in DOMAIN.points(60)])
    low, high = np.array([1.1, -1.5, 0.3]), np.array([3, 1.5, 2])
    shares = (values - low) / (high - low)
    assert shares.min(0).max() < 0.1
    assert shares.max(0).min() > 0.9


def test_a_box_that_contradicts_the_relations_is_reported():
    impossible = Domain(DOMAIN.ranges[:1], relations=(beta > 5,))
    with pytest.raises(ValueError, match="widen the box"):
        impossible.points(1)


def test_a_range_whose_default_lies_outside_is_refused():
    with pytest.raises(ValueError, match="outside beta > 1"):
        above(beta, 1, default="0.5", explored=("1.1", "2"))


def test_ranges_read_as_mathematics():
    assert str(between(m, 0, 1, default="0.5", explored=("0.1", "0.9"))) == "0 < m < 1"
    assert [str(item) for item in DOMAIN.ranges] == ["beta > 1", "any real h", "T > 0", "an integer, N >= 1"]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=5, min_value=-1000, max_value=1000))
def test_decimals_survive_the_way_there_and_back(number):
    assert Decimal(decimal(exact(str(number)))) == number


@pytest.mark.parametrize(
    ("given", "value"),
    [
        (0.1, "1/10"),
        (3, "3"),
        ("1/3", "1/3"),
        (Fraction(2, 7), "2/7"),
        (Decimal("0.50"), "1/2"),
        (Rational(1, 9), "1/9"),
    ],
)
def test_every_kind_of_number_is_read_exactly(given, value):
    assert exact(given) == Rational(value)


def test_a_fraction_without_decimal_form_is_shown_as_a_fraction():
    assert decimal(Rational(1, 3)) == "1/3"
    assert decimal(Rational(0)) == "0"
    assert decimal(Rational(1000)) == "1000"
