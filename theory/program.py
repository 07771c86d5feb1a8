"""A SymPy expression as a flat list of instructions that any arithmetic can run.

`compiled` shares common subexpressions; `stabilised` first rewrites what overflows or cancels in floating point:
log cosh, products of exponentials and powers of cosh, logarithms of sums of exponentials, exp(x)-1, log(1+x).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sympy import (
    Abs,
    Add,
    Expr,
    Function,
    Integral,
    Mul,
    Number,
    NumberSymbol,
    Pow,
    Product,
    Rational,
    Sum,
    Symbol,
    cosh,
    erfc,
    exp,
    log,
)
from sympy.codegen.cfunctions import expm1, log1p
from sympy.core.function import Application
from sympy.core.numbers import ImaginaryUnit

from theory.entries import entry


class log_cosh(Function):  # noqa: N801 - SymPy functions are lower case
    """log(cosh(x)) without overflow."""

    nargs = 1


class log_sum_exp(Function):  # noqa: N801 - SymPy functions are lower case
    """log(exp(x) + exp(y) + ...) without overflow."""


class reflected_erfc(Function):  # noqa: N801 - SymPy functions are lower case
    """erfc(-x), kept as it is."""

    nargs = 1


class UnsupportedExpression(ValueError):
    """The expression holds something that the evaluators do not know."""


@dataclass(frozen=True)
class Bound:
    """A sum, product or integral over `variable`; body and limits are programs of their own.

    tabular: a sum or product over numbers of a table
    """

    kind: type
    variable: Symbol
    body: Program
    low: Program
    high: Program
    tabular: bool = False


@dataclass(frozen=True)
class Program:
    """Instructions (operation, indices of operands); the last one is the value."""

    instructions: tuple[tuple[Any, tuple[int, ...]], ...]

    def run(self, values: Mapping[Symbol, Any], arithmetic: Any) -> Any:
        """The value of the expression in the given arithmetic."""
        results: list[Any] = []
        for operation, operands in self.instructions:
            results.append(_done(operation, [results[i] for i in operands], values, arithmetic))
        return results[-1]

    def along(self, variable: Symbol, values: Mapping[Symbol, Any], arithmetic: Any) -> Callable[[Any], Any]:
        """The value as a function of one variable: what does not depend on it is computed once."""
        fixed: list[Any] = []
        moving: dict[int, tuple[Any, tuple[int, ...]]] = {}
        for index, (operation, operands) in enumerate(self.instructions):
            if operation == variable or isinstance(operation, Bound) or not moving.keys().isdisjoint(operands):
                moving[index] = operation, operands
                fixed.append(None)
            else:
                fixed.append(_done(operation, [fixed[i] for i in operands], values, arithmetic))

        def function(at: Any) -> Any:
            results, here = fixed.copy(), {**values, variable: at}
            for index, (operation, operands) in moving.items():
                results[index] = _done(operation, [results[i] for i in operands], here, arithmetic)
            return results[-1]

        return function


def _done(operation: Any, arguments: list[Any], values: Mapping[Symbol, Any], arithmetic: Any) -> Any:
    """The result of one instruction."""
    if isinstance(operation, Symbol):
        return values[operation]
    if isinstance(operation, Expr):
        return arithmetic.number(operation)
    if isinstance(operation, Bound):
        return arithmetic.bound(operation, values)
    return arithmetic.apply(operation, arguments)


@lru_cache(maxsize=4096)
def compiled(expression: Expr) -> Program:
    """The expression as a program; raises UnsupportedExpression for what no arithmetic knows."""
    instructions: list[tuple[Any, tuple[int, ...]]] = []
    places: dict[Expr, int] = {}

    def place(node: Expr) -> int:
        if node in places:
            return places[node]
        if isinstance(node, Sum | Product | Integral):
            instruction = (_bound(node), ())
        elif isinstance(node, Symbol | Number | NumberSymbol):
            instruction = (node, ())
        elif isinstance(node, ImaginaryUnit) or not isinstance(node, Add | Mul | Pow | Application):
            raise UnsupportedExpression(f"cannot evaluate {node} (a {type(node).__name__})")
        else:
            instruction = (node.func, tuple(place(argument) for argument in node.args))
        places[node] = len(instructions)
        instructions.append(instruction)
        return places[node]

    place(expression)
    return Program(tuple(instructions))


@lru_cache(maxsize=4096)
def stabilised(expression: Expr) -> Expr:
    """An equal expression that floating point can evaluate in the tails.

    The work grows with the length of the expression: nothing is expanded or factored, whatever a person typed.
    """
    return _rewritten(_evaluated(expression))


def _evaluated(node: Expr) -> Expr:
    """Numbers in sums and products put together, also where they were kept as typed: exp(x) + (-1)*1 is exp(x) - 1."""
    if node.is_Atom or isinstance(node, Sum | Product | Integral):
        return node
    arguments = [_evaluated(argument) for argument in node.args]
    if isinstance(node, Add | Mul):
        arguments = [part for argument in arguments for part in node.func.make_args(argument)]
        numbers = [argument for argument in arguments if isinstance(argument, Rational)]
        others = [argument for argument in arguments if not isinstance(argument, Rational)]
        number = node.func(*numbers)
        arguments = others if number == node.func.identity and others else [number, *others]
        return _rebuilt(node, arguments) if len(arguments) > 1 else arguments[0]
    return _rebuilt(node, arguments)


def _rebuilt(node: Expr, arguments: Iterable[Any]) -> Expr:
    """The same operation.  SymPy must not evaluate: of loggamma(10**9) or exp(10**9*log(2)) it makes all digits."""
    return node.func(*arguments, evaluate=False)


def _rewritten(node: Expr) -> Expr:
    # From the top down: the factors of a product must be seen together before its parts are touched.
    if node.is_Atom:
        return node
    if isinstance(node, Sum | Product | Integral):
        return node.func(stabilised(node.function), *node.limits)
    if isinstance(node, Mul | Pow):
        together = _exponentials_together(node)
        return together if together is not None else _rebuilt(node, map(_rewritten, node.args))
    if isinstance(node, log):
        return _logarithm(node)
    if isinstance(node, Add):
        node = _minus_one(_reflected(node))
    return node if node.is_Atom else _rebuilt(node, map(_rewritten, node.args))


def _bound(node: Sum | Product | Integral) -> Bound:
    (variable, low, high), *others = node.limits
    inner = node.function if not others else node.func(node.function, *node.limits[:-1])
    if others:
        variable, low, high = node.limits[-1]
    tabular = isinstance(node, Sum | Product) and inner.has(entry)
    return Bound(node.func, variable, compiled(inner), compiled(low), compiled(high), tabular)


def _exponentials_together(node: Expr) -> Expr | None:
    """exp(u) cosh(v)^k = exp(u + k|v|) ((1 + exp(-2|v|))/2)^k, whose exponent is exact where u = +-k v."""
    factors = [(factor, *factor.as_base_exp()) for factor in Mul.make_args(node)]
    if not any(isinstance(base, cosh) and power.is_integer for _, base, power in factors):
        return None
    if any(base.args[0].has(cosh) for _, base, _ in factors if isinstance(base, cosh)):
        return None  # v is written twice: of cosh in cosh in cosh it would be 2^depth times
    exponent, rest = [], []
    for factor, base, power in factors:
        if isinstance(base, cosh) and power.is_integer:
            size = Abs(_rewritten(base.args[0]), evaluate=False)
            exponent.append(power * size)
            rest.append(Pow((1 + exp(-2 * size, evaluate=False)) / 2, power, evaluate=False))
        elif isinstance(factor, exp):
            exponent.append(_rewritten(factor.exp))
        else:
            rest.append(_rewritten(factor))
    return Mul(*rest, exp(Add(*exponent), evaluate=False), evaluate=False)


def _logarithm(node: Expr) -> Expr:
    argument = node.args[0]
    if isinstance(argument, cosh):
        return log_cosh(_rewritten(argument.args[0]))
    if isinstance(argument, Add):
        if argument.as_coeff_Add()[0] == 1 and not argument.has(exp):
            return log1p(_rewritten(argument - 1))
        exponents = [_log_of_term(term) for term in argument.args]
        if argument.has(exp) and None not in exponents:
            return log_sum_exp(*map(_rewritten, exponents))
    return _rebuilt(node, [_rewritten(argument)])


def _reflected(node: Add) -> Expr:
    """2 - erfc(u) = erfc(-u), which SymPy turns round by itself and which cancels for negative u."""
    constant, rest = node.as_coeff_Add()
    for term in Add.make_args(rest):
        factor, function = term.as_coeff_Mul()
        if isinstance(function, erfc) and constant == -2 * factor:
            return node - constant - term - factor * reflected_erfc(function.args[0])
    return node


def _minus_one(node: Expr) -> Expr:
    """c exp(u) - c = c expm1(u), for any factor c, where the difference cancels."""
    terms = list(Add.make_args(node))
    for term in tuple(terms):
        exponents, factors = _exponents_and_factors(term)
        rest = -Mul(*factors)
        if len(exponents) == 1 and rest in terms:
            terms.remove(rest)
            terms[terms.index(term)] = Mul(*factors, expm1(exponents[0], evaluate=False))
    return Add(*terms)


def _exponents_and_factors(term: Expr) -> tuple[list[Expr], list[Expr]]:
    """c and u of the product c exp(u)."""
    factors = Mul.make_args(term)
    exponents = [factor.exp for factor in factors if isinstance(factor, exp)]  # also of E**x, whose args are E, x
    return exponents, [factor for factor in factors if not isinstance(factor, exp)]


def _log_of_term(term: Expr) -> Any:
    """log of c exp(u) for a positive c; None if the term is no such product."""
    exponents, factors = _exponents_and_factors(term)
    if not all(factor.is_positive for factor in factors):
        return None
    return Add(*exponents, *(log(factor) for factor in factors if factor != 1))
