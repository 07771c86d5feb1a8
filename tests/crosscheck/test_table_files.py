"""Tables come from CSV, .npy and JSON files, or are typed as JSON; a bad file gets one line."""

import json
from typing import Any

import numpy as np
import pytest

from crosscheck.commands.options import assignments
from crosscheck.table_files import typed
from crosscheck.usage import UsageError


def read(path, name="spectrum") -> Any:
    return typed(name, f"@{path}")


def test_the_same_numbers_come_from_every_kind_of_file(tmp_path):
    texts = {
        "rows.csv": "1\n0.25\n0.04\n", "row.csv": "1, 0.25, 0.04", "blanks.csv": "eigenvalue\n1 0.25 0.04  # three\n",
        "list.json": "[1, 0.25, 0.04]",
    }  # fmt: skip
    for name, text in texts.items():
        (tmp_path / name).write_text(text)
    np.save(tmp_path / "a.npy", np.array([1, 0.25, 0.04]))
    found = [read(tmp_path / name).floats[""].ravel().tolist() for name in (*texts, "a.npy")]
    assert found == [[1, 0.25, 0.04]] * 5


def test_numbers_of_a_file_keep_all_their_digits(tmp_path):
    (tmp_path / "a.csv").write_text("0.1000000000000000000000000000000001")
    assert str(read(tmp_path / "a.csv").exact("")[0, 0]).endswith("1/" + "1" + "0" * 34)


def test_a_json_object_has_named_fields(tmp_path):
    (tmp_path / "m.json").write_text(json.dumps({"weights": [[1, 2], [3, 4]], "horizon": 0.5}))
    table = read(tmp_path / "m.json", "model")
    assert table.floats["weights"].tolist() == [[1, 2], [3, 4]]
    assert str(table) == f"@{tmp_path}/m.json"


def test_a_short_table_can_be_typed():
    values = assignments(["c=0.1", "spectrum=[1, 0.25]"])
    assert values["c"] == "0.1"
    assert str(values["spectrum"]) == "[1,0.25]"
    assert values["spectrum"].floats[""].tolist() == [1, 0.25]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.csv", None, "No such file or directory"),
        ("a.xlsx", b"x", "a table is a file of type .csv, .npy, .json"),
        ("a.csv", b"1\nmany\n", "line 2: many is no row of numbers"),
        ("a.csv", b"1,2\n3\n", "has rows of different lengths"),
        ("a.csv", b"\xff\xfe\x00", "is no text file"),
        ("a.json", b"{", "is no JSON"),
        ("a.json", b"3", "is no table"),
        ("a.json", b'["1"]', "holds what is no number"),
        ("a.json", b"[" * 100_000, "is no JSON"),
        ("a.npy", b"", "is no .npy file of numbers"),
        ("a.npy", b"\x93NUMPYnothing", "is no .npy file of numbers"),
    ],
)
def test_a_bad_file_gets_one_line(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(UsageError) as raised:
        read(tmp_path / name)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)


def test_nothing_is_unpickled(tmp_path):
    np.save(tmp_path / "a.npy", np.array([print, 1], dtype=object), allow_pickle=True)
    with pytest.raises(UsageError, match=r"is no \.npy file of numbers"):
        read(tmp_path / "a.npy")


def test_a_file_of_complex_numbers_is_refused(tmp_path):
    np.save(tmp_path / "a.npy", np.array([1j]))
    with pytest.raises(UsageError, match="holds what is no number"):
        read(tmp_path / "a.npy")
