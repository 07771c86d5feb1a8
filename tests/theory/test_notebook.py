"""What a notebook shows of a closed form and of a derivation."""

import re
from xml.etree import ElementTree

import pytest

from crosscheck.registry import find
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive
from theory.notation import T
from theory.notebook import displayed

THEORY = find("curie_weiss.late_minimum").theory
DOMAIN = Domain((positive(T, default="0.83", explored=("0.3", "2")),))


def test_a_closed_form_shows_its_definition_and_its_domain():
    text = THEORY._repr_html_()
    assert "curie_weiss.late_minimum" in text
    assert text.count("<math") == 2 + len(THEORY.parameters)  # two equations, and each parameter's letter
    assert "noise temperature of the forward process" in text
    assert "T &gt; 0" in text
    assert "derived in 4 steps" in text


def test_it_is_mathematics_for_a_document_too():
    text = THEORY._repr_latex_()
    assert text.startswith(r"$$\begin{aligned} & \mathrm{late\ minimum} = 2 \, m")
    assert text.endswith(r"\end{aligned}$$")
    assert displayed(["x = 1"]) == "$$x = 1$$"


def test_a_derivation_shows_each_step_with_its_evidence():
    text = THEORY.derivation._repr_html_()
    assert "worth its weakest step: <strong>SAMPLED</strong>" in text
    assert len(re.findall(r">(?:EXACT|SAMPLED)</td>", text)) == len(THEORY.derivation.steps)
    assert "the slope at mu = amplitude y" in text
    assert THEORY.derivation._repr_latex_().count(r" \\ ") >= len(THEORY.derivation.steps) - 1


def test_a_refuted_step_is_shown_as_refuted():
    text = Derivation((Step(T, 2 * T, "<b>wrong</b>"),), DOMAIN)._repr_html_()
    assert "<strong>REFUTED</strong>" in text
    assert ">REFUTED</td>" in text
    assert "&lt;b&gt;wrong&lt;/b&gt;" in text


@pytest.mark.parametrize("shown", [THEORY, THEORY.derivation])
def test_the_html_is_well_formed_and_loads_nothing(shown):
    text = shown._repr_html_()
    ElementTree.fromstring(text)
    assert not re.search(r"(?:src|href)=|<script|\$", text)
