"""A linear denoiser of Gaussian data, H24 section 3: what its regression learns at n data in d dimensions.

Data Y ~ N(mu, sigma^2 I) are noised once, X = exp(-horizon) Y + sqrt(Delta) Z, and Y is regressed on X.  With
a = Delta exp(2 horizon)/sigma^2, x and y the centred data and W ~ Wishart_d(n - 1), the weights and the covariance of
what they generate from N(mu_X, sigma_X^2 I), in units of sigma^2, are

    weights^T = slope (I + sqrt(b) M),   M = W^(-1/2) G,   G d x d standard normal and independent of W
    S = (sigma_X^2/sigma^2) weights weights^T = A (I + sqrt(b) M)^T (I + sqrt(b) M)

model                                    A            b                            S of n -> oo
---------------------------------------  -----------  ---------------------------  ------------
the data themselves, H24 (3.8)           1/(1 + a)    a                            1/(1 + a)
as H24 (B.1) models them                 1 + a        exp(-2 horizon) a/(1 + a)    1 + a

Both name one regression, but (B.1) takes Y for a noisy function of X with the slope exp(horizon) and a noise that is
independent of X, and that is another law of the pair.  Rows of I + sqrt(b) M are independent given W, each normal
around a unit vector, and all of this file follows from that.
"""

from __future__ import annotations

from itertools import permutations

from sympy import Expr, Integer, Integral, diff, exp, log, oo, pi, sqrt

from theory import wishart
from theory.checks import limit
from theory.derivation import Step
from theory.domain import Domain, between, positive, real, whole
from theory.notation import Delta, a, alpha, c, d, horizon, kappa, lamhat, n, sigma, spread, t, v, x, y

NOISE = lamhat * (1 - exp(-2 * horizon))
"""a of the parameters of the paper."""

RANGES = (
    whole(n, 2, default=72, explored=(60, 120)),
    whole(d, 1, default=12, explored=(4, 24)),
    positive(horizon, default="0.8", explored=("0.2", "2")),
    positive(lamhat, default="0.9", explored=("0.2", "3")),
    between(alpha, 0, 1, default="0.37", explored=("0.1", "0.8")),
    positive(a, default="0.83", explored=("0.2", "3")),
)
FINITE = Domain(RANGES)
"""Of the limits, in which no moment is infinite."""
ONE_INVERSE = wishart.where(RANGES, wishart.finite(1, lost=1))
TWO_INVERSES = wishart.where(RANGES, wishart.finite(2, lost=1))

STEPS = Domain((
    *(item for item in wishart.STEPS.ranges if item.symbol != x),
    *(item for item in RANGES if item.symbol not in (n, d)),
    positive(sigma, default="1.2", explored=("0.5", "2")),
    positive(Delta, default="0.8", explored=("0.3", "2")),
    positive(v, default="0.6", explored=("0.2", "0.9")),
    positive(spread, default="0.7", explored=("0.2", "2")),
    positive(c, default="0.3", explored=("0.05", "1")),
    positive(kappa, default="0.4", explored=("0.05", "1")),
    positive(t, default="0.05", explored=("0.01", "0.08")),
    real(y, default="0.4", explored=("-1.5", "1.5")),
    positive(x, default="2.6", explored=("2.5", "9")),
))  # fmt: skip
"""Every symbol that is free in the steps."""

# One component of a pair (Y, X), means subtracted; a stands for Delta exp(2 horizon)/sigma^2.
SHRUNK = sigma**2 * exp(-2 * horizon)
OF_INPUT = SHRUNK * (1 + a)
SLOPE = exp(horizon) / (1 + a)
RESIDUAL = sigma**2 * a / (1 + a)


def normal(at: Expr, mean: Expr, variance: Expr) -> Expr:
    """Normal density."""
    return exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


MODEL_STEPS = (
    Step(
        log(normal(y, Integer(0), sigma**2)) + log(normal(x, y * exp(-horizon), a * SHRUNK)),
        log(normal(x, Integer(0), OF_INPUT)) + log(normal(y, SLOPE * x, RESIDUAL)),
        "of data drawn as in (3.8), Y given its noised X is normal around the regression, whose residual is independent"
        " of X; with a = 0.4, say, it has the slope exp(horizon)/1.4, not the exp(horizon) of (B.1)",
        citation="H24 (3.8)",
    ),
    Step(
        RESIDUAL / (OF_INPUT * SLOPE**2), a,
        "least squares gives weights^T = slope (I + sqrt(b) M): b is the variance of the residual over that of slope X",
        citation="H24 (3.1), (B.5)",
    ),
    Step(OF_INPUT * SLOPE**2 / sigma**2, 1 / (1 + a), "and A, the variance of slope X over that of Y"),
    Step(
        OF_INPUT * exp(2 * horizon) / sigma**2, 1 + a,
        "in (B.1) slope X has a variance above that of the data: with many data S tends to 1 + a, not to 1/(1 + a)",
        citation="H24 (B.1), (B.6)",
    ),
)  # fmt: skip

