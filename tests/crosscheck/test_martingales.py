"""Test martingales: the inequality, the closed forms against quadrature, and Ville's bound on draws of many laws."""

from math import exp, log

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import beta, binom, norm

from crosscheck.martingales import (
    average,
    best_concentration,
    best_width,
    binomial_evidence,
    boundary,
    evidence,
    least_probability,
)

VARIANCES = np.array([1.0, 4.0, 16.0, 100.0, 1e4])


def test_the_inequality_behind_the_martingale_holds():
    x = np.linspace(-60, 60, 240_001)
    assert (np.exp(x - x**2 / 6) <= (1 + x + x**2 / 3) * (1 + 1e-14)).all()


@pytest.mark.parametrize(("excess", "variance", "width"), [(0.0, 1.0, 1.0), (3.0, 2.0, 0.7), (-4.0, 9.0, 0.2)])
def test_the_evidence_is_the_average_over_the_half_normal_law(excess, variance, width):
    found, _ = quad(lambda x: 2 * norm.pdf(x, scale=width) * exp(x * excess - x**2 * variance / 2), 0, 12 * width)
    assert evidence(excess, variance, width) == pytest.approx(log(found), rel=1e-9)


@pytest.mark.parametrize("level", [1e-2, 1e-6])
def test_the_boundary_is_where_the_evidence_reaches_the_level(level):
    width = best_width(16, level=level)
    reach = boundary(VARIANCES, width, level=level)
    assert evidence(reach, VARIANCES, width) == pytest.approx(np.full(5, log(1 / level)), rel=1e-9)


@pytest.mark.parametrize("level", [1e-2, 1e-6])
def test_the_best_width_has_the_closest_boundary(level):
    best = best_width(16, level=level)
    reach = [boundary(16.0, best * factor, level=level) for factor in (0.5, 1, 2)]
    assert min(reach) == reach[1]


@pytest.mark.parametrize(("k", "n", "q"), [(30, 100, 0.2), (3, 50, 0.2), (0, 10, 0.5), (10, 10, 0.9)])
def test_the_binomial_evidence_is_the_average_over_the_cut_beta_law(k, n, q):
    width = 25.0
    law = beta(width * q, width * (1 - q))
    found, _ = quad(lambda r: law.pdf(r) / law.sf(q) * (r / q) ** k * ((1 - r) / (1 - q)) ** (n - k), q, 1)
    assert binomial_evidence(k, n, q, concentration=width) == pytest.approx(log(found), rel=1e-7)


@pytest.mark.parametrize("p", [0.2, 0.15])
def test_the_binomial_evidence_is_not_expected_to_grow(p):
    q, width = 0.2, 25.0
    k = np.arange(31)
    now = np.exp(binomial_evidence(k, 30, q, concentration=width))
    following = [np.exp(binomial_evidence(k + one, 31, q, concentration=width)) for one in (0, 1)]
    assert ((1 - p) * following[0] + p * following[1] <= now * (1 + 1e-9)).all()
    assert binom.pmf(k, 30, p) @ now == pytest.approx(1.0, abs=1e-9) if p == q else binom.pmf(k, 30, p) @ now < 1


@pytest.mark.parametrize(("probability", "successes", "found"), [(-0.1, 0, np.inf), (1.0, 7, 0.0), (0.0, 1, np.inf)])
def test_at_the_ends_the_evidence_is_all_or_nothing(probability, successes, found):
    assert binomial_evidence(successes, 7, probability, concentration=5.0) == found


def test_no_success_is_no_evidence_that_there_are_any():
    assert binomial_evidence(0, 100, 0.0, concentration=5.0) <= 0


@pytest.mark.parametrize("rate", [1e-3, 0.3, 0.9])
def test_the_least_probability_is_the_last_that_is_refuted(rate):
    n, level = 60 * 4096, 1e-3
    width = best_concentration(16 * 4096, level=level)
    k = round(rate * n)
    least = least_probability(k, n, concentration=width, level=level)
    assert binomial_evidence(k, n, least, concentration=width) == pytest.approx(log(1 / level), rel=1e-6)
    assert 3.5 < (rate - least) / np.sqrt(rate * (1 - rate) / n) < 4.5
    assert least_probability(0, n, concentration=width, level=level) == 0


def test_an_average_of_martingales_is_taken_without_overflow():
    assert average(np.array([1000.0, 1000.0])) == pytest.approx(1000)
    assert average(np.array([-np.inf, log(4.0)])) == pytest.approx(log(2))
    assert average(np.array([np.inf, 0.0])) == np.inf


LAWS = {
    "two values": lambda rng, shape: (rng.random(shape) < 0.1) - 0.1,
    "exponential": lambda rng, shape: rng.standard_exponential(shape) - 1,
    "minus exponential": lambda rng, shape: 1 - rng.standard_exponential(shape),
    "normal": lambda rng, shape: rng.standard_normal(shape),
    "no third moment": lambda rng, shape: rng.pareto(2.5, shape) - 1 / 1.5,
}
SPREAD = {"two values": 0.09, "exponential": 1.0, "minus exponential": 1.0, "normal": 1.0,
          "no third moment": 2.5 / 1.5**2 / 0.5}  # fmt: skip


def alarms(law: str, *, level: float = 0.05, trials: int = 4000) -> int:
    """How many of the trials ever reach 1/level within 300 replicas."""
    x = LAWS[law](np.random.default_rng(5), (trials, 300))
    variance = np.cumsum((x**2 + 2 * SPREAD[law]) / 3, axis=-1)
    found = evidence(np.cumsum(x, axis=-1), variance, best_width(30 * SPREAD[law], level=level))
    return int((found >= log(1 / level)).any(-1).sum())


@pytest.mark.parametrize("law", LAWS)
def test_replicas_of_any_law_keep_the_promise_from_the_first_on(law):
    assert binom.sf(alarms(law) - 1, 4000, 0.05) > 1e-4


def test_the_promise_is_not_kept_by_seeing_nothing():
    assert binom.cdf(alarms("normal"), 4000, 0.05 / 4) > 1e-4
