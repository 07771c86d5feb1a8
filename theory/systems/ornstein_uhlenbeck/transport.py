"""One density, many processes, H24 (A.9)-(A.12): drifts that differ by the score, and the density from their paths.

The score times the density is the slope of the density, so that noise and a drift along the score cancel: to a velocity
that carries a density one may add epsilon times the score if one also adds noise epsilon, forwards in time, or subtract
both, backwards.  Read along paths that start where the density is wanted, the same equation is a formula of Feynman and
Kac; the paths then run against the time for which their drift was made.  All at T = 1.
"""

from __future__ import annotations

from sympy import Integer, Integral, diff, exp, log, oo

from theory.checks import antiderivative, solves_ode
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real
from theory.formula import Explicit
from theory.notation import T, c, epsilon, horizon, shrink, spread, t, u, x, y, z
from theory.published import Published
from theory.systems.ornstein_uhlenbeck.forward import WIDTH as WIDTH_AT_ANY_T
from theory.systems.ornstein_uhlenbeck.forward import normal

DOMAIN = Domain((
    positive(t, default="0.4", explored=("0.1", "1.5")),
    real(x, default="0.6", explored=("-1.5", "1.5")),
    positive(c, default="2.3", explored=("0.3", "4")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    *(positive(symbol, default="0.7", explored=("0.3", "2")) for symbol in (epsilon, shrink, spread)),
    positive(horizon, default="1.7", explored=("0.5", "2")),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (u, z)),
    positive(y, default="1.1", explored=("0.3", "2")),
), (horizon > t,))  # fmt: skip

# The solvable class (A.11): a datum shrinks to shrink times itself and gains noise of variance shrink^2 spread.
CLASS_WIDTH = shrink**2 * (c + spread)
CLASS = normal(x, Integer(0), CLASS_WIDTH)
CLASS_SCORE = diff(log(CLASS), x)
SHRINKING = x / shrink  # velocity per unit of shrink
SPREADING = -(shrink**2) / 2 * CLASS_SCORE  # velocity per unit of spread
CLASS_STEPS = (
    Step(CLASS_SCORE * CLASS, diff(CLASS, x), "the score times the density is the slope of the density"),
    *(
        Step(
            -diff((u + z * x + sign * epsilon * CLASS_SCORE) * CLASS, x) + sign * epsilon * diff(CLASS, x, 2),
            -diff((u + z * x) * CLASS, x),
            f"what the score pushes the noise takes back, {when} in time: any velocity, any noise epsilon",
            citation="H24 (A.9)",
        )
        for sign, when in ((1, "forwards"), (-1, "backwards"))
    ),
    Step(diff(CLASS, shrink), -diff(SHRINKING * CLASS, x), "shrinking carries the density with the velocity x/shrink"),
    Step(diff(CLASS, spread), -diff(SPREADING * CLASS, x), "and new noise with one along the score"),
    Step(
        SHRINKING * u + SPREADING * z + shrink**2 * z / 2 * CLASS_SCORE, x * u / shrink,
        "at rates u = d shrink/dt, z = d spread/dt, noise epsilon = shrink^2 z/2 leaves shrinking as the forward drift",
        citation="H24 (A.11)",
    ),
)  # fmt: skip

# The Ornstein-Uhlenbeck process: shrink = exp(-t), noise epsilon = 1.
OU = {shrink: exp(-t), spread: exp(2 * t) - 1}
WIDTH = WIDTH_AT_ANY_T.subs(T, 1)
WIDTH_AT_HORIZON = WIDTH.subs(t, horizon)
DENSITY = normal(x, Integer(0), WIDTH)
VELOCITY = diff(WIDTH, t) / (2 * WIDTH) * x
SCORE = diff(log(DENSITY), x)
FORWARD = -x
BACKWARD = -x - 2 * SCORE
OU_STEPS = (
    Step(x * diff(OU[shrink], t) / OU[shrink], FORWARD, "the drift of the Ornstein-Uhlenbeck process"),
    Step(OU[shrink] ** 2 * diff(OU[spread], t) / 2, Integer(1), "and its noise"),
    Step(CLASS_WIDTH, WIDTH, "its variance", where=OU),
    Step(FORWARD - SCORE, VELOCITY, "and the velocity b = b_F - s that both directions share"),
)

# What comes out of N(0, c) with noise 1 instead: b alone, and b - s, which belongs to the way back.
UNCOMPENSATED = WIDTH * (1 + log(exp(2 * t) * WIDTH / c))
EXCHANGED = 2 * exp(2 * t) * WIDTH**2 / c - WIDTH

