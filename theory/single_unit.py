"""Rates of the overlaps Q = |w|^2/d and M = w.mu/sqrt(d) of one hidden unit of an auto-encoder under online SGD.

Data at +-mu, |mu|^2 = rho, of unit variance; one noise level t, alpha = 1 - t, beta = t; x_t = alpha x0 + beta x1.  The
pre-activation omega = w.x_t/sqrt(d) is normal, of mean beta M and variance C Q, and z is its standard normal part.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sympy import Expr, Integer, Integral, Symbol, diff, erf, exp, oo, pi, sqrt, tanh

from theory.entries import entry
from theory.formula import Explicit
from theory.gaussian_nodes import NODES, average
from theory.notation import M, Q, answer, b, eta, gain, j, lam, node, omega, pull, residual, rho, seen, t, x, z

ALPHA, BETA = 1 - t, t
WIDTH = ALPHA**2 + BETA**2
"""Variance of a component of x_t, C; the pre-activation has the variance C Q."""
PULL = BETA - b * WIDTH
"""Covariance of x1 - b x_t with x_t, B."""
LEFT = (1 - b * BETA) ** 2 + b**2 * ALPHA**2
"""Variance of x1 - b x_t, A."""
OMEGA = BETA * M + sqrt(WIDTH * Q) * z

ACTIVATIONS: Mapping[str, Callable[[Expr], Expr]] = {
    "tanh": tanh, "erf": lambda at: erf(at / sqrt(2)), "linear": lambda at: at,
}  # fmt: skip
"""Those with the two derivatives of Stein's form."""


def terms(activation: str) -> tuple[Expr, Expr, Expr, Expr]:
    """sigma, sigma', sigma'' at omega, and the mean of the projected residual h there, as functions of z."""
    value = ACTIVATIONS[activation](x)
    first, second = (diff(value, x, order) for order in (1, 2))
    if activation == "tanh":  # in the function itself: fewer operations, and no overflow
        first, second = 1 - tanh(x) ** 2, -2 * tanh(x) * (1 - tanh(x) ** 2)
    value, first, second = (of.subs(x, OMEGA) for of in (value, first, second))
    residual = (1 - b * BETA) * M + PULL * sqrt(Q / WIDTH) * z - Q * value
    return value, first, second, residual


def stein(activation: str) -> tuple[Expr, Expr, Expr]:
    """Functions of z whose means are a, K and N of the rates."""
    value, first, second, residual = terms(activation)
    pushed = (1 - b * BETA) * value + BETA * residual * first
    turned = 2 * PULL * first + WIDTH * residual * second - WIDTH * Q * first**2 - value**2
    scattered = (
        LEFT * value**2 + 2 * PULL * value * residual * first + WIDTH * (residual * first) ** 2
        + ALPHA**2 * Q * first**2
    )  # fmt: skip
    return pushed, turned, scattered


GIVEN = {seen: Explicit(WIDTH), **NODES}
"""What the rates need besides the state."""
ALONG = M / Q
"""Of the centroid on the weights, per unit of pre-activation."""


def parts(activation: str) -> dict[Symbol, Expr]:
    """Names for parts of the rates, as functions of a node of the standard normal z."""
    slope = {"tanh": 1 - answer**2, "erf": sqrt(2 / pi) * exp(-(omega**2) / 2), "linear": Integer(1)}
    return {
        pull: t - b * seen,
        omega: t * M + sqrt(seen * Q) * entry(node, j),
        answer: ACTIVATIONS[activation](omega),
        gain: slope[activation],
        residual: (1 - b * t) * M + pull * (omega - t * M) / seen - Q * answer,
    }


STEP_SQUARE = ((1 - b * t) * answer + t * residual * gain) ** 2 + (1 - t) ** 2 * (
    (residual * gain - b * answer) ** 2 + Q * gain**2
)
"""N: mean square of what a step adds to a component of the weights, given omega."""
ALONG_WEIGHTS = residual * (answer + omega * gain)
"""Of a step on the weights themselves, given omega."""
ALONG_CENTROID = (rho + ALONG * t * (omega - t * M) / seen - M * answer) * answer + (
    t * rho + ALONG * (omega - t * M)
) * (residual * gain - b * answer)  # fmt: skip
"""Of a step on the centroid, given omega."""


def written_out(value: Expr, activation: str = "tanh") -> Expr:
    """A function of the parts as a function of z."""
    named: dict[Symbol, Expr] = {seen: WIDTH}
    for symbol, part in parts(activation).items():
        named[symbol] = part.xreplace(named | {entry(node, j): z})
    return value.xreplace(named)


def rates(*, rate: Expr = eta) -> dict[Symbol, Expr]:
    """dQ, dM, db over dtheta, in terms of the parts; `rate` stands for eta in the term of second order."""
    return {
        Q: average(2 * ALONG_WEIGHTS + 2 * rate * STEP_SQUARE) - lam * Q,
        M: average(ALONG_CENTROID) - lam * M / 2,
        b: pull,
    }


def mean(function: Expr) -> Integral:
    """Over a standard normal z."""
    return Integral(exp(-(z**2) / 2) / sqrt(2 * pi) * function, (z, -oo, oo))
