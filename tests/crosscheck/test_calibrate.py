"""The judge keeps its promises on synthetic data, and a judge that does not is found out."""

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from crosscheck import drift, drift_nulls, fits, kolmogorov, nulls
from crosscheck.budget import Rates
from crosscheck.calibrate import (
    DEMONSTRATIONS,
    EXPERIMENTS,
    LADDERS,
    RARE,
    calibration,
    demonstration,
    rare_calibration,
)
from crosscheck.judge import judge
from crosscheck.kolmogorov import band
from crosscheck.nulls import gaussian_summary
from crosscheck.verdict import Kind, Measurement, Outcome

CHEAP = {
    kind: experiment
    for kind, experiment in EXPERIMENTS.items()
    if not kind.endswith(("exponential", "three sizes")) and "chi^2" not in kind
}
"""All but the experiments that draw every replica, which the slow tests measure."""


def shown(row):
    """One line for a failing test."""
    parts = [("false alarms", row.false_alarm)] + ([("misses", row.miss)] if row.miss else [])
    text = [f"{name} {part.rate:.2e} in [{part.low:.1e}, {part.high:.1e}]" for name, part in parts]
    return f"{row.kind} at {row.level:g}: " + ", ".join(text)


@pytest.mark.parametrize("kind", CHEAP)
def test_no_promise_is_refuted_at_one_percent(kind):
    (row,) = calibration(trials=4000, levels=(1e-2,), experiments={kind: EXPERIMENTS[kind]})
    assert row.kept, shown(row)
    assert row.false_alarm.trials == 4000


@pytest.mark.parametrize("kind", sorted(EXPERIMENTS.keys() - CHEAP.keys()))
def test_skewed_replicas_keep_the_promise_at_the_fewest_samples_accepted(kind):
    (row,) = calibration(trials=500, levels=(1e-2,), experiments={kind: EXPERIMENTS[kind]})
    assert row.kept, shown(row)


@pytest.mark.slow
@pytest.mark.parametrize("level", [1e-2, 1e-3])
@pytest.mark.parametrize("kind", EXPERIMENTS)
def test_no_promise_is_refuted_on_twenty_thousand_nulls(kind, level):
    (row,) = calibration(levels=(level,), experiments={kind: EXPERIMENTS[kind]})
    assert row.false_alarm.trials >= 20_000
    assert row.miss is not None
    assert row.miss.trials >= 2_000
    assert row.kept, shown(row)


@pytest.mark.slow
@pytest.mark.parametrize("kind", RARE)
def test_no_promise_is_refuted_at_one_in_a_hundred_thousand(kind):
    (row,) = rare_calibration(experiments={kind: RARE[kind]})
    assert row.kept, shown(row)


def test_rare_rejections_are_measured_by_tilting():
    kind = "limit: 1/N, N = 100..1600"
    (row,) = rare_calibration(experiments={kind: RARE[kind]}, share=0.2)
    assert row.kept, shown(row)
    assert 0 < row.false_alarm.low < row.false_alarm.rate < row.false_alarm.high < 1e-5


@pytest.mark.parametrize("level", [1e-2, 1e-3])
@pytest.mark.parametrize(
    ("plain", "tilted", "trials"),
    [
        (nulls.exponential, nulls.exponential_tilted, 1000),
        (
            drift_nulls.limit(LADDERS["1/sqrt(N), N = 1e3..1e5"]),
            drift_nulls.limit_tilted(LADDERS["1/sqrt(N), N = 1e3..1e5"]),
            20_000,
        ),
    ],
)
def test_tilting_changes_how_rejections_are_drawn_and_not_their_rate(plain, tilted, trials, level):
    rates = Rates(level, level)
    direct, _ = plain(np.random.default_rng(1), trials, rates, 0.0)
    rejected, weights = tilted(np.random.default_rng(2), trials, rates, 0.0)
    weighted = rejected * weights
    spread = sqrt(weighted.var() / trials + direct.var() / trials + level / trials)
    assert abs(weighted.mean() - direct.mean()) < 5 * spread
    assert np.mean(weights) == pytest.approx(1.0, abs=0.3)


def three_standard_errors(rng, trials, rates, factor):
    """A judge of folklore: 3 sigma at any of three sizes."""
    seen = gaussian_summary(rng, (trials, 3), 4096)
    return (np.abs(seen.mean) > 3 * seen.error).any(-1), 1.0


def three_standard_errors_at_the_largest_size(rng, trials, rates, factor):
    """A judge that ignores the drift."""
    ladder = LADDERS["1/N, N = 100..1600"]
    noise, seen = ladder.drawn(rng, trials)
    gap = ladder.drift(rng, trials) + noise
    return np.abs(gap[:, -1]) > 3 * seen.error[:, -1], 1.0


def peeking(rng, trials, rates, factor):
    """A judge that spends its whole false-alarm rate at every look."""
    rejected, total = np.zeros(trials, dtype=bool), np.zeros(trials)
    for look in range(1, 21):
        total += rng.standard_normal(trials)
        rejected |= np.abs(total) / sqrt(look) > 3.2905  # two-sided 1e-3
    return rejected, 1.0


def overconfident(rng, trials, rates, factor):
    """A judge that claims to see half of what it can see."""
    return nulls.gaussian(rng, trials, rates, factor / 2)


@pytest.mark.parametrize(
    "folklore", [three_standard_errors, three_standard_errors_at_the_largest_size, peeking, overconfident]
)
def test_a_judge_that_breaks_its_promise_fails_the_calibration(folklore):
    (row,) = calibration(trials=20_000, levels=(1e-3,), experiments={"folklore": folklore})
    assert not row.kept, shown(row)


