"""Findings on an asymptotic claim: is the limit right, and is it approached like the declared correction g."""

from collections.abc import Sequence
from itertools import pairwise
from math import inf, log, nan

import numpy as np

from crosscheck import fits, noise_free
from crosscheck.budget import Rates
from crosscheck.findings import Result, conclude, gap_text, refusal, replicas_needed, skewness
from crosscheck.pointwise import MAXIMUM_DISTORTION, Floats, normal_quantile
from crosscheck.verdict import Finding, Judgement, Measurement, Outcome

EXPONENT_RESOLUTION = 0.5
"""A rate AGREES when an exponent wrong by this much, g^(1/2) or g^(3/2), would have been seen."""
COEFFICIENT_RESOLUTION = 0.1
"""A predicted coefficient AGREES when an error of this part of it would have been seen."""


def approach(measurements: Sequence[Measurement], *, rates: Rates, resolution: float) -> Judgement:
    """The limit and the rate of gap = limit + a g + b g^2 + ..., each with half the false-alarm rate.

    The rate never lowers a limit's outcome; it disagrees when the drift is refuted.
    Raises ValueError when a size declares no correction, corrections repeat, or exact and sampled values are mixed.
    """
    points = sorted(measurements, key=lambda point: -point.correction)
    if any(point.correction == 0 for point in points):
        raise ValueError("judge: an asymptotic claim declares a correction g > 0 at every size")
    if any(left.correction == right.correction for left, right in pairwise(points)):
        raise ValueError("judge: two sizes of an asymptotic claim have the same correction")
    exact = sum(point.values == "exact" for point in points)
    if 0 < exact < len(points):
        raise ValueError("judge: one leg mixes exact and sampled values")
    if len(points) < 2:
        return _unseen("one size cannot tell a limit from a drift; two or more can")
    correction = corrections(points)
    smallest = float(correction[-1])
    if smallest > fits.MAXIMUM_CORRECTION:
        size = _size_at(points, fits.MAXIMUM_CORRECTION / smallest)
        return _unseen(f"the smallest g is {smallest:.2g}, too large to expand in; {size}")
    if exact:
        return noise_free.approach(points, correction=correction.tolist(), resolution=resolution)
    return Judgement(_limit(points, rates, resolution), _rate(points, rates))


def levels(rates: Rates) -> tuple[float, float, float]:
    """One-sided levels of the limit, the coefficient and the misfit: half the false-alarm rate, then a quarter each."""
    return rates.false_alarm / 4, rates.false_alarm / 8, rates.false_alarm / 4


def noise(points: Sequence[Measurement], *, level: float) -> fits.Noise:
    """What is known of the gaps before looking at them, in units of the scale."""
    scale = np.array([point.scale for point in points])
    samples = np.array([point.samples for point in points], dtype=float)
    z = normal_quantile(level)
    return fits.Noise(
        error=np.array([point.error for point in points]),
        dof=samples - 1,
        asymmetry=np.array([skewness(point) for point in points]) / np.sqrt(samples),
        allowance=np.array([abs(point.bias) + z * point.bias_error for point in points]) / scale,
    )


def _limit(points: Sequence[Measurement], rates: Rates, resolution: float) -> Finding:
    level, _, _ = levels(rates)

    def tested(of: Sequence[Measurement]) -> tuple[Result, fits.Line | None]:
        refused = _refusal(of)
        if refused:
            return _untested(refused), None
        line = fits.limit(_gaps(of), corrections(of), noise(of, level=level), level=level, miss=rates.miss)
        skewed = _skewed(float(line.distortion))
        detectable = inf if skewed else float(line.detectable)
        rejected = bool(line.rejected) and not skewed
        return Result(float(line.estimate), float(line.error), detectable, rejected, skewed), line

    result, line = tested(points)
    terms = "1, g, g^2" if line is not None and line.order == 2 else "1, g"
    return conclude(
        result,
        f"limit gap {gap_text(result.gap, result.error, points)} (fit of {terms} at {len(points)} sizes)",
        rates=rates,
        resolution=resolution,
        needed=lambda: replicas_needed(points, lambda more: tested(more)[0].detectable, resolution),
        otherwise=_larger_sizes(points, line, resolution),
    )


