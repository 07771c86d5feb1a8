"""Reference points: chosen by what they show, from formulas alone, with reasons whose numbers are true."""

import re

import numpy as np
import pytest
from sympy import Integral, Max, Rational, exp

from crosscheck.claim import ReferencePoint
from crosscheck.mutants import mutants
from crosscheck.reference_points import VISIBLE, Field, candidates, choose, dear, explained, reaches_limit
from crosscheck.registry import discovered
from tests.crosscheck.toy import asymptotic, claim, form
from theory.formula import Average, Explicit, Quadrature
from theory.notation import S, T, d, x, z

CLAIMS = {name: claim for name, (claim, _) in discovered().items()}
CHEAP = [name for name, found in CLAIMS.items() if not dear(found.theory.formula)]


def test_the_convenient_point_is_left_for_one_that_shows_every_mutant():
    blind = claim(theory=form(x**2 * T), parameters=({"x": "1", "T": "1"},))
    (now,) = explained(Field.of(blind), blind.points)
    chosen = choose(blind)
    assert len(chosen) == 1
    total = len(Field.of(blind).mutants)
    assert chosen[0].because.startswith(f"all {total} mutants differ by 3.0 % or more, least of them ")
    shown = int(re.match(r"(\d+) of", now.because)[1])
    assert shown < total / 2


def test_the_chosen_point_has_the_largest_smallest_gap_of_all_candidates():
    sharp = claim(theory=form(x**2 * T))
    field = Field.of(sharp)
    smallest = field.gaps(candidates(sharp)).min(axis=0)
    (best,) = choose(sharp)
    assert field.gaps([best.point]).min() == pytest.approx(smallest.max())


def test_a_second_point_is_added_where_no_single_one_shows_everything():
    apart = claim(theory=form(T + Max(1 - x, 0) + Max(x - 2, 0)))
    chosen = choose(apart)
    assert len(chosen) == 2
    values = sorted(float(item.point["x"]) for item in chosen)
    assert values[0] < 1
    assert values[1] > 2
    assert re.match(r"\d+ more of \d+ mutants differ by 3.0 % or more, least of them ", chosen[1].because)
    everything = Field.of(apart).gaps([item.point for item in chosen]).max(axis=1)
    assert everything.min() >= VISIBLE


def test_points_to_keep_are_kept_first():
    apart = claim(theory=form(T + Max(1 - x, 0) + Max(x - 2, 0)))
    kept = apart.point({"x": "0.7", "T": "0.4"})
    chosen = choose(apart, [kept])
    assert chosen[0].point == kept
    assert len(chosen) == 2
    assert float(chosen[1].point["x"]) > 2


def test_a_point_that_no_mutant_needs_says_so():
    plain = claim(theory=form(x**2 * T))
    two = [plain.point({"x": "1.7", "T": "0.45"}), plain.point({"x": "2.3", "T": "0.35"})]
    assert explained(Field.of(plain), two)[1].because.startswith("no mutant needs it: ")


def test_candidates_are_readable_and_neither_zero_nor_one():
    found = candidates(claim())
    assert len(found) > 100
    values = {value for point in found for value in point.values()}
    assert all((100 * value).is_integer for value in values)
    assert not values & {0, 1}


def test_candidates_at_which_the_ladder_does_not_reach_the_limit_are_left_out():
    slow = asymptotic(correction=exp(4 * x) / (100 * d))
    at = [slow.point({"x": value}) for value in ("0.5", "2.5")]
    assert reaches_limit(slow, at) == [True, False]
    assert all(point["x"] < 2 for point in candidates(slow))
    assert reaches_limit(claim(), at) == [True, True]


def test_a_ladder_of_two_sizes_can_reach_the_limit_too():
    two = asymptotic(correction=exp(2 * x) / (100 * d), ladder=(64, 256))
    assert reaches_limit(two, [two.point({"x": value}) for value in ("0.5", "2.5")]) == [True, False]


def test_equivalent_mutants_have_no_say():
    even = claim(theory=form(formula=Average(S**2, x * S, S, -d, d), parameters=(x, T, d)))
    names = {mutant.name for mutant in Field.of(even).mutants}
    assert "sign at S*x in the log weight" not in names
    assert len(names) < len(mutants(even.theory.formula))


def test_sums_and_integrals_are_dear():
    assert dear(Explicit(x, {z: Quadrature(exp(-(z**2)), z)}))
    assert dear(Explicit(x + Integral(exp(-(z**2)), (z, 0, T))))
    assert not dear(Explicit(x, {z: Explicit(T)}))


def test_a_reference_point_is_checked_like_a_plain_one():
    reference = ReferencePoint({"x": Rational(7, 4)}, "because")
    both = claim(parameters=(reference, {"x": "1.5"}))
    assert [point["x"] for point in both.points] == [Rational(7, 4), Rational(3, 2)]
    assert [item.because for item in both.reference_points] == ["because", ""]
    with pytest.raises(ValueError, match="unknown parameter"):
        claim(parameters=(ReferencePoint({"nothing": "1"}, ""),))


@pytest.mark.parametrize("name", CLAIMS)
def test_every_claim_says_why_it_is_tested_where_it_is(name):
    assert all(reference.because for reference in CLAIMS[name].reference_points)


def numbers_are_true(name):
    found = CLAIMS[name]
    field = Field.of(found)
    for reference, true in zip(found.reference_points, explained(field, found.points), strict=True):
        assert true.because in reference.because
    return np.median(field.gaps(found.points)) if field.mutants else np.inf


@pytest.mark.parametrize("name", CHEAP)
def test_the_numbers_of_the_reasons_are_true(name):
    assert numbers_are_true(name) > VISIBLE


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in CLAIMS if name not in CHEAP])
def test_the_numbers_of_the_reasons_are_true_of_sums_and_integrals(name):
    assert numbers_are_true(name) > VISIBLE
