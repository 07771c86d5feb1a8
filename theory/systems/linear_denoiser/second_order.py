"""KL of what a linear denoiser generates, to second order in its covariance, H24 (B.9)-(B.17): exact, and in the limit.

KL_var = tr (S - 1)^2/4, S the covariance of the generated law over sigma^2.  Of data drawn as in H24 (3.8) S shrinks to
1/(1 + a) when data abound; as (B.1) models the data it grows to 1 + a, so that (B.17) errs twice: in the model, and by
the factor 1/(1 - alpha) lost in (B.12).
"""

from __future__ import annotations

from sympy import Integer, diff, exp, log, oo

from theory import wishart
from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.formula import Explicit
from theory.notation import a, alpha, d, horizon, lamhat, n, x
from theory.published import Published
from theory.regression import (
    FINITE,
    LOST_STEP,
    MODEL_GAIN,
    MODEL_NOISE,
    MODEL_STEPS,
    NOISE,
    OF_RATIO,
    RESIDUAL_TRACE,
    RESIDUAL_TRACE_LIMIT,
    RESIDUAL_TRACE_SQUARE,
    RESIDUAL_TRACE_SQUARE_LIMIT,
    RIDGE_STEPS,
    ROW_STEPS,
    SECOND_ORDER_LIMIT,
    SECOND_ORDER_NEXT,
    SQUARE,
    STEPS,
    TOGETHER_STEPS,
    TRACE,
    TRACE_SQUARED,
    TWO_INVERSES,
    printed_second_order,
    second_order,
)

GIVEN = {a: Explicit(NOISE)}
EXACT = a / (4 * (1 + a) ** 2) * (a * d + 2 * (1 + d - a * d) * d / (n - d - 2) + a * RESIDUAL_TRACE_SQUARE)
PER_DIMENSION = (EXACT / d).subs(OF_RATIO)

AS_MODELLED = second_order(MODEL_GAIN, MODEL_NOISE)
"""The same of data as (B.1) models them, without a misprint."""


PRINTED = r"""\langle \mathrm{KL}(\rho_G | \rho)_{\mathrm{var}} \rangle =
\frac{1}{4} (e^{-2T} + \sigma^{-2} \Delta_T)^2 (\alpha^2 d \sigma_X^{-4} \Delta_T^2 + 2 e^{2T} \alpha d \sigma_X^{-2}
\Delta_T) + \frac{1}{2} (e^{-2T} + \sigma^{-2} \Delta_T) \sigma^{-2} \Delta_T e^{2T} \alpha d \sigma_X^{-2} \Delta_T
+ \frac{d}{4} (\sigma^{-2} e^{2T} \Delta_T)^2""".replace("\n", " ")

SECOND_ORDER_STEPS = (
    *MODEL_STEPS,
    *wishart.INVERSE_STEPS,
    *ROW_STEPS,
    Step(
        (x - log(1 + x)) / 2, x**2 / 4,
        "an eigenvalue 1 + x of S costs (x - log(1 + x))/2, of which the paper keeps the second order",
        series(x, Integer(0), 2), citation="H24 (B.9), (B.10)",
    ),
    Step(
        second_order(1 / (1 + a), a), EXACT,
        "E tr (S - 1)^2/4 with A = 1/(1 + a), b = a and the moments of W: n - 1 degrees of freedom",
    ),
)  # fmt: skip

divergence_variance = ClosedForm(
    name="linear_denoiser.divergence_variance",
    statement="E KL_var to second order in the covariance of what the linear denoiser generates: H24 (B.17), exact in n"
    " and d and of data drawn as in (3.8).",
    source="H24 (B.10)-(B.17), corrected",
    formula=Explicit(EXACT, GIVEN),
    parameters=(n, d, horizon, lamhat),
    size=d,
    domain=TWO_INVERSES,
    derivation=Derivation((*SECOND_ORDER_STEPS, *RIDGE_STEPS, LOST_STEP), STEPS),
    published=(
        Published(
            "H24", "(B.17)", Explicit(printed_second_order(d / n, exp(-2 * horizon)), GIVEN), PRINTED,
            note="its model (B.1) lets the generated covariance grow to 1 + a, where that of data drawn as in (3.8)"
            " shrinks to 1/(1 + a); and it lacks the factor 1/(1 - alpha) lost in (B.12)",
        ),
        Published(
            "H24", "(B.1)", Explicit(AS_MODELLED, GIVEN),
            r"Y_k = e^T X_k + Z_k, \quad X_k \sim \mathcal{N}(\mu_X, \sigma_X^2 I_d), \quad"
            r" Z_k \sim \mathcal{N}(0, \Delta_T I_d)",
            note="compared by the second-order KL that it gives without a misprint; (3.8) implies the slope"
            " e^T/(1 + a) and a residual of variance sigma^2 a/(1 + a)",
        ),
    ),
)  # fmt: skip

divergence_variance_limit = ClosedForm(
    name="linear_denoiser.divergence_variance_limit",
    statement="E KL_var/d to second order, as n and d grow at alpha = d/n < 1: H24 (B.17) with the factor 1/(1 - alpha)"
    " that (B.12) loses, and of data drawn as in (3.8).",
    source="H24 (B.17), corrected",
    formula=Explicit(SECOND_ORDER_LIMIT),
    parameters=(alpha, a),
    domain=FINITE,
    derivation=Derivation(
        (
            *SECOND_ORDER_STEPS,
            *RIDGE_STEPS,
            Step(
                (RESIDUAL_TRACE / d).subs(OF_RATIO), RESIDUAL_TRACE_LIMIT,
                "so (B.12) is alpha/(1 - alpha) per dimension", limit(d, oo),
            ),
            Step(
                (d * SQUARE + TRACE_SQUARED).subs(OF_RATIO), RESIDUAL_TRACE_SQUARE_LIMIT,
                "and (B.14), with both of its contractions", limit(d, oo),
            ),
            Step(
                TRACE.subs(OF_RATIO) / d, Integer(0), "while (B.15) may be dropped, as in the paper", limit(d, oo),
            ),
            *TOGETHER_STEPS,
            Step(PER_DIMENSION, SECOND_ORDER_LIMIT, "the limit of the exact second order", limit(d, oo)),
            Step(
                PER_DIMENSION, SECOND_ORDER_LIMIT + SECOND_ORDER_NEXT, "and its term of order 1/d",
                series(d, oo, 1),
            ),
            Step(
                diff(SECOND_ORDER_LIMIT, alpha).subs(alpha, 0), a * (1 - a) / (2 * (1 + a) ** 2),
                "where data abound it falls with alpha if a > 1: KL/d does not always grow with alpha",
                citation="H24, text after (B.17)",
            ),
        ),
        STEPS,
    ),
    published=(
        Published(
            "H24", "(B.17)", printed_second_order(alpha, Integer(0)) / d, PRINTED,
            note="per dimension at late times, exp(-2T) -> 0, as its text has it: nothing of alpha is left. The factor"
            " 1/(1 - alpha) is lost in (B.12), from where (B.14), (B.16) and (B.17) inherit it, and (B.1) is not the"
            " law of the data (3.8)",
        ),
    ),
    finite_size=ClosedForm(
        name="linear_denoiser.divergence_variance_next_order",
        statement="The term of order 1/d of the second-order KL/d.",
        source="derived here",
        formula=Explicit(SECOND_ORDER_NEXT),
        parameters=(alpha, a, d),
        size=d,
        domain=FINITE,
    ),
)  # fmt: skip
