"""A formula typed by a person, in Python notation or LaTeX, as a SymPy expression; nothing is ever executed.

The text is parsed to a syntax tree and walked: names out of a given list, numbers, + - * / **, and the functions of
`FUNCTIONS`.  Everything else, and whatever could take long to evaluate, raises FormulaError in one line.
"""

from __future__ import annotations

import ast
import difflib
import math
import operator
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

import sympy as sp

from crosscheck.latex_notation import looks_like_latex, to_python
from crosscheck.usage import FormulaError

LONGEST = 2000  # characters
DEEPEST = 60  # nested operations
LARGEST_POWER = 1000
LARGEST = 1e300
MOST_DIGITS = 60  # of one literal


@dataclass(frozen=True)
class _Algebra:
    """What numbers, operators and functions mean: once as SymPy objects, once as floats."""

    number: Callable[[Fraction], Any]
    negative: Callable[[Any], Any]
    operators: Mapping[type[ast.operator], Callable[[Any, Any], Any]]
    functions: Mapping[str, Callable[[Any], Any]]
    constants: Mapping[str, Any]


def parse(text: str, names: Mapping[str, sp.Symbol], *, points: Iterable[Mapping[str, float]] = ()) -> sp.Expr:
    """The expression that `text` denotes, in the symbols `names`; kept as typed, not simplified.

    Text with a backslash, a brace or a circumflex is read as LaTeX.  At each of `points` (values of all names) the
    formula must be a finite real number.  Raises FormulaError.
    """
    if len(text) > LONGEST:
        raise FormulaError(f"formula: {len(text)} characters; at most {LONGEST}")
    if "=" in text:
        raise FormulaError("formula: holds an equals sign; type the right-hand side only")
    source = to_python(text, tuple(names), tuple(FUNCTIONS)) if looks_like_latex(text) else text.strip()
    tree = _tree(source)
    expression = _built(tree, _symbolic(names), source)
    for part in _closed(tree):
        _built(part, _floating({}), source)
    for point in points:
        try:
            _built(tree, _floating(point), source)
        except FormulaError as error:
            shown = ", ".join(f"{name} = {value:.6g}" for name, value in sorted(point.items()))
            raise FormulaError(f"{error} at {shown}") from None
    return expression


