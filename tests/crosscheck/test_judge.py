"""The judge: right formulas pass, wrong ones fail, and what cannot be seen is said to be unseen."""

from dataclasses import replace
from math import inf, sqrt

import numpy as np
import pytest

from crosscheck.budget import Budget, Rates
from crosscheck.judge import against, decided, difference, judge, shifted
from crosscheck.verdict import Kind, Measurement, Outcome

RATES = Rates(1e-3, 1e-3)


def real(mean, *, error=1e-3, theory=1.0, samples=10_000, size=100.0, **other):
    values = {"size": size, "correction": 0.0, "theory": theory, "scale": 1.0, "mean": mean, "standard_error": error}
    return Measurement(samples=samples, **{**values, **other})


def indicator(successes, samples, *, theory, **other):
    frequency = successes / samples
    error = sqrt(frequency * (1 - frequency) / samples)
    known = {"theory": theory, "scale": theory, "values": "indicator", "successes": successes, **other}
    return real(frequency, error=error, samples=samples, **known)


def exact(mean, *, theory=1.0, **other):
    return real(mean, error=0.0, theory=theory, samples=1, values="exact", **other)


def judged(*measurements, kind=Kind.EXACT, **other):
    return judge(measurements, kind=kind, rates=RATES, **other)


def test_a_gap_within_the_noise_agrees_and_says_what_would_have_been_seen():
    found = judged(real(1.0004, error=0.0011)).limit
    assert found.outcome is Outcome.AGREES
    assert found.reason.startswith("gap 0.0004 +- 0.0011 of the value at size 100; a gap of 0.007 would have been seen")
    assert found.detectable <= 0.01


def test_a_gap_of_twice_the_detectable_one_disagrees():
    detectable = judged(real(1.0)).limit.detectable
    found = judged(real(1 + 2 * detectable))
    assert found.outcome is Outcome.DISAGREES
    assert "refuted at false-alarm rate" in found.limit.reason


def test_a_blind_judge_is_inconclusive_and_knows_what_it_lacks():
    found = judged(real(1.0, error=0.01))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert not decided(found)
    needed = found.limit.replicas_needed
    assert needed is not None
    sharper = real(1.0, error=0.01 * sqrt(10_000 / needed), samples=needed)
    assert judged(sharper).outcome is Outcome.AGREES
    coarser = real(1.0, error=0.01 * sqrt(10_000 / (0.9 * needed)), samples=round(0.9 * needed))
    assert judged(coarser).outcome is Outcome.INCONCLUSIVE


def test_the_canary_is_rejected_on_the_data_that_agree():
    data = [real(1.0004), real(0.9995, size=200.0)]
    assert judged(*data).outcome is Outcome.AGREES
    assert judged(*shifted(data, 0.02)).outcome is Outcome.DISAGREES
    assert judged(*shifted(data, -0.02)).outcome is Outcome.DISAGREES


def test_a_rival_is_judged_in_the_units_of_the_claim():
    data = [real(1.0004, next_order=0.1), real(0.9995, size=200.0)]
    rival = against(data, [1.5, 1.0])
    assert judged(*rival).outcome is Outcome.DISAGREES
    assert [point.scale for point in rival] == [1.0, 1.0]
    assert rival[0].next_order is None
    with pytest.raises(ValueError, match="shorter"):
        against(data, [1.5])


def test_an_exact_claim_fails_when_it_fails_at_one_size_only():
    found = judged(real(1.0, size=10.0), real(1.01, size=100.0), real(1.0, size=1000.0))
    assert found.outcome is Outcome.DISAGREES
    assert "at size 100, the worst of 3" in found.limit.reason


def test_more_sizes_demand_more_of_each():
    one, many = judged(real(1.0)), judged(*[real(1.0)] * 8)
    assert many.limit.detectable > one.limit.detectable


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"samples": 2000}, "2000 samples at size 100 are fewer than 2048"),
        ({"skewness": 40.0}, "10000 samples at size 100 are too few for skewness 40"),
    ],
)
def test_a_mean_that_cannot_be_calibrated_yet_is_not_judged(change, reason):
    found = judged(real(5.0, **change))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert reason in found.limit.reason
    assert found.limit.replicas_needed is not None


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"tail": 5.0}, "tail index 5 at size 100, 6 or less, where no t-test is calibrated: test the law"),
        ({"standard_error": 0.0}, "all 10000 samples at size 100 are equal"),
        ({"bias": 0.01}, "only a gap of 0.026 would have been seen"),
    ],
)
def test_what_no_number_of_samples_can_decide_is_said_so(change, reason):
    found = judged(real(1.0, **change))
    assert found.outcome is Outcome.INCONCLUSIVE
    assert decided(found)
    assert reason in found.limit.reason
    assert "more samples would not decide" in found.limit.reason


def test_time_step_bias_is_allowed_for_and_its_error_shrinks_with_samples():
    assert judged(real(1.012, bias=0.01)).outcome is not Outcome.DISAGREES
    assert judged(real(1.012, bias=0.001)).outcome is Outcome.DISAGREES
    uncertain = judged(real(1.0, bias_error=0.002)).limit
    assert uncertain.outcome is Outcome.INCONCLUSIVE
    assert uncertain.replicas_needed is not None