TRACE = wishart.inverse_trace(n - 1)
SQUARE = wishart.inverse_trace_of_square(n - 1)
TRACE_SQUARED = wishart.inverse_square_of_trace(n - 1)
RESIDUAL_TRACE = d**2 / (n - d - 2)
RESIDUAL_TRACE_SQUARE = d**2 * (n * (2 * d + 1) - d * (d + 5)) / ((n - d - 1) * (n - d - 2) * (n - d - 4))

# A row of I + sqrt(b) M: |row|^2 is spread times a noncentral chi^2 number with d degrees of freedom, spread = b/w_i.
COMPONENT = exp(t / (1 - 2 * t * spread)) / sqrt(1 - 2 * t * spread)
GENERATING = (1 - 2 * t * spread) ** (-d / 2) * exp(t / (1 - 2 * t * spread))
ROW = 1 + d * spread
ROW_SQUARED = (1 + d * spread) ** 2 + 4 * spread + 2 * d * spread**2
PAIR = spread + v + d * spread * v
"""The mean of (row_i . row_j)^2, v the spread of the other row."""


def square_trace(b: Expr, inverse: Expr, squares: Expr, squared: Expr, size: Expr = d) -> Expr:
    """tr (S/A)^2 averaged over G, of tr W^-1, tr W^-2 and (tr W^-1)^2."""
    return size + (4 * size + 2) * b * inverse + b**2 * ((size**2 + size) * squares + size * squared)


def second_order(gain: Expr, b: Expr) -> Expr:
    """E tr (S - I)^2/4: KL of the generated law to second order, H24 (B.10), exact in n and d."""
    square = square_trace(b, TRACE, SQUARE, TRACE_SQUARED)
    return (gain**2 * square - 2 * gain * (d + b * RESIDUAL_TRACE) + d) / 4


def _pairs(size: int) -> Expr:
    """tr (S/A)^2 of two or three rows, row by row and pair by pair."""
    spreads = (spread, v, kappa)[:size]
    total: Expr = sum((ROW_SQUARED.subs(spread, one) for one in spreads), Integer(0))
    for one, other in permutations(spreads, 2):
        total += PAIR.subs({spread: one, v: other}, simultaneous=True)
    return total.subs(d, size)


def _traces(size: int) -> Expr:
    spreads = (spread, v, kappa)[:size]
    total = sum(spreads, Integer(0))
    return square_trace(Integer(1), total, sum((one**2 for one in spreads), Integer(0)), total**2, Integer(size))


ROW_STEPS = (
    Step(
        Integral(exp(t * x**2) * normal(x, Integer(1), spread), (x, -oo, oo)), COMPONENT,
        "rows of I + sqrt(b) M are independent given the eigenvalues w_i of W: row i is normal around a unit vector, of"
        " variance spread = b/w_i; its component along that vector, squared, has this generating function",
    ),
    Step(COMPONENT * (1 - 2 * t * spread) ** (-(d - 1) / 2), GENERATING, "the d - 1 others lie around 0"),
    Step(diff(GENERATING, t).subs(t, 0), ROW, "the mean of |row|^2"),
    Step(diff(GENERATING, t, 2).subs(t, 0), ROW_SQUARED, "and of |row|^4, what is on the diagonal of (S/A)^2"),
    Step(
        Integral(x**2 * normal(x, y, spread * v), (x, -oo, oo)), y**2 + spread * v,
        "off the diagonal: row_i . row_j, given a row_j of square length v and component y along i, is normal",
    ),
    Step(v + spread * ROW.subs(spread, v), PAIR, "averaged over row_j"),
    *(
        Step(_pairs(size), _traces(size), f"summed over rows and pairs of rows; {size} of them written out")
        for size in (2, 3)
    ),
)  # fmt: skip
"""tr S and tr S^2 given W."""

# With a ridge c the inverse of the empirical covariance is c^-1 kappa (I + kappa)^-1, H24 (B.12).
RIDGE = (c + alpha - 1 + sqrt((c + alpha - 1) ** 2 + 4 * c)) / 2
OF_RATIO = {n: d / alpha}
RIDGE_STEPS = (
    Step(
        RIDGE, c + alpha * RIDGE / (1 + RIDGE),
        "the paper's way: of white data with a ridge c, deterministic equivalence puts kappa/(1 + kappa) for"
        " c (x^T x/n + c)^-1",
        citation="H24 (B.12), second line",
    ),
    Step(RIDGE, Integer(0), "kappa vanishes with c, as the paper says ...", limit(c, Integer(0))),
    Step(
        RIDGE / c, 1 / (1 - alpha),
        "... but kappa/c tends to 1/(1 - alpha), not to 1. Here the factor is lost: from the second to the last line of"
        " (B.12) c is replaced by kappa also where it multiplies the inverse, and both are cancelled",
        limit(c, Integer(0)), citation="H24 (B.12), last line",
    ),
    Step(
        (n * TRACE / d).subs(OF_RATIO), 1 / (1 - alpha), "the exact moment has the same limit: tr W^-1 is n/d times it",
        limit(d, oo),
    ),
)  # fmt: skip
LOST_STEP = Step(
    (d * alpha).subs(alpha, d / n), RESIDUAL_TRACE * (1 - d / n - 2 / n),
    "so that alpha d, the last line of (B.12), lacks the factor 1/(1 - alpha - 2/n); (B.14), (B.16) and (B.17) inherit"
    " it",
    citation="H24 (B.12)",
)  # fmt: skip

