"""KL/d of what a linear denoiser generates against alpha = d/n: as printed, corrected, exact, and simulated."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = (
    "lamhat", "alpha", "d", "printed", "second", "exact", "of_size", "simulated", "error", "simulated_second",
    "error_second",
)  # fmt: skip
SIZE = (9.0, 4.4)


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Curves over alpha, and regressions on drawn data, for two levels of noise."""
    from crosscheck.figures import denoiser

    found = denoiser.divergences(seed=seed, device=device, progress=progress)
    about = (
        f"KL/d of a linear denoiser, T = {denoiser.HORIZON:g}, {denoiser.DRAWS} regressions on data of H24 (3.8) per"
        f" point, seed {seed}; error: one standard error"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see."""
    known = ~np.isnan(table["simulated"])
    off = ((table["simulated"] - table["of_size"]) / table["error"])[known]
    ratio = (table["printed"] / table["simulated"])[known]
    size = np.max(np.abs(table["of_size"] / table["exact"] - 1)[known])
    return (
        f"KL/d against alpha = d/n in {table['d'][0]:g} dimensions. Simulated points differ from the exact mean at"
        f" their n and d by {np.sqrt(np.mean(off**2)):.2f} standard errors (root mean square), and this from the limit"
        f" by up to {size:.0%}. H24 (B.17) as printed is between {ratio.min():.2g} and {ratio.max():.2g} times what is"
        " simulated; the corrected second order follows the simulated second order, and neither is a lower bound."
    )


def draw(figure: Any, table: Table) -> None:
    """One panel per noise level; full line: exact limit, dashed: second order, dotted: as printed; bars of 3 errors."""
    levels = np.unique(table["lamhat"])[::-1]
    for axis, lamhat in zip(figure.subplots(1, len(levels), squeeze=False)[0], levels, strict=True):
        rows = table.where(lamhat=lamhat)
        order = np.argsort(rows["alpha"])
        for name, style, label in (
            ("exact", "-", "exact limit"), ("second", "--", "second order, corrected"),
            ("printed", ":", "H24 (B.17) as printed"),
        ):  # fmt: skip
            axis.plot(
                rows["alpha"][order], rows[name][order], color="black", linewidth=1.1, linestyle=style, label=label
            )
        axis.errorbar(
            rows["alpha"], rows["simulated"], yerr=3 * rows["error"], color="black", marker="o", markersize=4.5,
            linestyle="none", linewidth=0.8, label=f"simulated KL, d = {rows['d'][0]:g}",
        )  # fmt: skip
        axis.errorbar(
            rows["alpha"], rows["simulated_second"], yerr=3 * rows["error_second"], color="black", marker="s",
            markersize=5.5, markerfacecolor="none", linestyle="none", linewidth=0.8, label="simulated second order",
        )  # fmt: skip
        axis.set_yscale("log")
        lowest = np.nanmin([rows["printed"], rows["second"]])
        axis.set_ylim(0.6 * lowest, 3 * np.nanmax(rows["exact"]))
        axis.set_xlabel("alpha = d/n")
        axis.set_title(f"noise level lamhat = {lamhat:g}", fontsize=9)
        axis.legend(frameon=False, fontsize=7)
    figure.axes[0].set_ylabel("KL/d in nats")
