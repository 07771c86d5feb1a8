"""H24 Fig. 2 anew: KL of the mean and of the covariance that a linear denoiser generates, against its noise level."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.table import Table

COLUMNS = (
    "d", "n", "lamhat", "mean", "printed", "second", "exact", "simulated_mean", "error_mean", "simulated_second",
    "error_second", "simulated", "error",
)  # fmt: skip
SIZE = (9.0, 4.6)
_SHADES = ("#1b4e9b", "#b02a2a")


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Curves over lamhat, and regressions on 10 000 drawn data in 16 and 100 dimensions."""
    from crosscheck.figures import denoiser

    found = denoiser.noise_levels(seed=seed, device=device, progress=progress)
    draws = ", ".join(f"{count} (d = {d})" for d, count in denoiser.FIGURE_2.items())
    about = (
        f"H24 Fig. 2, T = {denoiser.HORIZON:g}, lambda = lamhat exp(-4), n = {denoiser.DATA_OF_FIGURE_2}, regressions"
        f" per point: {draws}, mu_X and sigma_X by (3.2), seed {seed}; error: one standard error"
    )
    return Table({name: getattr(found, name) for name in COLUMNS}, about)


def description(table: Table) -> str:
    """What there is to see, and the conventions in words."""
    parts = []
    for d in np.unique(table["d"]):
        rows = _drawn(table, d)
        order = np.argsort(rows["lamhat"])
        over = (rows["simulated_mean"] / rows["simulated"])[order]
        ratio = (rows["printed"] / rows["simulated"])[order]
        low, high = rows["lamhat"][order][[0, -1]]
        above = rows["lamhat"] >= 0.02
        off = ((rows["simulated"] - rows["exact"]) / rows["error"])[above]
        more = ((rows["simulated"] - rows["exact"]) * 2 * rows["n"])[order][0]
        parts.append(
            f"In {d:g} dimensions KL_mean is {over[0]:.2g} times KL_var at lamhat = {low:g} and {over[-1]:.1g} times at"
            f" {high:g}; (B.17) as printed is between {ratio.min():.2g} and {ratio.max():.2g} times the simulated KL;"
            f" from lamhat = 0.02 on the exact curve is {np.sqrt(np.mean(off**2)):.2f} standard errors off (root mean"
            f" square), and at {low:g} the points lie {more:.2g}/(2n) above it."
        )
    return (
        "KL of what a linear denoiser generates from its data, mean and covariance apart, against the noise level"
        " lamhat, lambda = lamhat sigma^2 exp(-2T). Simulated by the procedure of section 3: a regression on n pairs of"
        " (3.8), then mu_X = exp(-T) Ybar and the sigma_X of (3.2), the covariance sigma_X^2 theta theta^T, and"
        " KL(rho_G|rho) of (B.4): its last term is KL_mean, the others are KL_var, which (B.10) expands to second"
        " order. Curves: (B.17) as printed; the second order corrected, of data as in (3.8) and exact in n and d;"
        " KL_var not expanded. Both corrected curves have a known sigma_X; that of (3.2) adds 1/(2n) where there is"
        f" little noise. {' '.join(parts)}"
    )


def draw(figure: Any, table: Table) -> None:
    """Left: KL_mean and KL_var; right: simulated KL_var beside (B.17), its correction, and the exact curve."""
    left, right = figure.subplots(1, 2, sharex=True)
    for d, shade, marker in zip(np.unique(table["d"]), _SHADES, ("o", "s"), strict=False):
        rows = table.where(d=d)
        rows = Table({name: column[np.argsort(rows["lamhat"])] for name, column in rows.columns.items()}, rows.about)
        points = _drawn(table, d)
        lamhat = rows["lamhat"]
        left.plot(lamhat, rows["mean"], color=shade, linewidth=1.0, linestyle="--")
        left.plot(lamhat, rows["exact"], color=shade, linewidth=1.0)
        _points(left, points, "simulated_mean", "error_mean", color=shade, marker="v", label=f"KL_mean, d = {d:g}")
        _points(left, points, "simulated", "error", color=shade, marker=marker, label=f"KL_var, d = {d:g}")
        for name, style in (("exact", "-"), ("second", "--"), ("printed", ":")):
            right.plot(lamhat, rows[name], color=shade, linewidth=1.1, linestyle=style)
        _points(right, points, "simulated", "error", color=shade, marker=marker, label=f"simulated, d = {d:g}")
        _points(right, points, "simulated_second", "error_second", color=shade, marker=marker, markerfacecolor="none",
                label=f"simulated second order, d = {d:g}")  # fmt: skip
    left.plot([], [], color="black", linewidth=1.0, linestyle="--", label="KL_mean, exact")
    left.plot([], [], color="black", linewidth=1.0, label="KL_var, exact")
    for label, style in (("exact", "-"), ("second order, corrected", "--"), ("H24 (B.17) as printed", ":")):
        right.plot([], [], color="black", linewidth=1.1, linestyle=style, label=label)
    for axis in (left, right):
        axis.set_xscale("log")
        axis.set_yscale("log")
        axis.set_xlabel("noise level lamhat")
        axis.legend(frameon=False, fontsize=7)
    left.set_ylabel("KL in nats")


def _drawn(table: Table, d: float) -> Table:
    """The rows at which regressions were drawn."""
    rows = table.where(d=d)
    known = ~np.isnan(rows["simulated"])
    return Table({name: column[known] for name, column in rows.columns.items()}, rows.about)


def _points(axis: Any, rows: Table, name: str, error: str, **look: Any) -> None:
    """Markers with bars of three standard errors."""
    bar = 3 * rows[error]
    axis.errorbar(
        rows["lamhat"], rows[name], yerr=(np.minimum(bar, 0.9 * rows[name]), bar), markersize=4.5, linestyle="none",
        linewidth=0.8, **look,
    )  # fmt: skip
