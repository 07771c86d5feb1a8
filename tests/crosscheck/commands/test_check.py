"""`run`: exit statuses, what is saved, what is printed."""

import json
from pathlib import Path

import torch

from crosscheck.report.json import load_run


def test_a_right_formula_agrees_and_the_run_is_kept(crosscheck, claim_file):
    status, out, err = crosscheck("run", claim_file())
    assert (status, err) == (0, "")
    assert out.splitlines()[1].startswith("toy.product  AGREES")
    assert out.splitlines()[-1] == "report: crosscheck-results/report.html"
    run = load_run(Path("crosscheck-results"))
    assert run["outcome"] == "AGREES"
    assert Path("crosscheck-results/figures/toy.product.svg").exists()


def test_a_wrong_formula_disagrees_with_status_1_and_says_how_to_see_it_again(crosscheck, claim_file):
    path = claim_file(formula="T * t**2")
    status, out, _ = crosscheck("run", path, "--quiet")
    assert (status, out) == (1, "")
    status, out, _ = crosscheck("run", path)
    assert status == 1
    again = next(line.split("again: ")[1] for line in out.splitlines() if "again: " in line)
    assert again == f"crosscheck run {path} --at t=0.4 T=0.83 --tier quick --seed 0"
    assert crosscheck(*again.split()[1:])[0] == 1


def test_what_cannot_be_seen_is_inconclusive_with_status_3(crosscheck, claim_file):
    path = claim_file(text=claim_file().read_text().replace("0.05 *", "90.0 *"))
    status, out, _ = crosscheck("run", path)
    assert status == 3
    assert "1 INCONCLUSIVE" in out


def test_json_is_the_only_output_and_writes_no_file(crosscheck, claim_file, tmp_path: Path):
    path = claim_file()
    status, out, err = crosscheck("run", path, "--json", "--at", "t=0.7")
    assert (status, err) == (0, "")
    run = json.loads(out)
    assert run["schema"].startswith("crosscheck.run/")
    assert run["verdicts"][0]["parameters"] == {"t": "0.7", "T": "0.83"}
    assert [path.name for path in tmp_path.iterdir() if path.is_dir() and path.name != "__pycache__"] == []


def test_out_is_not_overwritten_without_force(crosscheck, claim_file):
    path = claim_file()
    assert crosscheck("run", path, "--out", "here")[0] == 0
    assert "add --force" in crosscheck("run", path, "--out", "here")[2]
    assert crosscheck("run", path, "--out", "here", "--force")[0] == 0


def test_verdicts_do_not_depend_on_the_number_of_workers(crosscheck, claim_file):
    path = claim_file()

    def verdicts(*options: str) -> list:
        found = json.loads(crosscheck("run", path, "--json", *options)[1])["verdicts"]
        return [{key: value for key, value in verdict.items() if key != "seconds"} for verdict in found]

    assert verdicts() == verdicts("--workers", "2")
    assert verdicts() != verdicts("--seed", "5")


def test_claims_may_follow_options(crosscheck, claim_file):
    assert crosscheck("run", "--tier", "quick", "--json", claim_file())[0] == 0


def test_an_absent_gpu_is_named(crosscheck, claim_file, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)  # on a machine that has one, too
    status, _, err = crosscheck("run", claim_file(), "--device", "cuda")
    assert status == 2
    assert "cuda" in err
    assert crosscheck("run", claim_file(), "--device", "auto", "--json")[0] == 0
