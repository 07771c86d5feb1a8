"""The random energy model of n data around a noised one: how many have which energy, and when they run out.

x = a_1 exp(-t) + sqrt(Delta) z, and E_k = |x - a_k exp(-t)|^2/(2 Delta) for the n data a_k, each normal of variance
sigma^2 in d components.  With contrast = sigma^2/(exp(2 t) - 1), the variance of the data over that of the noise, and
x of its typical length, at inverse temperature beta

    zeta(beta)    = log E exp(-beta E_k)/d = -log(1 + beta contrast)/2 - beta (1 + contrast)/(2 (1 + beta contrast))
    Sigma(beta)   = alpha_log + zeta - beta zeta',  log(number of data at the energy -zeta' d)/d, falls with beta
    psi_+         = log(sum of exp(-E_k) over the others)/d = min over 0 < beta <= 1 of (alpha_log + zeta)/beta

The minimum is at beta = 1 while Sigma(1) > 0 (liquid), else where Sigma = 0 (glass: few data carry the sum).  The
excess entropy f is Sigma(1) itself, and the energy there is that of the own datum, d/2: the data run out at the energy
of the own datum just when f = 0.  The same model rules every sum over n points seen through Gaussian noise.
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, Max, Rational, diff, exp, log, oo, pi, sqrt

from theory.derivation import Step
from theory.domain import Domain, positive, real
from theory.formula import Explicit, Root
from theory.notation import Delta, a, alpha_log, beta, contrast, sigma, t, x

MODEL = Domain((
    positive(t, default="0.9", explored=("0.3", "2")),
    positive(sigma, default="1.23", explored=("0.5", "2")),
    positive(alpha_log, default="0.41", explored=("0.1", "1")),
    positive(contrast, default="0.8", explored=("0.1", "4")),
    positive(beta, default="0.7", explored=("0.1", "1")),
    real(x, default="0.6", explored=("-2", "2")),
    real(a, default="0.3", explored=("-2", "2")),
))  # fmt: skip

CONTRAST = sigma**2 / (exp(2 * t) - 1)
GIVEN = {contrast: Explicit(CONTRAST)}

# One component: the mean of its factor exp(-beta E) over the data, and the mean of x^2.
NOISE = 1 - exp(-2 * t)
DATA = exp(-(a**2) / (2 * sigma**2)) / sqrt(2 * pi * sigma**2)
FACTOR = exp(-beta * (x - a * exp(-t)) ** 2 / (2 * Delta))
FACTOR_MEAN = exp(-beta * x**2 / (2 * Delta * (1 + beta * contrast))) / sqrt(1 + beta * contrast)
SQUARE = NOISE + sigma**2 * exp(-2 * t)

zeta = -log(1 + beta * contrast) / 2 - beta * (1 + contrast) / (2 * (1 + beta * contrast))
slope = -contrast / (2 * (1 + beta * contrast)) - (1 + contrast) / (2 * (1 + beta * contrast) ** 2)
curvature = contrast**2 / (2 * (1 + beta * contrast) ** 2) + contrast * (1 + contrast) / (1 + beta * contrast) ** 3
entropy = alpha_log - log(1 + beta * contrast) / 2 + beta * (1 - beta) * contrast / (2 * (1 + beta * contrast) ** 2)
excess = alpha_log - log(1 + contrast) / 2  # f, BBDM24 (5)
width = contrast / (1 + contrast)  # variance of log(sum of the others/own term) over d, where the data are plenty
per_temperature = (alpha_log + zeta) / beta

HIGHEST = Max(1, (exp(2 * alpha_log) - 1) / contrast)  # where Sigma is negative: its last term is, above beta = 1
FREEZING = Root(entropy, beta, Integer(0), HIGHEST)
"""The inverse temperature at which the data run out, in terms of contrast and alpha_log."""
FROZEN = Root(entropy, beta, Integer(0), Integer(1))
"""The same in the glass, where it is below 1."""


def at(value: Expr | int, expression: Expr) -> Expr:
    """An expression at another inverse temperature."""
    return expression.subs(beta, value)


ENERGY_STEPS = (
    Step(
        Integral(DATA * FACTOR, (a, -oo, oo)),
        FACTOR_MEAN,
        "one component: a Gaussian integral over the data",
        where={Delta: NOISE, contrast: CONTRAST},
    ),
    Step(
        SQUARE / Delta, 1 + contrast,
        "the mean of x^2 over the variance of the noise",
        where={Delta: NOISE, contrast: CONTRAST},
    ),
    Step(
        log(FACTOR_MEAN).subs(x, sqrt(SQUARE)),
        zeta,
        "x of its typical length, |x|^2 = d (Delta + sigma^2 exp(-2t)): zeta",
        where={Delta: NOISE, contrast: CONTRAST},
    ),
)  # fmt: skip
ENTROPY_STEPS = (
    Step(diff(zeta, beta), slope, "minus the energy per component of the data that count at beta"),
    Step(diff(zeta, beta, 2), curvature, "zeta is convex: both terms are positive"),
    Step(alpha_log + zeta - beta * slope, entropy, "Legendre transform: how many data have that energy"),
    Step(diff(entropy, beta), -beta * curvature, "the entropy falls with beta: it vanishes once"),
    Step(diff(per_temperature, beta), -entropy / beta**2, "(alpha_log + zeta)/beta is least where Sigma vanishes"),
)  # fmt: skip
LIQUID_STEPS = (
    Step(at(1, entropy), excess, "the entropy at the temperature of the posterior is the excess entropy f"),
    Step(at(1, slope), -Rational(1, 2), "the energy there is d/2, that of the own datum"),
    Step(at(1, per_temperature), excess - Rational(1, 2), "liquid: psi_+ = f - 1/2"),
)
GLASS_STEPS = (
    Step(
        per_temperature, slope, "glass: psi_+ = zeta' where the entropy vanishes",
        where={beta: FREEZING},
    ),
)  # fmt: skip
