"""A run that is killed or interrupted loses nothing: the same command goes on and gives the identical verdict."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crosscheck.store import Store, StoreError

SLOW = """
import os, time
import torch
from crosscheck import Claim, Kind
from numerics.simulator import simulator
from theory.closed_form import ClosedForm
from theory.domain import Domain, positive
from theory.formula import Explicit
from theory.notation import N, T


@simulator(size="N", block=128)
def slow(*, N: int, T: float, replicas: int, generator: torch.Generator) -> torch.Tensor:
    with open("calls.log", "a") as log:
        log.write(f"{N}\\n")
    time.sleep(0.02)
    return T + T * torch.randn(replicas, dtype=torch.float64, generator=generator)


level = Claim(
    theory=ClosedForm(
        name="slow.level", statement="T", source="here", formula=Explicit(T), parameters=(T,),
        domain=Domain((positive(T, default="0.5", explored=("0.2", "1")),)),
    ),
    numeric=slow, kind=Kind.EXACT, correction="exact", ladder=(2, 4), resolution=0.09,
)
"""


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "claim_slow.py").write_text(SLOW)
    return tmp_path


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "crosscheck.cli", "run", "claim_slow.py", "--json", *words]


def started(folder: Path, *words: str) -> subprocess.Popen[str]:
    """The command, in a process group of its own as a terminal would give it, once it has kept a few blocks."""
    (folder / "calls.log").unlink(missing_ok=True)
    process = subprocess.Popen(
        command(*words), cwd=folder, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    until = time.monotonic() + 60
    while kept(folder) < 6:
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < until
        time.sleep(0.05)
    return process


def kept(folder: Path) -> int:
    file = folder / "crosscheck-store.sqlite"
    if not file.exists():
        return 0
    try:
        with Store(file) as store:
            return store.count()
    except StoreError:  # it is being created at this moment
        return 0


def calls(folder: Path) -> int:
    return len((folder / "calls.log").read_text().splitlines())


def resumed(folder: Path, *words: str) -> dict:
    found = subprocess.run(command(*words), cwd=folder, text=True, capture_output=True, timeout=120, check=True)
    return verdict(found.stdout)


def verdict(text: str) -> dict:
    (found,) = json.loads(text)["verdicts"]
    return {name: value for name, value in found.items() if name != "seconds"}


def test_a_killed_run_resumes_without_computing_a_kept_block_again(folder):
    process = started(folder)
    process.kill()
    process.communicate()
    saved = kept(folder)
    (folder / "calls.log").unlink()
    second = resumed(folder)
    total = kept(folder)
    assert 6 <= saved < total
    assert calls(folder) == total - saved
    assert second == resumed(folder, "--no-store")
    history = subprocess.run(
        [sys.executable, "-m", "crosscheck.cli", "history"], cwd=folder, text=True, capture_output=True, check=True
    ).stdout
    assert [line.split()[2] for line in history.splitlines()[1:]] == ["not", "AGREES"]


@pytest.mark.parametrize("workers", ["1", "2"])
def test_ctrl_c_says_in_one_line_what_is_kept_and_how_to_go_on(folder, workers):
    process = started(folder, "--workers", workers)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    found = re.fullmatch(r"crosscheck: interrupted; (\d+) new blocks are kept in (\S+), and (.*): (.*)\n", err)
    assert found, err
    assert int(found[1]) == kept(folder) >= 6
    assert found[4] == f"crosscheck run claim_slow.py --json --workers {workers}"
    assert resumed(folder, "--workers", workers)["outcome"] == "AGREES"


def test_a_terminal_shows_every_leg_while_the_run_goes_on_and_a_pipe_nothing(folder):
    ours, theirs = pty.openpty()
    screen = os.environ | {"TERM": "xterm", "COLUMNS": "140"}
    process = subprocess.Popen(command(), cwd=folder, stdout=subprocess.PIPE, stderr=theirs, env=screen)
    os.close(theirs)
    shown = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the other side was closed
            break
        if not piece:
            break
        shown += piece
    os.close(ours)
    out, _ = process.communicate(timeout=60)
    assert json.loads(out)["outcome"] == "AGREES"
    text = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode())
    assert re.search(r"slow\.level T=0\.5 +forward +\d+ of 11", text)
    assert re.search(r"[01] of 1 legs decided, about [\d.]+ s left", text)
    assert subprocess.run(command(), cwd=folder, capture_output=True, check=True).stderr == b""