def test_a_fit_that_forgets_the_higher_orders_fails_the_calibration(monkeypatch):
    monkeypatch.setattr(fits, "remainder", lambda correction, order: 0 * correction)
    kind = "limit: 1/N, N = 10..160"
    (row,) = calibration(trials=4000, levels=(1e-2,), experiments={kind: EXPERIMENTS[kind]})
    assert not row.false_alarm.kept


def test_intervals_are_those_of_clopper_and_pearson():
    def never(rng, trials, rates, factor):
        return np.full(trials, factor == 1.0), 1.0

    (row,) = calibration(trials=1000, levels=(1e-2,), experiments={"never": never})
    assert row.kept
    assert (row.false_alarm.low, row.false_alarm.rate) == (0.0, 0.0)
    assert row.false_alarm.high == pytest.approx(1 - 0.005 ** (1 / 1000))
    (flipped,) = calibration(trials=1000, levels=(1e-2,), experiments={"always": lambda *seen: (~never(*seen)[0], 1.0)})
    assert not flipped.kept
    assert flipped.false_alarm.high == 1.0


def test_a_weighted_rate_far_above_its_promise_is_refuted():
    def tilted(rng, trials, rates, factor):
        return rng.random(trials) < 0.5, np.full(trials, 20 * rates.false_alarm)

    (row,) = rare_calibration(level=1e-3, experiments={"tilted": (tilted, 1000)})
    assert row.false_alarm.rate == pytest.approx(1e-2, rel=0.2)
    assert not row.kept


def test_a_row_is_plain_data():
    (row,) = calibration(trials=100, levels=(1e-2,), experiments={"exact: Gaussian": nulls.gaussian})
    data = row.to_json()
    assert data["false_alarm"]["promised"] == 1e-2
    assert data["false_alarm"]["rate"] == row.false_alarm.rate
    assert replace(row, miss=None).to_json()["miss"] is None


def test_calibrations_repeat_exactly():
    experiments = {"exact: Gaussian": nulls.gaussian}
    assert calibration(trials=500, experiments=experiments) == calibration(trials=500, experiments=experiments)


def test_the_calibrated_arithmetic_is_the_judges_own():
    """`judge` and the experiments decide alike, trial by trial, on exact and on asymptotic claims."""
    rng, rates, trials = np.random.default_rng(5), Rates(0.1, 0.1), 60
    ladder = LADDERS["1/N, N = 100..1600"]
    noise, seen = ladder.drawn(rng, trials)
    gap = ladder.drift(rng, trials) + noise
    gap += (rng.choice([0.0, 3e-3], trials))[:, None]
    half, _, _ = drift.levels(rates)
    expected = fits.limit(gap, ladder.correction, seen, level=half, miss=rates.miss).rejected
    for trial in range(trials):
        points = [
            Measurement(
                size=1 / g,
                correction=g,
                theory=1.0,
                scale=1.0,
                mean=1 + gap[trial, i],
                standard_error=seen.error[trial, i],
                samples=drift_nulls.SAMPLES,
                skewness=seen.asymmetry[trial, i] * drift_nulls.SAMPLES**0.5,
            )
            for i, g in enumerate(ladder.correction)
        ]
        found = judge(points, kind=Kind.ASYMPTOTIC, rates=rates).limit
        assert (found.outcome is Outcome.DISAGREES) == expected[trial]
    assert 0 < expected.sum() < trials


def test_a_t_test_without_refusals_breaks_its_promise_where_there_is_no_variance():
    rows = demonstration(trials=1000)
    assert [row.kind for row in rows] == list(DEMONSTRATIONS)
    assert not rows[0].kept
    assert rows[0].false_alarm.rate > 5 * rows[0].false_alarm.promised, shown(rows[0])


@pytest.mark.slow
def test_what_the_refusals_prevent_breaks_the_promise():
    *refused, mild = demonstration(level=1e-3)
    assert [row.kind for row in refused if row.kept] == []
    assert mild.false_alarm.rate < min(row.false_alarm.rate for row in refused)


def test_the_promises_on_laws_are_refuted_when_the_band_is_too_narrow(monkeypatch):
    monkeypatch.setattr(kolmogorov, "band", lambda level, samples: 0.8 * band(level, samples))
    kind = "law: continuous, n = 1000"
    (row,) = calibration(trials=4000, levels=(1e-2,), experiments={kind: EXPERIMENTS[kind]})
    assert not row.false_alarm.kept, shown(row)


def test_the_calibrated_looks_are_those_of_the_judge():
    """Skipped looks: the samples that a trial asks for are, but for rounding, those that the judge asks for."""
    rates, n = Rates(1e-2, 1e-2), 2048
    for resolution in (0.02, 0.05):
        point = Measurement(
            size=1.0, correction=0.0, theory=1.0, scale=1.0, mean=1.0, standard_error=n**-0.5, samples=n
        )
        found = judge([point], kind=Kind.EXACT, rates=rates, resolution=resolution).limit
        assert found.replicas_needed == pytest.approx(n * (found.detectable / resolution) ** 2, rel=0.03)


def test_the_levels_of_an_asymptotic_claim_sum_to_its_false_alarm_rate():
    limit, coefficient, misfit = drift.levels(Rates(1e-3, 1e-3))
    assert 2 * limit + 2 * coefficient + misfit == pytest.approx(1e-3)