def test_frequencies_are_judged_by_their_exact_law():
    assert judged(indicator(60_200, 200_000, theory=0.3)).outcome is Outcome.INCONCLUSIVE
    assert judged(indicator(300_500, 1_000_000, theory=0.3)).outcome is Outcome.AGREES
    assert judged(indicator(62_000, 200_000, theory=0.3)).outcome is Outcome.DISAGREES
    assert judged(indicator(5, 5, theory=0.3, scale=1.0)).outcome is Outcome.INCONCLUSIVE


def test_frequencies_know_the_samples_they_lack():
    needed = judged(indicator(60_000, 200_000, theory=0.3)).limit.replicas_needed
    assert needed is not None
    assert judged(indicator(round(0.3 * needed), needed, theory=0.3)).outcome is Outcome.AGREES


def test_looks_spend_the_rates():
    early = judged(real(1.0), look=0, looks=4).limit.detectable
    late = judged(real(1.0), look=3, looks=4).limit.detectable
    assert early > late > judged(real(1.0)).limit.detectable


def test_exact_values_agree_within_their_rounding_only():
    assert judged(exact(1 + 1e-13, rounding=1e-12)).outcome is Outcome.AGREES
    assert judged(exact(1 + 1e-11, rounding=1e-12)).outcome is Outcome.DISAGREES
    assert judged(exact(1.0)).limit.detectable < 1e-14


@pytest.mark.parametrize("kind", [Kind.IDENTITY, Kind.PATHWISE])
def test_identities_hold_at_every_point_and_have_no_noise(kind):
    assert judged(exact(1.0), exact(2.0, theory=2.0), kind=kind).outcome is Outcome.AGREES
    assert judged(exact(1.0), exact(2.0, theory=2.001), kind=kind).outcome is Outcome.DISAGREES
    with pytest.raises(ValueError, match="compares exact values"):
        judged(real(1.0), kind=kind)


def test_a_bound_is_violated_from_one_side_only():
    assert judged(real(3.0), kind=Kind.BOUND).limit.outcome is Outcome.AGREES
    assert judged(real(0.9), kind=Kind.BOUND).limit.outcome is Outcome.DISAGREES
    assert judged(exact(1.5), kind=Kind.BOUND).limit.outcome is Outcome.AGREES
    assert judged(exact(0.5), kind=Kind.BOUND).limit.outcome is Outcome.DISAGREES


def test_a_bound_says_whether_it_is_attained():
    tight = judged(real(1.5), real(1.0, size=200.0), kind=Kind.BOUND).rate
    loose = judged(real(1.5), real(1.3, size=200.0), kind=Kind.BOUND)
    assert tight.outcome is Outcome.AGREES
    assert "at size 200" in tight.reason
    assert loose.rate.outcome is Outcome.INCONCLUSIVE
    assert loose.outcome is Outcome.AGREES


def test_two_routes_agree_when_their_difference_vanishes():
    one, other = real(0.7, error=1e-3, skewness=1.0), real(0.7005, error=1e-3, skewness=1.0)
    same = difference(one, other)
    assert same.standard_error == pytest.approx(sqrt(2) * 1e-3)
    assert same.skewness == pytest.approx(0.0)
    assert judged(same, kind=Kind.TWO_ROUTE).outcome is Outcome.AGREES
    assert judged(difference(one, real(0.75)), kind=Kind.TWO_ROUTE).outcome is Outcome.DISAGREES
    assert judged(difference(exact(0.7), exact(0.7)), kind=Kind.TWO_ROUTE).outcome is Outcome.AGREES


def test_the_difference_of_opposite_skewness_is_skewed():
    assert difference(real(1.0, skewness=2.0), real(1.0, skewness=-2.0)).skewness == pytest.approx(sqrt(2))


def test_an_equality_at_every_size_leaves_no_drift_to_judge():
    found = judged(real(1.0))
    assert found.rate.outcome is found.limit.outcome
    assert found.rate.reason.startswith("the formula is exact at every size")


def test_findings_are_plain_numbers():
    found = judged(real(np.float64(1.0))).limit
    assert [type(value) for value in (found.gap, found.error, found.detectable)] == [float] * 3


def test_wrong_calls_are_refused():
    with pytest.raises(ValueError, match="no measurements"):
        judged()
    with pytest.raises(ValueError, match="resolution = 0 must be positive"):
        judged(real(1.0), resolution=0)


def test_the_stages_of_a_run_of_two_hundred_tests_see_one_percent_at_seven_standard_errors():
    rates = Budget().divide(200).stage()
    found = judge([real(1.0, samples=10**6)], kind=Kind.EXACT, rates=rates).limit
    assert 7 < found.detectable / found.error < 8


def test_refused_sizes_do_not_hide_a_refuted_one():
    found = judged(real(1.0, samples=100), real(2.0, size=200.0))
    assert found.outcome is Outcome.DISAGREES
    assert found.limit.detectable == inf


def test_measurements_are_left_as_they_were():
    data = (real(1.0),)
    copy = replace(data[0])
    shifted(data, 0.02)
    judged(*data)
    assert data[0] == copy
