"""A sign seen through Gaussian noise: how often two guesses from the posterior agree, and how much of a bit is left.

s = +1 or -1, equally likely, is seen as y = s sqrt(v) + noise of variance 1; v = `snr` is the signal-to-noise ratio.
The posterior mean of s is tanh(sqrt(v) y).  Two draws of s from one posterior agree with probability phi(v):

    phi = (1 + E tanh Y)/2 = (1 + E tanh(Y)^2)/2,   Y normal of mean and variance v
    1 - phi = exp(-v/2)/(2 sqrt(2 pi)) int exp(-z^2/2) sech(sqrt(v) z) dz,   which keeps its relative precision
    information I = v - E log cosh Y,   dI/dv = 1 - phi

Every identity is a step that other derivations may repeat; their domain must then contain the ranges of CHANNEL.
Those without an integral are checked in no time; each integral takes seconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from sympy import (
    Expr,
    Integer,
    Integral,
    Max,
    Rational,
    Symbol,
    cosh,
    diff,
    erfc,
    exp,
    log,
    oo,
    pi,
    sqrt,
    tanh,
)

from theory.checks import limit, series
from theory.derivation import Step
from theory.domain import Domain, positive, real
from theory.formula import Formula, Quadrature
from theory.notation import snr, z

LINE = (z, -oo, oo)
CHANNEL = Domain((
    positive(snr, default="0.7", explored=("0.1", "4")),
    real(z, default="0.4", explored=("-2", "2")),
))  # fmt: skip

NORMAL = exp(-(z**2) / 2) / sqrt(2 * pi)
SEEN = {sign: exp(-((z - sign * sqrt(snr)) ** 2) / 2) / sqrt(2 * pi) for sign in (1, -1)}  # density of y = z given s
POSTERIOR_MEAN = tanh(sqrt(snr) * z)
SHIFTED = snr + sqrt(snr) * z  # Y, with z standard normal

DISAGREEMENT = exp(-snr / 2) * NORMAL / (2 * cosh(sqrt(snr) * z))
AGREEMENT = NORMAL * (1 - exp(-snr / 2) / (2 * cosh(sqrt(snr) * z)))
SLOPE = DISAGREEMENT * (1 + z * POSTERIOR_MEAN / sqrt(snr)) / 2  # of AGREEMENT in v
INFORMATION = NORMAL * (snr - log(cosh(SHIFTED)))
EQUIVOCATION = SEEN[1] * log(1 + exp(-2 * sqrt(snr) * z))

# Of sech, or of the normal law where that is narrower; nodes in units of 1/20 still reach ten standard deviations.
WIDTH = Max(1 / sqrt(1 + snr), Rational(1, 20))
NOTHING: Mapping[Symbol, Formula] = MappingProxyType({})


def agreement(given: Mapping[Symbol, Formula] = NOTHING) -> Quadrature:
    """phi: the probability that two draws from one posterior agree; `given` says what snr is."""
    return Quadrature(AGREEMENT, z, given=given, bound=Integer(1), width=WIDTH)


def disagreement(given: Mapping[Symbol, Formula] = NOTHING) -> Quadrature:
    """1 - phi in full relative precision, also where phi rounds to 1."""
    return Quadrature(DISAGREEMENT, z, given=given, bound=exp(-snr / 2), width=WIDTH)


def information(given: Mapping[Symbol, Formula] = NOTHING) -> Quadrature:
    """I: mutual information of s and y in nats, to full relative precision where it is small."""
    return Quadrature(INFORMATION, z, given=given)


def equivocation(given: Mapping[Symbol, Formula] = NOTHING) -> Quadrature:
    """log 2 - I in full relative precision, also where I rounds to log 2."""
    return Quadrature(EQUIVOCATION, z, given=given)


def slope(factor: Expr, given: Mapping[Symbol, Formula] = NOTHING) -> Quadrature:
    """factor times d phi/dv, which is positive: what a small change of v adds to phi."""
    return Quadrature(factor * SLOPE, z, given=given, width=WIDTH)


def over_line(integrand: Expr) -> Integral:
    """The integral over z, as an expression."""
    return Integral(integrand, LINE)


def mean(function: Expr) -> Integral:
    """E of a function of z, z standard normal."""
    return over_line(NORMAL * function)


PHI, MISS = over_line(AGREEMENT), over_line(DISAGREEMENT)

POSTERIOR_STEPS = (
    Step((SEEN[1] - SEEN[-1]) / (SEEN[1] + SEEN[-1]), POSTERIOR_MEAN, "Bayes: the posterior mean of the sign"),
    Step(
        (SEEN[1] ** 2 + SEEN[-1] ** 2) / (SEEN[1] + SEEN[-1]) ** 2,
        (1 + POSTERIOR_MEAN**2) / 2,
        "two draws agree: both are +, or both are -",
    ),
)
AGREEMENT_STEPS = (
    Step(
        (SEEN[1] ** 2 + SEEN[-1] ** 2) / (2 * (SEEN[1] + SEEN[-1])),
        (SEEN[1] + SEEN[-1]) / 2 - SEEN[1] * SEEN[-1] / (SEEN[1] + SEEN[-1]),
        "what is missing to 1 is that one draw is +, the other -",
    ),
    Step(
        SEEN[1] * SEEN[-1] / (SEEN[1] + SEEN[-1]),
        DISAGREEMENT,
        "the product of both densities over their sum has no difference in it",
    ),
    Step(diff(AGREEMENT, snr), SLOPE, "phi grows with the signal at every z"),
)
PHI_STEP = Step(
    over_line((SEEN[1] ** 2 + SEEN[-1] ** 2) / (2 * (SEEN[1] + SEEN[-1]))), PHI, "both densities are normalised"
)
MOMENT_STEP = Step(
    (SEEN[1] - SEEN[-1]) / 2 * POSTERIOR_MEAN,
    (SEEN[1] + SEEN[-1]) / 2 * POSTERIOR_MEAN**2,
    "the posterior mean is as large, on average, along the true sign as its square",
)
MEAN_STEPS = (
    Step(mean(tanh(SHIFTED)), mean(tanh(SHIFTED) ** 2), "E tanh Y = E tanh(Y)^2, Y normal of mean and variance v"),
    Step((1 + mean(tanh(SHIFTED))) / 2, PHI, "phi from the mean"),
)
INFORMATION_STEPS = (
    Step(
        log(2 * SEEN[1] / (SEEN[1] + SEEN[-1])).subs(z, z + sqrt(snr)),
        SHIFTED - log(cosh(SHIFTED)),
        "what y = sqrt(v) + z says of s = +1",
    ),
    Step(over_line(INFORMATION), log(2) - over_line(EQUIVOCATION), "a bit less what the noise leaves open"),
    Step(over_line(diff(INFORMATION, snr)), MISS, "the slope of the information is the probability to disagree"),
)

# phi has no elementary closed form, but an alternating series of Mills ratios whose remainder is an integral again.


def mills_term(k: int) -> Expr:
    """Term k = 1, 2, ... of 1 - phi: 2 (-1)^(k-1) exp(2 k (k-1) v) Phi(-(2k-1) sqrt(v)), Phi the normal law."""
    return (-1) ** (k - 1) * exp(2 * k * (k - 1) * snr) * erfc((2 * k - 1) * sqrt(snr / 2))


def mills_remainder(terms: int) -> Expr:
    """1 - phi less its first `terms` terms; it has the sign of the next term and is smaller."""
    return 2 * (-1) ** terms * Integral(exp(-2 * terms * sqrt(snr) * z) * DISAGREEMENT, (z, 0, oo))


def mills_steps(terms: int) -> tuple[Step, ...]:
    """The first terms of the series, each an integral over z > 0, and the remainder."""
    angle = sqrt(snr) * z
    geometric = sum(((-1) ** (k - 1) * exp(-(2 * k - 1) * angle) for k in range(1, terms + 1)), Integer(0))
    return (
        Step(
            1 / (2 * cosh(angle)),
            geometric + (-1) ** terms * exp(-2 * terms * angle) / (2 * cosh(angle)),
            "a geometric series with its remainder",
        ),
        *(
            Step(
                2 * (-1) ** (k - 1) * exp(-snr / 2) * Integral(NORMAL * exp(-(2 * k - 1) * angle), (z, 0, oo)),
                mills_term(k),
                "completing the square: a normal tail",
            )
            for k in range(1, terms + 1)
        ),
        Step(
            MISS,
            sum(map(mills_term, range(1, terms + 1)), mills_remainder(terms)),
            "the series of Mills ratios",
        ),
    )


# The ends: a faint signal, and a loud one.
FAINT = Rational(1, 2) + snr / 2 - snr**2 / 2 + 5 * snr**3 / 6
LOUD = sqrt(pi / (8 * snr)) * exp(-snr / 2)
WIDE = exp(-(z**2) / (2 * snr)) / (2 * sqrt(2 * pi) * cosh(z))  # the integrand of 1 - phi at sqrt(v) z = z
LIMIT_STEPS = (
    Step(PHI, FAINT, "a faint signal: phi starts at 1/2 with slope 1/2", series(snr, Integer(0), 3)),
    Step(MISS, exp(-snr / 2) / sqrt(snr) * over_line(WIDE), "in units of the width of sech"),
    Step(over_line(WIDE), sqrt(pi / 8), "a loud signal: 1 - phi falls like LOUD", limit(snr, oo)),
    Step(LOUD, exp(-snr / 2) / sqrt(snr) * sqrt(pi / 8), "with both factors"),
)
