"""The skip connection b of a denoising auto-encoder under online SGD, CPL25 (4): its flow, its limit, its fluctuations.

b sees the data through |x0|^2, x0.x1 and |x1|^2 alone, of order d; what the hidden layer adds is of order one.
So b learns by itself, whatever weights and activation: linearly, at the rate kappa, to Lambda E beta/kappa.
The noise levels enter through E beta, E beta^2 and E alpha^2, for one level t as for a grid or all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sympy import Abs, Expr, Integer, Integral, Max, Rational, Symbol, diff, exp, expand, oo, pi, sqrt

from theory.checks import antiderivative, limit, series, solves_ode, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, ParameterError, between, positive, real, whole
from theory.formula import Explicit, Formula
from theory.notation import Lambda, b, b0, d, elapsed, eta, kappa, noise2, rho, signal, signal2, steps, t, theta, x, z
from theory.published import Published

ALPHA, BETA = 1 - t, t
ONE_LEVEL: dict[Symbol, Formula] = {
    signal: Explicit(BETA), signal2: Explicit(BETA**2), noise2: Explicit(ALPHA**2),
}  # fmt: skip
UNIFORM: dict[Symbol, Formula] = {
    signal: Explicit(Rational(1, 2)), signal2: Explicit(Rational(1, 3)), noise2: Explicit(Rational(1, 3)),
}  # fmt: skip
RATE = noise2 + Lambda * signal2
"""How fast b learns; a symbol of its own, kappa, in the formulas."""
LIMIT = Lambda * signal / kappa
FLOW = LIMIT * (1 - exp(-kappa * theta)) + b0 * exp(-kappa * theta)

DOMAIN = Domain((
    positive(theta, default="1.37", explored=("0.3", "1.5")),
    positive(Lambda, default="0.83", explored=("0.2", "2.5")),
    real(b0, default="0.21", explored=("-1", "1.5")),
    between(t, 0, 1, default="0.43", explored=("0.2", "0.8")),
    positive(eta, default="0.5", explored=("0.3", "1")),
    positive(d, default="200", explored=("50", "3000")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    positive(elapsed, default="0.7", explored=("0.1", "1")),
    *(positive(symbol, default="0.4", explored=("0.2", "0.8")) for symbol in (signal, signal2, noise2, kappa)),
    positive(rho, default="1.3", explored=("0.3", "3")),
    *(real(symbol, default="0.3", explored=("-1", "1.5")) for symbol in (b, x, z)),
    whole(steps, 1, default=40, explored=(5, 60)),
), (elapsed < theta, eta < d / 40))  # fmt: skip


def levels(times: Sequence[Expr], weights: Sequence[Expr]) -> dict[Symbol, Formula]:
    """E beta, E beta^2, E alpha^2 of a grid of noise levels, alpha = 1 - t, beta = t, weights that add up to one."""
    if len(times) != len(weights) or sum(weights) != 1 or min(weights) <= 0:
        raise ParameterError(f"weights {list(weights)} of the noise levels are outside weight > 0, sum 1, one per time")
    pairs = list(zip(times, weights, strict=True))
    means = [sum(weight * of(time) for time, weight in pairs) for of in (lambda s: s, lambda s: s**2, _alpha_square)]
    return {key: Explicit(mean) for key, mean in zip((signal, signal2, noise2), means, strict=True)}


def _alpha_square(time: Expr) -> Expr:
    return (1 - time) ** 2


def learned(given: Mapping[Symbol, Formula], expression: Expr = FLOW) -> Explicit:
    """b, or another expression in the same quantities, for given moments of the noise levels."""
    return Explicit(expression, {**given, kappa: Explicit(RATE)})


def normal(at: Expr, variance: Expr) -> Expr:
    """The density of N(0, variance)."""
    return exp(-(at**2) / (2 * variance)) / sqrt(2 * pi * variance)


def over(density_of: Symbol, variance: Expr, value: Expr) -> Integral:
    """Mean of `value` over one normal variable."""
    return Integral(normal(density_of, variance) * value, (density_of, -oo, oo))


ERROR = x - b * (ALPHA * z + BETA * x)  # of one component, without the hidden layer
SLOPE = -2 * (ALPHA * z + BETA * x) * ERROR
OF_DATUM = -2 * BETA * (1 - b * BETA) * x**2 + 2 * b * ALPHA**2
OF_BOTH = -2 * (Lambda * BETA * (1 - b * BETA) - b * ALPHA**2)
AVERAGED = {signal: BETA, signal2: BETA**2, noise2: ALPHA**2}
FLOW_STEPS = (
    Step(diff(ERROR**2, b), SLOPE, "the slope of the loss in b, for one component of datum x and noise z"),
    Step(over(z, Integer(1), SLOPE), OF_DATUM, "its mean over the noise, of variance 1"),
    Step(over(x, Lambda, OF_DATUM), OF_BOTH, "and over the data: only the mean variance Lambda counts of d components"),
    Step(
        -OF_BOTH / 2, Lambda * signal - RATE * b,
        "d of them, a step eta/d^2 and theta = 2 eta steps/d: db/dtheta, after a mean over noise levels",
        where=AVERAGED,
        citation="CPL25 (17)",
    ),
    Step(Lambda * signal - kappa * b, FLOW, "a linear flow", solves_ode(b, theta), citation="CPL25 (11)"),
    Step(FLOW.subs(theta, 0), b0, "that starts at b0"),
)  # fmt: skip

# Exactly, at any d: the mean of a linear recursion with independent coefficients.  Data at +-mu, |mu|^2 = rho, of
# variance Lambda, and no hidden layer (weights 0 stay 0 if sigma(0) = 0).
RATE_OF_D = noise2 + signal2 * (Lambda + rho / d)
LIMIT_OF_D = (Lambda + rho / d) * signal / RATE_OF_D
SHRINK = 1 - 2 * eta * RATE_OF_D / d
RECURSION = LIMIT_OF_D + (b0 - LIMIT_OF_D) * SHRINK**steps
OF_D = RECURSION.subs(steps, theta * d / (2 * eta))
NEXT = (
    rho * (signal - signal2 * LIMIT) / kappa * (1 - exp(-kappa * theta))
    + (LIMIT - b0) * exp(-kappa * theta) * theta * (signal2 * rho + eta * kappa**2)
) / d  # fmt: skip
RHO, ETA = Integer(1), Rational(1, 2)
"""Squared norm of the centroids and learning rate of the simulations: the limit depends on neither."""
CHOSEN = {rho: RHO, eta: ETA}
SIZE = Max(Abs(b0) * exp(-kappa * theta), LIMIT * (1 - exp(-kappa * theta)))
"""The larger of the two parts of b, whose sum may vanish."""

skip_connection_of_d = ClosedForm(
    name="autoencoder.skip_connection_of_d",
    statement="mean of the skip connection in d dimensions at time theta, of data at +-mu, |mu| = 1, eta = 1/2",
    source="derived here",
    formula=learned(ONE_LEVEL, OF_D.subs(CHOSEN)),
    parameters=(theta, Lambda, b0, t, d),
    size=d,
    domain=DOMAIN,
)
skip_connection_next_order = ClosedForm(
    name="autoencoder.skip_connection_next_order",
    statement="1/d term of the mean of b, of data at +-mu, |mu| = 1, eta = 1/2, without hidden layer",
    source="derived here",
    formula=learned(ONE_LEVEL, NEXT.subs(CHOSEN)),
    parameters=(theta, Lambda, b0, t, d),
    size=d,
    domain=DOMAIN,
)

skip_connection_uniform_of_d = ClosedForm(
    name="autoencoder.skip_connection_uniform_of_d",
    statement="the same with all noise levels between 0 and 1 in the loss",
    source="derived here",
    formula=learned(UNIFORM, OF_D.subs(CHOSEN)),
    parameters=(theta, Lambda, b0, d),
    size=d,
    domain=DOMAIN,
)
OF_D_STEPS = (
    Step(
        RECURSION.subs(steps, steps + 1) - RECURSION,
        2 * eta / d * ((Lambda + rho / d) * signal - RATE_OF_D * RECURSION),
        "one step moves the mean by its mean slope, since its data are independent of b; |x1|^2 has the mean"
        " Lambda d + rho",
    ),
    Step(RECURSION.subs(steps, 0), b0, "from b0"),
    Step(OF_D, FLOW, "in many dimensions b has no mean but the flow", limit(d, oo), where={kappa: RATE}),
    Step(OF_D, FLOW + NEXT, "and to the next order in 1/d", series(d, oo, 1), where={kappa: RATE}),
)  # fmt: skip

skip_connection = ClosedForm(
    name="autoencoder.skip_connection",
    statement="skip connection b at training time theta = 2 eta steps/d of online SGD, at one noise level t, for any"
    " data with tr Sigma/d = Lambda, any weights and activation",
    source="CPL25 (11), (17)",
    formula=learned(ONE_LEVEL),
    parameters=(theta, Lambda, b0, t),
    domain=DOMAIN,
    derivation=Derivation((*FLOW_STEPS, *OF_D_STEPS), STEPS),
    published=(
        Published(
            "CPL25", "(11)", learned(ONE_LEVEL),
            r"b_\vartheta = \frac{\Lambda E_t[\beta_t]}{E_t[\alpha_t^2] + \Lambda E_t[\beta_t^2]} \left(1 -"
            r" e^{-(E_t[\alpha_t^2] + \Lambda E_t[\beta_t^2]) \vartheta}\right) + b_0 e^{-(\ldots) \vartheta}",
        ),
    ),
)  # fmt: skip

MIDDLE = learned(levels((Rational(1, 2),), (Integer(1),)))
"""b at the level 1/2, which is not that of all levels."""

skip_connection_uniform = ClosedForm(
    name="autoencoder.skip_connection_uniform",
    statement="the same with all noise levels between 0 and 1 in the loss",
    source="CPL25 (11), (17)",
    formula=learned(UNIFORM),
    parameters=(theta, Lambda, b0),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *FLOW_STEPS[4:],
            *(
                Step(Integral(power, (t, 0, 1)), mean, "uniform noise levels")
                for power, mean in ((BETA, Rational(1, 2)), (BETA**2, Rational(1, 3)), (ALPHA**2, Rational(1, 3)))
            ),
        ),
        STEPS,
    ),
)

# The end of training.
LOSS = kappa * b**2 - 2 * Lambda * signal * b + Lambda  # E |x1 - b x_t|^2/d
LIMIT_STEPS = (
    Step(FLOW, LIMIT, "what is left after a long time", limit(theta, oo), where={kappa: RATE}),
    Step(
        over(z, Integer(1), ERROR**2), (1 - b * BETA) ** 2 * x**2 + b**2 * ALPHA**2,
        "the loss without hidden layer, over the noise",
    ),
    Step(
        over(x, Lambda, (1 - b * BETA) ** 2 * x**2 + b**2 * ALPHA**2), LOSS, "and over the data",
        where={**AVERAGED, kappa: RATE},
    ),
    Step(LOSS, LIMIT, "is least where b ends", stationary(b)),
    Step(
        RECURSION.subs(steps, d * steps), LIMIT_OF_D, "the mean in d dimensions ends elsewhere",
        limit(steps, oo),
    ),
)  # fmt: skip
LIMIT_NEXT = rho * (signal - signal2 * LIMIT) / kappa / d

skip_limit = ClosedForm(
    name="autoencoder.skip_limit",
    statement="skip connection at the end of training at one noise level t: depends on the data by tr Sigma/d = Lambda",
    source="CPL25 (86)",
    formula=learned(ONE_LEVEL, LIMIT),
    parameters=(Lambda, t),
    domain=DOMAIN,
    derivation=Derivation((*FLOW_STEPS, *LIMIT_STEPS), STEPS),
    published=(
        Published(
            "CPL25", "(86)", learned(ONE_LEVEL, LIMIT),
            r"b_\infty = \frac{\Lambda E_t[\beta_t]}{E_t[\alpha_t^2] + \Lambda E_t[\beta_t^2]}",
        ),
    ),
    finite_size=ClosedForm(
        name="autoencoder.skip_limit_next_order",
        statement="1/d term of its mean, of data at +-mu, |mu| = 1, without hidden layer",
        source="derived here",
        formula=learned(ONE_LEVEL, LIMIT_NEXT.subs(CHOSEN)),
        parameters=(Lambda, t, d),
        size=d,
        domain=DOMAIN,
    ),
)  # fmt: skip

skip_limit_of_d = ClosedForm(
    name="autoencoder.skip_limit_of_d",
    statement="mean of the skip connection in d dimensions after any long training, of data at +-mu, |mu| = 1",
    source="derived here",
    formula=learned(ONE_LEVEL, LIMIT_OF_D.subs(CHOSEN)),
    parameters=(Lambda, t, d),
    size=d,
    domain=DOMAIN,
)

# Fluctuations between runs.  What scatters in one step are |x0|^2, x0.x1 and |x1|^2 with the weights c00, c10, c11.
DISTANCE = b0 - LIMIT
C11, C00, C10 = signal - b * signal2, -b * noise2, ALPHA - 2 * b * ALPHA * BETA
SCATTER = expand(2 * Lambda**2 * C11**2 + Lambda * C10**2 + 2 * C00**2)
KNOWN = {b: LIMIT + DISTANCE * exp(-kappa * elapsed)}
PART = [SCATTER.coeff(b, power) for power in range(3)]
CONSTANT = PART[0] + PART[1] * LIMIT + PART[2] * LIMIT**2
MIXED = DISTANCE * (PART[1] + 2 * PART[2] * LIMIT)
SQUARE = DISTANCE**2 * PART[2]
GATHERED = CONSTANT * exp(2 * kappa * elapsed) / (2 * kappa) + MIXED * exp(kappa * elapsed) / kappa + SQUARE * elapsed
"""Antiderivative of exp(2 kappa elapsed) times the scatter at the training time `elapsed`."""
VARIANCE = 2 * eta * (
    CONSTANT * (1 - exp(-2 * kappa * theta)) / (2 * kappa)
    + MIXED * (exp(-kappa * theta) - exp(-2 * kappa * theta)) / kappa
    + SQUARE * theta * exp(-2 * kappa * theta)
)  # fmt: skip
FLUCTUATION_STEPS = (
    *FLOW_STEPS,
    Step(over(z, Integer(1), z**4), Integer(3), "so that z^2 has the variance 2, and x^2 of a datum 2 Lambda^2"),
    Step(
        (ALPHA * z + BETA * x) * ERROR, C11 * x**2 + C10 * x * z + C00 * z**2,
        "the step of one component; the three products are uncorrelated", where=AVERAGED,
    ),
    Step(
        over(x, Lambda, (x**2 - Lambda) ** 2), 2 * Lambda**2, "the variance of x^2",
    ),
    Step(
        exp(2 * kappa * elapsed) * SCATTER.subs(KNOWN), GATHERED,
        "steps 2 eta/d^2 with the variance d SCATTER, theta d/(2 eta) of them, each forgotten at the rate kappa",
        antiderivative(elapsed),
    ),
    Step(
        2 * eta * exp(-2 * kappa * theta) * (GATHERED.subs(elapsed, theta) - GATHERED.subs(elapsed, 0)), VARIANCE,
        "d^2 times the variance of b",
    ),
)  # fmt: skip

skip_fluctuation = ClosedForm(
    name="autoencoder.skip_fluctuation",
    statement="d times the standard deviation of the skip connection over runs, of one cluster or several of equal"
    " tr Sigma/d = Lambda, covariance Lambda",
    source="CPL25 (4), derived here",
    formula=learned(ONE_LEVEL, sqrt(VARIANCE)),
    parameters=(theta, Lambda, b0, t, eta),
    domain=DOMAIN,
    derivation=Derivation(FLUCTUATION_STEPS, STEPS),
)
