"""The mixing time, beside the weights of drawn kernels."""

import math
from typing import Any

import mpmath
import pytest
import torch
from scipy.optimize import brentq

from crosscheck.claims.kernel_density import mixing as claims
from crosscheck.engine import run
from crosscheck.reference_points import Field, explained
from crosscheck.verdict import Outcome
from numerics.replicas import simulate
from numerics.systems.kernel_density import mixing as simulated
from theory.derivation import Evidence
from theory.domain import DomainError
from theory.systems.kernel_density import mixing as derived


def test_the_reference_value_holds_to_the_printed_digits():
    assert mpmath.nstr(derived.mixing_time.digits(20, n=23, d=7, sigma="0.8"), 20) == "0.18286042515908200412"


def test_the_levels_have_the_crossing_of_drawn_kernels():
    n, d, sigma, draws = 20, 6, 0.9, 4000
    generator = torch.Generator().manual_seed(5)
    data = sigma * torch.randn(draws, n, d, generator=generator, dtype=torch.float64)
    z = torch.randn(draws, d, generator=generator, dtype=torch.float64)

    def excess(t: float) -> torch.Tensor:
        noise = 1 - math.exp(-2 * t)
        x = data[:, 0] * math.exp(-t) + math.sqrt(noise) * z
        energy = (x[:, None] - data * math.exp(-t)).square().sum(2) / (2 * noise)
        return torch.logsumexp(-energy[:, 1:], dim=1) + energy[:, 0]

    exact = simulate(simulated.mixing_time, parameters={"n": n, "d": d, "sigma": sigma}, replicas=1).mean
    found: Any = brentq(lambda t: float(excess(t).mean()), 0.05, 3)
    slope = float(excess(exact * 1.01).mean() - excess(exact * 0.99).mean()) / (0.02 * exact)
    error = float(excess(exact).std()) / math.sqrt(draws) / slope
    assert abs(found - exact) < 4 * error
    assert error < 0.05 * exact


def test_the_second_equality_differs_and_the_first_does_not():
    assert [c.differs for c in derived.mixing_time.comparisons()] == [False, True]


def test_the_claim_agrees_and_rejects_its_rivals():
    verdict = run([claims.mixing_time]).verdicts[0]
    assert verdict.outcome is Outcome.AGREES, verdict.reason


@pytest.mark.slow
def test_the_derivation_is_checked_and_the_reason_computed_again():
    claim = claims.mixing_time
    assert derived.mixing_time.derivation is not None
    assert derived.mixing_time.derivation.evidence >= Evidence.SAMPLED
    found = explained(Field.of(claim), claim.points)
    assert [chosen.because for chosen in found] == [reference.because for reference in claim.reference_points]


@pytest.mark.parametrize(("at", "message"), [
    ({"n": 1, "d": 2, "sigma": 1}, "n = 1 is outside an integer, n >= 2"),
    ({"n": 5, "d": 2, "sigma": 0}, "sigma = 0 is outside sigma > 0"),
])  # fmt: skip
def test_bad_input_gets_one_line(at, message):
    with pytest.raises(DomainError) as raised:
        derived.mixing_time(**at)
    assert message in str(raised.value)
