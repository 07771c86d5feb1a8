"""The judge's measured false-alarm and miss rates beside its promises, from synthetic data with known truth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType
from typing import Any

import numpy as np
from scipy import special

from crosscheck import drift_nulls, law_nulls, nulls
from crosscheck.budget import Rates
from crosscheck.drift_nulls import Ladder
from crosscheck.nulls import Experiment
from crosscheck.pointwise import Floats

CONFIDENCE = 0.99
"""Of the printed intervals."""
DOUBT = 1e-6
"""A promise is refuted when it gives a count as high as the measured one less than this probability."""
BATCH = 500_000
"""Most trials drawn at once."""


def inverse_sizes(first: float, last: float, count: int) -> Floats:
    """1/N on a geometric ladder of sizes."""
    return 1 / np.geomspace(first, last, count)


LADDERS: Mapping[str, Ladder] = MappingProxyType(
    {
        "1/N, N = 100..1600": Ladder(inverse_sizes(100, 1600, 5), drift_nulls.powers, 1e-3),
        "1/N, N = 100..1600, precise": Ladder(inverse_sizes(100, 1600, 5), drift_nulls.powers, 1e-5),
        "1/N, N = 1e5..1.6e6": Ladder(inverse_sizes(1e5, 1.6e6, 5), drift_nulls.powers, 1e-3),
        "1/N, N = 10..160": Ladder(inverse_sizes(10, 160, 5), drift_nulls.powers, 1e-3),
        "1/sqrt(N), N = 1e3..1e5": Ladder(inverse_sizes(1e3, 1e5, 5) ** 0.5, drift_nulls.powers, 1e-3),
        "1/N + log(N)/N^2, N = 30..3000": Ladder(inverse_sizes(30, 3000, 4), drift_nulls.logarithm, 1e-5),
    }
)
"""Asymptotic claims: g, the ladder of sizes, and the standard error of a gap at every size."""

THREE_SIZES = Ladder(inverse_sizes(100, 1600, 3), drift_nulls.powers, 1e-3)

EXPERIMENTS: Mapping[str, Experiment] = MappingProxyType(
    {
        "exact: Gaussian": nulls.gaussian,
        "exact: Bernoulli p = 0.01": nulls.bernoulli,
        "exact: exponential": nulls.exponential,
        "exact: 1/chi^2_13, tail index 6.5": nulls.inverse_chi_square(13),
        "exact: 1/chi^2_50, tail index 25": nulls.inverse_chi_square(50),
        "five looks: Gaussian": nulls.gaussian_looks,
        "five looks, some skipped: Gaussian": nulls.gaussian_skipping,
        "five looks: Bernoulli p = 0.01": nulls.bernoulli_looks,
        "law: continuous, n = 1000": law_nulls.one_sample(law_nulls.even(63, 1000)),
        "law: continuous, n = 30": law_nulls.one_sample(law_nulls.even(63, 30)),
        "law: nine atoms, n = 100": law_nulls.one_sample(law_nulls.binomial(100)),
        "five looks: law": law_nulls.looks(law_nulls.even(31, 1024)),
        "two laws: n = m = 1000": law_nulls.two_samples(law_nulls.even(63, 1000), 1000),
        "two laws: nine atoms, n = 200, m = 1600": law_nulls.two_samples(law_nulls.binomial(200), 1600),
        "two stages: Gaussian": nulls.two_stages,
        **{f"limit: {name}": drift_nulls.limit(ladder) for name, ladder in LADDERS.items()},
        **{f"limit, worst drift: {name}": drift_nulls.limit_opposed(ladder) for name, ladder in LADDERS.items()},
        "limit, exponential: 1/N, three sizes": drift_nulls.limit_skewed(THREE_SIZES),
        **{f"coefficient: {name}": drift_nulls.coefficient(ladder) for name, ladder in LADDERS.items()},
        **{f"exponent: {name}": drift_nulls.exponent(ladder) for name, ladder in LADDERS.items()},
    }
)
"""Every kind of null, each with its alternative at the smallest detectable gap."""

DEMONSTRATIONS: Mapping[str, Experiment] = MappingProxyType(
    {
        f"t-test of {samples} replicas 1/chi^2_{freedom}, tail index {freedom / 2:g}": nulls.trusted(
            freedom, samples=samples
        )
        for freedom, samples in ((3, 4096), (5, 4096), (13, 128), (50, 128))
    }
)
"""What the refusals prevent: a t-test that is not the judge's, on replicas that the judge would not accept."""

