"""`run --accumulate`: the nights of one store, on screen and as JSON."""

import json

import pytest

NOISE = "values = T * t * (1 + torch.randn(replicas, dtype=torch.float64, generator=generator))"
"""A night then knows each of the two sizes to 0.55 %, and stops at a resolution of 5 %."""
NIGHT = ("--accumulate", "--store", "nights.sqlite")


@pytest.fixture
def noisy_file(claim_file):
    """A claim whose single runs see gaps of 4 %; with a formula that is wrong by 0.55 %, or right."""

    def write(formula: str):
        path = claim_file(formula=formula, spoil=NOISE)
        coarse = path.read_text().replace('correction="exact",', 'correction="exact", resolution=0.05,')
        path.write_text(coarse)
        return path

    return write


def last(out: str) -> list[str]:
    """The row of the claim in the table of all nights."""
    lines = out.splitlines()
    (header,) = [number for number, line in enumerate(lines) if line.startswith("all nights together")]
    return lines[header + 1].split()


@pytest.mark.slow
def test_a_gap_of_half_a_percent_is_seen_by_night_sixty_where_every_single_run_agrees(crosscheck, noisy_file):
    path = noisy_file("T * t * 10055 / 10000")
    statuses = []
    for _ in range(60):
        status, out, _ = crosscheck("run", path, *NIGHT, "--json")
        (verdict,) = json.loads(out)["verdicts"]
        assert [leg["outcome"] for leg in verdict["legs"]] == ["AGREES"]
        assert 0.03 < verdict["limit"]["detectable"] <= 0.05
        statuses.append(status)
    assert statuses == sorted(statuses), "once refuted, for ever refuted"
    assert (statuses[0], statuses[-1]) == (0, 1)
    added = verdict["accumulated"]
    assert (verdict["outcome"], added["outcome"], added["nights"]) == ("DISAGREES", "DISAGREES", 60)
    assert added["gap"] == pytest.approx(-0.0055, abs=0.002)
    assert added["e_value"] > added["refuting"] > 1 / added["level"] > 1e4
    assert len(added["history"]) == 59
    assert f"refuted on night {statuses.index(1) + 1}" in verdict["reason"]


def test_the_screen_shows_one_line_per_claim(crosscheck, noisy_file):
    path = noisy_file("T * t")
    assert last(crosscheck("run", path, *NIGHT)[1])[:5] == ["toy.product", "INCONCLUSIVE", "1", "—", "—"]
    status, out, _ = crosscheck("run", path, *NIGHT)
    assert status == 0
    row = last(out)
    assert row[:3] == ["toy.product", "AGREES", "2"]
    assert row[-1] == "forward"
    assert "nights" not in crosscheck("run", path, "--store", "nights.sqlite")[1]


def test_the_command_of_a_night_repeats_its_verdict(crosscheck, noisy_file):
    path = noisy_file("T * t")
    night = json.loads(crosscheck("run", path, *NIGHT, "--json")[1])["verdicts"][0]
    words = night["command"].split()[1:]
    again = json.loads(crosscheck(*words, "--no-store", "--json")[1])["verdicts"][0]
    assert again["points"] == night["points"]


def test_without_a_store_it_is_refused(crosscheck, noisy_file):
    status, _, error = crosscheck("run", noisy_file("T * t"), "--accumulate", "--no-store")
    assert status == 2
    assert "--store FILE" in error
