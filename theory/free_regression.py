"""The spectrum of what a linear denoiser generates, as n and d grow at alpha = d/n: a free sum, in closed form.

Its covariance in units of A is |1 + T|^2 with T = sqrt(a) M, M = W^(-1/2) G (`theory.regression`, data of H24 (3.8)).
T is bi-invariant, so that the symmetrised singular values of 1 + T are the free convolution of those of 1 and of T
(Haagerup, Schultz 2007).  In terms of P(x), the mean of 1/(1 + x lambda) over the eigenvalues lambda of |1 + T|^2,

    P = share + f,    x P^2 = share (1 - share),    alpha f^2 - (1 - alpha) f = a alpha share (1 - share)

    log det(1 + x |1 + T|^2)/d -> log(x/(1 - share)) - (1 - alpha)/alpha log((1 - alpha + root)/(2 (1 - alpha)))

with root^2 = (1 - alpha)^2 + 4 a alpha^2 share (1 - share).  From x -> oo follows log det |1 + T|^2, which vanishes as
long as the eigenvalues of T lie inside the unit circle, alpha <= 1/(1 + a), and else is

    -log(inside) - (1 - alpha)/alpha log((1 - alpha inside)/(1 - alpha)),    inside = 1/(alpha (1 + a))
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, Max, Min, Rational, diff, log, sqrt

from theory.checks import assumed, series
from theory.derivation import Step
from theory.domain import Domain, above, between, positive
from theory.formula import Root
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
    positive(x, default="1.3", explored=("0.3", "3")),
    above(t, 0, default="0.3", explored=("0.1", "0.9")),
    positive(z, default="0.3", explored=("0.1", "2")),
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


_SERIES = -x * a * RESIDUAL_TRACE_LIMIT + (x * a) ** 2 * RESIDUAL_TRACE_SQUARE_LIMIT

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
BEYOND = {alpha: (1 + v * a) / (1 + a)}
"""alpha above 1/(1 + a), as v goes from 0 to 1."""

SUM_STEPS = (
    Step(
        t, z / (z**2 - 1), "of the numbers 1 and -1 the resolvent t at z has z t = (1 + root(1 + 4 t^2))/2, say share",
        where={z: (1 + sqrt(1 + 4 * t**2)) / (2 * t)},
    ),
    Step(
        alpha * _SERIES**2 - (1 - alpha) * _SERIES - a * alpha * x * (1 + _SERIES) ** 2, Integer(0),
        "of T alone: S-transforms of Marchenko-Pastur laws multiply, and make a quadratic equation for f = P - 1; its"
        " first two moments are those that integration by parts gives",
        series(x, Integer(0), 2), citation="Voiculescu (1987)",
    ),
    Step(
        at_share(alpha * OF_NOISE**2 - (1 - alpha) * OF_NOISE), a * alpha * share * (1 - share),
        "solved for f where x P^2 = share (1 - share)",
    ),
    Step(
        P, at_share(share + OF_NOISE),
        "what bi-invariant matrices take from z t adds: those symmetrised laws are free of each other",
        check=assumed, citation="Haagerup, Schultz (2007)",
    ),
    Step(
        diff(at_share(log_determinant(POINT)), share),
        at_share((1 - share - OF_NOISE) / POINT) * diff(at_share(POINT), share),
        "x d/dx of the mean of log(1 + x lambda) is 1 - P: the integral is elementary in terms of share",
    ),
    Step(
        at_share(log_determinant(POINT)), at_share(TRACE * POINT - SQUARE * POINT**2 / 2),
        "and begins with the exact moments of the regression: the free sum is right to second order in x",
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
