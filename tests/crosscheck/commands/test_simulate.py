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
