"""Findings where the finite-size law is known without noise: limit, local exponents and coefficient by elimination."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise, takewhile
from math import inf, log, nan

from crosscheck.elimination import LEAST_SIZES, eliminate
from crosscheck.findings import Result, arithmetic_error, conclude, gap_text
from crosscheck.verdict import Finding, Judgement, Measurement, Outcome

LARGEST_CORRECTION = 1.0
"""Sizes at which g is larger are left out, whatever their gaps: the powers of g grow there."""
LIMIT_FLOOR = 0.01
"""A limit is never refuted for less than this part of the resolution."""
EXPONENT_FLOOR = 0.05
"""An exponent is never refuted for less: the logarithms of subleading terms hide there."""
COEFFICIENT_FLOOR = 0.01
"""A coefficient is never refuted for a smaller part of it."""
RESOLUTION = 0.1
"""A coefficient, as a part of the predicted one, or an exponent AGREES when an error of this size would be seen."""


def approach(points: Sequence[Measurement], *, correction: Sequence[float], resolution: float) -> Judgement:
    """Limit and rate of exact gaps, at strictly decreasing g, in units where coefficients are of order one."""
    small = [point for point, g in zip(points, correction, strict=True) if g <= LARGEST_CORRECTION]
    return Judgement(_limit(small, resolution), _rate(small))


def _limit(points: Sequence[Measurement], resolution: float) -> Finding:
    rounding = [arithmetic_error(point) / point.scale for point in points]
    limit = eliminate([point.correction for point in points], [point.gap for point in points], rounding)
    edge = max(limit.error, LIMIT_FLOOR * resolution)
    return conclude(
        Result(limit.value, limit.error, edge + limit.error, abs(limit.value) > edge),
        f"limit gap {gap_text(limit.value, limit.error, points)} "
        f"({limit.order} powers of g eliminated, {len(points)} sizes)",
        rates=None,
        resolution=resolution,
        otherwise="more sizes would decide",
    )


def _rate(points: Sequence[Measurement]) -> Finding:
    """The coefficient where the theory predicts one, else the local exponent; DISAGREES if either is refuted."""
    exponent = _exponent(points)
    if any(point.next_order is None for point in points) or exponent.outcome is Outcome.DISAGREES:
        return exponent
    coefficient = _coefficient(points)
    return replace(coefficient, reason=f"{coefficient.reason}; {exponent.reason}")


def _coefficient(points: Sequence[Measurement]) -> Finding:
    """(gap - predicted)/g at g = 0, in units of the predicted coefficient."""
    correction = [point.correction for point in points]
    predicted = [(point.next_order or 0.0) / point.scale for point in points]
    unit = abs(predicted[-1] / correction[-1]) or 1.0
    excess = [(p.gap - q) / p.correction / unit for p, q in zip(points, predicted, strict=True)]
    rounding = [arithmetic_error(point) / point.scale / point.correction / unit for point in points]
    found = eliminate(correction, excess, rounding)
    edge = max(found.error, COEFFICIENT_FLOOR)
    return conclude(
        Result(found.value, found.error, edge + found.error, abs(found.value) > edge),
        f"coefficient of g is {1 + found.value:.5g} +- {found.error:.1g} of the predicted one",
        what="coefficient error",
        rates=None,
        resolution=RESOLUTION,
    )


def _exponent(points: Sequence[Measurement]) -> Finding:
    """The local exponents d log|gap| / d log g, eliminated to g = 0, minus 1; a faster decay refutes nothing."""
    noise = [arithmetic_error(point) / point.scale for point in points]
    seen = list(takewhile(lambda i: abs(points[i].gap) > noise[i] / EXPONENT_FLOOR, range(len(points))))
    turn = max((j for i, j in pairwise(seen) if points[i].gap * points[j].gap < 0), default=0)
    steps = [(i, j, log(points[i].correction / points[j].correction)) for i, j in pairwise(seen) if i >= turn]
    if len(steps) < LEAST_SIZES:
        return Finding(
            Outcome.INCONCLUSIVE, nan, inf, inf, "too few sizes where the gap is above its rounding: no rate is seen"
        )
    found = eliminate(
        [points[j].correction for _, j, _ in steps],
        [log(points[i].gap / points[j].gap) / step - 1 for i, j, step in steps],
        [(noise[i] / abs(points[i].gap) + noise[j] / abs(points[j].gap)) / step for i, j, step in steps],
    )
    edge = max(found.error, EXPONENT_FLOOR)
    finding = conclude(
        Result(found.value, found.error, edge + found.error, found.value < -edge),
        f"the gap falls like g^{1 + found.value:.4f} +- {found.error:.1g}",
        what="wrong exponent",
        rates=None,
        resolution=RESOLUTION,
    )
    if found.value > edge:
        return replace(finding, outcome=Outcome.INCONCLUSIVE, reason=f"{finding.reason}; faster than declared")
    return finding
