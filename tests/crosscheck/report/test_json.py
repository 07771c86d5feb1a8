"""The document of a run."""

import json
import math
from pathlib import Path

import pytest

from crosscheck.report.json import RUN, dumps, load_run, versions
from crosscheck.usage import UsageError


def test_the_contract_of_a_run_is_kept(run):
    assert run["schema"] == RUN
    assert run["outcome"] == "DISAGREES"
    assert run["false_alarm_budget"] == 1e-4
    verdict = run["verdicts"][0]
    assert set(verdict) >= {
        "id",
        "outcome",
        "parameters",
        "limit",
        "rate",
        "legs",
        "points",
        "seed",
        "seconds",
        "command",
    }
    assert set(verdict["limit"]) >= {"outcome", "gap", "error", "detectable", "reason"}
    assert set(verdict["legs"][0]) >= {"leg", "outcome", "route"}
    assert set(verdict["points"][0]) >= {"size", "mean", "standard_error", "theory", "samples"}


def test_points_carry_what_a_figure_draws(run):
    assert set(run["verdicts"][0]["points"][0]) >= {"scale", "correction", "next_order", "leg", "route"}


def test_versions_name_what_the_numbers_depend_on():
    assert {"python", "torch", "sympy", "diffusion-crosscheck"} <= set(versions())


def test_what_is_not_finite_becomes_null():
    assert json.loads(dumps({"a": math.nan, "b": [math.inf, 1.0], "c": (2,)})) == {
        "a": None,
        "b": [None, 1.0],
        "c": [2],
    }


def test_a_saved_run_is_loaded_from_its_directory_or_its_file(run, tmp_path: Path):
    (tmp_path / "run.json").write_text(dumps(run), encoding="utf-8")
    assert load_run(tmp_path)["seed"] == 7
    assert load_run(tmp_path / "run.json") == json.loads(dumps(run))


@pytest.mark.parametrize("text", ["", "not json", "[]", "{}", '{"schema": "other/1"}', "\x00"])
def test_anything_else_is_no_run(tmp_path: Path, text: str):
    path = tmp_path / "run.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError):
        load_run(tmp_path)


def test_a_missing_run_is_named(tmp_path: Path):
    with pytest.raises(UsageError, match="does not exist"):
        load_run(tmp_path / "nowhere")
    (tmp_path / "run.json").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load_run(tmp_path)
