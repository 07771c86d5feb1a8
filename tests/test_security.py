"""What comes from outside stays text: nothing is executed, nothing leaves its place, nothing commands a program."""

import ast
import json
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from sympy import Symbol

from crosscheck.docs.latex import as_latex
from crosscheck.docs.markdown import as_markdown
from crosscheck.docs.page import Page, Parameter, Printed, StepLine
from crosscheck.report.author_note import notes
from crosscheck.report.figure import svg
from crosscheck.report.files import drawable, figure_names
from crosscheck.report.html import report
from crosscheck.report.json import dumps, load_run
from crosscheck.report.mathml import mathml
from crosscheck.report.safe_latex import escaped, formula, is_formula
from crosscheck.report.text import table
from crosscheck.terminal import Terminal
from tests.crosscheck.conftest import claim_file, crosscheck, run  # noqa: F401 - fixtures

ROOT = Path(__file__).parent.parent
SOURCES = sorted(path for package in ("theory", "numerics", "crosscheck") for path in (ROOT / package).rglob("*.py"))
HOSTILE = (
    "</script><img src=x onerror=alert(1)>", "]]>", r"\input{/etc/passwd}", r"\immediate\write18{touch pwned}",
    "$(touch pwned)",
    "`touch pwned`", "```\n# a heading\n", "\x1b]0;title\x07\x1b[2J", "a | b\n| c", "[link](javascript:alert(1))",
    "$$ x $$", "--> <!--",
    "'\"><svg onload=alert(1)>", "{{ 7*7 }}{% raw %}", "\u202egnp.exe", "../../etc/passwd", "%s%n\\", "\\",
    "<b>&amp;</b>",
)  # fmt: skip

# --- nothing is executed ---------------------------------------------------------------------------------------------

LOADERS = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "cloudpickle",
    "joblib",
    "subprocess",
    "ctypes",
    "code",
    "codeop",
    "runpy",
}
CALLS = {"eval", "exec", "compile", "__import__", "sympify", "parse_expr", "lambdify", "parse_latex", "exec_module"}
METHODS = {"sympify", "parse_expr", "lambdify", "parse_latex", "exec_module", "system", "popen", "from_string", "S"}
KEYWORDS = {"allow_pickle": "False", "shell": "False", "weights_only": "True"}  # and the value that is harmless
# Tasks travel to processes that this program started itself; a simulator says that it cannot be sent.
MAY_PICKLE = {"crosscheck/dask_cluster.py", "numerics/simulator.py"}
# A person's own file of claims, named on the command line, and its twin on a worker.
MAY_RUN_FILES = {"crosscheck/registry.py", "numerics/by_name.py"}


