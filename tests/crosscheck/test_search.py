"""The search finds the parameters where a claim fails, makes them readable, and leaves the verdict to fresh seeds."""

from hypothesis import given
from sympy import Rational

from crosscheck.search import confirm, explore
from crosscheck.strategies import points, seeds, values
from crosscheck.verdict import Outcome
from tests.crosscheck.toy import DOMAIN, claim, form
from theory.domain import Domain, decimal
from theory.notation import T, d, x


@given(points(claim()), seeds())
def test_points_lie_in_the_box_and_are_short_decimals(point, seed):
    assert Rational("0.5") <= point["x"] <= Rational("2.5")
    assert all(len(decimal(value).partition(".")[2]) <= 3 for value in point.values())
    assert 0 <= seed < 2**32


@given(values(DOMAIN[d]))
def test_whole_numbers_stay_whole(value):
    assert value.is_integer
    assert 2 <= value <= 64


@given(points(claim(theory=form(domain=Domain(DOMAIN.ranges, relations=(x > T + 1,))))))
def test_points_respect_relations(point):
    assert point["x"] > point["T"] + 1


def test_a_right_claim_raises_no_suspicion():
    assert explore(claim(), examples=15) is None


def test_a_claim_that_fails_in_a_corner_is_found_shrunk_and_confirmed():
    cornered = claim(
        expression=x * (1 + Rational(1, 10) * (1 + (x - 2) / ((x - 2) ** 2 + Rational(1, 10**6)) ** Rational(1, 2)))
    )
    suspect = explore(cornered, examples=60)
    assert suspect is not None
    assert suspect.point["x"] >= 2
    assert all(len(decimal(value)) <= 5 for value in suspect.point.values())
    assert "gap" in suspect.reason
    assert confirm(cornered, suspect, random=0).outcome is Outcome.DISAGREES


def test_an_unlucky_suspicion_is_not_confirmed():
    from crosscheck.search import Suspect

    harmless = Suspect({"x": Rational(1), "T": Rational(1, 2)}, 0.5, "imagined")
    assert confirm(claim(), harmless, random=1).outcome is Outcome.AGREES
