"""The judge on whole laws: right ones agree, wrong ones disagree, whatever their tails."""

from math import inf

import numpy as np
import pytest
from scipy import stats

from crosscheck.budget import Rates
from crosscheck.judge import against, decided, judge, shifted
from crosscheck.laws import law_measurement
from crosscheck.verdict import Frequencies, Kind, Measurement, Outcome

RATES = Rates(1e-3, 1e-3)
EDGES = tuple(np.tan(np.pi * (np.arange(1, 64) / 64 - 0.5)).tolist())
CAUCHY = tuple(stats.cauchy.cdf(EDGES).tolist())


def measured(values, theory=CAUCHY, size=10.0, theory_samples=None):
    counts = tuple(int(np.sum(values <= edge)) for edge in EDGES)
    return law_measurement(size, Frequencies(EDGES, tuple(theory), counts, len(values), theory_samples))


def draws(count, seed=1, location=0.0):
    return np.random.default_rng(seed).standard_cauchy(count) + location


def judged(*points, kind=Kind.EXACT, **other):
    return judge(points, kind=kind, rates=RATES, **other)


def test_a_law_without_a_mean_is_judged():
    found = judged(measured(draws(200_000)), measured(draws(200_000, seed=2), size=20.0))
    assert found.outcome is Outcome.AGREES
    assert "in probability at size" in found.limit.reason
    assert found.limit.detectable <= 0.01
    wrong = judged(measured(draws(200_000)), measured(draws(200_000, location=0.05), size=20.0))
    assert wrong.outcome is Outcome.DISAGREES
    assert "at size 20, the worst of 2" in wrong.limit.reason
    assert wrong.limit.gap == pytest.approx(-0.05 / np.pi, rel=0.3)


def test_a_few_samples_refute_a_very_wrong_law_and_ask_for_more_where_they_cannot():
    assert judged(measured(draws(40, location=8.0))).outcome is Outcome.DISAGREES
    few = judged(measured(draws(40)))
    assert few.outcome is Outcome.INCONCLUSIVE
    assert not decided(few)
    needed = few.limit.replicas_needed
    assert needed is not None
    assert judged(measured(draws(needed))).outcome is Outcome.AGREES
    assert judged(measured(draws(round(0.9 * needed)))).outcome is Outcome.INCONCLUSIVE


def test_the_canary_lies_two_resolutions_away_and_is_rejected():
    points = [measured(draws(200_000))]
    for by in (0.02, -0.02):
        (canary,) = shifted(points, by)
        assert canary.law is not None
        assert np.max(np.abs(np.array(canary.law.theory) - CAUCHY)) == pytest.approx(0.02)
        assert judged(canary).outcome is Outcome.DISAGREES
    assert judged(*points).outcome is Outcome.AGREES


def test_a_rival_law_is_given_by_its_probabilities_at_the_same_edges():
    points = [measured(draws(200_000))]
    rival = against(points, [tuple(stats.norm.cdf(EDGES).tolist())])
    assert judged(*rival).outcome is Outcome.DISAGREES
    assert judged(*against(points, [CAUCHY])) == judged(*points)
    for wrong in (0.5, CAUCHY[:-1]):
        with pytest.raises(ValueError, match="its probabilities at 63 edges"):
            against(points, [wrong])


def test_two_routes_agree_in_law_or_do_not():
    other = tuple(np.mean(draws(300_000, seed=3)[:, None] <= EDGES, axis=0).tolist())
    same = measured(draws(300_000), other, theory_samples=300_000)
    assert judged(same, kind=Kind.TWO_ROUTE, resolution=0.02).outcome is Outcome.AGREES
    moved = measured(draws(300_000, location=0.1), other, theory_samples=300_000)
    assert judged(moved, kind=Kind.TWO_ROUTE).outcome is Outcome.DISAGREES
    one_sample = measured(draws(300_000), other)
    assert judged(same, kind=Kind.TWO_ROUTE).limit.detectable > 1.4 * judged(one_sample).limit.detectable


def test_two_routes_know_the_samples_they_lack():
    other = tuple(np.mean(draws(5000, seed=3)[:, None] <= EDGES, axis=0).tolist())
    needed = judged(measured(draws(5000), other, theory_samples=5000), kind=Kind.TWO_ROUTE).limit.replicas_needed
    assert needed is not None
    assert judged(measured(draws(needed), CAUCHY, theory_samples=needed), kind=Kind.TWO_ROUTE).limit.detectable <= 0.01


def test_looks_spend_the_rates_of_a_law_too():
    point = measured(draws(10_000))
    early, late, single = (judged(point, look=k, looks=n).limit.detectable for k, n in ((0, 4), (3, 4), (0, 1)))
    assert early > late > single


@pytest.mark.parametrize("kind", [Kind.ASYMPTOTIC, Kind.BOUND])
def test_other_kinds_compare_means(kind):
    with pytest.raises(ValueError, match="a law is judged as exact or two_route"):
        judged(measured(draws(100)), kind=kind)


def test_a_measurement_of_a_law_is_complete():
    values = {"size": 1.0, "correction": 0.0, "theory": 0.5, "scale": 1.0, "mean": 0.5, "standard_error": 0.1}
    with pytest.raises(ValueError, match="a law needs its frequencies"):
        Measurement(**values, samples=10, values="law")
    with pytest.raises(ValueError, match="2 edges, 1 of theory, 2 counts"):
        Frequencies((0.0, 1.0), (0.5,), (1, 2), 3)
    with pytest.raises(ValueError, match=r"0\.\.3"):
        Frequencies((0.0,), (0.5,), (4,), 3)
    with pytest.raises(ValueError, match="finite"):
        Frequencies((0.0,), (inf,), (2,), 3)
