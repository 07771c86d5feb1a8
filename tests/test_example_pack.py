"""The example claim pack, installed without a network: it is listed, runs, passes its own tests, and can be broken."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "examples" / "langevin"
CROSSCHECK = (sys.executable, "-m", "crosscheck.cli")


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A directory that the pack was installed into."""
    folder = tmp_path_factory.mktemp("pack")
    source = shutil.copytree(EXAMPLE, folder / "source", ignore=shutil.ignore_patterns("__pycache__", ".*"))
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check")
    subprocess.run([sys.executable, "-m", "pip", "install", *options, "--target", folder / "site", source], check=True)
    return folder


def called(*command: str, place: Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join((str(place / "site"), str(ROOT)))
    environment = os.environ | {"PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}
    folder = cwd or place
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def test_list_shows_its_claim(place):
    done = called(*CROSSCHECK, "list", "--system", "langevin", place=place)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("langevin.variance")


def test_list_imports_nothing_heavy_for_it(place):
    code = "import sys; from crosscheck.cli import main; main(['list']); sys.exit('torch' in sys.modules)"
    assert called(sys.executable, "-c", code, place=place).returncode == 0


@pytest.mark.docs
def test_its_claim_runs_in_worker_processes_too(place):
    done = called(*CROSSCHECK, "run", "langevin.variance", "--workers", "2", place=place)
    assert done.returncode == 0, done.stderr
    assert "1 AGREES" in done.stdout


@pytest.mark.docs
def test_its_own_tests_pass(place):
    done = called(sys.executable, "-m", "pytest", "-q", "tests", place=place, cwd=place / "source")
    assert done.returncode == 0, done.stdout
    assert "5 passed" in done.stdout


def test_a_broken_installation_costs_one_line(place):
    broken = shutil.copytree(place / "site", place / "broken" / "site")
    (broken / "crosscheck_langevin" / "index.json").unlink()
    (broken / "crosscheck_langevin" / "simulation.py").write_text("import no_such_module\n")
    done = called(*CROSSCHECK, "list", place=place / "broken")
    assert done.returncode == 0
    assert "curie_weiss.magnetisation" in done.stdout
    assert "langevin" not in done.stdout
    assert done.stderr == (
        "crosscheck: claim pack langevin (crosscheck-langevin 0.1.0) is left out: "
        "ModuleNotFoundError: No module named 'no_such_module'\n"
    )
