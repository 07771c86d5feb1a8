"""Formulas and steps as a terminal shows them: SymPy's own text, which can be typed back."""

from __future__ import annotations

import textwrap

from sympy import Expr, sstr

from theory.derivation import Step
from theory.formula import Average, Explicit, Flow, Formula, Quadrature, Root, Tabulated

WIDTH = 110


def formula_lines(name: str, formula: Formula) -> tuple[str, ...]:
    """The definition, one line per equation."""
    match formula:
        case Explicit():
            lines = [f"{name} = {sstr(formula.expression)}"]
        case Root():
            zero = f"0 = {sstr(formula.equation)}  for {sstr(formula.low)} < {formula.unknown} < {sstr(formula.high)}"
            lines = [zero] if name == formula.unknown.name else [f"{name} = {formula.unknown}", zero]
        case Quadrature():
            limits = f"{formula.variable} = {sstr(formula.low)} .. {sstr(formula.high)}"
            lines = [f"{name} = integral over {limits} of {sstr(formula.integrand)}"]
        case Average():
            limits = f"{formula.variable} = {sstr(formula.low)} .. {sstr(formula.high)}"
            steps = f" in steps of {formula.step}" if formula.step != 1 else ""
            lines = [
                f"{name} = mean of {sstr(formula.value)} over {limits}{steps}",
                f"weights proportional to exp({sstr(formula.log_weight)})",
            ]
        case Flow():
            lines = [f"{name} = {sstr(formula.value)} at {formula.variable} = {sstr(formula.stop)}"]
            for symbol, rate in formula.rates.items():
                initial = f"{symbol}({sstr(formula.start)}) = {sstr(formula.initial[symbol])}"
                lines.append(f"d{symbol}/d{formula.variable} = {sstr(rate)}, {initial}")
            lines += [f"{symbol} = {sstr(part)}" for symbol, part in formula.where.items()]
        case Tabulated():
            lines = [f"{name} = a table, by linear algebra, of {', '.join(symbol.name for symbol in formula.uses)}"]
    inner = [line for symbol, item in formula.given.items() for line in formula_lines(symbol.name, item)]
    return (*lines, *inner)


def step_lines(step: Step) -> tuple[str, ...]:
    """Both sides of a step, the right one on a line of its own when they are long."""
    verb = _verb(step)
    one = f"{_side(step.left)} {verb} {_side(step.right)}"
    return (one,) if len(one) <= WIDTH else (_side(step.left), f"{verb} {_side(step.right)}")


def _side(expression: Expr) -> str:
    return textwrap.shorten(sstr(expression), 3 * WIDTH, placeholder=" ...")


def _verb(step: Step) -> str:
    kind = getattr(step.check, "__qualname__", "").partition(".")[0]
    return {
        "antiderivative": "has the antiderivative",
        "stationary": "is stationary at",
        "solves_ode": "as a rate is solved by",
        "series": "->",
        "assumed": "is taken to be",
    }.get(kind, "=")
