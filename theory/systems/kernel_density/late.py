"""The late density of two atoms at +a and -a, H24 (2.12): to second order it is a Gaussian, with a constant of its own.

The lemma holds for any prior; two atoms have a logarithm that is known, log cosh, and so a known next order.
"""

from __future__ import annotations

from sympy import Integer, Rational, cosh, exp, log, pi

from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real
from theory.formula import Explicit
from theory.late_density import LATE_STEPS, NOISE, STEPS, late_log_density
from theory.notation import a, c, m, t, u, x
from theory.published import Published

DOMAIN = Domain((
    positive(t, default="1.3", explored=("0.7", "2.5")),
    positive(a, default="0.9", explored=("0.5", "1.5")),
    real(x, default="0.6", explored=("-2", "2")),
))  # fmt: skip

CONSTANT = -(a**2) * exp(-2 * t) / (2 * NOISE)  # log of the norm of the atoms times their factor
LATE = late_log_density(CONSTANT, Integer(0), a**2)
EXACT = -log(2 * pi * NOISE) / 2 - x**2 / (2 * NOISE) + CONSTANT + log(cosh(x * a * exp(-t) / NOISE))
NEXT = -((x * a * exp(-t)) ** 4) / 12
PRINTED = -log(2 * pi * NOISE) / 2 - (x * exp(-t)) ** 2 / (2 * NOISE) * (exp(2 * t) - a**2)

late_log_density_next_order = ClosedForm(
    name="kernel_density.late_log_density_next_order",
    statement="The term of order exp(-4t) that the second order leaves out.",
    source="derived here",
    formula=Explicit(NEXT),
    parameters=(t, a, x),
    size=t,
    domain=DOMAIN,
)

late_log_density = ClosedForm(
    name="kernel_density.late_log_density",
    statement="log-density at x of two atoms +-a that were noised for a late time t, to second order in exp(-t)",
    source="H24 (2.12)",
    formula=Explicit(LATE),
    parameters=(t, a, x),
    size=t,
    domain=DOMAIN,
    derivation=Derivation(
        (
            *LATE_STEPS,
            Step(
                late_log_density(CONSTANT, m, c).subs({m: 0, c: a**2}), LATE,
                "two atoms at +-a have mean 0 and variance a^2, and both have the same factor",
            ),
            Step(EXACT, LATE + NEXT, "their logarithm is log cosh, whose next term is -u^4 a^4/12",
                 series(x, Integer(0), 2)),
            Step(log(cosh(u)), u**2 / 2 - Rational(1, 12) * u**4, "its expansion", series(u, Integer(0), 4)),
        ),
        STEPS,
    ),
    published=(
        Published(
            "H24", "(2.12)", PRINTED,
            r"\log \hat\rho = -\frac{d}{2}\log 2\pi\delta_t + \frac{1}{\delta_t} xe^{-t}\cdot\langle y\rangle_{\pi_t}"
            r" - \frac{1}{2\delta_t} xe^{-t}\cdot\Sigma_t xe^{-t}, \quad (\Sigma_t)_{ij} = e^{2t}\delta_{ij} -"
            r" (\langle y_i y_j\rangle_{\pi_t} - \langle y_i\rangle_{\pi_t}\langle y_j\rangle_{\pi_t})",
            note="the covariance lacks 1/delta_t, and the logarithm of the norm of pi_t is missing",
        ),
    ),
    finite_size=late_log_density_next_order,
)  # fmt: skip
