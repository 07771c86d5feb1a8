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
