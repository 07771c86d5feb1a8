"""Asymptotic claims with noise: the limit, the rate, and the sizes that would be needed."""

import numpy as np
import pytest

from crosscheck.budget import Rates
from crosscheck.judge import decided, judge, shifted
from crosscheck.verdict import Kind, Measurement, Outcome

RATES = Rates(1e-3, 1e-3)
SIZES = (100, 200, 400, 800, 1600)


def ladder(gap, *, error=5e-4, sizes=SIZES, correction=lambda N: 1 / N, predicted=None, seed=1, **other):
    """Measurements around theory 1 with the given gap at every size, and Gaussian noise."""
    rng = np.random.default_rng(seed)
    known = {"theory": 1.0, "scale": 1.0, "standard_error": error, "samples": 10_000, **other}
    return [
        Measurement(
            size=N,
            correction=correction(N),
            mean=1 + gap(N) + error * rng.standard_normal(),
            next_order=None if predicted is None else predicted(N),
            **known,
        )
        for N in sizes
    ]


def judged(points, **other):
    return judge(points, kind=Kind.ASYMPTOTIC, rates=RATES, **other)


def test_a_right_limit_with_drift_agrees():
    found = judged(ladder(lambda N: 5 / N - 20 / N**2))
    assert found.limit.outcome is Outcome.AGREES
    assert "fit of 1, g at 5 sizes" in found.limit.reason


def test_a_limit_wrong_by_twice_the_resolution_disagrees_under_a_large_drift():
    points = ladder(lambda N: 5 / N)
    for by in (0.02, -0.02):
        assert judged(shifted(points, by)).limit.outcome is Outcome.DISAGREES


def test_a_right_limit_hidden_by_noise_knows_the_samples_it_lacks():
    found = judged(ladder(lambda N: 5 / N, error=0.005))
    assert found.limit.outcome is Outcome.INCONCLUSIVE
    needed = found.limit.replicas_needed
    assert needed is not None
    sharper = ladder(lambda N: 5 / N, error=0.005 * (10_000 / needed) ** 0.5, samples=needed)
    assert judged(sharper).limit.outcome is Outcome.AGREES


def test_precise_ladders_of_small_sizes_fit_a_parabola():
    found = judged(ladder(lambda N: 1 / N + 3 / N**2, sizes=(20, 40, 80, 160), error=1e-4))
    assert found.limit.outcome is Outcome.AGREES
    assert "fit of 1, g, g^2" in found.limit.reason


def test_sizes_too_small_for_the_declared_drift_name_the_size_needed():
    found = judged(ladder(lambda N: 1 / N, sizes=(6, 8, 10, 12), error=1e-4))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert decided(found)
    assert "terms of higher order may hide" in found.limit.reason
    assert "sizes up to about" in found.limit.reason


def test_sizes_where_no_expansion_holds_are_not_fitted():
    found = judged(ladder(lambda N: 1 / N, sizes=(2, 3, 4)))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "the smallest g is 0.25, too large to expand in; sizes up to about 5 would decide" in found.limit.reason


def test_one_size_cannot_tell_a_limit_from_a_drift():
    found = judged(ladder(lambda N: 0.0, sizes=(100,)))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert "one size" in found.limit.reason


def test_a_drift_below_the_noise_is_inconclusive_and_lowers_nothing():
    found = judged(ladder(lambda N: 0.0))
    assert found.rate.outcome is Outcome.INCONCLUSIVE
    assert "gap below the noise at every size" in found.rate.reason
    assert found.outcome is Outcome.AGREES


def test_a_drift_that_is_seen_to_follow_the_correction_agrees():
    found = judged(ladder(lambda N: 5 / N, error=5e-5))
    assert found.rate.outcome is Outcome.AGREES
    assert "the gap falls like g^1.0" in found.rate.reason


def test_a_slower_drift_than_declared_is_refuted_where_it_is_seen():
    found = judged(ladder(lambda N: 1.5 / N**0.5))
    assert found.rate.outcome is Outcome.DISAGREES
    assert "do not follow the declared g" in found.rate.reason
    assert found.outcome is Outcome.DISAGREES


def test_a_slower_drift_below_the_noise_is_not():
    assert judged(ladder(lambda N: 1e-4 / N**0.5, error=1e-3)).rate.outcome is Outcome.INCONCLUSIVE


@pytest.mark.parametrize(
    ("factor", "outcome"), [(1.0, Outcome.AGREES), (1.2, Outcome.DISAGREES), (-1.0, Outcome.DISAGREES)]
)
def test_a_predicted_coefficient_is_compared_with_the_fitted_one(factor, outcome):
    found = judged(ladder(lambda N: 5 / N, error=2e-5, predicted=lambda N: factor * 5 / N))
    assert found.rate.outcome is outcome
    assert "of the predicted one" in found.rate.reason


def test_a_coefficient_that_is_not_resolved_is_inconclusive():
    found = judged(ladder(lambda N: 5 / N, error=1e-3, predicted=lambda N: 5 / N))
    assert found.rate.outcome is Outcome.INCONCLUSIVE
    assert "coefficient error" in found.rate.reason


def test_a_predicted_coefficient_of_zero_has_the_scale_as_its_unit():
    assert judged(ladder(lambda N: 0.0, error=1e-6, predicted=lambda N: 0.0)).rate.outcome is Outcome.AGREES


def test_a_large_predicted_coefficient_makes_the_higher_orders_larger_too():
    plain = judged(ladder(lambda N: 40 / N, error=1e-4)).limit.detectable
    warned = judged(ladder(lambda N: 40 / N, error=1e-4, predicted=lambda N: 40 / N)).limit.detectable
    assert warned > plain


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"samples": 100}, "fewer than 2048"),
        ({"tail": 3.0}, "tail index 3"),
        ({"standard_error": 0.0}, "are equal"),
        ({"skewness": 300.0}, "too few for their skewness"),
        ({"values": "indicator", "successes": 0}, "are equal"),
    ],
)
def test_what_cannot_be_calibrated_is_not_judged(change, reason):
    found = judged(ladder(lambda N: 1.0, **change))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert reason in found.limit.reason
    assert reason in found.rate.reason


def test_indicators_bring_the_skewness_of_their_frequency():
    points = ladder(lambda N: 0.0, values="indicator", successes=5_000)
    assert judged(points).limit.outcome is Outcome.AGREES
    rare = ladder(lambda N: 0.0, values="indicator", successes=2)
    assert judged(rare).limit.outcome is Outcome.INCONCLUSIVE


def test_a_time_step_bias_is_allowed_for():
    assert judged(ladder(lambda N: 0.02)).limit.outcome is Outcome.DISAGREES
    assert judged(ladder(lambda N: 0.02, bias=0.02)).limit.outcome is Outcome.INCONCLUSIVE


def test_the_order_of_the_measurements_does_not_matter():
    points = ladder(lambda N: 5 / N)
    assert judged(points) == judged(points[::-1])


def test_asymptotic_claims_that_make_no_sense_are_refused():
    points = ladder(lambda N: 0.0)
    with pytest.raises(ValueError, match="declares a correction g > 0"):
        judged(ladder(lambda N: 0.0, correction=lambda N: 0.0))
    with pytest.raises(ValueError, match="two sizes of an asymptotic claim have the same correction"):
        judged([*points, points[0]])
    with pytest.raises(ValueError, match="mixes exact and sampled values"):
        judged(points[:3] + ladder(lambda N: 0.0, values="exact", samples=1)[3:])
