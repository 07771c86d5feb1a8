"""The error budget is never exceeded, however it is divided."""

import pytest

from crosscheck.budget import Budget, Rates, next_look, plan


def test_tests_share_the_budget_of_a_run():
    rates = Budget(false_alarm=1e-4, miss=1e-2).divide(200)
    assert rates.false_alarm * 200 == pytest.approx(1e-4)
    assert rates.miss * 200 == pytest.approx(1e-2)


@pytest.mark.parametrize("looks", [1, 2, 3, 8])
def test_looks_spend_exactly_the_rates_and_the_last_one_half(looks):
    rates = Rates(1e-3, 1e-2)
    shares = [rates.spend(look, looks) for look in range(looks)]
    assert sum(share.false_alarm for share in shares) == pytest.approx(1e-3)
    assert sum(share.miss for share in shares) == pytest.approx(1e-2)
    if looks > 1:
        assert shares[-1].false_alarm == pytest.approx(5e-4)


def test_two_independent_stages_that_both_reject_keep_the_false_alarm_rate():
    rates = Rates(5e-7, 5e-5)
    stage = rates.stage()
    assert stage.false_alarm**2 == pytest.approx(rates.false_alarm)
    assert 2 * stage.miss == pytest.approx(rates.miss)
    assert Rates(0.4, 0.4).stage().false_alarm < 0.5


@pytest.mark.parametrize("rate", [0.0, -1e-3, 0.5, 1.0, float("nan")])
def test_a_rate_outside_its_domain_is_refused(rate):
    with pytest.raises(ValueError, match=r"false_alarm = .* is outside 0 < false_alarm < 0\.5"):
        Budget(false_alarm=rate)
    with pytest.raises(ValueError, match="miss = "):
        Rates(1e-3, rate)


def test_there_is_no_test_number_zero_and_no_look_after_the_last():
    with pytest.raises(ValueError, match="tests = 0"):
        Budget().divide(0)
    with pytest.raises(ValueError, match="look = 3 is outside 0 <= look < looks = 3"):
        Rates(1e-3, 1e-2).spend(3, 3)


def test_looks_double_and_end_at_the_last_size_exactly():
    assert plan(2048, 2048) == (2048,)
    assert plan(2048, 16384) == (2048, 4096, 8192, 16384)
    assert plan(2048, 10_000) == (2048, 4096, 8192, 10_000)
    with pytest.raises(ValueError, match="first = 5 and last = 4"):
        plan(5, 4)


def test_looks_that_cannot_decide_are_skipped():
    samples = plan(2048, 32768)
    assert next_look(samples, 0, needed=9000) == 3
    assert next_look(samples, 0, needed=10**9) == 4
    assert next_look(samples, 0, needed=None) == 4
    assert next_look(samples, 3, needed=1) == 4
    assert next_look(samples, 4, needed=1) is None
