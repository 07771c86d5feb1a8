"""A fingerprint changes with every definition that a simulator can reach, and with no other."""

from pathlib import Path

import pytest

from numerics.fingerprint import PROJECT, fingerprint
from numerics.systems.curie_weiss import equilibrium, response

SOURCE = '''
"""A file of simulators."""
import torch
from helper import twice, unused
import helper as tools
SCALE = 3.0
OTHER = 4.0
torch.manual_seed

def half(x):
    """Half."""
    return x / 2

def walk(x: "Alias"):
    """A walk."""  # with a comment
    return twice(SCALE) + half(x) + tools.thrice(x)

def stand(x):
    return OTHER * x

Alias = float
'''
HELPER = """
from deeper import depth
def twice(x):
    return 2 * x + depth()
def thrice(x):
    return 3 * x
def unused(x):
    return x
"""
DEEPER = "def depth():\n    return 0\n"


def marks(folder: Path, source: str = SOURCE, helper: str = HELPER, deeper: str = DEEPER) -> str:
    folder.mkdir()
    (folder / "file.py").write_text(source)
    (folder / "helper.py").write_text(helper)
    (folder / "deeper.py").write_text(deeper)
    return fingerprint(folder / "file.py", "walk")


@pytest.mark.parametrize(
    "change",
    [
        {"source": SOURCE.replace("+ half(x)", "- half(x)")},
        {"source": SOURCE.replace("x / 2", "x / 3")},
        {"source": SOURCE.replace("SCALE = 3.0", "SCALE = 5.0")},
        {"source": SOURCE.replace("Alias = float", "Alias = int")},
        {"source": SOURCE.replace("torch.manual_seed", "torch.manual_seed(1)")},
        {"helper": HELPER.replace("2 * x", "2.5 * x")},
        {"helper": HELPER.replace("3 * x", "3.5 * x")},
        {"deeper": DEEPER.replace("0", "1")},
    ],
)
def test_what_is_reached_counts(tmp_path, change):
    assert marks(tmp_path / "before") != marks(tmp_path / "after", **change)


@pytest.mark.parametrize(
    "change",
    [
        {"source": SOURCE.replace("# with a comment", "# with another").replace("Half.", "x/2.")},
        {"source": SOURCE.replace("OTHER = 4.0", "OTHER = 6.0")},
        {"source": SOURCE.replace("OTHER * x", "x")},
        {"helper": HELPER.replace("    return x\n", "    return -x\n")},
        {"helper": HELPER.replace("2 * x + depth()", "2*x  +  depth()")},
    ],
)
def test_what_is_not_reached_does_not_count(tmp_path, change):
    assert marks(tmp_path / "before") == marks(tmp_path / "after", **change)


def test_another_file_of_the_system_is_reached_and_the_machinery_always_is(monkeypatch, tmp_path):
    import numerics.fingerprint as module

    reached: list[Path] = []
    read = module._read
    monkeypatch.setattr(module, "_read", lambda file: reached.append(file) or read(file))
    assert fingerprint(Path(response.__file__), "weight_response") == response.weight_response.fingerprint
    assert {PROJECT / name for name in ("replicas.py", "sums.py", "seeds.py", "simulator.py")} <= set(reached)
    assert PROJECT / "systems" / "curie_weiss" / "score.py" in reached
    assert PROJECT / "glauber.py" not in reached


def test_neighbours_in_one_file_have_fingerprints_of_their_own():
    assert equilibrium.magnetisation.fingerprint != equilibrium.state_variance.fingerprint
    assert len(equilibrium.magnetisation.fingerprint) == 32


def test_what_is_not_at_the_top_level_has_none(tmp_path):
    (tmp_path / "file.py").write_text("def f():\n    def g(): pass\n")
    with pytest.raises(LookupError, match="defines no g"):
        fingerprint(tmp_path / "file.py", "g")
