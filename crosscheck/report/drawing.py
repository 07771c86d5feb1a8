"""One SVG element from one drawing function: the same text every time, named for screen readers, nothing loaded."""

from __future__ import annotations

import html
import io
import logging
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

SETTINGS: Any = {
    "svg.hashsalt": "crosscheck",
    "svg.fonttype": "none",
    "font.family": ["DejaVu Sans", "Helvetica", "Arial", "sans-serif"],
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "axes.edgecolor": "#444444",
    "xtick.color": "#444444",
    "ytick.color": "#444444",
    "text.parse_math": False,
}


def drawn(
    draw: Callable[[Any], None],
    *,
    name: str,
    title: str,
    description: str,
    size: tuple[float, float] = (7.0, 4.4),
) -> str:
    """What `draw` puts on an empty figure of `size` inches, as one SVG element.

    `name` makes the ids of the element unique where several figures share a page.
    """
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it reports its font cache on stderr
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    with matplotlib.rc_context(SETTINGS), warnings.catch_warnings():
        # a name in another script, or a long one: the figure is drawn all the same
        for complaint in ("Glyph .* missing", "constrained_layout not applied"):
            warnings.filterwarnings("ignore", complaint, UserWarning)
        figure = Figure(figsize=size, layout="constrained")
        FigureCanvasSVG(figure)
        draw(figure)
        _label_plainly(figure)
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return _accessible(buffer.getvalue(), name, title, description)


def power_of_ten(tick: float) -> str:
    """A tick's label without markup: 10⁵, or the number where it is no large power of ten."""
    exponent = round(math.log10(tick))
    if math.isclose(tick, 10.0**exponent) and not -3 < exponent < 4:
        return "10" + str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{tick:.6g}"


def _label_plainly(figure: Any) -> None:
    """Matplotlib labels logarithmic axes in markup, which is not parsed here."""
    from matplotlib.ticker import FuncFormatter, LogFormatterSciNotation, NullFormatter

    plain = FuncFormatter(lambda tick, _: power_of_ten(tick))
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            if isinstance(axis.get_major_formatter(), LogFormatterSciNotation):
                low, high = sorted(axis.get_view_interval())
                axis.set_major_formatter(plain)
                axis.set_minor_formatter(plain if high < 10 * low else NullFormatter())


def _accessible(text: str, name: str, title: str, description: str) -> str:
    """The bare element, with ids that stay unique when several figures share a page."""
    prefix = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")
    body = text[text.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(
        r'\b(d|x|y|transform)="[^"]*"', lambda m: re.sub(r"(\.\d\d)\d+", r"\1", m[0]), body
    )  # finer than print
    body = re.sub(r'\bid="([^"]+)"', rf'id="{prefix}-\1"', body)
    body = re.sub(r"url\(#([^)]+)\)", rf"url(#{prefix}-\1)", body)
    body = re.sub(r'href="#([^"]+)"', rf'href="#{prefix}-\1"', body)
    names = f'role="img" aria-labelledby="{prefix}-title {prefix}-desc"'
    texts = {"title": title, "desc": description}
    head = "".join(f'<{tag} id="{prefix}-{tag}">{html.escape(text)}</{tag}>' for tag, text in texts.items())
    whole = re.sub(r"<svg([^>]*)>", lambda m: f"<svg {names}{m[1]}>\n{head}", body, count=1)
    # XML has no way to write a control character, and a reader no need of one
    return "".join(character if character.isprintable() or character == "\n" else " " for character in whole)
