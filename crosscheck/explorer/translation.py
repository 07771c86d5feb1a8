"""A formula as plain data that a browser can evaluate: the flat programs of the theory with the names of operations.

A program is a list of instructions [operation, operand, ...]; operands are places in the list, the last is the value:
["s", name] is a symbol, ["n", number] a number, ["sum", index, body, low, high] holds three programs of its own.
Floating point evaluates the rewritten expression, in a browser as in numpy.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import sympy as sp
from scipy import special
from sympy.codegen.cfunctions import expm1, log1p

from theory.arithmetic import array_arithmetic
from theory.entries import entry
from theory.formula import Average, Explicit, Flow, Formula, Quadrature, Root, Tabulated
from theory.program import Bound, Program, compiled, log_cosh, log_sum_exp, reflected_erfc, stabilised

Json = dict[str, Any]

OPERATIONS: Mapping[type, str] = {
    sp.Add: "+", sp.Mul: "*", sp.Pow: "^", sp.Abs: "abs", sp.sign: "sign", sp.Max: "max", sp.Min: "min",
    sp.exp: "exp", sp.log: "log", sp.sin: "sin", sp.cos: "cos", sp.tan: "tan",
    sp.sinh: "sinh", sp.cosh: "cosh", sp.tanh: "tanh", sp.asin: "asin", sp.acos: "acos", sp.atan: "atan",
    sp.asinh: "asinh", sp.acosh: "acosh", sp.atanh: "atanh", expm1: "expm1", log1p: "log1p",
    sp.erf: "erf", sp.erfc: "erfc", sp.loggamma: "loggamma", sp.gamma: "gamma", sp.polygamma: "polygamma",
    sp.digamma: "digamma", log_cosh: "log_cosh", log_sum_exp: "log_sum_exp", reflected_erfc: "reflected_erfc",
    entry: "entry",
}  # fmt: skip
"""Every operation that the page knows; a test evaluates each of them in a browser against scipy."""
_BOUNDS: Mapping[type, str] = {sp.Sum: "sum", sp.Product: "product", sp.Integral: "integral"}


class Untranslatable(ValueError):
    """The formula holds what a browser is not told to evaluate: linear algebra, or a function that the page lacks."""


@dataclass
class Translator:
    """One formula; symbols of one name but other assumptions get names of their own."""

    names: dict[sp.Symbol, str] = field(default_factory=dict)

    def name(self, symbol: sp.Symbol) -> str:
        """The name of a symbol on the page."""
        if symbol not in self.names:
            taken = set(self.names.values())
            free = (f"{symbol.name}{mark}" for mark in ("", *(f"_{number}" for number in range(2, 99))))
            self.names[symbol] = next(name for name in free if name not in taken)
        return self.names[symbol]

    def formula(self, of: Formula) -> Json:
        """The shape with its programs; raises Untranslatable."""
        given = [[self.name(symbol), self.formula(definition)] for symbol, definition in of.given.items()]
        found = self._shape(of)
        return {**found, "given": given} if given else found

    def program(self, of: sp.Expr) -> list[Any]:
        """The instructions of one expression; raises Untranslatable."""
        return self._instructions(compiled(stabilised(of)))

    def _shape(self, of: Formula) -> Json:
        match of:
            case Explicit():
                return {"shape": "explicit", "value": self.program(of.expression)}
            case Root():
                edges = {"low": self.program(of.low), "high": self.program(of.high)}
                return {
                    "shape": "root",
                    "equation": self.program(of.equation),
                    "unknown": self.name(of.unknown),
                } | edges
            case Quadrature():
                edges = [self.program(edge) for edge in (of.low, *of.breaks, of.high)]
                width = None if of.width is None else self.program(of.width)
                body = {"body": self.program(of.integrand), "variable": self.name(of.variable)}
                return {"shape": "integral", **body, "edges": edges, "width": width}
            case Average():
                edges = {"low": self.program(of.low), "high": self.program(of.high), "step": of.step}
                weight = {"weight": self.program(of.log_weight), "variable": self.name(of.variable)}
                return {"shape": "average", "value": self.program(of.value), **weight, **edges}
            case Flow():
                return {
                    "shape": "flow",
                    "state": [
                        [self.name(symbol), self.program(of.initial[symbol]), self.program(rate)]
                        for symbol, rate in of.written_out.items()
                    ],
                    "variable": self.name(of.variable),
                    "start": self.program(of.start),
                    "stop": self.program(of.stop),
                    "value": self.program(of.value),
                }
            case Tabulated() if not of.uses:
                matrices = array_arithmetic(np, special).matrices()
                return {"shape": "constant", "value": np.asarray(of.compute(matrices)).tolist()}
            case Tabulated():
                raise Untranslatable("arrays are computed from the parameters")

    def _instructions(self, program: Program) -> list[Any]:
        return [self._instruction(operation, operands) for operation, operands in program.instructions]

    def _instruction(self, operation: Any, operands: tuple[int, ...]) -> list[Any]:
        if isinstance(operation, sp.Symbol):
            return ["s", self.name(operation)]
        if isinstance(operation, sp.Expr):
            return ["n", _number(operation)]
        if isinstance(operation, Bound):
            parts = [self._instructions(part) for part in (operation.body, operation.low, operation.high)]
            return [_BOUNDS[operation.kind], self.name(operation.variable), *parts]
        if operation not in OPERATIONS:
            raise Untranslatable(f"the function {operation.__name__}")
        return [OPERATIONS[operation], *operands]


def shapes(formula: Json) -> list[str]:
    """The shapes that a translated formula is made of, its own first, each once."""
    inner = [shape for _, definition in formula.get("given", ()) for shape in shapes(definition)]
    return list(dict.fromkeys([formula["shape"], *inner]))


def needed(formula: Json) -> set[str]:
    """The names that a translated formula takes from outside."""
    if formula["shape"] == "constant":
        return set()
    own = {formula.get("variable"), formula.get("unknown"), *(name for name, *_ in formula.get("state", ()))}
    found: set[str] = set()
    for key, part in formula.items():
        programs = (
            [program for row in part for program in row[1:]] if key == "state" else part if key == "edges" else [part]
        )
        if key != "given":
            found |= {name for program in programs if isinstance(program, list) for name in _free(program)}
    for name, definition in reversed(formula.get("given", [])):
        found = (found - {name}) | needed(definition)
    return found - own


def _free(program: list[Any]) -> set[str]:
    found: set[str] = set()
    for operation, *operands in program:
        if operation == "s":
            found.add(operands[0])
        elif operation in _BOUNDS.values():
            index, body, low, high = operands
            found |= (_free(body) - {index}) | _free(low) | _free(high)
    return found


def _number(of: sp.Expr) -> float | int | str:
    """As JSON can hold it: infinities by name."""
    value = float(of)
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return int(value) if value.is_integer() and abs(value) < 2**53 else value
