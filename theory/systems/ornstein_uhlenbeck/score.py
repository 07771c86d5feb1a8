"""The score of the noised data and how it is learned: Tweedie's formula, the constant of the loss, Fisher's divergence.

The score of one noised datum points from x to the datum.  That of a law is the mean of these arrows over the data that
may have led to x: the score denoises.  A loss that compares a guess with the arrows themselves therefore differs from
one that compares it with the score by what the arrows scatter around their mean, which no guess can change.
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, Rational, diff, exp, log, oo, sqrt, tanh

from theory.binary_channel import CHANNEL, DISAGREEMENT, POSTERIOR_MEAN, SEEN
from theory.checks import limit
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive, real, whole
from theory.formula import Explicit, Quadrature
from theory.notation import Delta, Gamma, T, a, c, d, snr, t, u, w, x, y, z
from theory.published import Published
from theory.systems.ornstein_uhlenbeck.forward import LINE, NOISE, WIDTH, normal

DOMAIN = Domain((
    positive(t, default="0.4", explored=("0.2", "1.5")),
    positive(T, default="0.83", explored=("0.3", "2")),
    positive(a, default="1.3", explored=("0.5", "1.6")),
    real(x, default="0.6", explored=("-2", "2")),
    whole(d, 1, default=3, explored=(1, 8)),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    *CHANNEL.ranges,
    positive(Delta, default="0.5", explored=("0.2", "1.5")),
    between(w, 0, 1, default="0.3", explored=("0.1", "0.9")),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (u, y)),
))  # fmt: skip

# Data at a and at -a with prior weights w and 1 - w, seen at x through noise of variance Delta.
ATOMS = (1, -1)
PRIOR = {1: w, -1: 1 - w}
JOINT = {k: PRIOR[k] * normal(x, k * a * exp(-t), Delta) for k in ATOMS}
ARROW = {k: -(x - k * a * exp(-t)) / Delta for k in ATOMS}  # the score of one datum
EVIDENCE = JOINT[1] + JOINT[-1]


def posterior(value: dict[int, Expr]) -> Expr:
    """Mean, over the data that may have led to x, of a function of the datum."""
    return (JOINT[1] * value[1] + JOINT[-1] * value[-1]) / EVIDENCE


EVEN = {w: Rational(1, 2)}
MEAN_OF_DATUM = a * tanh(a * x * exp(-t) / Delta)
SCORE = -(x - MEAN_OF_DATUM * exp(-t)) / Delta
GIVEN = {Delta: Explicit(NOISE)}
TWEEDIE = (
    Step(diff(log(normal(x, a * exp(-t), Delta)), x), ARROW[1], "the score of one datum is an arrow from x to it"),
    Step(diff(log(EVIDENCE), x), posterior(ARROW), "the score of a mixture is the posterior mean of the arrows"),
    Step(
        posterior(ARROW),
        -(x - posterior({k: k * a for k in ATOMS}) * exp(-t)) / Delta,
        "arrows are linear in the datum: its posterior mean is all that counts, whatever the prior",
        citation="BM23 (3)",
    ),
    Step(posterior({k: k * a for k in ATOMS}), MEAN_OF_DATUM, "for two atoms of equal weight", where=EVEN),
)

score = ClosedForm(
    name="ornstein_uhlenbeck.score",
    statement="score at x of data at +a and -a, equally likely, noised to time t",
    source="BM23 (3)",
    formula=Explicit(SCORE, GIVEN),
    parameters=(t, T, a, x),
    domain=DOMAIN,
    derivation=Derivation(TWEEDIE, STEPS),
    published=(
        Published(
            "BM23", "(3)",
            Explicit(-(x - y * exp(-t)) / Delta, {**GIVEN, y: Explicit(MEAN_OF_DATUM)}),
            r"\mathcal{F}_i = -\frac{x_i - \langle a_i \rangle_{x} e^{-t}}{\Delta_t}",
        ),
    ),
)  # fmt: skip

# The loss (4) of a guess y of the score u, and the loss (5), where minus the arrow, z, stands for the score.
RATIO = {snr: a**2 * exp(-2 * t) / Delta}
CONSTANT = -2 * d * snr / Delta * DISAGREEMENT
LOSS_STEPS = (
    Step((y - u) ** 2 - (y + z) ** 2, u**2 - z**2 - 2 * y * (u + z), "what (4) exceeds (5) by, for one x and datum"),
    Step(
        posterior({k: -ARROW[k] for k in ATOMS}), -SCORE, "given x, the mean of z is -u: the guess drops out",
        where=EVEN, citation="BM23 (5)",
    ),
    Step(
        Integral(normal(x, a * exp(-t), Delta) * ARROW[1] ** 2, LINE), 1 / Delta,
        "the mean of z^2: hence C = E |F|^2 - d/Delta, for every guess",
    ),
    Step(
        SCORE**2 - posterior({k: ARROW[k] ** 2 for k in ATOMS}),
        -((exp(-t) / Delta) ** 2) * (a**2 - MEAN_OF_DATUM**2),
        "given x, u^2 - z^2 is minus what the arrows scatter: the posterior variance of the datum", where=EVEN,
    ),
    Step(
        sqrt(Delta) * EVIDENCE.subs(x, sqrt(Delta) * z), (SEEN[1] + SEEN[-1]) / 2,
        "in units of the noise a component is a sign of signal-to-noise ratio a^2 exp(-2 t)/Delta",
        where={**EVEN, **RATIO},
    ),
    Step(MEAN_OF_DATUM.subs(x, sqrt(Delta) * z), a * POSTERIOR_MEAN, "with its posterior mean", where=RATIO),
    Step(
        (SEEN[1] + SEEN[-1]) / 2 * (1 - POSTERIOR_MEAN**2), 2 * DISAGREEMENT,
        "the mean variance of a sign is twice the probability that two draws from the posterior disagree",
    ),
    Step(
        -d * (exp(-t) / Delta) ** 2 * a**2 * 2 * DISAGREEMENT, CONSTANT, "over d independent components", where=RATIO,
    ),
)  # fmt: skip


def loss_constant(integrand: Expr) -> Quadrature:
    """The integral over the noised component, in units of the noise."""
    return Quadrature(integrand, z, given={**GIVEN, **{k: Explicit(v) for k, v in RATIO.items()}})


score_loss_constant = ClosedForm(
    name="ornstein_uhlenbeck.score_loss_constant",
    statement="C = E|F|^2 - d/Delta, by which the loss (4) exceeds (5), for d independent components at +a or -a",
    source="BM23 (4)-(5)",
    formula=loss_constant(CONSTANT),
    parameters=(t, T, a, d),
    domain=DOMAIN,
    derivation=Derivation((*TWEEDIE, *LOSS_STEPS), STEPS),
)

# H24 (A.8), at T = 1: the data are N(0, c), the guess is their own score, which knows nothing of the noise.
GAUSSIAN = Domain((
    positive(t, default="0.4", explored=("0.1", "2")),
    positive(c, default="2.3", explored=("0.3", "4")),
    real(x, default="0.4", explored=("-1.5", "1.5")),
    positive(Gamma, default="0.8", explored=("0.3", "4")),
))  # fmt: skip
GAUSSIAN_WIDTH = {Gamma: WIDTH.subs(T, 1)}
DENSITY = normal(x, Integer(0), Gamma)
GAUSSIAN_SCORE = diff(log(DENSITY), x)
GUESS = -x / c
DIVERGENCE = DENSITY * (GUESS - GAUSSIAN_SCORE) ** 2 / 2
BY_PARTS = DENSITY * (GUESS**2 / 2 + diff(GUESS, x) + GAUSSIAN_SCORE**2 / 2)
FISHER = (c - 1) ** 2 * (1 - exp(-2 * t)) ** 2 / (2 * c**2 * GAUSSIAN_WIDTH[Gamma])
INFORMATION = 1 / (2 * Gamma)  # E |grad log rho|^2/2
INFORMATION_AT_TIME = 1 / (2 * GAUSSIAN_WIDTH[Gamma])

fisher_by_parts = ClosedForm(
    name="ornstein_uhlenbeck.fisher_by_parts",
    statement="Fisher divergence E(guess - score)^2/2 = E(guess^2/2 + guess') + E(score^2)/2 of the guess -x/c, "
    "for N(0, c) noised to time t at T = 1",
    source="H24 (A.7)-(A.8)",
    formula=Explicit(FISHER),
    parameters=(t, c),
    domain=GAUSSIAN,
    derivation=Derivation((
        Step(GAUSSIAN_SCORE * DENSITY, diff(DENSITY, x), "the score times the density is the slope of the density"),
        Step(
            DIVERGENCE, BY_PARTS - diff(GUESS * DENSITY, x),
            "by parts: instead of the product of guess and score, the divergence of the guess, up to a slope ...",
            citation="H24 (A.8)",
        ),
        Step(GUESS * DENSITY, Integer(0), "... whose integral vanishes at both ends", limit(x, oo)),
        Step(Integral(DENSITY * GUESS**2 / 2, LINE), Gamma / (2 * c**2), "the square of the guess"),
        Step(
            Integral(DENSITY * GAUSSIAN_SCORE**2 / 2, LINE), INFORMATION,
            "the constant: half of Fisher's information, the same for every guess",
        ),
        Step(Gamma / (2 * c**2) - 1 / c + INFORMATION, FISHER, "a square, as it must be", where=GAUSSIAN_WIDTH),
    ), GAUSSIAN),
    published=(
        Published(
            "H24", "(A.8)", Quadrature(BY_PARTS, x, given={k: Explicit(v) for k, v in GAUSSIAN_WIDTH.items()}),
            r"L_F[\hat{s}] = \mathbb{E}\left(\frac{1}{2} \|\hat{s}\|^2 + \nabla \cdot \hat{s}"
            r" + \frac{1}{2} \|\nabla \log \rho\|^2\right)",
            note="at one time; the paper integrates over it",
        ),
    ),
)  # fmt: skip
