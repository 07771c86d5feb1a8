"""A linear hidden unit under online SGD, CPL25 A.8: its flow is polynomial, and ends, or blows up, in closed form.

Data at +-mu, |mu|^2 = rho, of unit variance; one noise level t, alpha = 1 - t, beta = t.  Above the learning rate eta_M
the unit does not learn the centroid, above eta_c its weights grow without bound.
"""

from __future__ import annotations

from sympy import Expr, Integer, expand, sqrt

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive
from theory.formula import Explicit, Flow
from theory.notation import M0, Q0, M, Q, b, b0, elapsed, eta, lam, rho, t, theta
from theory.published import Published, Transcription
from theory.single_unit import ALPHA, BETA, PULL, WIDTH, mean, stein
from theory.systems.autoencoder.order import DOMAIN, INITIAL, SETTING, STEPS

SUM = 2 * b + Q
ALONG, ACROSS, AGAINST = 2 * BETA - SUM * BETA**2, ALPHA - SUM * ALPHA * BETA, -SUM * ALPHA**2
"""A1, A2, A3: what a datum, datum and noise, and the noise alone contribute to the step."""
SEEN_SQUARE = M**2 + Q
TURNED_LINEAR = ALONG + AGAINST - BETA**2 * SEEN_SQUARE - ALPHA**2 * Q
LINEAR_M = (rho * ALONG + TURNED_LINEAR - lam / 2) * M
LINEAR_NOISE = ALONG**2 * SEEN_SQUARE + ACROSS**2 * (SEEN_SQUARE + Q) + AGAINST**2 * Q
LINEAR_Q = 2 * ALONG * M**2 + 2 * TURNED_LINEAR * Q - lam * Q + 2 * eta * LINEAR_NOISE
PUSHED_LINEAR, CURVED_LINEAR, SCATTERED_LINEAR = stein("linear")
LINEAR_STEPS = (
    Step(
        mean(rho * PUSHED_LINEAR + M * CURVED_LINEAR) - lam * M / 2, LINEAR_M, "the rate of M for sigma(x) = x",
        citation="CPL25 (87)",
    ),
    Step(
        mean(2 * M * PUSHED_LINEAR + 2 * Q * CURVED_LINEAR + 2 * eta * SCATTERED_LINEAR) - lam * Q, LINEAR_Q,
        "and of Q", citation="CPL25 (87)",
    ),
)  # fmt: skip
SKIP = BETA / WIDTH
"""b at the end of training, of unit variance."""
TARGET = WIDTH + rho * BETA**2  # a_2 + (1 + rho) c_2
LINEAR_OVERLAP = rho * BETA * ALPHA**2 / (WIDTH * TARGET)
AT_REST = {b: SKIP, Q: LINEAR_OVERLAP, M: sqrt(rho * LINEAR_OVERLAP), lam: Integer(0), eta: Integer(0)}
LINEAR = Domain((
    between(t, 0, 1, default="0.44", explored=("0.25", "0.75")),
    positive(rho, default="1.37", explored=("0.5", "3")),
))  # fmt: skip
NOISE_BALANCE = -4 * WIDTH * Q + 2 * eta * (2 * ALPHA**2 + WIDTH**2 * Q**2)
ABOVE = "eta_c: above it the weights of a linear unit blow up"
BLOW_UP = 1 / (sqrt(2) * ALPHA)
DECAYING = (lam + sqrt(lam**2 + 32 * ALPHA**2)) / (8 * ALPHA**2)
"""The same with weight decay."""
DECAYING_STEPS = (
    Step(
        expand(LINEAR_Q / Q).subs({M: Integer(0), b: SKIP}), NOISE_BALANCE - lam,
        "the rate of log Q without M, once b rests",
    ),
    Step(
        (NOISE_BALANCE - lam).subs(Q, 1 / (eta * WIDTH)), 4 * eta * ALPHA**2 - 2 / eta - lam, "is the least at this Q"
    ),
    Step(
        4 * eta * ALPHA**2 - 2 / eta - lam + 1, 1 + 0 * t, "and positive everywhere above eta_c",
        where={eta: DECAYING},
    ),
)  # fmt: skip
STABLE = Domain(
    DOMAIN.ranges, (*DOMAIN.relations, eta < DECAYING), (*DOMAIN.reasons, (eta < DECAYING, ABOVE)),
)  # fmt: skip


def linear_flow(value: Expr, *, rate: Expr = eta) -> Flow:
    """A function of Q, M and b of a linear unit at the training time theta."""
    overlap = 2 * ALONG * M**2 + 2 * TURNED_LINEAR * Q - lam * Q + 2 * rate * LINEAR_NOISE
    return Flow({Q: overlap, M: LINEAR_M, b: PULL}, INITIAL, elapsed, theta, value)


order_parameters_linear = ClosedForm(
    name="autoencoder.order_parameters_linear",
    statement=f"overlap Q = |w|^2/d {SETTING.format('linear')}",
    source="CPL25 (87)",
    formula=linear_flow(Q),
    parameters=(theta, eta, lam, t, rho, Q0, M0, b0),
    domain=STABLE,
    derivation=Derivation((*LINEAR_STEPS, *DECAYING_STEPS), STEPS),
    known=10,
)
LINEAR_WITHOUT_NOISE = linear_flow(Q, rate=Integer(0))
"""Rival: the square of the step left out."""
REST_STEPS = (
    *LINEAR_STEPS,
    Step(PULL.subs(b, SKIP), Integer(0) * t, "b rests"),
    Step(
        (rho * ALONG + TURNED_LINEAR).subs({M: sqrt(rho * Q), b: SKIP}), (1 + rho) * ALONG.subs(b, SKIP)
        + AGAINST.subs(b, SKIP) - WIDTH * Q - rho * BETA**2 * Q,
        "weights along mu have M^2 = rho Q",
    ),
    Step((LINEAR_M + 1).subs(AT_REST), 1 + 0 * t, "M rests there, at a small learning rate and without decay"),
    Step((LINEAR_Q + 1).subs(AT_REST), 1 + 0 * t, "and Q", citation="CPL25 (88)"),
)  # fmt: skip

