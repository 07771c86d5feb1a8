"""The report of a run as one HTML file that needs nothing else: formulas as MathML, figures as SVG, no request."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from crosscheck.report import wording
from crosscheck.report.mathml import mathml
from crosscheck.report.nights_figure import drawable, nights_svg

TEMPLATES = Path(__file__).parent / "templates"


def report(run: Mapping[str, Any], figures: Mapping[int, str]) -> str:
    """The page of a run document; `figures` holds the SVG of each verdict by its place in `run["verdicts"]`."""
    claims = run.get("claims", {})
    ids = [verdict["id"] for verdict in run["verdicts"]]
    verdicts = [
        {
            **verdict,
            "anchor": f"{verdict['id']}-{place}",
            "repeated": ids.count(verdict["id"]) > 1,
            "claim": claims.get(verdict["id"]),
            "figure": figures.get(place),
            "nights": _nights(verdict, f"{verdict['id']}-{place}-nights", claims.get(verdict["id"]) or {}),
        }
        for place, verdict in enumerate(run["verdicts"])
    ]
    # "</script>" inside the data would end the element
    data = json.dumps(run, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    return environment().get_template("report.html").render(
        run=run,
        verdicts=verdicts,
        summary=wording.counts(verdict["outcome"] for verdict in verdicts),
        data=data,
    )  # fmt: skip


def _nights(verdict: Mapping[str, Any], name: str, claim: Mapping[str, Any]) -> str | None:
    """The figure of a verdict's accumulated evidence, where it has some nights."""
    found = verdict.get("accumulated")
    if found is None or not drawable(found):
        return None
    return nights_svg(found, name=name, resolution=claim.get("resolution"))


@cache
def environment() -> Any:
    """The templates, with escaping on: statements, names and reasons are text, never markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        symbol=wording.SYMBOLS.get,
        mathml=mathml,
        **{
            name: getattr(wording, name)
            for name in ("percent", "gap", "parameters", "command", "number", "uncertain", "duration")
        },
    )
    return found
