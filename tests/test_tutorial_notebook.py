"""The tutorial notebook: every cell runs, says what the text around it says, and is kept without outputs."""

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

PAGE = Path(__file__).parent.parent / "docs" / "tutorial" / "notebook.ipynb"


@pytest.fixture(scope="module")
def shown(tmp_path_factory) -> dict[str, dict[str, str]]:
    """What each cell shows, by its id: text of each kind."""
    notebook = nbformat.read(PAGE, as_version=4)
    place = {"metadata": {"path": str(tmp_path_factory.mktemp("notebook"))}}
    done = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=place).execute()
    return {
        cell.id: dict(output.data)
        for cell in done.cells
        for output in cell.get("outputs", ())
        if output.output_type == "execute_result"
    }


def test_it_is_a_valid_notebook_kept_without_outputs():
    notebook = nbformat.read(PAGE, as_version=4)
    nbformat.validate(notebook)
    assert all(cell.outputs == [] and cell.execution_count is None for cell in notebook.cells if "outputs" in cell)


@pytest.mark.docs
def test_every_code_cell_shows_something(shown):
    notebook = nbformat.read(PAGE, as_version=4)
    assert list(shown) == [cell.id for cell in notebook.cells if cell.cell_type == "code"]


@pytest.mark.docs
def test_formula_derivation_verdict_and_run_are_shown_as_html_and_latex(shown):
    for id in ("form", "derivation", "verdict", "run"):
        assert {"text/html", "text/latex"} <= set(shown[id])
    assert "<math" in shown["form"]["text/html"]
    assert "worth its weakest step" in shown["derivation"]["text/html"]
    assert "<svg" in shown["verdict"]["text/html"]


@pytest.mark.docs
def test_the_formula_agrees_and_the_printed_one_is_refuted(shown):
    assert "✓ AGREES" in shown["verdict"]["text/html"]
    assert "refuted at false-alarm rate" in shown["printed"]["text/plain"]
    assert len(re.findall("✓ AGREES", shown["run"]["text/html"])) == 6


@pytest.mark.docs
def test_the_digits_are_thirty(shown):
    assert re.fullmatch(r"'0\.\d{30}'", shown["digits"]["text/plain"])
    assert shown["digits"]["text/plain"][1:15] == shown["value"]["text/plain"][:14]


@pytest.mark.docs
def test_tables_and_arrays_hold_the_numbers(shown):
    assert shown["pandas"]["text/html"].count("<tr") == 1 + 6
    assert "curie_weiss.late_minimum" in shown["pandas"]["text/plain"]
    assert "rung" in shown["xarray"]["text/plain"]
