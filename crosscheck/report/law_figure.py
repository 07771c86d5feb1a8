"""The figure of a law: observed minus expected frequency at every edge, beside what noise alone may do."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

Json = Mapping[str, Any]

BAND = 0.01
"""The drawn band holds the whole deviation of a right law but for this probability (Dvoretzky, Kiefer, Wolfowitz)."""
_LINES = ("-", "--", "-.", ":")
_COLOURS = ("#1b6ca8", "#b5531b", "#3f3f3f", "#6a51a3")
_PANELS = 4


def draw_laws(figure: Any, points: Sequence[Json], *, resolution: float) -> None:
    """One panel per route; in each the deviation at every size against the expected probability, with its band."""
    routes = list(dict.fromkeys((point["leg"], point["route"]) for point in points))[:_PANELS]
    panels = figure.subplots(len(routes), 1, sharex=True, squeeze=False)[:, 0]
    for axis, route in zip(panels, routes, strict=True):
        axis.grid(axis="y", color="#dddddd", linewidth=0.6)
        axis.axhspan(-resolution, resolution, facecolor="#eeeeee", edgecolor="#bbbbbb", linewidth=0.5, zorder=0)
        axis.axhline(0, color="black", linewidth=1.3, zorder=1)
        mine = sorted((p for p in points if (p["leg"], p["route"]) == route), key=lambda p: p["size"])
        for number, point in enumerate(mine):
            _draw_size(axis, point, _LINES[number % len(_LINES)], _COLOURS[number % len(_COLOURS)])
        axis.set_ylabel("observed - expected")
        axis.set_title(f"{route[0]}: {route[1]}", fontsize=9.5, loc="left")
        axis.legend(frameon=False, fontsize=8, ncols=3, loc="best")
    known = points[0]["law"]["theory_samples"] is None
    panels[-1].set_xlabel("P(X <= x) by theory" if known else "frequency of X <= x on the main route")
    panels[-1].set_xlim(0, 1)


def band(point: Json) -> float:
    """The largest deviation that a right law shows but for the probability BAND; of two samples, that of both."""
    law = point["law"]
    sizes = [point["samples"], *([law["theory_samples"]] if law["theory_samples"] else [])]
    return sum(math.sqrt(math.log(2 * len(sizes) / BAND) / 2 / samples) for samples in sizes)


def _draw_size(axis: Any, point: Json, line: str, colour: str) -> None:
    law = point["law"]
    deviation = [seen - expected for seen, expected in zip(law["observed"], law["theory"], strict=True)]
    style = {"linestyle": line, "color": colour, "linewidth": 1.1}
    axis.plot(law["theory"], deviation, label=f"size {point['size']:g}", zorder=3, **style)
    for edge in (band(point), -band(point)):
        axis.axhline(edge, alpha=0.6, zorder=2, **{**style, "linewidth": 0.7})
