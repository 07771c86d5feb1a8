"""`errata`: what is printed and refuted, and nothing that is right."""

import json

import pytest

from crosscheck.commands import errata
from crosscheck.registry import find

FIELDS = {"paper", "equation", "printed", "derived", "where", "symbolic", "verdict", "at"}


@pytest.fixture
def two(monkeypatch):
    """One claim with a misprint, one that is printed right: the whole list takes half a minute."""
    claims = {name: (find(name), "") for name in ("curie_weiss.late_minimum", "curie_weiss.magnetisation")}
    monkeypatch.setattr("crosscheck.registry.discovered", lambda: claims)


@pytest.mark.usefixtures("two")
def test_a_misprint_is_listed_with_what_the_simulation_says_of_it(crosscheck):
    status, out, _ = crosscheck("errata", "--json")
    assert status == 0
    (row,) = json.loads(out)
    assert set(row) >= FIELDS
    assert (row["paper"], row["equation"], row["verdict"]) == ("BM23", "(27)", "DISAGREES")
    assert row["at"] == {"beta": "1.37", "h": "0.61", "T": "0.83"}


@pytest.mark.usefixtures("two")
def test_the_list_can_be_read_and_pasted(crosscheck):
    text = crosscheck("errata")[1]
    assert text.startswith("BM23 (27)  (curie_weiss.late_minimum)\n  printed     V_s")
    assert "simulation  DISAGREES: " in text
    table = crosscheck("errata", "--markdown")[1].splitlines()
    assert table[0] == "| equation | printed | derived | where | simulation |"
    assert len(table) == 3


def test_where_nothing_is_refuted_the_list_is_empty(crosscheck, monkeypatch):
    monkeypatch.setattr("crosscheck.registry.discovered", dict)
    assert crosscheck("errata")[1] == "no printed formula is refuted\n"
    assert json.loads(crosscheck("errata", "--json")[1]) == []


@pytest.mark.slow
def test_the_errata_of_both_systems_are_27_and_31():
    found = {(comparison.published.paper, comparison.published.equation) for _, comparison in errata.refuted()}
    assert found == {("BM23", "(27)"), ("BM23", "(31)")}
