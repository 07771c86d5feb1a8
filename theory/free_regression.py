"""The spectrum of what a linear denoiser generates, as n and d grow at alpha = d/n, in closed form.

Its covariance in units of A is |1 + T|^2 with T = sqrt(a) M, M = W^(-1/2) G (`theory.regression`, data of H24 (3.8)).
The signs of the rows and columns of T are free, so that the mean of a determinant is a sum over squared minors,

    E det(1 + x |1 + T|^2) = sum over p, m of x^(p + m) C(d, p) C(d - p, m)^2 m! a^m c_m,

with c_m the mean of an m x m determinant of W^-1.  Its largest term, at p = (1 - share) d and m = -f d, is the limit:

    P = share + f,    x P^2 = share (1 - share),    alpha f^2 - (1 - alpha) f = a alpha share (1 - share)

    log det(1 + x |1 + T|^2)/d -> log(x/(1 - share)) - (1 - alpha)/alpha log((1 - alpha + root)/(2 (1 - alpha)))

with root^2 = (1 - alpha)^2 + 4 a alpha^2 share (1 - share), and P the mean of 1/(1 + x lambda) over the eigenvalues.
The logarithm of a mean bounds the mean of the logarithm, and is attained since log det scatters by numbers of order
one.  The same equations say that 1 and T are free of each other (Haagerup, Schultz 2007).  From x -> oo follows
log det |1 + T|^2, which vanishes as long as the eigenvalues of T lie inside the unit circle, alpha <= 1/(1 + a); else
it is

    -log(inside) - (1 - alpha)/alpha log((1 - alpha inside)/(1 - alpha)),    inside = 1/(alpha (1 + a))
"""

from __future__ import annotations

from itertools import product

from sympy import (
    Abs,
    Expr,
    Integer,
    Integral,
    Matrix,
    Max,
    Min,
    Rational,
    diag,
    diff,
    exp,
    eye,
    gamma,
    log,
    loggamma,
    oo,
    sqrt,
)

from theory.checks import limit, series
from theory.derivation import Step
from theory.domain import Domain, above, between, positive
from theory.formula import Explicit, Root
from theory.notation import P, a, alpha, d, inside, root, share, t, v, x, z
from theory.regression import RESIDUAL_TRACE_LIMIT, RESIDUAL_TRACE_SQUARE_LIMIT

GENERATED = Domain((
    between(alpha, 0, 1, default="0.37", explored=("0.1", "0.5")),
    positive(a, default="0.83", explored=("0.2", "6")),
))  # fmt: skip
FAR_BELOW = alpha * (1 + a) < Rational(3, 5)
"""Where some 200 dimensions are many: no eigenvalue of T comes near the unit circle."""
STEPS = Domain((
    between(alpha, 0, 1, default="0.37", explored=("0.1", "0.45")),
    positive(a, default="0.83", explored=("0.1", "1")),
    above(x, 0, default="6", explored=("2.5", "9")),
    above(t, 0, default="0.3", explored=("0.1", "0.9")),
    positive(z, default="0.3", explored=("0.1", "0.35")),
    positive(v, default="0.3", explored=("0.1", "0.6")),
    between(share, 0, 1, default="0.7", explored=("0.6", "0.95")),
    between(P, 0, 1, default="0.5", explored=("0.2", "0.9")),
    between(inside, 0, 1, default="0.7", explored=("0.5", "0.95")),
    positive(d, default="9", explored=("4", "20")),
))  # fmt: skip

ROOT = sqrt((1 - alpha) ** 2 + 4 * a * alpha**2 * share * (1 - share))
OF_NOISE = (1 - alpha - root) / (2 * alpha)
"""f: what T takes from P, in terms of share."""
LOWEST = 1 - 1 / (alpha * (1 + a))
"""share where P vanishes, x -> oo, if that is positive."""


def at_share(expression: Expr) -> Expr:
    """In terms of share alone."""
    return expression.subs(root, ROOT)


def share_at(point: Expr) -> Root:
    """share at x, between where P = 0 and 1."""
    equation = point * at_share(share + OF_NOISE) ** 2 - share * (1 - share)
    return Root(equation, share, Max(LOWEST, 1 / (1 + point)), Integer(1))


def log_determinant(point: Expr) -> Expr:
    """log det(1 + x |1 + T|^2)/d in terms of share and root."""
    return log(point / (1 - share)) - (1 - alpha) / alpha * log((1 - alpha + root) / (2 * (1 - alpha)))