def dangers(source: str) -> set[str]:
    """Names through which text could become code, or data become objects."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names} & LOADERS
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").partition(".")[0]} & LOADERS
            found |= {alias.name for alias in node.names} & (CALLS | {"system", "popen"})
        elif isinstance(node, ast.Call):
            named, dotted = isinstance(node.func, ast.Name), isinstance(node.func, ast.Attribute)
            found |= {node.func.id} & CALLS if named else {node.func.attr} & METHODS if dotted else set()
            if any(
                keyword.arg in KEYWORDS and ast.unparse(keyword.value) != KEYWORDS[keyword.arg]
                for keyword in node.keywords
            ):
                found.add("keyword")
    return found


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_module_turns_text_into_code_or_data_into_objects(path):
    name = path.relative_to(ROOT).as_posix()
    allowed = ({"pickle"} if name in MAY_PICKLE else set()) | ({"exec_module"} if name in MAY_RUN_FILES else set())
    assert dangers(path.read_text("utf-8")) <= allowed


@pytest.mark.parametrize(
    "source",
    ["import pickle", "from marshal import loads", "eval(x)", "sp.sympify(t)", "sp.S('1')", "os.system(t)", "exec(t)",
     "np.load(f, allow_pickle=True)", "from sympy import sympify", "from sympy.parsing.latex import parse_latex",
     "spec.loader.exec_module(m)", "compile(t, 'x', 'eval')", "Environment().from_string(t)"],
)  # fmt: skip
def test_the_reading_of_the_sources_sees_each_danger(source):
    assert dangers(source)


@pytest.mark.parametrize(
    "text",
    [
        "exp(" * 20 + "h" + ")" * 20,
        "0.1*cosh(" * 11 + "h" + ")" * 11,
        "9**9**9",
        "loggamma(10**50)*h",
        r"e^{e^{e^{e^{h}}}}",
    ],
)
def test_a_costly_formula_ends_in_one_line_or_a_verdict(crosscheck, claim_file, text):  # noqa: F811
    begin = time.process_time()
    status, out, err = crosscheck(
        "try", claim_file(), "--formula", text.replace("h", "t") if "cosh" not in text else text
    )
    assert status in (0, 1, 2, 3)
    assert err.count("\n") == (status == 2)
    assert bool(out) == (status != 2)
    assert time.process_time() - begin < 10


def test_a_claim_file_cannot_pass_by_ending_the_program(crosscheck, claim_file):  # noqa: F811
    for text, said in (
        ("raise SystemExit(0)", "ends the program"),
        ("import sys; sys.exit()", "ends the program"),
        ("{}[1]", "KeyError"),
    ):
        status, _, err = crosscheck("run", claim_file(text=text))
        assert status == 2
        assert said in err


# --- reports ---------------------------------------------------------------------------------------------------------


def poisoned(value: Any, text: str, key: str = "") -> Any:
    """The same data with `text` behind every string that a person or a file could have chosen."""
    if isinstance(value, dict):
        return {k: poisoned(item, text, k) for k, item in value.items()}
    if isinstance(value, list):
        return [poisoned(item, text, key) for item in value]
    fixed = key in {"outcome", "schema"} or not isinstance(value, str)
    return value if fixed else value + text


def hostile_run(run: dict, text: str) -> dict:  # noqa: F811
    found = poisoned(json.loads(dumps(run)), text)
    found["claims"] = {f"{id}{text}": claim for id, claim in found["claims"].items()}
    return found


# The elements of the report's template, of its figures and of MathML.
TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "em", "table", "thead",
    "tbody", "tr",
    "th", "td", "a", "span", "br", "section", "div", "code", "pre", "wbr", "figure", "figcaption", "details", "summary",
    "footer", "script", "svg", "desc", "defs", "g", "path", "use", "text", "tspan", "rect", "clippath", "math",
    "mrow", "mi", "mn",
    "mo", "msup", "msub", "msubsup", "mfrac", "msqrt", "mspace", "mtext",
}  # fmt: skip


class Elements(HTMLParser):
    """Names and attributes of all elements."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_report_shows_hostile_text_as_text(run, text):  # noqa: F811
    hostile = hostile_run(run, text)
    figures = {place: svg(verdict, hostile["claims"].get(verdict["id"])) for place, verdict in drawable(hostile)[:1]}
    page = Elements()
    page.feed(report(hostile, figures))
    assert {tag for tag, _ in page.found} <= TAGS
    assert sum(tag == "script" for tag, _ in page.found) == 1
    assert not any(name.startswith("on") or name in ("src", "action", "srcdoc") for name in attrs_of(page))
    assert all(link.startswith("#") for _, attrs in page.found for key, link in attrs.items() if link and "href" in key)
    for figure in figures.values():
        visible = "".join(c for c in figure if c.isprintable() or c in "\n\t")
        ElementTree.fromstring(visible)
        assert visible == figure


def attrs_of(page: Elements) -> set[str]:
    return {name for _, attrs in page.found for name in attrs}


@pytest.mark.parametrize("text", HOSTILE)
def test_a_terminal_is_not_commanded(run, text, capsys):  # noqa: F811
    Terminal().write(table(hostile_run(run, text)))
    Terminal().document(dumps(hostile_run(run, text)))
    shown = capsys.readouterr().out
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def page_of(text: str) -> Page:
    """A page whose every text is hostile; its formulas are text from a paper."""
    return Page(
        id=f"toy.level{text}", system="toy", statement=text, source=text, kind="exact", formula=(text, "x^2"),
        plain=(text,),
        plain_correction=text, size=text, correction=text, finite_size=(text,),
        parameters=(Parameter(text, text, text, text, text),), relations=(text,), evidence="EXACT",
        steps=(StepLine(text, (text,), (text,), text, "EXACT", text, text),),
        printed=(Printed(text, text, text, text, True, text),),
        rivals=(text,), tested=(text,), routes=(text,), references=(text,), verdicts=(),
    )  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_latex_page_runs_no_command_of_a_text(text):
    page = as_latex("toy", [page_of(text)])
    body = page.partition("paste from here")[2]
    known = set(re.findall(r"\\([A-Za-z]+)", as_latex("toy", [page_of("x")])))
    known |= {
        "text",
        "ttfamily",
        "textbackslash",
        "textasciicircum",
        "textasciitilde",
        "ge",
        "le",
        "pm",
        "resizebox",
        "linewidth",
    }
    assert set(re.findall(r"(?<!\\)(?:\\\\)*\\([A-Za-z]+)", body)) <= known | {"displaystyle"}
    bare = re.sub(r"\\.", "", body, flags=re.DOTALL)
    assert bare.count("{") == bare.count("}")
    assert bare.count("$") % 2 == 0
    assert "^^" not in body
    assert body.replace("\n", "").isprintable()


