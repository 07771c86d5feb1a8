"""Overlaps of the weights of an auto-encoder under online SGD: Q = |w|^2/d, M = w.mu/sqrt(d), for one hidden unit.

Data at +-mu, |mu|^2 = rho, of unit variance; one noise level t, alpha = 1 - t, beta = t.  Many dimensions leave of the
data the Gaussian pre-activation omega = w.x_t/sqrt(d) alone; what the paper gathers in a page of coefficients, CPL25
(22)-(30), is one application of Stein's identity.  The rates hold the step to second order: the noise of the gradient
adds 2 eta N to dQ/dtheta.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Integer, diff, expand, oo, tanh

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, between, exact, positive, real
from theory.formula import Flow, Quadrature
from theory.notation import M0, Q0, M, Q, b, b0, elapsed, eta, lam, rho, t, theta, u, x, z
from theory.published import Published, Transcription
from theory.single_unit import (
    ALONG_CENTROID,
    ALONG_WEIGHTS,
    ALPHA,
    BETA,
    GIVEN,
    LEFT,
    OMEGA,
    PULL,
    STEP_SQUARE,
    WIDTH,
    mean,
    parts,
    rates,
    stein,
    terms,
    written_out,
)
from theory.systems.autoencoder.skip import normal

DOMAIN = Domain((
    positive(theta, default="1.5", explored=("0.6", "2")),
    positive(eta, default="0.25", explored=("0.1", "0.5")),
    Range(lam, Integer(0), oo, exact("0.2"), (exact("0.05"), exact("0.4")), low_open=False),
    between(t, 0, 1, default="0.55", explored=("0.35", "0.75")),
    positive(rho, default="1.7", explored=("0.8", "2.5")),
    positive(Q0, default="0.3", explored=("0.2", "0.6")),
    real(M0, default="0.4", explored=("0.2", "0.6")),
    real(b0, default="0.12", explored=("0.05", "0.4")),
), (rho * Q0 >= M0**2,), ((rho * Q0 >= M0**2, "no weights have such overlaps (Cauchy, Schwarz)"),))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    positive(Q, default="0.5", explored=("0.2", "1.2")),
    *(real(symbol, default="0.4", explored=("-0.9", "1.1")) for symbol in (M, b, x, u, z)),
    positive(elapsed, default="0.5", explored=("0.1", "0.5")),
), (elapsed < theta,))  # fmt: skip
INITIAL = {Q: Q0, M: M0, b: b0}


def flow(value: Expr, activation: str = "tanh", *, rate: Expr = eta) -> Flow:
    """A function of Q, M and b at the training time theta."""
    return Flow(rates(rate=rate), INITIAL, elapsed, theta, value, given=GIVEN, where=parts(activation))


TANH, SLOPE, _, _ = terms("tanh")
# A sample: datum u, noise x, their mixture, and one component z of the weights.
SEEN = ALPHA * x + BETA * u
MISSED = u - b * SEEN - z * tanh(z * SEEN)
PUSH_DATUM, PUSH_NOISE = (1 - b * BETA) * x + BETA * u, ALPHA * (u - b * x)  # of sigma = x, h sigma' = u
PUSHED, TURNED, SCATTERED = stein("tanh")
STEIN_STEPS = (
    Step(
        diff(MISSED**2, z), -2 * (MISSED * tanh(z * SEEN) + SEEN * z * MISSED * (1 - tanh(z * SEEN) ** 2)),
        "the slope of the loss: the error times sigma, and x_t times h sigma', h the error projected on the weights",
        citation="CPL25 (5)",
    ),
    Step((1 - b * BETA) * BETA - b * ALPHA**2, PULL, "covariance of x1 - b x_t with x_t, of unit variances"),
    Step(
        LEFT - PULL**2 / WIDTH, ALPHA**2 / WIDTH,
        "given omega, h is PULL/WIDTH times what omega deviates by, and scatters by this times Q around it",
    ),
    Step(
        mean(written_out(ALONG_WEIGHTS)), mean(M * PUSHED + Q * TURNED),
        "Stein: the Gaussian factor of a product becomes a derivative. On the left the step along the weights, given"
        " omega; on the right M a + Q K",
        citation="CPL25 (22)-(30)",
    ),
    Step(
        mean(written_out(ALONG_CENTROID)), mean(rho * PUSHED + M * TURNED),
        "the step along the centroid, of which M/Q lies along the weights", citation="CPL25 (22)-(30)",
    ),
    Step(
        expand(PUSH_DATUM**2 + PUSH_NOISE**2), expand(LEFT * x**2 + 2 * PULL * x * u + WIDTH * u**2),
        "N: a step adds its own square, 2 eta/d^2 |x1|^2 and |x0|^2 of order d each",
    ),
    Step(expand(written_out(STEP_SQUARE)), expand(SCATTERED), "which given omega holds the scatter of h too"),
)  # fmt: skip


def average_order(value: Expr, named: str, statement: str, activation: str = "tanh") -> ClosedForm:
    """A closed form of one order parameter."""
    return ClosedForm(
        name=f"autoencoder.{named}",
        statement=statement,
        source="CPL25 (10), (21)-(75)",
        formula=flow(value, activation),
        parameters=(theta, eta, lam, t, rho, Q0, M0, b0),
        domain=DOMAIN,
        derivation=Derivation(STEIN_STEPS, STEPS),
        known=10,
    )


SETTING = "at training time theta of online SGD: one hidden unit, {}, data at +-mu of unit variance, noise level t"
order_parameters = average_order(Q, "order_parameters", f"overlap Q = |w|^2/d {SETTING.format('tanh')}")
order_parameters_magnetisation = average_order(
    M, "order_parameters_magnetisation", f"overlap M = w.mu/sqrt(d) {SETTING.format('tanh')}"
)
WITHOUT_NOISE = {value: flow(value, rate=Integer(0)) for value in (Q, M)}
HALF_TIME = {value: replace(flow(value), stop=theta / 2) for value in (Q, M)}
"""Rivals: the square of the step left out, as for a small learning rate; and theta taken for eta steps/d."""

# The coefficients as printed, gathered for dM/dtheta of one hidden unit: means of products of Gaussian variables.
OF_DATUM, OF_NOISE = M + BETA * (OMEGA - BETA * M) / WIDTH, ALPHA * (OMEGA - BETA * M) / WIDTH
DATUM_SQUARE, NOISE_SQUARE = OF_DATUM**2 + ALPHA**2 * Q / WIDTH, OF_NOISE**2 + BETA**2 * Q / WIDTH
"""Of lambda^1 and lambda^0 given omega: means, and means of the squares."""


def printed_coefficients(last: Expr) -> Expr:
    """Integrand of (21) projected on mu; `last` is the coefficient of the variance in x_1 lambda^0 sigma'."""
    variance, deviation = WIDTH * Q, OMEGA - BETA * M
    b1 = rho * TANH + BETA * M / variance * deviation * TANH
    b0_ = ALPHA * M / variance * deviation * TANH
    c = BETA * rho * SLOPE * TANH + WIDTH * M / variance * deviation * SLOPE * TANH
    d01 = ALPHA * M / (variance - BETA**2 * Q) * (OF_DATUM * OMEGA - BETA * DATUM_SQUARE) * SLOPE
    d00 = M / Q * NOISE_SQUARE * SLOPE
    d11 = rho * OF_DATUM * SLOPE + M / Q * (DATUM_SQUARE - M * OF_DATUM) * SLOPE
    scattered = (OF_NOISE * OMEGA - ALPHA * NOISE_SQUARE - BETA * M * OF_NOISE) * SLOPE
    d10 = rho * OF_NOISE * SLOPE + last * M / (variance - ALPHA**2 * Q) * scattered
    free = (1 - b * BETA) * b1 - b * ALPHA * b0_ - M * TANH**2 - Q * c
    return free + (1 - b * BETA) * (ALPHA * d01 + BETA * d11) - b * ALPHA * (ALPHA * d00 + BETA * d10) - lam * M / 2