# (B.13) beside its first line: of S/A - 1 = sqrt(b) (M + M^T) + b M M^T the square of what is linear in M.
LINEAR = diff(4 * second_order(Integer(1), a), a).subs(a, 0)
CROSS_STEPS = (
    Step(
        LINEAR, 2 * TRACE + 2 * d * TRACE,
        "of tr (S/A - 1)^2 the part linear in b: 2 E tr M^2 = 2 tr W^-1 is (B.15), 2 E tr M M^T is (B.16), d times it",
        citation="H24 (B.13)",
    ),
    Step(
        (2 * alpha).subs(alpha, d / n), 2 * TRACE * (1 - d / n - 2 / n),
        "(B.15) as printed, in units of e^{2T} Delta_T/sigma_X^2: short of the same factor, and of order one",
        citation="H24 (B.15)",
    ),
    Step(
        (2 * alpha * d).subs(alpha, d / n), 2 * d * TRACE * (1 - d / n - 2 / n),
        "(B.16) as printed: twice (B.12), and short of the same factor", citation="H24 (B.16)",
    ),
)  # fmt: skip


def assembled(gain: Expr, b: Expr, trace: Expr, square: Expr) -> Expr:
    """H24 (B.11) per dimension, of E tr M M^T/d and E tr (M M^T)^2/d, (B.15) left out: (B.17) is put together so."""
    return ((gain - 1) ** 2 + 2 * gain * (gain - 1) * b * trace + gain**2 * (2 * b * trace + b**2 * square)) / 4


MEAN_DIVERGENCE = d / (2 * n) * (1 + a / (1 + a) ** 2 * (1 + a * d / (n - d - 2)))
"""E KL of the mean by the procedure of H24 section 3, mu_X = exp(-horizon) Ybar."""
RESIDUAL_TRACE_LIMIT = alpha / (1 - alpha)
RESIDUAL_TRACE_SQUARE_LIMIT = alpha**2 * (2 - alpha) / (1 - alpha) ** 3
"""E tr M M^T/d and E tr (M M^T)^2/d of large n and d."""
SECOND_ORDER_LIMIT = a / (4 * (1 + a) ** 2) * (a + 2 * (1 - a) * RESIDUAL_TRACE_LIMIT + a * RESIDUAL_TRACE_SQUARE_LIMIT)
SECOND_ORDER_NEXT = a / (4 * (1 + a) ** 2 * d) * (
    2 * alpha / (1 - alpha) + 4 * (1 - a) * alpha**2 / (1 - alpha) ** 2
    + a * alpha**2 * (1 + 8 * alpha - 2 * alpha**2) / (1 - alpha) ** 4
)  # fmt: skip
"""KL/d to second order in the covariance, and its term of order 1/d."""


MODEL_GAIN, MODEL_NOISE = 1 + a, exp(-2 * horizon) * a / (1 + a)
"""A and b of data as (B.1) models them."""


def printed_second_order(ratio: Expr, shrunk: Expr) -> Expr:
    """H24 (B.17) at alpha = ratio and exp(-2 horizon) = shrunk: Delta_T/sigma_X^2 is a/(1 + a)."""
    noise = ratio * a / (1 + a)
    first = shrunk * (1 + a) ** 2 * (shrunk * noise**2 + 2 * noise) / 4
    return d * (first + shrunk * (1 + a) * a * noise / 2 + a**2 / 4)


TOGETHER_STEPS = (
    Step(
        assembled(MODEL_GAIN, MODEL_NOISE, alpha, alpha**2), printed_second_order(alpha, exp(-2 * horizon)) / d,
        "(B.17) as printed is (B.11) with the last lines of (B.12) and (B.16), alpha, and of (B.14), alpha^2",
        citation="H24 (B.17)",
    ),
    Step(
        (second_order(MODEL_GAIN, MODEL_NOISE) / d).subs(OF_RATIO),
        assembled(MODEL_GAIN, MODEL_NOISE, RESIDUAL_TRACE_LIMIT, RESIDUAL_TRACE_SQUARE_LIMIT),
        "with alpha/(1 - alpha) and alpha^2 (2 - alpha)/(1 - alpha)^3 in their places it is right for data as (B.1)"
        " models them ...", limit(d, oo), citation="H24 (B.1)",
    ),
    Step(
        assembled(1 / (1 + a), a, RESIDUAL_TRACE_LIMIT, RESIDUAL_TRACE_SQUARE_LIMIT), SECOND_ORDER_LIMIT,
        "... and with A = 1/(1 + a) and b = a besides, for data drawn as in (3.8)", citation="H24 (3.8)",
    ),
)  # fmt: skip
"""(B.17): what it is made of, as printed and right, in both models."""
