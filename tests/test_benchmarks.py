"""The benchmarks' own arithmetic, and the page that is generated from what they measured; none of them is run."""

import dataclasses
import importlib
import json
import re
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from benchmarks import measure
from benchmarks.__main__ import NAMES, device, figures, main, page_of
from benchmarks.curie_weiss_draws import chain
from benchmarks.first_paint import PAGES, Load, goals, table
from benchmarks.record import Goal, Growth, Record, Result, Row, Spread, is_record, read, written
from benchmarks.table import number

RESULTS = Path(__file__).parent.parent / "benchmarks" / "results"
FILES = sorted(filter(is_record, RESULTS.glob("*.json")))
RESULT = Result(
    "blocks",
    "an example",
    (
        Row("N = 8", "ours", "ns", Spread(2.0, 1.0, 3.0)),
        Row("N = 8", "rival", "ns", Spread(4.0, 3.0, 9.0), Spread(2.0, 1.5, 3.0), "with a note"),
    ),
    (Growth("ours", "N", 1.02, 0.01, 1.0),),
    (Goal("ns", 2.0, 3.0),),
    ("a note",),
    load=0.5,
    seconds=1.5,
)
RECORD = Record("2026-01-02", "a device", {"python": "3.11"}, (RESULT,))


@pytest.mark.parametrize("name", NAMES)
def test_every_benchmark_can_be_loaded_without_running(name):
    module = importlib.import_module(f"benchmarks.{name}")
    assert module.__doc__
    assert callable(module.measured)


@pytest.mark.parametrize("exponent", [-0.5, 0.0, 1.5])
def test_the_exponent_of_a_power_law_is_recovered(exponent):
    sizes = np.array([10.0, 100.0, 1000.0, 10000.0])
    found = measure.growth("cost", "N", sizes, 3e-7 * sizes**exponent, expected=exponent)
    assert found.exponent == pytest.approx(exponent, abs=1e-12)
    assert found.error == pytest.approx(0.0, abs=1e-12)


def test_the_error_of_an_exponent_is_that_of_least_squares():
    logs, slips = np.array([0.0, 1.0, 2.0]), np.array([0.1, -0.2, 0.1])
    found = measure.growth("cost", "N", np.exp(logs), np.exp(logs + slips), expected=1.0)
    assert found.exponent == pytest.approx(1.0)
    assert found.error == pytest.approx((0.06 / 2) ** 0.5)  # squares of the slips over those of the logs


def test_rivals_take_turns_and_are_compared_within_a_repetition():
    called: list[str] = []
    ticks = count()
    seconds = measure.in_turns(
        {name: lambda name=name: called.append(name) for name in "ab"},
        repetitions=3,
        clock=lambda: float(next(ticks)),
        shortest=0.0,
    )
    assert "".join(called) == "ab" + "ababab"
    assert seconds == {"a": [1.0] * 3, "b": [1.0] * 3}
    table = measure.rows("case", {"ours": [1.0, 2.0, 4.0], "rival": [3.0, 4.0, 4.0]}, unit="ns", per=2.0)
    assert table[0].value == Spread(1.0, 0.5, 2.0)
    assert table[0].ratio is None
    assert table[1].ratio == Spread(2.0, 1.0, 3.0)


@pytest.mark.parametrize("metropolis", [False, True])
@pytest.mark.parametrize("plus", [False, True])
def test_updates_per_independent_sample_equal_those_of_the_resolvent_of_the_chain(metropolis, plus):
    of = chain(9, metropolis=metropolis, plus=plus)
    entries = len(of.sums)
    down = np.append(0.0, (of.law * of.up)[:-1] / of.law[1:])
    step = np.diag(of.up[:-1], 1) + np.diag(down[1:], -1)
    step += np.diag(1 - step.sum(1))
    f = of.sums - of.law @ of.sums
    summed = np.linalg.solve(np.eye(entries) - step + np.outer(np.ones(entries), of.law), f)
    expected = 2 * (of.law @ (f * summed)) / (of.law @ f**2) - 1
    assert of.updates_per_sample(of.sums) == pytest.approx(expected, rel=1e-9)


def test_a_record_comes_back_from_its_file(tmp_path):
    written(RECORD, tmp_path / "record.json")
    assert read(tmp_path / "record.json") == RECORD


@pytest.mark.parametrize("part", ["rows", "goals", "growth", "notes", "title", "name"])
def test_a_file_that_lacks_a_part_is_refused(tmp_path, part):
    file = tmp_path / "record.json"
    written(RECORD, file)
    plain = json.loads(file.read_text("utf-8"))
    del plain["results"][0][part]
    file.write_text(json.dumps(plain), "utf-8")
    with pytest.raises((KeyError, TypeError)):
        read(file)


def test_results_join_those_of_the_same_day_and_replace_those_of_another():
    other = dataclasses.replace(RECORD, results=(dataclasses.replace(RESULT, name="start_up"),))
    again = dataclasses.replace(RECORD, results=(dataclasses.replace(RESULT, title="measured again"),))
    assert [result.name for result in RECORD.updated(other).results] == ["blocks", "start_up"]
    assert [result.title for result in RECORD.updated(again).results] == ["measured again"]
    later = dataclasses.replace(other, date="2026-01-03")
    assert RECORD.updated(later) == later


def test_a_goal_lies_on_the_side_it_names():
    assert Goal("ns", 1.0, 2.0).met
    assert not Goal("times", 1.0, 2.0, at_most=False).met


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (2.345, "2.35"), (118.0, "118"), (0.05, "0.0500"), (3e9, "3.0e+09")]
)
def test_numbers_are_short(value, text):
    assert number(value) == text


def test_a_page_is_judged_by_its_medians_on_this_machine():
    slow, quick = Load(2_000_000, 3, 2.5, 4.0), Load(1_000_000, 1, 0.5, 1.0)
    rows = [row for name in PAGES for row in table(f"{name}, loopback", [quick, slow, quick])]
    assert rows[0] == Row("report, loopback", "transferred", "kB", Spread(1000.0, 1000.0, 2000.0))
    size, *paints = goals(rows)
    assert (size.measured, size.met) == (1.0, True)
    assert [goal.measured for goal in paints] == [0.5] * len(PAGES)
    late = [dataclasses.replace(row, value=Spread(2.5, 2.5, 2.5)) for row in rows]
    assert not any(goal.met for goal in goals(late)[1:])


def test_an_unknown_benchmark_is_wrong_usage(capsys):
    with pytest.raises(SystemExit, match="2"):
        main(["start_down"])
    assert "start_up" in capsys.readouterr().err


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_kept_results_are_complete_and_name_no_place(file):
    record = read(file)
    assert {result.name for result in record.results} == {*NAMES}
    assert [result.name for result in record.results] == sorted((r.name for r in record.results), key=NAMES.index)
    for name, svg in figures(record).items():
        assert file.with_name(name).read_text("utf-8") == svg
    assert {"python", "torch", "numpy", "sympy"} <= set(record.versions)
    for row in (row for result in record.results for row in result.rows):
        assert row.value.low <= row.value.median <= row.value.high
        assert row.ratio is None or row.ratio.low <= row.ratio.median <= row.ratio.high
    assert not re.search(r"/(home|root|tmp|work|usr|Users)\b", file.read_text("utf-8"))
    assert re.search(r"\d+ cores", device())


def test_the_page_of_the_results_is_the_generated_one():
    assert FILES
    assert (RESULTS / "README.md").read_text("utf-8") == page_of(RESULTS)
