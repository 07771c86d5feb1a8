"""Errata as data: what differs, what the simulation says of it, and what is no erratum."""

import json
import shlex

import pytest
from sympy import Integer, Rational, exp

from crosscheck import errata
from crosscheck.claim import Claim
from crosscheck.coincidences import coincidences
from crosscheck.report.json import dumps
from crosscheck.trial import typed_formula, with_formula
from tests.crosscheck.toy import DOMAIN, claim, form, level
from theory.formula import Explicit, Quadrature
from theory.notation import T, d, x
from theory.published import Published, Transcription

WRONG = Published("BM23", "(1)", x * (1 + T) / Rational(3, 2) * Rational(11, 10), r"x (1 + T)")
GARBLED = Published("BM23", "(2)", 3 * x, "3 x", Transcription.INFERRED)
RIGHT = Published("H24", "(3)", x + T - T, "x")
TINY = Published("H24", "(4)", x * (1 + T / 10**5), r"x (1 + 10^{-5} T)")


def printed(*published: Published, **changes) -> Claim:
    return claim(level, theory=form(x, published=published), **changes)


def rows(*claims: Claim) -> list[dict]:
    return [errata.row(*pair) for pair in errata.refuted(claims)]


def test_a_legible_misprint_is_refuted_by_derivation_and_simulation():
    (row,) = rows(printed(WRONG, GARBLED, RIGHT))
    assert (row["paper"], row["equation"], row["status"], row["verdict"]) == ("BM23", "(1)", "refuted", "DISAGREES")
    assert row["derived_verdict"] == "AGREES"
    assert row["reference"].startswith("G. Biroli, M. Mézard")
    assert json.loads(dumps(row)) == json.loads(json.dumps(row))


def test_the_ratio_is_that_of_the_formulas_within_its_error():
    (row,) = rows(printed(WRONG))
    assert row["ratio_of_formulas"] == pytest.approx(1.1)
    assert row["ratio_error"] > 0
    assert abs(row["ratio"] - 1.1) < 5 * row["ratio_error"]
    # the error of the mean of `replicas` normal variables of variance T/d, over the sizes, in units of 1.1/x
    (leg,) = row["legs"]
    assert 1e-4 < row["ratio_error"] < 1.1 * (0.5 / 2 / 4096) ** 0.5 / 1.5
    assert len(leg["replicas"]) == len(leg["sizes"]) == 3


def test_the_command_of_a_row_is_a_formula_to_be_tried_or_else_this_comparison():
    (row,) = rows(printed(WRONG))
    words = shlex.split(row["command"])
    assert words[:4] == ["crosscheck", "try", "toy.level", "--formula"]
    assert words[5:] == ["--at", "x=1.5", "T=0.5", "--tier", "quick", "--seed", "0"]
    tried = typed_formula(claim(level), words[4], {"x": "1.5", "T": "0.5"})
    assert claim(level).theory_at(claim(level).points[0], 8, tried) == pytest.approx(1.5 * 1.1)
    integral = Published("BM23", "(7)", Quadrature(2 * x * T, T, Integer(0), Rational(11, 10)), r"\int")
    (row,) = rows(printed(integral))
    assert row["command"] == "crosscheck errata toy.level --tier quick --seed 0"


def test_special_cases_in_which_both_coincide_are_found():
    (row,) = rows(printed(WRONG))
    assert row["coincide"] == ["T = 4/11"]
    domain = DOMAIN.restricted((x, T))
    assert coincidences(Explicit(x**2), Explicit(T * x), domain) == ["T = x"]
    assert coincidences(Explicit(x - T), Explicit(T - x), domain) == ["T = x"]
    assert coincidences(Explicit(x * exp(T)), Explicit(x), domain) == ["T -> 0"]
    assert coincidences(Explicit(x), Explicit(x + 1), domain) == []
    # where one curve of two parameters is all they share, no value of one of them is a special case
    assert coincidences(Explicit(x), Explicit(T + Rational(1, 2)), domain) == []


def test_what_this_simulation_cannot_see_is_said_to_be_unseen():
    (row,) = rows(printed(TINY))
    assert (row["status"], row["verdict"]) == ("unseen", "AGREES")


def test_a_garbled_source_and_a_right_formula_are_no_errata():
    assert errata.refuted([printed(GARBLED, RIGHT)]) == []


def test_a_right_transcription_of_a_formula_that_the_simulation_rejects_is_no_misprint_but_told():
    wrong_theory = claim(
        level, theory=form(2 * x, name="toy.double", published=(Published("BM23", "(5)", 2 * x, "2x"), GARBLED))
    )
    assert errata.refuted([wrong_theory]) == []
    (pair,) = errata.contradicted([wrong_theory, printed(RIGHT)])
    row = errata.row(*pair)
    assert (row["equation"], row["status"], row["verdict"]) == ("(5)", "contradicted", "DISAGREES")
    assert errata.contradicted([]) == []


def test_the_point_is_the_first_that_can_tell_the_formulas_apart():
    points = ({"x": "1.5", "T": "0.5"}, {"x": "2", "T": "0.9"})
    blind_first = Published("BM23", "(6)", x * (1 + (T - Rational(1, 2))), "x")
    (row,) = rows(printed(blind_first, parameters=points))
    assert row["at"] == {"x": "2", "T": "0.9"}
    assert row["verdict"] == "DISAGREES"
    (row,) = rows(printed(WRONG, parameters=points))
    assert row["at"] == {"x": "1.5", "T": "0.5"}


def test_a_typed_formula_must_be_finite_at_every_size_that_may_be_simulated():
    from crosscheck.usage import FormulaError

    sized = claim(level, theory=form(x + Integer(1) / d, parameters=(x, T, d)))
    with pytest.raises(FormulaError, match=r"divides by zero at .*d = 32"):
        typed_formula(sized, "x + 1/(d - 32)")
    assert with_formula(sized, typed_formula(sized, "x + 1/(d - 33)"), "mine").id == "toy.level"
    with pytest.raises(FormulaError, match="double precision"):
        typed_formula(sized, "x**1000*(x**1000*T**900)")
