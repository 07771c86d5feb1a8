"""BBDM24 Fig. 5 for Gaussian data: two estimates of the collapse time, from clones and from the nearest datum."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = ("d", "n", "over_collapse", "shared", "error", "mean", "mean_error", "deviation", "never", "shared_at_mean")
SIZE = (7.0, 4.4)
_MARKERS = ("o", "s", "^", "D", "v", "P")
_ALPHA = 0.5


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Per dimension the curve of shared data, then a row with the last change of the nearest datum, in units of t_c."""
    from crosscheck.figures import collapse

    progress("last change of the nearest datum ...")
    changes = collapse.last_change(alpha=_ALPHA, seed=seed, device=device)
    rows: list[tuple[float, ...]] = []
    for number, d in enumerate(changes.d):
        progress(f"clones in {d:g} dimensions ...")
        n = int(changes.n[number])
        curve = collapse.shared_datum(sizes=(int(d),), n=n, seed=seed, device=device)
        rows.extend(
            (d, n, at, shared, error, *[np.nan] * 5)
            for at, shared, error in zip(curve.t / curve.collapse, curve.shared, curve.error, strict=True)
        )
        unit = changes.collapse[number]
        times = (changes.mean[number] / unit, changes.error[number] / unit, changes.deviation[number] / unit)
        rows.append((d, n, *[np.nan] * 3, *times, changes.never[number], changes.shared_at_mean[number]))
    columns = {name: np.array(column) for name, column in zip(COLUMNS, zip(*rows, strict=True), strict=True)}
    return Table(
        columns, f"BBDM24 Fig. 5 for Gaussian data, n = exp({_ALPHA} d), sigma = 1, seed {seed}, in units of t_c"
    )


def description(table: Table) -> str:
    """What there is to see."""
    rows = ~np.isnan(table["mean"])
    means = ", ".join(
        f"{mean:.2f} at d = {d:g} (shared {shared:.2f})"
        for d, mean, shared in zip(table["d"][rows], table["mean"][rows], table["shared_at_mean"][rows], strict=True)
    )
    return (
        "Probability that two clones end on one datum against time over collapse time, and the mean time, over "
        f"collapse time, at which the nearest datum changes for the last time: {means}. The paper's images share a "
        f"datum with probability 0.60 there. Up to {table['never'][rows].max():.1%} of the paths never change on the "
        "grid."
    )


def draw(figure: Any, table: Table) -> None:
    """Markers with bars of three standard errors; upright lines: mean last change; bands: three times its error."""
    axis = figure.subplots()
    sizes = np.unique(table["d"])
    for d, shade, marker in zip(sizes, np.linspace(0.6, 0.0, len(sizes)), _MARKERS, strict=False):
        rows, colour = table.where(d=d), str(shade)
        axis.errorbar(
            rows["over_collapse"], rows["shared"], yerr=3 * rows["error"], label=f"d = {d:g}, n = {rows['n'][0]:g}",
            color=colour, marker=marker, markersize=4.5, linewidth=0.8,
        )  # fmt: skip
        mean, error = np.nanmax(rows["mean"]), np.nanmax(rows["mean_error"])
        axis.axvline(mean, color=colour, linewidth=0.9, linestyle="--")
        axis.axvspan(mean - 3 * error, mean + 3 * error, color=colour, alpha=0.12, linewidth=0)
    axis.axvline(1.0, color="#888888", linewidth=0.7)
    axis.axhline(0.6, color="#888888", linewidth=0.7, linestyle=":", label="0.60, as on the paper's images")
    axis.plot([], [], color="black", linewidth=0.9, linestyle="--", label="mean last change of the nearest datum")
    axis.set_ylim(-0.02, 1.02)
    axis.set_xlabel("time over collapse time, t/t_c")
    axis.set_ylabel("probability of the same datum, φ_C")
    axis.legend(frameon=False, fontsize=8)
