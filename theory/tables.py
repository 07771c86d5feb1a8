"""Parameters that are tables of numbers: a spectrum, a data set, the fields of a model, from a file or as arrays.

A formula names one number of a table by `entry(table, i, ...)`, counted from 1, and the extents of the tables by the
symbols of their dimensions.  The numbers are exact: 0.27 in a file is 27/100, as on the command line.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from sympy import Expr, Rational, Symbol, oo
from sympy.core.relational import Relational

from theory import table_arrays
from theory.domain import DomainError, ParameterError, decimal, exact
from theory.notation import meaning

ONLY = ""
"""Name of the field of a file that holds a single table, without names."""
SPELLED = 16
"""Tables of so many numbers are shown in full."""


@dataclass(frozen=True, eq=False)
class Table:
    """Named arrays of numbers under a label that shows where they come from: "@eigenvalues.csv", "[1,0.25]".

    values   as given: float64 arrays, tensors, or arrays of exact numbers
    symbols  what stands for each field and each extent in a formula; set when a domain has checked the table
    """

    label: str
    values: Mapping[str, Any]
    symbols: Mapping[str, Symbol] = field(default_factory=dict)

    @cached_property
    def floats(self) -> dict[str, np.ndarray]:
        """The numbers in double precision."""
        return {name: table_arrays.floats(value) for name, value in self.values.items()}

    @cached_property
    def digest(self) -> str:
        """Equal for equal numbers, wherever they come from."""
        found = hashlib.blake2b(digest_size=16)
        for name, numbers in sorted(self.floats.items()):
            found.update(f"{name} {numbers.shape} ".encode() + numbers.tobytes())
        return found.hexdigest()

    def exact(self, name: str) -> np.ndarray:
        """The numbers of a field as exact rationals."""
        return np.frompyfunc(exact, 1, 1)(table_arrays.plain(self.values[name]))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Table) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __str__(self) -> str:
        return self.label


def table(given: Any, label: str | None = None) -> Table:
    """A table of what is given: a list, an array, a tensor, or a mapping of names to these; TypeError for others."""
    if isinstance(given, Table):
        return given
    if isinstance(given, str | bytes) or not hasattr(given, "__iter__"):
        raise TypeError("is no table")
    fields = dict(given) if isinstance(given, Mapping) else {ONLY: given}
    values = {str(name): table_arrays.as_array(value) for name, value in fields.items()}
    made = Table("", values)
    return replace(made, label=label or _spelled(made))


@dataclass(frozen=True)
class Field:
    """One array of a table: its symbol, the symbols of its extents, and where its numbers may lie (low < ...).

    key  its name in a file, that of the symbol by default;  instead: the field that serves where a file lacks this one
    names  words that a file writes for the numbers 0, 1, ...
    """

    symbol: Symbol
    extents: tuple[Symbol, ...] = ()
    low: Expr = -oo
    low_open: bool = True
    key: str = ""
    instead: str = ""
    names: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in a file."""
        return self.key or self.symbol.name

    def __str__(self) -> str:
        return f"{self.name}[{', '.join(map(str, self.extents))}]" if self.extents else self.name

    @property
    def allowed(self) -> str:
        """The condition on its numbers."""
        if self.names:
            return f"{self.name} = {' or '.join(self.names)}"
        return f"{self.name} {'>' if self.low_open else '>='} {self.low}"

    @property
    def described(self) -> str:
        """Its name with what it may hold."""
        if self.names:
            return self.allowed
        return str(self) if self.low == -oo else f"{self} with {self.allowed}"

    def numbered(self, where: str, value: Any) -> Any:
        """The number that a word stands for; ParameterError for other words."""
        if not table_arrays.is_word(value):
            return value
        if str(value) not in self.names:
            allowed = self.allowed if self.names else str(self)
            raise ParameterError(f"{where}: {self.name} = {str(value)[:40]!r} is no number; allowed: {allowed}")
        return np.asarray(self.names.index(str(value)))


