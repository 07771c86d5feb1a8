"""Phases of a linear unit under online SGD: where it learns, where its weights are noise, where they blow up."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.mode_collapse_figure import joined
from crosscheck.figures.table import Table

COLUMNS = ("t", "lost", "blown", "eta", "q", "cosine")
SIZE = (7.0, 4.8)
LEARNED = 0.05
"""Squared cosine of weights and centroid from which the centroid counts as learned; of noise it is 1/d."""


def table(*, seed: int, device: str, progress: Callable[[str], None]) -> Table:
    """Both thresholds, and simulated points at both sides of them."""
    from crosscheck.figures import autoencoder_phases as numbers

    found = (numbers.lines(), numbers.points(seed=seed, device=device, progress=progress))
    parts = [{name: getattr(part, name) for name in COLUMNS if hasattr(part, name)} for part in found]
    about = (
        f"linear unit, data at +-mu of unit variance, |mu|^2 = {numbers.RHO:g}, no weight decay; lost: eta_M, blown:"
        f" eta_c; q, cosine: median over {numbers.RUNS} runs of Q and M^2/(rho Q) at theta = {numbers.TIME:g} in"
        f" {numbers.SIZE} dimensions from 0.1 of the centroid, q = inf where Q passed {numbers.LARGE:g}; seed {seed}"
    )
    return Table(joined(parts, COLUMNS), about)


def kinds(table: Table) -> tuple[Any, Any, Any]:
    """Which simulated points have learned, are noise, have blown up."""
    known = ~np.isnan(table["eta"])
    blown = known & np.isinf(table["q"])
    learned = known & ~blown & (table["cosine"] > LEARNED)
    return learned, known & ~blown & ~learned, blown


def expected(table: Table) -> tuple[Any, Any, Any]:
    """The same by the lines."""
    curve = ~np.isnan(table["lost"])
    order = np.argsort(table["t"][curve])
    t = table["t"][curve][order]
    lost, blown = (np.interp(table["t"], t, table[name][curve][order]) for name in ("lost", "blown"))
    eta, known = table["eta"], ~np.isnan(table["eta"])
    return known & (eta < lost), known & (eta >= lost) & (eta < blown), known & (eta >= blown)


def description(table: Table) -> str:
    """What there is to see."""
    found, wanted = kinds(table), expected(table)
    right = sum(int(np.sum(one & other)) for one, other in zip(found, wanted, strict=True))
    count = int(np.sum(~np.isnan(table["eta"])))
    sides = ", ".join(f"{np.sum(one)} {name}" for one, name in zip(wanted, ("below", "between", "above"), strict=True))
    return (
        "Learning rate eta against noise level t, for a linear auto-encoder with one hidden unit and data at +-mu of"
        " unit variance, |mu|^2 = 1.37, without weight decay. Below eta_M it learns the centroid; between eta_M and"
        f" eta_c its weights are noise of finite size; above eta_c they grow without bound. Of {count} simulated"
        f" points ({sides}), {right} are what the lines say. At t = 1/2 eta_M = {_at(table, 'lost'):.4f} and eta_c ="
        f" {_at(table, 'blown'):.4f}. CPL25 has no such diagram: the lines follow from its (75) with the square of a"
        " step."
    )


def _at(table: Table, name: str) -> float:
    curve = ~np.isnan(table[name])
    order = np.argsort(table["t"][curve])
    return float(np.interp(0.5, table["t"][curve][order], table[name][curve][order]))


def draw(figure: Any, table: Table) -> None:
    """Full line: eta_M, dashed: eta_c; markers: what online SGD does."""
    axis = figure.subplots()
    curve = ~np.isnan(table["lost"])
    order = np.argsort(table["t"][curve])
    t = table["t"][curve][order]
    axis.plot(t, table["lost"][curve][order], color="black", linewidth=1.2, label="eta_M")
    axis.plot(t, table["blown"][curve][order], color="black", linewidth=1.2, linestyle="--", label="eta_c")
    styles = (("o", "0.0", "learns the centroid"), ("o", "none", "noise alone"), ("x", "0.0", "grows without bound"))
    for kept, (marker, fill, label) in zip(kinds(table), styles, strict=True):
        axis.plot(
            table["t"][kept], table["eta"][kept], color="black", marker=marker, markersize=7, markerfacecolor=fill,
            linestyle="none", label=f"SGD: {label}",
        )  # fmt: skip
    axis.set_yscale("log")
    axis.set_yticks([0.2, 0.5, 1, 2, 5], ["0.2", "0.5", "1", "2", "5"])
    axis.minorticks_off()
    for text, place in (("learned", (0.3, 0.235)), ("noise", (0.62, 1.25)), ("blow-up", (0.25, 2.3))):
        axis.text(*place, text, fontsize=10, style="italic", color="0.3")
    axis.set_xlabel("noise level t")
    axis.set_ylabel("learning rate eta")
    figure.legend(loc="outside lower center", frameon=False, fontsize=8, ncols=5)
