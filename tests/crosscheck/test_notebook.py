"""What a notebook shows of a verdict and of a run."""

import re
from dataclasses import replace

import pytest

from crosscheck.budget import Budget
from crosscheck.engine import Run, verify
from crosscheck.verdict import Outcome
from tests.crosscheck.toy import claim


@pytest.fixture(scope="module")
def verdict():
    return verify(claim())


def as_run(*verdicts) -> Run:
    return Run(verdicts, "quick", 0, 1.0, Budget(), 1)


def test_a_verdict_shows_outcome_reason_legs_figure_and_command(verdict):
    text = verdict._repr_html_()
    assert "✓ AGREES" in text
    assert "toy.level at x=1.5 T=0.5" in text
    assert "independent: forward" in text or "precision:" in text
    assert text.count("<svg ") == 1
    assert f"<pre>{verdict.command}</pre>" in text
    assert not re.search(r'(?:src|href)="(?!#)|<script', text)


def test_names_and_reasons_are_text_not_markup(verdict):
    text = replace(verdict, id="<b>", reason="<script>x</script>", command="a & b")._repr_html_()
    assert "<script" not in text
    assert "<b>" not in text
    assert "&lt;script&gt;" in text
    assert "a &amp; b" in text


def test_a_verdict_without_points_has_no_figure(verdict):
    assert "<svg" not in replace(verdict, legs=())._repr_html_()


def test_a_run_is_a_row_for_each_verdict(verdict):
    other = replace(verdict, outcome=Outcome.DISAGREES)
    text = as_run(verdict, other)._repr_html_()
    assert "1 AGREES, 1 DISAGREES, tier quick, seed 0" in text
    assert text.count("<tr>") == 3
    assert "✗ DISAGREES" in text


def test_both_are_one_formula_in_latex(verdict):
    line = replace(verdict, id="a_b")._repr_latex_()
    assert line.startswith(r"$\text{a\_b x=1.5 T=0.5} \quad \text{AGREES} \quad ")
    assert r"\pm" in line
    assert "ensuremath" not in line
    rows = as_run(verdict, verdict)._repr_latex_()
    assert rows.startswith(r"$$\begin{array}{llrr}")
    assert rows.count(r"\text{AGREES}") == 2
