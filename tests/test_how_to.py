"""The commands of the how-to pages do what the pages show below them."""

import re
import shlex
from pathlib import Path

from crosscheck import cli

PAGES = Path(__file__).parent.parent / "docs" / "how-to"
STATUS = {"AGREES": 0, "DISAGREES": 1}


def commands(page: str) -> list[tuple[str, str]]:
    return re.findall(r"```console\n\$ crosscheck (.*?)\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)


def without_times_and_numbers(text: str) -> list[list[str]]:
    """Words of the lines, without dates, estimates and their signs."""
    return [[word for word in line.split() if not re.match(r"[-+±\d].*|%$", word)] for line in text.splitlines()]


def test_runs_are_kept_and_compared_as_the_page_shows(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shown = commands("keep-and-compare-runs.md")
    assert len(shown) == 4
    for command, expected in shown:
        status = cli.main(shlex.split(command))
        printed = capsys.readouterr().out
        lines = without_times_and_numbers(expected)
        assert without_times_and_numbers(printed)[: len(lines)] == lines
        assert status == (0 if command.startswith("history") else STATUS[re.findall("DISAGREES|AGREES", expected)[-1]])
