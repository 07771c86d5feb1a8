"""`list` and `show`."""

import json

FIELDS = {
    "schema", "id", "system", "statement", "paper", "equation", "kind", "size", "parameters", "evidence", "rivals",
    "finite_size",
}  # fmt: skip


def test_the_list_names_every_claim_with_its_equation(crosscheck):
    status, out, err = crosscheck("list")
    assert (status, err) == (0, "")
    assert any(line.startswith("curie_weiss.weight_plus ") and " BM23 (16) " in line for line in out.splitlines())


def test_the_list_as_json_keeps_the_contract(crosscheck):
    rows = json.loads(crosscheck("list", "--json")[1])
    assert all(set(row) == FIELDS for row in rows)
    row = next(row for row in rows if row["id"] == "curie_weiss.weight_plus")
    assert (row["paper"], row["equation"], row["kind"], row["size"]) == ("BM23", "(16)", "asymptotic", "N")
    beta = next(parameter for parameter in row["parameters"] if parameter["name"] == "beta")
    assert {"name", "low", "high", "default", "meaning"} <= set(beta)
    assert (float(beta["low"]), float(beta["high"]), float(beta["default"])) == (1.0, float("inf"), 1.37)


def test_one_system_can_be_listed(crosscheck):
    rows = json.loads(crosscheck("list", "--system", "curie_weiss", "--json")[1])
    assert {row["system"] for row in rows} == {"curie_weiss"}


def test_quiet_leaves_nothing_but_json(crosscheck):
    assert crosscheck("list", "--quiet") == (0, "", "")
    assert crosscheck("list", "--quiet", "--json")[1] != ""


def test_a_claim_is_shown_with_its_derivation_and_what_was_printed(crosscheck):
    status, out, _ = crosscheck("show", "curie_weiss.late_minimum")
    assert status == 0
    for part in (
        "Parameters",
        "Derivation, worth its weakest step",
        "[EXACT]",
        "BM23 (27): erratum",
        "Last verdict",
        "Mézard",
    ):
        assert part in out
    assert "none yet; crosscheck run curie_weiss.late_minimum" in out


def test_the_last_verdict_is_shown(crosscheck, claim_file):
    path = claim_file()
    assert crosscheck("run", path)[0] == 0
    assert "AGREES at t=0.4 T=0.83" in crosscheck("show", path)[1]
    shown = json.loads(crosscheck("show", path, "--json")[1])
    assert shown["schema"].startswith("crosscheck.show/")
    assert shown["verdicts"][0]["outcome"] == "AGREES"
