"""`try`: a formula typed by hand in the place of a claim's."""

import json
import shlex

import pytest


@pytest.mark.parametrize("formula", ["T*t", "t T^1", r"\frac{T}{1/t}", "-T*(-t)"])
def test_a_right_formula_survives_in_any_notation(crosscheck, claim_file, formula):
    status, out, _ = crosscheck("try", claim_file(), "--formula", formula)
    assert status == 0
    assert "AGREES" in out


def test_a_wrong_formula_does_not_and_the_command_repeats_it(crosscheck, claim_file):
    path = claim_file()
    status, out, _ = crosscheck("try", path, "--formula", "T*t*(1 + t/10)", "--at", "t=0.7", "--json")
    assert status == 1
    verdict = json.loads(out)["verdicts"][0]
    assert verdict["outcome"] == "DISAGREES"
    assert verdict["limit"]["gap"] == pytest.approx(
        -0.07, abs=0.005
    )  # in units of the derived value, not the typed one
    words = shlex.split(verdict["command"])
    assert words[:5] == ["crosscheck", "try", str(path), "--formula", "T*t*(1 + t/10)"]
    assert crosscheck(*words[1:])[0] == 1


def test_even_zero_can_be_tried(crosscheck, claim_file):
    assert crosscheck("try", claim_file(), "--formula", "0")[0] == 1


def test_nothing_is_written_unless_asked(crosscheck, claim_file, tmp_path):
    path = claim_file()
    crosscheck("try", path, "--formula", "T*t")
    assert not (tmp_path / "crosscheck-results").exists()
    crosscheck("try", path, "--formula", "T*t", "--out", "kept")
    assert (tmp_path / "kept" / "report.html").exists()


def test_what_the_claims_own_formula_defines_may_be_used(crosscheck):
    status, out, _ = crosscheck(
        "try", "curie_weiss.late_minimum", "--formula", r"2 m^* \tanh(h m^*)", "--at", "beta=1.37", "h=0.61", "T=0.83"
    )
    assert status == 0
    assert "AGREES" in out
