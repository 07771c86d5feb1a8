"""The map of model collapse, with generations of real networks on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.mode_collapse_figure import joined
from crosscheck.figures.table import Table

COLUMNS = ("stop", "variance", "following", "stable", "start", "generation", "error")
SIZE = (9.2, 4.9)
_MARKERS = ("o", "s", "^", "D")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """The map with its fixed points, and six generations from two variances for each stop."""
    from crosscheck.figures import autoencoder_generations as numbers

    found = (numbers.curves(), numbers.walks(seed=seed, device=device, progress=progress))
    parts = [{name: getattr(part, name) for name in COLUMNS if hasattr(part, name)} for part in found]
    about = (
        "CPL25 (15): bulk variance of what a model generates against that of its data, t = 1/2, theta ="
        f" {numbers.MAP_THETA:g}, Euler steps of 1/{numbers.MAP_STEPS} up to stop; stable: 1 or 0 at fixed points;"
        " rows with generation: tanh, r = 1, eta = 0.5, first data at +-1.5 of variance `start`, d = 300, mean of 2"
        f" runs; error: one standard error; seed {seed}"
    )
    return Table(joined(parts, COLUMNS), about)


def description(table: Table) -> str:
    """What there is to see."""
    told = []
    for stop in np.unique(table["stop"]):
        rows = table.where(stop=stop)
        fixed = ~np.isnan(rows["stable"])
        named = ", ".join(
            f"{value:.3g} ({'stable' if stable else 'unstable'})"
            for value, stable in zip(rows["variance"][fixed], rows["stable"][fixed], strict=True)
        )
        told.append(f"for t_f = {stop:g} its fixed points are {named}")
    walked = ~np.isnan(table["generation"])
    ratio = table["following"][walked] / _mapped(table)[walked]
    return (
        "Bulk variance of what an auto-encoder generates against that of its training data, t = 1/2, both axes"
        f" logarithmic: {'; '.join(told)}. In the limit of long training and small steps 1 is stable for t_f < 1 - 1/e"
        " = 0.632, and above it data of less variance collapse and data of more explode. Markers: six generations of"
        " real networks in 300 dimensions, each trained on what the one before it made; they lie between"
        f" {ratio.min():.2f} and {ratio.max():.2f} times the map."
    )


def _mapped(table: Table) -> Any:
    """The map at the variance of every row, by its curve."""
    found = np.full(len(table["stop"]), np.nan)
    for stop in np.unique(table["stop"]):
        rows = table.where(stop=stop)
        curve = np.isnan(rows["stable"]) & np.isnan(rows["generation"])
        order = np.argsort(rows["variance"][curve])
        x, y = (np.log(rows[name][curve][order]) for name in ("variance", "following"))
        here = table["stop"] == stop
        found[here] = np.exp(np.interp(np.log(table["variance"][here]), x, y))
    return found


def draw(figure: Any, table: Table) -> None:
    """A panel for each stop: the map, the diagonal, fixed points, and the staircase of the generations."""
    stops = np.unique(table["stop"])
    axes = figure.subplots(1, len(stops), squeeze=False)[0]
    for axis, stop in zip(axes, stops, strict=True):
        rows = table.where(stop=stop)
        walked, fixed = ~np.isnan(rows["generation"]), ~np.isnan(rows["stable"])
        curve = ~walked & ~fixed
        order = np.argsort(rows["variance"][curve])
        axis.plot(
            rows["variance"][curve][order], rows["following"][curve][order], color="black", linewidth=1.2, label="map"
        )
        axis.plot([1e-2, 1e2], [1e-2, 1e2], color="0.6", linewidth=0.8, linestyle="--", label="diagonal")
        for value, fill, label in ((1, "black", "stable"), (0, "white", "unstable")):
            kept = rows["stable"] == value
            if not kept.any():
                continue
            axis.plot(
                rows["variance"][kept], rows["following"][kept], color="black", marker="*", markersize=13,
                markerfacecolor=fill, linestyle="none", label=f"{label} fixed point", zorder=4,
            )  # fmt: skip
        for start, marker in zip(np.unique(rows["start"][walked]), _MARKERS, strict=False):
            steps = rows.where(start=start)
            x, y = steps["variance"], steps["following"]
            stairs = np.repeat(np.append(x, y[-1]), 2)
            axis.plot(stairs[:-1], stairs[1:], color="0.45", linewidth=0.7)
            axis.errorbar(
                x, y, yerr=3 * steps["error"], color="black", marker=marker, markersize=5.5, markerfacecolor="0.75",
                linestyle="none", linewidth=0.8, label=f"generations from {start:g}",
            )  # fmt: skip
        axis.set_xscale("log")
        axis.set_yscale("log")
        ticks = ([0.01, 0.1, 1, 10, 100], ["0.01", "0.1", "1", "10", "100"])
        axis.set_xticks(*ticks)
        axis.set_yticks(*ticks)
        axis.minorticks_off()
        axis.set_xlim(0.02, 50)
        axis.set_ylim(0.02, 50)
        axis.set_title(f"t_f = {stop:g}", fontsize=9)
        axis.set_xlabel("bulk variance of the data")
        axis.legend(frameon=False, fontsize=7.5, loc="upper left")
    axes[0].set_ylabel("bulk variance generated")
