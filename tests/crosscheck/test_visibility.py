"""How far mutants are from the theory: equivalents are found over the whole domain, and only where none differs."""

import numpy as np
import pytest
from sympy import Max, Rational, exp, sqrt

from crosscheck.mutants import mutants
from crosscheck.visibility import Landscape, apart, corners, equivalents, explored, places, valued
from tests.crosscheck.toy import DOMAIN, claim, form
from theory.domain import Domain, real
from theory.formula import Average, Explicit, Quadrature, Root
from theory.notation import S, T, d, h, m, x, z

HALF = Rational(1, 2)


def made_by(of, operator, place=""):
    """The first mutant of an operator, at a place."""
    return next(m for m in mutants(of.theory.formula) if m.operator == operator and m.place.startswith(place))


def test_the_sign_of_the_field_in_an_even_average_changes_nothing():
    even = claim(theory=form(formula=Average(S**2, x * S, S, -d, d), parameters=(x, T, d)))
    found = {found.mutant.name: found.gap for found in equivalents(even, mutants(even.theory.formula))}
    assert found["sign at S*x in the log weight"] < 1e-12
    assert "dropped term" not in str(found)
    assert len(found) < 8


def test_a_mutant_that_differs_in_one_corner_only_is_not_equivalent():
    corner = claim(theory=form(x + Max(x - Rational(12, 5), 0)))
    dropped = made_by(corner, "dropped term", "Max")
    assert dropped.formula == Explicit(x)
    assert equivalents(corner, [dropped]) == ()
    widest = apart(Landscape(corner, explored(corner)), dropped)
    assert widest.at["x"] == 2.5
    assert widest.gap == pytest.approx(0.1 / 2.6)


def test_a_mutant_below_the_resolution_is_equivalent_and_its_largest_gap_is_told():
    small = claim(theory=form(x + exp(-12 * x)))
    dropped = made_by(small, "dropped term", "exp")
    (found,) = equivalents(small, [dropped])
    assert found.at["x"] == 0.5  # a corner of the explored box
    assert found.gap == pytest.approx(np.exp(-6) / (0.5 + np.exp(-6)))
    assert equivalents(claim(theory=form(x + exp(-12 * x)), resolution=0.004), [dropped]) == ()


def test_the_scale_of_the_claim_is_what_a_gap_is_measured_in():
    shifted = claim(theory=form(x - T), scale=x)
    dropped = made_by(shifted, "dropped term", "-T")
    landscape = Landscape(shifted, ({"x": 2.0, "T": 0.5},))
    assert landscape.gaps(dropped) == pytest.approx([0.25])


def test_where_nothing_can_be_measured_there_is_no_gap_and_where_only_the_mutant_has_no_value_it_is_infinite():
    root = claim(theory=form(sqrt(x - T)))
    flipped = next(m for m in mutants(root.theory.formula) if m.formula == Explicit(sqrt(-x - T)))
    landscape = Landscape(root, ({"x": 2.0, "T": 1.0}, {"x": 1.0, "T": 1.0}))
    assert landscape.gaps(flipped)[0] == np.inf
    assert np.isnan(landscape.gaps(flipped)[1])


def test_a_formula_without_a_root_has_no_value_only_where_it_has_none():
    root = Root(m - HALF - x, m, T * 0, T / T)
    found = valued(root, {x: np.array([0.2, 0.9]), T: np.array([1.0, 1.0])})
    assert found[0] == pytest.approx(0.7)
    assert np.isnan(found[1])


def test_a_divergent_integral_has_no_value():
    assert np.isnan(valued(Quadrature(exp(x * z**2), z), {x: np.array([1.0])}))[0]


def test_auxiliary_quantities_are_shared_but_only_while_they_are_the_theorys_own():
    aided = claim(theory=form(formula=Explicit(m * T, {m: Explicit(x**2)})))
    landscape = Landscape(aided, ({"x": 3.0, "T": 0.5},))
    changed = {mutant.name: float(landscape.value(mutant.formula)[0]) for mutant in mutants(aided.theory.formula)}
    assert changed["factor 2 at T*m"] == 9.0
    assert changed["exponent + 1 at x**2 in m"] == 13.5
    assert landscape._kept(aided.theory.formula) == (m,)


def test_what_a_mutant_of_another_quantity_leaves_as_it_is_is_shared_unless_it_is_made_of_that():
    given = {m: Explicit(x**2), z: Explicit(m + T), h: Explicit(T**3)}
    aided = claim(theory=form(formula=Explicit(m * z * h, given)))
    landscape = Landscape(aided, ({"x": 3.0, "T": 0.5},))
    mutant = made_by(aided, "exponent + 1", "x**2 in m")
    assert landscape._kept(mutant.formula) == (h,)
    assert landscape.value(mutant.formula) == pytest.approx([27 * 27.5 / 8])
    assert landscape.value(made_by(aided, "exponent + 1", "T**3 in h").formula) == pytest.approx([9 * 9.5 / 16])


def test_the_places_are_the_reference_points_at_every_size_that_the_theory_knows():
    plain = claim(parameters=({"x": "1.5"}, {"x": "2"}))
    assert [place["x"] for place in places(plain, plain.points)] == [1.5, 2.0]
    sized = claim(theory=form(x + 1 / d, parameters=(x, T, d)))
    assert [place["d"] for place in places(sized, sized.points)] == [2.0, 8.0, 32.0]


def test_corners_lie_in_the_domain():
    box = Domain(
        (real(x, default="1.5", explored=("0.5", "2.5")), real(h, default="0.1", explored=("-1", "1"))), (x > h,)
    )
    assert len(corners(box)) == 3
    assert len(explored(claim())) > 200
    low, high = (float(end) for end in DOMAIN[x].explored)
    assert all(low <= place["x"] <= high for place in explored(claim()))
