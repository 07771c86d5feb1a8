"""Four arithmetics for one program: arrays (numpy, or torch by the same names), mpmath digits, python-flint balls.

An arithmetic turns exact numbers into its own, applies SymPy functions, and knows how to integrate and to find a root.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any

import mpmath
import numpy as np
import sympy as sp
from scipy import special
from sympy.codegen.cfunctions import expm1, log1p

from theory.entries import Entries, entry, looked_up
from theory.matrices import Matrices, array_matrices, number_matrices, tensor_matrices
from theory.program import Bound, Program, compiled, log_cosh, log_sum_exp, reflected_erfc, stabilised

Integrator = Callable[[Callable[[Any], Any], Any, Any], Any]


@dataclass(frozen=True)
class Arithmetic:
    """Numbers, powers, functions and integration of one number type."""

    number: Callable[[sp.Expr], Any]
    functions: Mapping[type, Callable[..., Any]]
    integrate: Integrator
    spread: Callable[[Any], Any] = lambda value: value  # makes room for the nodes of an integral
    prepare: Callable[[sp.Expr], sp.Expr] = lambda expression: expression  # what floating point needs rewritten
    cut: Callable[[Any], tuple[sp.Expr, Any]] | None = None  # where to end a range, and the ball of what lies beyond
    matrices: Callable[[], Matrices] = array_matrices
    at_once: Callable[[np.ndarray], Any] | None = None  # indices as one array: a sum over a table is one operation

    def value(self, expression: sp.Expr, values: Mapping[sp.Symbol, Any]) -> Any:
        """The value of an expression."""
        return compiled(self.prepare(expression)).run(values, self)

    def apply(self, operation: type, arguments: list[Any]) -> Any:
        """One SymPy operation on values."""
        if operation is sp.Add:
            return reduce(lambda left, right: left + right, arguments)
        if operation is sp.Mul:
            return reduce(lambda left, right: left * right, arguments)
        try:
            return self.functions[operation](*arguments)
        except KeyError:
            known = ", ".join(sorted(f.__name__ for f in self.functions))
            raise ValueError(f"cannot evaluate {operation.__name__} here; known: {known}") from None

    def bound(self, node: Bound, values: Mapping[sp.Symbol, Any]) -> Any:
        """A sum, product or integral."""
        low, high = node.low.run(values, self), node.high.run(values, self)
        if node.kind is sp.Integral:
            return self.integral(node.body, node.variable, low, high, values)

        def body(at: Any) -> Any:
            return node.body.run({**values, node.variable: at}, self)

        start, stop = _whole(low), _whole(high)
        if self.at_once is not None and node.tabular:
            at = self.at_once(np.arange(start, stop + 1, dtype=float))
            room = {symbol: self.spread(value) for symbol, value in values.items()} | {node.variable: at}
            every = node.body.run(room, self) + 0 * at  # also what does not depend on the index
            return every.sum(-1) if node.kind is sp.Sum else every.prod(-1)
        terms = [body(self.number(sp.Integer(index))) for index in range(start, stop + 1)]
        if node.kind is sp.Sum:
            return reduce(lambda left, right: left + right, terms, self.number(sp.Integer(0)))
        return reduce(lambda left, right: left * right, terms, self.number(sp.Integer(1)))

    def integral(
        self,
        body: Program,
        variable: sp.Symbol,
        low: Any,
        high: Any,
        values: Mapping[sp.Symbol, Any],
        width: Any = None,
    ) -> Any:
        """The integral of a program over one variable, which is counted in units of `width` where one is given."""
        room = {symbol: self.spread(value) for symbol, value in values.items()}
        integrand = body.along(variable, room, self)
        if width is None:
            return self.integrate(integrand, low, high)
        unit = self.spread(width)
        return self.integrate(lambda at: integrand(at * unit) * unit, low / width, high / width)


def array_arithmetic(xp: Any, scipy_like: Any) -> Arithmetic:
    """Float64 arrays of `xp` (numpy or torch), elementwise; `scipy_like` holds erfc, gammaln, digamma."""
    functions = {
        getattr(sp, name): getattr(xp, name)
        for name in ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sign")
    }
    functions |= {
        sp.asin: xp.arcsin, sp.acos: xp.arccos, sp.atan: xp.arctan,
        sp.asinh: xp.arcsinh, sp.acosh: xp.arccosh, sp.atanh: xp.arctanh,
        sp.Abs: xp.abs, expm1: xp.expm1, log1p: xp.log1p,
        sp.erf: scipy_like.erf, sp.erfc: scipy_like.erfc, sp.loggamma: scipy_like.gammaln,
        sp.gamma: lambda x: _gamma_sign(x, xp) * xp.exp(scipy_like.gammaln(x)), sp.digamma: scipy_like.digamma,
        sp.polygamma: lambda order, x: scipy_like.polygamma(int(order), x),
        log_cosh: lambda x: xp.abs(x) + xp.log1p(xp.exp(-2 * xp.abs(x))) - np.log(2.0),
        reflected_erfc: lambda x: scipy_like.erfc(-x),
        log_sum_exp: lambda *terms: reduce(xp.logaddexp, terms),
        sp.Max: lambda *terms: reduce(xp.maximum, terms), sp.Min: lambda *terms: reduce(xp.minimum, terms),
        sp.Pow: lambda base, exponent: base**exponent, entry: looked_up,
    }  # fmt: skip
    number = xp.asarray if xp is np else lambda value: xp.tensor(value, dtype=xp.float64)
    return Arithmetic(
        number=lambda e: number(float(e)),
        functions=functions,
        integrate=lambda f, a, b: double_exponential(f, a, b, xp),
        spread=_spread,
        prepare=stabilised,
        matrices=array_matrices if xp is np else lambda: tensor_matrices(xp),
        at_once=lambda indices: _as(indices, xp),
    )


def _spread(value: Any) -> Any:
    return value if isinstance(value, Entries) else value[..., None]


def _gamma_sign(x: Any, xp: Any) -> Any:
    """The sign of gamma(x), which changes at 0, -1, -2, ..."""
    return xp.where(x < 0, 1 - 2 * (xp.floor(x) % 2), xp.ones_like(x))


def digits_arithmetic() -> Arithmetic:
    """mpmath numbers at the working precision of `mpmath.mp`."""
    functions = {getattr(sp, name): getattr(mpmath, name) for name in _COMMON}
    functions |= {
        sp.Abs: abs, sp.sign: mpmath.sign, sp.Max: max, sp.Min: min, sp.Pow: mpmath.power,
        sp.gamma: mpmath.gamma, sp.loggamma: mpmath.loggamma, sp.digamma: mpmath.digamma,
        sp.polygamma: lambda order, x: mpmath.psi(int(order), x),
        sp.erf: mpmath.erf, sp.erfc: mpmath.erfc, entry: looked_up,
    }  # fmt: skip

    def matrices() -> Matrices:
        return number_matrices(mpmath.mpf, mpmath.exp, mpmath.log, mpmath.sqrt)

    return Arithmetic(_mpf, functions, _digits_integral, matrices=matrices)


def ball_arithmetic() -> Arithmetic:
    """python-flint balls: every result encloses the true value."""
    import flint

    def method(name: str) -> Callable[[Any], Any]:
        return lambda value: getattr(value, name)()

    functions: dict[type, Callable[..., Any]] = {getattr(sp, name): method(name) for name in _COMMON}
    functions |= {
        sp.Abs: abs, sp.sign: method("sgn"), sp.Max: lambda *v: reduce(lambda a, b: a.max(b), v),
        sp.Min: lambda *v: reduce(lambda a, b: a.min(b), v), sp.Pow: _ball_power,
        sp.gamma: method("gamma"), sp.loggamma: method("lgamma"), sp.digamma: method("digamma"),
        sp.erf: method("erf"), sp.erfc: method("erfc"), entry: looked_up,
    }  # fmt: skip

    constants = {sp.pi: flint.arb.pi, sp.E: lambda: flint.arb(1).exp()}

    def number(value: sp.Expr) -> Any:
        if isinstance(value, sp.Rational):
            return flint.arb(flint.fmpq(int(value.p), int(value.q)))
        if value in (sp.oo, -sp.oo):
            raise NoBall("the range is infinite and its tail has no bound")
        if value not in constants:
            raise NoBall(f"the number {value} has no ball")
        return constants[value]()

    def integrate(f: Callable[[Any], Any], low: Any, high: Any) -> Any:
        result = flint.acb.integral(lambda x, _: f(x), flint.acb(low), flint.acb(high))
        return result.real

    def cut(bound: Any) -> tuple[sp.Expr, Any]:
        # Both tails of bound exp(-x^2/2) from `end` on: less than 2 bound exp(-end^2/2)/end.
        end = math.isqrt(2 * flint.ctx.prec) + 2
        tail = 2 * abs(bound) * (-(flint.arb(end) ** 2) / 2).exp() / end
        return sp.Integer(end), flint.arb(0, tail.upper())

    def matrices() -> Matrices:
        return number_matrices(flint.arb, method("exp"), method("log"), method("sqrt"))

    return Arithmetic(number, functions, integrate, cut=cut, matrices=matrices)


class NoBall(ValueError):
    """No rigorous enclosure is available for this formula."""


def double_exponential(f: Callable[[Any], Any], low: Any, high: Any, xp: Any) -> Any:
    """Integral of f over (low, high) by the trapezoidal rule in a double-exponential variable; 1e-13 relative.

    The nodes form a new trailing axis, so f must broadcast; raises ValueError when halving the step still changes
    the result.
    """
    value, size = 0.0, 0.0
    for level in range(4, 12):
        at, weight = _nodes(level, low, high, xp)
        integrand, nothing = f(at) * weight, weight == 0
        if bool(nothing.any()):
            integrand = xp.where(nothing, xp.zeros_like(integrand), integrand)  # the tails, where f may overflow
        # The nodes so far stay, each with half the weight; the new ones lie between them.
        previous, value, size = value, value / 2 + integrand.sum(-1), size / 2 + abs(integrand).sum(-1)
        # Where the terms cancel, accuracy relative to their size is all that double precision holds.
        if level > 4 and bool((abs(value - previous) <= 1e-13 * abs(value) + 1e-15 * size + 1e-300).all()):
            return value
    raise ValueError("the quadrature does not converge to 1e-13; split the range with `breaks`")


def _nodes(level: int, low: Any, high: Any, xp: Any) -> tuple[Any, Any]:
    """Nodes and weights of the first level, 4; of a later one those that lie between the nodes before."""
    step = 2.0 ** (1 - level)
    u = np.arange(-6.0, 6.0 + step / 2, step)
    u = u if level == 4 else u[1::2]
    with np.errstate(over="ignore", under="ignore"):
        inner, slope = np.pi / 2 * np.sinh(u), np.pi / 2 * np.cosh(u)
        if np.all(np.isinf(_real(low))) and np.all(np.isinf(_real(high))):
            at, weight = np.sinh(u), np.cosh(u) * step  # the integrands over the line are Gaussian or exponential
            return _as(at, xp), _as(weight, xp)
        if np.all(np.isinf(_real(high))):
            inside = np.abs(inner) < 600
            at, weight = np.where(inside, np.exp(inner), 0.0), np.where(inside, slope * np.exp(inner) * step, 0.0)
            return low[..., None] + _as(at, xp), _as(weight, xp)
        share = special.expit(2 * inner)
        density = 2 * slope * share * special.expit(-2 * inner) * step
    width = high - low
    return low[..., None] + width[..., None] * _as(share, xp), width[..., None] * _as(density, xp)


def _as(array: np.ndarray, xp: Any) -> Any:
    return array if xp is np else xp.as_tensor(array, dtype=xp.float64)


def _real(value: Any) -> np.ndarray:
    if hasattr(value, "detach"):
        return value.detach().cpu().numpy()
    return value if isinstance(value, np.ndarray) else np.asarray(float(value))


def _whole(limit: Any) -> int:
    """The limit of a sum, which is the same everywhere."""
    ends = {int(end) for end in np.ravel(_real(limit))}
    if len(ends) > 1:
        raise ValueError("the limits of a sum over a table depend on the index of another sum")
    return ends.pop()


def _digits_integral(f: Callable[[Any], Any], low: Any, high: Any) -> Any:
    # quad returns what it has, converged or not; three quarters of the working digits are what callers count on.
    for degree in (None, 10):
        value, error = mpmath.quad(f, [low, high], error=True, **({"maxdegree": degree} if degree else {}))
        if error <= abs(value) * mpmath.mpf(10) ** (-mpmath.mp.dps * 3 // 4) + mpmath.mpf(10) ** -mpmath.mp.dps:
            return value
    raise ValueError(
        f"the quadrature does not converge to {mpmath.mp.dps * 3 // 4} digits; split the range with `breaks`"
    )


def _mpf(value: sp.Expr) -> Any:
    if value in (sp.oo, -sp.oo):
        return mpmath.inf if value == sp.oo else -mpmath.inf
    if isinstance(value, sp.Rational):
        return mpmath.mpf(int(value.p)) / int(value.q)
    return mpmath.mpmathify(value.evalf(mpmath.mp.dps + 5))


def _ball_power(base: Any, exponent: Any) -> Any:
    exact = exponent.unique_fmpz()
    return base ** int(exact) if exact is not None else base.sqrt() if exponent == 0.5 else base**exponent


_COMMON = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos", "atan", "asinh", "acosh", "atanh")
