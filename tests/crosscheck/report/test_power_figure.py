"""The figure of the power of the checks: every claim, every fate, the same text every time."""

import re

from crosscheck.report.power_figure import counts, power_svg

CLAIM = {
    "id": "toy.level", "mutants": 20, "killed": 15, "killed_by": {"deterministic": 10, "independent": 4, "no value": 5},
    "no_value": ["a", "b", "c", "d", "e"], "live": [{"id": "toy.level"}] * 3, "equivalent": [{}] * 2, "score": 15 / 18,
}  # fmt: skip
EMPTY = {**CLAIM, "id": "toy.nothing", "mutants": 0}
DOCUMENT = {
    "claims": [CLAIM, EMPTY], "killed": 15, "live": CLAIM["live"], "equivalent": CLAIM["equivalent"],
    "tier": "quick", "date": "2026-01-02",
}  # fmt: skip


def test_killed_are_those_that_data_were_needed_for():
    assert counts(CLAIM) == {"killed": 10, "no value": 5, "live": 3, "equivalent": 2}
    assert sum(counts(CLAIM).values()) == CLAIM["mutants"]


def test_the_figure_names_every_claim_that_has_mutants():
    text = power_svg(DOCUMENT)
    assert text.startswith("<svg")
    assert "toy.level" in text
    assert "toy.nothing" not in text
    assert "15 of 18 mutants of 1 formulas are killed, 2 are equivalent; quick tier, 2026-01-02." in text


def test_the_same_document_gives_the_same_text():
    assert power_svg(DOCUMENT) == power_svg(DOCUMENT)


def test_fates_and_legs_are_told_apart_without_colour():
    text = power_svg(DOCUMENT)
    assert len(set(re.findall(r'id="[^"]*?(h[0-9a-f]{6,})"', text))) >= 2  # hatches of live and equivalent mutants
    for word in ("killed", "no value", "live", "equivalent", "deterministic legs alone", "score, all legs"):
        assert word in text
