"""The five shapes of a closed form: Explicit, Root, Quadrature, Average, Flow; and Tabulated, which makes tables.

Each is plain data over SymPy expressions; `given` names the auxiliary quantities that the expressions use
(the magnetisation m as a Root, say), evaluated first and in order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from sympy import Eq, Expr, Integral, S, Sum, Symbol, exp
from sympy import latex as sympy_latex


@dataclass(frozen=True)
class Explicit:
    """The value of an expression."""

    expression: Expr
    given: Mapping[Symbol, Formula] = field(default_factory=dict)

    def equations(self, name: str) -> list[str]:
        """LaTeX lines that define the value."""
        return [f"{name} = {sympy_latex(self.expression)}", *_definitions(self.given)]


@dataclass(frozen=True)
class Root:
    """The zero of `equation` in `unknown` between low and high, where the equation changes sign once."""

    equation: Expr
    unknown: Symbol
    low: Expr
    high: Expr
    given: Mapping[Symbol, Formula] = field(default_factory=dict)

    def equations(self, name: str) -> list[str]:
        """LaTeX lines that define the value."""
        unknown = sympy_latex(self.unknown)
        where = f"{sympy_latex(self.low)} < {unknown} < {sympy_latex(self.high)}"
        named = [] if name == unknown else [f"{name} = {unknown}"]
        return [*named, rf"{sympy_latex(Eq(self.equation, 0))}, \quad {where}", *_definitions(self.given)]


@dataclass(frozen=True)
class Quadrature:
    """The integral of `integrand` over low < variable < high; `breaks` are interior points that help.

    bound   a positive number with |integrand| <= bound exp(-variable^2/2), by which balls cut off an infinite range
    width   the length over which the integrand changes: floating point spaces its nodes by it
    """

    integrand: Expr
    variable: Symbol
    low: Expr = S.NegativeInfinity
    high: Expr = S.Infinity
    given: Mapping[Symbol, Formula] = field(default_factory=dict)
    breaks: tuple[Expr, ...] = ()
    bound: Expr | None = None
    width: Expr | None = None

    def equations(self, name: str) -> list[str]:
        """LaTeX lines that define the value."""
        integral = Integral(self.integrand, (self.variable, self.low, self.high))
        return [f"{name} = {sympy_latex(integral)}", *_definitions(self.given)]


@dataclass(frozen=True)
class Average:
    """sum value exp(log_weight) / sum exp(log_weight) over variable = low, low + step, ..., high."""

    value: Expr
    log_weight: Expr
    variable: Symbol
    low: Expr
    high: Expr
    step: int = 1
    given: Mapping[Symbol, Formula] = field(default_factory=dict)

    def equations(self, name: str) -> list[str]:
        """LaTeX lines that define the value."""
        limits = (self.variable, self.low, self.high)
        weight = exp(self.log_weight, evaluate=False)
        above, below = sympy_latex(Sum(self.value * weight, limits)), sympy_latex(Sum(weight, limits))
        steps = [] if self.step == 1 else [rf"{sympy_latex(self.variable)} \text{{ in steps of }} {self.step}"]
        return [rf"{name} = \frac{{{above}}}{{{below}}}", *steps, *_definitions(self.given)]


@dataclass(frozen=True)
class Flow:
    """`value` at variable = stop of the solution of d(symbol)/d(variable) = rate from `initial` at variable = start.

    where   names for parts of the rates, which change with the state; one may use those before it
    """

    rates: Mapping[Symbol, Expr]
    initial: Mapping[Symbol, Expr]
    variable: Symbol
    stop: Expr
    value: Expr
    start: Expr = S.Zero
    given: Mapping[Symbol, Formula] = field(default_factory=dict)
    where: Mapping[Symbol, Expr] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if set(self.rates) != set(self.initial):
            raise ValueError(f"Flow: rates of {sorted(map(str, self.rates))}, initial values of others")

    @property
    def written_out(self) -> Mapping[Symbol, Expr]:
        """The rates without names for their parts."""
        named: dict[Symbol, Expr] = {}
        for symbol, part in self.where.items():
            named[symbol] = part.xreplace(named)
        return {symbol: rate.xreplace(named) for symbol, rate in self.rates.items()}

    def equations(self, name: str) -> list[str]:
        """LaTeX lines that define the value."""
        at, start = sympy_latex(self.variable), sympy_latex(self.start)
        lines = [rf"{name} = \left.{sympy_latex(self.value)}\right|_{{{at} = {sympy_latex(self.stop)}}}"]
        for symbol, rate in self.rates.items():
            letter = sympy_latex(symbol)
            initial = sympy_latex(self.initial[symbol])
            lines.append(rf"\frac{{d {letter}}}{{d {at}}} = {sympy_latex(rate)}, \quad {letter}({start}) = {initial}")
        lines += [f"{sympy_latex(symbol)} = {sympy_latex(part)}" for symbol, part in self.where.items()]
        return lines + _definitions(self.given)


@dataclass(frozen=True)
class Tabulated:
    """An auxiliary table that linear algebra makes of others, the same way in every arithmetic.

    compute(matrices, *values of `uses`) returns an array, or a number; `defined` says in LaTeX what it is.
    """

    compute: Callable[..., Any]
    uses: tuple[Symbol, ...]
    defined: str
    given: Mapping[Symbol, Formula] = field(default_factory=dict)

    def equations(self, name: str) -> list[str]:
        """LaTeX lines that define the table."""
        return [f"{name} = {self.defined}", *_definitions(self.given)]


Formula = Explicit | Root | Quadrature | Average | Flow | Tabulated


def symbols(formula: Formula) -> frozenset[Symbol]:
    """All symbols in a formula and in what is given with it, bound ones included."""
    return frozenset(chain.from_iterable(map(_symbols, vars(formula).values())))


def _symbols(part: Any) -> frozenset[Symbol]:
    if isinstance(part, Expr):
        return frozenset(part.atoms(Symbol))
    if isinstance(part, Mapping):
        return frozenset(chain.from_iterable(map(_symbols, part.values())))
    if isinstance(part, tuple):
        return frozenset(chain.from_iterable(map(_symbols, part)))
    return symbols(part) if isinstance(part, Formula) else frozenset()


def as_formula(given: Formula | Expr) -> Formula:
    """A bare SymPy expression is an Explicit formula."""
    return Explicit(given) if isinstance(given, Expr) else given


def _definitions(given: Mapping[Symbol, Formula]) -> list[str]:
    return [line for symbol, formula in given.items() for line in formula.equations(sympy_latex(symbol))]
