"""CPL25 Fig. 4 anew, for two modes: what each generation makes of what the one before it made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.mode_collapse_figure import joined
from crosscheck.figures.table import Table

COLUMNS = ("generation", "quantity", "x", "theory", "mean", "target", "simulated", "error")
SIZE = (10.5, 6.0)
QUANTITIES = ("overlap Q", "overlap G with the centroid", "skip connection b", "bulk variance V")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Overlaps and densities of three generations, flow and four runs."""
    from crosscheck.figures import autoencoder_generations as numbers

    found = numbers.generations(seed=seed, device=device, progress=progress)
    parts = [{name: getattr(part, name) for name in COLUMNS if hasattr(part, name)} for part in found]
    about = (
        "generations as in CPL25 Fig. 4: tanh, r = 1, data at +-1.5 of unit variance, t = 1/2, eta = 0.2, lambda = 0,"
        f" theta = {numbers.THETA:g} and start 0.1 of the centroid in each, N = {numbers.SAMPLING.steps}, t_f ="
        f" {numbers.SAMPLING.stop:g}, d = 1000, 4 runs, seed {seed}; quantity: 0 Q, 1 G, 2 b, 3 V; rows with x:"
        " densities in bins; error: one standard error"
    )
    return Table(joined(parts, COLUMNS), about)


def description(table: Table) -> str:
    """What there is to see."""
    told = []
    for generation in np.unique(table["generation"]):
        rows = {k: table.where(generation=generation, quantity=k) for k in (0, 3)}
        told.append(
            f"generation {generation:g} has Q = {rows[0]['theory'][0]:.3g} (simulated {rows[0]['mean'][0]:.3g} +-"
            f" {rows[0]['error'][0]:.1g}) and V = {rows[3]['theory'][0]:.3g} ({rows[3]['mean'][0]:.3g} +-"
            f" {rows[3]['error'][0]:.1g})"
        )
    last = table.where(generation=np.max(table["generation"]))
    spike = abs(float(last["x"][np.nanargmax(np.where(np.isnan(last["x"]), np.nan, last["theory"]))]))
    return (
        "Auto-encoders with one tanh unit, each trained on what the one before it generates; the first on two modes"
        f" of unit variance at +-1.5: {'; '.join(told)}. The bulk variance V falls by orders of magnitude (model"
        f" collapse), and the two modes become spikes near +-{spike:.1f} (mode collapse). N = 50 and t_f = 0.98 are"
        " those of the paper's Fig. 4, whose target is a Gaussian with the covariance of MNIST sevens and whose"
        " training time is illegible in the copy at hand: two modes, no weight decay and theta = 3 are taken here, in"
        " 1000 dimensions, four runs."
    )


def draw(figure: Any, table: Table) -> None:
    """Above, densities along the centroid; below, Q, G, b and V against the generation."""
    generations = np.unique(table["generation"])
    upper, lower = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    axes = upper.subplots(1, len(generations), squeeze=False)[0]
    for axis, generation in zip(axes, generations, strict=True):
        rows = table.where(generation=generation)
        kept = ~np.isnan(rows["x"])
        x = rows["x"][kept]
        axis.plot(x, rows["target"][kept], color="0.45", linewidth=1.0, linestyle=":", label="first data")
        axis.plot(x, rows["theory"][kept], color="black", linewidth=1.1, label="flow")
        axis.errorbar(
            x, rows["simulated"][kept], yerr=3 * rows["error"][kept], color="black", marker="o", markersize=3,
            markerfacecolor="none", markeredgewidth=0.7, linestyle="none", linewidth=0.6,
            label="points of four networks",
        )  # fmt: skip
        axis.set_title(f"generation {generation:g}", fontsize=9)
        axis.set_xlabel("along the centroid")
        axis.set_ylim(0)
    axes[0].set_ylabel("density")
    handles, labels = axes[0].get_legend_handles_labels()
    upper.legend(handles, labels, loc="outside upper center", frameon=False, fontsize=8, ncols=3)
    for k, axis in enumerate(lower.subplots(1, len(QUANTITIES))):
        rows = table.where(quantity=k)
        axis.plot(
            rows["generation"], rows["theory"], color="black", linewidth=1.0, marker="x", markersize=6, label="flow"
        )
        axis.errorbar(
            rows["generation"], rows["mean"], yerr=3 * rows["error"], color="black", marker="o", markersize=7,
            markerfacecolor="none", linestyle="none", linewidth=0.9, label="four runs",
        )  # fmt: skip
        axis.set_title(QUANTITIES[k], fontsize=9)
        axis.set_xlabel("generation")
        axis.set_xticks(generations)
        axis.margins(x=0.15)
        if k == len(QUANTITIES) - 1:
            axis.set_yscale("log")
            axis.set_yticks([1e-3, 1e-2, 1e-1], ["0.001", "0.01", "0.1"])
            axis.minorticks_off()
            axis.legend(frameon=False, fontsize=8)
        else:
            axis.set_ylim(0)
