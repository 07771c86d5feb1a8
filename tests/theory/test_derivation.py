"""A derivation is worth its weakest step."""

import pytest
from sympy import Integer, Integral, exp, oo, pi, sqrt

from theory.checks import assumed, equal
from theory.derivation import Derivation, Evidence, Step
from theory.domain import Domain, real
from theory.notation import x, z

DOMAIN = Domain((real(x, default="0.3", explored=("-2", "2")),))
PROVED = Step((x + 1) ** 2, x**2 + 2 * x + 1, "the square of a sum")
SAMPLED = Step(Integral(exp(-(z**2) / 2), (z, -oo, oo)) * x, sqrt(2 * pi) * x, "a Gaussian integral")
BELIEVED = Step(x, x**2, "by Theorem 1", check=assumed, citation="Somebody (1999)")
WRONG = Step(x, x + Integer(1), "a slip")


@pytest.mark.parametrize(
    ("steps", "evidence"),
    [
        ((PROVED,), Evidence.EXACT),
        ((PROVED, SAMPLED), Evidence.SAMPLED),
        ((PROVED, BELIEVED, SAMPLED), Evidence.ASSUMED),
        ((PROVED, BELIEVED, WRONG), Evidence.REFUTED),
    ],
)
def test_the_evidence_is_that_of_the_weakest_step(steps, evidence):
    assert Derivation(steps, DOMAIN).evidence is evidence


def test_every_step_says_how_it_is_known():
    checked = Derivation((PROVED, WRONG), DOMAIN).verify()
    assert checked[0].detail == "the difference reduces to zero"
    assert "against" in checked[1].detail
    assert "x=" in checked[1].detail


def test_an_assumption_needs_a_citation():
    with pytest.raises(ValueError, match="needs a citation"):
        Step(x, x**2, "by Theorem 1", check=assumed)


def test_a_derivation_can_be_continued():
    longer = Derivation((PROVED,), DOMAIN).then(SAMPLED)
    assert [step.because for step in longer.steps] == ["the square of a sum", "a Gaussian integral"]


def test_a_lemma_of_two_derivations_is_checked_once_and_elsewhere_again():
    asked = []

    def counted(left, right, domain, where):
        asked.append(domain)
        return equal(left, right, domain, where)

    lemma = Step((x + 1) ** 2, x**2 + 2 * x + 1, "the square of a sum", check=counted)
    more = Domain((*DOMAIN.ranges, real(z, default="0.3", explored=("-2", "2"))))
    elsewhere = Domain((real(x, default="7", explored=("3", "9")),))
    for domain in (DOMAIN, more, elsewhere, DOMAIN):
        assert Derivation((lemma,), domain).evidence is Evidence.EXACT
    assert asked == [DOMAIN, elsewhere]
