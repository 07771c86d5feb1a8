"""The index is what the claims say; `python -m crosscheck.index` writes it again."""

import json

import pytest

from crosscheck import index
from crosscheck.registry import discovered


def test_the_index_lists_exactly_the_claims_of_the_package():
    assert [row["id"] for row in index.rows()] == list(discovered())


@pytest.mark.parametrize("row", index.rows(), ids=lambda row: row["id"])
def test_no_row_is_stale(row):
    claim, module = discovered()[row["id"]]
    assert json.loads(json.dumps(index.described(claim, module))) == row


def test_the_generated_text_is_the_index(monkeypatch):
    few = {"curie_weiss.late_minimum": discovered()["curie_weiss.late_minimum"]}
    monkeypatch.setattr("crosscheck.registry.discovered", lambda: few)
    (row,) = json.loads(index.generated())
    assert row in index.rows()


def test_the_equation_is_split_from_its_paper():
    assert index.printed("BM23 (28)-(29)") == ("BM23", "(28)-(29)")
    assert index.printed("BM23, text after (15)") == ("BM23", "text after (15)")
    assert index.printed("derived by hand") == ("", "derived by hand")


def test_what_a_run_keeps_of_a_claim_is_plain_and_readable():
    claim, _ = discovered()["curie_weiss.late_minimum"]
    shown = index.shown(claim)
    assert json.loads(json.dumps(shown)) == shown
    assert r"\mathrm{amplitude}" in shown["correction"]
