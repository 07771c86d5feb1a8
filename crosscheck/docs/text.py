"""A page for the terminal."""

from __future__ import annotations

import textwrap

from crosscheck.docs.page import Page
from crosscheck.report import wording
from crosscheck.report.text import aligned


def as_text(page: Page) -> str:
    """Statement, formula, domain, derivation, printed formulas, last verdict."""
    parts = [f"{page.id}\n{page.statement}\n{page.source}", "\n".join(f"    {line}" for line in page.plain)]
    rows = [(p.name, p.meaning, p.allowed, f"default {p.default}") for p in page.parameters]
    parts.append("Parameters\n" + textwrap.indent(aligned(rows), "    "))
    if page.correction:
        parts.append(f"Approached along {page.size}, gap proportional to {page.plain_correction}")
    if page.steps:
        steps = [
            f"{number:>3}. [{step.evidence}] {step.because}" + (f" ({step.citation})" if step.citation else "")
            + "".join(f"\n     {line}" for line in step.plain)
            for number, step in enumerate(page.steps, 1)
        ]  # fmt: skip
        parts.append(f"Derivation, worth its weakest step: {page.evidence}\n" + "\n".join(steps))
    if page.printed:
        printed = [f"    {p.paper} {p.equation}: {p.status}" + (f" ({p.note})" if p.note else "") for p in page.printed]
        parts.append("As printed\n" + "\n".join(printed))
    parts.append("Simulated by\n" + "\n".join(f"    {route}" for route in page.routes))
    if page.tested:
        parts.append("Tested at\n" + "\n".join(f"    {point}" for point in page.tested))
    if page.rivals:
        parts.append("Must be rejected\n" + "\n".join(f"    {rival}" for rival in page.rivals))
    verdicts = [f"    {v['outcome']} at {wording.parameters(v['parameters'])}: {v['reason']}" for v in page.verdicts]
    parts.append("Last verdict\n" + ("\n".join(verdicts) or f"    none yet; crosscheck run {page.id}"))
    if page.references:
        parts.append("References\n" + "\n".join(f"    {reference}" for reference in page.references))
    return "\n\n".join(parts)
