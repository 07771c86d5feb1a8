"""The noise that the regression of the linear denoiser learns, H24 (B.12)-(B.16): moments of M = W^(-1/2) G.

The weights are slope (I + sqrt(b) M)^T (`theory.regression`), so that E tr M M^T is E tr Sigma_theta of the paper, in
units of Delta/sigma_X^2.  With n data M M^T has the eigenvalues of a ratio of covariances, heavy-tailed: the fewer data
are left over, n - d, the fewer moments it has.
"""

from __future__ import annotations

from sympy import oo

from theory import wishart
from theory.checks import limit
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.formula import Explicit
from theory.notation import alpha, d, n
from theory.published import Published
from theory.regression import (
    CROSS_STEPS,
    LOST_STEP,
    MODEL_STEPS,
    OF_RATIO,
    ONE_INVERSE,
    RESIDUAL_TRACE,
    RESIDUAL_TRACE_LIMIT,
    RESIDUAL_TRACE_SQUARE,
    RESIDUAL_TRACE_SQUARE_LIMIT,
    RIDGE_STEPS,
    ROW_STEPS,
    SQUARE,
    STEPS,
    TRACE,
    TRACE_SQUARED,
    TWO_INVERSES,
)

residual_trace = ClosedForm(
    name="linear_denoiser.residual_trace",
    statement="E tr M M^T of the residual M = W^(-1/2) G that n data in d dimensions leave in the weights: H24 (B.12) "
    "is this times Delta_T/sigma_X^2, once its lost factor 1/(1 - alpha) is back.",
    source="H24 (B.12), corrected",
    formula=Explicit(RESIDUAL_TRACE),
    parameters=(n, d),
    size=d,
    domain=ONE_INVERSE,
    derivation=Derivation(
        (
            *MODEL_STEPS[:2],
            *wishart.INVERSE_TRACE_STEPS,
            Step(
                d * TRACE, RESIDUAL_TRACE,
                "the mean over the noise of d outputs; n centred data leave n - 1 degrees of freedom, the n of the"
                " steps before",
            ),
            *RIDGE_STEPS,
            LOST_STEP,
            *CROSS_STEPS,
            Step(
                (RESIDUAL_TRACE / d).subs(OF_RATIO), RESIDUAL_TRACE_LIMIT, "per dimension, as n and d grow",
                limit(d, oo),
            ),
        ),
        STEPS,
    ),
    published=(
        Published(
            "H24", "(B.12)", d * d / n,
            r"\mathrm{Tr}\langle\hat\Sigma_{\theta_1}\rangle = \alpha d \sigma_X^{-2} \Delta_T",
            note="in units of Delta_T/sigma_X^2: lacks 1/(1 - alpha - 2/n), lost where kappa/epsilon is put to 1 though"
            " it tends to 1/(1 - alpha)",
        ),
        Published(
            "H24", "(B.15)", d * d / n,
            r"2 e^{2T} \Delta_T \alpha \sigma_X^{-2}",
            note="d/2 times it, in units of e^{2T} Delta_T/sigma_X^2: the same factor; of order 1 against d, it may be"
            " dropped",
        ),
        Published(
            "H24", "(B.16)", d * d / n,
            r"2 e^{2T} \mathrm{Tr}\langle\hat\Sigma_{\theta_1}\rangle = 2 e^{2T} \alpha d \sigma_X^{-2} \Delta_T",
            note="half of it, in units of e^{2T} Delta_T/sigma_X^2: inherits the lost factor of (B.12)",
        ),
    ),
)  # fmt: skip

ONE_CONTRACTION = d**2 * SQUARE
"""What the first contraction of (B.14) alone gives, exactly."""

residual_trace_square = ClosedForm(
    name="linear_denoiser.residual_trace_square",
    statement="E tr (M M^T)^2 of the residual that n data in d dimensions leave in the weights: H24 (B.14) is this"
    " times (Delta_T/sigma_X^2)^2, with its second contraction and 1/(1 - alpha)^3.",
    source="H24 (B.13)-(B.16), corrected",
    formula=Explicit(RESIDUAL_TRACE_SQUARE),
    parameters=(n, d),
    size=d,
    domain=TWO_INVERSES,
    derivation=Derivation(
        (
            MODEL_STEPS[0],
            *wishart.INVERSE_STEPS,
            *ROW_STEPS,
            Step(
                (d**2 + d) * SQUARE + d * TRACE_SQUARED, RESIDUAL_TRACE_SQUARE,
                "of tr S^2 the part without unit vectors: the first line of (B.13) has two contractions, d^2 tr W^-2"
                " and d (tr W^-1)^2; n - 1 degrees of freedom",
            ),
            *RIDGE_STEPS,
            Step(
                (d * SQUARE).subs(OF_RATIO), alpha**2 / (1 - alpha) ** 3,
                "per dimension, the contraction that (B.14) keeps, there with each inverse put to 1: alpha^2",
                limit(d, oo),
            ),
            Step(
                TRACE_SQUARED.subs(OF_RATIO), alpha**2 / (1 - alpha) ** 2,
                "and the one that it drops as sub-leading: of the same order, since z is n x d with n of order d; with"
                " many data, alpha -> 0, a factor 2 is lost here",
                limit(d, oo),
            ),
            Step(
                alpha**2 / (1 - alpha) ** 3 + alpha**2 / (1 - alpha) ** 2, RESIDUAL_TRACE_SQUARE_LIMIT,
                "both: (2 - alpha)/(1 - alpha)^3 times what is printed",
            ),
        ),
        STEPS,
    ),
    published=(
        Published(
            "H24", "(B.14)", (d / n) ** 2 * d,
            r"\approx \alpha^2 d \sigma_X^{-4} \Delta_T^2",
            note="in units of (Delta_T/sigma_X^2)^2: lacks (2 - alpha)/(1 - alpha)^3 at large n and d; the contraction"
            " called sub-leading is as large as the one that is kept",
        ),
    ),
)  # fmt: skip
