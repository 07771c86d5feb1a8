"""The code and the commands of an explanation print what the page shows, and its numbers say what it says."""

import re
import shlex
from pathlib import Path

import pytest

from crosscheck import cli

TEXT = (Path(__file__).parent.parent / "docs" / "explanation" / "linear-denoiser-variance.md").read_text("utf-8")
(CODE,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
(SHOWN,) = re.findall(r"```text\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = re.findall(r"^\$ crosscheck (.*)\n(.*)\n", TEXT, re.MULTILINE)
NUMBER = re.compile(r"(?<![\w.(])\d+(?:\.\d+)?(?:e-?\d+)?(?![\w.)])")
ROWS = re.findall(r"^(\(B\.\d+\) .*?)  +([\d.e-]+) +([\d.e-]+) +([\d.e-]+) \+- ([\d.e-]+)$", SHOWN, re.MULTILINE)


def test_the_code_prints_the_numbers_of_the_page(capsys):
    exec(compile(CODE, "linear-denoiser-variance.md", "exec"), {})
    printed = capsys.readouterr().out
    assert NUMBER.sub("#", printed).split() == NUMBER.sub("#", SHOWN).split()
    found, shown = ([float(number) for number in NUMBER.findall(text)] for text in (printed, SHOWN))
    assert found == pytest.approx(shown, rel=1e-2)


def test_what_is_printed_is_refuted_and_what_is_right_is_not():
    assert [row[0].split()[0] for row in ROWS] == ["(B.12)", "(B.14)", "(B.15)", "(B.16)", "(B.17)", "(B.17)"]
    for _, printed, right, simulated, error in ROWS:
        assert abs(float(simulated) - float(right)) < 4 * float(error)
        assert abs(float(simulated) - float(printed)) > 5 * float(error)


def test_the_factors_of_the_text_are_those_of_the_numbers():
    ratio = [float(right) / float(printed) for _, printed, right, _, _ in ROWS]
    assert ratio[0] == pytest.approx(1 / (1 - 0.3 - 2 / 200), rel=1e-3)
    assert ratio[0] == pytest.approx(1.45, abs=0.005)
    assert ratio[1] == pytest.approx(5.2, abs=0.05)
    assert ratio[2] == pytest.approx(ratio[0], rel=1e-3)
    assert 1 - 1 / ratio[4] == pytest.approx(1 / 5, abs=0.01)
    assert ratio[5] == pytest.approx(41.5, abs=1.5)


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_prints_what_is_below_it(command, shown, capsys):
    assert cli.main(shlex.split(command)) == 0
    assert capsys.readouterr().out.strip() == shown


def test_the_links_lead_somewhere():
    here = Path(__file__).parent.parent / "docs" / "explanation"
    for link in re.findall(r"\]\((.*?)\)", TEXT):
        name = (here / link).resolve()
        assert name.parent.is_dir()
        assert name.suffix == ".md"
