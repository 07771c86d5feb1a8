"""Claim packs: found through their entry points, and one that is broken costs one line and nobody else's claims."""

import json
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from crosscheck import cli, index, packs, registry
from crosscheck.claim import ClaimError
from crosscheck.registry import UnknownClaim, find, identifiers

PACK = "from tests.crosscheck.toy import claim\nlevel = claim()\n"


def point(module: str) -> EntryPoint:
    return EntryPoint(module, f"{module}", packs.GROUP)


@pytest.fixture
def pack(tmp_path: Path, monkeypatch):
    """Writes a package of one module with claims, and returns its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def write(name: str, text: str = PACK, rows: str | None = None) -> EntryPoint:
        folder = tmp_path / name
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "claims.py").write_text(text)
        if rows is not None:
            (folder / "index.json").write_text(rows)
        return point(f"{name}.claims")

    yield write
    for name in set(sys.modules) - before:
        if name.startswith("pack_"):
            del sys.modules[name]


@pytest.fixture
def installed(monkeypatch):
    """Makes these entry points the installed ones."""

    def install(*points: EntryPoint) -> None:
        found = packs.gathered(points, taken=[row["id"] for row in index.rows()])
        monkeypatch.setattr(packs, "catalogue", lambda: found)
        monkeypatch.setattr("crosscheck.commands.claims.catalogue", lambda: found)

    return install


def test_the_claims_of_a_pack_are_described_as_the_index_describes_others(pack):
    (row,) = packs.gathered([pack("pack_good")], taken=()).rows
    assert row["id"] == "toy.level"
    assert row["module"] == "pack_good.claims"
    assert set(row) == set(index.rows()[0])


def test_a_pack_with_an_index_is_read_without_being_imported(pack):
    row = {**index.rows()[0], "id": "toy.fast", "system": "toy", "module": "pack_fast.claims"}
    found = packs.gathered([pack("pack_fast", "raise SystemExit", json.dumps([row]))], taken=())
    assert found.rows == (row,)
    assert "pack_fast.claims" not in sys.modules


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("import not_a_module\n", "ModuleNotFoundError: No module named 'not_a_module'"),
        ("def f(:\n", "SyntaxError"),
        ("raise SystemExit(0)\n", "it ends the program instead of defining claims"),
        ("raise KeyError('several\\nlines')\n", "KeyError"),
        ("x = 1\n", "pack_bad.claims defines no claim; a claim system.observable is called observable there"),
        (PACK.replace("level =", "other ="), "defines no claim; a claim system.observable is called observable"),
    ],
)
def test_a_broken_pack_is_one_line_and_the_others_stay(pack, text, reason):
    found = packs.gathered([pack("pack_bad", text), pack("pack_good")], taken=())
    assert [row["id"] for row in found.rows] == ["toy.level"]
    (line,) = found.complaints
    assert line.startswith("claim pack pack_bad.claims is left out: ")
    assert reason in line
    assert "\n" not in line


@pytest.mark.parametrize("rows", ["[]x", "{}", '[{"id": "toy.level"}]'])
def test_a_spoiled_index_is_one_line(pack, rows):
    found = packs.gathered([pack("pack_bad", PACK, rows)], taken=())
    assert not found.rows
    assert len(found.complaints) == 1


def test_a_module_that_is_not_there_is_one_line():
    (line,) = packs.gathered([point("crosscheck.no_such_module")], taken=()).complaints
    assert line.endswith("there is no module crosscheck.no_such_module")


def test_no_pack_takes_the_id_of_another_claim(pack):
    taken = packs.gathered([pack("pack_good")], taken=["toy.level"])
    assert not taken.rows
    assert "toy.level is already a claim of the catalogue" in taken.complaints[0]
    both = packs.gathered([pack("pack_a"), pack("pack_b")], taken=())
    assert [row["module"] for row in both.rows] == ["pack_a.claims"]
    assert "toy.level is already a claim of the claim pack pack_a.claims" in both.complaints[0]


def test_the_registry_finds_what_a_pack_brings(pack, installed, monkeypatch):
    installed(pack("pack_good"))
    assert identifiers()[-1] == "toy.level"
    assert find("toy.level").id == "toy.level"
    with pytest.raises(UnknownClaim, match=r"did you mean toy\.level\?"):
        find("toy.levle")
    assert registry.entries() == index.rows()


def test_a_stale_index_is_one_line(pack, installed):
    row = {**index.rows()[0], "id": "toy.gone", "system": "toy", "module": "pack_stale.claims"}
    installed(pack("pack_stale", PACK, json.dumps([row])))
    with pytest.raises(ClaimError, match="has no such claim; its index is stale"):
        find("toy.gone")


def test_a_module_that_its_index_hides_may_still_be_broken(pack, installed):
    row = {**index.rows()[0], "id": "toy.gone", "system": "toy", "module": "pack_hidden.claims"}
    installed(pack("pack_hidden", "import not_a_module", json.dumps([row])))
    with pytest.raises(ClaimError, match="cannot be imported: ModuleNotFoundError"):
        find("toy.gone")


def test_list_and_run_know_packs_and_complain_of_broken_ones(pack, installed, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    installed(pack("pack_bad", "import not_a_module"), pack("pack_good"))
    assert cli.main(["list", "--system", "toy"]) == 0
    shown = capsys.readouterr()
    assert shown.out.split()[0] == "toy.level"
    assert shown.err.startswith("crosscheck: claim pack pack_bad.claims is left out")
    assert shown.err.count("\n") == 1
    assert cli.main(["run", "toy.level", "--quiet"]) == 0
    assert "run toy.level" in (tmp_path / "crosscheck-results" / "run.json").read_text("utf-8")


def test_the_names_of_the_catalogue_ask_for_no_pack(monkeypatch, capsys):
    def refuse():
        raise AssertionError("a pack was looked for")

    monkeypatch.setattr("crosscheck.commands.claims.catalogue", refuse)
    assert cli.main(["show", "curie_weiss.barrier"]) == 0
    assert "curie_weiss.barrier" in capsys.readouterr().out
