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
from functools import partial, reduce
from typing import Any

import sympy as sp

from crosscheck.latex_notation import looks_like_latex, to_python
from crosscheck.usage import FormulaError

LONGEST = 2000  # characters
DEEPEST = 24  # nested operations; a sum or a product of many terms is one
DEEPEST_NUMBER = 6  # of parts without a name, whose value SymPy looks for whenever it prints them
LARGEST_POWER = 1000
LARGEST = 1e300
MOST_DIGITS = 60  # of one literal


Terms = list[tuple[bool, Any]]


@dataclass(frozen=True)
class _Algebra:
    """What numbers, operators and functions mean: once as SymPy objects, once as floats.

    `total` takes (subtracted, term) ..., `product` takes (inverted, factor) ...; the first is neither.
    """

    number: Callable[[Fraction], Any]
    negative: Callable[[Any], Any]
    total: Callable[[Terms], Any]
    product: Callable[[Terms], Any]
    power: Callable[[Any, Any], Any]
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
    text = " ".join(text.split())
    if "#" in text or not text.isprintable():
        raise FormulaError(f"formula: holds a character that no formula needs: {_short(text)}")
    source = to_python(text, tuple(names), tuple(FUNCTIONS)) if looks_like_latex(text) else text
    tree = _tree(source)
    expression = _built(tree, _symbolic(names), source)
    for part in _closed(tree):
        _built(part, _floating({}), source, depth=DEEPEST - DEEPEST_NUMBER)
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


def _built(tree: ast.expr, algebra: _Algebra, source: str, *, depth: int = 0) -> Any:
    try:
        return _walk(tree, algebra, source, depth=depth, power=1.0)
    except OverflowError:
        raise FormulaError(f"formula: a value beyond {LARGEST:g}") from None
    except ZeroDivisionError:
        raise FormulaError("formula: divides by zero") from None


def _walk(node: ast.expr, algebra: _Algebra, source: str, *, depth: int, power: float) -> Any:
    if depth > DEEPEST:
        raise FormulaError(f"formula: nested too deeply; at most {DEEPEST} levels, {DEEPEST_NUMBER} of numbers alone")
    below = partial(_walk, algebra=algebra, source=source, depth=depth + 1, power=power)
    if isinstance(node, ast.Constant):
        return algebra.number(_literal(node, source))
    if isinstance(node, ast.Name):
        return _name(node.id, algebra)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.UAdd):
        return algebra.negative(below(node.operand)) if isinstance(node.op, ast.USub) else below(node.operand)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow):
        power *= _degree(node.right, source)
        if power > LARGEST_POWER:
            raise FormulaError(f"formula: a power beyond {LARGEST_POWER}")
        return algebra.power(below(node.left, power=power), below(node.right, power=power))
    for (plus, minus), joined in (((ast.Add, ast.Sub), algebra.total), ((ast.Mult, ast.Div), algebra.product)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, plus | minus):
            return joined([(minus is kind, below(term)) for kind, term in _chain(node, (plus, minus))])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        if node.func.id not in algebra.functions:
            raise FormulaError(f"formula: unknown function {_short(node.func.id)}; known: {', '.join(FUNCTIONS)}")
        if len(node.args) != 1 or node.keywords or isinstance(node.args[0], ast.Starred):
            raise FormulaError(f"formula: {node.func.id} takes one argument")
        return algebra.functions[node.func.id](below(node.args[0]))
    raise FormulaError(f"formula: only names, numbers, + - * / ** and listed functions: {_short(source, node)}")


def _chain(node: ast.expr, kinds: tuple[type[ast.operator], ...]) -> list[tuple[type[ast.operator], ast.expr]]:
    """a + b - c as (+, a), (+, b), (-, c); a*b/c likewise.  As long as it may be, it is one level."""
    terms = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, kinds):
        terms.append((type(node.op), node.right))
        node = node.left
    return [(kinds[0], node), *reversed(terms)]


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
        text = _segment(source, node).replace("_", "")
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
    if any(map(_is_free, ast.walk(exponent))):
        return 1.0
    return max(1.0, abs(_built(exponent, _floating({}), source)))


