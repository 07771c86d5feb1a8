"""The appendix of a paper: what it holds, and that pdflatex sets it without a word too wide."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from crosscheck import index
from crosscheck.docs.appendix import appendix, names
from crosscheck.docs.latex import as_latex, displayed
from crosscheck.docs.page import Page, page
from crosscheck.registry import find
from crosscheck.report.safe_latex import escaped, formula

ROOT = Path(__file__).parents[3]
FIRST = {row["system"]: row["id"] for row in reversed(index.rows())}  # one claim per system
LONG = " + ".join(rf"\cosh{{\left(x_{{{k}}} \right)}}" for k in range(20))


@pytest.fixture
def minimum(run) -> Page:
    return page(find("curie_weiss.late_minimum"), run)


def test_text_is_escaped_and_what_can_be_pasted_is_marked(minimum):
    text = as_latex("curie_weiss", [minimum])
    assert "% ---- paste from here" in text
    assert "% ---- to here" in text
    assert r"\subsection*{curie\_\allowbreak{}weiss.\allowbreak{}late\_\allowbreak{}minimum}" in text
    assert escaped("50 % of <x_1> & é ≥ 1 ✓") == r"50 \% of $<$x\_1$>$ \& \'e $\ge$ 1 ?"


def test_the_appendix_has_derivation_domain_figure_table_and_sources(minimum, run):
    files = appendix("curie_weiss", [minimum], run)
    assert set(names("curie_weiss")) < set(files)
    assert {"figures/curie_weiss.late_minimum.pdf", "figures/curie_weiss.late_minimum.svg"} < set(files)
    text = files["curie_weiss.tex"]
    assert isinstance(text, str)
    for part in (
        r"\paragraph{Derivation}", r"\item \textsc{", "inverse temperature", r"\cite[{(27)}]{BM23}", r"\bibitem[BM23]",
        r"\includegraphics[width=0.85\linewidth]{figures/curie_weiss.late_minimum.pdf}", r"\input{curie_weiss-numbers}",
        r"\ccCurieWeissLateMinimumOutcome{}", r"\toprule",
        r"\multicolumn{5}{@{}l}{deterministic: \texttt{law}, DISAGREES}",
    ):  # fmt: skip
        assert part in text
    assert str(files["curie_weiss.bib"]).count("@misc{") == 1
    assert r"\newcommand{\ccCurieWeissLateMinimumOutcome}{DISAGREES}" in str(files["curie_weiss-numbers.tex"])


def test_the_same_run_gives_the_same_bytes(minimum, run):
    assert appendix("curie_weiss", [minimum], run) == appendix("curie_weiss", [minimum], run)


def test_every_macro_of_the_text_is_defined_beside_it(minimum, run):
    files = appendix("curie_weiss", [minimum, page(find("curie_weiss.posterior_mean"), run)], run)
    used = set(re.findall(r"\\(cc[A-Z]\w+)\{\}", str(files["curie_weiss.tex"])))
    defined = set(re.findall(r"command\{\\(\w+)\}", str(files["curie_weiss-numbers.tex"])))
    assert used
    assert used <= defined


def test_without_a_run_there_is_neither_figure_nor_table():
    files = appendix("curie_weiss", [page(find("curie_weiss.late_minimum"))], None)
    assert set(files) == set(names("curie_weiss"))
    assert "includegraphics{" not in str(files["curie_weiss.tex"])


def test_tables_are_parted_before_a_page_is_full(minimum):
    (verdict,) = minimum.verdicts
    legs = [{**verdict["legs"][0], "route": f"route{k}"} for k in range(3)]
    points = [{**verdict["points"][0], "route": leg["route"], "size": size} for leg in legs for size in range(1, 20)]
    text = as_latex("s", [replace(minimum, verdicts=({**verdict, "legs": legs, "points": points},))])
    assert text.count(r"\toprule") == 3
    assert text.count(r" & 1 \\") == 57


def test_a_leg_that_was_judged_twice_is_printed_once(minimum):
    (verdict,) = minimum.verdicts
    once = as_latex("s", [minimum])
    assert once == as_latex("s", [replace(minimum, verdicts=({**verdict, "legs": verdict["legs"] * 2},))])


def test_what_might_be_wider_than_the_line_is_measured_by_tex():
    assert displayed(["x = 1"]) == "\\begin{align*}\n& x = 1\n\\end{align*}"
    (row,) = displayed([rf"\sqrt{{{LONG}}}"]).splitlines()[1:-1]
    assert row.startswith(r"& \ccfit{")


def test_the_command_writes_into_a_directory_of_its_own_where_none_is_named(crosscheck, tmp_path: Path):
    status, out, err = crosscheck("docs", "--format", "latex", "curie_weiss.barrier")
    assert (status, out, err) == (0, "crosscheck-docs/curie_weiss.tex\n", "")
    assert {path.name for path in (tmp_path / "crosscheck-docs").iterdir()} == set(names("curie_weiss"))
    assert "add --force" in crosscheck("docs", "--format", "latex", "curie_weiss.barrier")[2]
    assert crosscheck("docs", "--format", "latex", "curie_weiss.barrier", "--force")[0] == 0


def test_a_misspelt_claim_is_no_directory(crosscheck, tmp_path: Path):
    status, _, err = crosscheck("docs", "--format", "latex", "curie_weiss.barier")
    assert status == 2
    assert "did you mean curie_weiss.barrier?" in err
    assert not list(tmp_path.iterdir())


def test_the_sources_of_somebody_else_are_not_replaced(crosscheck, tmp_path: Path):
    (tmp_path / "paper").mkdir()
    (tmp_path / "paper" / "curie_weiss.bib").write_text("@article{mine}")
    status, _, err = crosscheck("docs", "paper", "--format", "latex", "curie_weiss.barrier", "--force")
    assert status == 2
    assert "did not write it" in err
    assert [path.name for path in (tmp_path / "paper").iterdir()] == ["curie_weiss.bib"]


def compiled(directory: Path, document: str) -> str:
    """The log of the second run of pdflatex."""
    engine = shutil.which("pdflatex")
    assert engine, "install texlive-latex-extra"
    command = [engine, "-interaction=nonstopmode", "-halt-on-error", document]
    for _ in range(2):
        done = subprocess.run(command, cwd=directory, capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode(errors="replace")[-2000:]
    log = done.stdout.decode(errors="replace")
    assert not re.findall(r"Overfull \\[hv]box \(([1-9]|\d\d)[\d.]*pt", log)
    assert "undefined" not in log
    return log


def written(directory: Path, files: dict[str, str | bytes]) -> None:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))


@pytest.mark.latex
def test_the_appendix_of_a_run_compiles(tmp_path: Path, run):
    ids = [v["id"] for v in run["verdicts"]] + ["curie_weiss.magnetisation"]
    written(tmp_path, appendix("curie_weiss", [page(find(id), run) for id in ids], run))
    assert "3 pages" not in compiled(tmp_path, "curie_weiss.tex")
    assert b"/Subtype/Type3" not in (tmp_path / "curie_weiss.pdf").read_bytes()


@pytest.mark.latex
@pytest.mark.parametrize("system", FIRST)
def test_one_claim_of_every_system_compiles_with_its_verdict(tmp_path: Path, system):
    kept = json.loads((ROOT / "docs" / "systems" / "run.json").read_text("utf-8"))
    written(tmp_path, appendix(system, [page(find(FIRST[system]), kept)], kept))
    compiled(tmp_path, f"{system}.tex")


@pytest.mark.latex
def test_the_sources_are_read_by_bibtex(tmp_path: Path, minimum, run):
    engine = shutil.which("bibtex")
    assert engine, "install texlive-binaries"
    written(tmp_path, appendix("curie_weiss", [minimum], run))
    (tmp_path / "own.tex").write_text(
        r"\documentclass{article}\input{curie_weiss-numbers}\begin{document}\ccCurieWeissLateMinimumGap{} of"
        r" \cite{BM23}, $\ccCurieWeissLateMinimumGap$\bibliographystyle{plain}\bibliography{curie_weiss}\end{document}"
    )
    pdflatex = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "own.tex"]
    subprocess.run(pdflatex, cwd=tmp_path, capture_output=True, check=True)
    done = subprocess.run([engine, "own"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "Warning" not in done.stdout
    assert "Biroli" in (tmp_path / "own.bbl").read_text()
    compiled(tmp_path, "own.tex")


def test_every_formula_of_the_catalogue_is_mathematics_that_may_go_into_a_document():
    for row in index.rows():
        for line in find(row["id"]).theory.latex().splitlines():
            assert formula(line) == " ".join(line.split()), row["id"]
