"""The words of a verdict and the data behind them."""

import json
from dataclasses import replace
from math import inf, nan

import pytest

from crosscheck.verdict import (
    Finding,
    Judgement,
    LegVerdict,
    Measurement,
    Outcome,
    SelfTest,
    Verdict,
    worst,
)

POINT = Measurement(
    size=100.0, correction=0.01, theory=0.5, scale=0.5, mean=0.51, standard_error=0.002, samples=4096, next_order=0.005
)
SEEN = Finding(Outcome.AGREES, 0.001, 0.002, 0.009, "gap 0.001 +- 0.002 of the value")
UNSEEN = Finding(Outcome.INCONCLUSIVE, nan, inf, inf, "gap below the noise at every size")
REFUTED = Finding(Outcome.DISAGREES, 0.1, 0.002, 0.009, "gap 0.1 +- 0.002 of the value")


def test_disagreement_is_worse_than_ignorance_and_ignorance_than_agreement():
    assert worst([Outcome.AGREES, Outcome.AGREES]) is Outcome.AGREES
    assert worst([Outcome.AGREES, Outcome.INCONCLUSIVE]) is Outcome.INCONCLUSIVE
    assert worst([Outcome.DISAGREES, Outcome.INCONCLUSIVE, Outcome.AGREES]) is Outcome.DISAGREES


def test_looking_at_nothing_is_inconclusive():
    assert worst([]) is Outcome.INCONCLUSIVE


def test_a_rate_that_cannot_be_seen_lowers_nothing_and_a_refuted_one_disagrees():
    assert Judgement(SEEN, UNSEEN).outcome is Outcome.AGREES
    assert Judgement(SEEN, REFUTED).outcome is Outcome.DISAGREES
    assert Judgement(UNSEEN, SEEN).outcome is Outcome.INCONCLUSIVE


def test_gap_and_error_are_measured_in_units_of_the_scale():
    assert POINT.gap == pytest.approx(0.02)
    assert POINT.error == pytest.approx(0.004)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"mean": nan}, "mean = nan at size 100 must be finite"),
        ({"theory": inf}, "theory = inf"),
        ({"scale": 0.0}, "scale = 0.0 at size 100 must be positive"),
        ({"scale": -1.0}, "scale = -1.0"),
        ({"standard_error": -1.0}, "standard_error = -1.0 at size 100 must be >= 0"),
        ({"correction": -0.1}, "correction = -0.1"),
        ({"samples": 0}, "samples = 0 at size 100 must be at least 1"),
        ({"next_order": nan}, "next_order = nan"),
        ({"tail": 0.0}, "tail = 0.0"),
        ({"tail": nan}, "tail = nan"),
        ({"values": "indicator"}, "successes = None at size 100 must lie in 0..4096"),
        ({"values": "indicator", "successes": 4097}, "successes = 4097"),
    ],
)
def test_a_measurement_that_cannot_be_is_refused_with_its_size(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        replace(POINT, **change)


def test_a_verdict_is_valid_json_with_the_contracted_names():
    leg = LegVerdict("precision", "posterior", Outcome.AGREES, SEEN, UNSEEN, (POINT,))
    verdict = Verdict(
        id="curie_weiss.magnetisation",
        parameters={"beta": "1.37"},
        outcome=Outcome.AGREES,
        limit=SEEN,
        rate=UNSEEN,
        legs=(leg,),
        self_tests=(SelfTest("canary", Outcome.DISAGREES, True),),
        seed=7,
        seconds=1.5,
        command="crosscheck run curie_weiss.magnetisation --seed 7",
        reason="agrees",
    )
    data = json.loads(json.dumps(verdict.to_json(), allow_nan=False))
    assert {"id", "outcome", "parameters", "limit", "rate", "legs", "points", "seed", "seconds", "command"} <= set(data)
    assert {"outcome", "gap", "error", "detectable", "reason"} <= set(data["limit"])
    assert {"leg", "outcome", "route"} <= set(data["legs"][0])
    assert {"size", "mean", "standard_error", "theory", "samples"} <= set(data["points"][0])
    assert data["points"][0]["route"] == "posterior"
    assert data["self_tests"] == [{"name": "canary", "outcome": "DISAGREES", "rejected": True}]


def test_what_is_not_finite_is_written_as_null():
    assert UNSEEN.to_json()["gap"] is None
    assert UNSEEN.to_json()["detectable"] is None
