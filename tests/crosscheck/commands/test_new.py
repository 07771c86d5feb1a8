"""`new`: a starter that runs as it is."""

from pathlib import Path


def test_the_starter_runs_and_agrees(crosscheck):
    status, out, _ = crosscheck("new", "mine")
    assert status == 0
    assert "crosscheck run claim_mine.py" in out
    assert crosscheck("run", "claim_mine.py", "--quiet")[0] == 0


def test_the_starter_is_about_thirty_lines_and_an_existing_file_is_kept(crosscheck):
    crosscheck("new", "mine")
    text = Path("claim_mine.py").read_text()
    assert len(text.splitlines()) < 40
    Path("claim_mine.py").write_text("mine")
    assert "exists" in crosscheck("new", "mine")[2]
    assert Path("claim_mine.py").read_text() == "mine"
