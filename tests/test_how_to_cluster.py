"""The pages about clusters: their code runs, without SLURM and without a GPU."""

import ast
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from dask_jobqueue import SLURMCluster
from distributed import Client

from crosscheck import cli
from crosscheck.dask_cluster import connected
from tests.crosscheck.remote import Name

PAGES = Path(__file__).parent.parent / "docs" / "how-to"
SLURM, GPUS = (PAGES.joinpath(name).read_text("utf-8") for name in ("run-on-slurm.md", "run-on-several-gpus.md"))
SCRIPT, GPU_NODES = re.findall(r"```python\n(.*?)```", SLURM, re.DOTALL)
(SHELL,) = re.findall(r"```bash\n(.*?)```", GPUS, re.DOTALL)
COMMANDS = re.findall(r"```console\n\$ crosscheck (.*?)\n", SLURM + GPUS)
ENVIRONMENT = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}

# What SLURM does, on one machine: a job is a script that is started, and ended by its number.
SBATCH = """#!/bin/sh
cp "$1" "{folder}/job.sh"
setsid sh "{folder}/job.sh" > "{folder}/job.log" 2>&1 &
echo "Submitted batch job $!"
"""
SCANCEL = """#!/bin/sh
kill -- -"$1"
"""


def waited_for(seconds: float, ready) -> None:
    deadline = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < deadline
        time.sleep(0.1)


@contextmanager
def started(command: list[str], folder: Path, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A process and all that it starts; ended by Ctrl-C."""
    with subprocess.Popen(
        command, cwd=folder, env=ENVIRONMENT | environment, start_new_session=True, text=True, stdout=-1, stderr=-3
    ) as process:
        try:
            yield process
        finally:
            os.killpg(process.pid, signal.SIGINT)
            process.communicate(timeout=30)


def keywords(source: str) -> set[str]:
    """Names of the arguments of SLURMCluster in the code of the page."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    return {word.arg for call in calls if "SLURMCluster" in ast.dump(call.func) for word in call.keywords if word.arg}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_commands_have_options_that_exist(command):
    words = command.replace('"', "").split()
    assert cli.parser().parse_args(words).dask == "scheduler.json"


@pytest.mark.cluster
def test_the_gpu_lines_replace_lines_of_the_script_and_reach_the_job():
    scope: dict[str, dict] = {}
    exec(GPU_NODES, scope)  # the page's own code
    assert set(scope["GPU"]) - {"job_extra_directives"} <= keywords(SCRIPT)
    with SLURMCluster(
        **scope["GPU"], interface="lo", scheduler_options={"dashboard_address": "127.0.0.1:0"}
    ) as cluster:
        script = cluster.job_script()
    assert "#SBATCH --gres=gpu:1" in script
    assert "--nthreads 1" in script
    assert "--resources GPU=1" in script


@pytest.mark.cluster
def test_the_script_starts_jobs_that_a_run_uses_and_ctrl_c_ends_them(tmp_path, monkeypatch, capsys):
    for name, text in (("sbatch", SBATCH), ("scancel", SCANCEL)):
        (tmp_path / name).write_text(text.format(folder=tmp_path), "utf-8")
        (tmp_path / name).chmod(0o755)
    small = {
        "cores=16": "cores=1",
        "processes=16": "processes=1",
        "(jobs=8)": "(jobs=1)",
        "32GB": "2GB",
        "queue=": 'interface="lo", queue=',
    }
    source = SCRIPT
    for before, after in small.items():
        assert source.count(before) == 1
        source = source.replace(before, after)
    (tmp_path / "cluster.py").write_text(source, "utf-8")
    monkeypatch.chdir(tmp_path)
    paths = {"PATH": f"{tmp_path}:{ENVIRONMENT['PATH']}", "TMPDIR": str(tmp_path)}
    with started([sys.executable, "cluster.py"], tmp_path, **paths) as process:
        waited_for(60, (tmp_path / "scheduler.json").is_file)
        status = cli.main(["run", "curie_weiss.weight_plus", "--dask", "scheduler.json", "--store", "s.sqlite"])
        assert status == 0
        assert "DISAGREES" not in capsys.readouterr().out
    assert process.returncode == 0
    waited_for(30, lambda: "End worker" in (tmp_path / "job.log").read_text("utf-8"))


@pytest.mark.cluster
def test_each_worker_of_the_page_sees_one_gpu_and_takes_what_needs_one(tmp_path):
    shell = SHELL.replace("0 1 2 3", "0 1") + "wait\n"
    with started(["bash", "-c", shell], tmp_path):
        file = tmp_path / "scheduler.json"
        waited_for(60, file.is_file)
        address = json.loads(file.read_text("utf-8"))["address"]
        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
            assert set(client.run(os.getenv, "CUDA_VISIBLE_DEVICES").values()) == {"0", "1"}
        with connected(str(file), device="auto") as cluster:
            assert cluster.device == "cuda"
            futures = [cluster.submit(Name("cuda")) for _ in range(8)]
            assert {future.result() for future in futures} == {"gpu-0", "gpu-1"}
