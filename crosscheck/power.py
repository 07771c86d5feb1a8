"""The power of a check: how many slightly wrong formulas the data of one ordinary run reject.

Every mutant of the closed form takes the theory's place beside the measurements that the run left, exactly as a rival
does.  It is killed if some leg at some reference point DISAGREES about the limit, or if it has no value there at all;
a mutant on which every leg AGREES or is INCONCLUSIVE lives.  Those nearer to the theory than the resolution all over
the domain are equivalent and set aside.  score = killed/(killed + live).
Of a bound that is seen to be attained, a mutant that is not attained is killed: it is another bound.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil, inf, isfinite

import numpy as np

from crosscheck.claim import Claim
from crosscheck.engine import Run
from crosscheck.judge import against
from crosscheck.leg import Leg
from crosscheck.mutants import Mutant, mutants
from crosscheck.verdict import Finding, Judgement, Kind, Outcome, worst
from crosscheck.visibility import Apart, Landscape, Places, apart, equivalents, explored, places_of

NO_VALUE = "no value"
LEGS = ("deterministic", "precision", "independent")


@dataclass(frozen=True)
class Killed:
    """A mutant that is rejected; `by` are the kinds of legs that do so, or "no value"."""

    mutant: Mutant
    by: tuple[str, ...]


@dataclass(frozen=True)
class Live:
    """A mutant that is not rejected.

    gap, at: largest gap in the domain, and where.  tested: largest gap where the claim is tested.
    replicas: samples per size at which some leg would see the gap at its point; None where more samples show nothing.
    """

    mutant: Mutant
    gap: float
    at: Mapping[str, float]
    tested: float
    replicas: int | None


@dataclass(frozen=True)
class Power:
    """What became of all mutants of one claim; outcome: the worst verdict of the run on the claim itself."""

    id: str
    resolution: float
    outcome: Outcome
    killed: tuple[Killed, ...]
    live: tuple[Live, ...]
    equivalent: tuple[Apart, ...]
    seconds: float

    @property
    def score(self) -> float | None:
        """killed/(killed + live); None where every mutant is equivalent."""
        return total([self])

    @property
    def without_value(self) -> tuple[Mutant, ...]:
        """The mutants that no data were needed for."""
        return tuple(killed.mutant for killed in self.killed if killed.by == (NO_VALUE,))

    @property
    def killed_by(self) -> dict[str, int]:
        """How many mutants each kind of leg rejects by itself; those of several legs count for each."""
        kinds = [kind for killed in self.killed for kind in killed.by]
        return {kind: kinds.count(kind) for kind in (*LEGS, NO_VALUE) if kind in kinds}


def total(found: Sequence[Power]) -> float | None:
    """The score of several claims together."""
    killed, live = (sum(len(getattr(power, name)) for power in found) for name in ("killed", "live"))
    return killed / (killed + live) if killed + live else None


def powers(claims: Sequence[Claim], run: Run, *, progress: Callable[[str], None] = lambda _: None) -> tuple[Power, ...]:
    """The power of every claim, from the legs that a run of these claims left."""
    found = []
    for claim in claims:
        progress(claim.id)
        mine = [pair for pair in zip(run.verdicts, run.legs, strict=True) if pair[0].id == claim.id]
        outcome = worst(verdict.outcome for verdict, _ in mine)
        found.append(power(claim, [leg for _, legs in mine for leg in legs], outcome=outcome))
    return tuple(found)


def power(claim: Claim, legs: Sequence[Leg], *, outcome: Outcome) -> Power:
    """The fate of every mutant before the finished legs of all reference points."""
    started = time.perf_counter()
    # Two simulators compared with one another have no formula that could be wrong.
    everything = mutants(claim.theory.formula) if claim.reference is None else ()
    alike = equivalents(claim, everything)
    aside = {id(found.mutant) for found in alike}
    bench = _Bench(claim, sorted(legs, key=lambda leg: LEGS.index(leg.route.kind_of_leg)))
    killed, spared = [], []
    for mutant in everything:
        if id(mutant) in aside:
            continue
        by, findings = bench.judged(mutant)
        if by:
            killed.append(Killed(mutant, by))
        else:
            spared.append((mutant, findings))
    anywhere = Landscape(claim, explored(claim)) if spared else bench.landscape
    live = tuple(_live(mutant, findings, bench, anywhere) for mutant, findings in spared)
    return Power(claim.id, claim.resolution, outcome, tuple(killed), live, alike, time.perf_counter() - started)


class _Bench:
    """The finished legs of a claim, and all places at which they need the value of a mutant."""

    def __init__(self, claim: Claim, legs: Sequence[Leg]) -> None:
        self.legs = legs
        self.rows = [
            [
                places_of(claim, leg.point, size, found.law.edges if found.law else None)
                for size, found in zip(leg.ladder, leg.measurements, strict=True)
            ]
            for leg in legs
        ]
        every = {tuple(place.items()): place for row in self.rows for group in row for place in group}
        self.index = {key: number for number, key in enumerate(every)}
        self.landscape = Landscape(claim, tuple(every.values()))

    def judged(self, mutant: Mutant) -> tuple[tuple[str, ...], list[tuple[Leg, Finding]]]:
        """The kinds of legs that reject a mutant, and what each leg finds of it."""
        values = self.landscape.value(mutant.formula)
        if not np.all(np.isfinite(values)):
            return (NO_VALUE,), []
        findings = []
        for leg, row in zip(self.legs, self.rows, strict=True):
            theories = [self._theory(values, group) for group in row]
            beside = [found if point.law else found[0] for found, point in zip(theories, leg.measurements, strict=True)]
            judged = leg.judged(against(leg.measurements, beside))
            findings.append((leg, _attained(leg, judged) or judged.limit))
        kinds = (leg.route.kind_of_leg for leg, finding in findings if finding.outcome is Outcome.DISAGREES)
        return tuple(dict.fromkeys(kinds)), findings

    def _theory(self, values: np.ndarray, group: Places) -> tuple[float, ...]:
        return tuple(float(values[self.index[tuple(place.items())]]) for place in group)


def _attained(leg: Leg, mutant: Judgement) -> Finding | None:
    """A lower bound than one that is attained is a bound too, but not the claim: DISAGREES where that is seen."""
    if leg.claim.kind is not Kind.BOUND or leg.judgement.rate.outcome is not Outcome.AGREES:
        return None
    loose = mutant.limit.outcome is Outcome.AGREES and mutant.rate.outcome is not Outcome.AGREES
    return replace(mutant.rate, outcome=Outcome.DISAGREES) if loose else None


def _live(mutant: Mutant, findings: Sequence[tuple[Leg, Finding]], bench: _Bench, anywhere: Landscape) -> Live:
    tested, widest = apart(bench.landscape, mutant), apart(anywhere, mutant)
    widest = max(tested, widest, key=lambda found: found.gap)
    gaps = np.nan_to_num(bench.landscape.gaps(mutant), nan=0.0)
    needed = inf
    for (leg, finding), row in zip(findings, bench.rows, strict=True):
        gap = max(gaps[bench.index[tuple(place.items())]] for group in row for place in group)
        if leg.route.noisy and isfinite(finding.detectable) and gap > 0:
            samples = max(point.samples for point in leg.measurements)
            needed = min(needed, samples * max(1.0, finding.detectable / gap) ** 2)
    return Live(mutant, widest.gap, widest.at, tested.gap, ceil(needed) if isfinite(needed) else None)
