"""A small site, built: formulas are MathML, nothing is loaded, and a formula that cannot be shown stops the build."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.extensions.formulas import lines
from docs.site_check import faults

ROOT = Path(__file__).parents[2]
PAGE = r"""# Formulas

Within a line, $\frac{\sqrt{N} e^{-t}}{T}$, and in a table:

| symbol | meaning |
|---|---|
| $m^*$ | magnetisation |

$$
m = \tanh{\left(\beta \, m \right)}
$$

{formula}

```{claim-figure} nobody.has_such_a_claim
```
"""
LONG = " + ".join(rf"\frac{{x^{{{power}}}}}{{{power}!}}" for power in range(2, 40))


def built(folder: Path, formula: str) -> subprocess.CompletedProcess[str]:
    source = folder / "source"
    source.mkdir()
    (source / "index.md").write_text(PAGE.replace("{formula}", formula), encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-b", "html", "-q", "-W", "-c", str(ROOT / "docs")]
    return subprocess.run(
        [*command, "-d", str(folder / "doctrees"), str(source), str(folder / "site")],
        capture_output=True, text=True, cwd=ROOT, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("formulas")
    done = built(folder, f"$$\n{LONG}\n$$")
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_every_formula_is_mathml(site):
    text = (site / "index.html").read_text("utf-8")
    assert len(re.findall(r"<math[ >]", text)) > 4
    assert not re.search(r'src="[^"]*mathjax', text, re.IGNORECASE)
    assert "<code>" not in re.sub(r'<code class="docutils.*?</code>', "", text)


def test_a_long_formula_is_broken_into_lines(site):
    text = (site / "index.html").read_text("utf-8")
    longest = max(re.findall(r'<div class="formula".*?</div>', text, re.DOTALL), key=len)
    assert longest.count("<math ") > 2


def test_the_small_site_is_whole_and_loads_nothing(site):
    assert faults(site) == []


@pytest.mark.parametrize("formula", [r"x^", r"x = \nosuchcommand{y}"])
def test_a_formula_without_mathml_stops_the_build(tmp_path, formula):
    done = built(tmp_path, f"$$\n{formula}\n$$")
    assert done.returncode != 0
    assert "no MathML for the formula" in done.stderr


def test_an_environment_of_lines_is_taken_apart():
    assert lines("a = b \\quad c") == [r"a = b \quad c"]
    assert lines("\\begin{split}a &= b \\\\ &= c\\end{split}") == ["a = b", "= c"]
    assert lines("\\begin{matrix} a \\\\ b \\end{matrix}") == ["\\begin{matrix} a \\\\ b \\end{matrix}"]
