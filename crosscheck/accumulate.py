"""The evidence of many nights in one test: a gap that no single run can see shows in time, at one false-alarm rate.

A night is the same leg on fresh seeds, with a fixed number of samples per size.  Its estimate of the gap is

    Y = sum over sizes of weight * (mean - theory)/scale

The weights are those of the intercept at g = 0 for an asymptotic claim, by the fit of (1, g) or (1, g, g^2) that would
see the smaller gap after HORIZON nights; for the other kinds every size is a line of its own.  Weights, allowance and
width of the mixture are fixed by the first night that the judge can use, whose gaps do not count.  So what a night says
changes nothing about the next one, and for a right formula every Y has a mean of at most `allowance` in size: the terms
that the fit leaves out, the time-step bias and the rounding, as in a single run.  They are granted in full every night,
and cannot add up to a false alarm.

One test martingale per line and side (`crosscheck.martingales`); the test is their average.  DISAGREES when it has
ever reached 1/level: with a right formula that happens with probability `level` at most, however many nights there are
and however often one looks.  AGREES when at some night the confidence sequence lay within the resolution.

What is not exact: the variance of a replica is taken from the earlier nights and enlarged by MARGIN standard errors of
a sample variance; beside that, terms of relative size 1/samples are neglected.  Indicators of an exact claim need none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, inf, log, nan, sqrt
from sys import float_info
from typing import NamedTuple

import numpy as np

from crosscheck import fits
from crosscheck.drift import corrections, noise
from crosscheck.evidence import Accumulated
from crosscheck.findings import gap_text, refusal, skewness
from crosscheck.martingales import (
    average,
    best_concentration,
    best_width,
    binomial_evidence,
    boundary,
    evidence,
    least_probability,
)
from crosscheck.pointwise import Floats
from crosscheck.verdict import Kind, Measurement, Outcome

HORIZON = 16
"""The night at which the test is sharpest; at level 1e-6 the excess that it needs is 16 % above the smallest possible
at night 1, 1 % at night 60 and 5 % at night 1000."""
BIAS_SHARE = 0.1
"""The part of the level that pays for the bound on the time-step bias, which the first night measures."""
MARGIN = 3.0
"""Standard errors by which an estimated variance is enlarged; kurtosis up to 6 + 1.5 skewness^2 is covered."""

_LARGEST = 690.0


@dataclass(frozen=True)
class Plan:
    """What is fixed before the first night that counts.

    weights: one row per line, one column per size.  allowance: largest mean of each line for a right formula.
    width: of the mixture over l, per line.  sides: 1 where only a mean below the theory counts.
    level: probability of ever being refuted when right.
    """

    weights: Floats
    allowance: Floats
    width: Floats
    sides: int
    level: float

    @property
    def share(self) -> float:
        """The level of each end of each line's confidence sequence."""
        return self.level / 2 / len(self.weights)


class Course(NamedTuple):
    """What was known after each night; axes: ..., nights, lines (evidence: ..., nights).

    gap: average so far.  error: its standard error.  low, high: confidence sequence, allowance included.
    evidence: log of the test martingale.
    """

    gap: Floats
    error: Floats
    low: Floats
    high: Floats
    evidence: Floats


def accumulated(
    nights: Sequence[Sequence[Measurement]], *, kind: Kind, level: float, resolution: float, route: str
) -> Accumulated:
    """What the nights of one leg say together; each is the measurements of all sizes, the samples fixed beforehand."""
    reason = "no night was kept"
    for start, first in enumerate(nights):
        refused = _refused(first, kind)
        if refused is None:
            return _concluded(nights, start, kind=kind, level=level, resolution=resolution, route=route)
        reason = refused
    return _open(nights, level, reason, route)


def planned(first: Sequence[Measurement], *, kind: Kind, level: float) -> Plan:
    """The plan that the first night fixes; of its gaps nothing enters."""
    tested, paid = (1 - BIAS_SHARE) * level, BIAS_SHARE * level / len(first)
    sides = 1 if kind is Kind.BOUND else 2
    rounding = np.array([(p.rounding + 2 * float_info.epsilon * abs(p.theory)) / p.scale for p in first])
    known = noise(first, level=paid)
    weights, allowance = np.eye(len(first)), known.allowance
    if kind is Kind.ASYMPTOTIC:
        later = known._replace(error=known.error / sqrt(HORIZON))
        line = fits.limit(np.eye(len(first)), corrections(first), later, level=tested / 2, miss=tested / 2)
        weights, allowance = np.atleast_2d(line.estimate), np.atleast_1d(line.systematic)  # the answers to unit gaps
    allowance = allowance + np.abs(weights) @ rounding
    with np.errstate(divide="ignore"):
        width = best_width(HORIZON * (weights**2 @ known.error**2), level=tested / len(weights) / sides)
    return Plan(weights, allowance, width, sides, tested)


