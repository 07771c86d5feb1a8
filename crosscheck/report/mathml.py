"""LaTeX formulas as MathML, which browsers show without a network; only elements of MathML Core."""

from __future__ import annotations

import html
import re


def mathml(latex: str, *, display: bool = True) -> str:
    """One `<math>` element; a formula that cannot be converted is shown as its LaTeX source."""
    from latex2mathml.converter import convert

    try:
        element = convert(_plainer(latex), display="block" if display else "inline")
    except Exception:  # the converter raises a dozen kinds, and none should cost the reader the page
        return f"<code>{html.escape(latex)}</code>"
    element = re.sub(r"<mo>(erfc?|[a-z]{3,})</mo>", r"<mi>\1</mi>", element)  # functions are no operators
    return element.replace("<math ", f'<math alttext="{html.escape(latex, quote=True)}" ', 1)


def _plainer(latex: str) -> str:
    """Without size commands that the converter ignores or trips over."""
    return re.sub(r"\\(?:limits|displaystyle|textstyle)\b", "", latex).replace(r"\lvert", "|").replace(r"\rvert", "|")
