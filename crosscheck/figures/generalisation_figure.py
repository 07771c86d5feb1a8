"""H24 Fig. 4 anew: P(Delta > 0) against the number of training samples, once for each reading of the paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = ("convention", "d", "n", "chance", "error")
SIZE = (8.6, 4.2)
NAMES = (
    "two bandwidths (caption)",
    "the same, covariance transposed (3.3)",
    "transposed, self terms in float32",
    "one bandwidth (3.7)",
    "bandwidths from the mixing time (2.10)",
)
_STYLES = (("o", "-"), ("s", "--"), ("^", ":"), ("D", "-."), ("v", (0, (5, 1, 1, 1, 1, 1))))
_SHADES = ("0.0", "0.35", "0.5", "0.0", "0.35")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """P(Delta > 0) by five conventions, for d = 16 and d = 100."""
    from crosscheck.figures import generalisation

    def report(done: int, of: int) -> None:
        progress(f"sign of Delta: {done} of {of} numbers of training samples ...")

    found = generalisation.chances(seed=seed, device=device, progress=report)
    about = (
        f"H24 Fig. 4, T = 2, lambda = exp(-4), {generalisation.ORIGINALS} originals, {generalisation.SETS} training "
        f"sets beside {generalisation.POOL} sets of originals, seed {seed}; convention: 0 two bandwidths, 1 transposed "
        "covariance, 2 transposed and self terms in float32, 3 one bandwidth, 4 mixing time; error: one standard error"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see: where each curve passes one half, and the conventions in words."""
    parts = []
    for d in np.unique(table["d"]):
        rows = {int(place): table.where(d=d, convention=place) for place in np.unique(table["convention"])}
        crossings = "; ".join(f"{NAMES[place]}: {_half(found)}" for place, found in rows.items())
        parts.append(f"d = {d:g}: {crossings}.")
    return (
        "Probability that what a linear denoiser generates is nearer to independent samples than to its n training "
        "samples. Kernels have the bandwidths sigma n^(-1/d) and sigma N^(-1/d), as the caption says; or one, "
        "sigma N^(-1/d), as (3.7) is written; or both from the mixing time, eps^2 = 2 t_M. The generated covariance is "
        "sigma_X^2 theta theta^T; (3.3) prints theta^T theta. With two bandwidths the self terms are equal and cancel; "
        "in float32 what rounding leaves of them decides the sign at d = 100, and depends on the order of operations. "
        f"Where P passes 1/2 for good: {' '.join(parts)}"
    )


def _half(rows: Table) -> str:
    """The first n from which on the chance stays above one half."""
    order = np.argsort(rows["n"])
    n, above = rows["n"][order], rows["chance"][order] > 0.5
    if above.all():
        return f"below n = {n[0]:g}"
    last = int(np.flatnonzero(~above)[-1])
    return f"not up to n = {n[-1]:g}" if last == len(n) - 1 else f"n = {n[last]:g} to {n[last + 1]:g}"


def draw(figure: Any, table: Table) -> None:
    """One panel per dimension; markers with bars of one standard error; a dashed line at n = d."""
    sizes = np.unique(table["d"])
    axes = figure.subplots(1, len(sizes), sharey=True, squeeze=False)[0]
    for axis, d in zip(axes, sizes, strict=True):
        for place in np.unique(table["convention"]):
            rows = table.where(d=d, convention=place)
            order = np.argsort(rows["n"])
            marker, line = _STYLES[int(place)]
            axis.errorbar(
                rows["n"][order], rows["chance"][order], yerr=rows["error"][order], label=NAMES[int(place)],
                color=_SHADES[int(place)], marker=marker, markersize=4, linestyle=line, linewidth=0.9,
                markerfacecolor="none" if place else _SHADES[0],
            )  # fmt: skip
        axis.axvline(d, color="0.6", linewidth=0.7, linestyle="--")
        axis.axhline(0.5, color="0.85", linewidth=0.7)
        axis.set_xscale("log")
        axis.set_xlabel(f"training samples n (d = {d:g})")
        axis.set_ylim(-0.04, 1.04)
    axes[0].set_ylabel("P(Delta > 0)")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False, fontsize=7)
