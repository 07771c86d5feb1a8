"""The spectrum of an isotropic sample covariance S = X^T X/n as n and d grow at d/n = ratio: Marchenko and Pastur.

X has n rows and d columns of independent standard normal numbers.  Every quantity follows from one equation,

    kappa = c + ratio kappa/(1 + kappa),

whose only positive solution is the ridge that an infinite data set would need to do what the ridge c does here:

    (1/d) E tr (S + c)^-1      -> kappa/(c (1 + kappa))
    (1/d) E log det (S + c)    -> log(c) + log(1 + 1/kappa) + (log(kappa/c) + c/kappa - 1)/ratio

Without a ridge and below ratio 1 they become 1/(1 - ratio) and -1 - (1 - ratio) log(1 - ratio)/ratio.  Eigenvalues are
x = 1 + ratio + 2 sqrt(ratio) cos(angle); those above zero have the density (2/pi) sin(angle)^2/x in the angle.
A sum of f over the eigenvalues is d times its mean plus `fluctuation` of f, of order one (Bai, Silverstein 2004).
All functions take the ratio and the ridge as expressions: d/n is alpha in one paper and y in another.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Dummy, Expr, Integer, Integral, Matrix, Max, cos, diff, log, oo, pi, sin, sqrt

from theory.checks import limit
from theory.derivation import Step
from theory.domain import Domain, Range, positive, real
from theory.formula import Explicit, Root
from theory.notation import angle

Function = Callable[[Expr], Expr]


def kappa(ratio: Expr, ridge: Expr) -> Expr:
    """The effective ridge: the positive root of kappa^2 + (1 - ratio - c) kappa = c."""
    excess = ridge + ratio - 1
    return (excess + sqrt(excess**2 + 4 * ridge)) / 2


def resolvent(ratio: Expr, ridge: Expr) -> Expr:
    """(1/d) tr (S + c)^-1: minus the Stieltjes transform at -c."""
    return kappa(ratio, ridge) / (ridge * (1 + kappa(ratio, ridge)))


def resolvent_square(ratio: Expr, ridge: Expr) -> Expr:
    """(1/d) tr (S + c)^-2."""
    effective = kappa(ratio, ridge)
    slope = (1 + effective) ** 2 / ((1 + effective) ** 2 - ratio)  # of kappa with c
    return (effective * (1 + effective) - ridge * slope) / (ridge * (1 + effective)) ** 2


def log_determinant(ratio: Expr, ridge: Expr) -> Expr:
    """(1/d) log det (S + c)."""
    return _log_determinant(kappa(ratio, ridge), ratio, ridge)


def _log_determinant(effective: Expr, ratio: Expr, ridge: Expr) -> Expr:
    return log(ridge) + log(1 + 1 / effective) + (log(effective / ridge) + ridge / effective - 1) / ratio


def inverse_trace(ratio: Expr) -> Expr:
    """(1/d) tr S^-1, below ratio 1."""
    return 1 / (1 - ratio)


def inverse_trace_of_square(ratio: Expr) -> Expr:
    """(1/d) tr S^-2, below ratio 1."""
    return 1 / (1 - ratio) ** 3


def ridgeless_log_determinant(ratio: Expr) -> Expr:
    """(1/d) log det S, below ratio 1."""
    return -1 - (1 - ratio) * log(1 - ratio) / ratio


def eigenvalue(ratio: Expr) -> Expr:
    """The eigenvalue at an angle between 0 (upper edge) and pi (lower edge)."""
    return 1 + ratio + 2 * sqrt(ratio) * cos(angle)


def density(ratio: Expr) -> Expr:
    """Share of eigenvalues per angle; they add up to 1 below ratio 1, to 1/ratio above, where the others vanish."""
    return 2 / pi * sin(angle) ** 2 / eigenvalue(ratio)


def spectral_mean(function: Function, ratio: Expr) -> Integral:
    """(1/d) sum of function(x) over the eigenvalues x > 0, as an integral over the angle."""
    return Integral(density(ratio) * function(eigenvalue(ratio)), (angle, 0, pi))


def fluctuation(function: Function, ratio: Expr) -> Expr:
    """What the sum of function(x) over d eigenvalues of real data adds to d times its mean, as d grows."""
    edges = sum(function((1 + side * sqrt(ratio)) ** 2) for side in (1, -1)) / 4
    return edges - Integral(function(eigenvalue(ratio)), (angle, 0, pi)) / (2 * pi)


def log_determinant_fluctuation(ratio: Expr, ridge: Expr) -> Expr:
    """That of log det (S + c): log(1 - ratio/(1 + kappa)^2)/2, and log(1 - ratio)/2 without ridge."""
    return log(1 - ratio / (1 + kappa(ratio, ridge)) ** 2) / 2


_ROWS = [Dummy(f"x_{k + 1}", real=True) for k in range(2)]
_R = [Dummy(f"R_{name}", real=True) for name in ("11", "12", "22")]
_TRACE, _KAPPA = (Dummy(name, positive=True) for name in ("trace", "kappa"))

RANGES: tuple[Range, ...] = (
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in _ROWS),
    *(positive(symbol, default=2, explored=("1.5", "3")) for symbol in (_R[0], _R[2])),
    real(_R[1], default="0.4", explored=("-0.7", "0.7")),
    positive(_TRACE, default="0.8", explored=("0.2", "2")),
)
"""Symbols that are free in the steps beside ratio and ridge: add them to the domain of a derivation."""


def steps_domain(*ranges: Range) -> Domain:
    """A domain for these steps: the given ranges of ratio and ridge, and what the steps use besides."""
    return Domain((*ranges, *RANGES))


def cavity_steps(ratio: Expr, ridge: Expr) -> tuple[Step, ...]:
    """From the model to kappa and the trace of the resolvent."""
    matrix, row = Matrix([[_R[0], _R[1]], [_R[1], _R[2]]]), Matrix(_ROWS)
    without = (row.T * matrix.inv() * row)[0]
    share = ratio * _TRACE / (1 + ratio * _TRACE)
    own = Root(ridge * _TRACE + share / ratio - 1, _TRACE, Integer(0), 1 / ridge)
    return (
        Step(
            (row.T * (matrix + row * row.T).inv() * row)[0], without / (1 + without),
            "R = (S + c)^-1, and x^T R x/n of one row x from that without the row, which is d/n tr(R)/d as d grows",
        ),
        Step(
            1 - ridge * _TRACE, share / ratio,
            "tr R (S + c) = d, and S is a sum over n rows: the equation for tr(R)/d",
            where={_TRACE: own},
        ),
        Step(
            ridge * (1 + ratio * _TRACE), kappa(ratio, ridge),
            "kappa = c (1 + ratio tr(R)/d)", where={_TRACE: own},
        ),
        Step(
            kappa(ratio, ridge), ridge + ratio * kappa(ratio, ridge) / (1 + kappa(ratio, ridge)),
            "in which the equation reads kappa = c + ratio kappa/(1 + kappa)",
        ),
        Step(_TRACE, resolvent(ratio, ridge), "the trace of the resolvent", where={_TRACE: own}),
    )  # fmt: skip


def log_determinant_steps(ratio: Expr, ridge: Expr) -> tuple[Step, ...]:
    """Its slope in the ridge is the trace of the resolvent; the slope of that, minus the trace of its square."""
    slope = 1 / (1 - ratio / (1 + _KAPPA) ** 2)
    square = resolvent_square(ratio, ridge).subs(kappa(ratio, ridge), _KAPPA)
    where = {_KAPPA: Explicit(kappa(ratio, ridge))}
    potential = _log_determinant(_KAPPA, ratio, ridge)
    return (
        Step(
            diff(potential, _KAPPA), Integer(0),
            "as a function of kappa it is stationary, so that its slope in c is that at fixed kappa", where=where,
        ),
        Step(
            diff(potential, ridge), resolvent(ratio, ridge),
            "and the slope of log det (S + c) in c is tr (S + c)^-1", where=where,
        ),
        Step(
            log_determinant(ratio, ridge) - log(ridge), Integer(0), "a large ridge is all there is", limit(ridge, oo)
        ),
        Step(diff(kappa(ratio, ridge), ridge), slope, "the slope of kappa in c", where=where),
        Step(
            _KAPPA / (ridge**2 * (1 + _KAPPA)) - slope / (ridge * (1 + _KAPPA) ** 2), square,
            "and minus the slope of the trace of the resolvent that of its square", where=where,
        ),
    )  # fmt: skip


def ridgeless_steps(ratio: Expr, ridge: Expr) -> tuple[Step, ...]:
    """The ridge taken to zero below ratio 1."""
    return (
        Step(resolvent(ratio, ridge), inverse_trace(ratio), "tr S^-1", limit(ridge, Integer(0))),
        Step(resolvent_square(ratio, ridge), inverse_trace_of_square(ratio), "tr S^-2", limit(ridge, Integer(0))),
        Step(log_determinant(ratio, ridge), ridgeless_log_determinant(ratio), "log det S", limit(ridge, Integer(0))),
    )


def density_steps(ratio: Expr, ridge: Expr) -> tuple[Step, ...]:
    """The density has this resolvent: it is that of the eigenvalues, on both sides of ratio 1."""
    zero = Max(0, 1 - 1 / ratio)
    return (
        Step(
            zero / ridge + spectral_mean(lambda x: 1 / (x + ridge), ratio), resolvent(ratio, ridge),
            "the density in the angle has the same resolvent, with d - n eigenvalues 0 where d > n",
        ),
    )  # fmt: skip


def fluctuation_steps(ratio: Expr, ridge: Expr) -> tuple[Step, ...]:
    """The term of order one of the log determinant."""
    return (
        Step(
            fluctuation(lambda x: log(x + ridge), ratio), log_determinant_fluctuation(ratio, ridge),
            "edges of the spectrum against its arcsine law: the term of order one of the log determinant",
            citation="Bai, Silverstein (2004)",
        ),
    )  # fmt: skip
