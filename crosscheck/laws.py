"""Measurements of a whole law: how they are made, moved, set beside a rival, and tested."""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil, sqrt

from crosscheck.kolmogorov import LawTest, law_test, moved, two_sample_test
from crosscheck.verdict import Frequencies, Measurement


def law_measurement(size: float, law: Frequencies) -> Measurement:
    """The law at one size; the gap is the deviation of largest size, in probability (scale 1)."""
    place = int(_tested(law, level=0.5, miss=0.5).place)
    observed, expected = law.observed[place], law.theory[place]
    variance = _variance(observed, law.samples)
    if law.theory_samples is not None:
        variance += _variance(expected, law.theory_samples)
    return Measurement(
        size=size,
        correction=0.0,
        theory=expected,
        scale=1.0,
        mean=observed,
        standard_error=sqrt(variance),
        samples=law.samples,
        values="law",
        law=law,
    )


def beside(point: Measurement, theory: float | Sequence[float]) -> Measurement:
    """The same samples beside another law at the same edges.  ValueError for anything but one number per edge."""
    law = _law(point)
    if isinstance(theory, float | int) or len(theory) != len(law.edges):
        raise ValueError(f"a rival of a law needs its probabilities at {len(law.edges)} edges; given {theory}")
    return law_measurement(point.size, replace(law, theory=tuple(map(float, theory))))


def shifted_law(point: Measurement, by: float) -> Measurement:
    """The same samples beside a law at distance |by| from the theory."""
    return beside(point, moved(_law(point).theory, by).tolist())


def law_test_of(point: Measurement, *, level: float, miss: float) -> LawTest:
    """The test of one size at a false-alarm rate `level`, which has no sides."""
    return _tested(_law(point), level=level, miss=miss)


def with_more_samples(point: Measurement, factor: float) -> Measurement:
    """The same frequencies on `factor` times the samples."""
    law = _law(point)
    samples = ceil(law.samples * factor)
    larger = replace(
        law,
        samples=samples,
        counts=tuple(min(samples, round(count * samples / law.samples)) for count in law.counts),
        theory_samples=None if law.theory_samples is None else ceil(law.theory_samples * factor),
    )
    return law_measurement(point.size, larger)


def _tested(law: Frequencies, *, level: float, miss: float) -> LawTest:
    if law.theory_samples is None:
        return law_test(law.counts, law.samples, law.theory, level=level, miss=miss)
    return two_sample_test(law.counts, law.samples, law.theory, law.theory_samples, level=level, miss=miss)


def _law(point: Measurement) -> Frequencies:
    if point.law is None:
        raise ValueError(f"the measurement at size {point.size:g} is a mean, not a law")
    return point.law


def _variance(probability: float, samples: int) -> float:
    inside = min(max(probability, 0.0), 1.0)
    return inside * (1 - inside) / samples
