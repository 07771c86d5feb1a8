"""`crosscheck power`: the contract of its JSON, what it prints, its exit status, and the proposals of --choose."""

import json
from datetime import date

import pytest

from crosscheck.mutation_operators import OPERATORS

BLIND = 'parameters=({"t": "1", "T": "1"},), ladder=(2, 4)'


@pytest.fixture
def blind_file(claim_file):
    path = claim_file()
    path.write_text(path.read_text("utf-8").replace("ladder=(2, 4)", BLIND), "utf-8")
    return path


def test_the_json_of_one_claim_keeps_the_contract(crosscheck, claim_file):
    status, out, err = crosscheck("power", claim_file(), "--tier", "quick", "--json")
    document = json.loads(out)
    assert (status, err) == (0, "")
    assert document["schema"] == "crosscheck.power/1"
    assert {"id", "killed", "live", "equivalent", "score"} <= document.keys()
    assert document["id"] == "toy.product"
    assert document["score"] == 1.0
    assert document["live"] == []
    assert document["date"] == date.today().isoformat()
    assert document["operators"] == list(OPERATORS)
    assert "sympy" in document["versions"]
    (row,) = document["claims"]
    assert row["mutants"] == row["killed"] + len(row["live"]) + len(row["equivalent"])


def test_a_blind_claim_is_named_with_its_live_mutants_and_what_they_need(crosscheck, blind_file):
    status, out, _ = crosscheck("power", blind_file, "--tier", "quick", "--json")
    assert status == 3
    (row,) = json.loads(out)["claims"]
    assert row["score"] < 0.9
    assert {"mutant", "expression", "gap", "at", "tested", "replicas"} == row["live"][0].keys()
    assert "by another reference point (crosscheck power toy.product --choose)" in row["needs"]
    status, out, _ = crosscheck("power", blind_file, "--tier", "quick")
    assert status == 3
    assert "toy.product: BLIND, " in out
    assert "dropped factor at T: t" in out
    assert "differs by" in out


def test_the_table_gives_the_score_and_the_sum(crosscheck, claim_file):
    status, out, _ = crosscheck("power", claim_file(), "--tier", "quick", "--no-store")
    assert status == 0
    head, row, _, total = out.splitlines()
    assert head.split() == ["claim", "mutants", "killed", "no", "value", "live", "equivalent", "score"]
    assert row.split()[0] == "toy.product"
    assert row.split()[-1] == "1.0000"
    assert "score 1.0000" in total
    assert "quick tier" in total


def test_a_claim_that_disagrees_says_so(crosscheck, claim_file):
    status, out, _ = crosscheck("power", claim_file(formula="T * t * 2"), "--tier", "quick", "--no-store")
    assert status == 1
    assert "DISAGREES" in out


def test_a_proposal_can_be_pasted_into_a_claim(crosscheck, blind_file):
    status, out, _ = crosscheck("power", blind_file, "--choose")
    assert status == 0
    name, line = out.splitlines()
    assert name == "toy.product"
    assert line.startswith('    ReferencePoint({"t": "')
    status, out, _ = crosscheck("power", blind_file, "--choose", "--keep", "--json")
    (row,) = json.loads(out)
    assert row["points"][0]["at"] == {"t": "1", "T": "1"}
    assert len(row["points"]) == 2


def test_finished_blocks_are_used_again(crosscheck, claim_file, tmp_path):
    path = claim_file()
    first = json.loads(crosscheck("power", path, "--tier", "quick", "--json")[1])
    assert (tmp_path / "crosscheck-store.sqlite").exists()
    second = json.loads(crosscheck("power", path, "--tier", "quick", "--json")[1])
    assert first["killed"] == second["killed"]
