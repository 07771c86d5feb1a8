"""`simulate`."""

import json

import pytest


def test_the_contract_is_kept_and_the_numbers_depend_on_nothing_but_the_seed(crosscheck, claim_file):
    call = ("simulate", claim_file(), "--at", "t=0.5", "--size", "N=4", "--replicas", "30000", "--json")
    first, again = (json.loads(crosscheck(*call)[1]) for _ in range(2))
    assert set(first) >= {"id", "mean", "standard_error", "samples", "seconds", "device"}
    assert first["samples"] == 30000
    assert first["mean"] == again["mean"] == pytest.approx(0.415, abs=6 * first["standard_error"])
    assert json.loads(crosscheck(*call, "--seed", "1")[1])["mean"] != first["mean"]


def test_a_person_gets_value_and_error(crosscheck, claim_file):
    status, out, _ = crosscheck("simulate", claim_file(), "--size", "N=4", "--replicas", "10000", "--route", "forward")
    assert status == 0
    assert out.startswith("0.3")
    assert "±" in out
    assert out.endswith("(10000 replicas, forward)\n")


def test_a_claim_without_a_size_needs_none(crosscheck, claim_file):
    text = claim_file().read_text(encoding="utf-8").replace('size="N", ', "").replace("N: int, ", "")
    path = claim_file(text=text.replace("ladder=(2, 4)", "ladder=(1,)"))
    assert crosscheck("simulate", path, "--replicas", "1000")[0] == 0
    assert "it has no size variable" in crosscheck("simulate", path, "--replicas", "9", "--size", "N=2")[2]


def test_a_claim_without_a_simulation_says_what_to_use(crosscheck, claim_file):
    text = claim_file().read_text(encoding="utf-8").replace("numeric=draws", "numeric=THEORY")
    path = claim_file(text=text.replace("ladder=(2, 4)", "ladder=(1,)"))
    assert "only exact laws; use `crosscheck eval`" in crosscheck("simulate", path, "--replicas", "9")[2]


def test_a_file_with_two_claims_is_too_much_for_one_estimate(crosscheck, claim_file):
    second = "again = replace(product, theory=replace(THEORY, name='toy.again'))"
    text = claim_file().read_text(encoding="utf-8") + f"\nfrom dataclasses import replace\n\n{second}\n"
    assert "defines 2 claims" in crosscheck("simulate", claim_file(text=text), "--replicas", "9")[2]
