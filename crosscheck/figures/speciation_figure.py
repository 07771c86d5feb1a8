"""BBDM24 Fig. 2 anew: how often two clones of a backward path end in the same class."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = ("d", "t", "over_speciation", "theory", "simulated", "error", "published")
SIZE = (7.0, 4.4)
_PAIRS = 10_000
_MARKERS = ("o", "s", "^", "D", "v", "P")
_FINE = np.linspace(0.05, 3.0, 119)  # times over the speciation time at which the formula is drawn


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """The formula on a fine grid, and simulation and published points at the published times."""
    from crosscheck.figures import speciation

    progress("clones in 256 dimensions ...")

    def report(done: int, of: int) -> None:
        if done < of:
            progress(f"clones in {speciation.SIZES[done]} dimensions ...")

    points = speciation.curves(seed=seed, device=device, progress=report)
    rows = {name: getattr(points, name) for name in COLUMNS}
    for d in speciation.SIZES:
        t = _FINE * np.log(d) / 2
        nothing = np.full(len(t), np.nan)
        ratio = d * np.exp(-2 * t)  # mu = sigma = 1: the noise and the width of a mode add up to one
        drawn = (np.full(len(t), float(d)), t, _FINE, speciation.by_formula(ratio), nothing, nothing, nothing)
        rows = {name: np.concatenate((rows[name], more)) for name, more in zip(COLUMNS, drawn, strict=True)}
    about = f"BBDM24 Fig. 2, mu = sigma = 1, {speciation.PAIRS} pairs of clones, seed {seed}; error: one standard error"
    return Table(rows, about)


def description(table: Table) -> str:
    """What there is to see."""
    sizes = np.unique(table["d"])
    published, simulated = (
        ", ".join(f"{squares(table, d, name):.2f}" for d in sizes) for name in ("published", "simulated")
    )
    return (
        "Probability that two clones end in the same class against time over speciation time, in "
        f"{', '.join(f'{d:g}' for d in sizes)} dimensions: formula, {np.sum(~np.isnan(table['simulated']))} simulated "
        "points, and the published ones. All curves cross at 0.7752 exactly at the speciation time. Sum of the squared "
        "distances to the formula in standard errors, over the number of times, where a pair in 10000 is expected to "
        f"differ: {published} as published, {simulated} as simulated."
    )


def squares(table: Table, d: float, name: str) -> float:
    """The sum for one dimension; the standard errors are those of the formula."""
    rows = table.where(d=d)
    seen = ~np.isnan(rows[name])
    value, theory = rows[name][seen], rows["theory"][seen]
    telling = _PAIRS * (1 - theory) > 1
    variance = (theory * (1 - theory) / _PAIRS)[telling]
    return float(np.sum((value - theory)[telling] ** 2 / variance) / np.sum(seen))


def draw(figure: Any, table: Table) -> None:
    """Lines: formula; full markers with bars of three standard errors: simulation; open ones: as published."""
    axis = figure.subplots()
    shades = np.linspace(0.65, 0.0, len(np.unique(table["d"])))
    for d, shade, marker in zip(np.unique(table["d"]), shades, _MARKERS, strict=False):
        rows = table.where(d=d)
        colour, order = str(shade), np.argsort(rows["over_speciation"])
        axis.plot(rows["over_speciation"][order], rows["theory"][order], color=colour, linewidth=1.1)
        axis.errorbar(
            rows["over_speciation"], rows["simulated"], yerr=3 * rows["error"], label=f"d = {d:g}",
            color=colour, marker=marker, markersize=4.5, linestyle="none", linewidth=0.8,
        )  # fmt: skip
        axis.plot(
            rows["over_speciation"], rows["published"],
            color=colour, marker=marker, markersize=8, markerfacecolor="none", markeredgewidth=0.7, linestyle="none",
        )  # fmt: skip
    axis.plot([], [], color="black", marker="o", markersize=8, markerfacecolor="none", linestyle="none",
              label="as published")  # fmt: skip
    axis.plot([], [], color="black", linewidth=1.1, label="BBDM24 (6)")
    axis.axvline(1.0, color="#888888", linewidth=0.7, linestyle="--")
    axis.axhline(0.77520024539666358, color="#888888", linewidth=0.7, linestyle="--")
    axis.set_xlim(0, 3)
    axis.set_ylim(0.45, 1.03)
    axis.set_xlabel("time of cloning over speciation time, t/t_s")
    axis.set_ylabel("probability of the same class, φ")
    axis.legend(frameon=False, fontsize=8)
