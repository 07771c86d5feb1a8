"""`explore`: a folder or a page on this machine, with the run that is asked for."""

import json
import socket
from pathlib import Path

import pytest

from crosscheck import registry


@pytest.fixture(autouse=True)
def few(monkeypatch):
    monkeypatch.setattr(registry, "identifiers", lambda: ("curie_weiss.late_minimum",))


def written(crosscheck, *arguments: object) -> dict:
    status, out, _ = crosscheck("explore", "page", "--force", *arguments)
    assert (status, out) == (0, "page/index.html\n")
    return json.loads(Path("page/explore.json").read_text(encoding="utf-8"))


def complaint(answer: tuple[int, str, str]) -> str:
    status, out, error = answer
    assert (status, out) == (2, "")
    assert error.startswith("crosscheck: ")
    assert error.count("\n") == 1
    return error


def test_without_a_run_the_page_has_no_points(crosscheck):
    assert written(crosscheck)["run"] is None
    assert "page/index.html exists; add --force" in complaint(crosscheck("explore", "-o", "page"))


def test_the_run_that_is_asked_for_is_shown(crosscheck, run):
    Path("results").mkdir()
    Path("results/run.json").write_text(json.dumps(run), encoding="utf-8")
    (claim,) = written(crosscheck, "--run", "results")["claims"]
    assert [verdict["outcome"] for verdict in claim["verdicts"]] == ["DISAGREES"]
    assert len(claim["verdicts"][0]["points"]) == 5


def test_the_newest_run_of_the_store_is_shown_but_no_trial_of_a_formula(crosscheck):
    claim = "curie_weiss.late_minimum"
    assert crosscheck("run", claim, "--seed", "3")[0] == 0
    assert crosscheck("run", claim, "--seed", "4")[0] == 0
    assert crosscheck("try", claim, "--formula", "m*tanh(h*m)/T", "--seed", "5")[0] == 1
    found = written(crosscheck)
    assert found["run"]["seed"] == 4
    assert found["claims"][0]["verdicts"][0]["outcome"] == "AGREES"


def test_bad_input_gets_one_line_and_status_2(crosscheck):
    assert "nowhere does not exist" in complaint(crosscheck("explore", "page", "--run", "nowhere"))
    assert "two directories" in complaint(crosscheck("explore", "a", "-o", "b"))
    assert "--port serves the page" in complaint(crosscheck("explore", "a", "--port", "0"))
    assert "is not a whole number" in complaint(crosscheck("explore", "--port", "http"))
    assert "give a number from 0" in complaint(crosscheck("explore", "--port", "70000"))
    Path("thesis").mkdir()
    Path("thesis/index.html").write_text("mine")
    assert "did not write it" in complaint(crosscheck("explore", "thesis", "--force"))
    assert not Path("page").exists()
    assert not Path("a").exists()


def test_a_port_in_use_is_told_before_the_work(crosscheck, monkeypatch):
    monkeypatch.setattr(registry, "identifiers", lambda: pytest.fail("the work began"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"--port {port} cannot be used" in complaint(crosscheck("explore", "--port", port))


def test_it_serves_until_it_is_interrupted(crosscheck, monkeypatch):
    from http.server import ThreadingHTTPServer

    def interrupted(self):
        raise KeyboardInterrupt

    monkeypatch.setattr(ThreadingHTTPServer, "serve_forever", interrupted)
    status, out, _ = crosscheck("explore", "--port", "0")
    assert status == 0
    assert out.startswith("http://127.0.0.1:")