fokker_planck = ClosedForm(
    name="ornstein_uhlenbeck.fokker_planck",
    statement="variance at time t of N(0, c) carried by b + epsilon s with noise epsilon forwards, or by b - epsilon s "
    "backwards, whatever epsilon; T = 1",
    source="H24 (A.9)-(A.11)",
    formula=Explicit(WIDTH),
    parameters=(t, c),
    domain=DOMAIN,
    derivation=Derivation((
        *CLASS_STEPS,
        *OU_STEPS,
        *(
            Step(
                2 * diff(VELOCITY + sign * epsilon * SCORE, x) * y + sign * 2 * epsilon, WIDTH,
                f"{when} the variance y is driven by the slope of the drift and by the noise", solves_ode(y, t),
            )
            for sign, when in ((1, "forwards"), (-1, "backwards"))
        ),
    ), STEPS),
    published=(
        Published(
            "H24", "(A.11)",
            Explicit(shrink**2 * c + shrink**2 * spread, {symbol: Explicit(value) for symbol, value in OU.items()}),
            r"X_t^F \sim \mathcal{N}(\eta(t) X_0^F, \sigma(t)^2)",
            note="its variance for X_0 of variance c, eta = exp(-t), sigma^2 = 1 - exp(-2 t)",
        ),
    ),
)  # fmt: skip

# Feynman and Kac.  Y^B runs from x at time t back to 0 with the forward drift; Y^F on to the horizon with the backward
# one, which makes it linear with the factor GROWTH between t and the horizon.
GROWTH = exp(horizon - t) * WIDTH_AT_HORIZON / WIDTH
SPREAD_OF_PATHS = WIDTH_AT_HORIZON * (exp(2 * (horizon - t)) * WIDTH_AT_HORIZON / WIDTH - 1)
ALONG_BACKWARD_PATHS = exp(t) * normal(exp(t) * x, Integer(0), exp(2 * t) - 1 + c)

# Paths of (A.10) itself: X^B carries b_B, and ends as a draw of the datum that led to x.
DATUM_MEAN, DATUM_VARIANCE = c * exp(-t) * x / WIDTH, c * (1 - exp(-2 * t)) / WIDTH
EXCHANGED_PATHS = exp(t) * normal(DATUM_MEAN, Integer(0), c + DATUM_VARIANCE)
EXCHANGED_BOTH = c * exp(-t) / WIDTH * normal(DATUM_MEAN, Integer(0), c + DATUM_VARIANCE)
UNWEIGHTED = exp(-t) * ALONG_BACKWARD_PATHS

feynman_kac = ClosedForm(
    name="ornstein_uhlenbeck.feynman_kac",
    statement="density at x of N(0, c) noised to time t, as a mean over paths Y^B that carry b_F back to 0, or Y^F "
    "that carry b_B on; T = 1",
    source="H24 (A.12)",
    formula=Explicit(DENSITY),
    parameters=(t, x, c),
    domain=DOMAIN,
    derivation=Derivation((
        *OU_STEPS,
        *(
            Step(
                diff(log(DENSITY), t), -drift * SCORE - diff(drift, x) + sign * (SCORE**2 + diff(SCORE, x)),
                f"the Fokker-Planck equation of {which}, over the density: along dY = {which} dt, {when} in time, the "
                "density times exp of the gathered divergence keeps its mean",
                citation="H24 (A.9)",
            )
            for sign, drift, which, when in ((1, FORWARD, "b_F", "backwards"), (-1, BACKWARD, "b_B", "forwards"))
        ),
        Step(
            Integral(normal(z, u, epsilon) * normal(z, Integer(0), y), (z, -oo, oo)),
            normal(u, Integer(0), epsilon + y),
            "a Gaussian density, averaged over paths that end in a Gaussian: variances add",
        ),
        Step(
            ALONG_BACKWARD_PATHS, DENSITY,
            "Y^B: -dY = -Y dt spreads paths to exp(t) x, and the divergence -1 of b_F gives exp(t)",
            citation="H24 (A.12)",
        ),
        Step(diff(BACKWARD, x).subs(t, horizon), log(GROWTH), "Y^F: the slope of b_B, which is its divergence too",
             antiderivative(horizon)),
        Step(2 * diff(BACKWARD, x).subs(t, horizon) * y + 2, SPREAD_OF_PATHS, "the variance of these paths",
             solves_ode(y, horizon)),
        Step(SPREAD_OF_PATHS, Integer(0), "which all start at x", where={horizon: t}),
        Step(
            (SPREAD_OF_PATHS + WIDTH_AT_HORIZON) / GROWTH**2, WIDTH,
            "stretched back by the weight GROWTH their density is that of x, whatever the horizon",
            citation="H24 (A.12)",
        ),
    ), STEPS),
    published=(
        Published(
            "H24", "(A.12)", ALONG_BACKWARD_PATHS,
            r"\rho(t, x) = \mathbb{E}\left(e^{\int_t^0 \nabla \cdot b_F dt} \rho_0(Y_{t=0}^B) | Y_t^B = x\right)",
            note="Y is undefined in print: right for paths with drift b_F, wrong for X^B of (A.10), whose drift is b_B",
        ),
    ),
)  # fmt: skip
