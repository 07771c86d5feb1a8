"""The code of the documentation, run: files written, commands typed, sessions repeated, in the order of the page."""

import doctest
import importlib
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

import pytest

from crosscheck import cli, verify
from crosscheck.registry import claims_in
from tests.test_how_to_regression import patched

DOCS = Path(__file__).parent.parent / "docs"
HERE = (
    "tutorial/first-five-minutes.md",
    "tutorial/from-a-conjecture-to-a-verdict.md",
    "tutorial/from-nothing-to-a-report.md",
    "how-to/choose-a-ladder.md",
    "how-to/read-a-report.md",
    "explanation/what-agrees-means.md",
    "explanation/evidence-levels.md",
    "explanation/explore-and-confirm.md",
    "explanation/finite-size.md",
    "explanation/why-not-the-papers-parameters.md",
)
SYSTEM = "how-to/add-a-system.md"
ELSEWHERE = {
    "tutorial/your-own-claim.md": "test_tutorial.py",
    "how-to/keep-and-compare-runs.md": "test_how_to.py",
    "how-to/run-on-slurm.md": "test_how_to_cluster.py",
    "how-to/run-on-several-gpus.md": "test_how_to_cluster.py",
    "explanation/accumulated-evidence.md": "crosscheck/test_accumulate.py",
}
DEAR = (
    "tutorial/first-five-minutes.md",
    "tutorial/from-nothing-to-a-report.md",
    "how-to/choose-a-ladder.md",
    "explanation/why-not-the-papers-parameters.md",
)
# What a reader is asked to change before the n-th command of the page; both texts stand on the page.
CHANGES = {
    "how-to/choose-a-ladder.md": {
        2: ("(64, 128, 256, 512)", "(2, 4, 8, 16)"),
        3: ("(2, 4, 8, 16)", "(64, 128, 256, 512)"),
    }
}
RATES = {"how-to/choose-a-ladder.md": {3: ("correction=1 / N", "correction=1 / N**2")}}
STATUS = {"AGREES": 0, "DISAGREES": 1, "INCONCLUSIVE": 3}
NUMBER = re.compile(r"[-+±<(\d].*|%$|—$")


@dataclass(frozen=True)
class Block:
    """One fenced block, and the last file that is named before it."""

    language: str
    text: str
    file: str


def blocks(page: str) -> list[Block]:
    text = (DOCS / page).read_text("utf-8")
    found = []
    for match in re.finditer(r"^```(\w+)\n(.*?)^```$", text, re.DOTALL | re.MULTILINE):
        names = re.findall(r"`([\w/]+\.py)`", text[: match.start()])
        found.append(Block(match[1], match[2], names[-1] if names else ""))
    return found


def words(line: str) -> list[str]:
    """Without numbers, their signs and units: they depend on versions, times, and the processor."""
    return [word for word in line.split() if not NUMBER.match(word)]


def put(block: Block) -> None:
    """A file as it is, or with the lines of a diff changed."""
    path = Path(block.file)
    if block.language == "python":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
    else:
        path.write_text(patched(path.read_text("utf-8"), block.text), encoding="utf-8")


def check_console(text: str, printed: str, status: int) -> None:
    """The lines of the page are those that were printed; `...` stands for any number of them."""
    command, _, shown = text.partition("\n")
    head, dots, tail = shown.partition("...\n")
    got = printed.splitlines()
    if command.startswith("$ crosscheck eval"):
        assert shown == printed
    first, last = ([words(line) for line in part.splitlines()] for part in (head, tail))
    found = [words(line) for line in got]
    assert found[: len(first)] == first
    assert found[len(found) - len(last) :] == last
    assert dots or len(found) == len(first)
    if command.split()[2] in ("run", "try"):
        outcomes = re.findall("|".join(STATUS), printed)
        assert status == STATUS[next(word for word in ("DISAGREES", "INCONCLUSIVE", "AGREES") if word in outcomes)]
    else:
        assert status != 2


def change(page: str, number: int) -> None:
    for table in (CHANGES, RATES):
        if number in table.get(page, {}):
            old, new = table[page][number]
            assert new in (DOCS / page).read_text("utf-8")
            path = Path("claim_scatter.py")
            text = path.read_text("utf-8")
            assert text.count(old) == 1
            path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.mark.parametrize("page", [pytest.param(p, marks=pytest.mark.docs if p in DEAR else ()) for p in HERE])
def test_a_page_does_what_it_shows(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {}
    commands = 0
    for block in blocks(page):
        if block.language in ("python", "diff"):
            put(block)
        elif block.language == "console":
            change(page, commands)
            commands += 1
            status = cli.main(shlex.split(block.text.partition("\n")[0].removeprefix("$ crosscheck ")))
            check_console(block.text, capsys.readouterr().out, status)
        elif block.language == "pycon":
            session(page, block.text, names)
        else:
            raise AssertionError(f"{page}: nothing runs a block of {block.language}")


def session(page: str, text: str, names: dict[str, object]) -> None:
    test = doctest.DocTestParser().get_doctest(text, names, page, None, 0)
    report: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test, out=report.append, clear_globs=False)
    names.update(test.globs)
    assert not report, "".join(report)


def test_the_system_of_the_page_is_found_derived_and_agrees(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for block in blocks(SYSTEM):
        assert block.language == "python"
        put(block)
    for package in ("theory.systems", "numerics.systems", "crosscheck.claims"):
        home = importlib.import_module(package)
        monkeypatch.setattr(home, "__path__", [*home.__path__, str(tmp_path / package.replace(".", "/"))])
    (claim,) = claims_in(importlib.import_module("crosscheck.claims.telegraph"))
    assert claim.id == "telegraph.memory"
    assert claim.theory.derivation is not None
    assert claim.theory.derivation.evidence.name == "EXACT"
    verdict = verify(claim)
    assert verdict.outcome.value == "AGREES"
    assert [test.rejected for test in verdict.self_tests] == [True, True]


def test_every_page_with_code_is_run_by_some_test():
    written = {path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md")}
    coded = {page for page in written if page.split("/")[0] in ("tutorial", "how-to", "explanation") and blocks(page)}
    tests = {path: path.read_text("utf-8") for path in Path(__file__).parent.rglob("test_*.py")}
    others = coded - set(HERE) - {SYSTEM} - set(ELSEWHERE)
    named = {page for page in others if any(Path(page).name in text for text in tests.values())}
    assert others == named
    for page, test in ELSEWHERE.items():
        assert Path(page).name in tests[Path(__file__).parent / test]
