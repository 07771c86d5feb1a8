"""Deterministic equivalents: reference values, limits, and that every step of the derivation holds."""

from dataclasses import replace

import mpmath
import numpy as np
import pytest
import torch

from theory import deterministic_equivalents as lemma
from theory import marchenko_pastur
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Evidence, Step
from theory.domain import Domain, DomainError, ParameterError, positive
from theory.formula import Explicit
from theory.notation import alpha, c, kappa, spectrum

MEAN = lemma.over_spectrum
DOMAIN = Domain((
    positive(c, default="0.13", explored=("0.01", "1")),
    positive(alpha, default="1.7", explored=("0.2", "3")),
    lemma.SPECTRUM,
))  # fmt: skip
AT = {"c": "0.13", "alpha": "1.7", "spectrum": "three-level"}
STEPS = (
    *lemma.LOG_DETERMINANT_STEPS, *lemma.RESOLVENT_STEPS, *lemma.WEIGHTED_STEPS, *lemma.SQUARE_STEPS,
    *lemma.RESOLVENT_FLUCTUATION_STEPS, *lemma.WEIGHTED_FLUCTUATION_STEPS, *lemma.SUBTRACTED_MEAN_STEPS,
)  # fmt: skip


def form(expression) -> ClosedForm:
    formula = Explicit(expression, lemma.effective_ridge(MEAN))
    return ClosedForm(
        name="toy.form", statement="", source="", formula=formula, parameters=(c, alpha, spectrum), domain=DOMAIN
    )


# The spectrum 1, 0.25, 0.04 with equal weights at c = 0.13, alpha = 1.7, solved independently to 16 digits.
REFERENCE = {
    "kappa": (kappa, 0.3995022675441169),
    "log_determinant": (lemma.log_determinant(MEAN), -1.164950929950191),
    "resolvent": (lemma.resolvent(MEAN), 4.63984122834547),
    "weighted_resolvent": (lemma.weighted_resolvent(MEAN), 1.21946727395528),
    "resolvent_square": (lemma.resolvent_square(MEAN), 30.28995234685781),
    "weighted_resolvent_square": (lemma.weighted_resolvent_square(MEAN), 6.631016356204388),
    "log_determinant_fluctuation": (lemma.log_determinant_fluctuation(MEAN), -0.2373835551055347),
}


@pytest.mark.parametrize(("expression", "expected"), REFERENCE.values(), ids=REFERENCE)
def test_reference_values_hold_in_floats_digits_and_balls(expression, expected):
    found = form(expression)
    assert found(**AT) == pytest.approx(expected, rel=1e-13)
    assert float(found.digits(18, **AT)) == pytest.approx(expected, rel=1e-14)
    ball = found.ball(120, **AT)
    assert ball.contains(found.ball(200, **AT))
    assert ball.rad() < 1e-25


def test_gradients_with_respect_to_the_spectrum_are_those_of_finite_differences():
    found = form(lemma.log_determinant(MEAN))
    values = torch.tensor([1.0, 0.25, 0.04], dtype=torch.float64, requires_grad=True)
    at = {name: torch.tensor(float(AT[name]), dtype=torch.float64) for name in ("c", "alpha")}
    found.torch(**at, spectrum=values).backward()
    for k in range(3):
        moved = [[1.0, 0.25, 0.04] for _ in range(2)]
        for side, row in zip((1, -1), moved, strict=True):
            row[k] += side * 1e-5
        slope = (found(**AT | {"spectrum": moved[0]}) - found(**AT | {"spectrum": moved[1]})) / 2e-5
        assert values.grad is not None
        assert float(values.grad[k]) == pytest.approx(slope, rel=1e-7)


def test_one_level_is_the_law_of_marchenko_and_pastur():
    at = {"c": 0.07, "alpha": 0.45, "spectrum": "isotropic"}
    assert form(lemma.log_determinant(MEAN))(**at) == pytest.approx(-0.15421384304838770563, rel=1e-14)
    values = {alpha: 0.45, c: 0.07}
    for mine, other in (
        (lemma.resolvent(MEAN), marchenko_pastur.resolvent(alpha, c)),
        (lemma.resolvent_square(MEAN), marchenko_pastur.resolvent_square(alpha, c)),
        (lemma.log_determinant_fluctuation(MEAN), marchenko_pastur.log_determinant_fluctuation(alpha, c)),
    ):
        assert form(mine)(**at) == pytest.approx(float(other.subs(values)), rel=1e-13)