def course_of_means(plan: Plan, gap: Floats, error: Floats, samples: Floats, skew: Floats) -> Course:
    """From the means of nights to what was known after each; axes: ..., nights, sizes.

    The first night gives its variance alone.  Night k's predicted variance rests on the nights before it.
    """
    count = np.cumsum(samples, axis=-2)
    one = np.cumsum(error**2 * samples**2, axis=-2) / count
    lean = np.cumsum(skew * samples, axis=-2) / count
    ahead = one * (1 + MARGIN * np.sqrt((5 + 1.5 * lean**2) / count))
    predicted = (ahead[..., :-1, :] / samples[..., 1:, :]) @ (plan.weights**2).T
    seen = (error**2 * (samples - 1) / samples)[..., 1:, :] @ (plan.weights**2).T
    variance = np.cumsum((seen + 2 * predicted) / 3, axis=-2)
    total = np.cumsum(gap[..., 1:, :] @ plan.weights.T, axis=-2)
    number = np.arange(1, total.shape[-2] + 1.0)[:, None]
    granted = number * plan.allowance
    sides = [evidence(-total - granted, variance, plan.width), evidence(total - granted, variance, plan.width)]
    reach = boundary(variance, plan.width, level=plan.share) / number + plan.allowance
    mean = total / number
    found = average(np.concatenate(sides[: plan.sides], axis=-1))
    return Course(mean, np.sqrt(np.cumsum(seen, axis=-2)) / number, mean - reach, mean + reach, found)


def evidence_of_counts(plan: Plan, successes: Floats, samples: Floats, theory: Floats, allowance: Floats) -> Floats:
    """log of the test martingale after each night of indicators; axes: ..., nights, sizes, the first night left out.

    allowance: of a probability, at each size.
    """
    k, n = np.cumsum(successes, axis=-2), np.cumsum(samples, axis=-2)
    width = _concentration(plan, samples)
    low = binomial_evidence(n - k, n, 1 - theory + allowance, concentration=width)
    high = binomial_evidence(k, n, theory + allowance, concentration=width)
    return average(np.concatenate([low, high][: plan.sides], axis=-1))


def _concluded(
    nights: Sequence[Sequence[Measurement]], start: int, *, kind: Kind, level: float, resolution: float, route: str
) -> Accumulated:
    ordered = [sorted(night, key=lambda point: (-point.correction, point.size)) for night in nights[start:]]
    plan = planned(ordered[0], kind=kind, level=level)
    if len(ordered) == 1:
        reason = f"night {start + 1} fixes the plan; the evidence begins with the next one"
        return _open(nights, level, reason, route)
    counted = kind is not Kind.ASYMPTOTIC and all(p.values == "indicator" for night in ordered for p in night)
    course = _course_of_counts(plan, ordered) if counted else _course(plan, ordered)
    strongest = float(course.evidence.max())
    refuted = course.evidence >= log(1 / plan.level)
    small = course.low >= -resolution
    within = (small if plan.sides == 1 else small & (course.high <= resolution)).all(-1)
    worst = int(np.argmax(np.abs(course.gap[-1]) / np.maximum(course.error[-1], 1e-300)))
    gap, error = float(course.gap[-1, worst]), float(course.error[-1, worst])
    radius = float(((course.high - course.low)[-1] / 2).max())
    size = f" at size {ordered[0][worst].size:g}, the worst of {len(plan.weights)}" if len(plan.weights) > 1 else ""
    text = f"{len(nights)} nights: gap {gap_text(gap, error, ordered[0])}{size}"
    if refuted.any():
        outcome, night = Outcome.DISAGREES, start + 2 + int(np.argmax(refuted))
        text = f"{text}; refuted on night {night} at false-alarm rate {level:.1g} for all nights together"
    elif within.any():
        outcome = Outcome.AGREES
        text = f"{text}; within {radius:.2g} of it, at false-alarm rate {level:.1g} for all nights together"
    else:
        outcome = Outcome.INCONCLUSIVE
        coarse = f"known to {radius:.2g} only, the resolution is {resolution:g}"
        text = f"{text}; {coarse}{_remedy(plan, course, resolution)}"
    shown = exp(min(strongest, _LARGEST))
    past = _history(course, start)
    return Accumulated(route, outcome, len(nights), gap, error, radius, shown, 1 / plan.level, level, text, past)


