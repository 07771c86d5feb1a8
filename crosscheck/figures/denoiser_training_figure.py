"""CPL25 Fig. 1 anew: overlaps and skip connection of an auto-encoder along its training, flow against SGD."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = ("quantity", "theta", "theory", "run", "mean", "error")
SIZE = (10.0, 3.9)
QUANTITIES = ("Q11", "Q22", "M1 of centroid 1", "M2 of centroid 2", "M1 of centroid 3", "b")
PANELS = (("overlap Q", (0, 1)), ("overlap M", (2, 3, 4)), ("skip connection b", (5,)))
MARKERS, LINES = ("o", "s", "^"), ("-", "--", ":")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """The flow, one run of online SGD, and the mean of four, in 2000 dimensions."""
    from crosscheck.figures import autoencoder

    setting = autoencoder.NOTEBOOK
    found = autoencoder.training(setting, seed=seed, device=device, progress=progress)
    about = (
        f"CPL25 Fig. 1 in the setting of the authors' notebook: tanh, r = 2, t = {setting.t:g}, eta = {setting.eta:g},"
        f" lambda = {setting.lam:g}, centroids 3 e1, -3 e2, -3 e1, d = {setting.d}, {setting.runs} runs, seed {seed};"
        " quantity: 0 Q11, 1 Q22, 2 M1 of centroid 1, 3 M2 of centroid 2, 4 M1 of centroid 3, 5 b; error: one"
        " standard error of the mean"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see."""
    b = table.where(quantity=5)
    return (
        "Overlaps of two tanh units and the skip connection against training time 2 eta steps/d: three clusters of"
        " equal weight and unit variance at 3 e1, -3 e2, -3 e1, t = 0.7, eta = 0.1, lambda = 0.1, weights from 0.1 of"
        f" the first two centroids, b from 0, four runs in 2000 dimensions. {apart(table, range(5))} b differs by up"
        f" to {np.max(np.abs(b['mean'] - b['theory'])):.1g}. These are the numbers of the authors' notebook:"
        " centroids, eta and lambda of the printed figure are illegible in the copy at hand, and unknown."
    )


def apart(table: Table, quantities: range) -> str:
    """How far the runs are from the flow."""
    rows = [table.where(quantity=k) for k in quantities]
    one = max(float(np.max(np.abs(of["run"] - of["theory"]))) for of in rows)
    mean = max(float(np.max(np.abs(of["mean"] - of["theory"]))) for of in rows)
    largest = max(float(np.max(np.abs(of["theory"]))) for of in rows)
    return (
        f"Q and M of one run differ from the flow by up to {one:.2g}, their mean over the runs by up to {mean:.2g},"
        f" where the largest is {largest:.2g}."
    )


def draw(figure: Any, table: Table) -> None:
    """Lines: flow; open markers: one run; bars: mean of the runs with three standard errors."""
    training(figure.subplots(1, 3), table)


def training(axes: Any, table: Table) -> None:
    """Q, M and b in three panels."""
    for axis, (label, quantities) in zip(axes, PANELS, strict=True):
        for k, marker, line in zip(quantities, MARKERS, LINES, strict=False):
            rows = table.where(quantity=k)
            theta, every = rows["theta"], slice(1, None, 3)
            axis.plot(theta, rows["theory"], color="black", linewidth=1.1, linestyle=line)
            axis.plot(
                theta[every], rows["run"][every], color="0.35", marker=marker, markersize=5, markerfacecolor="none",
                markeredgewidth=0.8, linestyle="none", label=QUANTITIES[k] if k < 5 else None,
            )  # fmt: skip
            axis.errorbar(
                theta[2::6], rows["mean"][2::6], yerr=3 * rows["error"][2::6], color="black", marker=marker,
                markersize=3.5, linestyle="none", linewidth=0.9,
            )  # fmt: skip
        axis.set_xlabel("training time theta")
        axis.set_ylabel(label)
        axis.margins(y=0.1)
    low, high = axes[1].get_ylim()
    axes[1].set_ylim(low, high + 0.42 * (high - low))
    axes[0].set_ylim(0, axes[0].get_ylim()[1] * 1.25)
    axes[0].legend(frameon=False, fontsize=8, loc="upper right", ncols=2)
    axes[1].legend(frameon=False, fontsize=8, loc="upper right")
    axes[2].plot([], [], color="black", linewidth=1.1, label="flow")
    axes[2].plot([], [], color="0.35", marker="o", markersize=5, markerfacecolor="none", linestyle="none",
                 label="one run of SGD")  # fmt: skip
    axes[2].errorbar([], [], yerr=[], color="black", marker="o", markersize=3.5, linestyle="none", linewidth=0.9,
                     label="mean of 4 runs")  # fmt: skip
    axes[2].legend(frameon=False, fontsize=8, loc="lower right")