POSSIBLE = Domain(
    (
        *DOMAIN.ranges[2:5],
        positive(Q, default="0.5", explored=("0.2", "1.2")),
        real(M, default="0.4", explored=("0.2", "0.7")),
        real(b, default="0.4", explored=("-0.3", "0.9")),
    ),
    (rho * Q >= M**2,),
    ((rho * Q >= M**2, "no weights have such overlaps (Cauchy, Schwarz)"),),
)
magnetisation_rate = ClosedForm(
    name="autoencoder.magnetisation_rate",
    statement="dM/dtheta at given Q, M and b",
    source="CPL25 (21)-(30)",
    formula=Quadrature(normal(z, Integer(1)) * (rho * PUSHED + M * TURNED - lam * M / 2), z),
    parameters=(t, rho, lam, Q, M, b),
    domain=POSSIBLE,
    derivation=Derivation(STEIN_STEPS, STEPS),
    published=tuple(
        Published(
            "CPL25", equation, Quadrature(normal(z, Integer(1)) * printed_coefficients(last), z),
            r"\frac{d}{2\eta} E\, dw = (1 - b\beta) B^1 - b\alpha B^0 - \ldots", transcription, note,
        )
        for last, equation, transcription, note in (
            (BETA, "(21)-(30)", Transcription.INFERRED, "one hidden unit, unit variance, projected on mu"),
            (ALPHA, "(21)-(30), the authors' notebook", Transcription.LEGIBLE,
             "alpha^2 beta for alpha beta^2 in the last term, equal at t = 1/2"),
        )
    ),
)  # fmt: skip
