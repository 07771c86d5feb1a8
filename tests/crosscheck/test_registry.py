"""Claims are found by name; files of a user's own are read, or refused in one line."""

import pytest

from crosscheck.claim import ClaimError
from crosscheck.registry import UnknownClaim, discovered, entries, find, identifiers, load_file


def test_the_index_names_every_claim_and_where_it_lives():
    assert list(identifiers()) == [entry["id"] for entry in entries()]
    assert {entry["id"]: entry["module"] for entry in entries()} == {
        name: module for name, (_, module) in discovered().items()
    }


def test_a_claim_is_found_by_its_id():
    assert find("curie_weiss.magnetisation").id == "curie_weiss.magnetisation"


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("curie_weiss.magnetization", "did you mean curie_weiss.magnetisation?"),
        ("weight_plus", "did you mean curie_weiss.weight_plus?"),
        ("zzzzzz", "`crosscheck list` shows all"),
    ],
)
def test_an_unknown_id_suggests_the_nearest(wrong, hint):
    with pytest.raises(UnknownClaim) as raised:
        find(wrong)
    assert hint in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def f(:\n", r"claim_own\.py:1: syntax error"),
        ("import not_a_module\n", "No module named 'not_a_module'"),
        ("x = 1\n", "defines no claim; `crosscheck new NAME` writes one that runs"),
        ("raise ValueError('bad')\n", "bad"),
    ],
)
def test_a_bad_file_gets_one_line(tmp_path, text, message):
    path = tmp_path / "claim_own.py"
    path.write_text(text)
    with pytest.raises(ClaimError, match=message):
        load_file(path)


def test_a_missing_file_is_reported(tmp_path):
    with pytest.raises(ClaimError, match="no such Python file"):
        load_file(tmp_path / "claim_none.py")
    with pytest.raises(ClaimError, match="no such Python file"):
        load_file(tmp_path / "claim_none.txt")


def test_the_claims_of_a_file_are_returned(tmp_path):
    path = tmp_path / "claim_own.py"
    path.write_text("from tests.crosscheck.toy import claim\nmine = claim()\n")
    assert [item.id for item in load_file(path)] == ["toy.level"]
