"""Formulas as MathML in the page itself: no script and no font is loaded to show them.

A formula that the converter cannot take is a warning, and a warning stops the build: no reader sees raw LaTeX.
"""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from theory.breaking import broken
from theory.mathml import mathml

_log = logging.getLogger(__name__)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_html_math_renderer("mathml", (visit_inline, None), (visit_display, None))
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def visit_inline(translator: Any, node: nodes.math) -> None:
    """Within a line."""
    translator.body.append(f'<span class="math">{converted(node, node.astext(), display=False)}</span>')
    raise nodes.SkipNode


def visit_display(translator: Any, node: nodes.math_block) -> None:
    """On lines of its own; a long formula is broken, and scrolls in its own box where that does not suffice."""
    rows = [converted(node, row, display=True) for line in lines(node.astext()) for row in broken(line)]
    translator.body.append(f'<div class="formula">{"".join(rows)}</div>\n')
    raise nodes.SkipNode


def lines(latex: str) -> list[str]:
    """A formula that says nothing of its lines is one line; MyST wraps several in an environment of its own."""
    inner = re.sub(r"\\(?:begin|end)\{(?:split|aligned)\}", "", latex)
    inner = inner.replace("&", "") if inner != latex else inner
    pieces = inner.split(r"\\") if inner != latex else [inner]
    return [" ".join(piece.split()) for piece in pieces if piece.strip()]


def converted(node: nodes.Node, latex: str, *, display: bool) -> str:
    """One `<math>` element; a warning where there is none, or where a command that is not known stays in it."""
    found = mathml(latex, display=display)
    if not found.startswith("<math") or "\\" in re.sub(r"<[^>]*>", "", found):
        _log.warning("no MathML for the formula %s", latex, location=node, type="formulas")
    return found
