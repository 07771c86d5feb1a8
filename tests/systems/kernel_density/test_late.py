"""The late density: the lemma for any prior, the two atoms, and what the second order leaves out."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from sympy import exp

from crosscheck.claims.kernel_density import late as claims
from crosscheck.engine import run
from crosscheck.reference_points import Field, explained
from crosscheck.verdict import Kind, Outcome
from numerics.systems.kernel_density import late as simulated
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.evaluate import as_array
from theory.formula import Explicit
from theory.late_density import late_log_density
from theory.notation import Z, c, m, t, x
from theory.systems.kernel_density import late as derived


def test_the_lemma_holds_for_an_uneven_prior_in_two_dimensions_along_every_direction():
    time, noise = 0.5, 1 - math.exp(-1.0)
    atoms = torch.tensor([[0.3, -0.9], [1.2, 0.4], [-0.7, 1.1]], dtype=torch.float64)
    weights = torch.tensor([0.5, 0.3, 0.2], dtype=torch.float64)

    def log_density(at: torch.Tensor) -> torch.Tensor:
        distances = (at - atoms * math.exp(-time)).square().sum(1)
        return torch.logsumexp(weights.log() - distances / (2 * noise), 0) - math.log(2 * math.pi * noise)

    origin = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    value = log_density(origin)
    (slope,) = torch.autograd.grad(value, origin)
    curvature = torch.autograd.functional.hessian(log_density, origin.detach())
    tilted = (weights * torch.exp(-atoms.square().sum(1) * math.exp(-2 * time) / (2 * noise))).numpy()
    norm, seen = tilted.sum(), atoms.numpy()
    mean = tilted @ seen / norm
    covariance = (tilted[:, None] * seen).T @ seen / norm - np.outer(mean, mean)
    for direction in (np.array([1.0, 0.0]), np.array([0.6, -0.8])):
        values = {Z: norm, m: direction @ mean, c: direction @ covariance @ direction, t: time, x: 0.37}
        formula = Explicit(late_log_density(Z, m, c) - late_log_density(Z, m, c).subs(x, 0))
        with_norm = float(as_array(formula, values))
        expected = 0.37 * float(direction @ slope.numpy()) + 0.37**2 / 2 * float(
            direction @ curvature.numpy() @ direction
        )
        assert with_norm == pytest.approx(expected, rel=1e-12)
    constant = math.log(norm) - math.log(2 * math.pi * noise)  # the prefactor has the power d/2 = 1
    assert float(value.detach()) == pytest.approx(constant, rel=1e-13)


def test_what_is_left_out_falls_like_the_fourth_power_with_the_predicted_coefficient():
    whole = replace(
        claims.late_log_density, numeric=simulated.log_density, kind=Kind.ASYMPTOTIC, correction=exp(-4 * t),
        ladder=(1.5, 2, 2.5, 3), parameters=({"a": "1.2", "x": "0.9"},), rivals=(), routes=(),
    )  # fmt: skip
    verdict = run([whole]).verdicts[0]
    assert verdict.outcome is Outcome.AGREES
    assert verdict.rate is not None
    assert verdict.rate.outcome is Outcome.AGREES, verdict.rate.reason


def test_the_printed_formula_is_an_erratum():
    (comparison,) = derived.late_log_density.comparisons()
    assert comparison.differs
    assert comparison.gap > 0.1


def test_the_claim_agrees_and_rejects_its_rivals():
    verdict = run([claims.late_log_density]).verdicts[0]
    assert verdict.outcome is Outcome.AGREES, verdict.reason


def test_the_derivation_is_checked():
    assert derived.late_log_density.derivation is not None
    assert derived.late_log_density.derivation.evidence >= Evidence.SAMPLED


@pytest.mark.slow
def test_the_reason_is_computed_again():
    claim = claims.late_log_density
    found = explained(Field.of(claim), claim.points)
    assert [chosen.because for chosen in found] == [reference.because for reference in claim.reference_points]


@pytest.mark.parametrize(("at", "message"), [
    ({"t": 0, "a": 1, "x": 0}, "t = 0 is outside t > 0"), ({"t": 1, "a": 0, "x": 0}, "a = 0 is outside a > 0"),
])  # fmt: skip
def test_bad_input_gets_one_line(at, message):
    with pytest.raises(DomainError) as raised:
        derived.late_log_density(**at)
    assert message in str(raised.value)
