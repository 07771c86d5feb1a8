"""The engine: right verdicts on known truths, the same numbers however they are computed, self-tests that bite."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sympy import Rational

from crosscheck.budget import Budget
from crosscheck.claim import Rival, Route
from crosscheck.engine import Event, run, verify
from crosscheck.verdict import Outcome
from numerics.simulator import SimulationError
from tests.crosscheck.toy import asymptotic, broken, claim, coin, drifting, enumerated, form, level
from theory.domain import DomainError
from theory.notation import T, d, x

RIGHT, WRONG, UNSEEN = Outcome.AGREES, Outcome.DISAGREES, Outcome.INCONCLUSIVE
NEXT = form(Rational(7, 10) * x / d, name="toy.next", parameters=(x, T, d), size=d)


@pytest.mark.parametrize(
    ("one", "outcome"),
    [
        (claim(), RIGHT),
        (claim(expression=x * Rational(103, 100)), WRONG),
        (claim(coin, T / (1 + T)), RIGHT),
        (claim(coin, T / (1 + T) * Rational(97, 100)), WRONG),
        (claim(enumerated), RIGHT),
        (claim(enumerated, x * (1 + Rational(1, 10**9))), WRONG),
        (asymptotic(), RIGHT),
        (asymptotic(expression=x * Rational(103, 100)), WRONG),
        (asymptotic(theory=form(x, finite_size=NEXT)), RIGHT),
        (asymptotic(drifting, correction=1 / d**2), WRONG),
    ],
)
def test_the_verdict_on_a_known_truth_is_right(one, outcome):
    verdict = verify(one)
    assert verdict.outcome is outcome, verdict.reason


def test_what_the_budget_cannot_see_is_inconclusive_with_the_samples_it_would_take():
    poor = claim(routes=(), resolution=3e-6)
    verdict = run([poor], at={"T": "0.9"}).verdicts[0]
    assert verdict.outcome is UNSEEN
    assert verdict.limit.replicas_needed > 2**22
    assert "would decide" in verdict.reason


def test_an_agreement_says_what_it_would_have_seen():
    verdict = verify(claim())
    assert 0 < verdict.limit.detectable <= 0.01
    assert [test.rejected for test in verdict.self_tests] == [True]


def test_a_rival_must_be_rejected_or_the_claim_is_blind():
    seeing = verify(claim(rivals=(Rival("double", 2 * x),)))
    blind = verify(claim(rivals=(Rival("the same in other words", x * T / T + 0 * d),)))
    assert seeing.outcome is RIGHT
    assert blind.outcome is UNSEEN
    assert blind.reason == "blind: the data do not reject the same in other words"


def test_the_worst_leg_decides():
    both = claim(routes=(Route(source=drifting),))
    verdict = verify(both)
    assert [leg.outcome for leg in verdict.legs] == [RIGHT, WRONG]
    assert verdict.outcome is WRONG
    assert verdict.reason.startswith("backward")


def test_an_exact_law_is_compared_without_noise():
    law = form(x * (1 + Rational(7, 10) / d), name="toy.law", parameters=(x, T, d), size=d)
    one = asymptotic(routes=(Route(source=law, ladder=(16, 32, 64, 128, 256)),), theory=form(x, finite_size=NEXT))
    leg = verify(one).legs[1]
    assert leg.leg == "deterministic"
    assert leg.limit.outcome is RIGHT
    assert leg.rate.outcome is RIGHT
    assert all(point.standard_error == 0 for point in leg.points)


def test_numbers_do_not_depend_on_workers_order_or_executor():
    alone = run([asymptotic(), claim()], seed=5).verdicts
    with ThreadPoolExecutor(3) as threads:
        pooled = run([asymptotic(), claim()], seed=5, executor=threads).verdicts
    pair = run([asymptotic(), claim()], seed=5, workers=2).verdicts
    for other in (pooled, pair):
        assert [v.legs[0].points for v in alone] == [v.legs[0].points for v in other]
    assert alone[0].legs[0].points != run([asymptotic()], seed=6).verdicts[0].legs[0].points


def test_a_disagreement_is_confirmed_on_fresh_seeds_with_four_times_the_samples():
    verdict = verify(claim(expression=x * Rational(103, 100)))
    assert all(point.samples >= 4 * 4096 for point in verdict.legs[0].points)


def test_every_point_of_a_claim_gets_a_verdict_unless_one_is_given():
    two = claim(parameters=({"x": 1}, {"x": 2}))
    assert [v.parameters["x"] for v in run([two]).verdicts] == ["1", "2"]
    assert [v.parameters["x"] for v in run([two], at={"x": "0.7"}).verdicts] == ["0.7"]
    with pytest.raises(DomainError):
        run([two], at={"T": -1})


def test_a_simulator_that_returns_nan_is_named_with_its_parameters_and_the_count():
    with pytest.raises(SimulationError, match=r"broken\(x=1.5, T=0.5, d=2\): 12 of 4096 replicas are not finite"):
        verify(claim(broken))


def test_progress_reports_every_look():
    events: list[Event] = []
    result = run([claim(), asymptotic()], progress=events.append)
    assert {event.id for event in events} == {"toy.level"}
    assert events[-1].done == events[-1].total == 2
    assert result.outcome is RIGHT
    assert result.tests == 2


def test_the_budget_is_divided_over_the_legs_of_the_run():
    loose = run([claim()], budget=Budget(false_alarm=0.1, miss=0.1)).verdicts[0]
    strict = run([claim()], budget=Budget(false_alarm=1e-8, miss=1e-6)).verdicts[0]
    assert max(p.samples for p in loose.legs[0].points) <= max(p.samples for p in strict.legs[0].points)
    assert loose.limit.detectable != strict.limit.detectable


def test_a_verdict_says_how_to_repeat_it():
    verdict = run([claim()], at={"x": "0.7"}, seed=3, tier="quick").verdicts[0]
    assert verdict.command == "crosscheck run toy.level --at x=0.7 T=0.5 --tier quick --seed 3"


def test_a_run_says_how_long_it_will_take_and_where_every_leg_stands():
    events: list[Event] = []
    run([claim(), asymptotic()], at={"x": "0.7"}, progress=events.append)
    first, last = events[0], events[-1]
    assert first.at == "x=0.7 T=0.5"
    assert first.finding is None or first.samples >= 4096
    assert last.finding is not None
    assert last.finished
    assert last.seconds_left == 0
    assert any(event.seconds_left for event in events)


def test_a_leg_without_data_has_no_judgement():
    from crosscheck.budget import Rates
    from crosscheck.claim import ClaimError
    from crosscheck.leg import first_stage

    one = claim()
    leg = first_stage(one, one.all_routes[0], one.points[0], rates=Rates(1e-3, 1e-2), seed=0, device="cpu")
    with pytest.raises(ClaimError, match="nothing was measured"):
        _ = leg.judgement


def test_levels_of_the_toy_are_what_its_theory_says():
    assert level.parameters == ("x", "T", "d")
