"""Simulated points stand where the parameters of the closed form were."""

import pytest

from crosscheck.explorer.points import ARGUMENTS, simulated
from crosscheck.registry import find


def test_a_point_has_value_error_and_place(run):
    claim = find("curie_weiss.late_minimum")
    (verdict,) = simulated(claim, run)
    stored = run["verdicts"][1]["points"]
    assert [p["value"] for p in verdict["points"]] == [p["mean"] for p in stored]
    assert {tuple(p["at"].items()) for p in verdict["points"]} == {(("beta", "1.37"), ("h", "0.61"), ("T", "0.83"))}


def test_the_limit_of_a_leg_is_the_theory_and_its_gap(run):
    (verdict,) = simulated(find("curie_weiss.positive_fraction"), run)
    assert [limit["leg"] for limit in verdict["limits"]] == ["deterministic", "precision", "independent"]
    assert verdict["limits"][1]["value"] == pytest.approx(0.6 * (1 + 2e-4))
    assert verdict["limits"][1]["error"] == pytest.approx(0.6 * 4e-4)


def test_parameters_that_follow_the_size_are_found_again():
    claim = find("collapse.collapse_time")
    point = {"size": 8.0, "mean": 1.0, "standard_error": 0.1, "theory": 1.0, "samples": 9, "law": None, "scale": 1.0,
             "correction": 0.0, "leg": "independent", "route": "data"}  # fmt: skip
    verdict = {"id": claim.id, "outcome": "AGREES", "reason": "", "command": "", "legs": [], "points": [point],
               "parameters": {"sigma": "1.23", "alpha_log": "0.5"}}  # fmt: skip
    ((found,),) = (v["points"] for v in simulated(claim, {"verdicts": [verdict]}))
    assert found["at"] == {"n": "55", "d": "8", "sigma": "1.23"}


def test_a_law_stands_at_some_of_its_arguments():
    claim = find("curie_weiss.law_of_field")
    edges = [i / 100 for i in range(-90, 91)]
    law = {"edges": edges, "theory": [0.5] * len(edges), "observed": [0.4] * len(edges), "theory_samples": None}
    point = {"size": 20.0, "mean": 0.1, "standard_error": 0.0, "theory": 0.0, "samples": 100, "law": law, "scale": 1.0,
             "correction": 0.0, "leg": "precision", "route": "reduced"}  # fmt: skip
    verdict = {"id": claim.id, "outcome": "AGREES", "reason": "", "command": "", "legs": [], "points": [point],
               "parameters": {"beta": "1.37", "h": "0.61"}}  # fmt: skip
    (found,) = simulated(claim, {"verdicts": [verdict]})
    assert ARGUMENTS <= len(found["points"]) <= 2 * ARGUMENTS
    assert found["points"][0] | {"at": None} == {
        "leg": "precision", "route": "reduced", "size": 20.0, "samples": 100, "value": 0.4, "error": 0.05,
        "theory": 0.5, "at": None,
    }  # fmt: skip
    assert found["points"][0]["at"]["m"] == "-0.9"
