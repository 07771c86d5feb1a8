"""Training, generation, retraining, CPL25 (15): overlap and bulk variance after some generations of one tanh unit.

Data at +-mu of unit variance, |mu| = 3/2, noise level 1/2; every generation starts from the weights mu sqrt(d)/10 and
from b = 0, and generates in 50 Euler steps without noise.  Of its data it sees s, their component along the weights of
the one before, with a law of its own, and across them Gaussian noise of variance V.  M is the overlap of its weights
with the direction of s; given s the pre-activation is normal.
"""

from __future__ import annotations

from sympy import Expr, Integer, Rational, Sum, Symbol, exp, expand, loggamma, sqrt, tanh

from theory import retraining
from theory.checks import solves_ode
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive, whole
from theory.entries import entry
from theory.formula import Explicit, Flow, Formula, Tabulated
from theory.notation import (
    M,
    Q,
    a,
    aligned,
    answer,
    b,
    before,
    beside,
    doubt,
    elapsed,
    epsilon,
    eta,
    gain,
    generations,
    i,
    j,
    k,
    kappa,
    likely,
    m,
    node,
    node_weight,
    omega,
    places,
    residual,
    seen,
    spike,
    stop,
    t,
    theta,
    tilt,
    u,
    v,
    variance,
    x,
    y,
    z,
)
from theory.systems.autoencoder.denoiser import DECAY
from theory.systems.autoencoder.generations import MAP_STEPS, STEPS, generated

HISTORY = Domain((
    whole(generations, 1, default=2, explored=(1, 3)),
    positive(theta, default="1.5", explored=("1", "3")),
    positive(eta, default="0.25", explored=("0.1", "0.4")),
    between(stop, 0, 1, default="0.9", explored=("0.5", "0.95")),
))  # fmt: skip
KNOWN_SO_FAR = (generations, theta, eta, stop)
TARGET: dict[Symbol, Formula] = {
    t: Explicit(Rational(retraining.LEVEL)),
    spike: Tabulated(retraining.spike, KNOWN_SO_FAR, r"\{w \cdot X/|w|\}"),
    likely: Tabulated(retraining.likely, KNOWN_SO_FAR, "P(spike)"),
    places: Tabulated(retraining.places, KNOWN_SO_FAR, r"\text{how many}"),
    before: Tabulated(retraining.variance, KNOWN_SO_FAR, "V"),
    tilt: Tabulated(retraining.tilt, KNOWN_SO_FAR, r"w_0 \cdot w/(|w| \sqrt{d})"),
    node: Tabulated(retraining.nodes, (), r"\{-7, \ldots, 7\} \text{ in steps of } 1/2"),
    node_weight: Tabulated(retraining.node_weights, (), r"\propto e^{-node^2/2}"),
}
PLACE = entry(spike, i)
CENTRE = omega - t * M * PLACE
PARTS: dict[Symbol, Expr] = {
    beside: before * (Q - M**2),
    seen: (1 - t) ** 2 * Q + t**2 * beside,
    omega: t * M * PLACE + sqrt(seen) * entry(node, j),
    answer: tanh(omega),
    gain: 1 - answer**2,
    residual: M * PLACE + t * beside * CENTRE / seen - b * omega - Q * answer,
    doubt: beside * (1 - t) ** 2 * Q / seen,
    aligned: t * PLACE + (1 - t) ** 2 * M * CENTRE / seen,
}
SQUARE = (
    before * ((1 - b * t) * answer + t * residual * gain) ** 2
    + (1 - t) ** 2 * (residual * gain - b * answer) ** 2
    + (before * t**2 + (1 - t) ** 2) * doubt * gain**2
)
TURNED = (PLACE - b * aligned - M * answer) * answer + (aligned * residual - t * M * doubt / Q) * gain


def averaged(function: Expr) -> Sum:
    """Over the datum along the weights before and, given it, the pre-activation."""
    count = 2 * retraining.PER_UNIT * retraining.REACH + 1
    over_noise = Sum(entry(node_weight, j) * function, (j, 1, Integer(count)))
    return Sum(entry(likely, i) * over_noise, (i, 1, places))


def overlap(*, rate: Expr = eta, of: dict[Symbol, Formula] = TARGET) -> Flow:
    """Q at the end of the training on a target; `rate` stands for eta in the term of second order."""
    rates = {
        Q: averaged(2 * residual * (answer + omega * gain) + 2 * rate * SQUARE),
        M: averaged(TURNED),
        b: before * t * (1 - b * t) - b * (1 - t) ** 2,
    }
    size = Rational(retraining.WARM).limit_denominator(10) * Rational(retraining.CENTROID)
    return Flow(rates, {Q: size**2, M: tilt, b: Integer(0)}, elapsed, theta, Q, given=of, where=PARTS)