def _open(nights: Sequence[Sequence[Measurement]], level: float, reason: str, route: str) -> Accumulated:
    """Nothing is known yet."""
    refuting = 1 / ((1 - BIAS_SHARE) * level)
    return Accumulated(route, Outcome.INCONCLUSIVE, len(nights), nan, inf, inf, 1.0, refuting, level, reason)


def _history(course: Course, start: int) -> tuple[tuple[int, float, float, float], ...]:
    """Night, widest confidence sequence and evidence: what a figure draws."""
    low, high = course.low.min(-1), course.high.max(-1)
    values = np.exp(np.minimum(course.evidence, _LARGEST))
    nights = range(start + 2, start + 2 + len(values))
    return tuple(zip(nights, low.tolist(), high.tolist(), values.tolist(), strict=True))


def _remedy(plan: Plan, course: Course, resolution: float) -> str:
    """How many nights would show that there is no gap of the resolution, were the mean two standard errors off zero."""
    count = course.gap.shape[-2]
    if (plan.allowance >= resolution).any():
        return f"; what the fit leaves out may hide {plan.allowance.max():.2g}: larger sizes would decide"
    variance = (course.error[-1] * count) ** 2 / count
    for doubling in range(64):
        number = count * 2 ** (doubling / 4)
        reach = boundary(variance * number, plan.width, level=plan.share) / number + plan.allowance
        reach += 2 * np.sqrt(variance / number)
        if (reach <= resolution).all():
            return f"; about {number + 1:.2g} nights would decide"
    return ""


def _course(plan: Plan, nights: Sequence[Sequence[Measurement]]) -> Course:
    return course_of_means(
        plan,
        np.array([[point.gap for point in night] for night in nights]),
        np.array([[point.error for point in night] for night in nights]),
        np.array([[point.samples for point in night] for night in nights], dtype=float),
        np.array([[_lean(point) for point in night] for night in nights]),
    )


def _course_of_counts(plan: Plan, nights: Sequence[Sequence[Measurement]]) -> Course:
    """As `course_of_means`, by the exact martingales of frequencies."""
    scale = np.array([point.scale for point in nights[0]])
    theory = np.array([point.theory for point in nights[0]])
    successes = np.array([[point.successes or 0 for point in night] for night in nights[1:]], dtype=float)
    samples = np.array([[point.samples for point in night] for night in nights[1:]], dtype=float)
    k, n = np.cumsum(successes, axis=0), np.cumsum(samples, axis=0)
    width, share = _concentration(plan, samples), plan.share
    low = least_probability(k, n, concentration=width, level=share)
    high = 1 - least_probability(n - k, n, concentration=width, level=share)
    return Course(
        (k / n - theory) / scale,
        np.sqrt(k * (n - k) / n**3) / scale,
        (low - theory) / scale - plan.allowance,
        (high - theory) / scale + plan.allowance,
        evidence_of_counts(plan, successes, samples, theory, plan.allowance * scale),
    )


def _concentration(plan: Plan, samples: Floats) -> Floats:
    level = plan.level / plan.sides / samples.shape[-1]
    return best_concentration(HORIZON * samples[..., :1, :], level=level)


def _refused(night: Sequence[Measurement], kind: Kind) -> str | None:
    """Why a night cannot fix the plan; None where it can."""
    if any(point.values not in ("real", "indicator") for point in night):
        return "only means and frequencies are added up over nights"
    if kind is Kind.ASYMPTOTIC:
        found = {point.correction for point in night}
        if len(found) < len(night) or len(night) < 2 or 0 in found:
            return "a limit needs two sizes at least, each with its own correction g > 0"
        if max(corrections(sorted(night, key=lambda point: -point.correction))[-1:]) > fits.MAXIMUM_CORRECTION:
            return "the smallest g is too large to expand in: larger sizes would decide"
    elif all(point.values == "indicator" for point in night):
        return None
    return next((reason for point in night if (reason := refusal(point, level=0.5))), None)


def _lean(point: Measurement) -> float:
    found = skewness(point)
    return found if found < inf else sqrt(point.samples)
