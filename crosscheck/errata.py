"""Errata: a printed formula that differs from the derived one, put before the same simulation as the derived one.

Nobody types an erratum in.  What is printed and what is derived are compared as formulas; then both are judged by the
same replicas.  Four things can come out:

    refuted        the formulas differ, and the simulation rejects the printed one
    unseen         the formulas differ, and this simulation cannot tell; the derivation alone speaks
    contradicted   the formulas are equal, and the simulation rejects both: no misprint, but worse
    confirmed      the formulas are equal, and the simulation agrees or cannot tell
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from crosscheck.coincidences import coincidences
from crosscheck.docs.papers import PAPERS
from crosscheck.report.json import versions
from crosscheck.report.wording import parameters, percent
from theory.published import Transcription
from theory.relation import readable_names

if TYPE_CHECKING:
    from crosscheck.claim import Claim, Point, Tier
    from crosscheck.engine import Progress, Run
    from crosscheck.verdict import LegVerdict, Measurement, Verdict
    from theory.formula import Formula
    from theory.published import Comparison

SCHEMA = "crosscheck.errata/1"
SIMPLE = 40  # operations of a ratio that is worth showing

Pair = tuple["Claim", "Comparison"]


def comparisons(claims: Iterable[Claim]) -> list[Pair]:
    """Every legible printed formula of the claims, compared; a garbled source is never called an erratum."""
    return [
        (claim, comparison)
        for claim in claims
        for comparison in claim.theory.comparisons()
        if comparison.published.transcription is Transcription.LEGIBLE
    ]


def refuted(claims: Iterable[Claim]) -> list[Pair]:
    """Those that differ from the derived formula."""
    return [(claim, comparison) for claim, comparison in comparisons(claims) if comparison.differs]


def contradicted(claims: Iterable[Claim], *, tier: Tier = "quick", progress: Progress | None = None) -> list[Pair]:
    """Those that equal the derived formula, where the simulation rejects both."""
    from crosscheck.engine import run

    equal = [(claim, comparison) for claim, comparison in comparisons(claims) if not comparison.differs]
    judged = run(list({claim.id: claim for claim, _ in equal}.values()), tier=tier, progress=progress)
    rejected = {verdict.id for verdict in judged.verdicts if verdict.outcome.value == "DISAGREES"}
    return [(claim, comparison) for claim, comparison in equal if claim.id in rejected]


def row(
    claim: Claim, comparison: Comparison, *, tier: Tier = "quick", seed: int = 0, progress: Progress | None = None
) -> dict[str, Any]:
    """One printed formula as plain data: the two formulas, both verdicts, their ratio, and how to see it again."""
    from crosscheck.engine import run
    from crosscheck.trial import with_formula

    published = comparison.published
    printed = claim.formula(published.formula)
    point = _telling_point(claim, printed)
    right = replace(claim, parameters=(point,))
    misprint = with_formula(right, printed, f"as printed in {published.paper}")
    judged = run([misprint, right], tier=tier, seed=seed, progress=progress)
    against, derived = judged.verdicts
    best = _best_leg(derived)
    return {
        "schema": SCHEMA,
        "paper": published.paper,
        "equation": published.equation,
        "claim": claim.id,
        **_formulas(claim, comparison, printed),
        "symbolic": comparison.symbolic,
        "status": _status(comparison.differs, against.outcome.value),
        "verdict": against.outcome.value,
        "reason": against.reason,
        "at": dict(against.parameters),
        "size": claim.size,
        "derived_verdict": derived.outcome.value,
        "derived_reason": derived.reason,
        "detectable": derived.limit.to_json()["detectable"],
        "ratio_of_formulas": _quotient(*_values(claim, printed, point, best.points)),
        **_measured_ratio(claim, printed, point, best),
        "legs": [_leg(claim, printed, point, leg, against) for leg in derived.legs],
        **_rates(judged),
        "command": _command(claim, printed, point, tier=tier, seed=seed),
        "versions": versions(),
    }


def _telling_point(claim: Claim, printed: Formula) -> Point:
    """The first reference point at which a check of this resolution can tell the formulas apart, else the best."""

    def gap(point: Point) -> float:
        above, below, scale = _values(claim, printed, point)
        return abs(above - below) / scale

    seen = (point for point in claim.points if gap(point) > 2 * claim.resolution)
    return next(seen, max(claim.points, key=gap))


def _status(differs: bool, outcome: str) -> str:
    if differs:
        return "refuted" if outcome == "DISAGREES" else "unseen"
    return "contradicted" if outcome == "DISAGREES" else "confirmed"


def _formulas(claim: Claim, comparison: Comparison, printed: Formula) -> dict[str, Any]:
    """The formulas in LaTeX, their parameters, and where they differ."""
    from sympy import latex

    from theory.domain import decimal
    from theory.notation import meaning

    theory, published = claim.theory, comparison.published
    domain = theory.domain.restricted(theory.parameters)
    at = {symbol.name: decimal(value) for symbol, value in comparison.at.items()}
    with readable_names(theory.derivation):
        head = rf"\mathrm{{{theory.observable.replace('_', ' ')}}}".replace(" ", r"\ ")
        derived = theory.formula.equations("")[0].removeprefix(" = ")
        shown = {
            "implied_latex": printed.equations(head),
            "derived_latex": theory.formula.equations(head),
            "ratio_latex": _ratio_latex(printed, theory.formula),
            "parameters": [
                {"name": s.name, "latex": latex(s), "meaning": meaning(s), "allowed": str(domain[s])}
                for s in theory.parameters
            ],
        }
    return {
        "reference": PAPERS.get(published.paper, published.paper),
        "statement": theory.statement,
        "printed": published.printed,
        "derived": derived,
        "note": published.note,
        "where": published.note or f"up to {percent(comparison.gap)} off, at {parameters(at)}",
        "largest_gap": comparison.gap,
        "largest_gap_at": at,
        "coincide": coincidences(printed, theory.formula, domain) if comparison.differs and not theory.known else [],
        "evidence": theory.derivation.evidence.name if theory.derivation else None,
        **shown,
    }


def _ratio_latex(printed: Formula, derived: Formula) -> str | None:
    """printed/derived, where something cancels and leaves what is short."""
    from sympy import latex

    from theory.formula import Explicit

    if not isinstance(printed, Explicit) or not isinstance(derived, Explicit):
        return None
    ratio = printed.expression / derived.expression
    fewer = ratio.free_symbols < printed.expression.free_symbols | derived.expression.free_symbols
    return latex(ratio) if fewer and ratio.count_ops() < SIMPLE else None


def _values(
    claim: Claim, printed: Formula, point: Point, points: Iterable[Measurement] = ()
) -> tuple[float, float, float]:
    """Printed and derived value, and the unit of a gap, at the size that is closest to the limit."""
    size = min(points, key=lambda p: p.correction).size if points else claim.ladder[-1]
    return claim.theory_at(point, size, printed), claim.theory_at(point, size), claim.scale_at(point, size)


def _quotient(above: float, below: float, _: float = 1.0) -> float | None:
    return above / below if below else None


def _best_leg(verdict: Verdict) -> LegVerdict:
    """The leg with replicas whose limit is known best; without any, the one without noise."""
    noisy = [leg for leg in verdict.legs if any(point.standard_error > 0 for point in leg.points)]
    return min(noisy or verdict.legs, key=lambda leg: _number(leg.limit.error, float("inf")))


def _measured_ratio(claim: Claim, printed: Formula, point: Point, leg: LegVerdict) -> dict[str, float | None]:
    """Printed value over simulated limit, with one standard error: both from the leg's own extrapolation.

    simulated = derived + gap scale, so d(printed/simulated) = printed scale error/simulated^2.
    """
    above, derived, scale = _values(claim, printed, point, leg.points)
    simulated = derived + _number(leg.limit.gap, float("nan")) * scale
    if not simulated or simulated != simulated:
        return {"ratio": None, "ratio_error": None, "simulated": None, "simulated_error": None}
    error = _number(leg.limit.error, 0.0) * scale
    return {
        "ratio": above / simulated,
        "ratio_error": abs(above) * error / simulated**2,
        "simulated": simulated,
        "simulated_error": error,
    }


def _leg(claim: Claim, printed: Formula, point: Point, leg: LegVerdict, against: Verdict) -> dict[str, Any]:
    other = next(other for other in against.legs if (other.leg, other.route) == (leg.leg, leg.route))
    return {
        "leg": leg.leg,
        "route": leg.route,
        "sizes": [p.size for p in leg.points],
        "replicas": [max(p.samples, q.samples) for p, q in zip(leg.points, other.points, strict=True)],
        "printed": other.outcome.value,
        "derived": leg.outcome.value,
        **_measured_ratio(claim, printed, point, leg),
    }


def _rates(judged: Run) -> dict[str, Any]:
    return {
        "false_alarm": judged.budget.false_alarm,
        "miss": judged.budget.miss,
        "tier": judged.tier,
        "seed": judged.seed,
    }


def _command(claim: Claim, printed: Formula, point: Point, *, tier: str, seed: int) -> str:
    """`crosscheck try` with the printed formula, if it can be typed; else this very comparison."""
    import shlex

    from crosscheck.trial import typed_formula
    from crosscheck.usage import FormulaError
    from crosscheck.written import pairs

    tail = ["--tier", tier, "--seed", str(seed)]
    expression = getattr(printed, "expression", None)
    if expression is not None:
        try:
            typed = typed_formula(claim, str(expression), {name: str(value) for name, value in point.items()})
        except FormulaError:
            typed = None
        size = claim.ladder[-1]
        wanted = claim.theory_at(point, size, printed)
        if typed is not None and abs(claim.theory_at(point, size, typed) - wanted) <= 1e-9 * abs(wanted):
            at = ["--at", *pairs(point)] if point else []
            return shlex.join(["crosscheck", "try", claim.id, "--formula", str(expression), *at, *tail])
    return shlex.join(["crosscheck", "errata", claim.id, *tail])


def _number(value: float | None, instead: float) -> float:
    return value if value is not None and value == value and abs(value) != float("inf") else instead
