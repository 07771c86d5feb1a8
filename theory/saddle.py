"""Laplace's method to the first order after the leading one: integrals of g exp(-N f) around a minimum of f.

Around the minimum x0 the variable is x0 + y/sqrt(N f''), and at leading order y is standard normal:
sqrt(N f''/(2 pi)) int g exp(-N (f - f(x0))) dx = g(x0) + K(x0)/N + O(1/N^2).
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType

from sympy import Expr, Integral, Rational, S, Symbol, diff, exp, factorial, factorial2, oo, pi, sqrt, symbols

from theory.checks import series
from theory.derivation import Step, Where
from theory.formula import Formula

_G, _F, _SMALL, _Y = symbols("g:3"), symbols("f:5"), Symbol("small"), Symbol("y")  # small = 1/sqrt(N)


def next_order(function: Expr, free_energy: Expr, variable: Symbol) -> Expr:
    """The coefficient K of 1/N, for g = `function` and f = `free_energy`, as an expression in `variable`.

    K = g''/(2 f'') - g' f'''/(2 f''^2) + g (5 f'''^2/(24 f''^3) - f''''/(8 f''^2)), to be evaluated at the minimum,
    where f' = 0 < f''.
    """
    second = _expansion().coeff(_SMALL, 2)
    moments = sum(second.coeff(_Y, k) * normal_moment(k) for k in range(7))
    return _with_derivatives(moments, function, free_energy, variable)


def near(function: Expr, free_energy: Expr, variable: Symbol, *, normal: Symbol, size: Symbol) -> Expr:
    """g exp(-N (f - f(x0)) + y^2/2) to order 1/N at fixed y = `normal`, as an expression in `variable` = x0."""
    expansion = sum(_expansion().coeff(_SMALL, k) * size ** Rational(-k, 2) for k in range(3))
    return _with_derivatives(expansion, function, free_energy, variable).subs(_Y, normal)


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
    """Both halves of the method as steps of a derivation: the expansion at fixed y, then the average over y.

    `where` defines further symbols, such as the inverse temperature in terms of the minimum.
    """
    at = variable + normal / sqrt(size * diff(free_energy, variable, 2))
    moved = (function.subs(variable, at), free_energy.subs(variable, at) - free_energy)
    expansion = near(function, free_energy, variable, normal=normal, size=size)
    density = exp(-(normal**2) / 2) / sqrt(2 * pi)
    where = {variable: minimum, **where}
    return (
        Step(
            moved[0] * exp(-size * moved[1] + normal**2 / 2),
            expansion,
            "around the minimum the integrand is Gaussian, up to powers of 1/sqrt(N)",
            check=series(size, oo, 1),
            where=where,
        ),
        *(
            Step(
                Integral(density * normal**power, (normal, -oo, oo)),
                normal_moment(power),
                "a Gaussian moment; the odd ones vanish",
            )
            for power in (2, 4, 6)
        ),
        Step(
            expansion.subs(normal, 0) + _even_powers(expansion, normal),
            function + next_order(function, free_energy, variable) / size,
            "powers of y become their moments: the first correction is 1/N",
            where=where,
        ),
    )


def _even_powers(expansion: Expr, normal: Symbol) -> Expr:
    """The expansion without its constant term, each power of y replaced by its moment."""
    powers = expansion.expand()
    return sum((powers.coeff(normal, power) * normal_moment(power) for power in (2, 4, 6)), S.Zero)


def normal_moment(order: int) -> Expr:
    """Mean of y^order for a standard normal y: (order - 1)!! for even orders, 0 for odd ones."""
    return factorial2(order - 1) * (1 - order % 2)


@cache
def _expansion() -> Expr:
    step = _SMALL * _Y / sqrt(_F[2])
    beyond = sum(_F[k] * step**k / factorial(k) for k in (3, 4)) / _SMALL**2
    amplitude = sum(_G[k] * step**k / factorial(k) for k in range(3))
    return (amplitude * (1 - beyond + beyond**2 / 2)).expand()


def _with_derivatives(expression: Expr, function: Expr, free_energy: Expr, variable: Symbol) -> Expr:
    values = {symbol: diff(function, variable, k) for k, symbol in enumerate(_G)}
    values |= {symbol: diff(free_energy, variable, k) for k, symbol in enumerate(_F)}
    return expression.subs(values)
