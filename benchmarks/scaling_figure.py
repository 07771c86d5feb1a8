"""The figure of `scaling`, from what it left: speed-up against workers, time lost against the size of a task."""

import re
from typing import Any

from benchmarks.record import Result, Row
from benchmarks.scaling import LOST
from crosscheck.leg import SECONDS_PER_TASK
from crosscheck.report.drawing import drawn

MARKERS = ("o", "s", "^", "D")
GOAL = 0.05


def figure(result: Result) -> str:
    """One SVG with two panels."""
    ups, lost = speed_ups(result.rows), losses(result.rows)

    def draw(canvas: Any) -> None:
        left, right = canvas.subplots(1, 2)
        most = max(ups)
        left.plot([1, most], [1, most], color="0.6", linewidth=0.8, linestyle="--", label="ideal")
        middle = [value[0] for value in ups.values()]
        below, above = ([abs(value[k] - value[0]) for value in ups.values()] for k in (1, 2))
        left.errorbar(list(ups), middle, yerr=[below, above], color="black", marker="o", capsize=3, label="measured")
        left.set(xlabel="workers", ylabel="speed-up", xticks=list(ups), ylim=(0, None))
        left.legend(frameon=False)
        for marker, (place, points) in zip(MARKERS, lost.items(), strict=False):
            right.plot(list(points), [100 * value for value in points.values()], "k", marker=marker, label=place)
        right.axhline(100 * GOAL, color="0.6", linewidth=0.8, linestyle="--")
        right.axvline(SECONDS_PER_TASK, color="0.6", linewidth=0.8, linestyle=":")
        right.set(xscale="log", xlabel="seconds of work in a task", ylabel="time of the workers lost, %")
        sizes = sorted({size for points in lost.values() for size in points})
        right.set_xticks(sizes, labels=[f"{size:g}" for size in sizes])
        right.minorticks_off()
        right.legend(frameon=False)

    words = ", ".join(f"{value[0]:.2f} with {count}" for count, value in ups.items())
    return drawn(
        draw,
        name="scaling",
        title="Speed-up with workers, and what sending tasks costs",
        description=f"Speed-up {words} workers. Dashed: ideal, and 5 % lost. Dotted: the size of the engine's tasks.",
        size=(8.4, 3.6),
    )


def speed_ups(rows: tuple[Row, ...]) -> dict[int, tuple[float, float, float]]:
    """{workers: median, lowest and highest speed-up over one worker}."""
    found: dict[int, tuple[float, float, float]] = {}
    for row in rows:
        if row.unit == "s wall" and (match := re.fullmatch(r"(\d+) workers?", row.method)):
            ratio = row.ratio
            found[int(match[1])] = (1 / ratio.median, 1 / ratio.high, 1 / ratio.low) if ratio else (1.0, 1.0, 1.0)
    return found


def losses(rows: tuple[Row, ...]) -> dict[str, dict[float, float]]:
    """{place: {seconds of a task: part of the time lost}}."""
    found: dict[str, dict[float, float]] = {}
    for row in rows:
        if row.unit == LOST:
            found.setdefault(row.method, {})[float(row.case.split()[2])] = row.value.median
    return found