def _rate(points: Sequence[Measurement], rates: Rates) -> Finding:
    """DISAGREES when the shape or the predicted coefficient of the drift is refuted."""
    _, steep, crooked = levels(rates)
    refused = _refusal(points)
    if refused:
        return _unseen(refused).rate
    gap, correction, known = _gaps(points), corrections(points), noise(points, level=steep)
    shape = fits.misfit(gap, correction, known, level=crooked, miss=rates.miss)
    slope = fits.coefficient(gap, correction, known, level=steep, miss=rates.miss)
    skewed = _skewed(float(max(shape.distortion, slope.distortion)))
    if skewed:
        return _unseen(skewed).rate
    if shape.rejected:
        text = f"the gaps do not follow the declared g: residuals {shape.statistic:.3g} exceed {shape.reject:.3g}"
        tested = Result(float(shape.exponent), float(shape.error), float(shape.detectable), True)
        return conclude(tested, text, what="wrong exponent", rates=rates, resolution=EXPONENT_RESOLUTION)
    if all(point.next_order is not None for point in points):
        return _coefficient(points, known, rates)
    if not slope.rejected:
        return Finding(
            Outcome.INCONCLUSIVE,
            nan,
            inf,
            inf,
            f"gap below the noise at every size: a = {slope.estimate:.2g} +- {slope.error:.1g}",
        )
    return conclude(
        Result(float(shape.exponent), float(shape.error), float(shape.detectable), False),
        f"the gap falls like g^{1 + shape.exponent:.2f} +- {shape.error:.1g}",
        what="wrong exponent",
        rates=rates,
        resolution=EXPONENT_RESOLUTION,
    )


def _coefficient(points: Sequence[Measurement], known: fits.Noise, rates: Rates) -> Finding:
    """What the predicted drift leaves of the gaps, as a part of the predicted coefficient."""
    _, level, _ = levels(rates)
    correction = corrections(points)
    predicted = np.array([(point.next_order or 0.0) / point.scale for point in points])
    unit = abs(float(predicted[-1] / correction[-1])) or 1.0
    line = fits.coefficient(_gaps(points) - predicted, correction, known, level=level, miss=rates.miss)
    return conclude(
        Result(
            float(line.estimate) / unit, float(line.error) / unit, float(line.detectable) / unit, bool(line.rejected)
        ),
        f"coefficient of g is {1 + line.estimate / unit:.3g} +- {line.error / unit:.1g} of the predicted one",
        what="coefficient error",
        rates=rates,
        resolution=COEFFICIENT_RESOLUTION,
    )


def _larger_sizes(points: Sequence[Measurement], line: fits.Line | None, resolution: float) -> str:
    """The remedy when the terms that the fit leaves out hide more than the resolution."""
    if line is None or 4 * line.systematic < resolution:
        return "more samples would not decide"
    shrink = (resolution / 4 / float(line.systematic)) ** (1 / (float(line.order) + 1))
    return f"terms of higher order may hide {line.systematic:.2g}: {_size_at(points, shrink)}"


def _size_at(points: Sequence[Measurement], shrink: float) -> str:
    """The size at which the smallest g would shrink by this factor, by the power law of the last two sizes."""
    left, right = points[-2:]
    power = log(left.correction / right.correction) / log(right.size / left.size)
    size = right.size * shrink ** (-1 / power)
    return f"sizes up to about {size:.2g} would decide"


def _unseen(reason: str) -> Judgement:
    finding = Finding(Outcome.INCONCLUSIVE, nan, inf, inf, reason)
    return Judgement(finding, finding)


def _untested(refused: str) -> Result:
    return Result(nan, inf, inf, False, refused)


def _skewed(distortion: float) -> str | None:
    return "the samples are too few for their skewness" if distortion > MAXIMUM_DISTORTION else None


def _refusal(points: Sequence[Measurement]) -> str | None:
    return next((reason for point in points if (reason := refusal(point, level=0.5))), None)


def _gaps(points: Sequence[Measurement]) -> Floats:
    return np.array([point.gap for point in points])


def corrections(points: Sequence[Measurement]) -> Floats:
    """g in units where a predicted coefficient is one at most, so that those of higher orders are of order one too."""
    last = points[-1]
    unit = abs(last.next_order or 0.0) / last.scale / last.correction
    return np.array([point.correction for point in points]) * max(1.0, unit)
