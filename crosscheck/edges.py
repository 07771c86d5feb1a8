"""Edges that part a law evenly, found from its cumulative distribution function by bisection, before any draw."""

from collections.abc import Callable

import numpy as np

from crosscheck.pointwise import Floats

COUNT = 63
"""Edges of a law: every 64th part of the probability."""
_SPREAD = 1.0078125  # keeps the midpoints off zero and other round numbers, where a law may have an atom
_HALVINGS = 32
_ABOVE = 1e-8  # how far above an atom its edge is put, in units of the explored range
_FARTHEST = 100.0


def even_edges(
    law: Callable[[Floats], Floats],
    *,
    explored: tuple[float, float],
    allowed: tuple[float, float],
    count: int = COUNT,
) -> tuple[float, ...]:
    """At most `count` increasing numbers x at which law(x) = P(X <= x) is about k/(count + 1).

    An edge lies just above an atom, never on it: simulation and theory may round an atom differently.  `explored` is
    the scale on which the law varies and `allowed` where x may lie; the search spreads from the one over the other
    exponentially, so heavy tails are reached.  `law` takes and returns arrays.
    """
    wanted = np.arange(1, count + 1) / (count + 1)
    middle, half = (explored[0] + explored[1]) / 2, (explored[1] - explored[0]) / 2

    def at(place: Floats) -> Floats:
        inside = 1e-12 * half  # where the end of the range itself is not allowed
        return np.clip(middle + half * np.sinh(place), allowed[0] + inside, allowed[1] - inside)

    reach = 1.0
    while reach < _FARTHEST and not _spans(law(at(np.array([-_SPREAD * reach, reach]))), wanted):
        reach *= 1.5
    low, high = np.full(count, -_SPREAD * reach), np.full(count, reach)
    near, active = 1 / (4 * (count + 1)), np.ones(count, dtype=bool)
    for _ in range(_HALVINGS):
        half_way = (low[active] + high[active]) / 2
        found = law(at(half_way))
        above = found >= wanted[active]
        low[active], high[active] = np.where(above, low[active], half_way), np.where(above, half_way, high[active])
        active[active] = ~(above & (found - wanted[active] <= near))
        if not active.any():
            break
    return tuple(np.unique(at(high + _ABOVE * active)).tolist())


def _spans(ends: Floats, wanted: Floats) -> bool:
    return bool(ends[0] < wanted[0] and ends[1] >= wanted[-1])
