"""One number of a table in a formula, `entry(table, i, ...)`, and how each arithmetic looks it up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from sympy import Function


class entry(Function):  # noqa: N801 - SymPy functions are lower case
    """entry(table, i, ...): one number of a table; the indices count from 1."""

    nargs = (2, 3)

    def _eval_is_real(self) -> bool | None:
        return self.args[0].is_real

    def _eval_is_positive(self) -> bool | None:
        return self.args[0].is_positive

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        name, *indices = map(printer._print, self.args)
        power = "" if exp is None else f"^{{{exp}}}"
        return f"{{{name}}}_{{{', '.join(indices)}}}{power}"

    def _sympystr(self, printer: Any) -> str:
        name, *indices = map(printer._print, self.args)
        return f"{name}[{', '.join(indices)}]"


@dataclass(frozen=True, eq=False)
class Entries:
    """The numbers of a table in one arithmetic; integrals and sums make no room for their nodes in it."""

    numbers: Any


def looked_up(table: Entries, *indices: Any) -> Any:
    """The numbers at these places, which broadcast; ValueError outside the table."""
    shape = tuple(table.numbers.shape)
    if len(indices) != len(shape):
        raise ValueError(f"a table of {len(shape)} extents is asked for an entry with {len(indices)} indices")
    return table.numbers[tuple(_place(index, size) for index, size in zip(indices, shape, strict=True))]


def _place(index: Any, size: int) -> Any:
    """Counted from 0."""
    plain = index.detach().cpu().numpy() if hasattr(index, "detach") else index
    place = plain.astype(np.intp) - 1 if isinstance(plain, np.ndarray) and plain.shape else round(float(plain)) - 1
    if np.min(place) < 0 or np.max(place) >= size:
        raise ValueError(f"an index is outside 1..{size}")
    return place
