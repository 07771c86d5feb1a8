"""Synthetic experiments on asymptotic claims: ladders, drifts and noise with known limit and rate (see `nulls`)."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from crosscheck import fits
from crosscheck.budget import Rates
from crosscheck.nulls import Experiment, Outcomes, chunks, fewest, gaussian_summary, sign, summary
from crosscheck.pointwise import Floats, normal_quantile

Shape = Callable[[Floats, Floats], Floats]
"""Drift from g (sizes) and coefficients (trials, 3), drawn uniformly from -BOUND..BOUND."""

BOUND = 5.0
SAMPLES = 4096


@dataclass(frozen=True)
class Ladder:
    """An asymptotic claim with limit 0: g at every size, the shape of the drift, the standard error at every size."""

    correction: Floats
    shape: Shape
    error: float

    def drift(self, rng: np.random.Generator, trials: int) -> Floats:
        """Gaps without noise, shape (trials, sizes)."""
        return self.shape(self.correction, rng.uniform(-BOUND, BOUND, (trials, 3)))

    def noise(self) -> fits.Noise:
        """What the judge would know of the noise, were it known exactly."""
        one = np.ones_like(self.correction)
        return fits.Noise(self.error * one, (SAMPLES - 1) * one, 0 * one, 0 * one)

    def drawn(self, rng: np.random.Generator, trials: int) -> tuple[Floats, fits.Noise]:
        """Gaussian noise, and what the judge knows of it in each trial."""
        seen = gaussian_summary(rng, (trials, len(self.correction)), SAMPLES)
        unit = self.error * SAMPLES**0.5
        asymmetry = seen.skewness / SAMPLES**0.5
        return seen.mean * unit, fits.Noise(seen.error * unit, self.noise().dof, asymmetry, self.noise().allowance)


def powers(g: Floats, a: Floats) -> Floats:
    """a g + b g^2 + c g^3."""
    return a[:, :1] * g + a[:, 1:2] * g**2 + a[:, 2:] * g**3


def logarithm(g: Floats, a: Floats) -> Floats:
    """a g + b/5 g^2 log(1/g): the coefficient of a logarithm is at most 1."""
    return a[:, :1] * g + a[:, 1:2] / BOUND * g**2 * np.log(1 / g)


def limit(ladder: Ladder) -> Experiment:
    """Is the intercept zero?  Drifts drawn at random; an alternative has an intercept of either sign."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        noise, seen = ladder.drawn(rng, trials)
        gap = ladder.drift(rng, trials) + noise
        shift = sign(rng, trials) * factor * _line(0 * ladder.correction, ladder, ladder.noise(), rates).detectable
        return _line(gap + shift[:, None], ladder, seen, rates).rejected, 1.0

    return experiment


def limit_opposed(ladder: Ladder) -> Experiment:
    """As `limit`, but the terms that the fit leaves out are as large as allowed and all push to the wrong side."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        g = ladder.correction
        known = _line(0 * g, ladder, ladder.noise(), rates)
        remainder = fits.remainder(g, int(known.order)) * np.sign(_weights(ladder, rates))
        noise, seen = ladder.drawn(rng, trials)
        drift = rng.uniform(-BOUND, BOUND, (trials, 1)) * g + (1 if factor == 0 else -1) * remainder
        return _line(drift + noise + factor * known.detectable, ladder, seen, rates).rejected, 1.0

    return experiment


def limit_tilted(ladder: Ladder) -> Experiment:
    """The nulls of `limit` with noise moved by z standard errors along the fit's weights, and weighted back."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        direction = _weights(ladder, rates)
        direction = direction / np.linalg.norm(direction)
        tilt = normal_quantile(rates.false_alarm / 2)
        noise, seen = ladder.drawn(rng, trials)
        noise = noise + (sign(rng, trials) * tilt * ladder.error)[:, None] * direction
        along = tilt * (noise @ direction) / ladder.error
        weight = np.exp(tilt**2 / 2) / np.cosh(along)
        return _line(ladder.drift(rng, trials) + noise, ladder, seen, rates).rejected, weight

    return experiment


def limit_skewed(ladder: Ladder) -> Experiment:
    """As `limit`, with noise from exponential replicas, as few as are accepted at one size."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        g, level = ladder.correction, rates.false_alarm / 2
        n, one = fewest(2.0, level), np.ones_like(g)
        unit = ladder.error * n**0.5
        known = fits.Noise(ladder.error * one, (n - 1) * one, 2 / n**0.5 * one, 0 * one)
        shift = factor * _line(0 * g, ladder, known, rates).detectable
        rejected = []
        for count in chunks(trials, n * len(g)):
            seen = summary(rng.standard_exponential((count, len(g), n)) - 1)
            noise = fits.Noise(seen.error * unit, (n - 1) * one, seen.skewness / n**0.5, 0 * one)
            gap = ladder.drift(rng, count) + seen.mean * unit + (sign(rng, count) * shift)[:, None]
            rejected.append(_line(gap, ladder, noise, rates).rejected)
        return np.concatenate(rejected), 1.0

    return experiment


def coefficient(ladder: Ladder) -> Experiment:
    """Is the drift's coefficient the predicted one?  In an alternative it is off by the detectable amount."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        g = ladder.correction
        terms = rng.uniform(-BOUND, BOUND, (trials, 3)) * [0, 1, 1]
        noise, seen = ladder.drawn(rng, trials)
        sides = {"level": rates.false_alarm / 2, "miss": rates.miss}
        off = sign(rng, trials) * factor * fits.coefficient(0 * g, g, ladder.noise(), **sides).detectable
        gap = ladder.shape(g, terms) + noise + off[:, None] * g
        return fits.coefficient(gap, g, seen, **sides).rejected, 1.0

    return experiment


def exponent(ladder: Ladder) -> Experiment:
    """Do the gaps follow g?  In an alternative the leading term is a g (1 + e log g), e the detectable exponent."""

    def experiment(rng: np.random.Generator, trials: int, rates: Rates, factor: float) -> Outcomes:
        g = ladder.correction
        noise, seen = ladder.drawn(rng, trials)
        sides = {"level": rates.false_alarm, "miss": rates.miss}
        known = fits.misfit(BOUND * g, g, ladder.noise(), **sides)
        wrong = factor * known.detectable * BOUND * g * np.log(g)
        terms = rng.uniform(-BOUND, BOUND, (trials, 3)) * [0, 1, 1] + [BOUND, 0, 0]
        return fits.misfit(ladder.shape(g, terms) + noise + wrong, g, seen, **sides).rejected, 1.0

    return experiment


def _line(gap: Floats, ladder: Ladder, noise: fits.Noise, rates: Rates) -> fits.Line:
    return fits.limit(gap, ladder.correction, noise, level=rates.false_alarm / 2, miss=rates.miss)


def _weights(ladder: Ladder, rates: Rates) -> Floats:
    """The weights of the limit's fit: its estimates from unit gaps at one size each."""
    units = np.eye(len(ladder.correction))
    noise = fits.Noise(*(np.broadcast_to(column, units.shape) for column in ladder.noise()))
    return _line(units, ladder, noise, rates).estimate
