"""The page about CI: its commands print what it shows, and its two configuration files do what it says of them."""

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from crosscheck import cli
from crosscheck.commands.new import STARTER
from tests.test_how_to import STATUS, without_times_and_numbers

PAGE = Path(__file__).parent.parent / "docs" / "how-to" / "regression-test-a-theory-in-ci.md"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(console|diff)\n(.*?)```", TEXT, re.DOTALL)
WORKFLOW, HOOKS = (yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL))
STEPS = {step["name"]: step["run"] for step in WORKFLOW["jobs"]["claims"]["steps"] if "name" in step}
(HOOK,) = HOOKS["repos"][0]["hooks"]
SHORT = "crosscheck(){ " + shlex.quote(sys.executable) + ' -m crosscheck.cli "$@"; }\n'


def patched(text: str, diff: str) -> str:
    """The text with the removed lines of the diff replaced by its added ones."""
    removed, added = ("\n".join(line[1:] for line in diff.splitlines() if line[0] == sign) for sign in "-+")
    assert text.count(removed) == 1
    return text.replace(removed, added)


def in_a_shell(script: str, folder: Path) -> int:
    """As the runner of a workflow does: bash that stops at the first failure."""
    done = subprocess.run(
        ["bash", "-e", "-c", SHORT + script], cwd=folder, capture_output=True, check=False, timeout=300
    )
    return done.returncode


@contextmanager
def wrong_formula(project: Path) -> Iterator[None]:
    """Within, the claim is the one after the change of the page."""
    (diff,) = (text for kind, text in BLOCKS if kind == "diff")
    file = project / "claim_scatter.py"
    right = file.read_text(encoding="utf-8")
    file.write_text(patched(right, diff), encoding="utf-8")
    try:
        yield
    finally:
        file.write_text(right, encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory) -> Path:
    """A project with one claim and its reference."""
    folder = tmp_path_factory.mktemp("project")
    text = STARTER.read_text(encoding="utf-8").replace("NAME", "scatter")
    (folder / "claim_scatter.py").write_text(text, encoding="utf-8")
    assert in_a_shell("crosscheck run claim_scatter.py --out reference", folder) == 0
    return folder


def test_the_commands_print_what_the_page_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for kind, text in BLOCKS:
        if kind == "diff":
            claim = tmp_path / "claim_scatter.py"
            claim.write_text(patched(claim.read_text("utf-8"), text), encoding="utf-8")
            continue
        command, _, expected = text.removeprefix("$ crosscheck ").partition("\n")
        status = cli.main(shlex.split(command))
        lines = without_times_and_numbers(expected)
        assert without_times_and_numbers(capsys.readouterr().out)[: len(lines)] == lines
        outcomes = re.findall("DISAGREES|AGREES", expected)
        assert status == (STATUS[outcomes[-1]] if outcomes else 0)


@pytest.mark.docs
def test_the_workflow_passes_and_stops_at_a_wrong_formula(project):
    for script in STEPS.values():
        assert in_a_shell(script, project) == 0
    with wrong_formula(project):
        assert [in_a_shell(script, project) for script in STEPS.values()] == [1, 1]
    # What the workflow keeps is where the run writes it.
    (upload,) = (s["with"] for s in WORKFLOW["jobs"]["claims"]["steps"] if "upload" in s.get("uses", ""))
    assert (project / upload["path"]).is_file()


def test_the_workflow_passes_what_could_not_be_seen_on_to_the_comparison():
    script = STEPS["every claim"].replace("crosscheck run claim_*.py --out now --force", "(exit 3)")
    assert "(exit 3)" in script
    assert in_a_shell(script, Path.cwd()) == 0
    assert in_a_shell(script.replace("exit 3", "exit 2"), Path.cwd()) == 1


@pytest.mark.docs
def test_the_hook_takes_claim_files_alone_and_stops_at_a_wrong_formula(project):
    assert re.search(HOOK["files"], "claim_scatter.py")
    assert not re.search(HOOK["files"], "reference/run.json")
    assert in_a_shell(f"{HOOK['entry']} claim_scatter.py", project) == 0
    with wrong_formula(project):
        assert in_a_shell(f"{HOOK['entry']} claim_scatter.py", project) == 1
