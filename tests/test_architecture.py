"""The layout is a promise: who may import whom, one name in five places, nothing heavy before it is needed."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for package in ("theory", "numerics", "crosscheck") for path in (ROOT / package).rglob("*.py"))

# What each package may import besides the standard library and itself.
ALLOWED = {
    "theory": {"sympy", "mpmath", "flint", "numpy", "scipy"},
    "numerics": {"torch", "numpy", "scipy", "jaxtyping"},
    "crosscheck": {"theory", "numerics", "hypothesis", "sympy", "mpmath", "numpy", "scipy"},
}
# The judge sees numbers only; figures, pages and the plugin need their own libraries.
FILES = {
    "crosscheck/judge.py": {"numpy", "scipy"},
    "crosscheck/verdict.py": set(),
    "crosscheck/budget.py": set(),
}
EXTRA = {
    "crosscheck/report": {"matplotlib", "jinja2", "torch", "latex2mathml"},
    "crosscheck/docs": {"matplotlib", "jinja2", "latex2mathml"},
    "crosscheck/pytest_plugin.py": {"pytest", "_pytest"},
    "crosscheck/calibrate.py": {"matplotlib"},
    "crosscheck/display.py": {"rich"},
    "crosscheck/frames.py": {"pandas", "xarray"},
    "crosscheck/dask_cluster.py": {"distributed", "torch"},
    "theory/evaluate.py": {"torch"},
    "theory/mathml.py": {"latex2mathml"},
}
SIDES = {"theory", "numerics", "torch", "sympy"}
JUDGES = (
    "judge", "verdict", "budget", "findings", "drift", "fits", "pointwise", "elimination", "noise_free",
    "kolmogorov", "laws", "accumulate", "evidence", "martingales", "calibrate", "nulls", "drift_nulls", "law_nulls",
)  # fmt: skip


def imports(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found.add(node.module or "")
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_arrows_point_only_where_they_may(path):
    package = path.relative_to(ROOT).parts[0]
    allowed = set(ALLOWED[package]) | {package} | set(sys.stdlib_module_names)
    allowed |= {extra for place, names in EXTRA.items() if name_of(path).startswith(place) for extra in names}
    tops = {module.partition(".")[0] for module in imports(path)}
    assert tops <= allowed


@pytest.mark.parametrize("name", JUDGES)
def test_the_judge_knows_neither_side(name):
    path = ROOT / "crosscheck" / f"{name}.py"
    assert not {module.partition(".")[0] for module in imports(path)} & SIDES


def test_torch_is_imported_in_one_function_of_theory_alone():
    tree = ast.parse((ROOT / "theory" / "evaluate.py").read_text("utf-8"))
    places = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and any(isinstance(inner, ast.Import) and inner.names[0].name == "torch" for inner in ast.walk(node))
    ]
    assert places == ["as_tensor"]
    assert not any(isinstance(node, ast.Import) and node.names[0].name == "torch" for node in tree.body)


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_machinery_never_imports_content_and_systems_never_import_one_another(path):
    relative = path.relative_to(ROOT)
    content = {"theory.systems", "numerics.systems", "crosscheck.claims"}
    used = {module for module in imports(path) if any(module.startswith(place) for place in content)}
    if relative.parts[1] in {"systems", "claims"}:
        own = relative.with_suffix("").parts[2] if len(relative.parts) > 2 else ""
        assert all(module.split(".")[2] == own for module in used if len(module.split(".")) > 2)
    else:
        assert not used


def systems(*parts: str, pattern: str = "*") -> set[str]:
    found = {path.name.removesuffix(".py").removesuffix(".md") for path in ROOT.joinpath(*parts).glob(pattern)}
    return {name.removeprefix("test_") for name in found if not name.startswith(("_", "index", "."))}


def test_a_system_has_the_same_name_in_five_places():
    names = systems("theory", "systems")
    assert names == systems("numerics", "systems")
    assert names == systems("crosscheck", "claims")
    assert names == systems("docs", "systems", pattern="*.md")
    assert names == systems("tests", "systems")


def test_a_system_that_is_a_folder_has_the_same_families_on_every_side():
    folders = [path for path in (ROOT / "theory" / "systems").iterdir() if path.is_dir() and path.name[0] != "_"]
    assert folders
    for folder in folders:
        names = systems("theory", "systems", folder.name, pattern="*.py")
        assert names == systems("numerics", "systems", folder.name, pattern="*.py")
        assert names == systems("crosscheck", "claims", folder.name, pattern="*.py")
        assert names == systems("tests", "systems", folder.name, pattern="*.py")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_every_file_says_what_it_is_and_stays_small(path):
    text = path.read_text("utf-8")
    assert ast.get_docstring(ast.parse(text))
    assert len(text.splitlines()) <= 320


@pytest.mark.parametrize("module", ["crosscheck.cli", "crosscheck.pytest_plugin", "crosscheck"])
def test_nothing_heavy_is_imported_before_it_is_needed(module):
    heavy = ["torch", "sympy", "numpy", "scipy", "hypothesis", "matplotlib", "jinja2"]
    code = f"import sys, json, {module}; print(json.dumps([name for name in {heavy} if name in sys.modules]))"
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert json.loads(done.stdout) == []
