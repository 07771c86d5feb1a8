"""The misprints that a check must notice: a fixed list of small changes to a formula, each modelled on a real one.

The list was written down before any claim was scored and is held fast by a test; nothing is ever left out of it to
raise a score.  Whatever it makes of a formula is a mutant, unless it equals the formula.

operator            change                                    the misprint that it models
------------------  ----------------------------------------  ---------------------------------------------------------
factor 2            u -> 2 u                                  BM23 (27) lacks 2 T; T against 2 T in the score
factor 1/2          u -> u/2                                  a second derivative without its 1/2; KL against 2 KL
sign                u -> -u, f(u) -> f(-u)                    the other state; a minus sign lost in an exponent
dropped term        u + v -> v                                Delta taken for T at large times
dropped factor      u v -> v                                  BM23 (31) lacks a factor per state; N/n without (1 - N/n)
inverted factor     u v -> v/u                                d/n for n/d, beta for T, a ratio upside down
exponent + 1        u^p -> u^(p + 1)                          a square where there is none, one factor too many
exponent - 1        u^p -> u^(p - 1)                          squares lost: m for m^2, cosh for cosh^2
root lost           u^(p/2) -> u^p                            a variance for a standard deviation
root added          u -> sqrt(u)                              sqrt(N) for N, a standard deviation for a variance
argument doubled    f(u) -> f(2 u)                            exp(-2 t) for exp(-t); erfc of x for erfc of x/2
argument halved     f(u) -> f(u/2)                            exp(-t) for exp(-2 t)
symbol to 1         s -> 1 at one place                       a convenient value (T = 1) left in one term
symbol to 1 all     s -> 1 everywhere                         a formula derived at T = 1 or m = 1, then quoted
symbol doubled      s -> 2 s everywhere                       another convention: 2 T for T, J for J/2
symbol halved       s -> s/2 everywhere                       the same, the other way
symbols swapped     s <-> r everywhere                        notation drift: n and d, m_1 and m_2 exchanged
related function    f(u) -> g(u)                              sinh for cosh, erf for erfc, log for log(1 + .)
first order         f(u) -> its leading terms at small u      an expansion for a weak field quoted as the formula
integer + 1         p -> p + 1 for each integer               N + 1 for N, n - d + 1 for n - d, 4 for 3
integer - 1         p -> p - 1 for each integer               n - d for n - d - 1, the usual slip of a moment
limit + 1           a sum or average from or to one more      sum from 1 for a sum from 0
limit - 1           a sum or average from or to one less      the same, the other way
half range          half of an infinite or symmetric range    an integral over x > 0 taken for one over the line
weight lost         the weights of an average put to 1        a flat average for the Gibbs average

`u` is the whole expression, a term, a factor or the base of a power; `s` and `r` are the parameters and the auxiliary
quantities (never an unknown, a variable of integration or an index); "everywhere" means throughout one expression.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from types import MappingProxyType
from typing import Any, Literal

from sympy import (
    Abs,
    Expr,
    Function,
    Integer,
    Max,
    Min,
    Pow,
    Rational,
    Symbol,
    asinh,
    atan,
    atanh,
    cos,
    cosh,
    digamma,
    erf,
    erfc,
    exp,
    log,
    loggamma,
    pi,
    sin,
    sinh,
    sqrt,
    tan,
    tanh,
)  # fmt: skip

Role = Literal["whole", "term", "factor", "base", "exponent", "argument", "summand", "limit"]

_HALF = Rational(1, 2)
_PARTS: tuple[Role, ...] = ("whole", "term", "base", "summand")


@dataclass(frozen=True)
class Local:
    """An operator on one node of an expression, which it may change in several ways."""

    name: str
    change: Callable[[Expr, Role], Sequence[Expr]]


@dataclass(frozen=True)
class Overall:
    """An operator on an expression and the symbols that are free in it; yields (symbols concerned, new expression)."""

    name: str
    change: Callable[[Expr, Sequence[Symbol]], Iterator[tuple[str, Expr]]]


def _scaled(by: Expr) -> Callable[[Expr, Role], Sequence[Expr]]:
    def change(node: Expr, role: Role) -> Sequence[Expr]:
        return [by * node] if role in _PARTS and not node.is_Number else []

    return change


def _sign(node: Expr, role: Role) -> Sequence[Expr]:
    return [-node] if role in {"whole", "term", "argument", "summand"} else []


def _dropped_term(node: Expr, role: Role) -> Sequence[Expr]:
    return [Integer(0)] if role == "term" else []


def _dropped_factor(node: Expr, role: Role) -> Sequence[Expr]:
    return [Integer(1)] if role == "factor" else []


def _inverted(node: Expr, role: Role) -> Sequence[Expr]:
    return [1 / node] if role in {"whole", "factor"} and not node.is_Number else []


def _exponent(by: int) -> Callable[[Expr, Role], Sequence[Expr]]:
    def change(node: Any, role: Role) -> Sequence[Expr]:
        if isinstance(node, Pow) and node.exp.is_number:
            return [Pow(node.base, node.exp + by)]
        alone = isinstance(node, Symbol | Function) and role != "base"
        return [node**2] if alone and by == 1 else []

    return change


def _root_lost(node: Any, role: Role) -> Sequence[Expr]:
    is_root = isinstance(node, Pow) and isinstance(node.exp, Rational) and node.exp.q == 2
    return [Pow(node.base, 2 * node.exp)] if is_root else []


def _root_added(node: Expr, role: Role) -> Sequence[Expr]:
    wanted = role in {"whole", "term", "factor", "base", "argument", "summand"}
    return [sqrt(node)] if wanted and not node.is_Number and node.is_nonpositive is not True else []


def _argument(by: Expr) -> Callable[[Expr, Role], Sequence[Expr]]:
    def change(node: Expr, role: Role) -> Sequence[Expr]:
        return [by * node] if role == "argument" or (role == "exponent" and not node.is_number) else []

    return change


def _symbol_to_one(node: Expr, role: Role) -> Sequence[Expr]:
    return [Integer(1)] if isinstance(node, Symbol) else []


def _integer(by: int) -> Callable[[Expr, Role], Sequence[Expr]]:
    def change(node: Expr, role: Role) -> Sequence[Expr]:
        if not isinstance(node, Rational):
            return []
        above = [Rational(node.p + by, node.q)]
        return above if node.q == 1 else [*above, Rational(node.p, node.q + by)]

    return change


def _limit(by: int) -> Callable[[Expr, Role], Sequence[Expr]]:
    return lambda node, role: [node + by] if node.is_infinite is not True else []


def _half_range(node: Expr, role: Role) -> Sequence[Expr]:
    return [Integer(0)] if node.is_infinite or node.could_extract_minus_sign() else []


RELATIVES: Mapping[type, tuple[Callable[[Expr], Expr], ...]] = MappingProxyType({
    exp: (lambda u: exp(u) - 1,),
    log: (lambda u: log(1 + u),),
    sinh: (cosh,), cosh: (sinh,), sin: (cos,), cos: (sin,), tanh: (erf, sinh),
    erf: (erfc, tanh), erfc: (erf,), atanh: (tanh,), atan: (tanh,),
    Abs: (lambda u: u,), Max: (Min,), Min: (Max,), digamma: (log,), loggamma: (digamma,),
})  # fmt: skip
"""What is easily taken for a function."""

FIRST_ORDER: Mapping[type, Callable[[Expr], Expr]] = MappingProxyType({
    exp: lambda u: 1 + u, sin: lambda u: u, tan: lambda u: u, sinh: lambda u: u, tanh: lambda u: u,
    asinh: lambda u: u, atan: lambda u: u, atanh: lambda u: u, cos: lambda u: 1 - u**2 / 2,
    cosh: lambda u: 1 + u**2 / 2, erf: lambda u: 2 * u / sqrt(pi), erfc: lambda u: 1 - 2 * u / sqrt(pi),
    loggamma: lambda u: u * log(u) - u, digamma: log, log: lambda u: u - 1,
})  # fmt: skip
"""The first terms of a function; of loggamma and digamma at large arguments, of log around 1."""


def _related(node: Any, role: Role) -> Sequence[Expr]:
    return [relative(*node.args) for relative in RELATIVES.get(node.func, ())]


def _first_order(node: Any, role: Role) -> Sequence[Expr]:
    return [FIRST_ORDER[node.func](node.args[0])] if node.func in FIRST_ORDER else []


def _throughout(value: Callable[[Symbol], Expr]) -> Callable[[Expr, Sequence[Symbol]], Iterator[tuple[str, Expr]]]:
    def change(expression: Any, free: Sequence[Symbol]) -> Iterator[tuple[str, Expr]]:
        for symbol in free:
            yield symbol.name, expression.xreplace({symbol: value(symbol)})

    return change


def _swapped(expression: Any, free: Sequence[Symbol]) -> Iterator[tuple[str, Expr]]:
    for one, other in combinations(free, 2):
        yield f"{one} and {other}", expression.xreplace({one: other, other: one})


LOCAL: tuple[Local, ...] = (
    Local("factor 2", _scaled(Integer(2))),
    Local("factor 1/2", _scaled(_HALF)),
    Local("sign", _sign),
    Local("dropped term", _dropped_term),
    Local("dropped factor", _dropped_factor),
    Local("inverted factor", _inverted),
    Local("exponent + 1", _exponent(1)),
    Local("exponent - 1", _exponent(-1)),
    Local("root lost", _root_lost),
    Local("root added", _root_added),
    Local("argument doubled", _argument(Integer(2))),
    Local("argument halved", _argument(_HALF)),
    Local("symbol to 1", _symbol_to_one),
    Local("related function", _related),
    Local("first order", _first_order),
    Local("integer + 1", _integer(1)),
    Local("integer - 1", _integer(-1)),
)

LIMITS: tuple[Local, ...] = (
    Local("limit + 1", _limit(1)),
    Local("limit - 1", _limit(-1)),
    Local("half range", _half_range),
)
"""On the ends of a sum or of an infinite range, which no other operator touches."""

OVERALL: tuple[Overall, ...] = (
    Overall("symbol to 1 all", _throughout(lambda symbol: Integer(1))),
    Overall("symbol doubled", _throughout(lambda symbol: 2 * symbol)),
    Overall("symbol halved", _throughout(lambda symbol: symbol / 2)),
    Overall("symbols swapped", _swapped),
)

WEIGHT_LOST = "weight lost"
"""Acts on the log weight of an average as a whole."""

OPERATORS: tuple[str, ...] = (*(operator.name for operator in (*LOCAL, *LIMITS, *OVERALL)), WEIGHT_LOST)
