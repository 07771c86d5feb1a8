"""CPL25 Fig. 2 anew: the law that one hidden unit generates along the centroid, and its Hellinger distance."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.mode_collapse_figure import joined
from crosscheck.figures.table import Table

COLUMNS = ("lam", "theta", "x", "theory", "target", "line", "plane", "simulated", "error")
SIZE = (10.5, 6.4)


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Densities at four training times, and the distance at fourteen, for both readings of the weight decay."""
    from crosscheck.figures import autoencoder

    apart = autoencoder.distances(seed=seed, device=device, progress=progress)
    laws = autoencoder.laws(seed=seed, device=device, progress=progress)
    parts = [{name: getattr(part, name) for name in COLUMNS if hasattr(part, name)} for part in (laws, apart)]
    about = (
        "CPL25 Fig. 2: tanh, r = 1, data at +-1.5 along the centroid, t = 1/2, eta = 0.2, start 0.1 of the centroid,"
        f" Euler steps of 1/100 up to 0.9, d = 1000, 4 runs, seed {seed}; rows with x: densities; without: Hellinger"
        " distance H, H^2 = 1/2 integral (sqrt p - sqrt q)^2, along the centroid (line, and simulated: law (14) of"
        " the trained networks) and in a plane; error: one standard error"
    )
    return Table(joined(parts, COLUMNS), about)


def description(table: Table) -> str:
    """What there is to see."""
    density = ~np.isnan(table["x"])
    off = (table["simulated"] - table["theory"])[density]
    parts = []
    for lam in np.unique(table["lam"]):
        rows = distances(table, lam)
        rising = np.flatnonzero(np.diff(rows["line"]) > 0)
        if len(rising):
            low = int(rising[0])
            high = low + int(np.argmax(rows["line"][low:]))
            (h0, t0), (h1, t1) = ((rows["line"][k], rows["theta"][k]) for k in (low, high))
            parts.append(
                f"with lambda = {lam:g} it falls to {h0:.3f} at theta = {t0:g} and rises to {h1:.3f} at theta = {t1:g}"
            )
        else:
            parts.append(f"with lambda = {lam:g} it falls all the way to {rows['line'][-1]:.3f}")
    return (
        "Density along the centroid of what an auto-encoder with one tanh unit generates from data in two modes at"
        " +-1.5, at four training times, and its Hellinger distance H from the data, H^2 = 1/2 integral (sqrt p -"
        f" sqrt q)^2. Densities of simulated points differ from the flow by {np.sqrt(np.mean(off**2)):.2g} (root mean"
        f" square). H: {'; '.join(parts)}: that it decreases monotonically holds for the second reading alone. t ="
        " 1/2, eta = 0.2, d = 1000, t_f = 0.9 are those of the paper; of the symbol before 1.5 one cannot read in the"
        " copy at hand whether it is the length of the centroid or lambda, so both readings are drawn, |mu| = 1.5 in"
        " both; the number of Euler steps and the start are not stated: 100 per unit of t, and 0.1 of the centroid,"
        " are taken."
    )


def distances(table: Table, lam: float) -> Table:
    """The rows of the Hellinger distance."""
    rows = table.where(lam=lam)
    kept = np.isnan(rows["x"])
    return Table({name: column[kept] for name, column in rows.columns.items()}, table.about)


def draw(figure: Any, table: Table) -> None:
    """A row per weight decay; full: flow, circles: points with bars of three errors, dotted: data."""
    decays = np.unique(table["lam"])
    times = np.unique(table["theta"][~np.isnan(table["x"])])
    axes = figure.subplots(len(decays), len(times) + 1, squeeze=False, width_ratios=[1] * len(times) + [1.7])
    top = 1.12 * float(np.nanmax(np.fmax(table["theory"], table["target"])))
    for line, lam in zip(axes, decays, strict=True):
        for axis, theta in zip(line, times, strict=False):
            rows = table.where(lam=lam, theta=theta)
            kept = ~np.isnan(rows["x"])
            x = rows["x"][kept]
            axis.plot(x, rows["target"][kept], color="0.45", linewidth=1.0, linestyle=":")
            axis.plot(x, rows["theory"][kept], color="black", linewidth=1.1)
            axis.errorbar(
                x, rows["simulated"][kept], yerr=3 * rows["error"][kept], color="black", marker="o", markersize=2.5,
                markerfacecolor="none", markeredgewidth=0.6, linestyle="none", linewidth=0.6,
            )  # fmt: skip
            axis.set_ylim(0, top)
            axis.set_xlim(-4.7, 4.7)
            axis.set_title(f"lambda = {lam:g}, theta = {theta:g}", fontsize=8)
            axis.set_yticks([])
        rows, axis = distances(table, lam), line[-1]
        axis.plot(rows["theta"], rows["line"], color="black", linewidth=1.1, label="along the centroid")
        axis.plot(rows["theta"], rows["plane"], color="black", linewidth=1.1, linestyle="--", label="in a plane")
        axis.errorbar(
            rows["theta"], rows["simulated"], yerr=3 * rows["error"], color="black", marker="s", markersize=4,
            markerfacecolor="none", linestyle="none", linewidth=0.8, label="trained networks",
        )  # fmt: skip
        axis.set_ylim(0, 1)
        axis.set_title(f"lambda = {lam:g}", fontsize=8)
        axis.set_ylabel("Hellinger distance H")
        axis.legend(frameon=False, fontsize=7.5)
        line[0].set_ylabel("density")
    for axis in axes[-1][:-1]:
        axis.set_xlabel("along the centroid")
    axes[-1][-1].set_xlabel("training time theta")
    first = axes[0][0]
    first.plot([], [], color="black", linewidth=1.1, label="flow")
    first.plot([], [], color="black", marker="o", markersize=3.5, markerfacecolor="none", linestyle="none",
               label="points of four networks, d = 1000")  # fmt: skip
    first.plot([], [], color="0.45", linewidth=1.0, linestyle=":", label="data")
    figure.legend(*first.get_legend_handles_labels(), loc="outside lower center", frameon=False, fontsize=8, ncols=3)
