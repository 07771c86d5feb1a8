"""When the own datum takes over, BBDM24 (5) and (10): excess entropy, collapse time, and their rounding at finite d.

For Gaussian data of variance sigma^2, n = exp(alpha_log d) of them: above the collapse time the excess entropy f^e of
the noised empirical density is that of the population, f; below it vanishes; in between, f^e of all d lie on one curve.
X = log(sum of the others/own term) has mean d f and variance d w, and d f^e = E log(1 + e^X).
"""

from __future__ import annotations

from sympy import (
    Abs,
    Expr,
    Integer,
    Integral,
    Max,
    Min,
    Rational,
    S,
    diff,
    erfc,
    exp,
    log,
    oo,
    pi,
    sign,
    sqrt,
    tanh,
)

from theory.checks import limit
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit, Quadrature
from theory.notation import Delta, alpha_log, beta, contrast, d, n, sigma, t, u, x, z
from theory.published import Published
from theory.random_energy import (
    CONTRAST,
    ENERGY_STEPS,
    ENTROPY_STEPS,
    GIVEN,
    GLASS_STEPS,
    LIQUID_STEPS,
    MODEL,
    at,
    entropy,
    excess,
    per_temperature,
    slope,
    width,
)

DOMAIN = Domain((
    *(item for item in MODEL.ranges if item.symbol != alpha_log),
    positive(alpha_log, default="0.41", explored=("0.15", "0.6")),  # n = exp(alpha_log d) is a double up to d = 1024
    whole(n, 2, default=20000, explored=(50, 1000000)),
    whole(d, 1, default=20, explored=(4, 60)),
    real(u, default="0.7", explored=("-1.5", "2.5")),
    real(z, default="0.4", explored=("-2", "2")),
))  # fmt: skip

# f from the two entropies of BBDM24 (5): n separate Gaussians of variance Delta, and one of variance Gamma.
SEPARATE = log(n) / d + Rational(1, 2) + log(2 * pi * Delta) / 2
TOGETHER = Rational(1, 2) + log(2 * pi * Delta * (1 + contrast)) / 2
NORMAL = exp(-(x**2) / (2 * Delta)) / sqrt(2 * pi * Delta)

# A tilted mean of the information density of one component, whose cumulants say how X scatters.
scatter = beta * excess + log(1 - beta**2 * width) / 2
TILT = (-width + sqrt(width**2 + 4 * excess**2 * width)) / (2 * excess * width)
CHOSEN = Max(0, Min(1, TILT))
RATE = scatter.subs(beta, CHOSEN)
"""f^e - f falls like exp(-d RATE) where f > 0: beta = TILT, but at most 1, where the second moment of the sum rules."""
SHORTFALL = sqrt(width / d) * exp(-d * RATE) / Abs(excess) + (1 - sign(excess)) / 2

# The weight of the own datum as printed, log(Z_1)/d: in its definition, and where regime III is described.
OWN_AS_DEFINED = -(sigma**2 * (1 - exp(-t)) ** 2 + 1 - exp(-2 * t)) / (4 * (1 - exp(-2 * t)))
OWN_IN_REGIME_III = Integer(-2)

excess_entropy = ClosedForm(
    name="collapse.excess_entropy",
    statement="Excess entropy density f of n separate Gaussians over the noised data; f^e tends to it where f > 0.",
    source="BBDM24 (5)",
    formula=Explicit(excess, GIVEN),
    parameters=(t, alpha_log, sigma),
    domain=DOMAIN,
    derivation=Derivation(
        (
            Step(
                -Integral(NORMAL * log(NORMAL), (x, -oo, oo)), Rational(1, 2) + log(2 * pi * Delta) / 2,
                "entropy of a Gaussian component", where={Delta: 1 - exp(-2 * t)},
            ),
            Step(
                SEPARATE - TOGETHER, excess,
                "n separate Gaussians of variance Delta against one of variance Delta (1 + contrast)",
                where={n: exp(alpha_log * d), Delta: 1 - exp(-2 * t)},
            ),
            *ENERGY_STEPS, *ENTROPY_STEPS, *LIQUID_STEPS,
            Step(diff(scatter, beta).subs(beta, 0), excess, "the mean of X/d is f"),
            Step(-diff(scatter, beta, 2).subs(beta, 0), width, "its variance times d is w"),
            Step(
                diff(scatter, beta).subs(beta, TILT), Integer(0),
                "the mean of log(1 + e^-X) is carried by the tilt where the exponent is stationary",
                where=GIVEN,
            ),
        ),
        DOMAIN,
    ),
    published=(
        Published("BBDM24", "(5)", excess, r"s(t_C) = s^{sep}(t_C)", note="f = s^{sep} - s"),
        Published(
            "BBDM24", "text before (9)", excess + alpha_log + log(2 * pi) / 2,
            r"P_t^e(\mathbf{x}) = [Z_1 + Z_{2\dots n}]/\sqrt{2\pi\Delta_t^d}",
            note="the printed density lacks 1/n and has 2 pi once instead of d times; f that its entropy would give",
        ),
        Published(
            "BBDM24", "text before (9), Z_1", excess - Rational(1, 2) - OWN_AS_DEFINED,
            r"Z_1 = e^{-\frac{1}{2}(\mathbf{x} - \mathbf{a}_1)^2 / (2\Delta_t)}",
            note="the printed exponent has 1/2 twice and lacks exp(-t); f from psi_+ and that weight of the own datum",
        ),
        Published(
            "BBDM24", "regime III, Z_1", excess - Rational(1, 2) - OWN_IN_REGIME_III,
            r"Z_1 = e^{-(\mathbf{x}-\mathbf{a}_1 e^{-t} + \mathbf{z}\sqrt{\Delta_t})^2 / (2\Delta_t)}",
            note="x - a_1 exp(-t) is z sqrt(Delta): a plus sign doubles it; f from psi_+ and that own weight",
        ),
    ),
)  # fmt: skip

