"""A simulator: a function that returns one value per independent replica, and what must be known about it."""

import hashlib
import inspect
import math
import pickle
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import CodeType, MappingProxyType
from typing import Any, Literal, get_args

import torch
from jaxtyping import Shaped
from torch import Tensor

from numerics.by_name import attribute, find
from numerics.fingerprint import fingerprint
from numerics.tables import Table

Values = Literal["real", "indicator", "exact"]
Parameters = Mapping[str, Any]

_RESERVED = ("replicas", "generator")


class ParameterError(ValueError):
    """A simulator was called with parameters, replicas or a device it cannot take."""


class SimulationError(ArithmeticError):
    """A simulator returned values that no estimate can be made of (not finite, or not what it declares)."""


@dataclass(frozen=True, eq=False)
class Simulator:
    """`run(**parameters, replicas, generator)` and its declarations; made by the decorator `simulator`.

    size       parameter that grows (None: there is none)
    route      how the numbers arise: forward, backward, posterior, data, reduced, sgd
    values     "real"; "indicator": every value is 0 or 1; "exact": no randomness, one value, replicas are ignored
    moment     p > 1: the values are p-th powers and the estimate is mean^(1/p) (2 for a root mean square)
    bias       {"dt": order}: run returns (replicas, 2), the value at step dt and at step 2 dt on the same noise
    footprint  float64 numbers alive per replica, a function of the parameters; with `block` it fixes the block size
    tail       tail index of the values (inf: all moments exist);  block: most replicas in one block
    """

    run: Callable[..., Tensor]
    parameters: tuple[str, ...]
    whole: frozenset[str]
    size: str | None = None
    route: str = "forward"
    values: Values = "real"
    moment: int = 1
    bias: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    footprint: Callable[..., int] = lambda **_: 16
    tail: float = math.inf
    block: int = 16384
    tables: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        return f"{self.run.__module__}:{self.run.__qualname__}"

    @cached_property
    def fingerprint(self) -> str:
        """Hash of all source that the numbers depend on: kept blocks hold as long as it stays the same."""
        function = inspect.unwrap(self.run)
        try:
            return fingerprint(Path(inspect.getsourcefile(function) or ""), function.__qualname__)
        except (OSError, TypeError, LookupError):  # defined inside a function, or typed at a prompt: one of a kind
            return hashlib.blake2b(_code(function.__code__).encode(), digest_size=16).hexdigest()

    @property
    def order(self) -> int:
        """Weak order of the declared time step; 0 when there is none."""
        return next(iter(self.bias.values()), 0)

    def bind(self, parameters: Parameters) -> dict[str, Any]:
        """The parameters as run takes them, in its order; ParameterError on a missing, unknown or impossible one."""
        unknown = [name for name in parameters if name not in self.parameters]
        missing = [name for name in self.parameters if name not in parameters]
        if unknown or missing:
            faults = {"unknown": unknown, "missing": missing}
            fault = " and ".join(f"{word} {', '.join(names)}" for word, names in faults.items() if names)
            given, needed = ", ".join(parameters) or "nothing", ", ".join(self.parameters)
            raise ParameterError(f"{self.name}: {fault}; given {given}; needs {needed}")
        return {name: self._number(name, parameters[name]) for name in self.parameters}

    def __call__(self, *, replicas: int, generator: torch.Generator, **parameters: Any) -> Shaped[Tensor, "..."]:
        return self.run(**self.bind(parameters), replicas=replicas, generator=generator)

    def __reduce__(self) -> tuple[Callable[..., "Simulator"], tuple[str, str, str | None, str]]:
        module = sys.modules.get(self.run.__module__)
        if module is None or attribute(module, self.run.__qualname__) is not self:
            raise pickle.PicklingError(
                f"{self.name} cannot be sent to another process: define it at the top level of a file, or use workers=1"
            )
        file = getattr(module, "__file__", None)
        return find, (self.run.__module__, self.run.__qualname__, file, self.fingerprint)

    def _number(self, name: str, value: Any) -> Any:
        if name in self.tables:
            if not isinstance(value, Table):
                raise ParameterError(f"{self.name}: {name} = {value!r} is no table; use numerics.tables.Table.of")
            return value
        try:
            number = float(value)
        except (TypeError, ValueError, OverflowError):
            number = math.nan
        if not math.isfinite(number):
            raise ParameterError(f"{self.name}: {name} = {value!r} is not a finite number")
        if name not in self.whole:
            return number
        if number != int(number) or number < 1:
            raise ParameterError(f"{self.name}: {name} = {value} is outside {name} >= 1, a whole number")
        return int(number)


def simulator(
    *,
    size: str | None = None,
    route: str = "forward",
    values: Values = "real",
    moment: int = 1,
    bias: Mapping[str, int] | None = None,
    footprint: Callable[..., int] | None = None,
    tail: float = math.inf,
    block: int = 16384,
) -> Callable[[Callable[..., Tensor]], Simulator]:
    """Declare `run(*, <parameters>, replicas, generator)` a Simulator; its fields say what each declaration means.

    A parameter annotated `int` must be a whole number >= 1, one annotated `Table` a table, every other a finite number.
    Raises ParameterError where the declarations contradict the function.
    """

    def declare(run: Callable[..., Tensor]) -> Simulator:
        signature = inspect.signature(run).parameters
        names = tuple(name for name in signature if name not in _RESERVED)
        bias_ = dict(bias or {})
        where = f"{run.__module__}:{run.__qualname__}"
        for name in (*_RESERVED, *([size] if size else []), *bias_):
            if name not in signature:
                raise ParameterError(f"{where}: declares {name!r}, but its keywords are {', '.join(signature)}")
        if values not in get_args(Values) or moment < 1 or block < 1 or len(bias_) > 1:
            raise ParameterError(
                f"{where}: values is one of {get_args(Values)}, moment, block >= 1, bias names one step"
            )
        return Simulator(
            run=run,
            parameters=names,
            whole=frozenset(name for name in names if signature[name].annotation in (int, "int")),
            tables=frozenset(name for name in names if signature[name].annotation in (Table, "Table")),
            size=size,
            route=route,
            values=values,
            moment=moment,
            bias=MappingProxyType(bias_),
            footprint=footprint or (lambda **_: 16),
            tail=tail,
            block=block,
        )

    return declare


def _code(code: CodeType) -> str:
    constants = [_code(part) if isinstance(part, CodeType) else repr(part) for part in code.co_consts]
    return f"{code.co_code.hex()} {code.co_names} {constants}"
