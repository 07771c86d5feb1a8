"""KL of what a linear denoiser generates, unexpanded, as n and d grow: both branches, and where they part.

KL/d = (tr S/d - 1 - log det S/d)/2 with S = |1 + root(a) M|^2/(1 + a).  The determinant changes its law where
eigenvalues of root(a) M leave the unit circle, at n = (1 + a) d (`theory.free_regression`).
"""

from __future__ import annotations

from sympy import EulerGamma, Integer, diff, log, oo, sign

from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive
from theory.formula import Explicit
from theory.free_regression import (
    DETERMINANT_NEXT,
    DETERMINANT_STEPS,
    DIVERGENCE,
    GENERATED,
    LIMIT,
    LOG_DETERMINANT,
    OF_TRACE,
    SUM_STEPS,
    TRACE_NEXT,
    WITHIN,
    WITHIN_NEXT,
)
from theory.free_regression import STEPS as FREE
from theory.notation import a, alpha, d, inside
from theory.published import Published
from theory.regression import (
    MODEL_STEPS,
    OF_RATIO,
    RESIDUAL_TRACE,
    RESIDUAL_TRACE_LIMIT,
    SECOND_ORDER_LIMIT,
    STEPS,
)

BEYOND = LIMIT.subs(inside, 1 / (alpha * (1 + a)))
"""KL/d for alpha >= 1/(1 + a)."""
ABOVE = Domain(
    (
        between(alpha, 0, 1, default="0.48", explored=("0.25", "0.6")),
        positive(a, default="2.9", explored=("1", "5")),
    ),
    (alpha * (1 + a) > 1,),
)
ALL_STEPS = Domain((
    *FREE.ranges, *(item for item in STEPS.ranges if item.symbol not in FREE.symbols)
))  # fmt: skip

# Terms of order one of KL.  Of log det S: beyond 1/(1 + a) S has a hard edge, of which -log(d)/2 and the constants are
# those of a square normal matrix.
DETERMINANT_BEYOND = (
    (1 - EulerGamma - log(2 * d)) / 2 - 3 * log(1 - alpha) / 2 + log(a / (1 + a))
)  # fmt: skip
SIDE = (1 + sign(alpha * (1 + a) - 1)) / 2
NEXT_WITHIN = WITHIN_NEXT / d
NEXT_BEYOND = (TRACE_NEXT - DETERMINANT_BEYOND / 2) / d
NEXT = (TRACE_NEXT - ((1 - SIDE) * DETERMINANT_NEXT + SIDE * DETERMINANT_BEYOND) / 2) / d

STEPS_TO_LIMIT = (
    *MODEL_STEPS[:3],
    *SUM_STEPS,
    *DETERMINANT_STEPS,
    Step(
        ((d + a * RESIDUAL_TRACE) / (1 + a) / d - 1).subs(OF_RATIO), OF_TRACE, "tr S/d - 1 of large n and d",
        limit(d, oo),
    ),
    Step(
        (OF_TRACE - log(1 / (1 + a))) / 2, WITHIN,
        "KL/d = (tr S/d - 1 - log det S/d)/2, where the determinant of 1 + root(a) M adds nothing",
    ),
)  # fmt: skip

divergence_limit = ClosedForm(
    name="linear_denoiser.divergence_limit",
    statement="KL/d of what the linear denoiser generates, not expanded, as n and d grow at alpha = d/n < 1; not"
    " analytic at alpha = 1/(1 + a).",
    source="H24 App. B, derived here",
    formula=DIVERGENCE,
    parameters=(alpha, a),
    domain=GENERATED,
    derivation=Derivation(
        (
            *STEPS_TO_LIMIT,
            Step(
                WITHIN, a * RESIDUAL_TRACE_LIMIT / 2,
                "with little noise it begins as the second order does ...", series(a, Integer(0), 1),
            ),
            Step(SECOND_ORDER_LIMIT, a * RESIDUAL_TRACE_LIMIT / 2, "... to first order in a", series(a, Integer(0), 1)),
            Step(
                diff(WITHIN, alpha), a / (2 * (1 + a) * (1 - alpha) ** 2),
                "where the determinant adds nothing KL/d grows with alpha; beyond, the determinant may turn it",
            ),
        ),
        ALL_STEPS,
    ),
    published=(
        Published(
            "H24", "(3.5)", SECOND_ORDER_LIMIT,
            r"\mathrm{KL}(\rho||\rho_G) = \mathrm{KL}_{\mathrm{mean}} + \mathrm{KL}_{\mathrm{var}} \geq"
            r" \mathrm{KL}_{\mathrm{var}}",
            note="compared by KL_var/d of (B.10), without a misprint: KL_mean is of order one. (B.10) is a second"
            " order, neither all of KL nor a lower bound of it: it lies below KL at small alpha and far above near"
            " alpha = 1; and what App. B expands is KL(rho_G|rho), of which that of (3.5) is the reverse",
        ),
    ),
    finite_size=ClosedForm(
        name="linear_denoiser.divergence_limit_next_order",
        statement="The term of order 1/d of KL/d, log(d)/d beyond alpha = 1/(1 + a).",
        source="derived here",
        formula=Explicit(NEXT),
        parameters=(alpha, a, d),
        size=d,
        domain=Domain((*GENERATED.ranges, ALL_STEPS[d])),
    ),
)  # fmt: skip

divergence_limit_above = ClosedForm(
    name="linear_denoiser.divergence_limit_above",
    statement="KL/d of what the linear denoiser generates, not expanded, beyond alpha = 1/(1 + a): n < (1 + a) d.",
    source="H24 App. B, derived here",
    formula=Explicit(BEYOND),
    parameters=(alpha, a),
    domain=ABOVE,
    derivation=Derivation(
        (
            *STEPS_TO_LIMIT,
            Step(
                BEYOND - WITHIN, -LOG_DETERMINANT / 2, "beyond, the determinant lowers KL/d",
                where={inside: 1 / (alpha * (1 + a))},
            ),
        ),
        ALL_STEPS,
    ),
    finite_size=ClosedForm(
        name="linear_denoiser.divergence_limit_above_next_order",
        statement="The terms log(d)/d and 1/d of KL/d beyond alpha = 1/(1 + a).",
        source="derived here",
        formula=Explicit(NEXT_BEYOND),
        parameters=(alpha, a, d),
        size=d,
        domain=Domain((*ABOVE.ranges, ALL_STEPS[d]), ABOVE.relations),
    ),
)  # fmt: skip
