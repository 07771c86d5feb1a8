"""What a notebook shows of a closed form and of a derivation: HTML with MathML, which needs no network, and LaTeX."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sympy import latex

from theory.breaking import broken
from theory.domain import decimal
from theory.mathml import mathml
from theory.notation import meaning
from theory.relation import definitions, readable_names, relation

if TYPE_CHECKING:
    from theory.closed_form import ClosedForm
    from theory.derivation import Derivation

_CELL = 'style="text-align: left; vertical-align: top"'  # notebooks align to the right by default


def closed_form_html(form: ClosedForm) -> str:
    """Statement, definition, the parameters with their domain, and how many steps lead to it."""
    with readable_names(form.derivation):
        lines = form.latex().splitlines()
        ranges = [form.domain[symbol] for symbol in form.parameters]
        told = [(meaning(r.symbol), str(r), decimal(r.default)) for r in ranges]
        rows = [(_math(latex(r.symbol)), *map(html.escape, words)) for r, words in zip(ranges, told, strict=True)]
        relations = [_math(latex(rel)) for rel in form.domain.restricted(form.parameters).relations]
    head = (
        f"<p><strong>{html.escape(form.name)}</strong>: {html.escape(form.statement)} ({html.escape(form.source)})</p>"
    )
    also = [f"<p>and {', '.join(relations)}</p>"] if relations else []
    steps = [f"<p>derived in {len(form.derivation.steps)} steps</p>"] if form.derivation else []
    return block(head, *map(_display, lines), table(("symbol", "meaning", "where", "default"), rows), *also, *steps)


def derivation_html(derivation: Derivation) -> str:
    """The steps, each with its evidence; verifies the derivation."""
    rows = []
    with readable_names(derivation):
        for checked in derivation.verify():
            step = checked.step
            formulas = "".join(_display(line) for line in (relation(step), *definitions(step)))
            cited = f" ({step.citation})" if step.citation else ""
            rows.append((checked.evidence.name, html.escape(step.because + cited) + formulas))
    head = f"<p>worth its weakest step: <strong>{derivation.evidence.name}</strong></p>"
    return block(head, table(("evidence", "step"), rows))


def closed_form_latex(form: ClosedForm) -> str:
    """The definition as one displayed formula."""
    with readable_names(form.derivation):
        return displayed(form.latex().splitlines())


def derivation_latex(derivation: Derivation) -> str:
    """What each step says, a line each."""
    with readable_names(derivation):
        return displayed([line for step in derivation.steps for line in (relation(step), *definitions(step))])


def displayed(lines: Sequence[str]) -> str:
    """Lines between double dollars, one below the other."""
    if len(lines) == 1:
        return f"$${lines[0]}$$"
    body = r" \\ ".join(f"& {line}" for line in lines)
    return rf"$$\begin{{aligned}} {body} \end{{aligned}}$$"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are HTML already."""
    titles = "".join(f'<th scope="col" {_CELL}>{title}</th>' for title in head)
    body = "".join("<tr>" + "".join(f"<td {_CELL}>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def block(*parts: str) -> str:
    """Parts below one another; what is too wide scrolls."""
    return f'<div style="overflow-x: auto">{"".join(parts)}</div>'


def _display(line: str) -> str:
    rows = "".join(mathml(row) for row in broken(line))
    return f'<div style="margin: .4em 0">{rows}</div>'


def _math(line: str) -> str:
    return mathml(line, display=False)
