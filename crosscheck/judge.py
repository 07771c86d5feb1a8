"""The judge: a pure function from measurements to findings, with stated error rates.

Nothing here draws, simulates or prints.  One call of `judge` is one test of the budget: its false-alarm rate is divided
over sizes, sides and findings by union bounds, so DISAGREES on a right formula is rarer than promised, never commoner.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import hypot, inf, sqrt

from crosscheck.budget import Rates
from crosscheck.drift import approach
from crosscheck.findings import Result, arithmetic_error, conclude, gap_text, refusal, replicas_needed
from crosscheck.laws import beside, law_test_of, shifted_law
from crosscheck.pointwise import PointTest, indicator_test, mean_test, normal_quantile
from crosscheck.verdict import Finding, Judgement, Kind, Measurement, Outcome


def judge(
    measurements: Sequence[Measurement],
    *,
    kind: Kind,
    rates: Rates,
    resolution: float = 0.01,
    look: int = 0,
    looks: int = 1,
) -> Judgement:
    """What the measurements of one leg say about the theory.

    DISAGREES: rejected at the false-alarm rate.  AGREES: not rejected, and a gap of `resolution` would have been, but
    for the miss rate.  INCONCLUSIVE: anything else, with the samples per size that would decide where more can.
    `measurements`: one per size, cumulative over the looks; independent of one another.
    `look` of `looks` planned: each spends its share of `rates` (`Rates.spend`).

    exact         the theory holds at every size
    asymptotic    gap = limit + a g + ...: the limit is zero, and the drift follows the declared g
    identity, pathwise    exact values equal the theory within their rounding
    bound         the mean is not below the theory, at every size; the rate finding says how tight
    two_route     as exact; each measurement is a `difference` of two routes, whose means must agree, or holds the
                  frequencies of one route beside those of the other, which must agree in law

    Laws are judged by the kinds exact and two_route alone.
    Raises ValueError for measurements that do not fit the kind.
    """
    if not measurements:
        raise ValueError("judge: no measurements; a leg needs at least one size")
    if not resolution > 0:
        raise ValueError(f"judge: resolution = {resolution} must be positive")
    if kind not in (Kind.EXACT, Kind.TWO_ROUTE) and any(point.values == "law" for point in measurements):
        raise ValueError(f"judge: kind {kind.value} compares means; a law is judged as exact or two_route")
    share = rates.spend(look, looks)
    if kind is Kind.ASYMPTOTIC:
        return approach(measurements, rates=share, resolution=resolution)
    if kind in (Kind.IDENTITY, Kind.PATHWISE) and any(point.values != "exact" for point in measurements):
        raise ValueError(f"judge: kind {kind.value} compares exact values; the measurements are sampled")
    if kind is Kind.BOUND:
        limit = _at_every_size(measurements, share, resolution, sides=1)
        return Judgement(limit, _tightness(measurements, limit, resolution))
    limit = _at_every_size(measurements, share, resolution, sides=2)
    return Judgement(limit, replace(limit, reason="the formula is exact at every size: there is no drift to judge"))


def decided(judgement: Judgement) -> bool:
    """True when more samples cannot change the answer: AGREES, DISAGREES, or INCONCLUSIVE for another reason."""
    return judgement.outcome is not Outcome.INCONCLUSIVE or judgement.limit.replicas_needed is None


def shifted(measurements: Sequence[Measurement], by: float) -> tuple[Measurement, ...]:
    """The same data beside a theory moved by `by` in units of the scale: the canary, which must be rejected."""
    return tuple(
        shifted_law(point, by) if point.law else replace(point, theory=point.theory + by * point.scale)
        for point in measurements
    )


def against(
    measurements: Sequence[Measurement], theories: Sequence[float | Sequence[float]]
) -> tuple[Measurement, ...]:
    """The same data, in the same units, beside a rival's values at the same sizes; a rival predicts no next order.

    `theories`: one number per size, or for laws the rival's probabilities at the edges of each size.
    """
    return tuple(
        beside(point, theory) if point.law else replace(point, theory=theory, next_order=None)
        for point, theory in zip(measurements, theories, strict=True)
    )


def difference(one: Measurement, other: Measurement) -> Measurement:
    """The gap between the means of two independent routes at one size, to be judged as `two_route` against zero.

    The standard errors add in quadrature; the third cumulants subtract.
    """
    error = hypot(one.standard_error, other.standard_error)
    samples = min(one.samples, other.samples)
    cumulant = [point.skewness * point.standard_error**3 / sqrt(point.samples) for point in (one, other)]
    exact = one.values == other.values == "exact"
    return Measurement(
        size=one.size,
        correction=0.0,
        theory=0.0,
        scale=one.scale,
        mean=one.mean - other.mean,
        standard_error=error,
        samples=samples,
        values="exact" if exact else "real",
        skewness=(cumulant[0] - cumulant[1]) * sqrt(samples) / error**3 if error > 0 else 0.0,
        bias=abs(one.bias) + abs(other.bias),
        bias_error=hypot(one.bias_error, other.bias_error),
        rounding=one.rounding + other.rounding,
        tail=min(one.tail, other.tail),
    )


def _at_every_size(measurements: Sequence[Measurement], rates: Rates, resolution: float, *, sides: int) -> Finding:
    """Is the gap zero (two sides) or not negative (one side) at every size?  The level is divided over both."""
    level = rates.divide(len(measurements) * sides).false_alarm

    def tests(points: Sequence[Measurement]) -> list[Result]:
        return [_test(point, level=level, miss=rates.miss, sides=sides) for point in points]

    results = tests(measurements)
    detectable = max(result.detectable for result in results)
    worst = max(
        range(len(results)), key=lambda i: (results[i].rejected, abs(results[i].gap) / (results[i].error or inf))
    )
    size = f"at size {measurements[worst].size:g}" + (f", the worst of {len(results)}" if len(results) > 1 else "")
    shown = results[worst]
    return conclude(
        shown._replace(detectable=detectable, refused=next((r.refused for r in results if r.refused), None)),
        f"gap {gap_text(shown.gap, shown.error, measurements)} {size}",
        rates=None if all(point.values == "exact" for point in measurements) else rates,
        resolution=resolution,
        needed=lambda: replicas_needed(measurements, lambda more: max(r.detectable for r in tests(more)), resolution),
        otherwise="more samples would not decide",
    )


def _test(point: Measurement, *, level: float, miss: float, sides: int) -> Result:
    """The test of one size at a one-sided `level`: within rounding, of a law, binomial, or t."""
    if point.values == "law":
        found = law_test_of(point, level=sides * level, miss=miss)
        return Result(point.gap, point.error, float(found.detectable), bool(found.rejected))
    allowance = abs(point.bias) + normal_quantile(level) * point.bias_error
    if point.values == "exact":
        edge = arithmetic_error(point) + allowance
        away = point.mean - point.theory
        return _result(point, edge, PointTest(away < -edge, away > edge, 2 * edge, 2 * edge), sides)
    if point.values == "indicator":
        result = indicator_test(
            point.successes or 0, point.samples, point.theory, allowance=allowance, level=level, miss=miss
        )
        return _result(point, point.standard_error, result, sides)
    result = mean_test(
        point.mean - point.theory,
        point.standard_error,
        samples=point.samples,
        skewness=point.skewness,
        allowance=allowance,
        level=level,
        miss=miss,
    )
    refused = refusal(point, level=level)
    tested = _result(point, point.standard_error, result, sides)
    return tested._replace(rejected=False, detectable=inf, refused=refused) if refused else tested


def _result(point: Measurement, error: float, result: PointTest, sides: int) -> Result:
    """The test in units of the scale; with one side only a mean below the theory counts."""
    both = sides == 2
    detectable = max(result.detectable_down, result.detectable_up) if both else result.detectable_down
    return Result(
        gap=point.gap,
        error=error / point.scale,
        detectable=float(detectable) / point.scale,
        rejected=bool(result.too_low or (both and result.too_high)),
    )


def _tightness(measurements: Sequence[Measurement], limit: Finding, resolution: float) -> Finding:
    """Is the bound attained, up to the resolution, at some size?"""
    closest = min(measurements, key=lambda point: point.gap)
    above = closest.gap + limit.detectable
    tight = limit.outcome is Outcome.AGREES and above <= resolution
    text = (
        f"closest to the bound at size {closest.size:g}: {gap_text(closest.gap, closest.error, measurements)} above it"
    )
    outcome, text = (Outcome.AGREES, text) if tight else (Outcome.INCONCLUSIVE, f"{text}; not seen to be attained")
    return Finding(outcome, closest.gap, closest.error, limit.detectable, text)