@pytest.mark.parametrize("text", HOSTILE)
def test_a_markdown_page_keeps_its_structure(text):
    page, plain = (without_fences(as_markdown("toy", [page_of(said)])) for said in (text, "x"))
    for mark in (r"^#+ ", r"^ *\$\$$", r"^\|", r"^- "):
        assert len(re.findall(mark, page, re.MULTILINE)) == len(re.findall(mark, plain, re.MULTILINE)), mark
    formulas = r"\$\$\n.*?\n *\$\$|(?<!\\)`[^`\n]*`|(?<!\\)\$[^\n]*?(?<!\\)\$"
    assert not re.search(r"(?<!\\)<(?=[A-Za-z/!?])", page.replace("<!-- Generated", ""))
    prose = re.sub(r"\\.", "", re.sub(formulas, "", page, flags=re.DOTALL)).replace("<!-- Generated", "")
    assert "](javascript" not in prose
    assert not set("<`$") & set(prose)


def without_fences(page: str) -> str:
    """The page without blocks of code, whose fences must pair."""
    shorn = re.sub(r"^(`{3,})\n.*?\n\1$", "", page, flags=re.DOTALL | re.MULTILINE)
    assert not re.search(r"^```", shorn, re.MULTILINE)
    return shorn


@pytest.mark.parametrize("text", HOSTILE)
def test_a_note_keeps_its_structure(text):
    row = {
        "paper": text, "reference": text, "equation": text, "statement": text, "printed": text, "implied_latex": [text],
        "derived_latex": [text], "note": text, "evidence": "EXACT", "ratio_latex": text, "coincide": [text],
        "largest_gap": 0.1,
        "largest_gap_at": {"T": text}, "at": {"T": text}, "ratio_of_formulas": 1.1, "ratio": 1.1, "ratio_error": 0.01,
        "verdict": "DISAGREES", "reason": text, "status": "refuted", "derived_verdict": "AGREES", "detectable": 0.01,
        "size": text,
        "legs": [{"leg": text, "route": text, "sizes": [1.0], "replicas": [2], "printed": "DISAGREES",
        "derived": "AGREES",
                  "ratio": 1.1, "ratio_error": 0.01}],
        "parameters": [{"name": "T", "latex": text, "meaning": text, "allowed": text}], "command": text,
        "tier": text, "seed": 0,
        "false_alarm": 1e-4, "miss": 1e-2, "versions": {"python": text},
    }  # fmt: skip
    note = notes([row])
    assert not re.search(r"(?<!\\)<(?=[A-Za-z/!?])", without_fences(note).replace("<!-- Generated", ""))
    assert len(re.findall(r"(?m)^#+ ", without_fences(note))) == 3
    assert len(re.findall(r"(?m)^\$\$$", note)) == 8
    for line in re.findall(r"(?m)^\|.*$", without_fences(note)):
        assert len(re.findall(r"(?<!\\)\|", re.sub(r"(?<!\\)\$.*?(?<!\\)\$", "", line))) in (6, 7)


@pytest.mark.parametrize(
    "latex",
    [r"\input{/etc/passwd}", r"\write18{x}", r"\def\x{1}", r"x^^5cinput{y}", "$x$", "a}b{", "{a",
    r"\csname input\endcsname", "x % y",
     r"\begin{verbatim}", r"\catcode`\@=0", "a & b", r"\begin {filecontents}{x}", "\\input\x00", "é",
     r"\usepackage{x}", "#1"],
)  # fmt: skip
def test_what_is_no_mathematics_is_shown_as_its_source(latex):
    assert not is_formula(latex)
    assert formula(latex) == rf"\text{{\ttfamily {escaped(latex)}}}"


@pytest.mark.slow
def test_every_formula_of_the_package_is_mathematics():
    from crosscheck.docs.relation import readable_names, relation
    from crosscheck.registry import discovered

    for claim, _ in discovered().values():
        with readable_names(claim.theory.derivation):
            lines = [*claim.theory.latex().splitlines(), *(published.printed for published in claim.theory.published)]
            lines += [relation(step) for step in (claim.theory.derivation.steps if claim.theory.derivation else ())]
        assert [line for line in lines if not is_formula(line)] == []


