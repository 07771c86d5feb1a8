"""Rows of counterexamples: readable, never lost, never written twice, and run again."""

import tomllib
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import pytest

from crosscheck.budget import Budget
from crosscheck.counterexamples import (
    HEADER,
    NAME,
    Row,
    Standing,
    append,
    claim_of,
    default_place,
    read,
    recheck,
    row_of,
)
from crosscheck.search import Suspect, confirm
from crosscheck.usage import UsageError
from tests.crosscheck.toy import DOMAIN, T, broken, claim, form, positive, x
from theory.domain import Domain

ROW = Row(
    claim="toy.level",
    at={"x": "2.5", "T": "0.5"},
    gap=-0.25,
    error=1e-4,
    detectable=0.002,
    seed=7,
    found="2026-01-31",
    reason='a "quoted" reason with a \\, a tab\t, a DEL\x7f, an é and a 𝛽',
    formula="x**2",
    command="crosscheck run toy.level --at x=2.5 T=0.5",
)
WRONG = claim(expression=x**2 / 2)


def test_a_row_is_read_as_it_was_written(tmp_path: Path):
    path = tmp_path / NAME
    assert read(path) == []
    assert append(path, [ROW]) == [ROW]
    assert read(path) == [ROW]
    assert path.read_text(encoding="utf-8").startswith(HEADER)
    assert tomllib.loads(path.read_text(encoding="utf-8"))["counterexample"][0]["at"] == {"x": "2.5", "T": "0.5"}


def test_a_point_is_written_once(tmp_path: Path):
    path = tmp_path / NAME
    again, other = replace(ROW, gap=0.3, seed=8), replace(ROW, at={"x": "2", "T": "0.5"})
    append(path, [ROW, again])
    assert append(path, [again, other]) == [other]
    assert read(path) == [ROW, other]


def test_comments_and_notes_of_the_user_stay(tmp_path: Path):
    path = tmp_path / NAME
    mine = (
        f'# mine\n{HEADER}\n[[counterexample]] # a note\nclaim = "a.b"\nat = {{ x = "1" }}\nwhy = "told by a referee"\n'
    )
    path.write_text(mine, encoding="utf-8")
    append(path, [ROW])
    assert path.read_text(encoding="utf-8").startswith(mine)
    assert [row.claim for row in read(path)] == ["a.b", "toy.level"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("not = [toml", "no valid TOML"),
        ('[project]\nname = "x"\n', "no file of counterexamples"),
        (HEADER + '\n[[counterexample]]\nclaim = "a.b"\n', "row 1: at: missing"),
        (HEADER + '\n[[counterexample]]\nclaim = "a.b"\nat = {}\nseed = "x"\n', "row 1: seed"),
        (HEADER + '\n[[counterexample]]\nclaim = "a.b"\nat = {}\ntier = "dear"\n', "row 1: tier"),
        (HEADER + "\ncounterexample = 3\n", "tables"),
        (HEADER + "\ncounterexample = []\n", "no valid TOML"),
    ],
)
def test_a_file_of_another_kind_is_refused_and_left_as_it_is(tmp_path: Path, text, fault):
    path = tmp_path / NAME
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match=fault):
        append(path, [ROW])
    assert path.read_text(encoding="utf-8") == text
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="UTF-8"):
        read(path)


def add_rows(path: Path, first: int) -> None:
    for number in range(first, first + 15):
        append(path, [replace(ROW, at={"x": str(number)})])


def test_two_processes_lose_no_row(tmp_path: Path):
    context = get_context("fork")
    processes = [context.Process(target=add_rows, args=(tmp_path / NAME, first)) for first in (0, 100)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert len(read(tmp_path / NAME)) == 30


def test_rows_go_beside_the_file_of_claims_else_into_tests_else_here(tmp_path: Path):
    assert default_place(tmp_path / "mine" / "claim_x.py") == tmp_path / "mine" / NAME
    assert default_place(None, tmp_path) == tmp_path / NAME
    (tmp_path / "tests").mkdir()
    assert default_place(None, tmp_path) == tmp_path / "tests" / NAME


def test_a_confirmed_suspect_becomes_a_row_that_fails_until_the_formula_is_mended(tmp_path: Path):
    suspect = Suspect(WRONG.point({"x": "1"}), 1.0, "seen")
    tested = confirm(WRONG, suspect, random=3)
    row = row_of(WRONG, tested, tier="quick", command="crosscheck run toy.level")
    assert row.at == {"x": "1", "T": "0.5"}
    assert row.formula == "level = x**2/2"
    assert row.gap == pytest.approx(1, rel=0.05)
    assert row.seed == 4
    found = recheck(row, tmp_path, budget=Budget(), claim=WRONG)
    assert (found.standing, found.passes) == (Standing.DISAGREES, False)
    mended = recheck(row, tmp_path, budget=Budget(), claim=claim())
    assert (mended.standing, mended.passes) == (Standing.AGREES, True)


def test_a_row_is_run_again_on_another_seed_than_the_one_that_found_it(tmp_path: Path):
    found = recheck(ROW, tmp_path, budget=Budget(), claim=claim())
    assert found.verdict is not None
    assert found.verdict.seed == 8


def test_a_point_that_has_left_the_domain_passes(tmp_path: Path):
    narrow = Domain((positive(x, default="1", explored=("0.5", "2")), *DOMAIN.ranges[1:]))
    below = replace(ROW, at={"x": "-1", "T": "0.5"})
    found = recheck(below, tmp_path, budget=Budget(), claim=claim(theory=form(domain=narrow)))
    assert (found.standing, found.passes) == (Standing.OUTSIDE, True)
    assert "x = -1 is outside x > 0" in found.reason


def test_what_cannot_be_seen_is_not_mended(tmp_path: Path):
    dim = replace(ROW, at={"x": "0.001", "T": "0.5"})
    found = recheck(dim, tmp_path, budget=Budget(), claim=claim())
    assert (found.standing, found.passes) == (Standing.INCONCLUSIVE, False)


def test_an_error_and_a_parameter_that_is_no_more_are_not_mended(tmp_path: Path):
    fault = recheck(ROW, tmp_path, budget=Budget(), claim=claim(broken))
    assert (fault.standing, fault.passes) == (Standing.ERROR, False)
    assert "not finite" in fault.reason
    renamed = recheck(replace(ROW, at={"y": "1"}), tmp_path, budget=Budget(), claim=claim())
    assert (renamed.standing, renamed.passes) == (Standing.ERROR, False)
    assert "unknown parameter y" in renamed.reason


def test_a_row_without_its_claim_says_what_to_do(tmp_path: Path, claim_file):
    found = recheck(replace(ROW, claim="curie_weiss.magnetization"), tmp_path, budget=Budget())
    assert (found.standing, found.passes) == (Standing.GONE, False)
    assert "delete the row" in found.reason
    file = claim_file()
    assert claim_of(replace(ROW, claim="toy.product", file=file.name), tmp_path).id == "toy.product"
    assert recheck(replace(ROW, file=file.name), tmp_path, budget=Budget()).standing is Standing.GONE
    assert T.name in ROW.at