# BBDM24 (10): the root of f in t.
AT_COLLAPSE = exp(2 * alpha_log) - 1  # the contrast there
GROWTH = sigma**2 / (exp(2 * log(n) / d) - 1)  # exp(2 t_c) - 1
collapse_time = ClosedForm(
    name="collapse.collapse_time",
    statement="Time at which the way back collapses on one of n data in d dimensions.",
    source="BBDM24 (10)",
    formula=Explicit(log(1 + x) / 2, {x: Explicit(GROWTH)}),
    parameters=(n, d, sigma),
    size=d,
    domain=DOMAIN,
    derivation=Derivation(
        (
            *ENERGY_STEPS, *ENTROPY_STEPS, *LIQUID_STEPS, *GLASS_STEPS,
            Step(
                excess, Integer(0), "the root of criterion (5)",
                where={t: log(1 + GROWTH) / 2, alpha_log: log(n) / d, contrast: CONTRAST},
            ),
            Step(
                at(1, entropy), Integer(0), "condensation: the data run out at the temperature of the posterior",
                where={contrast: AT_COLLAPSE},
            ),
            Step(
                at(1, per_temperature), -Rational(1, 2), "the others weigh as much as the own datum: psi_+ = -1/2",
                where={contrast: AT_COLLAPSE},
            ),
            Step(
                at(1, slope), -Rational(1, 2), "from the glass the same: its energy at beta = 1 is the own one",
                where={contrast: AT_COLLAPSE},
            ),
            Step(
                sigma**2 / AT_COLLAPSE, exp(2 * t) - 1, "contrast there is exp(2 alpha_log) - 1: BBDM24 (10)",
                where={t: log(1 + sigma**2 / AT_COLLAPSE) / 2},
            ),
        ),
        DOMAIN,
    ),
    published=(
        Published(
            "BBDM24", "(10)", Explicit(log(1 + sigma**2 / (n ** (2 / d) - 1)) / 2),
            r"t_c = \frac{1}{2} \log \left(1 + \frac{\sigma^2}{n^{2/d} - 1} \right)",
        ),
        Published(
            "BBDM24", "text after (10)", Explicit(log(sigma**2) / 2),
            r"\text{this equation for } t_c \text{ coincides with the one obtained from the general criterion (4)}",
            note="criterion (4), Lambda exp(-2t) = 1, of one Gaussian of variance sigma^2; criterion (5) gives (10)",
        ),
    ),
)  # fmt: skip

second_moment_time = ClosedForm(
    name="collapse.second_moment_time",
    statement="Time above which the sum over the others has a finite relative variance: (1 + contrast)^d < n.",
    source="derived here",
    formula=Explicit(log(1 + x) / 2, {x: Explicit(sigma**2 / (exp(log(n) / d) - 1))}),
    parameters=(n, d, sigma),
    size=d,
    domain=DOMAIN,
    derivation=Derivation(
        (
            Step(
                d * log(1 + contrast), log(n), "the mean of the squared likelihood ratio is (1 + contrast)^d",
                where={t: log(1 + sigma**2 / (exp(log(n) / d) - 1)) / 2, contrast: CONTRAST},
            ),
        ),
        DOMAIN,
    ),
)  # fmt: skip

