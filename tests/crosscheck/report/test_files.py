"""Saving a run: whole or not at all, and never over what somebody else wrote."""

import json
import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from crosscheck.executors import WorkerError
from crosscheck.report import files
from crosscheck.usage import UsageError


def test_a_saved_run_can_be_read_and_reported_again(run, tmp_path: Path):
    report = files.save(run, tmp_path / "out")
    assert report.read_text(encoding="utf-8").startswith("<!doctype html>")
    assert json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))["seed"] == 7
    names = sorted(path.name for path in (tmp_path / "out" / "figures").iterdir())
    assert names == [f"curie_weiss.{name}.svg" for name in ("late_minimum", "positive_fraction", "posterior_mean")]


def test_figures_drawn_by_several_processes_are_the_same(run, tmp_path: Path, monkeypatch):
    files.save(run, tmp_path / "one")
    monkeypatch.setattr(files, "MANY", 2)
    files.save(run, tmp_path / "several")
    one, several = ({path.name: path.read_text("utf-8") for path in (tmp_path / name / "figures").iterdir()}
                    for name in ("one", "several"))  # fmt: skip
    assert one == several
    assert len(several) == 3


def test_processes_that_are_there_draw_the_figures(run, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(files, "MANY", 1)
    monkeypatch.setattr(files, "_processes", None)
    with ThreadPoolExecutor(1) as pool:
        files.save(run, tmp_path / "pool", pool)
    monkeypatch.setattr(files, "MANY", 1000)
    files.save(run, tmp_path / "here")
    for file in (tmp_path / "here").rglob("*.*"):
        assert (tmp_path / "pool" / file.relative_to(tmp_path / "here")).read_text("utf-8") == file.read_text("utf-8")


def test_processes_that_died_are_told_in_one_line(run, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(files, "MANY", 1)
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        with pytest.raises(BrokenProcessPool):
            pool.submit(os._exit, 1).result()
        with pytest.raises(WorkerError, match="a worker process died"):
            files.save(run, tmp_path, pool)
    assert list(tmp_path.iterdir()) == []


def test_further_points_of_a_claim_get_numbered_figures(run):
    run["verdicts"] = [run["verdicts"][0]] * 2
    assert files.figure_names(run) == {0: "curie_weiss.positive_fraction.svg", 1: "curie_weiss.positive_fraction.2.svg"}


def test_figures_of_an_earlier_run_go(run, tmp_path: Path):
    files.save(run, tmp_path)
    run["verdicts"] = run["verdicts"][:1]
    files.save(run, tmp_path)
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["curie_weiss.positive_fraction.svg"]


def test_nothing_half_written_is_left_when_writing_fails(tmp_path: Path):
    target = tmp_path / "taken"
    target.mkdir()
    with pytest.raises(UsageError, match="cannot write"):
        files.write(target, "text")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_a_directory_of_someone_else_is_refused_even_with_force(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("x")
    for force in (False, True):
        with pytest.raises(UsageError, match="did not write"):
            files.claim_directory(tmp_path, force=force)
    (tmp_path / "run.json").write_text("{}")
    with pytest.raises(UsageError, match="not a saved run"):
        files.claim_directory(tmp_path, force=True)


def test_an_earlier_run_is_replaced_only_with_force(run, tmp_path: Path):
    files.save(run, tmp_path)
    with pytest.raises(UsageError, match="--force"):
        files.claim_directory(tmp_path, force=False)
    files.claim_directory(tmp_path, force=True)


def test_the_default_directory_is_the_latest_run(run, tmp_path: Path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.save(run, files.DEFAULT)
    files.claim_directory(files.DEFAULT, force=False)


def test_a_directory_that_is_not_needed_in_the_end_is_not_left_behind(tmp_path: Path):
    files.claim_directory(tmp_path / "a" / "b", force=False)
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_known_before_the_work(tmp_path: Path):
    file = tmp_path / "file"
    file.write_text("x")
    with pytest.raises(UsageError, match="is a file"):
        files.claim_directory(file, force=False)
    with pytest.raises(UsageError, match="cannot write"):
        files.claim_directory(file / "below", force=False)
    with pytest.raises(UsageError, match="cannot write"):
        files.claim_directory(Path("/proc/nothing/here"), force=False)


def test_only_a_saved_run_is_a_run(run, tmp_path: Path):
    assert not files.is_run(tmp_path)
    files.save(run, tmp_path)
    assert files.is_run(tmp_path)
