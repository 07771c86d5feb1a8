"""Explore, then confirm: Hypothesis looks for parameters where a claim fails; unseen seeds decide whether it does.

Exploration errs freely: it may suspect a formula that is right, and it may overlook one that is wrong.  Its numbers
come from streams of their own (stage "explore" in the key of every block), which no run of the engine ever draws,
whatever its seed; so a verdict never rests on data that were searched through.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from math import inf, isfinite
from typing import Any, NoReturn

from hypothesis import HealthCheck, Phase, Verbosity, assume, given, seed, settings, target
from hypothesis import strategies as st
from sympy import Rational

from crosscheck.budget import Budget, Rates
from crosscheck.claim import Claim, Route, Tier
from crosscheck.engine import STANDARD_BUDGET, looked_at, run
from crosscheck.leg import Leg
from crosscheck.strategies import points, seeds
from crosscheck.verdict import Finding, Judgement, Outcome, Verdict
from numerics.simulator import Simulator
from theory.domain import decimal

SUSPICION = Rates(false_alarm=1e-2, miss=1e-2)
"""The rates of one cheap look.  What it rejects is looked at again with fresh numbers, so 1e-4 is suspected falsely."""
AGAIN = 4
"""The second look has this many times the samples of the first."""
LEAST, MOST = 2048, 4096
"""Samples per size of the first look; no fewer, since no t-test is calibrated below."""
WORK = 2**25
"""Numbers that a first look may draw, by the simulator's own footprint, unless LEAST samples need more."""
UNCHECKED = (
    HealthCheck.filter_too_much,
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.large_base_example,
    HealthCheck.nested_given,
    HealthCheck.differing_executors,
)
"""Hypothesis warns of slow tests; looks are slow by nature."""
TOP_SCORE = 10.0
SHRINKS = 150
"""Looks that making a suspect simpler may cost."""

Check = Callable[[], None]
"""Called again and again during the work; ends it by raising `Enough`."""


class Enough(BaseException):
    """The time is up.  Like KeyboardInterrupt no Exception, so that nothing takes it for a fault of the claim."""


class Fault(Enum):
    """What is wrong at a suspicious point: the numbers, or that there are none."""

    GAP = "gap"
    ERROR = "error"


@dataclass(frozen=True)
class Suspect:
    """A point that a cheap look found suspicious: an occasion for a test, not a result."""

    point: Mapping[str, Rational]
    gap: float
    reason: str
    fault: Fault = Fault.GAP


@dataclass(frozen=True)
class Glance:
    """What a cheap look saw.

    score: largest |gap|/detectable of the findings, what the search climbs: a gap in units of what this very look
    could have seen, so that neither noise nor rounding passes for a large one;  visible: the smallest gap that every
    leg would have seen;  suspect: None when nothing is suspicious.
    """

    score: float
    visible: float
    suspect: Suspect | None = None


@dataclass
class Explored:
    """What a search has looked at so far; it grows while the search runs, so nothing is lost when it is stopped."""

    glances: dict[tuple[tuple[tuple[str, Rational], ...], int], Glance] = field(default_factory=dict)
    found: list[Suspect] = field(default_factory=list)

    @property
    def simplest(self) -> Suspect | None:
        """The suspect with the fewest digits."""
        return min(self.found, key=lambda suspect: digits(suspect.point), default=None)


class State(Enum):
    """What became of a suspicion.  Only the first is a result; a suspicion that is not confirmed is no failure."""

    CONFIRMED = "confirmed"
    REFUTED = "not confirmed"
    INCONCLUSIVE = "inconclusive"
    UNFINISHED = "not decided"


@dataclass(frozen=True)
class Tested:
    """A suspicion and the verdict of unseen seeds; verdict: None where there is an error, or no time was left."""

    suspect: Suspect
    state: State
    reason: str
    seed: int
    budget: Budget
    verdict: Verdict | None = None


class _FoundError(Exception):
    """Tells Hypothesis of a suspect, which it shrinks as long as this is raised."""


