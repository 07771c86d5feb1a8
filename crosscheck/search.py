"""Explore, then confirm: Hypothesis looks for parameters where a claim fails; unseen seeds decide whether it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings, target
from sympy import Rational

from crosscheck.budget import Budget, Rates
from crosscheck.claim import Claim, Tier
from crosscheck.engine import STANDARD_BUDGET, looked_at, run
from crosscheck.leg import Leg
from crosscheck.strategies import points
from crosscheck.verdict import Outcome, Verdict

SAMPLES = 16384
SUSPICION = Rates(false_alarm=1e-3, miss=1e-2)


@dataclass(frozen=True)
class Suspect:
    """A point that a cheap look found suspicious: an occasion for a test, not a result."""

    point: Mapping[str, Rational]
    gap: float
    reason: str


class _FoundError(Exception):
    """Carries the last suspect out of Hypothesis, which shrinks as long as it is raised."""


def explore(claim: Claim, *, examples: int = 100, random: int = 0) -> Suspect | None:
    """The simplest suspicious point among those that Hypothesis tries, or None; guided towards large gaps."""
    found: list[Suspect] = []

    @seed(random)
    @settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.large_base_example],
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
    )
    @given(point=points(claim))
    def looks_right(point: dict[str, Rational]) -> None:
        suspect = glance(claim, point, random=random)
        target(abs(suspect.gap), label="gap")
        if suspect.reason:
            found.append(suspect)
            raise _FoundError

    try:
        looks_right()
    except _FoundError:
        return found[-1]
    return None


def glance(claim: Claim, point: Mapping[str, Rational], *, random: int = 0) -> Suspect:
    """One cheap look at the quick routes; `reason` is empty when nothing is suspicious.

    The seed is the exploration's own: no run of the engine draws the same numbers.
    """
    legs = [
        Leg(claim, route, point, SUSPICION, random, "cpu", "explore", (min(SAMPLES, route.replicas),))
        for route in claim.routes_at("quick")
    ]
    looked_at(legs, confirm=False)
    worst = max(legs, key=lambda leg: (leg.judgement.outcome is Outcome.DISAGREES, abs(leg.judgement.limit.gap)))
    refuted = worst.judgement.outcome is Outcome.DISAGREES
    finding = worst.judgement.limit
    return Suspect(point, finding.gap, finding.reason if refuted else "")


def confirm(
    claim: Claim, suspect: Suspect, *, random: int, tier: Tier = "quick", budget: Budget = STANDARD_BUDGET
) -> Verdict:
    """The verdict at the suspicious point, at full rigour, from seeds that the search never saw."""
    return run([claim], at=suspect.point, tier=tier, seed=random + 1, budget=budget).verdicts[0]
