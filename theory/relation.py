"""A step of a derivation as one line of LaTeX: what its check says of its two sides."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sympy import Expr, Symbol, latex
from sympy.printing.latex import LatexPrinter

from theory.breaking import broken, letters
from theory.derivation import Check, Derivation, Step
from theory.formula import as_formula
from theory.notation import NOTATION

WIDEST, MOST_LINES = 90, 6  # what a reader could still follow


def relation(step: Step) -> str:
    """left = right, or left tends to right, or right solves an equation of motion."""
    left, right = _side(step.left), _side(step.right)
    kind, details = _nature(step.check)
    if kind == "antiderivative":
        variable = latex(details["variable"])
        return rf"\int {left} \, d{variable} = {right}"
    if kind == "stationary":
        variable = latex(details["variable"])
        slope = rf"\frac{{\partial}}{{\partial {variable}}} \left[ {left} \right]"
        return rf"{slope} = 0 \quad \text{{at }} {variable} = {right}"
    if kind == "solves_ode":
        unknown, variable = latex(details["unknown"]), latex(details["variable"])
        return rf"\frac{{d {unknown}}}{{d {variable}}} = {left} \quad \text{{is solved by }} {unknown} = {right}"
    if kind == "series":
        return _expansion(left, right, details)
    return f"{left} = {right}"


def definitions(step: Step) -> tuple[str, ...]:
    """What the symbols that the step defines stand for, in LaTeX."""
    lines = []
    for symbol, item in step.where.items():
        for line in as_formula(item).equations(latex(symbol)):
            lines.append(line if _readable(line) else rf"{latex(symbol)} = \left[ \text{{a long expression}} \right]")
    return tuple(lines)


@contextmanager
def readable_names(derivation: Derivation | None = None) -> Iterator[None]:
    """Within, SymPy prints score_error and d_over_n as words, and sets factors apart; so for names of a derivation."""
    before = dict(LatexPrinter._global_settings)
    steps = derivation.steps if derivation else ()
    own = {symbol for step in steps for symbol in step.left.free_symbols | step.right.free_symbols | set(step.where)}
    named = [*(entry.symbol for entry in NOTATION.values()), *(s for s in own if isinstance(s, Symbol))]
    words = {symbol: word for symbol in named if (word := _word(symbol.name))}
    LatexPrinter.set_global_settings(symbol_names=words, mul_symbol=r" \, ")
    try:
        yield
    finally:
        LatexPrinter._global_settings.clear()
        LatexPrinter._global_settings.update(before)


def _side(expression: Expr) -> str:
    text = latex(expression)
    if _readable(text):
        return text
    return rf"\left[ \text{{an expression of {expression.count_ops()} operations}} \right]"


def _readable(text: str) -> bool:
    rows = broken(text)
    return len(rows) <= MOST_LINES and max(map(letters, rows)) <= WIDEST


def _expansion(left: str, right: str, details: dict[str, Any]) -> str:
    symbol, to, order = latex(details["symbol"]), details["to"], details["order"]
    if order == 0:
        return rf"{left} \to {right} \quad ({symbol} \to {latex(to)})"
    small = symbol if to.is_zero or not to.is_finite else rf"\left({symbol} - {latex(to)}\right)"
    power = order if to.is_finite else -order
    remainder = rf"o\left( {small if power == 1 else f'{small}^{{{power}}}'} \right)"
    return rf"{left} = {'' if right == '0' else f'{right} + '}{remainder} \quad ({symbol} \to {latex(to)})"


def _nature(check: Check) -> tuple[str, dict[str, Any]]:
    """The factory that made a check, and its arguments; a check without a factory is its own name."""
    factory = getattr(check, "__qualname__", "equal").partition(".")[0]
    return factory, dict(inspect.getclosurevars(check).nonlocals) if inspect.isfunction(check) else {}


def _word(name: str) -> str | None:
    """A name that LaTeX would take apart, in roman type."""
    if name == "d_over_n":
        return r"\mathrm{d/n}"
    spaced = name.replace("_", r"\ ")
    return None if _is_one_letter(name) else rf"\mathrm{{{spaced}}}"


def _is_one_letter(name: str) -> bool:
    """Whether SymPy prints the name as one letter, Greek or Latin, with at most a number below."""
    from sympy.printing.latex import translate

    head = name.rstrip("0123456789")
    return len(head) == 1 or translate(head).startswith("\\") or (name.count("_") == 1 and len(name.split("_")[0]) == 1)
