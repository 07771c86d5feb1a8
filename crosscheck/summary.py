"""From the finished legs of a claim to its verdict, with the self-tests that show the verdict could have failed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from math import inf, nan

from crosscheck.claim import Claim, Point, Tier
from crosscheck.judge import shifted
from crosscheck.leg import Leg
from crosscheck.verdict import Finding, LegVerdict, Outcome, SelfTest, Verdict, worst
from crosscheck.written import pairs
from theory.domain import decimal

NO_ROUTE = "no route that could be judged runs at this tier"
CANARY = 2
"""The canary is the theory moved by this many resolutions."""


def summarised(claim: Claim, point: Point, legs: Sequence[Leg], *, tier: Tier, seed: int) -> Verdict:
    """The verdict: the worst of the legs, and INCONCLUSIVE if a formula known to be wrong was not rejected."""
    found = tuple(
        LegVerdict(
            leg.route.kind_of_leg,
            leg.route.name,
            leg.judgement.outcome,
            leg.judgement.limit,
            leg.judgement.rate,
            leg.measurements,
        )
        for leg in legs
    )
    outcome = worst(leg.outcome for leg in found)
    tests = self_tests(claim, point, legs) if legs else ()
    blind = [test.name for test in tests if not test.rejected]
    if outcome is Outcome.AGREES and blind:
        outcome = Outcome.INCONCLUSIVE
        reason = f"blind: the data do not reject {', '.join(blind)}"
    else:
        reason = _decisive(found, outcome)
    limit, rate = (_worst_finding([getattr(leg, part) for leg in found]) for part in ("limit", "rate"))
    return Verdict(
        id=claim.id,
        parameters={name: decimal(value) for name, value in point.items()},
        outcome=outcome,
        limit=limit,
        rate=rate,
        legs=found,
        self_tests=tests,
        seed=seed,
        seconds=sum(leg.seconds for leg in legs),
        command=_command(claim, point, tier, seed),
        reason=reason,
    )


def _command(claim: Claim, point: Point, tier: Tier, seed: int) -> str:
    """What repeats the verdict on a command line."""
    at = ["--at", *pairs(point)] if point else []
    return shlex.join(["crosscheck", "run", claim.id, *at, "--tier", tier, "--seed", str(seed)])


def self_tests(claim: Claim, point: Point, legs: Sequence[Leg]) -> tuple[SelfTest, ...]:
    """The canary, which every leg that agrees must reject, and the rivals, each of which some leg must reject."""
    agreeing = [leg for leg in legs if leg.judgement.outcome is Outcome.AGREES]
    moved = [leg.judged(shifted(leg.measurements, CANARY * claim.resolution)).outcome for leg in agreeing]
    caught = bool(moved) and all(outcome is Outcome.DISAGREES for outcome in moved)
    tests = [SelfTest("canary", Outcome.DISAGREES if caught else Outcome.INCONCLUSIVE, caught)]
    for rival in claim.rivals:
        outcomes = []
        for leg in legs:
            outcomes.append(leg.judged(leg.beside(rival.form)).limit.outcome)
        rejected = Outcome.DISAGREES in outcomes
        tests.append(SelfTest(rival.name, Outcome.DISAGREES if rejected else worst(outcomes), rejected))
    return tuple(tests)


def _decisive(legs: Sequence[LegVerdict], outcome: Outcome) -> str:
    if not legs:
        return NO_ROUTE
    leg = next((leg for leg in legs if leg.outcome is outcome), legs[0])
    refuted = leg.limit.outcome is not Outcome.DISAGREES and leg.rate.outcome is Outcome.DISAGREES
    return f"{leg.route}: {leg.rate.reason if refuted else leg.limit.reason}"


def _worst_finding(findings: Sequence[Finding]) -> Finding:
    """The gravest finding; among equals the one that could see least."""
    if not findings:
        return Finding(Outcome.INCONCLUSIVE, nan, inf, inf, NO_ROUTE)
    gravity = worst(finding.outcome for finding in findings)
    return max((f for f in findings if f.outcome is gravity), key=lambda f: f.detectable)
