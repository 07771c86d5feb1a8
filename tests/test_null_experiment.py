"""The null experiment counts what it says it counts; its kept results fit the promise."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.null_experiment import Repetition, repetition, summary

RESULTS = sorted((Path(__file__).parent.parent / "benchmarks" / "results" / "null_experiment").glob("*.json"))
QUIET = Repetition(1, 40, 20, (), (), (), 2.0)


def test_false_alarms_of_runs_and_of_stages_are_counted_apart():
    loud = replace(QUIET, suspected=("a", "b"), disagrees=("a",), inconclusive=("c",))
    found = summary([QUIET] * 92 + [loud] * 8, budget=0.1)
    assert found["runs_with_a_false_disagrees"]["count"] == 8
    assert found["runs_with_a_false_disagrees"]["interval"] == pytest.approx([0.0352, 0.1516], abs=1e-4)
    assert found["first_stage_rejections"]["count"] == 16
    assert found["first_stage_rejections"]["promised_at_most"] == pytest.approx(0.05)
    assert found["expected_at_most"] == pytest.approx(5.0)
    assert found["inconclusive"] == 8
    assert found["core_seconds"] == 200
    assert found["promise_kept"]


def test_too_many_false_alarms_break_the_promise():
    loud = replace(QUIET, disagrees=("a",))
    assert not summary([QUIET] * 160 + [loud] * 40, budget=0.1)["promise_kept"]


@pytest.mark.slow
def test_one_repetition_of_the_real_thing(tmp_path):
    found = repetition(2_000_000, budget=0.1, store=str(tmp_path / "store.sqlite"))
    assert found.tests > found.legs > 10
    assert len(found.disagrees) <= len(found.suspected) + 1


@pytest.mark.parametrize("file", RESULTS, ids=lambda file: file.stem)
def test_a_kept_result_is_large_enough_and_its_summary_is_that_of_its_runs(file):
    document = json.loads(file.read_text("utf-8"))
    done = [
        Repetition(**{name: tuple(value) if isinstance(value, list) else value for name, value in one.items()})
        for one in document["repetitions"]
    ]
    assert len(done) >= 200
    assert len({one.seed for one in done}) == len(done)
    assert json.loads(json.dumps(summary(done, budget=document["budget"]))) == document["summary"]
    assert document["summary"]["promise_kept"]
