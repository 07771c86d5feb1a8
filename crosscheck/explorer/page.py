"""The page as one HTML file that needs nothing else: data, formulas, style and script are inside, no request leaves it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crosscheck.docs.breaking import broken
from crosscheck.report.html import TEMPLATES
from crosscheck.report.mathml import mathml

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("mathml_missing.js", "special.js", "evaluation.js", "state.js", "plot.js", "explorer.js")


def html(data: Mapping[str, Any]) -> str:
    """The page of an explorer document."""
    from jinja2 import Environment, StrictUndefined

    template = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    claims = [_with_formulas(claim) for claim in data["claims"]]
    text = json.dumps({**data, "claims": claims}, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    tabulated = sum(claim["formula"] is None for claim in claims)
    return template.from_string(_asset("explorer.html")).render(
        data=data,
        here=len(claims) - tabulated,
        tabulated=tabulated,
        text=text,
        style=(TEMPLATES / "style.css").read_text(encoding="utf-8"),
        own_style=_asset("explorer.css"),
        script="\n".join(map(_asset, SCRIPTS)),
    )


def _with_formulas(claim: Mapping[str, Any]) -> dict[str, Any]:
    """The claim with its formulas in MathML, where the document has them in LaTeX."""
    lines = "".join(mathml(piece) for line in claim["latex"] for piece in broken(line))
    parameters = [{**p, "mathml": mathml(p["latex"], display=False)} for p in claim["parameters"]]
    shown = {key: value for key, value in claim.items() if key != "latex"}
    return {**shown, "mathml": lines, "parameters": parameters}


def _asset(name: str) -> str:
    """A file of the page; of scripts without comment lines and indentation, which nobody reads there."""
    text = (ASSETS / name).read_text(encoding="utf-8")
    return re.sub(r"^(?:[ ]*//.*\n|[ ]+(?=\S))", "", text, flags=re.MULTILINE) if name.endswith(".js") else text
