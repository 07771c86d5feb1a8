"""The code and the commands of the tutorial do what the page says."""

import re
import shlex
from pathlib import Path

import pytest

from crosscheck import cli

PAGE = Path(__file__).parent.parent / "docs" / "tutorial" / "your-own-claim.md"
TEXT = PAGE.read_text(encoding="utf-8")
(CODE,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
COMMANDS = re.findall(r"```console\n\$ crosscheck (.*?)\n(.*?)```", TEXT, re.DOTALL)


@pytest.fixture
def written(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "claim_scatter.py").write_text(CODE, encoding="utf-8")


def outcomes(text: str) -> list[str]:
    return re.findall(r"AGREES|DISAGREES|INCONCLUSIVE", text)


def test_the_claim_is_about_twenty_lines():
    lines = [line for line in CODE.splitlines() if line and not line.startswith(("import", "from"))]
    assert len(lines) <= 20


@pytest.mark.usefixtures("written")
@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_every_command_of_the_page_has_the_outcome_that_is_printed_below_it(command, shown, capsys):
    status = cli.main(shlex.split(command))
    printed = capsys.readouterr().out
    assert outcomes(printed) == outcomes(shown)
    assert printed.splitlines()[0].split() == shown.splitlines()[0].split()
    assert status == {"AGREES": 0, "DISAGREES": 1, "INCONCLUSIVE": 3}[outcomes(shown)[-1]]


@pytest.mark.usefixtures("written")
def test_the_same_function_written_otherwise_agrees():
    formula = re.search(r"--formula '(2 T .*?)'", TEXT)
    assert formula is not None
    assert cli.main(["try", "claim_scatter.py", "--quiet", "--formula", formula[1]]) == 0


@pytest.mark.usefixtures("written")
def test_a_rival_is_rejected_in_every_run(capsys):
    path = Path("claim_scatter.py")
    rival = re.search(r"rivals=\(.*?\),\)", TEXT)
    assert rival is not None
    text = CODE.replace("256, 512))", f"256, 512), {rival[0]})").replace("Claim, Kind", "Claim, Kind, Rival")
    path.write_text(text, encoding="utf-8")
    assert cli.main(["run", "claim_scatter.py", "--json"]) == 0
    assert '"name": "misprint",\n     "outcome": "DISAGREES",\n     "rejected": true' in capsys.readouterr().out
