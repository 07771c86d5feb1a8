"""A point as people write it, and as a simulator takes it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Rational

from numerics.tables import Table as Numbers
from theory.domain import decimal
from theory.tables import Table

Point = Mapping[str, Rational]
"""Exact numbers, or tables, by name."""


def as_argument(value: Any) -> Any:
    """An exact value as a simulator takes it: a float, or a table of floats."""
    if not isinstance(value, Table):
        return float(value)
    return Numbers.of({name: value.floats[name] for name in value.symbols})


def show(point: Point) -> str:
    """A point as people write it on a command line."""
    return " ".join(pairs(point))


def pairs(point: Point) -> tuple[str, ...]:
    """Its words on a command line, name=value."""
    return tuple(f"{name}={decimal(value)}" for name, value in point.items())
