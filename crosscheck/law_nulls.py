"""Synthetic experiments on tests of a whole law: counts at the edges drawn from their multinomial law (see `nulls`).

In an alternative the law differs by the detectable distance at one edge and by less elsewhere, up or down.
"""

from dataclasses import dataclass

import numpy as np
from scipy import special

from crosscheck.budget import Rates
from crosscheck.kolmogorov import law_test, two_sample_test
from crosscheck.nulls import LOOKS, Experiment, Outcomes, chunks, sign
from crosscheck.pointwise import Floats

FIRST_SAMPLES = 1024
"""Samples of the first of the looks."""


@dataclass(frozen=True)
class Law:
    """Probabilities P(X <= edge) at increasing edges, and the samples that are drawn."""

    cumulative: Floats
    samples: int

    def counts(self, rng: np.random.Generator, law: Floats, samples: int) -> np.ndarray:
        """Counts at or below each edge, for one law per trial, shape (trials, edges)."""
        cells = np.diff(law, prepend=0.0, append=1.0, axis=-1)
        return np.cumsum(rng.multinomial(samples, cells), axis=-1)[..., :-1]

    def moved(self, rng: np.random.Generator, trials: int, distance: float) -> Floats:
        """One law per trial: `distance` higher at the edge after a quarter of them, or lower at its mirror image."""
        law = np.broadcast_to(self.cumulative, (trials, len(self.cumulative)))
        if distance == 0:
            return law
        low = len(self.cumulative) // 4
        high = len(self.cumulative) - 1 - low
        up, down = self.cumulative.copy(), self.cumulative.copy()
        up[low:] = np.maximum(up[low:], up[low] + distance)
        down[: high + 1] = np.minimum(down[: high + 1], down[high] - distance)
        return np.where(sign(rng, trials)[:, None] > 0, up, down)


def even(edges: int, samples: int) -> Law:
    """A continuous law at edges that part it evenly."""
    return Law(np.arange(1, edges + 1) / (edges + 1), samples)


def binomial(samples: int) -> Law:
    """A law of nine atoms: Binomial(8, 0.3), with an edge above each atom but the last."""
    return Law(special.bdtr(np.arange(8.0), 8, 0.3), samples)


def one_sample(law: Law) -> Experiment:
    """Samples beside their own law, or beside a law at the detectable distance."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        levels = {"level": rates.false_alarm, "miss": rates.miss}
        distance = factor * float(law_test(0 * law.cumulative, law.samples, law.cumulative, **levels).detectable)
        rejected = []
        for count in chunks(trials, len(law.cumulative)):
            counts = law.counts(rng, law.moved(rng, count, distance), law.samples)
            rejected.append(law_test(counts, law.samples, law.cumulative, **levels).rejected)
        return np.concatenate(rejected), 1.0

    return experiment


def two_samples(law: Law, others: int) -> Experiment:
    """Samples beside `others` samples of the same law, or of one at the detectable distance."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        levels = {"level": rates.false_alarm, "miss": rates.miss}
        nothing = 0 * law.cumulative
        distance = factor * float(two_sample_test(nothing, law.samples, nothing, others, **levels).detectable)
        rejected = []
        for count in chunks(trials, len(law.cumulative)):
            counts = law.counts(rng, law.moved(rng, count, distance), law.samples)
            frequencies = law.counts(rng, law.moved(rng, count, 0.0), others) / others
            rejected.append(two_sample_test(counts, law.samples, frequencies, others, **levels).rejected)
        return np.concatenate(rejected), 1.0

    return experiment


def looks(law: Law) -> Experiment:
    """Samples looked at at doubling sizes, until rejection or the last look, where an alternative is detectable."""
    sizes = [FIRST_SAMPLES * 2**k for k in range(LOOKS)]

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        last = rates.spend(LOOKS - 1, LOOKS)
        known = law_test(0 * law.cumulative, sizes[-1], law.cumulative, level=last.false_alarm, miss=last.miss)
        truth = law.moved(rng, trials, factor * float(known.detectable))
        counts = np.zeros(truth.shape, dtype=np.int64)
        rejected = np.zeros(trials, dtype=bool)
        for look, n in enumerate(sizes):
            counts += law.counts(rng, truth, n - (sizes[look - 1] if look else 0))
            share = rates.spend(look, LOOKS)
            rejected |= law_test(counts, n, law.cumulative, level=share.false_alarm, miss=share.miss).rejected
        return rejected, 1.0

    return experiment
