"""The page of a system as HTML with MathML: no network, no script, prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from crosscheck.docs.page import Page
from crosscheck.report.html import environment
from crosscheck.report.wording import counts
from theory.breaking import broken


def as_html(system: str, pages: Sequence[Page], figures: Mapping[str, str]) -> str:
    """One system; `figures` holds the SVG of the first verdict of each claim, by id."""
    outcomes = [verdict["outcome"] for page in pages for verdict in page.verdicts]
    return environment().get_template("system.html").render(
        system=system.replace("_", " ").title(),
        broken=broken,
        pages=pages,
        figures={page.id: figures.get(page.id) for page in pages},
        judged=counts(outcomes) if outcomes else "",
        references=tuple(dict.fromkeys(reference for page in pages for reference in page.references)),
    )  # fmt: skip
