"""CPL25 Fig. 3, 6 and 10 anew, for a set of images: training, law in the principal plane, generated pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from crosscheck.figures.mode_collapse_figure import joined
from crosscheck.figures.table import Table
from crosscheck.report.mosaic import mosaic

COLUMNS = (
    "quantity", "theta", "theory", "limit", "finer", "gaussian", "gaussian_error", "images", "images_error", "x", "y",
    "px", "py", "row", "column", "pixel", "grey", "eigenvalue", "scale", "n", "runs",
)  # fmt: skip
SIZE = (10.0, 12.6)
TAKES_IMAGES = True
PANELS = (("overlap Q", (0, 1)), ("square of G", (2, 3)), ("skip connection b", (4,)))
QUANTITIES = ("Q11", "Q22", "along the first axis", "along the second axis", "b")
MARKERS = ("o", "s")


def table(*, seed: int, device: str, progress: Callable[[str], None], images: Any = None) -> Table:
    """All parts, for images (n, d) or the handwritten sevens."""
    from crosscheck.figures import digits as numbers

    rows = numbers.sevens() if images is None else images
    found = numbers.learned(rows, seed=seed, device=device, progress=progress)
    parts = [
        {name: getattr(part, name) for name in COLUMNS if hasattr(part, name)}
        for part in (found.curves, found.points, found.pictures)
    ]
    parts.append({"eigenvalue": found.prepared.images.variances})
    parts.append({
        "scale": np.array([found.prepared.scale]), "n": np.array([float(len(rows))]),
        "runs": np.array([float(found.runs)]),
    })  # fmt: skip
    of = "the 179 handwritten sevens (Alpaydin, Kaynak, CC BY 4.0)" if images is None else "the images given"
    about = (
        f"CPL25 Fig. 3 and 6 for {of}: r = 2, tanh, t = 1/2, eta = {numbers.ETA:g}, lambda = {numbers.LAM:g}, N ="
        f" {numbers.SAMPLING.steps}, t_f = {numbers.SAMPLING.stop:g}, seed {seed}; images centred and divided by"
        " scale; quantity: 0 Q11, 1 Q22, 2 and 3 square of G along the first and second principal axis, 4 b; theory:"
        " flow with the 1/d term, limit: without, finer: twice the blocks; x, y: points of the law of the flow; px,"
        " py: generated after training on the images; row: 0 images, 1 Gaussian, 2 to 4 generated after training on"
        " the images, 5 on the Gaussian; errors: one standard error"
    )
    return Table(joined(parts, COLUMNS), about)


def _known(table: Table, name: str) -> Table:
    kept = ~np.isnan(table[name])
    return Table({key: column[kept] for key, column in table.columns.items()}, table.about)


def description(table: Table) -> str:
    """What there is to see."""
    curves, settings = _known(table, "quantity"), _known(table, "scale")
    variances = _known(table, "eigenvalue")["eigenvalue"]
    largest = {k: float(np.max(np.abs(curves.where(quantity=k)["theory"]))) for k in range(len(QUANTITIES))}
    unit = np.array([largest[int(k)] for k in curves["quantity"]])
    flow, finite, other = (
        float(np.max(np.abs(curves[one] - curves[two]) / unit))
        for one, two in (("theory", "gaussian"), ("limit", "gaussian"), ("images", "gaussian"))
    )
    blocks = float(np.max(np.abs(curves["theory"] - curves["finer"]) / unit))
    times = np.unique(_known(table, "px")["theta"])
    points = _known(table, "px").where(theta=times[-1])
    wide = ", ".join(f"{np.std(points[name]):.2g}" for name in ("px", "py"))
    data = ", ".join(f"{math.sqrt(value):.2g}" for value in variances[:2])
    return (
        f"Auto-encoder with two tanh units trained on {settings['n'][0]:g} images of {len(variances)} pixels, and on"
        f" the Gaussian of the same covariance, {settings['runs'][0]:g} runs each from the same weights. Images are"
        f" centred and divided by {settings['scale'][0]:.4g}, so that the largest eigenvalue is {variances[0]:g};"
        f" Lambda = {np.mean(variances):.4g} is the trace over d after that. The flow, with the 1/d term of b, differs"
        f" from the means of the runs on the Gaussian by up to {flow:.0%} of the largest value of a quantity, their"
        f" scatter included, without that term by up to {finite:.0%}; twice the blocks of eigenvalues move it by"
        f" {blocks:.1%}; the images differ from the Gaussian by up to {other:.0%}. After theta = {times[-1]:g} points"
        f" generated in the plane of the principal axes have the deviations {wide}, the images {data}. t = 1/2, eta ="
        " 0.2, lambda = 0.784, N = 50, t_f = 0.98 are those of the paper's figures of MNIST, which are not at hand;"
        " its normalisation of pixels is illegible in the copy at hand, so the scale is chosen here. Below: images,"
        " points of the Gaussian, and pictures generated from the same noise after three training times on the images"
        " and the last on the Gaussian."
    )


def draw(figure: Any, table: Table) -> None:
    """Overlaps and b; the plane of the two principal axes at three times; six rows of pictures."""
    above, below = figure.subfigures(2, 1, height_ratios=(1.15, 1))
    axes = above.subplots(2, 3, height_ratios=(1, 1.15))
    _curves(axes[0], _known(table, "quantity"))
    _plane(above, axes[1], table)
    _pictures(below, _known(table, "pixel"))


def _curves(axes: Any, table: Table) -> None:
    for axis, (label, quantities) in zip(axes, PANELS, strict=True):
        for k, marker, line in zip(quantities, MARKERS, ("-", "--"), strict=False):
            rows = table.where(quantity=k)
            theta = rows["theta"]
            name = QUANTITIES[k] + " " if len(quantities) > 1 else ""
            axis.plot(theta, rows["theory"], color="black", linewidth=1.1, linestyle=line)
            axis.plot(theta, rows["limit"], color="0.55", linewidth=0.9, linestyle=":")
            for source, places, fill in (
                ("gaussian", slice(0, None, 3), "black"),
                ("images", slice(1, None, 3), "white"),
            ):
                axis.errorbar(
                    theta[places], rows[source][places], yerr=3 * rows[f"{source}_error"][places], color="black",
                    marker=marker, markersize=5, markerfacecolor=fill, markeredgewidth=0.8, linestyle="none",
                    linewidth=0.8,
                    label=name.strip() if fill == "black" and name else None,
                )  # fmt: skip
        axis.set_xlabel("training time theta")
        axis.set_ylabel(label)
        axis.set_ylim(0, 1.3 * axis.get_ylim()[1] if len(quantities) > 1 else None)
        if len(quantities) > 1:
            axis.legend(frameon=False, fontsize=8, loc="upper left", ncols=2 if quantities[0] == 0 else 1)
    last = axes[-1]
    last.plot([], [], color="black", linewidth=1.1, label="flow")
    last.plot([], [], color="0.55", linewidth=0.9, linestyle=":", label="flow without 1/d")
    for label, fill in (("SGD, Gaussian", "black"), ("SGD, images", "white")):
        last.plot([], [], color="black", marker="o", markersize=5, markerfacecolor=fill, linestyle="none", label=label)
    last.legend(frameon=False, fontsize=8, loc="lower right")


def _plane(figure: Any, axes: Any, table: Table) -> None:
    points = _known(table, "px")
    widths = np.sqrt(_known(table, "eigenvalue")["eigenvalue"][:2])
    angle, reach = np.linspace(0, 2 * np.pi, 61), 2.2 * widths[0]
    for axis, theta in zip(axes, np.unique(points["theta"]), strict=True):
        cloud = points.where(theta=theta)
        axis.plot(
            cloud["x"], cloud["y"], color="black", marker="o", markersize=4.5, markerfacecolor="none", linestyle="none",
            markeredgewidth=0.5, clip_on=False,
        )  # fmt: skip
        axis.plot(cloud["px"], cloud["py"], color="0.25", marker=".", markersize=3, linestyle="none", clip_on=False)
        axis.plot(
            2 * widths[0] * np.cos(angle), 2 * widths[1] * np.sin(angle), color="0.3", linewidth=0.9, linestyle=":",
            clip_on=False,
        )  # fmt: skip
        axis.set_title(f"theta = {theta:g}", fontsize=9)
        axis.set_xlabel("first principal axis")
        axis.set_aspect("equal")
        axis.set_xlim(-reach, reach)
        axis.set_ylim(-0.75 * reach, 0.75 * reach)
    axes[0].set_ylabel("second principal axis")
    first = axes[0]
    first.plot([], [], color="black", marker="o", markersize=4.5, markerfacecolor="none", markeredgewidth=0.5,
               linestyle="none", label="points of the law of the flow")  # fmt: skip
    first.plot(
        [], [], color="0.25", marker=".", markersize=4, linestyle="none", label="generated after training on the images"
    )
    first.plot([], [], color="0.3", linewidth=0.9, linestyle=":", label="Gaussian of the images, two deviations")
    figure.legend(*first.get_legend_handles_labels(), loc="outside lower center", frameon=False, fontsize=8, ncols=3)


def _pictures(figure: Any, table: Table) -> None:
    rows, columns = (np.unique(table[name]).astype(int) for name in ("row", "column"))
    pictures = {}
    for row in rows:
        for column in columns:
            found = table.where(row=row, column=column)
            pictures[row, column] = found["grey"][np.argsort(found["pixel"])]
    times = np.unique(table["theta"][~np.isnan(table["theta"])])
    mosaic(figure.subplots(), pictures, _row_names(len(rows), times))


def _row_names(rows: int, times: Any) -> list[str]:
    after = [f"generated after\ntheta = {theta:g}" for theta in times]
    return ["images", "Gaussian of the\nsame covariance", *after, f"the same, {times[-1]:g},\non the Gaussian"][:rows]
