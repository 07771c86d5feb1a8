"""Square grey pictures side by side, as paths: no bitmap whose bytes depend on the library that packs it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

GREYS = 12
_GAP = 1 / 8  # of a side


def mosaic(axis: Any, pictures: Mapping[tuple[int, int], NDArray[np.float64]], names: list[str]) -> None:
    """Pictures by (row, column), each the pixels of a square from 0 (white) to 1 (black); `names` of the rows.

    Equal neighbours of a line of pixels are one rectangle, and all rectangles of one grey are one path.
    """
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    side = math.isqrt(len(next(iter(pictures.values()))))
    step = side * (1 + _GAP)
    rectangles: dict[int, list[list[tuple[float, float]]]] = {}
    for (row, column), picture in sorted(pictures.items()):
        grey = np.round(picture * (GREYS - 1)).astype(int).reshape(side, side)
        for y, line in enumerate(grey, 1):
            edges = [0, *(np.flatnonzero(np.diff(line)) + 1).tolist(), side]
            for start, stop in pairwise(edges):
                x0, x1, y0, y1 = column * step + start, column * step + stop, -row * step - y + 1, -row * step - y
                rectangles.setdefault(int(line[start]), []).append([(x0, y0), (x1, y0), (x1, y1), (x0, y1)])
    for level, shapes in sorted(rectangles.items()):
        shade = str(round(1 - level / (GREYS - 1), 3))
        corners = np.array([[*shape, shape[0]] for shape in shapes])
        codes = np.tile([Path.MOVETO, *[Path.LINETO] * 3, Path.CLOSEPOLY], len(shapes))
        path = Path(corners.reshape(-1, 2), codes)
        axis.add_patch(PathPatch(path, facecolor=shade, edgecolor=shade, linewidth=0.2, clip_on=False))
    columns = 1 + max(column for _, column in pictures)
    axis.set_xlim(-side * _GAP, columns * step)
    axis.set_ylim(-len(names) * step, side * _GAP)
    axis.set_aspect("equal")
    axis.set_xticks([])
    axis.set_yticks([-row * step - side / 2 for row in range(len(names))], names)
    axis.tick_params(length=0)
    for spine in axis.spines.values():
        spine.set_visible(False)
