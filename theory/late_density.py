"""A noised density where little is left of the data: its logarithm to second order in x exp(-t), for any prior.

With delta = 1 - exp(-2t) the kernel around a datum y is exp(-x^2/(2 delta)) exp(u y) exp(-y^2 exp(-2t)/(2 delta)), in
the field u = x exp(-t)/delta.  So the data count through one law, the prior times the last factor: its norm Z, its mean
and its variance, taken along x in more than one component (then delta^(1/2) in the prefactor has the power d):

    log rho(t, x) = -log(2 pi delta)/2 + log Z + u mean - (x exp(-t))^2/(2 delta) (exp(2t) - variance/delta) + O(u^3)
"""

from __future__ import annotations

from sympy import Expr, Integer, exp, log, pi, sqrt

from theory.checks import series
from theory.derivation import Step
from theory.domain import Domain, positive, real
from theory.notation import Delta, Z, a, c, m, t, u, x

DOMAIN = Domain((
    positive(t, default="1.3", explored=("0.7", "2.5")),
    positive(a, default="0.9", explored=("0.5", "1.5")),
    real(x, default="0.6", explored=("-2", "2")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    positive(Z, default="0.7", explored=("0.2", "1")),
    positive(c, default="0.6", explored=("0.2", "1.5")),
    positive(Delta, default="0.7", explored=("0.2", "1")),
    *(real(symbol, default="0.3", explored=("-1.5", "1.5")) for symbol in (m, u)),
))  # fmt: skip

NOISE = 1 - exp(-2 * t)
FIELD = x * exp(-t) / Delta
KERNEL = exp(-((x - a * exp(-t)) ** 2) / (2 * Delta)) / sqrt(2 * pi * Delta)
PRIOR_FACTOR = exp(-(a**2) * exp(-2 * t) / (2 * Delta))
CUMULANTS = log(Z) + u * m + u**2 * c / 2


def late_log_density(log_norm: Expr, mean: Expr, variance: Expr, *, noise: Expr = NOISE) -> Expr:
    """The logarithm to second order, of a prior times its factor with these moments."""
    field, arm = x * exp(-t) / noise, x * exp(-t)
    return -log(2 * pi * noise) / 2 + log_norm + field * mean - arm**2 / (2 * noise) * (exp(2 * t) - variance / noise)


LATE_STEPS = (
    Step(
        KERNEL, exp(-(x**2) / (2 * Delta)) / sqrt(2 * pi * Delta) * exp(u * a) * PRIOR_FACTOR,
        "the kernel around the datum a: a Gaussian in x, a field on the datum, and a factor of the prior",
        where={u: FIELD},
    ),
    Step(
        log(Z * (1 + u * m + u**2 * (c + m**2) / 2)), CUMULANTS,
        "the mean of exp(u a) under the prior times its factor: norm, mean and variance, for any prior",
        series(u, Integer(0), 2),
    ),
    Step(
        -(x**2) / (2 * Delta) - log(2 * pi * Delta) / 2 + CUMULANTS.subs(u, FIELD),
        late_log_density(log(Z), m, c, noise=Delta),
        "the variance enters with 1/delta^2, once from each field: 1/delta beside exp(2t)",
    ),
)  # fmt: skip