INSIDE = Min(1, 1 / (alpha * (1 + a)))
EXCHANGED = Max(1, 1 / (alpha * (1 + a)))
"""What `inside` would be with the two branches exchanged."""
LOG_DETERMINANT = -log(inside) - (1 - alpha) / alpha * log((1 - alpha * inside) / (1 - alpha))
"""log det |1 + T|^2/d."""

POINT = share * (1 - share) / (share + OF_NOISE) ** 2
"""x in terms of share and root."""
TRACE = 1 + a * RESIDUAL_TRACE_LIMIT
SQUARE = 1 + 4 * a * RESIDUAL_TRACE_LIMIT + a**2 * RESIDUAL_TRACE_SQUARE_LIMIT
"""tr |1 + T|^2/d and tr |1 + T|^4/d: limits of the exact moments at finite n and d."""
_CHI_SQUARED = z ** (x / 2 - 1) * exp(-z / 2) / (2 ** (x / 2) * gamma(x / 2))  # x degrees of freedom, at z
BEYOND = {alpha: (1 + v * a) / (1 + a)}
"""alpha above 1/(1 + a), as v goes from 0 to 1."""

# The largest term of the sum over minors: p = v d rows of the unit matrix, minors of T of size m = z d.
_P, _M = v * d, z * d
_LEFT = d / alpha - 1 - d  # degrees of freedom beside d
LOG_TERM = (
    loggamma(d + 1) - loggamma(_P + 1) - loggamma(d - _P + 1)
    + 2 * (loggamma(d - _P + 1) - loggamma(_M + 1) - loggamma(d - _P - _M + 1)) + loggamma(_M + 1)
    + (_P + _M) * log(x) + _M * log(a) + loggamma(_LEFT - 1) - loggamma(_LEFT + _M - 1)
)  # fmt: skip


def _entropy(part: Expr) -> Expr:
    return part * log(part)


_BEYOND_D = 1 / alpha - 1
EXPONENT = (
    (v + z) * log(x) + z * log(a) - _entropy(v) + _entropy(1 - v) - _entropy(z) - 2 * _entropy(1 - v - z)
    - _entropy(_BEYOND_D + z) + _entropy(_BEYOND_D)
)  # fmt: skip
SADDLE = {v: 1 - share, z: -OF_NOISE, x: POINT}

_ENTRIES = Matrix(2, 2, lambda row, column: (t, x, z, P)[2 * row + column])


def _over_signs() -> Expr:
    """det(1 + v |1 + T|^2) of two dimensions, averaged over the signs of rows and columns of T."""
    total: Expr = Integer(0)
    for signs in product((1, -1), repeat=4):
        z_matrix = eye(2) + diag(*signs[:2]) * _ENTRIES * diag(*signs[2:])
        total += (eye(2) + v * z_matrix.T * z_matrix).det() / 16
    return total


SUM_STEPS = (
    Step(
        _over_signs(),
        1 + v * (2 + sum((entry**2 for entry in _ENTRIES), Integer(0)))
        + v**2 * (1 + t**2 + P**2 + _ENTRIES.det() ** 2),
        "averaged over signs of the rows and columns of T, whose law does not know them, det(1 + v |1 + T|^2) is a sum"
        " over p rows of 1 and squared m x m minors of T: two dimensions written out",
    ),
    Step(
        Integral(_CHI_SQUARED / z, (z, 0, oo)), 1 / (x - 2),
        "such a minor has the mean m! a^m times that of an m x m determinant of W^-1, a product of 1/chi^2 with"
        " n - d - 1 + m, ... degrees of freedom, n - d counted from 1",
    ),
    Step(
        LOG_TERM / d, EXPONENT, "a term of the sum grows like the exponential of d times this", limit(d, oo),
    ),
    Step(
        at_share(diff(EXPONENT, v).subs(SADDLE, simultaneous=True)), Integer(0),
        "it is largest where x P^2 = share (1 - share), with p = (1 - share) d and P d rows left of all ...",
    ),
    Step(
        at_share(diff(EXPONENT, z).subs(SADDLE, simultaneous=True)), Integer(0),
        "... and where alpha f^2 - (1 - alpha) f = a alpha share (1 - share), m = -f d",
    ),
    Step(
        at_share(alpha * OF_NOISE**2 - (1 - alpha) * OF_NOISE), a * alpha * share * (1 - share),
        "which is solved by f = (1 - alpha - root)/(2 alpha)",
    ),
    Step(
        at_share(EXPONENT.subs(SADDLE, simultaneous=True)), at_share(log_determinant(POINT)),
        "the largest term: log E det(1 + x |1 + T|^2)/d. Since log det scatters by numbers of order one, the mean of"
        " the logarithm has the same limit; the same equations follow from 1 and T being free",
        citation="Haagerup, Schultz (2007)",
    ),
    Step(
        diff(at_share(log_determinant(POINT)), share),
        at_share((1 - share - OF_NOISE) / POINT) * diff(at_share(POINT), share),
        "its slope, x d/dx, is 1 - P, with P the mean of 1/(1 + x lambda)",
    ),
    Step(
        at_share(log_determinant(POINT)), at_share(TRACE * POINT - SQUARE * POINT**2 / 2),
        "and it begins with the exact moments of the regression",
        series(share, Integer(1), 2),
    ),
)  # fmt: skip