@pytest.mark.parametrize(
    "latex",
    [r"\text{<img src=x onerror=alert(1) />}", r"\text{<script>alert(1)</script>}", r"\href{javascript:alert(1)}{x}",
     r"\style{x}{y}",
     r"\text{<mi onclick='x'>y</mi>}", r"\text{<mi style='x'>y</mi>}", r"\color{red}{x}", "<svg onload=x>",
     r"\text{<a href='x'>y</a>}"],
)  # fmt: skip
def test_a_formula_brings_no_element_but_those_of_formulas(latex):
    page = Elements()
    page.feed(mathml(latex))
    assert not {tag for tag, _ in page.found} & {"img", "script", "a", "svg", "style", "iframe"}
    assert not {"onerror", "onclick", "onload", "href", "style", "src"} & attrs_of(page)


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_figure_is_named_within_its_folder(run):  # noqa: F811
    for id in ("../../evil", "/etc/passwd", "a/b", "..", "", "x\x00y", "-rf", "ä" * 400, "nul\n"):
        run["verdicts"][0]["id"] = run["verdicts"][1]["id"] = id
        names = list(figure_names(run).values())
        assert len(set(names)) == 3
        assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,130}", name) for name in names)


@pytest.mark.parametrize(
    "name",
    ["a b", "-x", "$(touch pwned)", "naïve 🎲", "new\nline", "\x1b[2J", "a/../b", "tail.", "x" * 300, "null\x00"],
)
def test_a_run_goes_into_a_folder_of_any_name_or_says_why_not(crosscheck, claim_file, tmp_path, name):  # noqa: F811
    status, _, err = crosscheck("run", claim_file(), f"--out={name}")
    if status == 2:
        assert err.startswith("crosscheck: ")
        assert err.count("\n") == 1
    else:
        assert status == 0
        assert load_run(tmp_path / name)["outcome"] == "AGREES"
    assert not (tmp_path / "pwned").exists()


def damaged(run: dict) -> dict[str, str]:  # noqa: F811
    """Texts of run.json that are no run."""
    whole = json.loads(dumps(run))
    texts = {
        "empty": "",
        "list": "[]",
        "deep": "[" * 100_000,
        "digits": '{"schema": ' + "1" * 5000 + "}",
        "binary": "\x00\x01",
    }
    texts["bare"] = json.dumps({"schema": whole["schema"]})
    for place, spoil in {
        "verdicts": {"verdicts": 3}, "claims": {"claims": []}, "nan": {"seconds": float("nan")},
        "huge": {"seed": 10**400},
    }.items():  # fmt: skip
        texts[place] = json.dumps(whole | spoil)
    for key in whole["verdicts"][0]:
        if key not in ("rate", "seed", "nights"):
            texts[f"no {key}"] = json.dumps(
                whole | {"verdicts": [{k: v for k, v in whole["verdicts"][0].items() if k != key}]}
            )
    for key, value in {
        "scale": 0,
        "mean": "x",
        "size": [],
        "theory": None,
        "correction": float("inf"),
        "leg": 3,
    }.items():
        other = json.loads(dumps(run))
        other["verdicts"][0]["points"][0][key] = value
        texts[f"point {key}"] = json.dumps(other)
    return texts


def test_a_damaged_run_is_refused_in_one_line_and_left_alone(crosscheck, run, tmp_path):  # noqa: F811
    place = tmp_path / "saved"
    place.mkdir()
    for name, text in damaged(run).items():
        (place / "run.json").write_text(text, "utf-8")
        status, out, err = crosscheck("report", "saved")
        assert (status, out, err.count("\n")) == (2, "", 1), name
        assert list(place.iterdir()) == [place / "run.json"], name
    (place / "run.json").write_text(dumps(run), "utf-8")
    assert crosscheck("report", "saved")[0] == 0


@pytest.mark.parametrize("text", HOSTILE[:9:4])
def test_a_run_with_hostile_texts_is_reported(crosscheck, run, tmp_path, text):  # noqa: F811
    place = tmp_path / "saved"
    place.mkdir()
    (place / "run.json").write_text(dumps(hostile_run(run, text)), "utf-8")
    assert crosscheck("report", "saved")[0] == 0
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["report.html", "run.json", "saved"]


def test_a_value_of_a_parameter_is_a_number_or_refused(crosscheck, claim_file):  # noqa: F811
    for value in (
        "__import__('os').system('touch pwned')",
        "9**9**9",
        "1e999999999",
        "1" * 5000,
        "\x1b[2J",
        "1/0",
        "0x10",
        "１e4000",
    ):
        status, _, err = crosscheck("try", claim_file(), "--formula", "T*t", "--at", f"T={value}")
        assert status == 2
        assert err.count("\n") == 1
        assert "\x1b" not in err


def test_a_symbol_of_a_hostile_name_is_no_command_in_latex():
    from sympy import latex

    assert not is_formula(latex(Symbol(r"\input{/etc/passwd}")))
