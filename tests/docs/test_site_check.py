"""The check of the built site finds what it is there to find, and `python -m docs` writes only where it may."""

from pathlib import Path

import pytest

import docs.__main__ as command
from docs.site_check import faults


def site(folder: Path, body: str) -> list[str]:
    (folder / "other.html").write_text('<p id="here">other</p>')
    (folder / "index.html").write_text(f"<html><body>{body}</body></html>")
    return faults(folder)


@pytest.mark.parametrize(
    "body",
    [
        '<a href="other.html#here">x</a> <a href="https://example.org/paper">a link is no load</a>',
        '<img src="data:image/png;base64,AA==">',
        r"<code>\frac{1}{2}</code> <math alttext='\frac{1}{2}'><mn>1</mn></math>",
        '<a href="#">top</a>',
    ],
)
def test_a_whole_page_has_no_fault(tmp_path, body):
    assert site(tmp_path, body) == []


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ('<a href="nowhere.html">x</a>', "the link nowhere.html leads nowhere"),
        ('<a href="other.html#there">x</a>', "the link other.html#there has no such place"),
        ('<script src="https://example.org/x.js"></script>', "loads https://example.org/x.js"),
        ('<link rel="stylesheet" href="//example.org/x.css">', "loads //example.org/x.css"),
        ("<style>@font-face { src: url('https://example.org/f.woff2') }</style>", "loads https://example.org/f.woff2"),
        ('<p style="background: url(http://example.org/a.png)">', "loads http://example.org/a.png"),
        ('<img src="lost.svg">', "lacks lost.svg"),
        (r"<p>so that \frac{1}{2} follows</p>", "shows raw LaTeX"),
        ("<p>$$ x $$</p>", "shows raw LaTeX"),
    ],
)
def test_each_fault_is_found(tmp_path, body, fault):
    (found,) = site(tmp_path, body)
    assert found.startswith("index.html: ")
    assert fault in found


def test_a_sheet_that_loads_is_found(tmp_path):
    (tmp_path / "a.css").write_text("@import 'https://example.org/b.css';")
    assert faults(tmp_path) == ["a.css: loads https://example.org/b.css"]


@pytest.fixture
def without_sphinx(monkeypatch):
    """A build that takes no time and writes one page."""

    def build(site: Path, doctrees: Path) -> int:
        site.mkdir(parents=True)
        (site / "index.html").write_text("<p>new</p>")
        return 0

    monkeypatch.setattr(command, "build", build)


@pytest.mark.usefixtures("without_sphinx")
def test_a_directory_with_files_of_others_is_refused_unless_forced_and_they_stay(tmp_path, capsys):
    target = tmp_path / "site"
    target.mkdir()
    (target / "thesis.tex").write_text("mine")
    assert command.main([str(target)]) == 2
    assert "holds files that no earlier build wrote (thesis.tex)" in capsys.readouterr().err
    assert [path.name for path in target.iterdir()] == ["thesis.tex"]
    assert command.main([str(target), "--force"]) == 0
    assert command.main([str(target)]) == 2
    assert command.main([str(target), "--force"]) == 0
    assert (target / "thesis.tex").read_text() == "mine"
    assert (target / "index.html").read_text() == "<p>new</p>"


@pytest.mark.usefixtures("without_sphinx")
def test_an_earlier_site_is_replaced_without_a_trace(tmp_path):
    target = tmp_path / "site"
    assert command.main([str(target)]) == 0
    (target / "index.html").write_text("<p>old</p>")
    assert command.main([str(target)]) == 0
    assert (target / "index.html").read_text() == "<p>new</p>"


def test_a_site_with_a_fault_is_not_put_in_its_place(tmp_path, monkeypatch, capsys):
    def build(site: Path, doctrees: Path) -> int:
        site.mkdir(parents=True)
        (site / "index.html").write_text('<a href="nowhere.html">x</a>')
        return 0

    monkeypatch.setattr(command, "build", build)
    assert command.main([str(tmp_path / "site")]) == 1
    assert "leads nowhere" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_file_in_the_place_of_the_directory_is_refused(tmp_path, capsys):
    (tmp_path / "site").write_text("x")
    assert command.main([str(tmp_path / "site")]) == 2
    assert "is a file" in capsys.readouterr().err