def _tree(source: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the tokenizer warns of literals such as "1or"
            return ast.parse(source, mode="eval").body
    except (SyntaxError, ValueError) as error:
        place = f" near column {error.offset}" if isinstance(error, SyntaxError) and error.offset else ""
        raise FormulaError(f"formula: cannot be read{place}: {_short(source)}") from None
    except (MemoryError, RecursionError):
        raise FormulaError("formula: nested too deeply") from None


def _built(tree: ast.expr, algebra: _Algebra, source: str) -> Any:
    try:
        return _walk(tree, algebra, source, depth=0, power=1.0)
    except OverflowError:
        raise FormulaError(f"formula: a value beyond {LARGEST:g}") from None
    except ZeroDivisionError:
        raise FormulaError("formula: divides by zero") from None


def _walk(node: ast.expr, algebra: _Algebra, source: str, *, depth: int, power: float) -> Any:
    if depth > DEEPEST:
        raise FormulaError(f"formula: nested too deeply; at most {DEEPEST} levels")
    below = partial(_walk, algebra=algebra, source=source, depth=depth + 1, power=power)
    if isinstance(node, ast.Constant):
        return algebra.number(_literal(node, source))
    if isinstance(node, ast.Name):
        return _name(node.id, algebra)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return algebra.negative(below(node.operand)) if isinstance(node.op, ast.USub) else below(node.operand)
    if isinstance(node, ast.BinOp) and type(node.op) in algebra.operators:
        if isinstance(node.op, ast.Pow):
            power *= _degree(node.right, source)
            if power > LARGEST_POWER:
                raise FormulaError(f"formula: a power beyond {LARGEST_POWER}")
            below = partial(below, power=power)
        return algebra.operators[type(node.op)](below(node.left), below(node.right))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id not in algebra.functions:
            raise FormulaError(f"formula: unknown function {_short(node.func.id)}; known: {', '.join(FUNCTIONS)}")
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            raise FormulaError(f"formula: {node.func.id} takes one argument")
        return algebra.functions[node.func.id](below(node.args[0]))
    raise FormulaError(f"formula: only names, numbers, + - * / ** and listed functions: {_short(source, node)}")


def _name(name: str, algebra: _Algebra) -> Any:
    if name in algebra.constants:
        return algebra.constants[name]
    if name in FUNCTIONS:
        raise FormulaError(f"formula: {name} is a function; write {name}(...)")
    known = [key for key in algebra.constants if key not in _CONSTANTS]
    nearest = difflib.get_close_matches(name, known, 1)
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    raise FormulaError(f"formula: unknown name {_short(name)}; known: {', '.join(known)}{hint}")


def _literal(node: ast.Constant, source: str) -> Fraction:
    """The decimal that was typed, exactly: 0.1 is 1/10."""
    if type(node.value) is int and abs(node.value) < LARGEST:
        return Fraction(node.value)
    if type(node.value) is float and node.value < LARGEST:
        text = (ast.get_source_segment(source, node) or repr(node.value)).replace("_", "")
        digits = text.lower().partition("e")[0].replace(".", "").strip("0")
        if not digits:
            return Fraction(0)
        if node.value > 1 / LARGEST and len(digits) <= MOST_DIGITS:
            return Fraction(text)
    if isinstance(node.value, int | float) and not isinstance(node.value, bool):
        raise FormulaError(f"formula: the number {_short(source, node)} is out of range")
    raise FormulaError(f"formula: {_short(source, node)} is not a number")


def _degree(exponent: ast.expr, source: str) -> float:
    """The size of an exponent that is a plain number, at least 1; 1 for one that depends on a name."""
    if _names(exponent):
        return 1.0
    return max(1.0, abs(_built(exponent, _floating({}), source)))


def _closed(node: ast.expr) -> list[ast.expr]:
    """The largest parts that depend on no name."""
    if not _names(node):
        return [node]
    children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
    return [part for child in children if isinstance(child, ast.expr) for part in _closed(child)]


def _names(node: ast.expr) -> set[str]:
    found = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return found - _CONSTANTS.keys() - FUNCTIONS.keys()


def _symbolic(names: Mapping[str, sp.Symbol]) -> _Algebra:
    return _Algebra(
        number=lambda value: sp.Rational(value.numerator, value.denominator),
        negative=lambda x: -x if isinstance(x, sp.Rational) else sp.Mul(-1, x, evaluate=False),
        operators={
            ast.Add: _folding(operator.add, lambda x, y: sp.Add(x, y, evaluate=False)),
            ast.Sub: _folding(operator.sub, lambda x, y: sp.Add(x, sp.Mul(-1, y, evaluate=False), evaluate=False)),
            ast.Mult: _folding(operator.mul, lambda x, y: sp.Mul(x, y, evaluate=False)),
            ast.Div: _folding(_divided, _divided),
            ast.Pow: lambda x, y: sp.Pow(x, y, evaluate=False),
        },
        functions={name: entry[0] for name, entry in FUNCTIONS.items()},
        constants={name: entry[0] for name, entry in _CONSTANTS.items()} | dict(names),
    )


def _floating(values: Mapping[str, float]) -> _Algebra:
    return _Algebra(
        number=float,
        negative=operator.neg,
        operators={
            ast.Add: _finite(operator.add),
            ast.Sub: _finite(operator.sub),
            ast.Mult: _finite(operator.mul),
            ast.Div: _finite(operator.truediv),
            ast.Pow: _finite(operator.pow),
        },
        functions={name: _finite(entry[1]) for name, entry in FUNCTIONS.items()},
        constants={name: entry[1] for name, entry in _CONSTANTS.items()} | dict(values),
    )


def _folding(exactly: Callable[[Any, Any], Any], kept: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Numbers are combined (1/2 is one half); anything else is kept as typed."""

    def combined(x: Any, y: Any) -> Any:
        plain = isinstance(x, sp.Rational) and isinstance(y, sp.Rational)
        return exactly(x, y) if plain else kept(x, y)

    return combined


def _divided(x: Any, y: Any) -> Any:
    if y == 0:
        raise ZeroDivisionError
    if isinstance(x, sp.Rational) and isinstance(y, sp.Rational):
        return x / y
    return sp.Mul(x, sp.Pow(y, -1, evaluate=False), evaluate=False)


def _finite(operation: Callable[..., Any]) -> Callable[..., float]:
    """Float arithmetic that refuses what is not a finite real number."""

    def checked(*arguments: float) -> float:
        try:
            value = operation(*arguments)
        except ValueError:  # log(-1), gamma(-2)
            raise FormulaError("formula: is not a finite real number") from None
        if isinstance(value, complex) or math.isnan(value):
            raise FormulaError("formula: is not a real number")
        if abs(value) > LARGEST:
            raise OverflowError
        return value

    return checked


def _short(text: str, node: ast.expr | None = None) -> str:
    piece = (ast.get_source_segment(text, node) or text) if node is not None else text
    piece = " ".join("".join(c if c.isprintable() else " " for c in piece).split())
    return piece if len(piece) <= 60 else piece[:57] + "..."


def _sympy(function: Any) -> Callable[[Any], Any]:
    return lambda x: function(x, evaluate=False)


FUNCTIONS: Mapping[str, tuple[Callable[[Any], Any], Callable[[Any], Any]]] = {
    **{
        name: (_sympy(getattr(sp, name)), getattr(math, name))
        for name in (
            "exp", "log", "sin", "cos", "tan", "asin", "acos", "atan",
            "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc", "gamma",
        )
    },
    "loggamma": (_sympy(sp.loggamma), math.lgamma),
    "ln": (_sympy(sp.log), math.log),
    "sqrt": (lambda x: sp.Pow(x, sp.Rational(1, 2), evaluate=False), math.sqrt),
    "abs": (_sympy(sp.Abs), abs),
    "Abs": (_sympy(sp.Abs), abs),
    "sech": (lambda x: sp.Pow(sp.cosh(x, evaluate=False), -1, evaluate=False), lambda x: 1 / math.cosh(x)),
    "coth": (lambda x: sp.Pow(sp.tanh(x, evaluate=False), -1, evaluate=False), lambda x: 1 / math.tanh(x)),
    "expm1": (lambda x: sp.Add(sp.exp(x, evaluate=False), -1, evaluate=False), math.expm1),
    "log1p": (lambda x: sp.log(sp.Add(1, x, evaluate=False), evaluate=False), math.log1p),
}  # fmt: skip

_CONSTANTS: Mapping[str, tuple[sp.Expr, float]] = {"pi": (sp.pi, math.pi), "E": (sp.E, math.e)}