def explore(
    claim: Claim,
    *,
    examples: int = 100,
    random: int = 0,
    tier: Tier = "quick",
    avoid: Callable[[Mapping[str, Rational]], bool] = lambda point: False,
    check: Check = lambda: None,
    explored: Explored | None = None,
) -> Suspect | None:
    """The simplest suspicious point among those that Hypothesis tries, or None; guided towards large gaps.

    Points that `avoid` names are not tried.  `check` may end the search; what it has seen is in `explored`.
    """
    seen = explored if explored is not None else Explored()
    seen.found.clear()
    noisy = any(route.noisy for route in claim.routes_at(tier))
    limit: list[int] = []

    @seed(random)
    @settings(
        max_examples=examples,
        derandomize=False,
        database=None,
        deadline=None,
        phases=(Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=UNCHECKED,
        verbosity=Verbosity.quiet,
        report_multiple_bugs=False,
    )
    @given(point=points(claim), number=seeds() if noisy else st.just(0))
    def looks_right(point: dict[str, Rational], number: int) -> None:
        assume(not avoid(point))
        key = (tuple(point.items()), number)
        if key not in seen.glances:
            check()
            if limit and len(seen.glances) >= limit[0]:
                raise Enough
            seen.glances[key] = glance(claim, point, random=number, tier=tier, check=check)
        found = seen.glances[key]
        target(found.score, label="gap")
        if found.suspect and (not seen.found or found.suspect.fault is seen.found[0].fault):
            if not limit:
                limit.append(len(seen.glances) + SHRINKS)
            seen.found.append(found.suspect)
            raise _FoundError

    try:
        looks_right()
    except _FoundError:
        return seen.found[-1]
    except Enough:
        if not limit or len(seen.glances) < limit[0]:
            raise
    return seen.simplest


def glance(
    claim: Claim,
    point: Mapping[str, Rational],
    *,
    random: int = 0,
    tier: Tier = "quick",
    check: Check = lambda: None,
) -> Glance:
    """One cheap look, at exact laws before simulations; a route that rejects is looked at again, with fresh numbers.

    An exception at a point of the domain is a fault of the claim, whether theory or simulator raised it.
    """
    score, visible = 0.0, 0.0
    for route in sorted(claim.routes_at(tier, point), key=lambda route: route.noisy):
        try:
            found = _judged(claim, route, point, random, check, again=False)
            if found.outcome is Outcome.DISAGREES and route.noisy:
                found = _judged(claim, route, point, random, check, again=True)
        except Exception as error:
            return Glance(TOP_SCORE, inf, Suspect(point, inf, f"{route.name}: {described(error)}", Fault.ERROR))
        score = max(score, *map(_score, (found.limit, found.rate)))
        visible = max(visible, found.limit.detectable)
        if found.outcome is Outcome.DISAGREES:
            finding = found.limit if found.limit.outcome is Outcome.DISAGREES else found.rate
            return Glance(score, visible, Suspect(point, found.limit.gap, f"{route.name}: {finding.reason}"))
    return Glance(score, visible)


def confirm(
    claim: Claim,
    suspect: Suspect,
    *,
    random: int,
    tier: Tier = "quick",
    budget: Budget = STANDARD_BUDGET,
    check: Check = lambda: None,
) -> Tested:
    """The verdict at the suspicious point, at full rigour, from seeds that the search never saw.

    Rivals are left out: one that cannot be told from the theory at this very point says nothing of the theory.
    An error counts as confirmed when it comes again.
    """
    number = random + 1

    def tested(state: State, reason: str, verdict: Verdict | None = None, at: Suspect = suspect) -> Tested:
        return Tested(at, state, reason, number, budget, verdict)

    try:
        verdict = verdict_at(claim, suspect.point, seed=number, tier=tier, budget=budget, check=check)
    except Exception as error:
        return tested(State.CONFIRMED, described(error), at=replace(suspect, fault=Fault.ERROR, gap=inf))
    except Enough:
        return tested(State.UNFINISHED, "the time was up before unseen seeds could decide")
    state = {
        Outcome.DISAGREES: State.CONFIRMED,
        Outcome.AGREES: State.REFUTED,
        Outcome.INCONCLUSIVE: State.INCONCLUSIVE,
    }[verdict.outcome]
    return tested(state, verdict.reason, verdict, replace(suspect, fault=Fault.GAP))


def verdict_at(
    claim: Claim, point: Mapping[str, Any], *, seed: int, tier: Tier, budget: Budget, check: Check = lambda: None
) -> Verdict:
    """The engine's verdict on the formula alone, at one point; raises what the engine raises."""
    with _awkward():
        return run(
            [replace(claim, rivals=())],
            at=point,
            tier=tier,
            seed=seed,
            budget=budget,
            progress=lambda event: check(),
        ).verdicts[0]


def described(error: Exception) -> str:
    """An exception in one line."""
    text = " ".join(str(error.args[0] if error.args else error).split())
    return f"{type(error).__name__}: {text}"


def digits(point: Mapping[str, Rational]) -> int:
    """How much there is to read at a point."""
    return sum(len(decimal(value)) for value in point.values())


def _judged(
    claim: Claim, route: Route, point: Mapping[str, Rational], random: int, check: Check, *, again: bool
) -> Judgement:
    with _awkward():
        samples = _samples(claim, route, point)
        stage, count = ("explore again", AGAIN * samples) if again else ("explore", samples)
        leg = Leg(claim, route, point, SUSPICION, random, "cpu", stage, (min(count, route.replicas),))
        looked_at([leg], confirm=False, progress=lambda event: check())
    return leg.judgement


def _samples(claim: Claim, route: Route, point: Mapping[str, Rational]) -> int:
    source = route.source
    if not isinstance(source, Simulator) or not route.noisy:
        return 1
    sizes = route.ladder or claim.ladder
    numbers = sum(source.footprint(**source.bind(claim.arguments(route, point, size))) for size in sizes)
    return max(LEAST, min(MOST, WORK // max(numbers, 1)))


def _score(finding: Finding) -> float:
    if not isfinite(finding.gap) or not isfinite(finding.detectable) or finding.detectable <= 0:
        return 0.0
    return min(abs(finding.gap) / finding.detectable, TOP_SCORE)


def _awkward() -> warnings.catch_warnings[NoReturn] | Any:
    """Overflow is no news at the edges of a domain: what comes of it is judged."""
    return warnings.catch_warnings(action="ignore", category=RuntimeWarning)
