"""MG25's N of order d: the divergence of the generated law from that of the data, against n/d, for several ridges."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = ("c", "d", "n", "simulated", "error", "limit", "of_size", "printed")
SIZE = (7.0, 4.4)
_MARKERS = ("o", "s", "^", "D")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Drawn laws of a power law in 24 and 48 dimensions."""
    from crosscheck.figures import linear_diffusion as numbers

    found = numbers.divergences(seed=seed, device=device, progress=progress)
    ratios = ", ".join(f"{numbers.participation_ratio(d):.2f} (d = {d})" for d in numbers.SIZES)
    about = (
        f"MG25 KL(rho_N|rho)/d in nats, eigenvalues 1/k, k = 1 .. d, participation ratio {ratios}, seed {seed}; "
        "error: one standard error"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see."""
    least = table.where(c=float(table["c"].min()))
    few, many = least["simulated"][least["n"] < least["d"] / 2], least["simulated"][least["n"] > 2 * least["d"]]
    off = np.abs(table["simulated"] - table["of_size"]).max()
    wrong = (table["printed"] < 0).sum()
    return (
        f"Divergence per dimension against n/d, ridges {', '.join(f'{c:g}' for c in np.unique(table['c']))}. "
        f"With the least ridge it falls from {few.max():.3g} below n = d/2 to {many.min():.2g} above n = 2 d: data of "
        "order d are needed, many times the participation ratio. "
        f"Points lie within {off:.2g} of the formula with its 1/d term. The logarithm of the ratio alone, as printed, "
        f"is negative at {wrong} of {len(table['printed'])} points."
    )


def draw(figure: Any, table: Table) -> None:
    """Points with bars of three standard errors: simulated; full lines: with the 1/d term; dashed: large n and d."""
    axis = figure.subplots()
    ridges = np.unique(table["c"])
    for ridge, shade in zip(ridges, np.linspace(0.0, 0.6, len(ridges)), strict=True):
        for d, marker in zip(np.unique(table["d"]), _MARKERS, strict=False):
            rows = table.where(c=float(ridge), d=float(d))
            ratio = rows["n"] / d
            axis.plot(ratio, rows["of_size"], color=str(shade), linewidth=1.0)
            axis.plot(ratio, rows["limit"], color=str(shade), linewidth=0.7, linestyle="--")
            axis.errorbar(
                ratio, rows["simulated"], yerr=3 * rows["error"], color=str(shade), marker=marker, markersize=4,
                linestyle="none", linewidth=0.8, label=f"c = {ridge:g}, d = {d:g}",
            )  # fmt: skip
    axis.plot([], [], color="black", linewidth=1.0, label="with the 1/d term")
    axis.plot([], [], color="black", linewidth=0.7, linestyle="--", label="large n and d")
    axis.axvline(1.0, color="black", linewidth=0.7, linestyle=":")
    axis.set_xscale("log")
    axis.set_yscale("log")
    ratios = np.unique(table["n"] / table["d"])
    axis.set_xticks(ratios, [f"{ratio:g}" for ratio in ratios])
    axis.set_xticks([], minor=True)
    axis.set_xlabel("data per dimension n/d")
    axis.set_ylabel("KL(rho_N|rho)/d")
    axis.legend(frameon=False, fontsize=7)
