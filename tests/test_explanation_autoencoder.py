"""From online SGD to collapse: the commands print what stands below them, the verdicts are those of the run."""

import json
import re
import shlex
from pathlib import Path

import pytest

from crosscheck import cli, registry

DOCS = Path(__file__).parent.parent / "docs"
TEXT = (DOCS / "explanation" / "auto-encoder-from-sgd-to-collapse.md").read_text("utf-8")
COMMANDS = re.findall(r"^    \$ crosscheck (eval .*)\n    (.*)\n", TEXT, re.MULTILINE)
(MODEL,) = re.findall(r"```json\n(.*?)```", TEXT, re.DOTALL)
ROWS = re.findall(r"^\| `(\w+)`.*?\| ([+-][\d.]+) ± ([\d.]+) % \| ([\d.]+) % \|$", TEXT, re.MULTILINE)
NAMED = re.findall(r"^\| (.*?) \|", TEXT, re.MULTILINE)


@pytest.mark.parametrize(("command", "shown"), COMMANDS, ids=[command for command, _ in COMMANDS])
def test_a_command_prints_what_is_below_it(command, shown, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.json").write_text(MODEL, "utf-8")
    assert cli.main(shlex.split(command)) == 0
    assert capsys.readouterr().out.strip() == shown


def test_gaps_and_errors_are_those_of_the_shipped_run():
    verdicts: dict[str, list[dict]] = {}
    for verdict in json.loads((DOCS / "systems" / "run.json").read_text("utf-8"))["verdicts"]:
        verdicts.setdefault(verdict["id"], []).append(verdict["limit"])
    assert len(ROWS) > 15
    for name, gap, error, seen in ROWS:
        known = verdicts[f"autoencoder.{name}"]
        assert all(limit["outcome"] == "AGREES" for limit in known)
        shown = (float(gap) / 100, float(error) / 100, float(seen) / 100)
        half = [0.6 * 10 ** -(len(text.partition(".")[2]) + 2) for text in (gap, error, seen)]
        half[2] += 0.1 * shown[2]  # the more claims a run has, the more is asked of each
        found = [[limit["gap"], limit["error"], limit["detectable"]] for limit in known]
        close = [all(abs(f - s) <= h for f, s, h in zip(row, shown, half, strict=True)) for row in found]
        assert any(close), (name, shown, found)


def test_every_claim_of_the_system_is_told():
    told = {name for row in NAMED for name in re.findall(r"`(\w+)`", row)} | set(
        re.findall(r"autoencoder\.(\w+)", TEXT)
    )
    known = {claim.partition(".")[2] for claim in registry.identifiers() if claim.startswith("autoencoder.")}
    assert told <= known | {"md"}
    left_out = {
        "order_parameters_linear",
        "linear_magnetisation",
        "signal_growth",
        "order_parameters_model_magnetisation",
    }
    assert known - told == left_out
