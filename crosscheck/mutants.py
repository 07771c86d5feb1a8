"""The mutants of a formula: every operator of the fixed list applied wherever it applies, equal results merged."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Add, Expr, I, Integer, Integral, Mul, Pow, Product, Sum, Symbol, Tuple, nan, oo, sstr, zoo

from crosscheck.mutation_operators import LIMITS, LOCAL, OVERALL, WEIGHT_LOST, Role
from theory.entries import entry
from theory.formula import Average, Explicit, Flow, Formula, Quadrature, Root

SHOWN = 40
"""Characters of a node in the name of a mutant."""


@dataclass(frozen=True)
class Mutant:
    """A formula with one change: `operator` applied at `place`; `expression` is the changed line as text."""

    operator: str
    place: str
    expression: str
    formula: Formula

    @property
    def name(self) -> str:
        """ "factor 2 at tanh(h*m)"."""
        return f"{self.operator} at {self.place}"


@dataclass(frozen=True)
class Line:
    """One expression of a formula: what it is called, the symbols it binds, and the formula with another in its place.

    `role` is "limit" for the ends of a sum or of an infinite range, else "whole".
    """

    label: str
    expression: Expr
    bound: frozenset[Symbol]
    role: Role
    rebuilt: Callable[[Expr], Formula]


def mutants(formula: Formula) -> tuple[Mutant, ...]:
    """All mutants, in the order of the lines and of the operators; structurally equal ones once, under the first name.

    Results that are no formula (a division by zero, an imaginary unit) are nothing that could be printed: left out.
    """
    found: dict[Any, Mutant] = {key(formula): Mutant("", "", "", formula)}
    names: dict[str, int] = {}
    for line in lines(formula):
        for operator, place, changed in _changes(line):
            if changed.has(zoo, nan, I) or (changed.has(oo) and not line.expression.has(oo)):
                continue
            mutant = line.rebuilt(changed)
            if key(mutant) in found:
                continue
            within = f" in {line.label}" if line.label else ""
            where = textwrap.shorten(place, SHOWN, placeholder="...") + within
            count = names[operator + where] = names.get(operator + where, 0) + 1
            text = f"{line.label}: {sstr(changed)}" if line.label else sstr(changed)
            found[key(mutant)] = Mutant(operator, where + (f" ({count})" if count > 1 else ""), text, mutant)
    return tuple(mutant for mutant in found.values() if mutant.operator)


def lines(formula: Formula) -> Iterator[Line]:
    """The expressions of a formula, its auxiliary quantities after it.

    The bracket of a Root is no line: it says which of the roots is meant.  Auxiliary quantities that nothing uses are
    no part of the formula.
    """

    def line(label: str, name: str, bound: tuple[Symbol, ...] = (), role: Role = "whole") -> Line:
        return Line(
            label,
            getattr(formula, name),
            frozenset(bound),
            role,
            lambda changed: replace(formula, **{name: changed}),
        )

    def entry(label: str, name: str, symbol: Symbol, bound: tuple[Symbol, ...]) -> Line:
        table: Mapping[Symbol, Expr] = getattr(formula, name)

        def rebuilt(changed: Expr) -> Formula:
            return replace(formula, **{name: {**table, symbol: changed}})

        return Line(f"{label} {symbol}", table[symbol], frozenset(bound), "whole", rebuilt)

    match formula:
        case Explicit():
            yield line("", "expression")
        case Root():
            yield line("the equation", "equation", (formula.unknown,))
        case Quadrature():
            yield line("the integrand", "integrand", (formula.variable,))
            for end in ("low", "high"):
                role = "limit" if getattr(formula, end).is_infinite else "whole"
                yield line(f"the {end} end", end, role=role)
        case Average():
            yield line("the value", "value", (formula.variable,))
            yield line("the log weight", "log_weight", (formula.variable,))
            yield line("the low end", "low", role="limit")
            yield line("the high end", "high", role="limit")
        case Flow():
            bound = (formula.variable, *formula.rates)
            for symbol in formula.rates:
                yield entry("the rate of", "rates", symbol, bound)
                yield entry("the initial", "initial", symbol, ())
            for symbol in formula.where:
                yield entry("the part", "where", symbol, bound)
            yield line("the value", "value", bound)
            yield line("the stop", "stop")
            yield line("the start", "start")
    used = _used(formula)
    for symbol, given in formula.given.items():
        for inner in lines(given) if symbol in used else ():
            yield _inside(formula, symbol, inner)


def _used(formula: Formula) -> set[Symbol]:
    """The symbols on which the value depends, directly or through auxiliary quantities."""
    used = _symbols({name: value for name, value in vars(formula).items() if name != "given"})
    for symbol, given in reversed(list(formula.given.items())):
        if symbol in used:
            used |= _used(given)
    return used


def _symbols(value: Any) -> set[Symbol]:
    if isinstance(value, Expr):
        return {symbol for symbol in value.free_symbols if isinstance(symbol, Symbol)}
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple) else ()
    return set().union(*map(_symbols, parts))


def key(formula: Formula) -> Any:
    """Equal for formulas that are structurally equal, and hashable."""
    fields = {name: value for name, value in vars(formula).items() if name != "given"}
    flat = tuple(tuple(sorted(v.items(), key=str)) if isinstance(v, Mapping) else v for v in fields.values())
    return type(formula).__name__, flat, tuple((symbol, key(given)) for symbol, given in formula.given.items())


def _inside(formula: Formula, symbol: Symbol, inner: Line) -> Line:
    def rebuilt(changed: Expr) -> Formula:
        return replace(formula, given={**formula.given, symbol: inner.rebuilt(changed)})

    label = f"{inner.label} of {symbol}" if inner.label else str(symbol)
    return replace(inner, label=label, rebuilt=rebuilt)


def _changes(line: Line) -> Iterator[tuple[str, str, Expr]]:
    """(operator, place, new expression) of everything that can be done to a line.

    A number of a table is changed as a symbol is: what cannot be misprinted is which table, and which index, it has.
    """
    names = {of: Symbol(sstr(of), **of.assumptions0) for of in line.expression.atoms(entry)}
    back = {symbol: of for of, symbol in names.items()}
    for operator, place, changed in _changes_of_symbols(replace(line, expression=line.expression.xreplace(names))):
        restored: Any = changed.xreplace(back)
        yield operator, place, restored


def _changes_of_symbols(line: Line) -> Iterator[tuple[str, str, Expr]]:
    nodes = list(_nodes(line.expression, line.role, lambda new: new, line.bound))
    for operator in (*LOCAL, *LIMITS):
        for node, role, rebuilt, bound in nodes:
            if (role == "limit") != (operator in LIMITS) or (node in bound and operator.name == "symbol to 1"):
                continue
            for changed in operator.change(node, role):
                yield operator.name, sstr(node), rebuilt(changed)
    if line.role == "limit":
        return
    free = sorted(_symbols(line.expression) - line.bound, key=str)
    for operator in OVERALL:
        for concerned, changed in operator.change(line.expression, free):
            yield operator.name, concerned, changed
    if line.label.startswith("the log weight"):
        yield WEIGHT_LOST, sstr(line.expression), Integer(0)


Node = tuple[Expr, Role, Callable[[Expr], Expr], frozenset[Symbol]]


def _nodes(node: Any, role: Role, rebuilt: Callable[[Expr], Expr], bound: frozenset[Symbol]) -> Iterator[Node]:
    """Every node from the top down, with what it is to its parent and the way to put another in its place."""
    yield node, role, rebuilt, bound
    if role == "limit":
        return
    if isinstance(node, Sum | Product | Integral):
        yield from _summation(node, rebuilt, bound)
        return
    for index, (part, inner) in enumerate(zip(node.args, _roles(node), strict=True)):

        def put(new: Expr, index: int = index) -> Expr:
            return rebuilt(node.func(*node.args[:index], new, *node.args[index + 1 :]))

        yield from _nodes(part, inner, put, bound)


def _roles(node: Any) -> tuple[Role, ...]:
    if isinstance(node, Pow):
        return ("base", "exponent")
    return (("term" if isinstance(node, Add) else "factor" if isinstance(node, Mul) else "argument"),) * len(node.args)


def _summation(node: Any, rebuilt: Callable[[Expr], Expr], bound: frozenset[Symbol]) -> Iterator[Node]:
    body, *limits = node.args
    indices = bound | {limit[0] for limit in limits}
    yield from _nodes(body, "summand", lambda new: rebuilt(node.func(new, *limits)), indices)
    for index, (variable, *ends) in enumerate(limits):
        for which, end in enumerate(ends):

            def put(new: Expr, index: int = index, which: int = which, variable: Symbol = variable) -> Expr:
                moved = [*limits[index][1:]]
                moved[which] = new
                return rebuilt(node.func(body, *limits[:index], Tuple(variable, *moved), *limits[index + 1 :]))

            yield end, "limit", put, indices