def _closed(tree: ast.expr) -> list[ast.expr]:
    """The largest parts that depend on no name."""
    named: set[ast.AST] = set()
    for node in reversed(list(ast.walk(tree))):  # children before parents
        if _is_free(node) or any(child in named for child in ast.iter_child_nodes(node)):
            named.add(node)
    parts, pending = [], [tree]
    while pending:
        node = pending.pop()
        if node in named:
            children = node.args if isinstance(node, ast.Call) else ast.iter_child_nodes(node)
            pending += [child for child in children if isinstance(child, ast.expr)]
        else:
            parts.append(node)
    return parts


def _is_free(node: ast.AST) -> bool:
    """Whether the node is a name that stands for a value to be given."""
    return isinstance(node, ast.Name) and node.id not in _CONSTANTS and node.id not in FUNCTIONS


def _symbolic(names: Mapping[str, sp.Symbol]) -> _Algebra:
    return _Algebra(
        number=lambda value: sp.Rational(value.numerator, value.denominator),
        negative=_negative,
        total=_total,
        product=_product,
        power=lambda x, y: sp.Pow(x, y, evaluate=False),
        functions={name: entry[0] for name, entry in FUNCTIONS.items()},
        constants={name: entry[0] for name, entry in _CONSTANTS.items()} | dict(names),
    )


def _floating(values: Mapping[str, float]) -> _Algebra:
    plus, minus, times, over = map(_finite, (operator.add, operator.sub, operator.mul, operator.truediv))
    return _Algebra(
        number=float,
        negative=operator.neg,
        total=lambda terms: reduce(lambda x, term: (minus if term[0] else plus)(x, term[1]), terms, 0.0),
        product=lambda terms: reduce(lambda x, term: (over if term[0] else times)(x, term[1]), terms, 1.0),
        power=_finite(operator.pow),
        functions={name: _finite(entry[1]) for name, entry in FUNCTIONS.items()},
        constants={name: entry[1] for name, entry in _CONSTANTS.items()} | dict(values),
    )


def _negative(x: sp.Expr) -> sp.Expr:
    return -x if isinstance(x, sp.Rational) else sp.Mul(-1, x, evaluate=False)


def _total(terms: Terms) -> sp.Expr:
    """The sum as typed; numbers at its head are added up."""
    signed = [_negative(term) if subtracted else term for subtracted, term in terms]
    count = _leading_numbers(signed)
    head = [sum(signed[:count], sp.S.Zero)] if count else []
    rest = signed[count:]
    return sp.Add(*head, *rest, evaluate=False) if rest else head[0]


def _product(factors: Terms) -> sp.Expr:
    """The product as typed; numbers at its head are multiplied, so that 1/2 is one half."""
    if any(inverted and factor == 0 for inverted, factor in factors):
        raise ZeroDivisionError
    count = _leading_numbers([factor for _, factor in factors])
    head = [math.prod((1 / x if inverted else x for inverted, x in factors[:count]), start=sp.S.One)] if count else []
    rest = [sp.Pow(x, -1, evaluate=False) if inverted else x for inverted, x in factors[count:]]
    return sp.Mul(*head, *rest, evaluate=False) if rest else head[0]


def _leading_numbers(values: list[Any]) -> int:
    return next((place for place, value in enumerate(values) if not isinstance(value, sp.Rational)), len(values))


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
    piece = _segment(text, node) if node is not None else text
    piece = " ".join("".join(c if c.isprintable() else " " for c in piece).split())
    return piece if len(piece) <= 60 else piece[:57] + "..."


def _segment(source: str, node: ast.expr) -> str:
    """The part of the source, which is one line, that a node was read from."""
    return source.encode()[node.col_offset : node.end_col_offset].decode()


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
