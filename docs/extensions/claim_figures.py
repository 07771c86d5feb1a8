"""The figure of each claim on the page of its system, drawn at the build from the points of the kept run."""

from __future__ import annotations

import re
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from docs.extensions import sources

_HEADING = re.compile(r"^### Simulation of (?P<id>\S+)$", re.MULTILINE)


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("claim-figure", ClaimFigure)
    app.connect("source-read", _placed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _placed(app: Sphinx, name: str, source: list[str]) -> None:
    if name.startswith("systems/"):
        source[0] = with_figures(source[0])


def with_figures(text: str) -> str:
    """The generated page with the directive below each heading of a simulation."""
    return _HEADING.sub(lambda match: f"{match[0]}\n\n```{{claim-figure}} {match['id']}\n```", text)


class ClaimFigure(SphinxDirective):
    """The figure of the first verdict; nothing where the run kept no points."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        text = figure(self.arguments[0], sources.run())
        return [nodes.raw("", text, format="html")] if text else []


def figure(id: str, run: dict[str, Any]) -> str:
    """One `<figure>` with the SVG in the page itself, or nothing."""
    from crosscheck.report.figure import svg
    from crosscheck.report.wording import parameters

    verdict = next((v for v in run["verdicts"] if v["id"] == id and v["points"]), None)
    if verdict is None:
        return ""
    at = f" at {parameters(verdict['parameters'])}" if verdict["parameters"] else ""
    caption = f"Simulation against theory{at}. Bars are one standard error; the grey band is the resolution."
    drawing = svg(verdict, run["claims"].get(id))
    return f'<figure class="claim">{drawing}<figcaption>{caption}</figcaption></figure>'
