"""The way back, BM23 (6)-(9): why the score enters with 2 T, and what a finite horizon costs.

Backwards in time the noise still spreads, while the density must contract: the score has to undo diffusion twice, once
for the noise of the forward process and once for its own.  With a Gaussian score all is linear; a start from N(0, T) at
a finite horizon leaves errors of mean and variance that fall like exp(-2 horizon) and exp(-4 horizon).
"""

from __future__ import annotations

from sympy import Expr, Integer, diff, exp, expand, log, oo, sqrt

from theory.checks import limit, solves_ode, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real
from theory.formula import Explicit
from theory.notation import T, a, c, horizon, k, m, t, u, v, x, y, z
from theory.published import Published
from theory.saddle import normal_moment
from theory.systems.ornstein_uhlenbeck.forward import KERNEL, NOISE, WIDTH, fokker_planck

DOMAIN = Domain((
    positive(t, default="0.4", explored=("0.1", "2")),
    positive(T, default="0.83", explored=("0.3", "2")),
    positive(c, default="2.3", explored=("0.3", "4")),
    positive(horizon, default="0.6", explored=("0.2", "2")),
    real(m, default="1.7", explored=("-2", "2")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, k, u, v, x, z)),
    positive(y, default="1.1", explored=("0.3", "2")),
))  # fmt: skip

# The generator, for any coefficient k of the score.  All is linear in the density: one datum is enough.
SCORE = diff(log(KERNEL), x)
BACKWARDS = -diff(x * KERNEL + k * diff(KERNEL, x), x) + T * diff(KERNEL, x, 2)

reverse_generator = ClosedForm(
    name="ornstein_uhlenbeck.reverse_generator",
    statement="coefficient of the score at which the reverse process carries the law of the forward process back",
    source="BM23 (6)",
    formula=Explicit(2 * T),
    parameters=(t, T),
    domain=DOMAIN,
    derivation=Derivation((
        Step(diff(KERNEL, t), fokker_planck(KERNEL), "the density at time t, as the forward process makes it"),
        Step(SCORE * KERNEL, diff(KERNEL, x), "the flow that the score drives is the slope of the density"),
        Step(
            -diff((x + k * SCORE) * KERNEL, x) + T * diff(KERNEL, x, 2), BACKWARDS,
            "so the drift x + k F moves the density backwards like friction reversed and negative diffusion",
        ),
        Step(
            diff(KERNEL, t) + BACKWARDS, (2 * T - k) * diff(KERNEL, x, 2),
            "what is gained backwards is what was lost forwards, up to this residual",
        ),
        Step(2 * T - k, Integer(0), "which vanishes for 2 T alone", where={k: 2 * T}, citation="BM23 (6)"),
    ), STEPS),
    published=(
        Published("BM23", "(6)", 2 * T, r"-\frac{dy_i}{dt} = y_i + 2T \mathcal{F}_i(y, t) + \eta_i(t)"),
    ),
)  # fmt: skip


def averaged(expression: Expr) -> Expr:
    """Mean over independent standard normal u and v."""
    found = expand(expression)
    for symbol in (u, v):
        found = sum((found.coeff(symbol, power) * normal_moment(power) for power in range(3)), Integer(0))
    return found


# The linear score -y x - z that is best in (5), for a datum m + sqrt(c) u and noise sqrt(Delta) v.
NOISED = exp(-t) * (m + sqrt(c) * u) + sqrt(NOISE) * v
LOSS = averaged((-y * NOISED - z + v / sqrt(NOISE)) ** 2)
LINEAR_SCORE = (
    Step(
        LOSS, y**2 * (WIDTH + exp(-2 * t) * m**2) + z**2 + 2 * y * z * exp(-t) * m - 2 * y + 1 / NOISE,
        "the loss of a linear score: of the data only mean and variance count", citation="BM23 (7)",
    ),
    Step(LOSS, 1 / WIDTH, "its slope", stationary(y), {z: -exp(-t) * m / WIDTH}, "BM23 (8)"),
    Step(LOSS, -exp(-t) * m / WIDTH, "its offset", stationary(z), {y: 1 / WIDTH}, "BM23 (9)"),
)  # fmt: skip

# Mean and variance on the way back, from N(0, T) at the horizon.
AT_HORIZON = WIDTH.subs(t, horizon)
FRICTION = 1 - 2 * T / WIDTH
VARIANCE_BACK = WIDTH + (T - AT_HORIZON) * exp(2 * (t - horizon)) * (WIDTH / AT_HORIZON) ** 2
MEAN_BACK = m * exp(-t) - m * exp(t - 2 * horizon) * WIDTH / AT_HORIZON
LOST_VARIANCE = (c - T) * exp(-4 * horizon) * c**2 / AT_HORIZON**2
MEAN = m * T * (1 - exp(-2 * horizon)) / AT_HORIZON

reverse_variance = ClosedForm(
    name="ornstein_uhlenbeck.reverse_variance",
    statement="generated variance along an eigenvector of eigenvalue c, started from N(0, T) at a finite horizon",
    source="BM23 (6)-(9)",
    formula=Explicit(c - LOST_VARIANCE),
    parameters=(c, T, horizon),
    domain=DOMAIN,
    derivation=Derivation((
        *LINEAR_SCORE,
        Step(
            -2 * FRICTION * y - 2 * T, VARIANCE_BACK, "the variance y on the way back: -dy/dt = 2 (1 - 2 T W) y + 2 T",
            solves_ode(y, t), citation="BM23 (6)",
        ),
        Step(VARIANCE_BACK, T, "which starts from pure noise", where={t: horizon}),
        Step(VARIANCE_BACK.subs(t, 0), c - LOST_VARIANCE, "and ends at the data"),
        Step(c - LOST_VARIANCE, c, "the covariance of the data, for an infinite horizon alone", limit(horizon, oo),
             citation="BM23 text after (9)"),
        Step(exp(4 * horizon) * LOST_VARIANCE, (c - T) * c**2 / T**2,
             "what is lost: little once exp(-2 horizon) c is small beside T, so that a variance c needs a horizon of "
             "log(c/T)/2", limit(horizon, oo)),
    ), STEPS),
)  # fmt: skip

reverse_mean = ClosedForm(
    name="ornstein_uhlenbeck.reverse_mean",
    statement="generated mean along an eigenvector of eigenvalue c, for data of mean m and a start from N(0, T) at a "
    "finite horizon",
    source="BM23 (7)-(9)",
    formula=Explicit(MEAN),
    parameters=(c, T, horizon, m),
    domain=DOMAIN,
    derivation=Derivation((
        *LINEAR_SCORE,
        Step(
            -x + 2 * T * (x - exp(-t) * m) / WIDTH, MEAN_BACK, "the mean x on the way back: -dx/dt = x - 2 T (W x + b)",
            solves_ode(x, t), citation="BM23 (6)",
        ),
        Step(MEAN_BACK, Integer(0), "which starts from noise that knows no mean", where={t: horizon}),
        Step(
            MEAN_BACK.subs(t, 0), m * (1 - exp(-2 * horizon) * c / AT_HORIZON),
            "at the data: the mean falls short by the share of the data in the variance at the horizon",
        ),
        Step(m * (1 - exp(-2 * horizon) * c / AT_HORIZON), MEAN, "the share of the noise, without a difference"),
        Step(MEAN, m, "the mean of the data, for an infinite horizon alone", limit(horizon, oo),
             citation="BM23 text after (9)"),
    ), STEPS),
)  # fmt: skip
