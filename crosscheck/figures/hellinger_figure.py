"""H24 Fig. 3 anew: the Hellinger distance of what a linear denoiser generates from the data, against their number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = ("d", "n", "overlap", "error", "printed", "rate", "floor")
SIZE = (9.0, 4.4)


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Regressions on drawn data in 16 and 100 dimensions."""
    from crosscheck.figures import denoiser

    found = denoiser.hellinger_distances(seed=seed, device=device, progress=progress)
    about = (
        "H24 Fig. 3, T = 2, lambda = exp(-4), in units of sigma, biased variance (3.2), 1 - H^2 by (3.4) corrected and"
        f" as printed, seed {seed}; error: one standard error"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see."""
    parts = []
    for d in np.unique(table["d"]):
        rows = table.where(d=d)
        ratio = rows["printed"] / rows["overlap"]
        parts.append(
            f"in {d:g} dimensions H^2 falls from {1 - rows['overlap'][0]:.4g} at n = {rows['n'][0]:g} to"
            f" {1 - rows['overlap'][-1]:.3g}, above the floor {1 - rows['floor'][0]:.3g} of abundant data;"
            f" (3.4) as printed has 1 - H^2 between {ratio.min():.2g} and {ratio.max():.2g} times as large"
        )
    return (
        "Squared Hellinger distance against the number of data. Up to n = d the generated law has no density and H^2 is"
        f" 1: that is the onset at n of order d. Then {'; '.join(parts)}."
    )


def draw(figure: Any, table: Table) -> None:
    """H^2 as in the paper, and 1 - H^2; crosses: as printed; lines: exp(-d rate) of large n and d; dotted: floors."""
    left, right = figure.subplots(1, 2)
    for d, marker, shade in zip(np.unique(table["d"]), ("o", "s"), ("0.0", "0.45"), strict=False):
        rows = table.where(d=d)
        n, overlap, error = rows["n"], rows["overlap"], 3 * rows["error"]
        full = np.concatenate(([d / 4, d], n))
        left.plot(full, np.concatenate(([1, 1], 1 - overlap)), color=shade, linewidth=0.6)
        left.errorbar(n, 1 - overlap, yerr=error, color=shade, marker=marker, markersize=4.5, linestyle="none",
                      linewidth=0.8, label=f"simulated, d = {d:g}")  # fmt: skip
        left.plot(n, 1 - rows["printed"], color=shade, marker="x", markersize=5, linestyle="none")
        left.axhline(1 - rows["floor"][0], color=shade, linewidth=0.7, linestyle=":")
        low = np.minimum(error, 0.9 * overlap)
        right.errorbar(n, overlap, yerr=(low, error), color=shade, marker=marker, markersize=4.5, linestyle="none",
                       linewidth=0.8)  # fmt: skip
        right.plot(n, rows["printed"], color=shade, marker="x", markersize=5, linestyle="none")
        right.plot(n, rows["rate"], color=shade, linewidth=1.0)
        right.axhline(rows["floor"][0], color=shade, linewidth=0.7, linestyle=":")
    left.plot([], [], color="black", marker="x", markersize=5, linestyle="none", label="H24 (3.4) as printed")
    left.plot([], [], color="black", linewidth=0.7, linestyle=":", label="abundant data")
    right.plot([], [], color="black", linewidth=1.0, label="exp(-d rate)")
    for axis, label in ((left, "H^2"), (right, "1 - H^2")):
        axis.set_xscale("log")
        axis.set_xlabel("number of data n")
        axis.set_ylabel(label)
        axis.legend(frameon=False, fontsize=8)
    right.set_yscale("log")
    right.set_ylim(1e-9, 1.5)
