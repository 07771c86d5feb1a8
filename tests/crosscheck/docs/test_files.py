"""`crosscheck docs`, and the pages in the source tree."""

import json
from pathlib import Path

import pytest

from crosscheck import index
from crosscheck.docs.files import SUFFIX
from crosscheck.docs.markdown import as_markdown, section
from crosscheck.docs.page import page
from crosscheck.registry import discovered

PAGES = Path(__file__).parents[3] / "docs" / "systems"


@pytest.mark.parametrize(("form", "suffix"), [("html", ".html"), ("latex", ".tex"), ("markdown", ".md")])
def test_one_page_per_system_is_written(crosscheck, tmp_path: Path, form, suffix):
    status, out, _ = crosscheck("docs", "pages", "--format", form, "curie_weiss.late_minimum", "curie_weiss.barrier")
    assert status == 0
    assert out == f"pages/curie_weiss{suffix}\n"
    assert "late" in (tmp_path / "pages" / f"curie_weiss{suffix}").read_text(encoding="utf-8")


def test_the_verdicts_of_a_run_are_shown_and_kept_beside_the_pages(crosscheck, claim_file, tmp_path: Path):
    path = claim_file()
    assert crosscheck("run", path, "--out", "results")[0] == 0
    assert crosscheck("docs", "pages", path, "--run", "results")[0] == 0
    assert "badge AGREES" in (tmp_path / "pages" / "toy.html").read_text(encoding="utf-8")
    kept = json.loads((tmp_path / "pages" / "run.json").read_text(encoding="utf-8"))
    assert kept["seconds"] == kept["verdicts"][0]["seconds"] == 0
    assert "add --force" in crosscheck("docs", "pages", path)[2]
    assert crosscheck("docs", "pages", path, "--force")[0] == 0  # now from pages/run.json
    assert "badge AGREES" in (tmp_path / "pages" / "toy.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", ["html", "latex", "markdown"])
def test_pages_are_recognised_as_our_own_and_others_never_touched(crosscheck, claim_file, tmp_path: Path, form):
    path = claim_file()
    assert crosscheck("docs", "pages", path, "--format", form)[0] == 0
    assert crosscheck("docs", "pages", path, "--format", form, "--force")[0] == 0
    page_of_someone = tmp_path / "pages" / f"toy{SUFFIX[form]}"
    page_of_someone.write_text("my thesis")
    assert "did not write it" in crosscheck("docs", "pages", path, "--format", form, "--force")[2]
    assert page_of_someone.read_text() == "my thesis"


def test_a_directory_with_files_of_others_is_used_only_with_force_and_they_stay(crosscheck, tmp_path: Path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "thesis.tex").write_text("mine")
    status, out, err = crosscheck("docs", "pages", "curie_weiss.barrier")
    assert (status, out) == (2, "")
    assert "pages holds files that crosscheck did not write (thesis.tex)" in err
    assert "--force" in err
    assert [path.name for path in (tmp_path / "pages").iterdir()] == ["thesis.tex"]
    assert crosscheck("docs", "pages", "curie_weiss.barrier", "--force")[0] == 0
    assert (tmp_path / "pages" / "thesis.tex").read_text() == "mine"
    assert "crosscheck did not write (thesis.tex)" in crosscheck("docs", "pages", "curie_weiss.barrier")[2]


def test_a_file_in_the_place_of_the_directory_is_refused(crosscheck, tmp_path: Path):
    (tmp_path / "pages").write_text("x")
    status, _, err = crosscheck("docs", "pages", "curie_weiss.barrier")
    assert status == 2
    assert "is a file" in err


@pytest.fixture(scope="module")
def kept():
    return json.loads((PAGES / "run.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("id", [row["id"] for row in index.rows()])
def test_no_section_of_the_pages_in_the_source_tree_is_stale(id, kept):
    claim, _ = discovered()[id]
    text = (PAGES / f"{claim.theory.system}.md").read_text(encoding="utf-8")
    assert section(page(claim, kept)) in text, "crosscheck docs docs/systems --format markdown --force"


def test_the_pages_have_exactly_the_sections_of_the_claims():
    for system in {row["system"] for row in index.rows()}:
        text = (PAGES / f"{system}.md").read_text(encoding="utf-8")
        titles = [line.removeprefix("## ") for line in text.splitlines() if line.startswith("## ")]
        assert titles[:-1] == [row["id"] for row in index.rows() if row["system"] == system]
        assert titles[-1] == "References"
        assert text.startswith(as_markdown(system, [])[:40])
