"""The sum over the other data, BBDM24 (9): its free energy, and how few data carry it below the collapse time.

The energies of the others are those of a random energy model (theory/random_energy.py): liquid above the collapse time,
glass below, where the largest terms follow the Poisson-Dirichlet law of parameter beta_c, the freezing temperature.
"""

from __future__ import annotations

from sympy import Expr, Integer, Min, diff, exp, log

from theory.checks import antiderivative
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, whole
from theory.formula import Explicit, Root
from theory.notation import Delta, a, alpha_log, beta, d, sigma, t, x, y
from theory.published import Published
from theory.random_energy import (
    ENERGY_STEPS,
    ENTROPY_STEPS,
    FREEZING,
    FROZEN,
    GIVEN,
    GLASS_STEPS,
    LIQUID_STEPS,
    MODEL,
    NOISE,
    SQUARE,
    curvature,
    per_temperature,
)

RANGES = (
    *MODEL.ranges,
    whole(d, 1, default=20, explored=(4, 60)),
    positive(y, default="0.6", explored=("0.1", "0.9")),
)
DOMAIN = Domain(RANGES)
EARLY = positive(t, default="0.21", explored=("0.05", "0.5"))
GLASS = Domain(
    tuple(EARLY if item.symbol == t else item for item in RANGES),
    (sigma**2 > (exp(2 * t) - 1) * (exp(2 * alpha_log) - 1),),
)


def printed(energy: Expr) -> Explicit:
    """psi_+ of a model whose data have `energy`, a quadratic in a times beta, x of its typical length.

    Its zeta is found as ours: the Gaussian integral over a of one component, with x^2 at its mean, is a power times an
    exponential; the inverse temperature that counts is 1, or that where its entropy vanishes.
    """
    square, linear, rest = (energy.expand().coeff(a, power) for power in (2, 1, 0))
    stiffness = 1 + 2 * beta * sigma**2 * square
    shift = beta**2 * sigma**2 * (linear / x) ** 2 / (2 * stiffness) - beta * rest / x**2
    exponent = -log(stiffness) / 2 + (shift * SQUARE).subs(Delta, NOISE)
    exponent = exponent.subs(Delta, NOISE)
    runs_out = alpha_log + exponent - beta * diff(exponent, beta)
    high = 1 + exp(2 * alpha_log + 1) / (2 * sigma**2 * square.subs(Delta, NOISE))
    root = Root(runs_out, beta, Integer(0), high)
    return Explicit(((alpha_log + exponent) / beta).subs(beta, Min(1, beta)), {beta: root})


free_energy = ClosedForm(
    name="collapse.free_energy",
    statement="psi_+ = lim log(Z_{2..n})/d, the sum over the other data: liquid above the collapse time, glass below.",
    source="BBDM24, text after (9)",
    formula=Explicit(per_temperature.subs(beta, Min(1, beta)), {**GIVEN, beta: FREEZING}),
    parameters=(t, alpha_log, sigma),
    domain=DOMAIN,
    derivation=Derivation((*ENERGY_STEPS, *ENTROPY_STEPS, *LIQUID_STEPS, *GLASS_STEPS), DOMAIN),
    published=(
        Published(
            "BBDM24", "(9)", printed((x - a) ** 2 / (4 * Delta)),
            r"Z_{2\dots n} = \sum_{\mu=2}^n e^{-\frac{1}{2}(\mathbf{x} - \mathbf{a}_\mu)^2 / (2\Delta_t)}",
            note="the printed exponent has 1/2 twice and lacks exp(-t); psi_+ of that sum",
        ),
        Published(
            "BBDM24", "text after (9)", printed((x - a * exp(-t)) ** 2 / (4 * Delta)),
            r"E^{\mu} = \frac{1}{2}[(\mathbf{a}_1 - \mathbf{a}_{\mu})e^{-t} + \mathbf{z}\sqrt{\Delta_t}]^2"
            r" / (2\Delta_t)",
            note="the printed energy has 1/2 twice; psi_+ of that model",
        ),
    ),
)  # fmt: skip

# Few data carry the sum: near the lowest energies the number of levels grows like exp(beta_c E), and of the terms
# e^-E = s, of density s^(-1-beta_c), the mean of the sum of the squared shares is 1 - beta_c.
condensation = ClosedForm(
    name="collapse.condensation",
    statement="The inverse temperature beta_c < 1 at which the other data freeze, below the collapse time.",
    source="BBDM24, derived here",
    formula=Root(FROZEN.equation, beta, FROZEN.low, FROZEN.high, GIVEN),
    parameters=(t, alpha_log, sigma),
    domain=GLASS,
    derivation=Derivation(
        (
            *ENERGY_STEPS, *ENTROPY_STEPS, *GLASS_STEPS,
            Step(
                x ** (-1 - y) * (1 - exp(-x)) - x ** (-y) * exp(-x) / y, -(x ** (-y)) * (1 - exp(-x)) / y,
                "terms s of density s^(-1-y): the Laplace transform of their sum is exp(-C u^y), C = Gamma(1-y)/y",
                antiderivative(x),
            ),
            Step(
                x ** (1 - y) * exp(-x) - (1 - y) * x ** (-y) * exp(-x), -(x ** (1 - y)) * exp(-x),
                "that of their squares has the weight (1 - y) y C u^(y-2)",
                antiderivative(x),
            ),
            Step(
                x * (1 - y) * y * x ** (y - 2) * exp(-(x**y)), -(1 - y) * exp(-(x**y)),
                "the mean of the sum of squared shares, an integral of u times that, is 1 - y, where y is beta_c",
                antiderivative(x),
            ),
        ),
        GLASS,
    ),
)  # fmt: skip
GLASS_CORRECTION = log(d) / (2 * d * curvature * beta**2 * (1 - beta))
LEVEL_CORRECTION = log(d) / (d * Min(1, beta))
