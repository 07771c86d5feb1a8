"""From the numbers of a test to a finding: the three words, the reason in one line, the samples that would decide."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, inf, isfinite, isinf, sqrt
from sys import float_info
from typing import NamedTuple

from crosscheck.budget import Rates
from crosscheck.laws import with_more_samples
from crosscheck.pointwise import MAXIMUM_DISTORTION, MINIMUM_SAMPLES, MINIMUM_TAIL, distortion
from crosscheck.verdict import Finding, Measurement, Outcome

_MOST_DOUBLINGS = 40


class Result(NamedTuple):
    """What a test measured, in units of the scale; detectable is inf when the test was refused."""

    gap: float
    error: float
    detectable: float
    rejected: bool
    refused: str | None = None


def conclude(
    tested: Result,
    text: str,
    *,
    rates: Rates | None,
    resolution: float,
    what: str = "gap",
    needed: Callable[[], int | None] = lambda: None,
    otherwise: str = "",
) -> Finding:
    """DISAGREES if rejected, AGREES if not and a gap of `resolution` would have been seen, else INCONCLUSIVE.

    rates: None where there is no noise.  what: the quantity whose departure was tested.
    needed: called only where more samples might decide; otherwise: the remedy where they would not.
    """
    gap, error, detectable = float(tested.gap), float(tested.error), float(tested.detectable)
    rejected, refused = bool(tested.rejected), tested.refused
    if rejected:
        refuted = f"refuted at false-alarm rate {rates.false_alarm:.1g}" if rates else "refuted"
        return Finding(Outcome.DISAGREES, gap, error, detectable, f"{text}; {refuted}")
    if detectable <= resolution:
        seen = f"a {what} of {detectable:.2g} would have been seen" + (
            f" with miss rate {rates.miss:.1g}" if rates else ""
        )
        return Finding(Outcome.AGREES, gap, error, detectable, f"{text}; {seen}")
    samples = needed()
    coarse = f"only a {what} of {detectable:.2g} would have been seen, the resolution is {resolution:g}"
    blind = refused or (coarse if isfinite(detectable) else f"no {what} would have been seen")
    remedy = f"; {samples} samples per size would decide" if samples else otherwise and f"; {otherwise}"
    return Finding(Outcome.INCONCLUSIVE, gap, error, detectable, f"{text}; {blind}{remedy}", samples)


def gap_text(gap: float, error: float, measurements: Sequence[Measurement]) -> str:
    """ "0.0004 +- 0.0011 of the value", or "of the scale" where the claim declares one; "in probability" for a law."""
    if all(point.values == "law" for point in measurements):
        return f"{gap:.2g} +- {error:.2g} in probability"
    own = all(abs(point.scale - abs(point.theory)) <= 1e-9 * point.scale for point in measurements)
    return f"{gap:.2g} +- {error:.2g} of the {'value' if own else 'scale'}"


def refusal(point: Measurement, *, level: float) -> str | None:
    """Why the t-test of a sampled mean cannot be trusted at a one-sided `level`; None where it can."""
    if point.tail <= MINIMUM_TAIL:
        return (
            f"tail index {point.tail:g} at size {point.size:g}, {MINIMUM_TAIL:g} or less, where no t-test is "
            "calibrated: test the law, not the mean, by a claim with law="
        )
    if point.standard_error == 0 or isinf(skewness(point)):
        return f"all {point.samples} samples at size {point.size:g} are equal: nothing is known of their spread"
    if point.samples < MINIMUM_SAMPLES:
        return f"{point.samples} samples at size {point.size:g} are fewer than {MINIMUM_SAMPLES}"
    if distortion(level, skewness(point) / sqrt(point.samples)) > MAXIMUM_DISTORTION:
        return f"{point.samples} samples at size {point.size:g} are too few for skewness {skewness(point):.2g}"
    return None


def skewness(point: Measurement) -> float:
    """Skewness of one replica; that of an indicator follows from its frequency f as (1 - 2f)/sqrt(f (1 - f))."""
    if point.successes is None or point.values != "indicator":
        return point.skewness
    frequency = point.successes / point.samples
    variance = frequency * (1 - frequency)
    return (1 - 2 * frequency) / sqrt(variance) if variance > 0 else inf


def arithmetic_error(point: Measurement) -> float:
    """The declared rounding, but at least an ulp of either side."""
    return point.rounding + float_info.epsilon * (abs(point.mean) + abs(point.theory))


def replicas_needed(
    measurements: Sequence[Measurement], detectable: Callable[[Sequence[Measurement]], float], resolution: float
) -> int | None:
    """Samples per size that bring `detectable` down to the resolution; None where no number does.

    The measurements are imagined with more samples, their errors shrinking as 1/sqrt(samples).
    """

    def blind(doublings: float) -> bool:
        return detectable([_with_more(point, 2**doublings) for point in measurements]) > resolution

    high = next((k for k in range(1, _MOST_DOUBLINGS) if not blind(k)), None)
    if high is None:
        return None
    low, high = high - 1.0, float(high)
    for _ in range(5):
        middle = (low + high) / 2
        low, high = (middle, high) if blind(middle) else (low, middle)
    return ceil(max(point.samples for point in measurements) * 2**high)


def _with_more(point: Measurement, factor: float) -> Measurement:
    if point.values == "law":
        return with_more_samples(point, factor)
    samples = ceil(point.samples * factor)
    ratio = samples / point.samples
    return replace(
        point,
        samples=samples,
        standard_error=point.standard_error / sqrt(ratio),
        bias_error=point.bias_error / sqrt(ratio),
        successes=None if point.successes is None else min(samples, round(point.successes * ratio)),
    )
