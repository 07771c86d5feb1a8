"""The generative process of a stochastic interpolant, CPL25 (1)-(2), (13), (100): what it makes of noise.

With the exact denoiser it ends in the law of the data, whatever noise it is given.  Across the weights of an
auto-encoder only the skip connection acts: there the process is linear, and generates an isotropic Gaussian.
x_t = (1 - t) x_0 + t x_1 leads from noise at t = 0 to data at t = 1.
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, Rational, diff, erf, exp, log, loggamma, oo, pi, sqrt

from theory.checks import antiderivative, limit, solves_ode
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, between, exact, positive, real, whole
from theory.formula import Explicit
from theory.notation import a, b, c, epsilon, k, m, steps, stop, t, taken, u, v, w, x, y
from theory.published import Published

NOISE_LEVEL = Range(epsilon, Integer(0), oo, exact("0.37"), (exact("0.05"), exact("0.9")), low_open=False)
DOMAIN = Domain((
    between(t, 0, 1, default="0.6", explored=("0.1", "0.9")),
    real(b, default="0.73", explored=("0.2", "1.3")),
    NOISE_LEVEL,
    real(x, default="0.6", explored=("-2.5", "2.5")),
))  # fmt: skip
GRID = Domain(
    (  # with b > 0 every Euler step is shorter than the time in which x_t decays
        positive(b, default="0.73", explored=("0.2", "1.3")),
        whole(steps, 2, default=50, explored=(10, 100)),
        whole(taken, 1, default=49, explored=(5, 90)),
    ),
    (taken < steps,),
    ((taken < steps, "all steps lead to t = 1, where the drift of the generative process diverges"),),
)
STEPS = Domain((
    *(item for item in DOMAIN.ranges if item.symbol not in (b, epsilon)),
    *GRID.ranges,
    between(stop, 0, 1, default="0.98", explored=("0.2", "0.95")),
    positive(epsilon, default="0.37", explored=("0.05", "0.9")),
    between(w, 0, 1, default="0.3", explored=("0.1", "0.9")),
    positive(c, default="0.4", explored=("0.2", "2")),
    positive(k, default=3, explored=("0.1", "5")),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, m, u, v, y)),
))  # fmt: skip


def normal(at: Expr, mean: Expr, variance: Expr) -> Expr:
    """Normal density."""
    return exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def below(at: Expr, mean: Expr, variance: Expr) -> Expr:
    """Normal probability of at most `at`."""
    return (1 + erf((at - mean) / sqrt(2 * variance))) / 2


# The coefficients in (1) of the denoiser and of the point, for alpha_t = 1 - t, beta_t = t.
TOWARDS = 1 + t / (1 - t) + epsilon * t / (1 - t) ** 2
OWN = -1 / (1 - t) - epsilon / (1 - t) ** 2

# Data in two modes at a and m, with weights w and 1 - w and variance c, seen at x through the noise at time t.
WIDTH = (1 - t) ** 2 + c * t**2
MODE = normal(x, t * u, WIDTH)  # one of them, at u
GUESS = u + t * c / WIDTH * (x - t * u)
DENSITY = w * MODE.subs(u, a) + (1 - w) * MODE.subs(u, m)
DENOISER = (w * MODE.subs(u, a) * GUESS.subs(u, a) + (1 - w) * MODE.subs(u, m) * GUESS.subs(u, m)) / DENSITY

# The example that is tested.
CENTRES, VARIANCE, SHARE = (Rational(-3, 2), Rational(4, 5)), Rational(2, 5), Rational(1, 3)
DATA = SHARE * below(x, CENTRES[0], VARIANCE) + (1 - SHARE) * below(x, CENTRES[1], VARIANCE)
EXAMPLE = {a: CENTRES[0], m: CENTRES[1], c: VARIANCE, w: SHARE}

denoiser_identity = ClosedForm(
    name="autoencoder.denoiser_identity",
    statement="law of what the exact denoiser generates for data in two Gaussian modes: that of the data, whatever the"
    " noise epsilon of the process (weights 1/3 and 2/3, centres -1.5 and 0.8, variance 0.4 along a direction)",
    source="CPL25 (1)-(2)",
    formula=Explicit(DATA),
    parameters=(epsilon, x),
    domain=DOMAIN,
    derivation=Derivation((
        Step(
            (1 - t) ** 2 * (u / c + t * x / (1 - t) ** 2) / (WIDTH / c), (u * (1 - t) ** 2 + c * t * x) / WIDTH,
            "given x and its mode at u, the datum is normal: precisions add",
        ),
        Step((u * (1 - t) ** 2 + c * t * x) / WIDTH, u + t * c / WIDTH * (x - t * u), "the guess in one mode"),
        Step(
            DENOISER * DENSITY,
            w * MODE.subs(u, a) * GUESS.subs(u, a) + (1 - w) * MODE.subs(u, m) * GUESS.subs(u, m),
            "times the density the denoiser is a sum over the modes: what follows is linear, one mode is enough",
            citation="CPL25 (2)",
        ),
        Step(TOWARDS * y + OWN * x, (y - x) / (1 - t) + epsilon * (t * y - x) / (1 - t) ** 2,
             "the drift of (1), y being the denoiser, is a velocity and a push by epsilon", citation="CPL25 (1)"),
        Step((t * GUESS - x) / (1 - t) ** 2 * MODE, diff(MODE, x), "the push is along the score of x_t"),
        Step(-diff((GUESS - x) / (1 - t) * MODE, x), diff(MODE, t), "the velocity carries the density of x_t"),
        Step(epsilon * diff(MODE, x, 2), epsilon * diff((t * GUESS - x) / (1 - t) ** 2 * MODE, x),
             "and what the push adds the noise takes back, whatever epsilon"),
        Step(DENSITY, normal(x, Integer(0), Integer(1)), "it starts from noise", where={t: Integer(0)}),
        Step(DENSITY.subs({t: 1, **EXAMPLE}), DATA, "and ends in the data", antiderivative(x)),
    ), STEPS),
)  # fmt: skip

# Across the weights the denoiser is b x: x_t decays at the rate -DECAY.
DECAY = (b - 1) / (1 - t) + epsilon * (b * t - 1) / (1 - t) ** 2
GATHERED = (1 - b) * log(1 - t) + epsilon * (b * log(1 - t) - (1 - b) * t / (1 - t))
SINCE = GATHERED - GATHERED.subs(t, u)
GAINED = Integral(exp(2 * SINCE), (u, 0, t))
BULK = exp(2 * GATHERED) + 2 * epsilon * GAINED
ONE_INTEGRAL = exp(GATHERED) + 2 * epsilon * Integral(exp(SINCE), (u, 0, t))
WITHOUT_NOISE = exp(2 * GATHERED)
PRINTED_BULK = exp(2 * GATHERED) * (1 + 2 * epsilon * Integral(exp(-2 * GATHERED.subs(t, u)), (u, 0, t)))
BULK_STEPS = (
    Step(TOWARDS * b + OWN, DECAY, "across the weights the auto-encoder answers b x: the drift is linear",
         citation="CPL25 (12)"),
    Step(DECAY, GATHERED, "the exponent of the decay", antiderivative(t)),
    Step(GATHERED, Integer(0), "which starts at zero", where={t: Integer(0)}),
    Step(2 * DECAY * y + 2 * epsilon, BULK, "the variance y of a component: dy/dt = 2 Delta_t y + 2 epsilon",
         solves_ode(y, t)),
    Step(BULK.subs(t, Integer(0)).doit(), Integer(1), "it starts from noise of variance 1"),
)  # fmt: skip

bulk_variance = ClosedForm(
    name="autoencoder.bulk_variance",
    statement="variance V_t generated across the weights of an auto-encoder of skip connection b, at constant noise",
    source="CPL25 (13)",
    formula=Explicit(BULK),
    parameters=(t, b, epsilon),
    domain=DOMAIN,
    derivation=Derivation((
        *BULK_STEPS,
        Step(BULK, (1 - t) ** (2 * (1 - b)), "without noise a power law", limit(epsilon, Integer(0))),
    ), STEPS),
    published=(
        Published(
            "CPL25", "(13)", PRINTED_BULK,
            r"V_t = e^{2\int_0^t \Delta_s ds} \left(1 + 2\int_0^t \epsilon_s e^{-2\int_0^s \Delta_h dh} ds\right)",
        ),
    ),
)  # fmt: skip

# After k of N Euler steps of 1/N without noise.
LOG_DECAYED = loggamma(steps + b) + loggamma(steps - k + 1) - loggamma(steps + 1) - loggamma(steps - k + b)
LEFT = steps - taken
LOG_EULER = loggamma(steps + b) + loggamma(LEFT + 1) - loggamma(steps + 1) - loggamma(LEFT + b)
EULER = exp(2 * LOG_EULER)

bulk_variance_euler = ClosedForm(
    name="autoencoder.bulk_variance_euler",
    statement="variance generated across the weights by `taken` Euler steps of 1/steps, without noise",
    source="CPL25 (100)",
    formula=Explicit(EULER),
    parameters=(b, steps, taken),
    domain=GRID,
    derivation=Derivation((
        Step(TOWARDS * b + OWN, DECAY, "across the weights the auto-encoder answers b x", citation="CPL25 (99)"),
        Step(
            ((a**2 + c) * m**2 + v) * u**2 + y, (a * m * u) ** 2 + c * (m * u) ** 2 + v * u**2 + y,
            "a step multiplies by (1 + h Delta)^2 and adds 2 h epsilon: three steps of (100), whose last noise is left"
            " as it is", citation="CPL25 (100)",
        ),
        Step(
            1 + DECAY.subs({epsilon: 0, t: k / steps}) / steps, (steps - k - 1 + b) / (steps - k),
            "without noise step k of 1/N multiplies by a ratio",
        ),
        Step(LOG_DECAYED.subs(k, 0), Integer(0), "of Gamma functions that start from one"),
        Step(
            exp(LOG_DECAYED.subs(k, k + 1)), exp(LOG_DECAYED) * (steps - k - 1 + b) / (steps - k),
            "and gain this ratio with every step",
        ),
        Step(LOG_DECAYED.subs(k, taken), LOG_EULER, "as many as are taken"),
        Step(
            EULER.subs(taken, steps * stop), (1 - stop) ** (2 * (1 - b)), "small steps give (13)", limit(steps, oo)
        ),
    ), Domain(STEPS.ranges, (steps - k - 1 > 0, taken < steps))),
    published=(
        Published(
            "CPL25", "(100), epsilon = 0", EULER, r"V_k = \prod_{j=0}^{k-1} (1 + h_j \Delta_{t_j})^2",
        ),
    ),
)  # fmt: skip
