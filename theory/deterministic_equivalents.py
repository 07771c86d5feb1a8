"""The spectrum of a sample covariance S = X^T X/n for data of any covariance, as n and d grow at d/n = alpha.

The rows of X are n data of mean zero and covariance Sigma with eigenvalues l; `mean` is the mean over them.  With

    kappa = c + alpha kappa df1,    df_k = mean of (l/(l + kappa))^k,    kappa = c exp(lift),

the effective ridge kappa, c < kappa, and R = (S + c)^-1:

    (1/d) E log det (S + c)  -> log(c) + mean of log(1 + l/kappa) + (lift + exp(-lift) - 1)/alpha
    (1/d) E tr R             -> (kappa/c) mean of 1/(l + kappa)
    (1/d) E tr Sigma R       -> (kappa - c)/(alpha c)
    (1/d) E tr Sigma R^2     -> (kappa/c)^2 (mean of l/(l + kappa)^2)/(1 - alpha df2)

Two means are exact at any size, E det(S + c)^(-1/2) and E det(S + c), with the same saddle point x = c/kappa.  Between
them lies E log det (Jensen): the limit needs nothing else, and its slopes in the ridge are the traces.  The term of
order one needs beside them that log det becomes Gaussian (Bai, Silverstein 2004).  All holds at any alpha, c > 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Dummy, Expr, Integer, Integral, Rational, Sum, Symbol, diff, exp, gamma, log, oo, pi, sqrt

from theory import marchenko_pastur, wishart
from theory.checks import assumed, limit
from theory.derivation import Step
from theory.domain import Domain, above, between, positive
from theory.entries import entry
from theory.formula import Explicit, Formula, Root
from theory.notation import alpha, c, d, j, kappa, lift, modes, n, spectrum, w
from theory.tables import Field, Tabular

Term = Callable[[Expr], Expr]
Mean = Callable[[Term], Expr]


def over_spectrum(term: Term) -> Expr:
    """The mean of term(l) over the eigenvalues of a spectrum, given as a table."""
    return Sum(term(entry(spectrum, j)), (j, 1, modes)) / modes


def share(power: int, mean: Mean) -> Expr:
    """df_power, the mean of (l/(l + kappa))^power: what share of the directions the data fill."""
    return mean(lambda level: (level / (level + kappa)) ** power)


def equation(mean: Mean) -> Expr:
    """What vanishes at the lift, where kappa = c + alpha kappa df1; it grows with the lift."""
    return 1 - exp(-lift) - alpha * mean(lambda level: level / (level + c * exp(lift)))


def effective_ridge(mean: Mean) -> Mapping[Symbol, Formula]:
    """The lift, log(kappa/c), as a root, and kappa: auxiliary quantities of the formulas below.

    In the logarithm the root has full relative precision wherever it lies: kappa is close to c for large n, and finite
    as c vanishes for n < d.
    """
    widest = log(1 + 2 * alpha * mean(lambda level: level) / c)
    return {lift: Root(equation(mean), lift, Integer(0), widest), kappa: Explicit(c * exp(lift))}


def log_determinant(mean: Mean) -> Expr:
    """(1/d) E log det (S + c)."""
    return log(c) + mean(lambda level: log(1 + level / kappa)) + (lift + exp(-lift) - 1) / alpha


def resolvent(mean: Mean) -> Expr:
    """(1/d) E tr R."""
    return exp(lift) * mean(lambda level: 1 / (level + kappa))


def resolvent_square(mean: Mean) -> Expr:
    """(1/d) E tr R^2."""
    own = exp(lift) * mean(lambda level: 1 / (level + kappa) ** 2)
    filled = alpha * resolvent(mean) * exp(lift) * mean(lambda level: level / (level + kappa) ** 2)
    return (own + filled) / (1 - alpha * share(2, mean))


def weighted_resolvent(mean: Mean) -> Expr:
    """(1/d) E tr Sigma R."""
    return (exp(lift) - 1) / alpha


def weighted_resolvent_square(mean: Mean) -> Expr:
    """(1/d) E tr Sigma R^2."""
    return exp(2 * lift) * mean(lambda level: level / (level + kappa) ** 2) / (1 - alpha * share(2, mean))


def log_determinant_fluctuation(mean: Mean) -> Expr:
    """What E log det (S + c) has beyond d times its limit; minus four times that is its variance."""
    return log(1 - alpha * share(2, mean)) / 2


def resolvent_fluctuation(mean: Mean) -> Expr:
    """What E tr R has beyond d times its limit."""
    return alpha * mean(lambda level: level**2 / (level + kappa) ** 3) / (1 - alpha * share(2, mean)) ** 2


def weighted_resolvent_fluctuation(mean: Mean) -> Expr:
    """What E tr Sigma R has beyond d times its limit."""
    filled = share(3, mean) - alpha * share(2, mean) ** 2
    return alpha * exp(lift) * filled / (1 - alpha * share(2, mean)) ** 2


def subtracted_mean(mean: Mean) -> Expr:
    """What E log det (S + c) gains if the mean of the data is subtracted, S still being a sum over n divided by n.

    S is then (n - 1)/n of a covariance of n - 1 data: alpha and c grow by 1/n, and log det loses d/n.
    """
    return -lift


def log_ratio(mean: Mean) -> Expr:
    """(1/d) E log of det Sigma over det (S + c)."""
    return mean(log) - log_determinant(mean)


def divergence(mean: Mean) -> Expr:
    """(1/d) E KL(N(mu_0, S + c)|N(mu, Sigma)) of the mean mu_0 of the data and the covariance S about it."""
    return (log_ratio(mean) + c * mean(lambda level: 1 / level)) / 2


def divergence_fluctuation(mean: Mean) -> Expr:
    """What that has beyond d times its limit."""
    return (-subtracted_mean(mean) - log_determinant_fluctuation(mean)) / 2


# Two levels stand for any spectrum in the steps: every formula is linear in its means over the spectrum.
_LEVELS = [Dummy(f"l_{k + 1}", positive=True) for k in range(2)]
_X, _Y = (Dummy(name, positive=True) for name in "xy")
_TILT = Dummy("tilt", nonnegative=True)
_PHI = Dummy("phi", real=True)
_MEAN, _VARIANCE = Dummy("M", real=True), Dummy("V", real=True)


def over_two_levels(term: Term) -> Expr:
    """The mean over a spectrum of two levels, of weights w and 1 - w."""
    return w * term(_LEVELS[0]) + (1 - w) * term(_LEVELS[1])


SPECTRUM = Tabular(
    spectrum, (Field(spectrum, (modes,), low=Integer(0)),),
    {
        "two-level": [2.3, 0.4],
        "power-law": [Rational(2, k) for k in range(1, 7)],
        "three-level": [1, 0.25, 0.04],
        "isotropic": [1],
    },
)  # fmt: skip
"""A spectrum as a parameter, from a file, as numbers, or by one of these names."""

STEPS = Domain((
    SPECTRUM,
    positive(c, default="0.13", explored=("0.05", "0.8")),
    positive(alpha, default="0.7", explored=("0.2", "3")),
    between(w, 0, 1, default="0.4", explored=("0.2", "0.8")),
    positive(lift, default="0.6", explored=("0.1", "1.5")),
    positive(kappa, default="1.4", explored=("0.9", "2.5")),
    positive(n, default=7, explored=(3, 9)),
    positive(d, default=2, explored=(2, 4)),
    *(positive(symbol, default="1.3", explored=("0.3", "2.5")) for symbol in (*_LEVELS, _X, _Y)),
    above(_TILT, -1, default="0.2", explored=("0.05", "0.4")),
    *(above(symbol, -9, default="0.2", explored=("-2", "2")) for symbol in (_MEAN, _VARIANCE)),
))  # fmt: skip


def _potential(tilt: Expr, mean: Mean = over_two_levels) -> Expr:
    """The exponent per dimension, with the ridge c + tilt l instead of c."""
    return mean(lambda level: log(c + (tilt + _X) * level)) + (_X - 1 - log(_X)) / alpha


# Any kappa > c is that of some alpha: the steps need no root.
_GIVEN = {lift: log(kappa / c), alpha: (1 - c / kappa) / share(1, over_two_levels)}
_SADDLE = {**_GIVEN, _X: c / kappa}
_ROOT = effective_ridge(over_two_levels)
_AT_SPECTRUM = {lift: log(kappa / c), alpha: (1 - c / kappa) / share(1, over_spectrum), _X: c / kappa}


def _along_c(expression: Expr, mean: Mean) -> Expr:
    """The slope in c of an expression in c and kappa, which moves with c."""
    plain = expression.subs(lift, log(kappa / c))
    return diff(plain, c) + diff(plain, kappa) / (1 - alpha * share(2, mean))


def _along_tilt(expression: Expr, mean: Mean) -> Expr:
    """The slope in the tilt of an expression at the saddle, which moves with it."""
    moved = diff(_potential(_TILT, mean), _X, _TILT) / diff(_potential(_TILT, mean), _X, 2)
    return (diff(expression, _TILT) - moved * diff(expression, _X)).subs(_TILT, 0)


_DATUM = exp(-(_PHI**2) / 2) / sqrt(2 * pi)
_ANNEALED_STEPS = (
    Step(
        Integral(exp(-(_PHI**2) * _Y / 2) / sqrt(2 * pi), (_PHI, -oo, oo)), 1 / sqrt(_Y),
        "det(S + c)^(-1/2) is an integral over a vector phi of exp(-phi^T (S + c) phi/2), one component at a time",
    ),
    Step(
        Integral(_DATUM * exp(-_Y * _PHI**2 / (2 * n)), (_PHI, -oo, oo)), 1 / sqrt(1 + _Y / n),
        "in which each of the n data comes once, with y = phi^T Sigma phi",
    ),
    Step(
        (n / 2) ** (n / 2) / gamma(n / 2)
        * Integral(_X ** (n / 2 - 1) * exp(-n * _X * (1 + _Y / n) / 2), (_X, 0, oo)),
        (1 + _Y / n) ** (-n / 2),
        "their product, written as an integral over x > 0, is Gaussian in phi again",
    ),
    Step(
        -(n * _X - n * log(_X) + alpha * n * over_two_levels(lambda level: log(c + _X * level))) / 2,
        -(n + alpha * n * _potential(Integer(0))) / 2,
        "so that E det(S + c)^(-1/2) is an integral over one x, of exp(-d potential/2)/x",
    ),
    Step(
        (wishart.square_of_trace() - wishart.trace_of_square()).subs(d, 2) / 2, n * (n - 1),
        "E det of two rows and columns of n S, Sigma = 1",
    ),
    Step(
        c**2 + c * sum(_LEVELS) + _LEVELS[0] * _LEVELS[1] * (n - 1) / n,
        (c**2 * _Y**n + c * sum(_LEVELS) / n * diff(_Y**n, _Y)
         + _LEVELS[0] * _LEVELS[1] / n**2 * diff(_Y**n, _Y, 2)).subs(_Y, 1),
        "E det(S + c) is the product of c + (l/n) d/dy over the levels, applied to y^n at y = 1: as y^n is a sum of "
        "exp(n x y) over a contour, an integral of exp(+d potential) over x",
    ),
)  # fmt: skip
_SADDLE_STEPS = (
    Step(
        alpha * diff(_potential(Integer(0)), _X).subs(_X, exp(-lift)), -exp(lift) * equation(over_two_levels),
        "both have their saddle point at x = c/kappa, kappa = c + alpha kappa df1",
    ),
    Step(
        _potential(Integer(0)), log_determinant(over_two_levels),
        "there the potential is the limit, between log E det and -2 log E det^(-1/2) (Jensen)", where=_SADDLE,
    ),
    Step(
        alpha * _X**2 * diff(_potential(Integer(0), over_spectrum), _X, 2),
        1 - alpha * share(2, over_spectrum),
        "and the curvature, over that without data, gives both means the factor (1 - alpha df2)^(-1/2)",
        where=_AT_SPECTRUM,
    ),
    Step(
        log_determinant(over_two_levels) - log(c), Integer(0), "a large ridge is all there is", limit(c, oo),
        where=_ROOT,
    ),
    Step(
        log_determinant(over_two_levels), marchenko_pastur.log_determinant(alpha, c),
        "one level: the law of Marchenko and Pastur", where={_LEVELS[0]: Integer(1), _LEVELS[1]: Integer(1), **_ROOT},
    ),
)  # fmt: skip
LOG_DETERMINANT_STEPS = (*_ANNEALED_STEPS, *_SADDLE_STEPS)
"""From the model to (1/d) E log det (S + c)."""

_RIDGE_STEP = Step(
    diff(kappa * (1 - alpha * share(1, over_two_levels)), kappa),
    1 - alpha * share(2, over_two_levels),
    "c = kappa (1 - alpha df1): kappa moves with the ridge by 1/(1 - alpha df2)",
)
RESOLVENT_STEPS = (
    Step(
        diff(_potential(Integer(0)), c), resolvent(over_two_levels),
        "at a saddle point the slope in the ridge c, E tr R, is that of the potential", where=_SADDLE,
    ),
)  # fmt: skip
WEIGHTED_STEPS = (
    Step(
        diff(_potential(_TILT), _TILT).subs(_TILT, 0), weighted_resolvent(over_two_levels),
        "the slope in a ridge that grows along Sigma, E tr Sigma R", where=_SADDLE,
    ),
)  # fmt: skip
SQUARE_STEPS = (
    _RIDGE_STEP,
    Step(
        -_along_c(resolvent(over_spectrum), over_spectrum), resolvent_square(over_spectrum),
        "minus the slope of E tr R: E tr R^2", where=_AT_SPECTRUM,
    ),
    Step(
        -_along_c(weighted_resolvent(over_spectrum), over_spectrum), weighted_resolvent_square(over_spectrum),
        "minus the slope of E tr Sigma R: E tr Sigma R^2", where=_AT_SPECTRUM,
    ),
)  # fmt: skip
_HALF = log_determinant_fluctuation(over_two_levels)
FLUCTUATION_STEPS = (
    Step(
        _MEAN * Rational(-1, 2) + _VARIANCE / 8, -log(1 - alpha * _Y) / 2,
        "log det is Gaussian as d grows: log E exp(s log det) is s M + s^2 V/2, at s = -1/2 and at 1 the factor above",
        assumed, citation="Bai, Silverstein (2004)",
    ),
    *(
        Step(
            s * _MEAN + s**2 * _VARIANCE / 2, -_HALF,
            f"so that M = log(1 - alpha df2)/2 and V = -2 log(1 - alpha df2); s = {s}",
            where={**_GIVEN, _MEAN: _HALF, _VARIANCE: -4 * _HALF},
        )
        for s in (Rational(-1, 2), Integer(1))
    ),
)  # fmt: skip
RESOLVENT_FLUCTUATION_STEPS = (
    *FLUCTUATION_STEPS,
    _RIDGE_STEP,
    Step(
        _along_c(log_determinant_fluctuation(over_spectrum), over_spectrum), resolvent_fluctuation(over_spectrum),
        "its slope in c: of E tr R", where=_AT_SPECTRUM,
    ),
)  # fmt: skip
_CURVATURE = log(alpha * _X**2 * diff(_potential(_TILT, over_spectrum), _X, 2)) / 2
WEIGHTED_FLUCTUATION_STEPS = (
    *FLUCTUATION_STEPS,
    Step(
        _along_tilt(_CURVATURE, over_spectrum), weighted_resolvent_fluctuation(over_spectrum),
        "its slope in a ridge that grows along Sigma: of E tr Sigma R", where=_AT_SPECTRUM,
    ),
)  # fmt: skip
_AT_ZERO = _potential(Integer(0), over_spectrum)
_PER_DATUM = alpha * (alpha * diff(_AT_ZERO, alpha) + c * diff(_AT_ZERO, c) - 1)
SUBTRACTED_MEAN_STEPS = (
    Step(
        _PER_DATUM, subtracted_mean(over_spectrum),
        "(n - 1)/n times the covariance of n - 1 data: alpha and c grow by 1/n, and log det loses d/n",
        where=_AT_SPECTRUM,
    ),
)  # fmt: skip