# Two components of the weights, a along the direction of s and m across; of a datum s = u and, across, x; of noise v
# and y.  In many dimensions the noise of the weights, of variance V m^2, is normal.
OF_DATUM, OF_NOISE = a * u + m * x, a * v + m * y
SEEN = (1 - t) * OF_NOISE + t * OF_DATUM
RETRAINING_STEPS = (
    Step(OF_DATUM - a * u, m * x, "given s, what a datum adds along w is noise of variance V (Q - M^2)",
         citation="CPL25 (15)"),
    Step(expand((1 - b * t) * OF_DATUM - b * (1 - t) * OF_NOISE), expand(OF_DATUM - b * SEEN),
         "what is missing along w is w.x_1 - b omega - Q sigma(omega)"),
    Step(
        y - t**2 * y**2 / ((1 - t) ** 2 * z**2 + t**2 * y), y * (1 - t) ** 2 * z**2 / ((1 - t) ** 2 * z**2 + t**2 * y),
 "given omega too, of the variance y of w.x_1 this is left; the noise w.x_0 has the variance Q = z^2",
    ),
    Step(
        expand((1 - t) * v), expand((1 - t) * a / (a**2 + m**2) * OF_NOISE + (1 - t) * m * (m * v - a * y)
        / (a**2 + m**2)), "noise along s: M/Q of w.x_0, and a part that omega does not know",
    ),
    Step((1 - t) * OF_NOISE, SEEN - t * OF_DATUM, "so that given omega it scatters against w.x_1: the term with M/Q"),
)  # fmt: skip

collapse_generations = ClosedForm(
    name="autoencoder.collapse_generations",
    statement="overlap Q = |w|^2/d of the last of some generations, each trained on what the one before generated: one"
    " tanh unit, first data at +-mu of unit variance, |mu| = 3/2, noise level 1/2",
    source="CPL25 (15)",
    formula=overlap(),
    parameters=KNOWN_SO_FAR,
    domain=HISTORY,
    derivation=Derivation((*MAP_STEPS, *RETRAINING_STEPS), STEPS),
    known=retraining.KNOWN,
)
WITHOUT_NOISE = overlap(rate=Integer(0))
AMPLITUDE = overlap(of={**TARGET, before: Explicit(sqrt(variance), {variance: TARGET[before]})})
"""Rivals: the square of the step left out, and exp of one integral for the variance across."""

PER_STEP = retraining.STEPS / stop
DECAYED = (
    loggamma(PER_STEP + b) + loggamma(PER_STEP + 1 - retraining.STEPS)
    - loggamma(PER_STEP + b - retraining.STEPS) - loggamma(PER_STEP + 1)
)  # fmt: skip
OF_HALF: dict[Symbol, Formula] = {
    before: Tabulated(retraining.bulk_before, (generations, theta, stop), "V"),
    kappa: Explicit((1 + before) / 4),
    b: Explicit(before / (2 * kappa) * (1 - exp(-kappa * theta))),
}
FOR_EVER = Explicit(exp(2 * DECAYED), {**OF_HALF, b: Explicit(before / (2 * kappa))})
SMALL_STEPS = generated(b)
"""Rivals: b of a long training; and the flow in the place of its Euler steps."""

collapse_generations_variance = ClosedForm(
    name="autoencoder.collapse_generations_variance",
    statement="bulk variance that the last of these generations generates, whatever its weights have learned",
    source="CPL25 (13), (15)",
    formula=Explicit(exp(2 * DECAYED), OF_HALF),
    parameters=KNOWN_SO_FAR,
    domain=HISTORY,
    derivation=Derivation((
        *MAP_STEPS[:2],
        Step(
            before * t * (1 - b * t) - b * (1 - t) ** 2, before / (2 * kappa) * (1 - exp(-kappa * theta)),
            "the skip connection at t = 1/2, from 0", solves_ode(b, theta),
            where={t: Rational(1, 2), kappa: (1 + before) / 4}, citation="CPL25 (11)",
        ),
        Step(
            1 + stop / retraining.STEPS * DECAY.subs({epsilon: 0, t: k * stop / retraining.STEPS}),
            (PER_STEP - k - 1 + b) / (PER_STEP - k), "a step of stop/50 multiplies by a ratio", citation="CPL25 (99)",
        ),
        Step(
            exp((loggamma(PER_STEP + b - k) - loggamma(PER_STEP + 1 - k)) - (loggamma(PER_STEP + b - k - 1)
            - loggamma(PER_STEP - k))), (PER_STEP - k - 1 + b) / (PER_STEP - k), "of Gamma functions",
        ),
    ), Domain((*STEPS.ranges, *HISTORY.ranges[:3], positive(before, default="0.4", explored=("0.1", "1")),
               positive(k, default=3, explored=("0.1", "5"))), (PER_STEP - k - 3 > 0,))),
)  # fmt: skip
