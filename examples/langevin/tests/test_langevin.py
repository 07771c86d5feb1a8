"""The pack's own tests: the formula by hand, the derivation, the verdict, the index."""

from importlib import resources

import pytest
from crosscheck_langevin.claims import variance

from crosscheck import Outcome, verify
from crosscheck.index import generated
from crosscheck.registry import find
from theory.derivation import Evidence
from theory.domain import DomainError


def test_two_steps_by_hand():
    first = 2 * 0.5
    second = (1 - 0.5 / 2) ** 2 * first + 2 * 0.5
    assert variance.theory(steps=1, dt=0.5, c=2) == pytest.approx(first, rel=1e-14)
    assert variance.theory(steps=2, dt=0.5, c=2) == pytest.approx(second, rel=1e-14)


def test_no_step_of_the_derivation_is_assumed():
    assert variance.theory.derivation is not None
    assert variance.theory.derivation.evidence >= Evidence.SAMPLED


def test_a_step_as_large_as_the_variance_is_outside_the_domain():
    with pytest.raises(DomainError):
        variance.theory(steps=2, dt=2, c=1)


def test_the_sampler_agrees_and_every_rival_is_rejected():
    found = verify(variance)
    assert found.outcome is Outcome.AGREES, found.reason
    assert all(test.rejected for test in found.self_tests)


def test_the_pack_is_found_by_its_id_and_its_index_is_fresh():
    assert find("langevin.variance") is variance
    kept = resources.files("crosscheck_langevin").joinpath("index.json").read_text("utf-8")
    assert kept == generated("crosscheck_langevin.claims")
