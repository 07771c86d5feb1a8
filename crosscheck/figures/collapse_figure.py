"""BBDM24 Fig. 3 anew: the excess entropy of the empirical law of n data, through the collapse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = (
    "d", "t", "one_class", "two_classes", "simulated", "error", "published", "published_error", "collapse",
)  # fmt: skip
SIZE = (7.0, 4.4)
_FINE = np.linspace(0.5, 8.0, 151).tolist()  # times at which the formulas are drawn
_MARKERS = ("o", "s", "^", "D", "v", "P")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Simulation and published points at the published times; both formulas there and on a fine grid."""
    from crosscheck.figures import collapse

    progress(f"excess entropy in {collapse.SIZES[0]} dimensions ...")

    def report(done: int, of: int) -> None:
        if done < of:
            progress(f"excess entropy in {collapse.SIZES[done]} dimensions ...")

    found = collapse.excess_entropies(seed=seed, device=device, progress=report)
    about = (
        f"BBDM24 Fig. 3, mu = sigma = 1, {collapse.DATA} data, seed {seed}, over log(n)/d; error: one standard error"
    )
    fine = [
        (d, t, *collapse.by_formula(collapse.DATA, d, t), *[np.nan] * 4, collapse.collapse_time(collapse.DATA, d))
        for d in collapse.SIZES
        for t in _FINE
    ]
    columns = zip(COLUMNS, zip(*fine, strict=True), strict=True)
    return Table({name: np.concatenate((getattr(found, name), more)) for name, more in columns}, about)


def description(table: Table) -> str:
    """What there is to see."""
    known = ~np.isnan(table["published"])
    apart = (table["simulated"] - table["published"])[known]
    bar = np.hypot(table["error"], table["published_error"])[known]
    near = np.nanmax(table["simulated"] - np.clip(table["two_classes"], 0, None))
    sizes = ", ".join(f"{d:g}" for d in np.unique(table["d"]))
    return (
        f"Excess entropy over log(n)/d against time, in {sizes} dimensions. "
        f"Simulated and published points differ by {np.sqrt(np.mean((apart / bar) ** 2)):.2f} standard errors (root "
        f"mean square). Both lie up to {near:.2f} above the positive part of the formula, near the collapse: its width "
        "at finite d, no error of it."
    )


def draw(figure: Any, table: Table) -> None:
    """Full lines: two classes; dotted: one; full markers with bars of three standard errors; open ones: published."""
    axis = figure.subplots()
    sizes = np.unique(table["d"])
    for d, shade, marker in zip(sizes, np.linspace(0.6, 0.0, len(sizes)), _MARKERS, strict=False):
        rows = table.where(d=d)
        colour, order = str(shade), np.argsort(rows["t"])
        t = rows["t"][order]
        axis.plot(t, np.clip(rows["two_classes"][order], 0, None), color=colour, linewidth=1.1)
        axis.plot(t, np.clip(rows["one_class"][order], 0, None), color=colour, linewidth=0.9, linestyle=":")
        axis.errorbar(
            rows["t"], rows["simulated"], yerr=3 * rows["error"], label=f"d = {d:g}",
            color=colour, marker=marker, markersize=4.5, linestyle="none", linewidth=0.8,
        )  # fmt: skip
        axis.errorbar(
            rows["t"], rows["published"], yerr=3 * rows["published_error"], color=colour, marker=marker, markersize=8,
            markerfacecolor="none", markeredgewidth=0.7, linestyle="none", linewidth=0.5,
        )  # fmt: skip
        axis.axvline(rows["collapse"][0], color=colour, linewidth=0.7, linestyle="--")
    axis.plot([], [], color="black", marker="o", markersize=8, markerfacecolor="none", linestyle="none",
              label="as published")  # fmt: skip
    axis.plot([], [], color="black", linewidth=1.1, label="two classes")
    axis.plot([], [], color="black", linewidth=0.9, linestyle=":", label="one class, BBDM24 (5)")
    axis.plot([], [], color="black", linewidth=0.7, linestyle="--", label="collapse time, BBDM24 (10)")
    axis.set_ylim(-0.05, 1.08)
    axis.set_xlabel("time t")
    axis.set_ylabel("excess entropy over log(n)/d")
    axis.legend(frameon=False, fontsize=8)
