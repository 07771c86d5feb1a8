"""The report of a run as one HTML file that needs nothing else: formulas as MathML, figures as SVG, no request."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from crosscheck.report import wording
from crosscheck.report.json import dumps
from crosscheck.report.nights_figure import drawable, nights_svg
from crosscheck.report.squeezing import squeezed
from theory.breaking import broken
from theory.mathml import mathml

TEMPLATES = Path(__file__).parent / "templates"


def report(run: Mapping[str, Any], figures: Mapping[int, str]) -> str:
    """The page of a run document; `figures` holds the SVG of each verdict by its place in `run["verdicts"]`."""
    claims = run.get("claims", {})
    ids = [verdict["id"] for verdict in run["verdicts"]]
    verdicts = [
        {
            **verdict,
            "system": verdict["id"].partition(".")[0],
            "anchor": f"{verdict['id']}-{place}",
            "repeated": ids.count(verdict["id"]) > 1,
            "claim": claims.get(verdict["id"]),
            "figure": figures.get(place),
            "nights": _nights(verdict, f"{verdict['id']}-{place}-nights", claims.get(verdict["id"]) or {}),
        }
        for place, verdict in enumerate(run["verdicts"])
    ]
    return environment().get_template("report.html").render(
        run=run,
        verdicts=verdicts,
        summary=wording.counts(verdict["outcome"] for verdict in verdicts),
        systems=_systems(verdicts),
        outcomes=tuple(wording.SYMBOLS),
        broken=broken,
        data=packed(run),
    )  # fmt: skip


def report_of(run: Mapping[str, Any]) -> str:
    """The page with all figures drawn."""
    from crosscheck.report.figure import svg
    from crosscheck.report.files import drawable

    claims = run.get("claims", {})
    return report(run, {place: svg(verdict, claims.get(verdict["id"])) for place, verdict in drawable(run)})


def packed(run: Mapping[str, Any]) -> str:
    """The document as it stands in the page: its JSON, compressed by zlib, in base64; a quarter as long."""
    return base64.b64encode(zlib.compress(dumps(run).encode(), 9)).decode()


def unpacked(text: str) -> Any:
    """The document of `packed`."""
    return json.loads(zlib.decompress(base64.b64decode(text)))


def _systems(verdicts: Sequence[Mapping[str, Any]]) -> dict[str, Counter[str]]:
    """How many verdicts of each outcome every system has, in order."""
    found: dict[str, Counter[str]] = {}
    for verdict in verdicts:
        found.setdefault(verdict["system"], Counter())[verdict["outcome"]] += 1
    return found


def _nights(verdict: Mapping[str, Any], name: str, claim: Mapping[str, Any]) -> str | None:
    """The figure of a verdict's accumulated evidence, where it has some nights."""
    found = verdict.get("accumulated")
    if found is None or not drawable(found):
        return None
    return squeezed(nights_svg(found, name=name, resolution=claim.get("resolution")))


def asset(name: str, folder: Path = TEMPLATES) -> str:
    """A style sheet or a script of the pages; a script without comment lines and indentation."""
    text = (folder / name).read_text(encoding="utf-8")
    return re.sub(r"^(?:[ ]*//.*\n|[ ]+(?=\S))", "", text, flags=re.MULTILINE) if name.endswith(".js") else text


@cache
def environment(folder: Path = TEMPLATES) -> Any:
    """The templates of a folder, with escaping on: statements, names and reasons are text, never markup."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    found = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    found.globals.update(
        **{name.partition(".")[0]: asset(name) for name in ("style.css", "mathml_missing.js", "filters.js")},
        symbol=wording.SYMBOLS.get,
        mathml=mathml,
        **{
            name: getattr(wording, name)
            for name in ("percent", "gap", "parameters", "command", "number", "uncertain", "duration")
        },
    )
    return found
