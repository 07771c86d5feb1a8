"""What holds for every claim of the package: sound derivations, rivals that differ, verdicts that stand."""

import os
import re

import numpy as np
import pytest

from crosscheck.engine import run
from crosscheck.registry import discovered
from crosscheck.verdict import Kind, Outcome
from theory.derivation import Evidence
from theory.published import Transcription

CLAIMS = {name: claim for name, (claim, _) in discovered().items()}
every_claim = pytest.mark.parametrize("name", CLAIMS)
PAPERS = {"BM23", "BBDM24", "H24", "CPL25", "MG25"}
MISPRINTS = {
    ("BM23", "(27)"),
    ("BM23", "(31)"),
    ("BM23", "(34)"),
    ("BM23", "(37)"),
    ("BM23", "SI 1.3 (W_2)"),
    ("BM23", "SI 1.3 (d_TV)"),
    ("BBDM24", "(2)"),
    ("BBDM24", "(7)"),
    ("BBDM24", "(9)"),
    ("BBDM24", "text after (9)"),
    ("BBDM24", "text before (9)"),
    ("BBDM24", "text before (9), Z_1"),
    ("BBDM24", "regime III, Z_1"),
    ("BBDM24", "text after (10)"),
    ("BBDM24", "text after (11)"),
    ("BBDM24", "text before the numerical experiments"),
    ("H24", "(2.9), second equality"),
    ("H24", "(2.10)"),
    ("H24", "(2.11), second equality"),
    ("H24", "(2.12)"),
    ("H24", "(3.3)"),
    ("H24", "(3.4)"),
    ("H24", "(3.5)"),
    ("H24", "(3.7), E_TG, with (3.3)"),
    ("H24", "(3.7), E_OG, with (3.3)"),
    ("H24", "(B.1)"),
    ("H24", "(B.7)"),
    ("H24", "(B.8)"),
    ("H24", "(B.12)"),
    ("H24", "(B.14)"),
    ("H24", "(B.15)"),
    ("H24", "(B.16)"),
    ("H24", "(B.17)"),
    ("CPL25", "(21)-(30), the authors' notebook"),
    ("CPL25", "(88)"),
    ("CPL25", "(89)"),
    ("CPL25", "text after (89)"),
    ("CPL25", "(106)-(107)"),
    ("CPL25", "text on Fig. 2"),
    ("MG25", "d_eff"),
    ("MG25", "KL"),
    ("MG25", "bound"),
    ("MG25", "test loss"),
}
"""The printed formulas that are wrong; what is wrong with each, `crosscheck errata` tells."""

OUT_OF_REACH = {"collapse.last_change_width"}
"""Its limit is seen from d = 310 on, at n = exp(0.41 d) data."""


@every_claim
def test_no_step_of_its_derivation_is_refuted_or_assumed(name):
    claim = CLAIMS[name]
    derivation = claim.theory.derivation
    if claim.kind is Kind.TWO_ROUTE:
        assert derivation is None  # there is no closed form: two simulations are compared
        return
    assert derivation is not None
    refuted = [c.step.because for c in derivation.verify() if c.evidence <= Evidence.ASSUMED]
    assert refuted == []


@every_claim
def test_its_statement_and_source_are_given(name):
    theory = CLAIMS[name].theory
    assert theory.statement
    assert re.split("[ ,]", theory.source)[0] in PAPERS
    assert theory.latex()


def distance(claim, rival, point, size):
    """From the theory to a rival in units of the scale; of two laws, at the edge where they differ most."""
    if claim.law is None:
        gap = claim.theory_at(point, size, rival.form) - claim.theory_at(point, size)
        return abs(gap) / claim.scale_at(point, size)
    edges = claim.edges_at(point, size)
    return np.max(np.abs(np.subtract(claim.law_at(point, size, edges, rival.form), claim.law_at(point, size, edges))))


@every_claim
def test_rivals_differ_from_the_theory_at_every_reference_point(name):
    claim = CLAIMS[name]
    for rival in claim.rivals:
        for point in claim.points:
            gaps = [distance(claim, rival, point, size) for size in claim.ladder]
            assert max(gaps) > claim.resolution


@every_claim
def test_its_predicted_finite_size_term_has_the_declared_order(name):
    claim = CLAIMS[name]
    if claim.kind is not Kind.ASYMPTOTIC:
        return
    for route in claim.all_routes:
        terms = [claim.next_order_at(route, claim.points[0], size) for size in claim.ladder]
        laws = [claim.correction_at(route, claim.points[0], size) for size in claim.ladder]
        if terms[0] is not None:
            scales = [claim.scale_at(claim.points[0], size) for size in claim.ladder]
            ratios = [term / law / scale for term, law, scale in zip(terms, laws, scales, strict=True)]
            assert max(ratios) == pytest.approx(min(ratios), rel=1e-9)


def test_the_misprints_fall_out_of_the_comparison_by_themselves():
    comparisons = [c for claim in CLAIMS.values() for c in claim.theory.comparisons()]
    legible = [c for c in comparisons if c.published.transcription is Transcription.LEGIBLE]
    assert {(c.published.paper, c.published.equation) for c in legible if c.differs} == MISPRINTS
    assert len(legible) > len(MISPRINTS)


@pytest.mark.standard
def test_every_claim_agrees_at_the_standard_tier():
    result = run(list(CLAIMS.values()), tier="standard", workers=os.cpu_count() or 1)
    open_ones = {v.id: v.outcome for v in result.verdicts if v.outcome is not Outcome.AGREES}
    assert open_ones == dict.fromkeys(OUT_OF_REACH, Outcome.INCONCLUSIVE)
    passed = [v for v in result.verdicts if v.outcome is Outcome.AGREES]
    assert {test.name for v in passed for test in v.self_tests if not test.rejected} == set()
