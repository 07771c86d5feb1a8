"""`crosscheck figure`: which there are, what is refused, and that numbers drawn again are the same picture."""

import json
import re
from pathlib import Path

import numpy as np
import pytest

from crosscheck.cli import main
from crosscheck.figures import FIGURES
from crosscheck.figures.table import Table, read
from crosscheck.usage import UsageError

DOCS = Path(__file__).parents[3] / "docs" / "figures"
TABLE = Table({"d": np.array([4.0, 16.0]), "value": np.array([1 / 3, np.nan])}, "two rows")


def test_a_table_reads_back_as_it_was_written():
    found = read(TABLE.to_csv(), columns=("d", "value"), source="text")
    assert found.about == "two rows"
    assert found["value"].tolist()[0] == 1 / 3
    assert np.isnan(found["value"][1])
    assert found.where(d=16)["value"].size == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("d\n4\n", "no column value"),
        ("", "no column d"),
        ("d,value\n4\n", "row 2 has 1 values for 2 columns"),
        ("d,value\n4,four\n", "row 2, column value: 'four' is no number"),
    ],
)
def test_a_table_that_is_none_is_refused_in_one_line(text, message):
    with pytest.raises(UsageError, match=message):
        read(text, columns=("d", "value"), source="text")


def test_columns_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="different lengths"):
        Table({"d": np.array([1.0]), "value": np.array([])}, "")


def test_all_figures_are_listed(capsys):
    assert main(["figure"]) == 0
    listed = capsys.readouterr().out
    assert all(name in listed for name in FIGURES)
    assert main(["figure", "--json"]) == 0
    assert [row["name"] for row in json.loads(capsys.readouterr().out)["figures"]] == list(FIGURES)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "unknown figure nothing; there are speciation"),
        (["speciation", "-o", "out.png"], "ends in .svg"),
        (["speciation", "--data", "missing.csv"], "cannot read --data missing.csv"),
        (["-o", "out.svg"], "which figure"),
    ],
)
def test_what_is_refused(words, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["figure", *words]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_somebody_else_wrote_stays(tmp_path, capsys):
    (tmp_path / "mine.csv").write_text("a,b\n", "utf-8")
    assert main(["figure", "speciation", "-o", str(tmp_path / "mine.svg"), "--force"]) == 2
    assert "crosscheck did not write it" in capsys.readouterr().err
    assert (tmp_path / "mine.csv").read_text("utf-8") == "a,b\n"


def test_what_is_drawn_is_in_the_numbers_alone(tmp_path, capsys):
    """The figures of the documentation come from the tables beside them, and say what these say."""
    page = (DOCS / "README.md").read_text("utf-8")
    for name in FIGURES:
        again = tmp_path / f"{name}.svg"
        assert main(["figure", name, "--data", str(DOCS / f"{name}.csv"), "-o", str(again)]) == 0
        assert again.read_text("utf-8") == (DOCS / f"{name}.svg").read_text("utf-8")
        assert capsys.readouterr().out.splitlines()[0] in page
        assert f"crosscheck figure {name} -o {name}.svg" in page
    assert {file.stem for file in DOCS.glob("*.csv")} == set(FIGURES)


def test_no_label_of_a_figure_is_markup():
    for file in DOCS.glob("*.svg"):
        texts = re.findall(r"<text[^>]*>([^<]*)</text>", file.read_text("utf-8"))
        assert len(texts) > 5
        assert [text for text in texts if "$" in text or "\\" in text] == []


def test_a_changed_number_changes_the_picture(tmp_path):
    lines = (DOCS / "collapse.csv").read_text("utf-8").splitlines()
    lines[5] = ",".join([*lines[5].split(",")[:4], "0.5", *lines[5].split(",")[5:]])
    (tmp_path / "changed.csv").write_text("\n".join(lines), "utf-8")
    assert main(["figure", "collapse", "--data", str(tmp_path / "changed.csv"), "-o", str(tmp_path / "new.svg")]) == 0
    assert (tmp_path / "new.svg").read_text("utf-8") != (DOCS / "collapse.svg").read_text("utf-8")
