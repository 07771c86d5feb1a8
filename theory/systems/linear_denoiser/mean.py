"""KL of the mean of what a linear denoiser generates, H24 (B.7)-(B.10): by the procedure of section 3, and as modelled.

Section 3 takes mu_X = exp(-horizon) Ybar of the n data.  Then mu_G = Ybar - weights (Xbar - mu_X), where
Xbar - mu_X is the mean of the added noise and independent of Ybar.  Appendix B takes mu_X as known, and Y for a noisy
function of X; with V the noise in the weights and Zbar that of the mean, mu - mu_G = V (Xbar - mu_X) - Zbar.
"""

from __future__ import annotations

from sympy import exp

from theory import wishart
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.formula import Explicit
from theory.notation import a, c, d, horizon, lamhat, n, sigma, v, x, y
from theory.published import Published
from theory.regression import (
    MEAN_DIVERGENCE,
    MODEL_STEPS,
    NOISE,
    OF_INPUT,
    ONE_INVERSE,
    RESIDUAL_TRACE,
    ROW_STEPS,
    SHRUNK,
    SLOPE,
    STEPS,
    TRACE,
)

GIVEN = {a: Explicit(NOISE)}
OUTPUT_NOISE = SHRUNK * a  # Delta, which (B.1) also gives to Y
OF_NOISE = OUTPUT_NOISE * d / n
"""E |Zbar|^2."""
OF_WEIGHTS = OF_INPUT / n * (OUTPUT_NOISE / OF_INPUT) * RESIDUAL_TRACE
"""E |V (Xbar - mu_X)|^2: V is M in units of sqrt(Delta)/sigma_X."""
MODELLED = d * a * exp(-2 * horizon) * (n - 2) / (2 * n * (n - d - 2))

TRACE_STEPS = (
    *wishart.INVERSE_TRACE_STEPS,
    Step(d * TRACE, RESIDUAL_TRACE, "E tr M M^T: over the noise of d outputs, and n - 1 degrees of freedom"),
)

divergence_mean = ClosedForm(
    name="linear_denoiser.divergence_mean",
    statement="E KL_mean of what the linear denoiser generates by the procedure of section 3, mu_X ="
    " exp(-horizon) Ybar: of order one, and not smaller where little noise is added.",
    source="H24 (3.2), (B.10), derived here",
    formula=Explicit(MEAN_DIVERGENCE, GIVEN),
    parameters=(n, d, horizon, lamhat),
    size=d,
    domain=ONE_INVERSE,
    derivation=Derivation(
        (
            *MODEL_STEPS[:3],
            *TRACE_STEPS,
            *ROW_STEPS[:3],
            Step(
                y - x * (y * exp(-horizon) + v) + x * exp(-horizon) * y, y - x * v,
                "mu_G = Ybar - weights (Xbar - mu_X), one weight x written out: with mu_X = exp(-horizon) Ybar the mean"
                " v of the added noise is left of the bracket, and Ybar has fallen out of it",
                citation="H24 (3.1)-(3.3)",
            ),
            Step(
                (sigma**2 * d / n + OUTPUT_NOISE / n * SLOPE**2 * (d + a * RESIDUAL_TRACE)) / (2 * sigma**2),
                MEAN_DIVERGENCE,
                "|Ybar - mu|^2 and |weights noise|^2 add: of the weights E tr weights weights^T counts, slope^2 times"
                " the sum of |row|^2, and of the noise its variance Delta/n",
            ),
        ),
        STEPS,
    ),
)  # fmt: skip

divergence_mean_modelled = ClosedForm(
    name="linear_denoiser.divergence_mean_modelled",
    statement="E KL_mean of what the linear denoiser generates if its data were those of H24 (B.1), mu_X known.",
    source="H24 (B.7)-(B.10), corrected",
    formula=Explicit(MODELLED, GIVEN),
    parameters=(n, d, horizon, lamhat),
    size=d,
    domain=ONE_INVERSE,
    derivation=Derivation(
        (
            *TRACE_STEPS,
            Step(
                exp(horizon) * c - (exp(horizon) * y + v - x * y + x * c), (x - exp(horizon)) * (y - c) - v,
                "mu - mu_G with one weight x, Xbar = y, mu_X = c, Ybar = exp(horizon) y + v: the mean noise v has a"
                " minus sign, where (B.7) prints a plus",
                citation="H24 (B.7)",
            ),
            Step(
                OF_WEIGHTS + OF_NOISE, 2 * sigma**2 * MODELLED,
                "both squares count, their product has the mean 0: (B.8) lacks the second",
                citation="H24 (B.8)",
            ),
            Step(
                OF_NOISE, 2 * sigma**2 * MODELLED * (n - d - 2) / (n - 2),
                "and where data abound the second is nearly all: it is (n - d - 2)/(n - 2) of the sum",
            ),
        ),
        STEPS,
    ),
    published=(
        Published(
            "H24", "(B.7)", Explicit(((OF_WEIGHTS - OF_NOISE) / (2 * sigma**2)).subs(sigma, 1), GIVEN),
            r"\mu - \hat\mu_G = (\hat\theta_1 - \bar\theta_1)(\hat{X} - \mu_X) + \hat{Z}",
            note="compared by its mean product with mu - mu_G itself, over 2 sigma^2: the sign of the last term is"
            " wrong, which alone changes no law",
        ),
        Published(
            "H24", "(B.8)", Explicit((OF_WEIGHTS / (2 * sigma**2)).subs(sigma, 1), GIVEN),
            r"(\mu - \hat\mu_G)^T (\mu - \hat\mu_G) = \frac{\mathbf{1}}{n} (\tilde{x} - x) x^{-1} z z^T (x^T)^{-1}"
            r" (\tilde{x} - x)^T \frac{\mathbf{1}}{n} + \ldots",
            note="lacks the square of the mean noise, by far the larger part; compared by its mean, to which the terms"
            " left out here add nothing",
        ),
    ),
)  # fmt: skip
