"""How far the generated law is from that of the data, in nats: rho_N = N(mu_0, Sigma_0 + c) against rho = N(mu, Sigma).

mu_0 and Sigma_0 are mean and covariance of n data, sums divided by n; Sigma_0 has the law of n - 1 data of known mean,
times (n - 1)/n.  In E KL(rho_N | rho) what Sigma_0 loses in its trace by that is what the mean adds, d/n.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integral, Rational, Sum, digamma, exp, log, oo, pi, sqrt

from theory import deterministic_equivalents as equivalents
from theory import marchenko_pastur, wishart
from theory.checks import limit
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.deterministic_equivalents import over_spectrum
from theory.domain import Domain, above, positive, whole
from theory.formula import Explicit
from theory.notation import alpha, c, d, j, n, spectrum
from theory.published import Published
from theory.systems.linear_diffusion.resolvent import RIDGE
from theory.systems.linear_diffusion.resolvent import STEPS as RESOLVENT_STEPS

DOMAIN = Domain((
    positive(c, default="0.35", explored=("0.2", "0.8")),
    positive(alpha, default="1.6", explored=("0.4", "2.5")),
    equivalents.SPECTRUM,
    whole(d, 1, default=48, explored=(12, 96)),
))  # fmt: skip
UNREGULARISED_DOMAIN = wishart.where(
    (whole(n, 2, default=33, explored=(20, 60)), whole(d, 1, default=9, explored=(2, 12))), wishart.invertible(lost=1)
)
_AT, _MEAN = (Dummy(name, real=True) for name in ("x", "dmu"))
_V, _L = (Dummy(name, positive=True) for name in ("v", "l"))
STEPS = Domain((
    *(item for item in wishart.STEPS.ranges if item.symbol not in {n, d}),
    above(n, 2, default=20, explored=(13, 40)),
    *(item for item in RESOLVENT_STEPS.ranges if item.symbol != n and item.symbol not in wishart.STEPS.symbols),
    whole(d, 1, default=4, explored=(2, 9)),
    *(positive(symbol, default="1.2", explored=("0.4", "2.5")) for symbol in (_V, _L)),
    above(_MEAN, -9, default="0.3", explored=("-1", "1")),
), (n > d + 2,))  # fmt: skip


def _normal(variance: Expr, mean: Expr) -> Expr:
    return exp(-((_AT - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def divergence_along(variance: Expr, level: Expr, missed: Expr) -> Expr:
    """KL of a normal law of this variance from one of variance `level`, whose means differ by the root of `missed`."""
    return (log(level / variance) - 1 + (variance + missed) / level) / 2


GAUSSIAN = (
    Step(
        Integral(
            _normal(_V, _MEAN) * ((log(_L / _V) - (_AT - _MEAN) ** 2 / _V + _AT**2 / _L) / 2), (_AT, -oo, oo)
        ),
        divergence_along(_V, _L, _MEAN**2),
        "KL of two normal laws: log det ratio, dimension, trace and distance of the means, each with 1/2",
    ),
    Step(
        ((n - 1) / n * _L + c + _L / n) / _L, 1 + c / _L,
        "E tr Sigma^-1 (Sigma_0 + c) and E dmu^T Sigma^-1 dmu: what the subtracted mean takes it gives back",
    ),
)  # fmt: skip
LOG_RATIO = equivalents.log_ratio(over_spectrum)
NEXT = equivalents.divergence_fluctuation(over_spectrum)

divergence = ClosedForm(
    name="linear_diffusion.divergence",
    statement="E KL(rho_N|rho)/d of the law rho_N = N(mu_0, Sigma_0 + c) that n data make, as n and d grow at "
    "alpha = d/n, on both sides of alpha = 1",
    source="MG25 KL, completed",
    formula=Explicit(equivalents.divergence(over_spectrum), RIDGE),
    parameters=(c, alpha, spectrum),
    domain=DOMAIN,
    derivation=Derivation((*GAUSSIAN, *equivalents.LOG_DETERMINANT_STEPS), STEPS),
    published=(
        Published(
            "MG25", "KL", Explicit(LOG_RATIO, RIDGE),
            r"\text{DKL}(\rho_N|\rho) \sim \ln \frac{|\Sigma|}{|\Sigma_0 + c\text{Id}|}",
            note="per dimension; without 1/2 and the trace, and negative where c is large",
        ),
    ),
    finite_size=ClosedForm(
        name="linear_diffusion.divergence_next_order",
        statement="1/d term of the divergence: the mean of the data is subtracted, and log det fluctuates",
        source="derived here",
        formula=Explicit(NEXT / d, RIDGE),
        parameters=(c, alpha, spectrum, d),
        size=d,
        domain=DOMAIN,
        derivation=Derivation((*equivalents.FLUCTUATION_STEPS, *equivalents.SUBTRACTED_MEAN_STEPS), STEPS),
    ),
)  # fmt: skip
HALF_LOG_RATIO = equivalents.log_ratio(over_spectrum)
COVARIANCE_KNOWN = over_spectrum(lambda level: (log(level / (level + c)) + c / level) / 2)

DIGAMMAS = Sum(digamma((n - j) / 2), (j, 1, d))
UNREGULARISED = (d * log(n / 2) - DIGAMMAS) / 2
LIMIT = (1 + (1 - alpha) * log(1 - alpha) / alpha) / 2

divergence_unregularised = ClosedForm(
    name="linear_diffusion.divergence_unregularised",
    statement="E KL(rho_N|rho) without ridge, c = 0, of the Gaussian that n data make, n > d; of any covariance",
    source="MG25 KL, derived here",
    formula=Explicit(UNREGULARISED),
    parameters=(n, d),
    size=d,
    domain=UNREGULARISED_DOMAIN,
    derivation=Derivation((
        *GAUSSIAN,
        *wishart.LOG_DETERMINANT_STEPS,
        Step(
            -(wishart.log_determinant(n - 1) - d * log(n)) / 2, UNREGULARISED,
            "Sigma^-1/2 Sigma_0 Sigma^-1/2 is a Wishart matrix of n - 1 degrees of freedom over n, whatever Sigma",
        ),
        Step(
            -marchenko_pastur.ridgeless_log_determinant(alpha) / 2, LIMIT, "per dimension, as n and d grow",
            where={alpha: Rational(2, 5)},
        ),
        Step(LIMIT, alpha / 4 + alpha**2 / 12, "for many data", limit(alpha, 0)),
    ), STEPS),
)  # fmt: skip
