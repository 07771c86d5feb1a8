"""The figure of one verdict: simulated values and their gap from theory against size, with the fitted extrapolation.

Drawn from the JSON of the verdict alone, so a saved run can be drawn again.  Legs differ by marker and line, not only
by colour; the limit lies at the right edge whichever way the size variable runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from crosscheck.report.drawing import drawn, power_of_ten, printed
from crosscheck.report.law_figure import draw_laws
from crosscheck.report.squeezing import squeezed

Json = Mapping[str, Any]


@dataclass(frozen=True)
class _Style:
    marker: str
    line: str
    colour: str
    filled: bool


_STYLES = {
    "deterministic": _Style("o", ":", "#1b6ca8", False),
    "precision": _Style("s", "--", "#b5531b", True),
    "independent": _Style("^", "-.", "#3f3f3f", True),
}


def svg(verdict: Json, claim: Json | None = None) -> str:
    """The figure as one SVG element with a title and a description; the same text for the same verdict."""
    description = f"Simulation against theory over sizes. {verdict['reason']}"
    drawing = _drawing(verdict, claim or {})
    return squeezed(drawn(drawing, name=verdict["id"], title=_title(verdict), description=description))


def pdf(verdict: Json, claim: Json | None = None) -> bytes:
    """The figure as a PDF of one page; the same bytes for the same verdict."""
    return printed(_drawing(verdict, claim or {}), title=_title(verdict))


def _title(verdict: Json) -> str:
    return f"{verdict['id']}: {verdict['outcome']}"


def _drawing(verdict: Json, claim: Json) -> Callable[[Any], None]:
    laws = [point for point in verdict["points"] if point.get("law")]

    def draw(figure: Any) -> None:
        if laws:
            draw_laws(figure, laws, resolution=float(claim.get("resolution") or 0.01))
            return
        value, gap = figure.subplots(2, 1, sharex=True, height_ratios=(4, 3))
        _draw(value, gap, verdict, claim)

    return draw


def _draw(value: Any, gap: Any, verdict: Json, claim: Json) -> None:
    points = [point for point in verdict["points"] if point["size"] is not None]
    sizes = sorted({point["size"] for point in points})
    ladder = len(sizes) > 1 and sizes[0] > 0
    edge = _edge(points, sizes) if ladder else None
    resolution = float(claim.get("resolution") or 0.01)
    for axis in (value, gap):
        axis.grid(axis="y", color="#dddddd", linewidth=0.6)
        axis.set_axisbelow(True)
    _draw_theory(value, points, sizes, edge)
    gap.axhspan(-100 * resolution, 100 * resolution, facecolor="#eeeeee", edgecolor="#bbbbbb", linewidth=0.5, zorder=0)
    gap.axhline(0, color="black", linewidth=1.3, zorder=1)
    for leg in verdict["legs"]:
        mine = [p for p in points if p["leg"] == leg["leg"] and p["route"] == leg["route"]]
        if mine:
            _draw_leg(value, gap, leg, sorted(mine, key=lambda p: p["size"]), edge)
    if ladder:
        _scale_size(value, gap, sizes, edge)
    _scale_gap(gap, points, resolution)
    value.set_ylabel("value")
    gap.set_ylabel("gap (% of scale)")
    gap.set_xlabel(str(claim.get("size") or "size"))
    value.figure.legend(frameon=False, fontsize=8.5, ncols=2, loc="outside upper left", handlelength=2.5)


def _draw_theory(value: Any, points: list[Json], sizes: list[float], edge: float | None) -> None:
    """One line per distinct theory of the legs, drawn up to the limit where it is constant; then the next order."""
    routes = {(p["leg"], p["route"]) for p in points}
    together = frozenset((p["size"], p["theory"]) for p in points)
    apart = {frozenset((p["size"], p["theory"]) for p in points if (p["leg"], p["route"]) == r) for r in routes}
    curves = {together} if len({size for size, _ in together}) == len(together) else apart
    label = "theory"
    for curve in sorted((c for c in curves if not any(c < other for other in curves)), key=sorted):
        at, level = zip(*sorted(curve), strict=True)
        if len(set(level)) == 1 and len(sizes) > 1:
            at = (min(sizes[0], edge or sizes[0]), max(sizes[-1], edge or sizes[-1]))
            level = level[:1] * 2
        single = {"marker": "_", "markersize": 26} if len(at) == 1 else {}
        value.plot(at, level, color="black", linewidth=1.3, zorder=2, label=label, **single)
        label = None
    label = "with next order"
    for route in sorted(routes):
        mine = [p for p in points if (p["leg"], p["route"]) == route and p.get("next_order") is not None]
        predicted = sorted({(p["size"], p["theory"] + p["next_order"]) for p in mine})
        if len(predicted) > 1:
            value.plot(*zip(*predicted, strict=True), color="#888888", linewidth=1.0, zorder=1.5, label=label)
            label = None


def _draw_leg(value: Any, gap: Any, leg: Json, points: list[Json], edge: float | None) -> None:
    style = _STYLES.get(leg["leg"], _STYLES["independent"])
    look = {
        "marker": style.marker, "color": style.colour, "markersize": 5.5, "linestyle": "none", "capsize": 2.5,
        "markerfacecolor": style.colour if style.filled else "white", "elinewidth": 1.1, "zorder": 3,
    }  # fmt: skip
    at = [p["size"] for p in points]
    value.errorbar(at, [p["mean"] for p in points], [p["standard_error"] for p in points],
                   label=f"{leg['leg']}: {leg['route']}", **look)  # fmt: skip
    gap.errorbar(at, [100 * (p["mean"] - p["theory"]) / p["scale"] for p in points],
                 [100 * p["standard_error"] / p["scale"] for p in points], **look)  # fmt: skip
    fit = extrapolation(leg, points)
    if fit is None or edge is None:
        return
    limit, error = leg["limit"]["gap"], leg["limit"]["error"] or 0.0
    curve = sorted([*zip(*fit, strict=True), (edge, limit)])
    line = {"linestyle": style.line, "color": style.colour, "linewidth": 1.0, "zorder": 2}
    gap.plot([x for x, _ in curve], [100 * y for _, y in curve], **line)
    gap.errorbar([edge], [100 * limit], [100 * error], **look)
    if len({(p["theory"], p["scale"]) for p in points}) == 1:
        theory, scale = points[0]["theory"], points[0]["scale"]
        value.plot([x for x, _ in curve], [theory + scale * y for _, y in curve], **line)
        value.errorbar([edge], [theory + scale * limit], [scale * error], **look)


def extrapolation(leg: Json, points: list[Json]) -> tuple[list[float], list[float]] | None:
    """Sizes and fitted gaps: limit + a g + b g^2 with the judge's limit; None without a correction to follow."""
    limit = leg["limit"]["gap"]
    g = np.array([p["correction"] for p in points], dtype=float)
    if limit is None or len(points) < 2 or np.ptp(g) == 0 or np.min(g) <= 0:
        return None
    gaps = np.array([(p["mean"] - p["theory"]) / p["scale"] for p in points], dtype=float)
    errors = np.array([p["standard_error"] / p["scale"] for p in points], dtype=float)
    weight = 1 / np.hypot(errors, 1e-3 * np.abs(gaps - limit) + 1e-300)
    columns = np.stack([g, g**2][: max(1, min(2, len(points) - 2))], axis=1)
    coefficients, *_ = np.linalg.lstsq(columns * weight[:, None], (gaps - limit) * weight, rcond=None)
    order = np.argsort([p["size"] for p in points])
    log_size, log_g = np.log([points[i]["size"] for i in order]), np.log(g[order])
    fine = np.linspace(log_size[0], log_size[-1], 60)
    curve = np.exp(np.interp(fine, log_size, log_g))
    powers = np.stack([curve, curve**2][: columns.shape[1]], axis=1)
    return np.exp(fine).tolist(), (limit + powers @ coefficients).tolist()


