"""The horizon in the Curie-Weiss model: the weight lost by starting the way back from pure noise at a finite time.

Bayes' rule makes the noised projection mu act on the two states like a field exp(-tau) mu/T.  Starting from N(0, T)
instead of the true law of mu averages the weight W_+(h) over such fields.
"""

from __future__ import annotations

from sympy import Abs, Expr, Integer, Integral, Max, atanh, cosh, diff, exp, oo, pi, sqrt, tanh

from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, between, positive, real, whole
from theory.formula import Explicit, Quadrature
from theory.notation import N, T, amplitude, beta, h, m, mu, tau, u, x, z
from theory.saddle import normal_moment
from theory.two_states import MAGNETISATION, STATES, weight

GIVEN = {m: MAGNETISATION}
DOMAIN = Domain((
    above(beta, 1, default="1.37", explored=("1.1", "2.5")),
    real(h, default="0.61", explored=("-1.5", "1.5")),
    positive(T, default="0.83", explored=("0.3", "2")),
    real(tau, default="3", explored=("0", "4")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    between(m, 0, 1, default="0.8", explored=("0.3", "0.95")),
    whole(N, 1, default=64, explored=(9, 60)),
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (mu, x, u)),
    positive(amplitude, default="0.3", explored=("0.1", "0.5")),
))  # fmt: skip


def normal(at: Expr, variance: Expr) -> Expr:
    """Normal density of mean 0."""
    return exp(-(at**2) / (2 * variance)) / sqrt(2 * pi * variance)


def pair(spread: Expr) -> Expr:
    """What the starting points +mu and -mu generate on average, minus W_+."""
    return (PRIOR.subs(h, h + spread) + PRIOR.subs(h, h - spread)) / 2 - PRIOR


# One dimension: the process (24) of mu, written with exp(-tau) or, where a limit is taken, amplitude = exp(-tau).
PRIOR = (1 + tanh(h * m)) / 2
SIGNAL = exp(-tau) * mu / T
POSTERIOR = PRIOR.subs(h, h + SIGNAL)
DRIFT = -mu + 2 * m * exp(-tau) * tanh(m * (h + SIGNAL))
PAIR_LOSS = -tanh(h * m) * tanh(z) ** 2 / (cosh(h * m) ** 2 * (1 - tanh(z) ** 2) + tanh(z) ** 2) / 2  # no cancellation
SECOND, FOURTH = (diff(PRIOR, h, order) for order in (2, 4))
BIAS = -(m**2) * tanh(h * m) / (2 * T * cosh(h * m) ** 2)
BIAS_SCALE = Max(Abs(BIAS), m**2 / (20 * T * cosh(h * m) ** 2))  # it vanishes without field
BAYES = (
    Step(
        weight(1) * normal(mu - m * exp(-tau), T) / sum(weight(s) * normal(mu - s * m * exp(-tau), T) for s in STATES),
        POSTERIOR,
        "Bayes: the noised mu acts on the weights like a field exp(-tau) mu/T",
    ),
    Step(
        diff(POSTERIOR, tau),
        DRIFT * diff(POSTERIOR, mu) + T * diff(POSTERIOR, mu, 2),
        "the posterior is harmonic for the way back: the generated weight is its mean over the starting points",
        citation="BM23 (24)",
    ),
    Step(pair(SIGNAL), PAIR_LOSS.subs(z, m * SIGNAL), "pure noise is even in mu, so only pairs +mu, -mu count"),
)
MOMENTS = tuple(
    Step(Integral(x**order * normal(x, Integer(1)), (x, -oo, oo)), normal_moment(order), "a Gaussian moment")
    for order in (2, 4)
)
SPREAD = (
    Step(
        pair(amplitude * x / sqrt(T)),
        SECOND * (amplitude * x) ** 2 / (2 * T) + FOURTH * (amplitude * x) ** 4 / (24 * T**2),
        "mu = sqrt(T) x spreads the field by exp(-tau)/sqrt(T); x^2 has mean 1, x^4 has mean 3",
        series(amplitude, Integer(0), 4),
    ),
    *MOMENTS,
)

# N dimensions: half the log odds are h m plus the sum of atanh(m tanh(u)) over the components, u = x exp(-t)/Delta.
VARIANCE_OF_U = amplitude**2 / (N * T * (1 - amplitude**2 / N) ** 2)
SHORTFALL = 2 * (1 - (1 - m**2) / T) / N
COMPONENTS = (
    Step(
        atanh(m * tanh(u)),
        m * u - m * (1 - m**2) * u**3 / 3,
        "half of log Q_+/Q_- per component, odd in u",
        series(u, Integer(0), 3),
        citation="BM23 (20)",
    ),
    Step(
        N * m**2 * (VARIANCE_OF_U * normal_moment(2) - 2 * (1 - m**2) * VARIANCE_OF_U**2 * normal_moment(4) / 3),
        m**2 * amplitude**2 / T * (1 + SHORTFALL * amplitude**2),
        "the variance of the sum, u being normal: by a factor 1 + O(1/N) not that of one dimension",
        series(amplitude, Integer(0), 4),
    ),
)


def next_order(spins: Expr) -> ClosedForm:
    """The exp(-2 tau) term for starting points in N = `spins` dimensions; oo for the process (24) of mu alone."""
    coefficient = FOURTH / (8 * T**2) + SHORTFALL.subs(N, spins) * BIAS
    return ClosedForm(
        name="curie_weiss.weight_bias_next_order",
        statement=f"exp(-2 tau) term of (generated W_+ - W_+) exp(2 tau) for N = {spins}",
        source="derived here",
        formula=Explicit(coefficient * exp(-2 * tau), GIVEN),
        parameters=(beta, h, T, tau),
        domain=DOMAIN,
        size=tau,
        derivation=Derivation((*SPREAD, *COMPONENTS), STEPS),
    )


weight_bias_of_horizon = ClosedForm(
    name="curie_weiss.weight_bias_of_horizon",
    statement="(generated W_+ - W_+) exp(2 tau) when the way back starts from N(0, T) at t = log(N)/2 + tau, tau large",
    source="BM23, text after (29)",
    formula=Explicit(BIAS, GIVEN),
    parameters=(beta, h, T, tau),
    domain=DOMAIN,
    derivation=Derivation(
        (*BAYES, *SPREAD, Step(SECOND / (2 * T), BIAS, "half the second derivative of W_+ in the field")), STEPS
    ),
    finite_size=next_order(oo),
)
weight_bias_at_horizon = ClosedForm(
    name="curie_weiss.weight_bias_at_horizon",
    statement="(generated W_+ - W_+) exp(2 tau) when the process (24) starts from N(0, T) at a finite tau",
    source="BM23 (24)",
    formula=Quadrature(
        normal(x, Integer(1)) * PAIR_LOSS.subs(z, m * SIGNAL).subs(mu, sqrt(T) * x) * exp(2 * tau), x, given=GIVEN
    ),
    parameters=(beta, h, T, tau),
    domain=DOMAIN,
    size=tau,
    derivation=Derivation(BAYES, STEPS),
)
