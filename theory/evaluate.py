"""One formula in four arithmetics: numpy arrays, torch with gradients, mpmath digits, rigorous balls."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from scipy import special

from theory import solvers
from theory.arithmetic import Arithmetic, NoBall, array_arithmetic, ball_arithmetic, digits_arithmetic
from theory.entries import Entries
from theory.formula import Average, Explicit, Flow, Formula, Quadrature, Root, Tabulated
from theory.program import compiled
from theory.tables import Table

Point = dict[sp.Symbol, Any]


@dataclass(frozen=True)
class Backend:
    """An arithmetic with its ways to find a root, to average over a finite range, and to follow a flow."""

    arithmetic: Arithmetic
    root: Callable[[Root, Point, Arithmetic], Any]
    average: Callable[[Average, Point, Arithmetic], Any]
    flow: Callable[..., Sequence[Any]]


def as_array(formula: Formula, values: Mapping[sp.Symbol, Any], *, effort: solvers.Effort = solvers.FULL) -> np.ndarray:
    """Float64 value for parameters that broadcast; a finite sum or a flow is evaluated point by point.

    Tables are no arrays to broadcast: of several (an array of objects) each has its own point.
    """
    arrays = {symbol: _array_of(value) for symbol, value in values.items()}
    shape = np.broadcast_shapes(*(array.shape for array in arrays.values()))
    backend = _array_backend(effort)
    several = any(array.dtype == object and array.shape for array in arrays.values())
    with np.errstate(over="ignore", under="ignore"):
        if not shape or not (several or _is_pointwise(formula)):
            # Broadcasting is left to the operations: a root is solved once per value of its own parameters.
            return np.broadcast_to(evaluated(formula, _opened(arrays, np.asarray), backend), shape)
        columns = [np.broadcast_to(array, shape).ravel() for array in arrays.values()]
        points = (dict(zip(arrays, map(np.asarray, row), strict=True)) for row in zip(*columns, strict=True))
        found = [evaluated(formula, _opened(point, np.asarray), backend) for point in points]
        return np.asarray(found, dtype=float).reshape(shape)


def as_state(formula: Flow, values: Mapping[sp.Symbol, Any], *, effort: solvers.Effort) -> dict[sp.Symbol, float]:
    """Where a flow ends, in float64, for numbers: all of its state, followed once."""
    arrays = {symbol: np.asarray(value, dtype=float) for symbol, value in values.items()}
    backend = _array_backend(effort)
    state = _followed(formula, _with_given(formula, arrays, backend), backend)[0]
    return {symbol: float(value) for symbol, value in state.items()}


def _array_backend(effort: solvers.Effort) -> Backend:
    follow = partial(solvers.array_flow, effort=effort)
    return Backend(array_arithmetic(np, special), solvers.array_root, _array_average, follow)


def as_tensor(formula: Formula, values: Mapping[sp.Symbol, Any]) -> Any:
    """Torch float64 value, differentiable in every parameter, roots included."""
    import torch

    arrays = array_arithmetic(np, special)

    def tensor(value: Any) -> Any:
        return torch.as_tensor(value, dtype=torch.float64)

    tensors = {symbol: value if isinstance(value, Table) else tensor(value) for symbol, value in values.items()}
    tensors = _opened(tensors, tensor, _field_for_torch)

    def average(of: Average, point: Point, arithmetic: Arithmetic) -> Any:
        at = torch.as_tensor(_range(of, {s: v.detach().cpu().numpy() for s, v in point.items()}, arrays))
        room = {symbol: arithmetic.spread(value) for symbol, value in point.items()} | {of.variable: at}
        weight = torch.softmax(arithmetic.value(of.log_weight, room), -1)
        return (arithmetic.value(of.value, room) * weight).sum(-1)

    def root(of: Root, point: Point, arithmetic: Arithmetic) -> Any:
        return solvers.tensor_root(of, point, arithmetic, arrays)

    return evaluated(
        formula, tensors, Backend(array_arithmetic(torch, torch.special), root, average, solvers.tensor_flow)
    )


def as_digits(formula: Formula, values: Mapping[sp.Symbol, sp.Expr], digits: int) -> mpmath.mpf:
    """The value correctly rounded to `digits`: the working precision grows until two evaluations round alike."""
    backend = digits_backend()
    previous, working = None, digits + 12
    while working < 8 * digits + 400:
        with mpmath.workdps(working):
            value = evaluated(formula, exactly(values, backend.arithmetic), backend)
            shown = mpmath.nstr(value, digits, strip_zeros=False)
        if shown == previous:
            return value
        previous, working = shown, working + digits // 2 + 15
    raise ValueError(f"{digits} digits are not reached: the formula cancels too much")


def as_ball(formula: Formula, values: Mapping[sp.Symbol, sp.Expr], bits: int) -> Any:
    """A python-flint ball that contains the true value; raises NoBall where no enclosure is known."""
    import flint

    def flow(*_: Any) -> Sequence[Any]:
        raise NoBall("a flow has no rigorous enclosure here; use digits")

    arithmetic = ball_arithmetic()
    backend = Backend(arithmetic, solvers.ball_root, _scalar_average(lambda weight: weight.exp()), flow)
    with flint.ctx.workprec(bits):
        return evaluated(formula, exactly(values, arithmetic), backend)


def exactly(values: Mapping[sp.Symbol, Any], arithmetic: Arithmetic) -> Point:
    """Exact values, those of tables included, as the numbers of an arithmetic."""
    numbers = {s: value if isinstance(value, Table) else arithmetic.number(value) for s, value in values.items()}
    each = np.frompyfunc(arithmetic.number, 1, 1)

    def opened(of: Any) -> Any:
        if np.ndim(of):
            return each(of)
        return arithmetic.number(of if isinstance(of, sp.Expr) else sp.Integer(of))

    return _opened(numbers, opened, Table.exact)


def digits_backend() -> Backend:
    """mpmath at the working precision."""
    return Backend(digits_arithmetic(), solvers.digits_root, _scalar_average(mpmath.exp), solvers.digits_flow)


def evaluated(formula: Formula, values: Point, backend: Backend) -> Any:
    """The value of a formula in the numbers of the backend."""
    point, arithmetic = _with_given(formula, values, backend), backend.arithmetic
    match formula:
        case Explicit():
            return arithmetic.value(formula.expression, point)
        case Root():
            return backend.root(formula, point, arithmetic)
        case Quadrature():
            return _quadrature(formula, point, arithmetic)
        case Average():
            return backend.average(formula, point, arithmetic)
        case Flow():
            return _flow(formula, point, backend)
        case Tabulated():
            return _tabulated(formula, point, arithmetic)


def _with_given(formula: Formula, values: Point, backend: Backend) -> Point:
    point = dict(values)
    for symbol, definition in formula.given.items():
        point[symbol] = evaluated(definition, point, backend)
    return point


def _array_of(value: Any) -> np.ndarray:
    found = np.asarray(value)
    return found if found.dtype == object and isinstance(found.ravel()[0], Table) else np.asarray(value, dtype=float)


def _opened(
    values: Mapping[sp.Symbol, Any],
    number: Callable[[Any], Any],
    field: Callable[[Table, str], Any] = lambda table, name: table.floats[name],
) -> Point:
    """The values, with the fields and extents of each table in its place."""
    found: Point = {}
    for symbol, value in values.items():
        table = value.item() if isinstance(value, np.ndarray) and value.dtype == object and not value.shape else value
        if not isinstance(table, Table):
            found[symbol] = value
            continue
        for name, part in table.symbols.items():
            numbers = number(field(table, name))
            found[part] = Entries(numbers) if getattr(numbers, "shape", ()) else numbers
    return found


def _field_for_torch(table: Table, name: str) -> Any:
    """A tensor as it was given, so that it keeps its gradient."""
    value = table.values[name]
    return value if hasattr(value, "detach") else table.floats[name]


def _tabulated(formula: Tabulated, point: Point, arithmetic: Arithmetic) -> Any:
    parts = [point[symbol] for symbol in formula.uses]
    found = formula.compute(arithmetic.matrices(), *(p.numbers if isinstance(p, Entries) else p for p in parts))
    return Entries(found) if getattr(found, "shape", ()) else found


def _quadrature(formula: Quadrature, point: Point, arithmetic: Arithmetic) -> Any:
    low, high, beyond = formula.low, formula.high, None
    if arithmetic.cut is not None and formula.bound is not None:
        end, beyond = arithmetic.cut(arithmetic.value(formula.bound, point))
        low, high = (at if at.is_finite else sp.sign(at) * end for at in (low, high))
    edges = [arithmetic.value(edge, point) for edge in (low, *formula.breaks, high)]
    body = compiled(arithmetic.prepare(formula.integrand))
    narrow = formula.width is not None and arithmetic.cut is None
    width = arithmetic.value(formula.width, point) if narrow else None
    pieces = [arithmetic.integral(body, formula.variable, *ends, point, width) for ends in pairwise(edges)]
    total = sum(pieces[1:], pieces[0])
    return total if beyond is None else total + beyond


def _flow(formula: Flow, point: Point, backend: Backend) -> Any:
    state, stop = _followed(formula, point, backend)
    return backend.arithmetic.value(formula.value, point | state | {formula.variable: stop})


def _followed(formula: Flow, point: Point, backend: Backend) -> tuple[Point, Any]:
    """The state at the stop, and the stop."""
    arithmetic, symbols, written_out = backend.arithmetic, tuple(formula.rates), formula.written_out

    def rates(at: Any, state: Sequence[Any]) -> list[Any]:
        here = point | dict(zip(symbols, state, strict=True)) | {formula.variable: at}
        return [arithmetic.value(written_out[symbol], here) for symbol in symbols]

    start, stop = (arithmetic.value(edge, point) for edge in (formula.start, formula.stop))
    initial = [arithmetic.value(formula.initial[symbol], point) for symbol in symbols]
    return dict(zip(symbols, backend.flow(rates, initial, start, stop), strict=True)), stop


def _range(formula: Average, point: Point, arithmetic: Arithmetic) -> np.ndarray:
    low, high = (round(float(arithmetic.value(edge, point))) for edge in (formula.low, formula.high))
    return np.arange(low, high + 1, formula.step, dtype=float)


def _array_average(formula: Average, point: Point, arithmetic: Arithmetic) -> Any:
    room = point | {formula.variable: _range(formula, point, arithmetic)}
    log_weight = arithmetic.value(formula.log_weight, room)
    weight = np.exp(log_weight - np.max(log_weight))
    return np.sum(arithmetic.value(formula.value, room) * weight) / np.sum(weight)


def _scalar_average(exponential: Callable[[Any], Any]) -> Callable[[Average, Point, Arithmetic], Any]:
    def average(formula: Average, point: Point, arithmetic: Arithmetic) -> Any:
        low, high = (round(float(arithmetic.value(edge, point))) for edge in (formula.low, formula.high))
        total = norm = arithmetic.number(sp.Integer(0))
        for index in range(low, high + 1, formula.step):
            room = point | {formula.variable: arithmetic.number(sp.Integer(index))}
            weight = exponential(arithmetic.value(formula.log_weight, room))
            norm = norm + weight
            total = total + weight * arithmetic.value(formula.value, room)
        return total / norm

    return average


def _is_pointwise(formula: Formula) -> bool:
    """Whether the formula holds a finite sum or a flow, whose range depends on the parameters."""
    expressions = [item for item in vars(formula).values() if isinstance(item, sp.Expr)]
    has_sum = any(expression.has(sp.Sum, sp.Product) for expression in expressions)
    return isinstance(formula, Average | Flow | Tabulated) or has_sum or any(map(_is_pointwise, formula.given.values()))