def _edge(points: list[Json], sizes: list[float]) -> float | None:
    """Where the limit is drawn: beyond the size with the smallest correction; None where nothing is extrapolated."""
    by_size = {p["size"]: p["correction"] for p in points}
    if by_size[sizes[0]] == by_size[sizes[-1]]:
        return None
    room = (sizes[-1] / sizes[0]) ** 0.14 * 1.6
    return sizes[-1] * room if by_size[sizes[-1]] < by_size[sizes[0]] else sizes[0] / room


def _scale_size(value: Any, gap: Any, sizes: list[float], edge: float | None) -> None:
    """A logarithmic axis with round ticks; the limit, if any, at the right behind a dotted line."""
    gap.set_xscale("log")
    ends = (sizes[0], sizes[-1]) if edge is None else (min(edge, sizes[0]), max(edge, sizes[-1]))
    margin = (ends[1] / ends[0]) ** 0.04
    gap.set_xlim(ends[0] / margin, ends[1] * margin)
    decades = [10.0**k for k in range(math.floor(math.log10(sizes[0])), math.ceil(math.log10(sizes[-1])) + 1)]
    inside = [tick for tick in decades if sizes[0] * 0.8 <= tick <= sizes[-1] * 1.2]
    ticks = inside if len(inside) > 2 else sizes if len(sizes) < 8 else sizes[::2]
    limit = [] if edge is None else [edge]
    gap.set_xticks([*ticks, *limit], [*map(power_of_ten, ticks), *("limit" for _ in limit)])
    gap.minorticks_off()
    if edge is not None:
        near = sizes[0] if edge < sizes[0] else sizes[-1]
        for axis in (value, gap):
            axis.axvline(math.sqrt(near * edge), color="#999999", linewidth=0.7, linestyle=(0, (1, 2)))
        if edge < sizes[0]:
            gap.invert_xaxis()


def _scale_gap(gap: Any, points: list[Json], resolution: float) -> None:
    largest = max((abs(p["mean"] - p["theory"]) + p["standard_error"]) / p["scale"] for p in points)
    if largest > 8 * resolution:
        gap.set_yscale("symlog", linthresh=100 * resolution, linscale=1.2)
        top = math.ceil(math.log10(largest / resolution))
        levels = [100 * resolution * 10.0**k for k in range(top + 1)]
        gap.set_yticks([*(-level for level in levels), 0, *levels])
        gap.set_yticklabels([f"{level:+g}" if level else "0" for level in gap.get_yticks()])
        gap.minorticks_off()
    else:
        gap.set_ylim(-100 * max(1.6 * resolution, 1.15 * largest), 100 * max(1.6 * resolution, 1.15 * largest))
