"""The figure of the judge's calibration: measured error rates with their intervals, beside the promised ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from crosscheck.report.drawing import drawn, power_of_ten

if TYPE_CHECKING:
    from crosscheck.calibrate import Measured, Row

_MARKERS = ("o", "s", "^", "D")
_COLOURS = ("#1b6ca8", "#b5531b", "#3f3f3f", "#6a51a3")
_APART = 0.22  # of a line, between the markers of two levels
_LEAST = 1e-8
"""No rate below this is drawn; an interval that reaches 0 ends at the edge of the figure."""


def calibration_svg(rows: Sequence[Row], demonstrations: Sequence[Row] = ()) -> str:
    """One line per kind of null, a marker per level: left the false alarms, right the misses, on logarithmic axes.

    A vertical line marks each promise; all that lies left of its line is kept.  An open marker at the end of an
    interval says that nothing was counted.  `demonstrations` come last, below a rule.
    """
    kinds = list(dict.fromkeys(row.kind for row in (*rows, *demonstrations)))
    levels = sorted({row.level for row in (*rows, *demonstrations)}, reverse=True)
    refuted = sorted({row.kind for row in rows if not row.kept})
    state = f"Refuted: {', '.join(refuted)}." if refuted else "No promise of the judge is refuted."

    ends = _ends((*rows, *demonstrations))

    def draw(figure: Any) -> None:
        alarms, misses = figure.subplots(1, 2, sharey=True)
        for axis, part, title in ((alarms, "false_alarm", "false alarms"), (misses, "miss", "misses")):
            _prepare(axis, levels, title, ends=ends)
            for row in (*rows, *demonstrations):
                measured = getattr(row, part)
                if measured is not None:
                    number = levels.index(row.level)
                    shift = _APART * (number - (len(levels) - 1) / 2)
                    _mark(axis, measured, kinds.index(row.kind) + shift, number)
        misses.legend(frameon=False, fontsize=8, loc="lower right")
        _name(alarms, kinds, len(demonstrations) and len({row.kind for row in demonstrations}))

    description = f"Measured error rates of {len(kinds)} kinds of synthetic data beside the promised rates. {state}"
    size = (9.0, 1.2 + 0.19 * len(kinds))
    return drawn(draw, name="calibration", title="Calibration of the judge", description=description, size=size)


def _prepare(axis: Any, levels: Sequence[float], title: str, *, ends: tuple[float, float]) -> None:
    axis.set_xscale("log")
    axis.set_xlim(*ends)
    ticks = [10.0**k for k in range(-8, 1) if ends[0] <= 10.0**k <= ends[1]]
    axis.set_xticks(ticks, [*map(power_of_ten, ticks)])
    axis.minorticks_off()
    axis.grid(axis="y", color="#e6e6e6", linewidth=0.6)
    axis.set_axisbelow(True)
    axis.set_title(title, fontsize=9.5)
    axis.set_xlabel("measured rate, 99 % interval")
    for number, level in enumerate(levels):
        line = ("-", "--", ":")[number % 3]
        colour, marker = _COLOURS[number % len(_COLOURS)], _MARKERS[number % len(_MARKERS)]
        axis.axvline(level, color=colour, linewidth=1.0, linestyle=line)
        axis.plot([], [], color=colour, linestyle=line, marker=marker, markersize=5, label=f"promised {level:g}")


def _mark(axis: Any, found: Measured, place: float, number: int) -> None:
    """The rate with its interval; where nothing was counted, the interval's upper end."""
    colour = _COLOURS[number % len(_COLOURS)]
    marker = _MARKERS[number % len(_MARKERS)] if found.kept else "X"
    seen = found.rate > 0
    axis.plot([max(found.low, _LEAST), found.high], [place, place], color=colour, linewidth=1.1)
    axis.plot(
        [found.rate if seen else found.high], [place], marker=marker, color=colour, markersize=5, linestyle="none",
        markerfacecolor=colour if seen else "white",
    )  # fmt: skip


def _name(axis: Any, kinds: Sequence[str], demonstrated: int) -> None:
    axis.set_yticks(range(len(kinds)), kinds, fontsize=8)
    axis.set_ylim(len(kinds) - 0.4, -0.6)
    if demonstrated:
        for panel in axis.figure.axes:
            panel.axhline(len(kinds) - demonstrated - 0.5, color="#444444", linewidth=0.7)


def _ends(rows: Sequence[Row]) -> tuple[float, float]:
    """A range for both panels that shows every promise, and every end of an interval that is not 0."""
    found = [measured for row in rows for measured in (row.false_alarm, row.miss) if measured is not None]
    lowest = min([measured.promised for measured in found] + [m.low for m in found if m.low > 0])
    highest = max(max(measured.high, measured.promised) for measured in found)
    return max(lowest / 3, _LEAST), min(1.5, 3 * highest)
