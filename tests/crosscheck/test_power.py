"""Power: mutants meet the data of one run, as rivals do; a blind point shows in the score."""

import pytest
import torch
from sympy import Abs, Integer, sqrt

from crosscheck.budget import Budget
from crosscheck.claim import Claim, Route
from crosscheck.engine import run
from crosscheck.mutants import mutants
from crosscheck.power import NO_VALUE, powers, total
from crosscheck.verdict import Kind, Outcome
from numerics.simulator import simulator
from tests.crosscheck.test_law_claims import law_claim, pair, ratio
from tests.crosscheck.toy import claim
from theory.formula import Explicit
from theory.notation import T, x


@simulator(size="d", values="exact")
def product(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """x^2 T, without noise."""
    return torch.tensor([x**2 * T], dtype=torch.float64)


@simulator(size="d", route="forward")
def scattered(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """A normal variable of mean x^2 T."""
    return x**2 * T * (1 + 0.3 * torch.randn(replicas, generator=generator, dtype=torch.float64))


CONVENIENT, GENERIC = {"x": "1", "T": "1"}, {"x": "1.7", "T": "0.45"}


def squared(numeric=product, **changes) -> Claim:
    kind = {"kind": Kind.IDENTITY} if numeric is product else {}
    return claim(numeric, x**2 * T, **{"ladder": (8,)} | kind | changes)


def power_of(tested: Claim, **options):
    (found,) = powers([tested], run([tested], **options))
    return found


def test_every_mutant_is_killed_lives_or_is_equivalent():
    found = power_of(squared(parameters=(GENERIC,)))
    assert len(found.killed) + len(found.live) + len(found.equivalent) == len(mutants(Explicit(x**2 * T)))
    assert found.live == ()
    assert found.score == 1.0
    assert found.outcome is Outcome.AGREES


def test_a_claim_tested_at_the_convenient_point_is_blind():
    found = power_of(squared(parameters=(CONVENIENT,)))
    assert found.outcome is Outcome.AGREES
    assert found.score < 0.5
    alive = {live.mutant.formula.expression for live in found.live}
    assert {x * T, x**3 * T, x**2, x**2 / T, x**2 * sqrt(T)} <= alive
    worst = max(found.live, key=lambda live: live.gap)
    assert worst.tested == 0.0
    assert worst.gap > 1
    assert worst.replicas is None
    assert set(worst.at) == {"x", "T"}


def test_a_second_point_kills_what_the_first_left_alive():
    both = power_of(squared(parameters=(CONVENIENT, GENERIC)))
    assert both.score == 1.0


def test_equivalent_mutants_are_set_aside_and_do_not_count():
    found = power_of(
        claim(product, Abs(x) ** 2 * T + Abs(x) - x, kind=Kind.IDENTITY, ladder=(8,), parameters=(GENERIC,))
    )
    assert "related function at Abs(x)" in {alike.mutant.name for alike in found.equivalent}
    assert found.live == ()


def test_a_mutant_is_killed_by_the_legs_that_reject_it():
    noisy = squared(scattered, parameters=(GENERIC,))
    found = power_of(noisy)
    assert found.killed_by.keys() <= {"independent", NO_VALUE}
    route = Route(source=product, leg="deterministic")
    both = power_of(squared(scattered, parameters=(GENERIC,), routes=(route,)))
    counts = both.killed_by
    assert counts["deterministic"] == len(both.killed) - len(both.without_value)
    assert 0 < counts["independent"] <= counts["deterministic"]


def test_a_run_that_sees_little_leaves_mutants_alive_and_says_how_many_replicas_they_need():
    @simulator(size="d", route="forward")
    def drowned(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
        return x**2 * T * (1 + 400 * torch.randn(replicas, generator=generator, dtype=torch.float64))

    found = power_of(squared(drowned, parameters=(GENERIC,)))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert found.score < 1
    near = next(live for live in found.live if live.mutant.operator == "factor 1/2")
    assert near.tested == 0.5
    assert 2**22 < near.replicas < 2**27


def test_mutants_without_a_value_are_killed_and_listed():
    @simulator(size="d", values="exact")
    def root(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
        return torch.tensor([(x + T) ** 0.5], dtype=torch.float64)

    found = power_of(claim(root, sqrt(x + T), kind=Kind.IDENTITY, ladder=(8,), parameters=(GENERIC,)))
    assert sqrt(T - x) in {mutant.formula.expression for mutant in found.without_value}
    assert found.killed_by[NO_VALUE] == len(found.without_value)


def test_the_score_of_several_claims_counts_mutants_not_claims():
    blind, sharp = power_of(squared(parameters=(CONVENIENT,))), power_of(squared(parameters=(GENERIC,)))
    killed, everything = len(blind.killed) + len(sharp.killed), 2 * len(mutants(Explicit(x**2 * T)))
    assert total([blind, sharp]) == pytest.approx(killed / everything)
    assert total([]) is None


def test_a_tight_budget_can_only_lower_the_score():
    loose = power_of(squared(scattered, parameters=(GENERIC,)))
    tight = power_of(squared(scattered, parameters=(GENERIC,)), budget=Budget(1e-12, 1e-4))
    assert tight.score <= loose.score


def test_a_constant_has_mutants_too():
    assert {m.formula.expression for m in mutants(Explicit(Integer(2)))} == {Integer(-2), Integer(1), Integer(3)}


def test_the_mutants_of_a_law_are_judged_at_all_its_edges():
    found = power_of(law_claim(parameters=(GENERIC,)))
    assert found.outcome is Outcome.AGREES
    assert found.live == ()
    assert found.killed_by["independent"] > 40


def test_two_simulators_compared_with_one_another_have_nothing_to_mutate():
    found = power_of(pair(ratio, parameters=(GENERIC,)))
    assert (found.killed, found.live, found.equivalent, found.score) == ((), (), (), None)


def test_of_a_bound_that_is_attained_the_lower_mutants_are_killed_too():
    found = power_of(squared(kind=Kind.BOUND, parameters=(GENERIC,)))
    assert found.outcome is Outcome.AGREES
    assert found.live == ()


@simulator(size="d", values="exact")
def above(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """Half as much again as x^2 T: a bound that is not attained."""
    return torch.tensor([1.5 * x**2 * T], dtype=torch.float64)


def test_of_a_bound_that_is_not_attained_they_live():
    found = power_of(squared(above, kind=Kind.BOUND, parameters=(GENERIC,)))
    assert any(live.mutant.name.startswith("factor 1/2") for live in found.live)
