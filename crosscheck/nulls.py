"""Synthetic experiments with known truth, for measuring the judge's own error rates.

An experiment draws `trials` independent legs and runs the judge's arithmetic on all of them at once.  The truth lies
`factor` times the smallest detectable gap away from the theory: 0 is a null, 1 an alternative that may be missed with
probability rates.miss at most.  Detectable is evaluated at the true variances, so the experiments also measure what
estimating them costs.  An experiment returns, for each trial, whether the theory was rejected, and a weight: 1, or the
likelihood ratio where draws are made from a tilted law to make rare rejections common.
"""

from collections.abc import Callable, Iterator
from math import ceil, sqrt
from typing import NamedTuple

import numpy as np

from crosscheck.budget import CONFIRMATION, Rates, next_look, plan
from crosscheck.pointwise import (
    MAXIMUM_DISTORTION,
    MINIMUM_SAMPLES,
    Bools,
    Floats,
    PointTest,
    distortion,
    indicator_test,
    mean_test,
    normal_quantile,
)

Outcomes = tuple[Bools, Floats | float]
Experiment = Callable[[np.random.Generator, int, Rates, float], Outcomes]

SIZES = 3
"""Sizes on the ladder of an exact claim; only the first is wrong in an alternative."""
RARE = 0.01
"""Probability of the Bernoulli experiments."""
LOOKS = 5
"""Looks of the sequential experiments, at doubling samples."""
CHUNK = 10_000_000
"""Most random numbers held at once."""


class Summary(NamedTuple):
    """Mean, standard error and skewness of samples with true mean 0 and variance 1."""

    mean: Floats
    error: Floats
    skewness: Floats