@dataclass(frozen=True, eq=False)
class Tabular:
    """A parameter whose value is a table: what it must hold, and named examples, of which the first is the default.

    relations  between extents: n > d;  faults: functions that return one line, or None
    ignored    names of fields that a file may hold besides, for other formulas
    """

    symbol: Symbol
    fields: tuple[Field, ...]
    examples: Mapping[str, Any]
    relations: tuple[Relational, ...] = ()
    faults: tuple[Callable[[Table], str | None], ...] = ()
    ignored: tuple[str, ...] = ()
    integer: bool = False

    @cached_property
    def explored(self) -> tuple[Table, ...]:
        """The examples."""
        return tuple(self.read("example", table(given, label)) for label, given in self.examples.items())

    @property
    def default(self) -> Table:
        """The first example."""
        return self.explored[0]

    @property
    def extents(self) -> tuple[Symbol, ...]:
        """The symbols of the extents of its fields, which relations of a domain may use."""
        return tuple(dict.fromkeys(extent for item in self.fields for extent in item.extents))

    def at(self, share: Rational) -> Table:
        """One of the examples, by a number between 0 and 1."""
        return self.explored[min(int(share * len(self.explored)), len(self.explored) - 1)]

    def inside(self, value: object) -> bool:
        """Whether it is one of the examples."""
        return value in self.explored

    def admits(self, value: object) -> bool:
        """Whether `value` is a table that a domain may hold: such tables have been read."""
        return isinstance(value, Table) and bool(value.symbols)

    def __str__(self) -> str:
        parts = [item.described for item in self.fields]
        what = parts[0] if self._single else f"the fields {', '.join(parts)}"
        where = "CSV, .npy or JSON" if self._single else "JSON"
        related = f" where {', '.join(map(str, self.relations))}" if self.relations else ""
        return f"a table, {what}{related}: {self.symbol}=@FILE ({where}), or {', '.join(self.examples)}"

    def read(self, name: str, value: Any) -> Table:
        """The table, checked; ParameterError or DomainError in one line."""
        if isinstance(value, str) and value in self.examples:
            return self.explored[list(self.examples).index(value)]
        if isinstance(value, Table) and set(value.symbols) == set(self._named()):
            return value
        try:
            made = table(value)
        except (TypeError, ValueError) as error:
            shown = value if isinstance(value, str | int | float) else type(value).__name__
            raise ParameterError(f"{name}: {self.symbol} = {shown} {error}; allowed: {self}") from None
        where = f"{name}: {self.symbol}={made}"
        made = self._shaped(where, made)
        self._check_numbers(name, made)
        self._check_relations(name, made)
        for fault in self.faults:
            if line := fault(made):
                raise DomainError(f"{where}: {line}")
        return made

    @property
    def _single(self) -> bool:
        return len(self.fields) == 1

    def _named(self) -> Iterator[str]:
        yield from (item.name for item in self.fields)
        yield from {extent.name for item in self.fields for extent in item.extents}

    def _shaped(self, where: str, made: Table) -> Table:
        """The fields with their extents; a lone column or row serves as a vector."""
        names = [item.name for item in self.fields]
        values = {name: value for name, value in made.values.items() if name not in self.ignored}
        if ONLY in values:
            if not self._single:
                raise ParameterError(f"{where} has no named fields; it needs {', '.join(names)} (a JSON object)")
            values = {names[0]: values[ONLY]}
        values |= {f.name: values[f.instead] for f in self.fields if f.name not in values and f.instead in values}
        if missing := [item for item in names if item not in values]:
            raise ParameterError(f"{where} lacks {', '.join(missing)}; it needs {', '.join(names)}")
        if unknown := [item for item in values if item not in names]:
            raise ParameterError(f"{where} has unknown fields {', '.join(unknown)}; it needs {', '.join(names)}")
        extents: dict[Symbol, int] = {}
        for item in self.fields:
            found = values[item.name] = item.numbered(where, values[item.name])
            if len(item.extents) == 1 and found.ndim == 2 and 1 in found.shape:
                found = values[item.name] = found.reshape(-1)
            self._fit(where, item, tuple(found.shape), extents)
        symbols = {item.name: item.symbol for item in self.fields} | {extent.name: extent for extent in extents}
        sizes = {extent.name: np.asarray(size) for extent, size in extents.items()}
        return replace(made, values=values | sizes, symbols=symbols)

    def _fit(self, where: str, item: Field, shape: tuple[int, ...], extents: dict[Symbol, int]) -> None:
        """The extents of one field, which must be those of the fields before."""
        if 0 in shape:
            raise DomainError(f"{where}: {item.name} is empty; allowed: {self}")
        size = " x ".join(map(str, shape)) or "a single number"
        if len(shape) != len(item.extents):
            raise DomainError(f"{where}: {item.name} is {size}; allowed: {self}")
        expected = [extents.setdefault(extent, found) for extent, found in zip(item.extents, shape, strict=True)]
        if list(shape) != expected:
            known = ", ".join(f"{extent} = {extents[extent]}" for extent in item.extents)
            raise DomainError(f"{where}: {item.name} is {size}, the fields before it have {known}; allowed: {self}")

    def _check_numbers(self, name: str, made: Table) -> None:
        for item in self.fields:
            numbers = made.floats[item.name]
            wrong = ~np.isfinite(numbers)
            if wrong.any():
                place, value = table_arrays.first(numbers, wrong)
                raise ParameterError(f"{name}: {item.name}{place} = {value} is not finite; allowed: {self}")
            low = float(item.low)
            wrong = numbers <= low if item.low_open else numbers < low
            if item.low != -oo and wrong.any():
                place, value = table_arrays.first(numbers, wrong)
                outside = f"{item.name}{place} = {value} is outside {item.allowed}"
                raise DomainError(f"{name}: {outside} ({meaning(item.symbol)})")

    def _check_relations(self, name: str, made: Table) -> None:
        for relation in self.relations:
            point = {s: exact(int(made.floats[str(s)])) for s in sorted(relation.free_symbols, key=str)}
            if not relation.subs(point):
                shown = ", ".join(f"{s} = {decimal(value)}" for s, value in point.items())
                raise DomainError(f"{name}: {self.symbol}={made}: {shown} is outside {relation}")


def _spelled(made: Table) -> str:
    """A short table as JSON, which can be typed; the extents and the digest of a long one."""
    if table_arrays.size(made.values) > SPELLED:
        return f"array:{table_arrays.extents(made.values)}:{made.digest[:8]}"
    inside = {name: table_arrays.listed(value) for name, value in made.values.items()}
    if set(inside) == {ONLY}:
        return inside[ONLY]
    return "{" + ",".join(f'"{name}":{text}' for name, text in inside.items()) + "}"
