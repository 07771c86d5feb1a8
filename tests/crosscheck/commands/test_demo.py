"""`demo`: three formulas in half a minute."""

import json
import time
from pathlib import Path


def test_the_demonstration_shows_what_it_promises(crosscheck):
    begin = time.perf_counter()
    status, out, err = crosscheck("demo")
    assert (status, err) == (0, "")
    assert time.perf_counter() - begin < 30
    outcomes = [line.split()[0] for line in out.splitlines() if line[:1].isupper()]
    assert outcomes == ["AGREES", "AGREES", "DISAGREES", "DISAGREES"]
    figures = [line.split()[1] for line in out.splitlines() if line.strip().startswith("figure")]
    assert len(figures) == 4
    assert all(Path(figure).read_text(encoding="utf-8").startswith("<?xml") for figure in figures)
    assert out.count("crosscheck run ") == out.count("crosscheck try ") == 2
    assert crosscheck("demo", "--json", "--out", "elsewhere")[0] == 0


def test_an_unexpected_outcome_is_marked_and_gives_status_1(crosscheck, monkeypatch):
    from dataclasses import replace

    from crosscheck.commands import demo

    real = demo._exhibits
    monkeypatch.setattr(demo, "_exhibits", lambda: [replace(e, expected="DISAGREES") for e in real()[1:2]])
    status, out, _ = crosscheck("demo")
    assert status == 1
    assert "(expected DISAGREES)" in out
    status, out, _ = crosscheck("demo", "--json")
    assert status == 1
    assert json.loads(out)["outcome"] == "AGREES"
