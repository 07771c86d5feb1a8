"""The power of checks as data and as text: what is live is shown, and what it needs."""

import json
from math import inf

import pytest

from crosscheck.mutants import Mutant
from crosscheck.power import NO_VALUE, Killed, Live, Power, total
from crosscheck.registry import find
from crosscheck.report.json import dumps
from crosscheck.report.power import needs, power_document, power_table
from crosscheck.verdict import Outcome
from crosscheck.visibility import Apart
from theory.formula import Explicit
from theory.notation import T, x


def mutant(operator="factor 2"):
    return Mutant(operator, "T", "2*T", Explicit(2 * T))


ELSEWHERE = Live(mutant(), 0.215, {"x": 1.5}, 0.004, 90604)
FEW = Live(mutant("sign"), 0.05, {"x": 1.5}, 0.02, 10**6)
NOWHERE = Live(mutant("root added"), inf, {"x": 0.5}, 0.03, None)


def of(*live, killed=7):
    dead = (Killed(mutant(), ("deterministic", "independent")),) * (killed - 1) + (Killed(mutant("sign"), (NO_VALUE,)),)
    return Power("toy.level", 0.01, Outcome.AGREES, dead, live, (Apart(mutant("half"), 1e-16, {"x": 1.5}),), 0.5)


def document(*powers):
    return power_document(powers, score=total(powers), operators=("sign",), tier="quick", seed=3, seconds=2.0)


def test_what_is_needed_is_another_point_where_the_tested_gap_is_below_the_resolution():
    assert needs(of(ELSEWHERE)) == "1 by another reference point (crosscheck power toy.level --choose), as at x=1.5"


def test_what_is_needed_is_replicas_where_the_gap_is_large_enough_to_be_seen():
    assert needs(of(FEW)) == "1 by 1000000 replicas per size"
    assert needs(of(ELSEWHERE, FEW)).endswith("; 1 by 1000000 replicas per size")
    assert needs(of()) == ""


def test_the_place_of_a_mutant_may_hold_a_table():
    found = find("linear_diffusion.divergence")
    spectrum = found.point({"c": "0.3", "alpha": "0.5", "spectrum": "two-level"})["spectrum"]
    live = Live(mutant(), 0.215, {"c": 0.3, "spectrum": spectrum}, 0.004, 90604)
    assert needs(of(live)).endswith("as at c=0.3 spectrum=two-level")
    (row,) = json.loads(dumps(document(of(live))))["claims"]
    assert row["live"][0]["at"] == {"c": 0.3, "spectrum": "two-level"}


def test_the_counts_add_up_and_legs_are_counted_each_by_itself():
    (row,) = document(of(ELSEWHERE, FEW))["claims"]
    assert (row["mutants"], row["killed"], len(row["live"]), len(row["equivalent"])) == (10, 7, 2, 1)
    assert row["killed_by"] == {"deterministic": 6, "independent": 6, "no value": 1}
    assert row["no_value"] == ["sign at T"]
    assert row["score"] == pytest.approx(7 / 9, abs=1e-4)


def test_only_a_document_of_one_claim_has_its_id():
    one, two = document(of(FEW)), document(of(FEW), of())
    assert one["id"] == "toy.level"
    assert "id" not in two
    assert two["killed"] == 14
    assert [row["id"] for row in two["live"]] == ["toy.level"]


def test_where_a_mutant_has_no_value_its_gap_is_null():
    text = dumps(document(of(NOWHERE)))
    assert '"gap": null' in text
    assert "having no value at x=0.5" in power_table(document(of(NOWHERE)))


def test_the_table_never_rounds_a_score_up_to_one():
    nearly = of(ELSEWHERE, killed=100_000)
    assert "1.0000" not in power_table(document(nearly))
    assert "0.9999" in power_table(document(nearly))
    assert "1.0000" in power_table(document(of()))


def test_nothing_to_kill_has_no_score():
    nothing = Power("toy.two_routes", 0.01, Outcome.AGREES, (), (), (), 0.0)
    assert document(nothing)["score"] is None
    assert "—" in power_table(document(nothing))


def test_a_claim_that_does_not_agree_says_so_beside_its_score():
    doubtful = Power("toy.level", 0.01, Outcome.INCONCLUSIVE, (), (FEW,), (), 0.0)
    text = power_table(document(doubtful))
    assert "INCONCLUSIVE" in text
    assert "toy.level: BLIND, 1 live" in text
    assert str(x) in text
