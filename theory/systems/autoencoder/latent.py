"""Along the weights, CPL25 (12), (89), (99): r numbers obey a process of their own, at any dimension.

Z = w^T X/sqrt(d) feels of the network only the overlaps Q = w^T w/d, and of the noise only w^T B/sqrt(d).  For a linear
network the process is solved as across the weights, b + Q in the place of b.
"""

from __future__ import annotations

from sympy import Expr, Integer, diff, exp, log, sqrt

from theory.checks import limit, solves_ode
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive, real, whole
from theory.formula import Explicit
from theory.notation import Q, a, b, d, epsilon, k, m, seed, t, u, v, x, y, z
from theory.published import Published
from theory.systems.autoencoder.denoiser import BULK, DECAY, GATHERED, NOISE_LEVEL, OWN, TOWARDS

DOMAIN = Domain((
    between(t, 0, 1, default="0.6", explored=("0.1", "0.8")),
    real(b, default="0.73", explored=("0.2", "1")),
    positive(Q, default="0.41", explored=("0.1", "0.8")),
    NOISE_LEVEL,
))  # fmt: skip
PATHS = Domain((whole(seed, 1, default=1, explored=(1, 1000)),))
STEPS = Domain((
    *(item for item in DOMAIN.ranges if item.symbol != epsilon),
    positive(epsilon, default="0.37", explored=("0.05", "0.6")),
    positive(d, default=3, explored=(2, 9)),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, k, m, u, v, x, y, z)),
))  # fmt: skip

# Two components (x, y) of a point, weights (a, m) and one hidden unit that answers u: what a step adds.
LATENT = (a * x + m * y) / sqrt(d)
OVERLAP = (a**2 + m**2) / d
ACROSS = (m * x - a * y) / sqrt(a**2 + m**2)


def moved(own: Expr, weight: Expr, kick: Expr) -> Expr:
    """A component after a step of k, without the answer of the other hidden units."""
    drift = (TOWARDS * b + OWN) * own + TOWARDS * weight / sqrt(d) * u
    return own + k * drift + kick


AFTER = {x: moved(x, a, v), y: moved(y, m, z)}
LATENT_STEPS = (
    Step(TOWARDS * b + OWN, DECAY, "the point and the skip connection together decay", citation="CPL25 (12)"),
    Step(
        LATENT.subs(AFTER, simultaneous=True),
        LATENT + k * (DECAY * LATENT + TOWARDS * OVERLAP * u) + (a * v + m * z) / sqrt(d),
        "along the weights a step knows of the point only Z, of the weights only Q", citation="CPL25 (99)",
    ),
    Step(
        ACROSS.subs(AFTER, simultaneous=True), ACROSS + k * DECAY * ACROSS + (m * v - a * z) / sqrt(a**2 + m**2),
        "across them it does not know the network", citation="CPL25 (100)",
    ),
    Step((a / sqrt(d)) ** 2 + (m / sqrt(d)) ** 2, OVERLAP, "the noise of Z has the covariance Q per unit"),
    Step((a * m - m * a) / sqrt(d), Integer(0), "and none with the noise across: the parts are independent"),
    Step(a * LATENT / sqrt(d) / OVERLAP + m * ACROSS / sqrt(a**2 + m**2), x, "together they are the point: w Q^+ Z + Y",
         citation="CPL25 (105)"),
)  # fmt: skip

latent_process = ClosedForm(
    name="autoencoder.latent_process",
    statement="largest difference, over paths, between w^T X/sqrt(d) of points in d dimensions and the latent process"
    " (99) on the same noise, and between the points and w Q^+ Z + Y, in units of the largest value",
    source="CPL25 (12), (99)-(100)",
    formula=Explicit(Integer(0)),
    parameters=(seed,),
    domain=PATHS,
    derivation=Derivation(LATENT_STEPS, STEPS),
)

BOTH = b + Q
SIGNAL = Q * BULK.subs(b, BOTH)
PRINTED = Q * exp(2 * GATHERED.subs(b, BOTH))
SQUARED = {b: BOTH}

signal_variance = ClosedForm(
    name="autoencoder.signal_variance",
    statement="variance of the latent variable Z at time t of a linear auto-encoder with one hidden unit; without noise"
    " it grows where b + Q > 1, and shrinks where b + Q < 1",
    source="CPL25 (89)",
    formula=Explicit(SIGNAL),
    parameters=(t, b, Q, epsilon),
    domain=DOMAIN,
    derivation=Derivation((
        *LATENT_STEPS,
        Step(DECAY + TOWARDS * Q, DECAY.subs(b, BOTH), "a linear unit answers Z: b becomes b + Q"),
        Step(
            2 * DECAY.subs(b, BOTH) * y + 2 * epsilon * Q, SIGNAL,
            "the variance y of Z: dy/dt = 2 (Delta + Gamma Q) y + 2 epsilon Q", solves_ode(y, t),
        ),
        Step(SIGNAL.subs(t, Integer(0)).doit(), Q, "which starts at that of w^T X_0/sqrt(d)"),
        Step(SIGNAL, Q * (1 - t) ** (2 * (1 - BOTH)), "without noise a power law", limit(epsilon, Integer(0)),
             citation="CPL25 (89)"),
        Step(
            diff(log(Q * (1 - t) ** (2 * (1 - BOTH))), t), 2 * (BOTH - 1) / (1 - t),
            "which increases with time where b + Q > 1, and there alone: CPL25, text after (89), says that it always"
            " does",
        ),
    ), STEPS),
    published=(
        Published(
            "CPL25", "(89)", PRINTED, r"Z_t = Z_0\, e^{\int_0^t ds (\Delta_s + \Gamma_s Q)}, \quad Z_0 \sim N(0, Q)",
            note="the solution of (12) for epsilon = 0 alone: the noise that enters on the way is left out",
        ),
    ),
)  # fmt: skip