def gaussian(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """Gaussian replicas, the fewest that are judged, at every size of an exact claim."""
    n = MINIMUM_SAMPLES
    seen = gaussian_summary(rng, (trials, SIZES), n)
    gap = sign(rng, trials) * factor * _test(_known(n), n, rates, SIZES).detectable_up
    seen.mean[:, 0] += gap
    return np.asarray(_either(_test(seen, n, rates, SIZES)).any(-1)), 1.0


def bernoulli(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """Indicators of a rare event at every size of an exact claim."""
    n, level = 4096, rates.divide(2 * SIZES).false_alarm
    known = indicator_test(0, n, RARE, allowance=0.0, level=level, miss=rates.miss)
    p = np.full((trials, SIZES), RARE)
    p[:, 0] += factor * np.where(sign(rng, trials) > 0, known.detectable_up, -known.detectable_down)
    successes = rng.binomial(n, np.clip(p, 0, 1))
    test = indicator_test(successes, n, RARE, allowance=0.0, level=level, miss=rates.miss)
    return np.asarray(_either(test).any(-1)), 1.0


def exponential(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """Exponential replicas (skewness 2), as few as the judge accepts at this level."""
    n = fewest(2.0, rates.false_alarm / 2)
    gap = factor * _test(_known(n, skewness=2.0), n, rates, 1).detectable_up
    rejected = []
    for count in chunks(trials, n):
        seen = summary(rng.standard_exponential((count, n)) - 1)
        shifted = seen._replace(mean=seen.mean + sign(rng, count) * gap)
        rejected.append(_either(_test(shifted, n, rates, 1)))
    return np.concatenate(rejected), 1.0


def inverse_chi_square(freedom: float, *, samples: int = 4096) -> Experiment:
    """Replicas 1/chi^2_k, of tail index k/2 > 3, where the judge accepts them; trials may be refused.  Needs k > 6."""
    tail, mean = freedom / 2, 1 / (freedom - 2)
    spread, skewness = mean / sqrt(tail - 2), 4 * sqrt(tail - 2) / (tail - 3)

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        known = _test(_known(samples, skewness=skewness), samples, rates, 1)
        rejected = []
        for count in chunks(trials, samples):
            seen = summary((1 / rng.chisquare(freedom, (count, samples)) - mean) / spread)
            gap = sign(rng, count) * factor * known.detectable_up
            refused = distortion(rates.false_alarm / 2, seen.skewness / sqrt(samples)) > MAXIMUM_DISTORTION
            tested = _test(seen._replace(mean=seen.mean + gap), samples, rates, 1)
            rejected.append(np.where(refused, factor != 0, _either(tested)))
        return np.concatenate(rejected), 1.0

    return experiment


def trusted(freedom: float, *, samples: int) -> Experiment:
    """What the refusals prevent: replicas 1/chi^2_k, k > 2, judged by a t-test that asks for no tail index or skewness.

    Nulls only: below k = 4 there is no variance to measure a gap in.
    """

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        if factor:
            raise ValueError("the t-test without refusals has no alternative: it knows no detectable gap")
        rejected = []
        for count in chunks(trials, samples):
            seen = summary(1 / rng.chisquare(freedom, (count, samples)) - 1 / (freedom - 2))
            rejected.append(_either(_test(seen._replace(skewness=0 * seen.skewness), samples, rates, 1)))
        return np.concatenate(rejected), 1.0

    return experiment


def exponential_tilted(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """The nulls of `exponential`, drawn from the even mixture of two laws whose means lie z standard errors off.

    Weight = 1/mean over both of (1 + b)^n exp(-b sum x),  b = -+ z/sqrt(n) the change of the exponential's rate.
    """
    n = fewest(2.0, rates.false_alarm / 2)
    tilt = normal_quantile(rates.false_alarm / 2) / sqrt(n)
    tilts = np.array([tilt, -tilt])
    rejected, weights = [], []
    for count in chunks(trials, n):
        x = rng.standard_exponential((count, n)) / (1 + rng.choice(tilts, count))[:, None]
        ratio = n * np.log1p(tilts) - tilts * x.sum(-1)[:, None]
        rejected.append(_either(_test(summary(x - 1), n, rates, 1)))
        weights.append(np.exp(-np.logaddexp.reduce(ratio, axis=-1) + np.log(2)))
    return np.concatenate(rejected), np.concatenate(weights)


def gaussian_looks(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """Gaussian replicas looked at at doubling sample sizes; stops on rejection or when a gap worth seeing is seen.

    The gap worth seeing, which is the truth of an alternative, is the detectable one of the last look but one.
    """
    sizes = [MINIMUM_SAMPLES * 2**k for k in range(LOOKS)]
    last = rates.spend(LOOKS - 2, LOOKS)
    resolution = float(_test(_known(sizes[-2]), sizes[-2], last, 1).detectable_up)
    total, square = np.zeros(trials), np.zeros(trials)
    rejected, open_ = np.zeros(trials, dtype=bool), np.ones(trials, dtype=bool)
    for look, n in enumerate(sizes):
        more = n - (sizes[look - 1] if look else 0)
        part = gaussian_summary(rng, (trials,), more)
        centred = part.mean + resolution * factor
        square += (part.error**2 * more * (more - 1)) + more * centred**2
        total += more * centred
        mean = total / n
        error = np.sqrt((square - n * mean**2) / (n - 1) / n)
        test = _test(Summary(mean, error, np.zeros(trials)), n, rates.spend(look, LOOKS), 1)
        rejected |= open_ & _either(test)
        open_ &= ~rejected & (np.asarray(test.detectable_up) > resolution)
    return rejected | (open_ if factor else False), 1.0


def gaussian_skipping(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """As `gaussian_looks`, but each trial goes to the look that `next_look` chooses, as the engine does.

    What is needed follows from the trial's own standard error, so the looks that are taken depend on the data.
    """
    sizes = plan(MINIMUM_SAMPLES, MINIMUM_SAMPLES * 2 ** (LOOKS - 1))
    last = rates.spend(LOOKS - 2, LOOKS)
    resolution = float(_test(_known(sizes[-2]), sizes[-2], last, 1).detectable_up)
    total, square = np.zeros(trials), np.zeros(trials)
    rejected, following = np.zeros(trials, dtype=bool), np.zeros(trials, dtype=int)
    for look, n in enumerate(sizes):
        more = n - (sizes[look - 1] if look else 0)
        part = gaussian_summary(rng, (trials,), more)
        centred = part.mean + resolution * factor
        square += (part.error**2 * more * (more - 1)) + more * centred**2
        total += more * centred
        mean = total / n
        error = np.sqrt((square - n * mean**2) / (n - 1) / n)
        test = _test(Summary(mean, error, np.zeros(trials)), n, rates.spend(look, LOOKS), 1)
        here = following == look
        rejected |= here & _either(test)
        needed = np.ceil(n * (np.asarray(test.detectable_up) / resolution) ** 2)
        for trial in np.flatnonzero(here & ~rejected & (needed > n)):
            following[trial] = next_look(sizes, look, needed=int(needed[trial])) or LOOKS
    return rejected | (following == LOOKS if factor else False), 1.0


def bernoulli_looks(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """Indicators of a rare event looked at at doubling sample sizes, until the last look."""
    sizes = [4096 * 2**k for k in range(LOOKS)]
    known = _count_test(0, sizes[-1], rates.spend(LOOKS - 1, LOOKS))
    successes, rejected = np.zeros(trials), np.zeros(trials, dtype=bool)
    for look, n in enumerate(sizes):
        more = n - (sizes[look - 1] if look else 0)
        successes += rng.binomial(more, RARE + factor * float(known.detectable_up), trials)
        rejected |= _either(_count_test(successes, n, rates.spend(look, LOOKS)))
    return rejected, 1.0


def two_stages(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
    """A DISAGREES that fresh Gaussian replicas, four times as many, must repeat; rates are those of both stages."""
    n, stage = MINIMUM_SAMPLES, rates.stage()
    gap = factor * float(_test(_known(n), n, stage, 1).detectable_up)
    rejected = np.ones(trials, dtype=bool)
    for samples in (n, CONFIRMATION * n):
        seen = gaussian_summary(rng, (trials,), samples)
        rejected &= _either(_test(seen._replace(mean=seen.mean + gap), samples, stage, 1))
    return rejected, 1.0


def fewest(skewness: float, level: float) -> int:
    """The fewest samples of this skewness that the judge accepts at a one-sided level."""
    return max(MINIMUM_SAMPLES, ceil((skewness * normal_quantile(level) ** 3 / 3 / MAXIMUM_DISTORTION) ** 2))


def gaussian_summary(rng: np.random.Generator, shape: tuple[int, ...], samples: int) -> Summary:
    """Summaries of Gaussian samples from their own laws: normal mean, chi-square variance, skewness +- sqrt(6/n)."""
    variance = rng.chisquare(samples - 1, shape) / (samples - 1)
    skewness = rng.standard_normal(shape) * sqrt(6 / samples)
    return Summary(rng.standard_normal(shape) / sqrt(samples), np.sqrt(variance / samples), skewness)


def summary(x: Floats) -> Summary:
    """Summaries of samples along the last axis."""
    n = x.shape[-1]
    mean = x.mean(-1)
    away = x - mean[..., None]
    square = away * away
    variance = square.mean(-1)
    skewness = (square * away).mean(-1) / variance**1.5
    return Summary(mean, np.sqrt(variance / (n - 1)), skewness)


def chunks(trials: int, numbers: int) -> Iterator[int]:
    """Numbers of trials, summing to `trials`, of which each holds at most CHUNK random numbers."""
    size = max(1, CHUNK // numbers)
    return (min(size, trials - start) for start in range(0, trials, size))


def sign(rng: np.random.Generator, shape: int) -> Floats:
    """Fair signs."""
    return rng.choice(np.array([-1.0, 1.0]), shape)


def _known(samples: int, *, skewness: float = 0.0) -> Summary:
    """What the summaries of infinitely many trials average to."""
    return Summary(np.zeros(()), np.asarray(samples**-0.5), np.asarray(skewness))


def _test(seen: Summary, samples: int, rates: Rates, sizes: int) -> PointTest:
    level = rates.divide(2 * sizes).false_alarm
    return mean_test(*seen[:2], samples=samples, skewness=seen.skewness, allowance=0.0, level=level, miss=rates.miss)


def _count_test(successes: Floats | int, samples: int, rates: Rates) -> PointTest:
    return indicator_test(successes, samples, RARE, allowance=0.0, level=rates.false_alarm / 2, miss=rates.miss)


def _either(test: PointTest) -> Bools:
    return np.asarray(test.too_low) | np.asarray(test.too_high)