RARE: Mapping[str, tuple[Experiment, int]] = MappingProxyType(
    {
        "exact: Gaussian": (nulls.gaussian, 10_000_000),
        "exact: Bernoulli p = 0.01": (nulls.bernoulli, 10_000_000),
        "exact: exponential": (nulls.exponential_tilted, 10_000),
        "law: nine atoms, n = 100": (law_nulls.one_sample(law_nulls.binomial(100)), 10_000_000),
        "two laws: nine atoms, n = 200, m = 1600": (
            law_nulls.two_samples(law_nulls.binomial(200), 1600),
            10_000_000,
        ),
        "limit: 1/N, N = 100..1600": (drift_nulls.limit_tilted(LADDERS["1/N, N = 100..1600"]), 20_000),
        "limit: 1/N, N = 10..160": (drift_nulls.limit_tilted(LADDERS["1/N, N = 10..160"]), 20_000),
    }
)
"""Nulls for rare rejections: cheap ones in great number, or drawn from a tilted law; with the number of trials."""


@dataclass(frozen=True)
class Measured:
    """A rate that was measured and the rate that was promised.

    events: how many of the trials; for a tilted law their weight.  low, high: Clopper-Pearson interval, or the normal
    one of a weighted mean.  kept: the measured rate does not refute the promise.
    """

    trials: int
    events: float
    low: float
    high: float
    promised: float
    kept: bool

    @property
    def rate(self) -> float:
        return self.events / self.trials


@dataclass(frozen=True)
class Row:
    """One kind of null at one level, and its alternative; miss is None where only nulls were drawn."""

    kind: str
    level: float
    false_alarm: Measured
    miss: Measured | None

    @property
    def kept(self) -> bool:
        """Neither promise is refuted."""
        return self.false_alarm.kept and (self.miss is None or self.miss.kept)

    def to_json(self) -> dict[str, Any]:
        measured = {"false_alarm": self.false_alarm, "miss": self.miss}
        return {"kind": self.kind, "level": self.level, "kept": self.kept} | {
            name: value and {**vars(value), "rate": value.rate} for name, value in measured.items()
        }


def calibration(
    *,
    trials: int = 20_000,
    levels: Sequence[float] = (1e-2, 1e-3),
    experiments: Mapping[str, Experiment] = EXPERIMENTS,
    seed: int = 0,
) -> tuple[Row, ...]:
    """Every experiment at every level: `trials` nulls and `trials` alternatives, both rates set to the level."""
    rows = []
    for level in levels:
        rates = Rates(level, level)
        for number, (kind, experiment) in enumerate(experiments.items()):
            null, alternative = np.random.SeedSequence([seed, number, round(1 / level)]).spawn(2)
            false_alarm = _measured(experiment, null, trials, rates, factor=0.0)
            rows.append(Row(kind, level, false_alarm, _measured(experiment, alternative, trials, rates, factor=1.0)))
    return tuple(rows)


def demonstration(*, trials: int = 20_000, level: float = 1e-2, seed: int = 0) -> tuple[Row, ...]:
    """False alarms of what the refusals prevent; their promise is not the judge's, and does not hold."""
    return rare_calibration(
        level=level, experiments={kind: (nulls_, trials) for kind, nulls_ in DEMONSTRATIONS.items()}, seed=seed
    )


def rare_calibration(
    *, level: float = 1e-5, experiments: Mapping[str, tuple[Experiment, int]] = RARE, share: float = 1.0, seed: int = 0
) -> tuple[Row, ...]:
    """False alarms at a level too rare for plain counting of thousands; `share` of the trials listed."""
    rates = Rates(level, level)
    return tuple(
        Row(
            kind,
            level,
            _measured(experiment, np.random.SeedSequence([seed, number]), round(share * trials), rates, factor=0.0),
            None,
        )
        for number, (kind, (experiment, trials)) in enumerate(experiments.items())
    )


def _measured(
    experiment: Experiment, seed: np.random.SeedSequence, trials: int, rates: Rates, *, factor: float
) -> Measured:
    """Rejections of nulls (factor 0) or acceptances of alternatives (factor 1), in batches."""
    rng = np.random.default_rng(seed)
    weights = []
    for start in range(0, trials, BATCH):
        rejected, weight = experiment(rng, min(BATCH, trials - start), rates, factor)
        weights.append((rejected if factor == 0 else ~rejected) * weight)
    found = np.concatenate(weights)
    promised = rates.false_alarm if factor == 0 else rates.miss
    counted = bool(np.all((found == 0) | (found == 1)))
    return (_counted if counted else _weighted)(found, promised)


def _counted(found: Floats, promised: float) -> Measured:
    trials, events = len(found), float(found.sum())
    side = (1 - CONFIDENCE) / 2
    low = float(special.betaincinv(events, trials - events + 1, side)) if events else 0.0
    high = float(special.betainccinv(events + 1, trials - events, side)) if events < trials else 1.0
    as_high = float(special.betainc(events, trials - events + 1, promised)) if events else 1.0
    return Measured(trials, events, low, high, promised, as_high >= DOUBT)


def _weighted(found: Floats, promised: float) -> Measured:
    trials, mean = len(found), float(found.mean())
    error = float(found.std()) / sqrt(trials)
    width, doubt = (-float(special.ndtri(side)) * error for side in ((1 - CONFIDENCE) / 2, DOUBT))
    return Measured(trials, mean * trials, max(0.0, mean - width), mean + width, promised, mean - doubt <= promised)
