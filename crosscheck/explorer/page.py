"""The page as one HTML file that needs nothing else: data, formulas, style and script are inside, nothing is loaded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crosscheck.report.html import asset, environment
from theory.breaking import broken
from theory.mathml import mathml

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = ("special.js", "evaluation.js", "state.js", "plot.js", "beside.js", "explorer.js")


def html(data: Mapping[str, Any]) -> str:
    """The page of an explorer document."""
    claims = [_with_formulas(claim) for claim in data["claims"]]
    text = json.dumps({**data, "claims": claims}, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c")
    tabulated = sum(claim["formula"] is None for claim in claims)
    return (
        environment(ASSETS)
        .get_template("explorer.html")
        .render(
            data=data,
            here=len(claims) - tabulated,
            tabulated=tabulated,
            text=text,
            own_style=_asset("explorer.css"),
            script="\n".join(map(_asset, SCRIPTS)),
        )
    )


def _with_formulas(claim: Mapping[str, Any]) -> dict[str, Any]:
    """The claim with its formulas in MathML, where the document has them in LaTeX."""
    lines = "".join(mathml(piece) for line in claim["latex"] for piece in broken(line))
    parameters = [{**p, "mathml": mathml(p["latex"], display=False)} for p in claim["parameters"]]
    shown = {key: value for key, value in claim.items() if key != "latex"}
    return {**shown, "mathml": lines, "parameters": parameters}


def _asset(name: str) -> str:
    return asset(name, folder=ASSETS)
