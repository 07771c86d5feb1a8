"""The figure of accumulated evidence: the interval that holds the gap, and the e-value, after every night."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from crosscheck.report import wording
from crosscheck.report.drawing import drawn, power_of_ten

_COLOUR = "#1b6ca8"
_LEAST, _MOST = 1e-2, 1e14
"""E-values beyond these are drawn there: a small one is no evidence for the formula, a larger one adds nothing."""
_SHOWN = 6
"""The upper panel shows gaps of a few times the radius of the last night, not the width of the first."""


def nights_svg(found: Mapping[str, Any], *, name: str, resolution: float | None = None) -> str:
    """`found`: one leg of `accumulated` of a verdict's JSON, with two nights at least (see `drawable`)."""
    nights = [night for night, *_ in found["history"]]
    low, high, values = ([row[column] for row in found["history"]] for column in (1, 2, 3))
    shown = [min(max(value, _LEAST), _MOST) for value in values]

    def draw(figure: Any) -> None:
        gap, evidence = figure.subplots(2, 1, sharex=True, height_ratios=(3, 2))
        if resolution is not None:
            gap.axhspan(-resolution, resolution, facecolor="#eeeeee", edgecolor="#bbbbbb", linewidth=0.5, zorder=0)
        gap.axhline(0, color="black", linewidth=1.3)
        gap.fill_between(nights, low, high, color=_COLOUR, alpha=0.25, linewidth=0)
        for edge in (low, high):
            gap.plot(nights, edge, color=_COLOUR, linewidth=1.1)
        reach = _SHOWN * found["radius"]
        gap.set_ylim(max(min(low), found["gap"] - reach), min(max(high), found["gap"] + reach))
        gap.set_ylabel("gap")
        evidence.set_yscale("log")
        evidence.plot(nights, shown, color=_COLOUR, linewidth=1.1)
        evidence.axhline(found["refuting"], color="black", linewidth=1.0, linestyle="--")
        place = {"xytext": (0, 3), "textcoords": "offset points"}
        evidence.annotate("refutes", (nights[0], found["refuting"]), fontsize=8, **place)
        top = 10 * max(found["refuting"], *shown)
        evidence.set_ylim(_LEAST / 2, top)
        ticks = [10.0**k for k in range(-2, 16, 2) if _LEAST <= 10.0**k <= top]
        evidence.set_yticks(ticks, [*map(power_of_ten, ticks)])
        evidence.minorticks_off()
        evidence.set_ylabel("e-value")
        evidence.set_xlabel("night")

    return drawn(draw, name=name, title="All nights together", description=_description(found))


def drawable(found: Mapping[str, Any]) -> bool:
    """Whether there is a course to draw."""
    return len(found["history"]) > 1


def _description(found: Mapping[str, Any]) -> str:
    return (
        f"After {found['nights']} nights of {found['route']} the gap is {wording.gap(found)}, "
        f"known to {wording.percent(found['radius'])}; the e-value is {found['e_value']:.2g}, "
        f"{found['refuting']:.2g} refutes. {found['outcome']}."
    )
