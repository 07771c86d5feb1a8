"""The tables of the first page say what the generated files say."""

import json
from pathlib import Path

import pytest

from docs.extensions import catalogue, sources


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """One system with three claims: one judged at two points, one misprinted, one new."""
    entries = [
        {"id": f"toy.{name}", "system": "toy", "statement": "a thing", "paper": "BM23", "equation": f"({place})",
         "evidence": "EXACT" if name == "level" else None}
        for place, name in enumerate(("level", "slope_of_it", "fresh"), 1)
    ]  # fmt: skip
    verdicts = [
        _verdict("toy.level", "AGREES", 0.004),
        _verdict("toy.level", "INCONCLUSIVE", 0.05),
        _verdict("toy.slope_of_it", "AGREES", 0.009, rival="as printed"),
    ]
    run = {
        "verdicts": verdicts, "tier": "standard", "seed": 3, "versions": {"python": "3.11", "torch": "2.13"},
        "false_alarm_budget": 1e-4, "miss_budget": 1e-2, "claims": {"toy.slope_of_it": {"latex": ["y = 2 x"]}},
    }  # fmt: skip
    power = {"date": "2026-01-02", "killed": 7, "live": [1], "claims": [{"id": "toy.level", "killed": 7, "live": [1]}]}
    page = "# Toy\n\n## toy.slope_of_it\n\n- BM23 (2): $y = x$: erratum: differs by 50 %; the factor 2 is lost\n"
    for name, text in {
        "crosscheck/claims/index.json": json.dumps(entries),
        "docs/systems/run.json": json.dumps(run),
        "docs/systems/toy.md": page,
        "benchmarks/results/2026-01-01-power.json": "{}",
        "benchmarks/results/2026-01-02-power.json": json.dumps(power),
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def _verdict(id: str, outcome: str, visible: float, rival: str = "canary") -> dict:
    tests = [{"name": rival, "rejected": True}]
    return {"id": id, "outcome": outcome, "limit": {"detectable": visible}, "self_tests": tests}


def test_the_worst_point_of_a_claim_is_shown(tree):
    level, slope, fresh = sources.rows(tree)
    assert (level.outcome, level.visible, level.power, level.points) == ("INCONCLUSIVE", "5.0 %", "7 of 8", 2)
    assert (slope.outcome, slope.visible, slope.power) == ("AGREES", "0.90 %", "")
    assert (fresh.outcome, fresh.visible) == ("", "")


def test_the_table_links_each_claim_to_its_section(tree):
    text = catalogue.claims(tree)
    assert "[slope of it](systems/toy.md#toyslope_of_it) | BM23 (2) | [✓ AGREES]{.badge .AGREES} | 0.90 % |" in text
    assert "| not yet |" in text


def test_the_summary_counts_claims_not_points(tree):
    text = catalogue.summary(tree)
    assert "3 claims of 1 systems. Of the 2 that the last standard run judged: 1 AGREES, 1 INCONCLUSIVE." in text
    assert "7 of 8 misprints" in text


def test_an_erratum_is_read_from_the_generated_page(tree):
    (found,) = sources.errata(tree)
    assert found == sources.Erratum("toy.slope_of_it", "BM23 (2)", "y = x", "differs by 50 %; the factor 2 is lost")
    assert "| the factor 2 is lost | [✗ DISAGREES]{.badge .DISAGREES} |" in catalogue.errata(tree)
    full = catalogue.misprints(tree)
    assert "$$\ny = x\n$$" in full
    assert "$$\ny = 2 x\n$$" in full


def test_a_tree_without_a_run_has_claims_and_no_verdicts(tree):
    (tree / "docs" / "systems" / "run.json").unlink()
    assert {row.outcome for row in sources.rows(tree)} == {""}
    assert "Last run" not in catalogue.summary(tree)


def test_the_errata_of_the_source_tree_are_all_found():
    pages = sources.ROOT.joinpath("docs", "systems").glob("*.md")
    promised = sum(page.read_text("utf-8").count(": erratum: ") for page in pages)
    assert len(sources.errata()) == promised > 5
    assert {row.id for row in sources.rows()} == {entry["id"] for entry in sources.index()}
