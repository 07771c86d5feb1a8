"""`history` and `compare`: what was run before, and whether a verdict changed since."""

import json

import pytest


@pytest.fixture
def twice(crosscheck, claim_file):
    """Two kept runs: the formula right, then wrong."""
    assert crosscheck("run", claim_file(), "--quiet")[0] == 0
    assert crosscheck("run", claim_file(formula="T * t**2"), "--quiet")[0] == 1
    return crosscheck


def test_the_history_lists_every_run_with_its_command(twice):
    status, out, err = twice("history")
    assert (status, err) == (0, "")
    first, second = (line.split() for line in out.splitlines()[1:])
    assert (first[0], first[2], second[0], second[2]) == ("1", "AGREES", "2", "DISAGREES")
    assert " ".join(first[3:5]) == "crosscheck run"
    rows = json.loads(twice("history", "--json")[1])
    assert [row["outcome"] for row in rows] == ["AGREES", "DISAGREES"]
    assert rows[0]["schema"] == "crosscheck.history/1"


def test_the_history_of_a_claim_shows_its_gaps(twice):
    lines = twice("history", "toy.product")[1].splitlines()
    assert lines[0].split() == ["run", "started", "outcome", "gap", "visible", "at"]
    assert [line.split()[2] for line in lines[1:]] == ["AGREES", "DISAGREES"]
    assert [row["run"] for row in json.loads(twice("history", "toy.product", "--json")[1])] == [1, 2]


def test_a_verdict_that_changed_is_exit_status_1(twice):
    status, out, _ = twice("compare", "1", "2")
    assert status == 1
    assert out.splitlines()[1].split()[:3] == ["toy.product", "AGREES", "DISAGREES"]
    assert out.splitlines()[-1] == "1 verdicts compared, 1 changed"
    assert twice("compare", "1", "1")[:2] == (0, "1 verdicts compared, 0 changed\n")
    document = json.loads(twice("compare", "1", "2", "--json")[1])
    assert document["changed"] == 1
    assert document["changes"][0]["breaks"] is True


def test_a_saved_directory_is_a_run_too(twice):
    assert twice("compare", "crosscheck-results", "2")[:2] == (0, "1 verdicts compared, 0 changed\n")
    assert twice("report", "1", "-o", "one.html")[:2] == (0, "one.html\n")


def test_another_seed_moves_the_gap_and_changes_nothing(crosscheck, claim_file):
    for seed in ("1", "2"):
        crosscheck("run", claim_file(), "--quiet", "--seed", seed)
    status, out, _ = crosscheck("compare", "1", "2")
    assert status == 0
    assert "errors" in out.splitlines()[1]


def test_a_claim_that_vanished_is_a_change_and_a_new_one_is_not(crosscheck, claim_file, tmp_path):
    other = claim_file(
        "claim_other.py",
        text=claim_file().read_text().replace("toy.product", "toy.other").replace("product =", "other ="),
    )
    crosscheck("run", claim_file(), other, "--quiet")
    crosscheck("run", other, "--quiet")
    assert crosscheck("compare", "1", "2")[0] == 1
    assert crosscheck("compare", "2", "1")[0] == 0
    assert "not checked" in crosscheck("compare", "2", "1")[1]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("compare", "1", "9"), "run 9 is not in crosscheck-store.sqlite; `crosscheck history` shows those that are"),
        (("compare", "1", "nowhere"), "nowhere/run.json does not exist"),
        (("history", "curie_wiess.barrier"), "did you mean curie_weiss.barrier?"),
        (("history", "--store", "none.sqlite"), "none.sqlite does not exist: no run was kept there"),
        (("report", "7"), "run 7 is not in"),
        (("run", "x.py", "--store", "a", "--no-store"), "--store"),
    ],
)
def test_what_does_not_exist_is_one_line_and_status_2(twice, words, complaint):
    status, out, err = twice(*words)
    assert (status, out) == (2, "")
    assert complaint.split("/")[0] in err
    assert len(err.splitlines()) == 1


def test_a_claim_that_was_never_run_has_no_history(twice):
    assert twice("history", "curie_weiss.barrier")[:2] == (0, "run  started  outcome  gap  visible  at\n")


def test_a_run_that_was_not_finished_says_how_to_go_on(twice):
    from pathlib import Path

    from crosscheck.history import begun
    from crosscheck.store import Store

    with Store(Path("crosscheck-store.sqlite")) as store:
        number = begun(store, "crosscheck run toy")
    status, _, err = twice("report", str(number))
    assert status == 2
    assert (
        err == f"crosscheck: run {number} was not finished; `crosscheck run toy` goes on from the blocks that it kept\n"
    )


def test_a_foreign_file_in_the_place_of_the_store_is_refused_before_the_work(crosscheck, claim_file, tmp_path):
    (tmp_path / "crosscheck-store.sqlite").write_text("dear diary")
    status, out, err = crosscheck("run", claim_file(), "--json")
    assert (status, out) == (2, "")
    assert "is not a store of crosscheck, and stays as it is" in err
    assert (tmp_path / "crosscheck-store.sqlite").read_text() == "dear diary"
    assert crosscheck("run", claim_file(), "--json", "--no-store")[0] == 0
