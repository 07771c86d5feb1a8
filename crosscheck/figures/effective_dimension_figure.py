"""MG25's d_eff: the squared distance of the covariance of n data from that of their law, against n."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from crosscheck.figures.table import Table

COLUMNS = ("n", "simulated", "error", "exact", "printed", "participation")
SIZE = (6.0, 4.4)


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Drawn covariances of a power law in 48 dimensions."""
    from crosscheck.figures import linear_diffusion as numbers

    progress("covariances of drawn data ...")
    found = numbers.effective_dimension(seed=seed, device=device)
    about = (
        f"MG25 d_eff, eigenvalues 1/k, k = 1 .. {numbers.DIMENSIONS}, participation ratio "
        f"{numbers.participation_ratio(numbers.DIMENSIONS):.3f}, seed {seed}; error: one standard error"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see."""
    off = ((table["simulated"] - table["exact"]) / table["error"]) ** 2
    low = table["exact"] / table["printed"]
    return (
        f"Squared distance of covariances over the square, against n from {table['n'][0]:g} to {table['n'][-1]:g}. "
        f"Simulated points and (PR + 1)/n differ by {off.mean() ** 0.5:.2f} standard errors (root mean square). As "
        f"printed, with 1/n twice, the distance is {low.min():.2g} to {low.max():.2g} times smaller."
    )


def draw(figure: Any, table: Table) -> None:
    """Points with bars of three standard errors: simulated; full line: (PR + 1)/n; dashed: PR/n; dotted: as printed."""
    axis = figure.subplots()
    n = table["n"]
    axis.plot(n, table["exact"], color="black", linewidth=1.1, label="(PR + 1)/n")
    axis.plot(n, table["participation"], color="0.4", linewidth=0.9, linestyle="--", label="PR/n")
    axis.plot(n, table["printed"], color="black", linewidth=0.9, linestyle=":", label="MG25 as printed, PR/n^2")
    axis.errorbar(
        n, table["simulated"], yerr=3 * table["error"], color="black", marker="o", markersize=4.5, linestyle="none",
        linewidth=0.8, label="simulated",
    )  # fmt: skip
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xlabel("number of data n")
    axis.set_ylabel("squared distance of the covariances")
    axis.legend(frameon=False, fontsize=8)
