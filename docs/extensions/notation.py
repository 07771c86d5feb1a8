"""The table of symbols, generated from `theory.notation`: directive `notation`."""

from __future__ import annotations

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from crosscheck.report.markdown import cell, plain

_LETTER = re.compile(r"(?:[A-Za-z]|\\[A-Za-z]+)(?:_\{?\w\}?)?")  # words are no letters: their name says it all


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("notation", NotationTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class NotationTable(SphinxDirective):
    """Every symbol: its letter, the name that the command line takes, its meaning, what the papers print."""

    def run(self) -> list[nodes.Node]:
        return self.parse_text_to_nodes(table())


def table() -> str:
    """Markdown."""
    from sympy import latex

    from theory.notation import NOTATION

    rows = ["| symbol | name | meaning | in the papers |", "|---|---|---|---|"]
    for name, entry in sorted(NOTATION.items(), key=lambda item: (item[0].lower(), item[0])):
        aliases = ", ".join(f"{plain(paper)} {cell(letter)}" for paper, letter in entry.aliases.items())
        letter = cell(latex(entry.symbol)) if _LETTER.fullmatch(latex(entry.symbol)) else ""
        rows.append(f"| {letter} | `{name}` | {plain(entry.meaning)} | {aliases} |")
    return "\n".join(rows)