# Close to the collapse X is normal on the scale sqrt(d w), and log(1 + e^X) is max(X, 0).
UPPER = erfc(-u / sqrt(2)) / 2
BELL = exp(-(u**2) / 2) / sqrt(2 * pi)
SCALING = BELL + u * UPPER
SHAPE = Integral((u + z) * exp(-(z**2) / 2) / sqrt(2 * pi), (z, -u, oo))

# Next order: of the sum over the others only the part counts whose levels exist, a fraction Phi(RELATIVE).
AROUND = {contrast: Explicit(AT_COLLAPSE)}
RELATIVE = u * sqrt(2 * (1 + contrast) / (contrast + 2)) + z * sqrt(contrast / (contrast + 2))
EXISTING = erfc(-RELATIVE / sqrt(2)) / 2
LOSS = exp(-(z**2) / 2) / sqrt(2 * pi) * EXISTING * log(EXISTING)
FAR = 12  # standard deviations, where the normal weight is 1e-32 and the logarithm still finite


def loss(value: Expr) -> Quadrature:
    """E[Phi log Phi]/sqrt(w d): the next order of f^e sqrt(d/w) at u = `value`."""
    return Quadrature((LOSS / sqrt(width * d)).subs(u, value), z, Integer(-FAR), Integer(FAR), AROUND)


EXPANSION_STEPS = (
    Step(diff(scatter, beta).subs(beta, 0), excess, "X has mean d f"),
    Step(-diff(scatter, beta, 2).subs(beta, 0), width, "and variance d w"),
    Step(diff(scatter, beta, 3).subs(beta, 0), Integer(0), "and no third cumulant: it is normal to order 1/d"),
    Step(SHAPE, SCALING, "the mean of max(X, 0) in units of sqrt(d w)"),
    Step(
        diff(SCALING, u), UPPER, "whose slope is the chance that the others outweigh the own datum",
    ),
)  # fmt: skip

excess_entropy_scaling = ClosedForm(
    name="collapse.excess_entropy_scaling",
    statement="f^e sqrt(d/w) as a function of u = f sqrt(d/w), w = contrast/(1 + contrast): one curve for every d.",
    source="BBDM24 Fig. 3, derived here",
    formula=Explicit(SCALING),
    parameters=(u, alpha_log, sigma),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *LIQUID_STEPS, *EXPANSION_STEPS,
            Step(SCALING / u, S.One, "far above the collapse f^e is f", limit(u, oo)),
        ),
        DOMAIN,
    ),
    finite_size=ClosedForm(
        name="collapse.excess_entropy_scaling_next_order",
        statement="The term of order 1/sqrt(d) of f^e sqrt(d/w).",
        source="derived here",
        formula=loss(u),
        parameters=(u, alpha_log, d),
        size=d,
        domain=DOMAIN,
    ),
)  # fmt: skip

CRITICAL = sqrt(1 - exp(-2 * alpha_log)) / sqrt(2 * pi)
critical_excess_entropy = ClosedForm(
    name="collapse.critical_excess_entropy",
    statement="sqrt(d) times the excess entropy f^e at the collapse time, where f vanishes.",
    source="BBDM24 (5), derived here",
    formula=Explicit(CRITICAL),
    parameters=(alpha_log, sigma),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *EXPANSION_STEPS,
            Step(width.subs(contrast, AT_COLLAPSE), 1 - exp(-2 * alpha_log), "w at the collapse time"),
            Step(sqrt(width) * SCALING, CRITICAL, "g(0) sqrt(w)", where={contrast: AT_COLLAPSE, u: Integer(0)}),
            Step(
                contrast / (contrast + 2), tanh(alpha_log), "the share of |x|^2 in the scatter of X, over the rest",
                where={contrast: AT_COLLAPSE},
            ),
        ),
        DOMAIN,
    ),
    published=(
        Published(
            "BBDM24", "text before the numerical experiments", Integer(0),
            r"\text{all the identities used in the volume argument are correct up to corrections"
            r" exponentially small in } d",
            note="the corrections to criterion (5) are of order 1/sqrt(d): f^e(t_c) does not vanish faster",
        ),
    ),
    finite_size=ClosedForm(
        name="collapse.critical_excess_entropy_next_order",
        statement="The term of order 1/sqrt(d) of sqrt(d) f^e(t_c).",
        source="derived here",
        formula=Quadrature(
            (LOSS / sqrt(d)).subs(u, 0), z, Integer(-FAR), Integer(FAR), AROUND
        ),
        parameters=(alpha_log, sigma, d),
        size=d,
        domain=DOMAIN,
    ),
)  # fmt: skip