def test_a_level_written_twice_changes_nothing():
    found = form(lemma.log_determinant(MEAN))
    assert found(**AT | {"spectrum": [1, 1, 0.25, 0.25, 0.04, 0.04]}) == pytest.approx(found(**AT), rel=1e-14)


@pytest.mark.parametrize("ridge", [1e-12, 1e-6, 1e9, 1e18])
@pytest.mark.parametrize("ratio", [0.01, 0.5, 1, 20])
def test_the_effective_ridge_is_found_wherever_it_lies(ridge, ratio):
    """c < kappa < c + alpha mean(l), where the equation holds to rounding, for ridges over thirty decades."""
    levels = np.array([2.3, 0.4])
    value = form(kappa)(c=ridge, alpha=ratio, spectrum=levels)
    assert ridge <= value <= ridge + ratio * levels.mean() + 1e-15 * ridge
    with mpmath.workdps(60):
        filled = sum(mpmath.mpf(level) / (level + mpmath.mpf(value)) for level in levels) / 2
        assert abs(mpmath.mpf(ridge) + ratio * value * filled - value) < 2e-14 * value


def test_without_a_ridge_the_effective_one_stays_finite_where_data_are_few():
    """One level above alpha = 1: kappa -> alpha - 1, and below it c/(1 - alpha)."""
    assert form(kappa)(c=1e-12, alpha=3, spectrum=[1]) == pytest.approx(2, rel=1e-11)
    assert form(kappa)(c=1e-12, alpha=0.4, spectrum=[1]) == pytest.approx(1e-12 / 0.6, rel=1e-9)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.because[:60])
def test_every_step_is_checked(step):
    evidence = Derivation((step,), lemma.STEPS).evidence
    assert evidence is (Evidence.ASSUMED if step.citation else evidence)
    assert evidence > (Evidence.REFUTED if step.citation else Evidence.ASSUMED)


def test_only_the_gaussian_fluctuation_of_the_logarithm_is_taken_from_the_literature():
    assert {step.citation for step in STEPS} == {"", "Bai, Silverstein (2004)"}
    assert not any(step.citation for step in (*lemma.LOG_DETERMINANT_STEPS, *lemma.SQUARE_STEPS))


@pytest.mark.parametrize(
    "wrong",
    [
        replace(lemma.WEIGHTED_STEPS[0], right=lemma.resolvent(lemma.over_two_levels)),
        replace(
            lemma.SQUARE_STEPS[2], right=lemma.weighted_resolvent_square(MEAN) * (1 - alpha * lemma.share(2, MEAN))
        ),
        replace(lemma.SUBTRACTED_MEAN_STEPS[0], right=-lemma.subtracted_mean(MEAN)),
    ],
    ids=["tr R for tr Sigma R", "without the slope of kappa", "sign of the lift"],
)
def test_wrong_steps_are_refuted(wrong: Step):
    assert Derivation((wrong,), lemma.STEPS).evidence is Evidence.REFUTED


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"c": 0}, "c = 0 is outside c > 0"),
        ({"c": -1}, "c = -1 is outside c > 0"),
        ({"alpha": 0}, "alpha = 0 is outside alpha > 0"),
        ({"spectrum": [1, -0.2]}, r"spectrum\[2\] = -0.2 is outside spectrum > 0"),
        ({"spectrum": []}, "spectrum is empty"),
        ({"spectrum": [1, float("nan")]}, r"spectrum\[2\] = nan is not finite"),
    ],
    ids=["no ridge", "negative ridge", "no data", "negative eigenvalue", "empty", "not a number"],
)
def test_impossible_parameters_are_refused_in_one_line(change, message):
    with pytest.raises((DomainError, ParameterError), match=message) as caught:
        form(kappa)(**AT | change)
    assert "\n" not in str(caught.value)
