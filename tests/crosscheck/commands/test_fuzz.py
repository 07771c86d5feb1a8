"""`fuzz`: what is found, kept and told; exit statuses; time; Ctrl-C."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crosscheck import search
from crosscheck.budget import Budget
from crosscheck.counterexamples import NAME, read
from crosscheck.fuzz import part, row_part

FAILS_LATE = "T * t * (1 + t**10 / 2)"


def test_a_right_claim_is_searched_and_nothing_is_called_a_proof(crosscheck, claim_file):
    status, out, err = crosscheck("fuzz", claim_file(), "--examples", "10")
    assert (status, err) == (0, "")
    header, row, *rest = out.splitlines()
    assert header.split()[:2] == ["claim", "points"]
    assert row.split()[:2] == ["toy.product", "10"]
    assert "no new counterexamples confirmed" in rest[-1]
    assert "sampled agreement is not proof" in rest[-1]
    assert not (claim_file().parent / NAME).exists()


def test_a_counterexample_is_confirmed_told_and_kept_beside_the_claim(crosscheck, claim_file):
    path = claim_file(formula=FAILS_LATE)
    assert crosscheck("run", path, "--json")[0] == 0  # the reference point shows nothing
    status, out, _ = crosscheck("fuzz", path, "--examples", "40")
    assert status == 1
    assert "toy.product: COUNTEREXAMPLE: forward: gap" in out
    row = read(path.parent / NAME)[0]
    assert (row.claim, row.file, row.outcome, row.seed) == ("toy.product", path.name, "DISAGREES", 1)
    assert all(len(value) <= 4 for value in row.at.values())
    assert row.command == f"crosscheck run {path} --at t={row.at['t']} T={row.at['T']} --tier quick --seed 1"
    assert crosscheck(*row.command.split()[1:], "--json")[0] == 1


def test_known_rows_are_run_again_first_and_pass_when_the_formula_is_mended(crosscheck, claim_file):
    path = claim_file(formula=FAILS_LATE)
    crosscheck("fuzz", path, "--examples", "40")
    rows = read(path.parent / NAME)
    known = json.loads(crosscheck("fuzz", path, "--examples", "1", "--json")[1])["known"]
    assert [row["standing"] for row in known] == ["DISAGREES"] * len(rows)
    assert crosscheck("fuzz", path, "--examples", "1")[0] == 1
    status, out, _ = crosscheck("fuzz", claim_file(), "--examples", "1")
    assert status == 0
    assert f"0 of {len(rows)} known counterexamples fail" in out
    assert read(path.parent / NAME) == rows


def test_json_is_the_only_output_and_says_how_the_errors_are_spent(crosscheck, claim_file):
    status, out, err = crosscheck("fuzz", claim_file(formula=FAILS_LATE), "--examples", "40", "--json", "--seed", "3")
    found = json.loads(out)
    assert (status, err) == (1, "")
    assert found["schema"] == "crosscheck.fuzz/1"
    assert found["outcome"] == "DISAGREES"
    assert "2^-j" in found["false_alarm_spending"]
    suspects = found["claims"][0]["suspects"]
    assert [one["false_alarm"] for one in suspects] == [1e-4 / 2 / 2**j for j in range(1, len(suspects) + 1)]
    assert {one["seed"] for one in suspects} == {4}
    confirmed = [one["at"] for one in suspects if one["state"] == "confirmed"]
    assert [row["at"] for row in found["written"]] == confirmed


def test_points_near_a_counterexample_are_not_found_again(crosscheck, claim_file):
    found = json.loads(crosscheck("fuzz", claim_file(formula="T * t * 2"), "--examples", "300", "--json")[1])
    confirmed = [one["at"] for one in found["claims"][0]["suspects"] if one["state"] == "confirmed"]
    assert len(confirmed) == 3
    assert found["claims"][0]["stopped"] == "3 counterexamples"
    for number, one in enumerate(confirmed):
        for other in confirmed[:number]:
            apart = abs(float(one["t"]) - float(other["t"])) / 1.9, abs(float(one["T"]) - float(other["T"])) / 1.7
            assert max(apart) > 0.25


@pytest.mark.parametrize(("claims", "rows"), [(1, 1), (19, 4)])
def test_all_confirmations_together_stay_within_the_budget(claims, rows):
    whole = Budget(1e-3, 1e-2)
    spent = sum(part(whole, claims=claims, attempt=j).false_alarm for j in range(1, 200)) * claims
    assert spent + rows * row_part(whole, rows=rows).false_alarm <= 1e-3 * (1 + 1e-12)


def suspect_everything(monkeypatch) -> None:
    def glance(claim, point, **_) -> search.Glance:
        return search.Glance(0.6, 0.01, search.Suspect(point, 0.1, "imagined"))

    monkeypatch.setattr(search, "glance", glance)


def test_what_is_inconclusive_at_confirmation_gives_status_3(crosscheck, claim_file, monkeypatch):
    suspect_everything(monkeypatch)
    noisy = claim_file(text=claim_file().read_text(encoding="utf-8").replace("0.05 *", "90.0 *"))
    status, out, _ = crosscheck("fuzz", noisy, "--examples", "1", "--json")
    states = [one["state"] for one in json.loads(out)["claims"][0]["suspects"]]
    assert (status, set(states)) == (3, {"inconclusive"})


def test_a_suspicion_that_is_not_confirmed_is_no_failure(crosscheck, claim_file, monkeypatch):
    suspect_everything(monkeypatch)
    status, out, _ = crosscheck("fuzz", claim_file(), "--examples", "1")
    assert status == 0
    assert "toy.product: suspected, not confirmed: " in out
    assert "not confirmed, no failure" in out


def test_a_fault_of_the_simulator_is_a_counterexample_too(crosscheck, claim_file):
    path = claim_file(spoil="values[3] = float('nan') if t > 1 else values[3]")
    status = crosscheck("fuzz", path, "--examples", "40")[0]
    row = read(path.parent / NAME)[0]
    assert (status, row.outcome) == (1, "ERROR")
    assert float(row.at["t"]) > 1
    assert "are not finite" in row.reason


def test_rows_can_be_kept_elsewhere(crosscheck, claim_file, tmp_path: Path):
    path = claim_file(formula=FAILS_LATE)
    assert crosscheck("fuzz", path, "--examples", "40", "--counterexamples", "kept/mine.toml")[0] == 1
    assert read(tmp_path / "kept" / "mine.toml")[0].file == f"../{path.name}"
    known = json.loads(crosscheck("fuzz", path, "--examples", "1", "--counterexamples", "kept/mine.toml", "--json")[1])[
        "known"
    ]
    assert known[0]["standing"] == "DISAGREES"


def test_a_foreign_file_is_refused_before_anything_is_searched(crosscheck, claim_file, tmp_path: Path):
    (tmp_path / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    status, _, err = crosscheck("fuzz", claim_file(), "--counterexamples", "pyproject.toml")
    assert status == 2
    assert "no file of counterexamples" in err
    assert (tmp_path / "pyproject.toml").read_text(encoding="utf-8") == "[project]\n"


@pytest.mark.parametrize("options", [("--examples", "0"), ("--seconds", "0"), ("--seconds", "nan"), ("--seconds", "x")])
def test_wrong_limits_are_refused_in_one_line(crosscheck, claim_file, options):
    status, _, err = crosscheck("fuzz", claim_file(), *options)
    assert status == 2
    assert err.count("\n") == 1


def test_the_time_is_kept(crosscheck, claim_file):
    started = time.perf_counter()
    status, out, _ = crosscheck("fuzz", claim_file(), "--seconds", "1.5", "--json")
    assert time.perf_counter() - started < 4
    found = json.loads(out)
    assert (status, found["claims"][0]["stopped"]) == (0, "time")
    assert found["points"] > 5


def test_the_search_is_the_same_for_the_same_seed(crosscheck, claim_file):
    def suspects(seed: str) -> list:
        path = claim_file(formula=FAILS_LATE)
        (path.parent / NAME).unlink(missing_ok=True)
        found = json.loads(crosscheck("fuzz", path, "--examples", "8", "--seed", seed, "--json")[1])
        return [found["points"], *((one["at"], one["gap"]) for one in found["claims"][0]["suspects"])]

    assert suspects("1") == suspects("1")
    assert suspects("1") != suspects("2")


@pytest.mark.slow
def test_ctrl_c_keeps_what_was_found(claim_file, tmp_path: Path):
    path = claim_file(formula=FAILS_LATE)
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "crosscheck.cli", "fuzz", str(path), "curie_weiss.barrier", "--seconds", "100"]
    process = subprocess.Popen(
        [*command, "--json"], cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    for _ in range(600):
        if (path.parent / NAME).exists():
            break
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    found = json.loads(out)
    assert (process.returncode, found["interrupted"], err) == (1, True, "")
    assert found["written"]
    assert not (tmp_path / ".hypothesis").exists()
    assert read(path.parent / NAME)
