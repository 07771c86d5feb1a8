"""The parser of typed formulas against generated strings: no crash, nothing executed, nothing that hangs."""

import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.crosscheck.formula_fuzz import HOSTILE, NAMES, POINT, VALID, read, strings

ROOT = Path(__file__).parent.parent.parent


def fuzzed(count: int, seed: int, folder: Path) -> dict[str, Any]:
    """What a process of its own reports, which runs in an empty folder."""
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.crosscheck.formula_fuzz import main; import json"
    command = [sys.executable, "-c", f"{code}; print(json.dumps(main({count}, {seed})))"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout)


def blameless(found: dict[str, Any], folder: Path) -> None:
    outcomes = found["outcomes"]
    assert sum(outcomes.values()) == found["count"]
    assert found["faults"] == []
    assert set(found["events"]) <= {"array.__new__", "monomials"}, (
        "a string made the process import, open, run or ask for something"
    )
    assert found["longest"] < 1.0, found["slowest"]
    assert list(folder.iterdir()) == []
    # the strings are worth reading: many are formulas, most are not
    assert outcomes["evaluated"] > 0.05 * found["count"]
    assert outcomes["refused"] > 0.5 * found["count"]


def test_three_thousand_strings_are_read_or_refused(tmp_path):
    blameless(fuzzed(3_000, 1, tmp_path), tmp_path)


@pytest.mark.slow
def test_a_hundred_thousand_strings_are_read_or_refused(tmp_path):
    blameless(fuzzed(100_000, 20_241, tmp_path), tmp_path)


def test_the_watch_would_have_noticed(tmp_path):
    """A parser that evaluates its text is caught by the events, one that crashes by the faults."""
    spy = "import crosscheck.formula_parser as parser, tests.crosscheck.formula_fuzz as fuzz, json, sys\n"
    spy += "true = parser.parse\n"
    spy += "def careless(text, names, points=()):\n"
    spy += "    if 'os' in text and '_' in text: eval(compile('open(\"pwned\", \"w\")', 'x', 'eval'))\n"
    spy += "    if 'lambda' in text: raise RecursionError\n"
    spy += "    return true(text, names, points=points)\n"
    spy += "fuzz.parse = careless\nprint(json.dumps(fuzz.main(500, 5)))"
    code = f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{spy}"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert {"open pwned", "exec"} <= set(found["events"])
    assert any("RecursionError" in fault for _, fault in found["faults"])
    assert (tmp_path / "pwned").exists()


def test_the_strings_hold_every_kind_and_repeat_for_their_seed():
    some = list(itertools.islice(strings(3), 4000))
    assert some == list(itertools.islice(strings(3), 4000))
    for mark in (
        "__import__",
        "lambda",
        "f'{",
        ":=",
        "import os",
        "for h in",
        r"\input",
        r"\write18",
        r"\def",
        "9**9**9",
        "\u202e",
    ):
        assert any(mark in text for text in some), mark
    assert max(map(len, some)) > 2000
    assert any(not text.isascii() for text in some)


@pytest.mark.parametrize("text", VALID)
def test_the_formulas_that_are_mutated_are_valid(text):
    assert read(text, pursue=True) == "evaluated"


@pytest.mark.parametrize("text", [text for text in HOSTILE if "@" not in text])
def test_a_hostile_string_is_refused_or_is_a_number(text):
    assert read(text, pursue=True) in {"refused", "evaluated"}
    assert set(NAMES) == set(POINT)