linear_overlap = ClosedForm(
    name="autoencoder.linear_overlap",
    statement="Q at the end of training of a linear unit, data at +-mu of unit variance, small learning rate",
    source="CPL25 (87)-(88)",
    formula=Explicit(LINEAR_OVERLAP),
    parameters=(t, rho),
    domain=LINEAR,
    derivation=Derivation(REST_STEPS, STEPS),
    published=(
        Published(
            "CPL25", "(88)", LINEAR_OVERLAP,
            r"Q_\infty = \rho \frac{E_t[\beta_t] E_t[\alpha_t^2]}{E_t[\alpha_t^2 + \beta_t^2]"
            r" E_t[\alpha_t^2 + (1 + \rho) \beta_t^2]}",
            Transcription.INFERRED,
        ),
    ),
)  # fmt: skip

linear_magnetisation = ClosedForm(
    name="autoencoder.linear_magnetisation",
    statement="M at the end of training of a linear unit, data at +-mu of unit variance, small learning rate",
    source="CPL25 (88)",
    formula=Explicit(sqrt(rho * LINEAR_OVERLAP)),
    parameters=(t, rho),
    domain=LINEAR,
    derivation=Derivation(REST_STEPS, STEPS),
    published=(
        Published(
            "CPL25", "(88)", sqrt(LINEAR_OVERLAP), r"M_\infty^2 = Q_\infty",
            note="weights along mu have M^2 = rho Q: the identity from which the text concludes holds at rho = 1",
        ),
    ),
)  # fmt: skip

# Larger learning rates.  Where M = 0, Q rests on two branches that meet at eta_c; a small M grows there until eta_M.
BRANCH = (1 - sqrt(1 - 2 * eta**2 * ALPHA**2)) / (eta * WIDTH)
LOST_OVERLAP = 2 * rho * BETA * ALPHA**2 / (WIDTH * (rho * BETA**2 + 2 * WIDTH))
LOST = 2 * WIDTH * LOST_OVERLAP / (WIDTH**2 * LOST_OVERLAP**2 + 2 * ALPHA**2)
BELOW = sqrt(2) * rho * BETA * ALPHA < rho * BETA**2 + 2 * WIDTH
THRESHOLDS = Domain(
    LINEAR.ranges,
    (BELOW,),
    ((BELOW, "there a small M grows on the stable branch of Q up to the blow-up at eta_c, and is never lost before"),),
)
ALONE = {M: Integer(0), b: SKIP, lam: Integer(0)}
SLOW = Domain(STEPS.ranges, (*STEPS.relations, eta < BLOW_UP, BELOW))
THRESHOLD_STEPS = (
    *LINEAR_STEPS,
    Step(expand(LINEAR_Q / Q).subs(ALONE), NOISE_BALANCE, "the rate of log Q without M"),
    Step(
        NOISE_BALANCE + 1, 1 + 0 * t, "vanishes on the smaller root, which is stable", where={Q: Explicit(BRANCH)}
    ),
    Step(
        2 - 2 * eta**2 * ALPHA**2, 1 + 0 * t, "it meets the other at eta_c, above which Q grows without bound",
        where={eta: BLOW_UP},
    ),
    Step(
        expand(rho * ALONG + TURNED_LINEAR).subs(ALONE), rho * (2 * BETA * ALPHA**2 / WIDTH - Q * BETA**2)
        - 2 * WIDTH * Q, "the rate of log M without M",
    ),
    Step(
        rho * (2 * BETA * ALPHA**2 / WIDTH - Q * BETA**2) - 2 * WIDTH * Q + 1, 1 + 0 * t, "vanishes at this Q",
        where={Q: Explicit(LOST_OVERLAP)},
    ),
    Step(
        NOISE_BALANCE + 1, 1 + 0 * t, "on which Q rests at eta_M",
        where={Q: Explicit(LOST_OVERLAP), eta: Explicit(LOST)},
    ),
    Step(BRANCH, LOST_OVERLAP, "as the smaller root", where={eta: Explicit(LOST)}),
)  # fmt: skip

learning_rate_threshold = ClosedForm(
    name="autoencoder.learning_rate_threshold",
    statement="learning rate above which a linear unit does not learn mu: data at +-mu of unit variance, no decay",
    source="CPL25 (75), derived here",
    formula=Explicit(LOST),
    parameters=(t, rho),
    domain=THRESHOLDS,
    derivation=Derivation(THRESHOLD_STEPS, SLOW),
)

blow_up_threshold = ClosedForm(
    name="autoencoder.blow_up_threshold",
    statement="learning rate above which the weights of a linear unit grow without bound, whatever the centroid",
    source="CPL25 (75), derived here",
    formula=Explicit(BLOW_UP),
    parameters=(t, rho),
    domain=LINEAR,
    derivation=Derivation(THRESHOLD_STEPS, SLOW),
)
