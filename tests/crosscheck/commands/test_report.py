"""`report`: from run.json alone."""

from pathlib import Path

import pytest


@pytest.fixture
def saved(crosscheck, claim_file):
    assert crosscheck("run", claim_file())[0] == 0
    return Path("crosscheck-results")


def test_the_report_is_made_again_from_the_data_alone(crosscheck, saved):
    first = (saved / "report.html").read_text(encoding="utf-8")
    for path in [*(saved / "figures").iterdir(), saved / "report.html"]:
        path.unlink()
    assert crosscheck("report", saved) == (0, "crosscheck-results/report.html\n", "")
    assert (saved / "report.html").read_text(encoding="utf-8") == first
    assert crosscheck("report", saved / "run.json", "--quiet") == (0, "", "")


def test_another_file_is_written_but_nothing_foreign_overwritten(crosscheck, saved):
    assert crosscheck("report", saved, "-o", "page.html")[0] == 0
    assert "add --force" in crosscheck("report", saved, "-o", "page.html")[2]
    assert crosscheck("report", saved, "-o", "page.html", "--force")[0] == 0
    Path("thesis.html").write_text("mine")
    assert "did not write it" in crosscheck("report", saved, "-o", "thesis.html", "--force")[2]
    assert Path("thesis.html").read_text() == "mine"


@pytest.mark.parametrize(("form", "name"), [("json", "report.json"), ("csv", "report.csv"), ("junit", "report.xml")])
def test_the_twins_lie_beside_the_report(crosscheck, saved, form, name):
    assert crosscheck("report", saved, "--format", form) == (0, f"crosscheck-results/{name}\n", "")
    text = (saved / name).read_text(encoding="utf-8")
    assert "toy.product" in text or 'classname="toy"' in text
    assert crosscheck("report", saved, "-o", f"other{Path(name).suffix}")[0] == 0
    assert Path(f"other{Path(name).suffix}").read_text(encoding="utf-8") == text
    assert "add --force" in crosscheck("report", saved, "-o", f"other{Path(name).suffix}")[2]
    assert crosscheck("report", saved, "-o", f"other{Path(name).suffix}", "--force")[0] == 0


def test_the_json_twin_is_a_saved_run(crosscheck, saved):
    assert crosscheck("report", saved, "-o", "copy.json")[0] == 0
    assert crosscheck("report", "copy.json", "-o", "copy.html")[0] == 0
    assert Path("copy.html").read_text(encoding="utf-8") == (saved / "report.html").read_text(encoding="utf-8")


def test_an_unknown_or_unfinished_run_gets_one_line(crosscheck, saved):
    from crosscheck import history
    from crosscheck.store import Store

    with Store(Path("crosscheck-store.sqlite")) as store:
        number = history.begun(store, "crosscheck run toy.product")
    whole = (saved / "run.json").read_text(encoding="utf-8")
    Path("half").mkdir()
    Path("half/report.html").write_text("<html>")
    Path("cut.json").write_text(whole[: len(whole) // 2])
    for given, expected in (
        ("nowhere", "nowhere does not exist"),
        ("half", "half/run.json does not exist; give a directory that `crosscheck run --out` wrote"),
        ("cut.json", "cut.json cannot be read: it is not JSON"),
        ("99", "run 99 is not in crosscheck-store.sqlite; `crosscheck history` shows those that are"),
        (str(number), f"run {number} was not finished; `crosscheck run toy.product` goes on from the blocks"),
    ):
        status, out, error = crosscheck("report", given, "-o", "page.html")
        assert (status, out, error.count("\n")) == (2, "", 1)
        assert expected in error
    assert not Path("page.html").exists()
