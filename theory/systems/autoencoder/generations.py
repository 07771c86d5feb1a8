"""Generation after generation, CPL25 (15): a model trained on what the one before it generated.

The skip connection learns the bulk variance of its data whatever the network does, and the bulk of what is generated
depends on the skip connection alone: a map of one number.  At t = 1/2 it is that of a magnet in its own field: with
h = log(variance)/2 a generation takes h to L tanh(h), L = -log(1 - stop), and parts into two states where L > 1.
"""

from __future__ import annotations

from sympy import Expr, Integer, Rational, diff, exp, log, sqrt, tanh

from theory.checks import solves_ode, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, between, exact, positive, real
from theory.formula import Explicit, Root
from theory.notation import (
    a,
    b,
    beta,
    epsilon,
    h,
    m,
    stop,
    t,
    u,
    v,
    variance,
    x,
    y,
    z,
)
from theory.systems.autoencoder.denoiser import DECAY

DOMAIN = Domain((
    positive(variance, default="0.83", explored=("0.2", "3")),
    between(stop, 0, 1, default="0.9", explored=("0.3", "0.95")),
    between(t, 0, 1, default="0.5", explored=("0.2", "0.8")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (b, h, u)),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, m, v, x, z)),
    positive(y, default="1.1", explored=("0.3", "2")),
))  # fmt: skip

# The loss of b per dimension, for data of bulk variance `variance` seen at the noise level t.
LOSS = variance * (1 - b * t) ** 2 + b**2 * (1 - t) ** 2
LEARNED = variance * t / ((1 - t) ** 2 + variance * t**2)
MISSING = (1 - t) * (1 - t - variance * t) / ((1 - t) ** 2 + variance * t**2)  # 1 - LEARNED
NEXT = exp(2 * MISSING * log(1 - stop))
HALF = {t: Rational(1, 2)}
FIELD = {variance: exp(2 * h)}


def generated(skip: Expr) -> Expr:
    """Bulk variance that a skip connection generates without noise."""
    return (1 - stop) ** (2 * (1 - skip))


MAP_STEPS = (
    Step(LOSS, LEARNED, "the skip connection learns from the trace of the covariance alone", stationary(b),
         citation="CPL25 (17)"),
    Step(1 - LEARNED, MISSING, "what it lacks to one"),
    Step(
        2 * DECAY.subs({epsilon: 0, t: stop}) * y, generated(b), "across the weights the flow shrinks or grows",
        solves_ode(y, stop), citation="CPL25 (13)",
    ),
    Step(generated(LEARNED), NEXT, "which is the bulk variance of the next training data", citation="CPL25 (15)"),
)  # fmt: skip
MAGNET_STEPS = (
    Step(
        log(NEXT).subs(HALF).subs(FIELD) / 2, -log(1 - stop) * tanh(h),
        "at t = 1/2: half the logarithm of the variance obeys the equation of a magnet at beta = -log(1 - stop)",
    ),
    Step(NEXT.subs(HALF) * NEXT.subs(HALF).subs(variance, 1 / variance), Integer(1), "so the map is symmetric"),
    Step(diff(NEXT.subs(HALF), variance).subs(variance, 1), -log(1 - stop),
         "and the fixed point 1 is stable as long as -log(1 - stop) < 1, stop < 1 - 1/e", citation="CPL25 Section 3.2"),
)  # fmt: skip

collapse_map = ClosedForm(
    name="autoencoder.collapse_map",
    statement="bulk variance generated, without noise up to `stop`, by a model whose skip connection has learned at the"
    " noise level t from data of bulk variance `variance`; at t = 1/2 the fixed point 1 is stable iff stop < 1 - 1/e",
    source="CPL25 (15)",
    formula=Explicit(NEXT),
    parameters=(variance, stop, t),
    domain=DOMAIN,
    derivation=Derivation((*MAP_STEPS, *MAGNET_STEPS), STEPS),
)

FIELD_OF_STOP = {beta: Explicit(-log(1 - stop))}
ORDERED = Root(m - tanh(beta * m), m, sqrt(1 - 1 / beta), Integer(1), FIELD_OF_STOP)
UNSTABLE = Domain((
    Range(stop, 1 - exp(Integer(-1)), Integer(1), exact("0.9"), (exact("0.7"), exact("0.98"))),
))  # fmt: skip

collapsed_variance = ClosedForm(
    name="autoencoder.collapsed_variance",
    statement="bulk variance to which data of less than unit variance collapse over the generations, at t = 1/2 and"
    " stop > 1 - 1/e; its inverse is what data of more reach",
    source="CPL25 (15)",
    formula=Explicit(exp(-2 * beta * m), {**FIELD_OF_STOP, m: ORDERED}),
    parameters=(stop,),
    domain=UNSTABLE,
    derivation=Derivation((
        Step(
            NEXT.subs(HALF).subs(variance, exp(-2 * beta * m)), exp(2 * log(1 - stop) * tanh(beta * m)),
            "the map in terms of the field",
        ),
        Step(
            exp(2 * log(1 - stop) * tanh(beta * m)), exp(-2 * beta * m), "a fixed point where m = tanh(beta m)",
            where={**FIELD_OF_STOP, m: ORDERED},
        ),
    ), Domain((*UNSTABLE.ranges, *(positive(s, default="1.2", explored=("1.1", "3")) for s in (beta,)),
               real(m, default="0.5", explored=("-0.9", "0.9"))))),
)  # fmt: skip


def slope(at: Expr) -> Expr:
    """How a small difference of variance is passed on at t = 1/2: the fixed point `at` is stable where |slope| < 1."""
    return diff(NEXT.subs(HALF), variance).subs(variance, at)
