"""Laplace's method to the first order after the leading one: integrals of g exp(-N f) around a minimum of f.

Around the minimum x0 the variable is x0 + y/sqrt(N f''), and at leading order y is standard normal:
sqrt(N f''/(2 pi)) int g exp(-N (f - f(x0))) dx = g(x0) + K(x0)/N + O(1/N^2).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from sympy import (
    Expr,
    Integral,
    Rational,
    S,
    Symbol,
    diff,
    exp,
    expand,
    factor,
    factorial,
    factorial2,
    oo,
    pi,
    sqrt,
    symbols,
)

from theory.checks import series
from theory.derivation import Step, Where
from theory.formula import Formula

_G, _F, _SMALL, _Y = symbols("g:3"), symbols("f:5"), Symbol("small"), Symbol("y")  # small = 1/sqrt(N)


def next_order(function: Expr, free_energy: Expr, variable: Symbol) -> Expr:
    """The coefficient K of 1/N, for g = `function` and f = `free_energy`, as an expression in `variable`.

    K = g''/(2 f'') - g' f'''/(2 f''^2) + g (5 f'''^2/(24 f''^3) - f''''/(8 f''^2)), to be evaluated at the minimum,
    where f' = 0 < f''.
    """
    return _with_derivatives(_unnormalised(), function, free_energy, variable)


def near(function: Expr, free_energy: Expr, variable: Symbol, *, normal: Symbol, size: Symbol) -> Expr:
    """g exp(-N (f - f(x0)) + y^2/2) to order 1/N at fixed y = `normal`, as an expression in `variable` = x0."""
    return _with_derivatives(_near(normal, size), function, free_energy, variable)


def laplace_steps(
    function: Expr,
    free_energy: Expr,
    variable: Symbol,
    *,
    minimum: Formula | Expr,
    normal: Symbol,
    size: Symbol,
    where: Where = MappingProxyType({}),
) -> tuple[Step, ...]:
    """The method as steps of a derivation: the expansion at fixed y, then the Gaussian moments of y.

    The derivatives of g and f at the minimum are written g0, g1, g2 and f2, f3, f4.  `where` defines further symbols,
    such as the inverse temperature in terms of the minimum.
    """
    at = Symbol("x_N")
    depth = free_energy.subs(variable, at) - free_energy
    density = exp(-(normal**2) / 2) / sqrt(2 * pi)
    known = at_minimum(function, free_energy, variable, minimum=minimum, where=where)
    return (
        Step(
            function.subs(variable, at) * exp(-size * depth + normal**2 / 2),
            _near(normal, size),
            "Laplace: around its minimum the integrand is Gaussian, up to powers of 1/sqrt(N)",
            check=series(size, oo, 1),
            where={**known, at: variable + normal / sqrt(size * _F[2])},
        ),
        *(
            Step(
                Integral(density * normal**power, (normal, -oo, oo)),
                normal_moment(power),
                "a Gaussian moment; the odd ones vanish",
            )
            for power in (2, 4, 6)
        ),
    )


def at_minimum(
    function: Expr, free_energy: Expr, variable: Symbol, *, minimum: Formula | Expr, where: Where
) -> dict[Symbol, Formula | Expr]:
    """Definitions of g0, g1, g2, f2, f3, f4: the derivatives at the minimum."""
    derivatives = {symbol: diff(function, variable, k) for k, symbol in enumerate(_G)}
    derivatives |= {symbol: diff(free_energy, variable, k) for k, symbol in enumerate(_F) if k >= 2}
    return {**where, variable: minimum, **derivatives}


def normal_moment(order: int) -> Expr:
    """Mean of y^order for a standard normal y: (order - 1)!! for even orders, 0 for odd ones."""
    return factorial2(order - 1) * (1 - order % 2)


@cache
def _near(normal: Symbol, size: Symbol) -> Expr:
    expansion = _expansion().subs(_Y, normal)
    return sum((factor(expansion.coeff(_SMALL, k)) * size ** Rational(-k, 2) for k in range(3)), S.Zero)


def _expansion() -> Expr:
    step = _SMALL * _Y / sqrt(_F[2])
    beyond = sum(_F[k] * step**k / factorial(k) for k in (3, 4)) / _SMALL**2
    amplitude = sum(_G[k] * step**k / factorial(k) for k in range(3))
    return (amplitude * (1 - beyond + beyond**2 / 2)).expand()


def _with_derivatives(expression: Expr, function: Expr, free_energy: Expr, variable: Symbol) -> Expr:
    values = {symbol: diff(function, variable, k) for k, symbol in enumerate(_G)}
    values |= {symbol: diff(free_energy, variable, k) for k, symbol in enumerate(_F)}
    return expression.subs(values)


def _unnormalised() -> Expr:
    second = _expansion().coeff(_SMALL, 2)
    return sum((second.coeff(_Y, k) * normal_moment(k) for k in range(7)), S.Zero)


# Mean of g under the normalised exp(-N f): g(x0) + SHIFT_OF_MEAN/N, with g0, g1, ... for the derivatives at x0.
SHIFT_OF_MEAN = expand(_unnormalised() - _G[0] * _unnormalised().subs({_G[0]: 1, _G[1]: 0, _G[2]: 0}))
