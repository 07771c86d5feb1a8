"""A table of numbers as the argument of a simulator: the arrays of a file, or the eigenvalues of a covariance."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Table:
    """Named float64 arrays, plain values for any process; equal, and drawn the same, for equal numbers.

    A parameter of a simulator that is annotated `Table` takes one.
    """

    arrays: tuple[tuple[str, tuple[int, ...], bytes], ...]

    @staticmethod
    def of(fields: Mapping[str, Any]) -> Table:
        """From arrays by name."""
        plain = {name: np.array(fields[name], dtype=np.float64, order="C") for name in sorted(fields)}
        return Table(tuple((name, array.shape, array.tobytes()) for name, array in plain.items()))

    def __getitem__(self, name: str) -> Float64[Tensor, ...]:
        """A copy of the numbers of a field; an extent or a single number has no axes."""
        for known, shape, numbers in self.arrays:
            if known == name:
                return torch.from_numpy(np.frombuffer(numbers).reshape(shape).copy())
        raise KeyError(f"{name} is not in the table; it holds {', '.join(known for known, *_ in self.arrays)}")

    def whole(self, name: str) -> int:
        """An extent."""
        return int(self[name])

    @cached_property
    def digest(self) -> str:
        """What streams of random numbers and kept blocks know the table by."""
        return hashlib.blake2b(repr(self.arrays).encode(), digest_size=16).hexdigest()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.arrays == other.arrays

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"Table({self.digest})"
