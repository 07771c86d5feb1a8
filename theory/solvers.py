"""Roots, finite averages and flows, once for each arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from scipy.integrate import solve_ivp
from scipy.optimize import brentq, elementwise

from theory.arithmetic import Arithmetic, NoBall, digits_arithmetic
from theory.domain import ParameterError
from theory.entries import Entries
from theory.formula import Root

Point = dict[sp.Symbol, Any]
Rates = Callable[[Any, Sequence[Any]], Sequence[Any]]


def array_root(formula: Root, point: Point, arithmetic: Arithmetic) -> np.ndarray:
    """Elementwise bracketed root (Chandrupatla), to double precision."""
    low, high = (arithmetic.value(edge, point) for edge in (formula.low, formula.high))
    tables = {symbol: value for symbol, value in point.items() if isinstance(value, Entries)}
    symbols = tuple(formula.equation.free_symbols - {formula.unknown, *tables})
    low, high, *parameters = np.broadcast_arrays(low, high, *(point[symbol] for symbol in symbols))

    def residual(at: np.ndarray, *others: np.ndarray) -> np.ndarray:
        here = dict(zip(symbols, others, strict=True))
        return arithmetic.value(formula.equation, {**tables, **here, formula.unknown: at})

    if not low.shape:
        return _scalar_root(formula, lambda at: float(residual(np.asarray(at), *parameters)), float(low), float(high))
    found = elementwise.find_root(residual, (low, high), args=tuple(parameters))
    if not np.all(found.success):
        raise ValueError(_no_root(formula))
    return found.x


def _scalar_root(formula: Root, residual: Callable[[float], float], low: float, high: float) -> np.ndarray:
    # One root does not pay for the set-up of the elementwise solver, which takes twenty times as long.
    try:
        return np.asarray(brentq(residual, low, high, xtol=1e-300, rtol=4 * np.finfo(float).eps))
    except ValueError:
        raise ValueError(_no_root(formula)) from None


def tensor_root(formula: Root, point: Point, arithmetic: Arithmetic, arrays: Arithmetic) -> Any:
    """The array root, then one Newton step that carries the gradient of the implicit function."""
    detached = {symbol: _detached(value) for symbol, value in point.items()}
    start = arithmetic.number(sp.Float(0)) + _like(array_root(formula, detached, arrays), point)
    slope = arithmetic.value(sp.diff(formula.equation, formula.unknown), {**point, formula.unknown: start}).detach()
    return start - arithmetic.value(formula.equation, {**point, formula.unknown: start}) / slope


def _detached(value: Any) -> Any:
    return Entries(_detached(value.numbers)) if isinstance(value, Entries) else value.detach().cpu().numpy()


def digits_root(formula: Root, point: Point, arithmetic: Arithmetic) -> mpmath.mpf:
    """Inverse quadratic steps or bisection (Chandrupatla 1997) until a change of sign is enclosed to all digits."""

    def residual(at: mpmath.mpf) -> mpmath.mpf:
        return arithmetic.value(formula.equation, {**point, formula.unknown: at})

    last, other = (arithmetic.value(side, point) for side in (formula.low, formula.high))
    of_last, of_other = residual(last), residual(other)
    if of_last * of_other > 0:
        raise ValueError(_no_root(formula))
    wanted, share = mpmath.mpf(10) ** (-mpmath.mp.dps + 3), mpmath.mpf("0.5")
    with mpmath.extradps(10):
        while of_last and of_other:  # of opposite signs
            found = last + share * (other - last)
            of_found = residual(found)
            if of_found * of_last > 0:
                before, of_before = last, of_last
            else:
                before, other, of_before, of_other = other, last, of_other, of_last
            last, of_last = found, of_found
            least = wanted * max(abs(found), wanted) / (2 * abs(other - last))
            if least > 0.5:
                break
            along, height = (last - other) / (before - other), (of_last - of_other) / (of_before - of_other)
            share = mpmath.mpf("0.5")
            if height**2 < along and (1 - height) ** 2 < 1 - along and of_before != of_last:
                share = of_last / (of_other - of_last) * of_before / (of_other - of_before) + (before - last) / (
                    other - last
                ) * of_last / (of_before - of_last) * of_other / (of_before - of_other)
            share = min(1 - least, max(least, share))
        return last if abs(of_last) < abs(of_other) else other


def _middle(value: Any) -> Any:
    """The middle of a ball, or of each in a table."""
    import flint

    if isinstance(value, Entries):
        return Entries(np.frompyfunc(_middle, 1, 1)(value.numbers))
    return mpmath.mpf(value.str(flint.ctx.dps, radius=False))


def ball_root(formula: Root, point: Point, arithmetic: Arithmetic) -> Any:
    """An interval Newton step around the approximate root: the ball it returns holds exactly one root."""
    import flint

    with mpmath.workprec(flint.ctx.prec + 20):
        middle = {symbol: _middle(value) for symbol, value in point.items()}
        start = flint.arb(mpmath.nstr(digits_root(formula, middle, digits_arithmetic()), mpmath.mp.dps))
    slope = sp.diff(formula.equation, formula.unknown)
    for spread in range(flint.ctx.prec - 8, 8, -8):
        around = start + flint.arb(0, flint.arb(2) ** -spread)
        residual = arithmetic.value(formula.equation, {**point, formula.unknown: start.mid()})
        derivative = arithmetic.value(slope, {**point, formula.unknown: around})
        if derivative.contains(0):
            continue
        newton = start.mid() - residual / derivative
        if around.contains(newton):
            return newton
    raise NoBall(f"interval Newton does not contract on {formula.equation}")


@dataclass(frozen=True)
class Effort:
    """How a flow is followed in double precision: relative error of a step, and how many rates it may ask for."""

    error: float = 1e-12
    most: int = 50_000  # a few hundred are enough where training has not long ended


FULL = Effort()
JUDGED = Effort(1e-9)
"""Where a simulation is judged, which sees no more of it: half the steps."""
ROUGH = Effort(1e-5, 2000)
"""Where a thousandth counts: a fifth of the steps."""
BLOWS_UP = "it blows up, or is too steep: choose smaller rates, initial values, or an earlier time"


def array_flow(
    rates: Rates, initial: Sequence[float], start: float, stop: float, effort: Effort = FULL
) -> Sequence[float]:
    """The state at `stop`, by an eighth-order Runge-Kutta method."""
    asked = count(1)

    def slopes(at: float, state: np.ndarray) -> np.ndarray:
        # A sum inside a rate makes room for its nodes in every number.
        found = np.asarray(rates(np.float64(at), state), dtype=float)
        if not np.isfinite(found).all():  # of which the solver would take ever smaller steps, or nan ones for ever
            raise ParameterError(f"the flow stops before {stop:.6g}: no finite rate at {at:.6g}; {BLOWS_UP}")
        if next(asked) > effort.most:
            reason = f"{effort.most} rates do not lead beyond {at:.6g}; {BLOWS_UP}"
            raise ParameterError(f"the flow stops before {stop:.6g}: {reason}")
        return found

    with np.errstate(over="ignore", invalid="ignore"):  # which `slopes` answers
        solution = solve_ivp(
            slopes, (start, stop), initial, method="DOP853", rtol=effort.error, atol=effort.error / 100
        )
    if not solution.success:
        raise ParameterError(f"the flow stops at {solution.t[-1]:.6g} before {stop:.6g}: {BLOWS_UP}")
    return solution.y[:, -1]


def tensor_flow(rates: Rates, initial: Sequence[Any], start: Any, stop: Any, steps: int = 400) -> Sequence[Any]:
    """The state at `stop` by the classical fourth-order Runge-Kutta method, differentiable."""
    step = (stop - start) / steps
    state = list(initial)
    for index in range(steps):
        at = start + index * step
        first = rates(at, state)
        second = rates(at + step / 2, [y + step / 2 * k for y, k in zip(state, first, strict=True)])
        third = rates(at + step / 2, [y + step / 2 * k for y, k in zip(state, second, strict=True)])
        fourth = rates(at + step, [y + step * k for y, k in zip(state, third, strict=True)])
        stages = zip(state, first, second, third, fourth, strict=True)
        state = [y + step / 6 * (a + 2 * b + 2 * c + e) for y, a, b, c, e in stages]
    return state


def digits_flow(rates: Rates, initial: Sequence[Any], start: Any, stop: Any) -> Sequence[Any]:
    """The state at `stop` by Taylor series at the working precision."""
    solution = mpmath.odefun(lambda at, state: list(rates(at, state)), start, list(initial))(stop)
    return solution if isinstance(solution, list | tuple | mpmath.matrix) else [solution]


def _like(array: np.ndarray, point: Point) -> Any:
    tensor = next(value for value in point.values() if not isinstance(value, Entries))
    return tensor.new_tensor(array)


def _no_root(formula: Root) -> str:
    return f"{formula.equation} has no change of sign for {formula.unknown} between {formula.low} and {formula.high}"