DETERMINANT_STEPS = (
    Step(
        (log_determinant(x) - log(x)).subs(root, ROOT).subs(share, 0), Integer(0),
        "x -> oo, where P = 0: at share = 0 as long as alpha <= 1/(1 + a). Then log det |1 + T|^2 has no part of order"
        " d: all eigenvalues of T lie inside the unit circle",
    ),
    Step(
        at_share(share + OF_NOISE).subs(share, LOWEST), Integer(0), "beyond, P vanishes before share does",
        where=BEYOND,
    ),
    Step(
        (log_determinant(x) - log(x)).subs(root, ROOT).subs(share, LOWEST), LOG_DETERMINANT,
        "and log det |1 + T|^2/d is what is left", where={**BEYOND, inside: 1 / (alpha * (1 + a))},
    ),
    Step(
        Integral(log(a * alpha * t / (1 - alpha * t)), (t, inside, 1)), LOG_DETERMINANT,
        "the same by Jensen's formula: a share t of the eigenvalues of T lies within the squared radius"
        " a alpha t/(1 - alpha t), and only those outside the unit circle count",
        where={**BEYOND, inside: 1 / (alpha * (1 + a))}, citation="Haagerup, Larsen (2000)",
    ),
    Step(LOG_DETERMINANT.subs(inside, 1), Integer(0), "both branches meet at alpha = 1/(1 + a), n = (1 + a) d ..."),
    Step(diff(LOG_DETERMINANT, inside).subs(inside, 1), Integer(0), "... with the same slope ..."),
    Step(
        diff(LOG_DETERMINANT, inside, 2).subs(inside, 1), 1 / (1 - alpha),
        "... but not the same curvature: the limit is not analytic there",
    ),
)  # fmt: skip

OF_TRACE = a * (2 * alpha - 1) / ((1 + a) * (1 - alpha))  # tr S/d - 1
WITHIN = (OF_TRACE + log(1 + a)) / 2
"""KL/d for alpha <= 1/(1 + a)."""
TRACE_NEXT = a / (1 + a) * (alpha / (1 - alpha)) ** 2
DETERMINANT_NEXT = log(Abs(1 - a * alpha / (1 - alpha)))
WITHIN_NEXT = TRACE_NEXT - DETERMINANT_NEXT / 2
"""Terms of order one of tr S, of log det S and of KL there."""
LIMIT = (OF_TRACE + log(1 + a) - LOG_DETERMINANT) / 2
DIVERGENCE = Explicit(LIMIT, {inside: Explicit(INSIDE)})
"""KL/d."""

AT = 1 / (1 + a)
"""S is |1 + T|^2 times this."""


def rate(of_generated: Expr) -> Expr:
    """(log det(1 + S) - log 2)/2 - log det(S)/4, per dimension."""
    return (log_determinant(AT) - log(2)) / 2 - (of_generated - log(1 + a)) / 4


GIVEN_RATE = {share: share_at(AT), root: Explicit(ROOT), inside: Explicit(INSIDE)}
HALF_FOR_QUARTER = (log_determinant(AT) - log(2)) / 2 - (LOG_DETERMINANT - log(1 + a)) / 2
ABUNDANT = log((2 + a) / (2 * (1 + a))) / 2 + log(1 + a) / 4
"""The rate where data abound, alpha -> 0."""
HELLINGER_RATE = Explicit(rate(LOG_DETERMINANT), GIVEN_RATE)
"""-log(1 - H^2)/d."""
