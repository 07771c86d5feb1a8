"""How far the Gaussian of n data is from that of the law they come from, in nats: exactly, and as n grows with d.

The data have mean 0 and covariance C in d dimensions, D = sum of x x^T/n.  C^(-1/2) D C^(-1/2) is a Wishart matrix over
n whatever C, so that neither divergence depends on C.
"""

from __future__ import annotations

from sympy import Expr, Integral, Sum, digamma, exp, log, loggamma, oo, pi, sqrt

from theory import marchenko_pastur, wishart
from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, above, between, positive, whole
from theory.formula import Explicit
from theory.notation import c, d, j, k, n, y, z


def sizes(*, least: int, most: int) -> tuple[Range, Range]:
    """Numbers of data and of dimensions."""
    return (
        whole(n, 1, default=least, explored=(least, most)),
        whole(d, 1, default=4, explored=(1, 12)),
    )


FORWARD_DOMAIN = wishart.where(sizes(least=20, most=60), wishart.invertible())
REVERSE_DOMAIN = wishart.where(sizes(least=40, most=80), wishart.finite(1))
RATIO_DOMAIN = Domain((
    between(y, 0, 1, default="0.4", explored=("0.3", "0.9")),
    whole(d, 1, default=48, explored=(16, 256)),
))  # fmt: skip
STEPS = Domain((
    *wishart.STEPS.ranges,
    positive(c, default="1.2", explored=("0.4", "2.5")),
    between(y, 0, 1, default="0.4", explored=("0.1", "0.9")),
    above(k, 1, default=5, explored=(2, 9)),
), (n > d + 4,))  # fmt: skip


def _normal(variance: Expr) -> Expr:
    return exp(-(k**2) / (2 * variance)) / sqrt(2 * pi * variance)


def divergence(spread: Expr) -> Expr:
    """KL(N(0, spread) | N(0, 1))."""
    return (spread - 1 - log(spread)) / 2


DIGAMMAS = Sum(digamma((n - j + 1) / 2), (j, 1, d)) + d * log(2 / n)
"""E log det of C^(-1/2) D C^(-1/2)."""
FORWARD = -DIGAMMAS / 2
REVERSE = (n * d / (n - d - 1) - d + DIGAMMAS) / 2

KL_STEPS = (
    Step(
        Integral(_normal(z) * log(_normal(z) / _normal(c)).expand(force=True), (k, -oo, oo)),
        divergence(z / c),
        "along an eigenvector of C^(-1/2) D C^(-1/2) both are normal, of variance z and c: KL depends on z/c",
    ),
)
LOG_STEPS = (
    *wishart.LOG_DETERMINANT_STEPS,
    Step(
        wishart.log_determinant() - d * log(n), DIGAMMAS,
        "the eigenvalues z/c are those of W/n, W a Wishart matrix, whatever C",
    ),
)  # fmt: skip
FORWARD_STEPS = (
    *KL_STEPS,
    *LOG_STEPS,
    *wishart.TRACE_STEPS[:4],
    Step((wishart.trace() / n - d - DIGAMMAS) / 2, FORWARD, "the mean of the trace is d: only the determinant is left"),
)
REVERSE_STEPS = (
    *KL_STEPS,
    *LOG_STEPS,
    *wishart.INVERSE_TRACE_STEPS,
    Step((wishart.inverse_trace() * n - d + DIGAMMAS) / 2, REVERSE, "with the roles exchanged W^-1 takes its place"),
    Step(FORWARD + REVERSE, d * (d + 1) / (2 * (n - d - 1)), "the sum of both is a rational function"),
)

divergence_forward = ClosedForm(
    name="gaussian_covariance.divergence_forward",
    statement="mean of KL(N(0, D)|N(0, C)) over n data of any covariance C in d dimensions, D their covariance; mean 0",
    source="BM23 SI 1.3, derived here",
    formula=Explicit(FORWARD),
    parameters=(d, n),
    size=d,
    domain=FORWARD_DOMAIN,
    derivation=Derivation(FORWARD_STEPS, STEPS),
)

divergence_reverse = ClosedForm(
    name="gaussian_covariance.divergence_reverse",
    statement="mean of KL(N(0, C)|N(0, D)) over n data of any covariance C in d dimensions, D their covariance; mean 0",
    source="BM23 SI 1.3, derived here",
    formula=Explicit(REVERSE),
    parameters=(d, n),
    size=d,
    domain=REVERSE_DOMAIN,
    derivation=Derivation(REVERSE_STEPS, STEPS),
)

# As n grows with d at d = y n: psi(k/2) = log(k/2) - 1/k + O(1/k^2), summed over k = n - d + 1 .. n.
LOGARITHMS = loggamma(n + 1) - loggamma(n - d + 1) - d * log(n)  # sum of log(k/n)
RECIPROCALS = digamma(n + 1) - digamma(n - d + 1)  # sum of 1/k
LIMIT = (1 + (1 - y) * log(1 - y) / y) / 2
NEXT = -log(1 - y) / (4 * d)

divergence_per_dimension = ClosedForm(
    name="gaussian_covariance.divergence_per_dimension",
    statement="the same per dimension, exact at every d, of n = d/y data",
    source="derived here",
    formula=Explicit((FORWARD / d).subs(n, d / y)),
    parameters=(y, d),
    size=d,
    domain=RATIO_DOMAIN,
    derivation=Derivation(FORWARD_STEPS, STEPS),
)
EXACT_LIMIT_STEPS = (
    Step(digamma(k / 2), log(k / 2) - 1 / k, "digammas of many degrees of freedom", series(k, oo, 1)),
    Step(
        -(LOGARITHMS.subs(d, y * n) / (y * n)) / 2, LIMIT,
        "their logarithms add up to a ratio of factorials, by Stirling of order d", limit(n, oo),
    ),
    Step(-marchenko_pastur.ridgeless_log_determinant(y) / 2, LIMIT, "as the law of Marchenko and Pastur has it"),
    Step(
        (-LOGARITHMS / 2 + RECIPROCALS / 2).subs(d, y * n) - LIMIT * y * n, -log(1 - y) / 4,
        "what is left beside d times the limit: half a logarithm from Stirling, and the sum of 1/k", limit(n, oo),
    ),
    Step(
        -marchenko_pastur.fluctuation(log, y) / 2, -log(1 - y) / 4,
        "again as for the spectrum: edges against the arcsine law", citation="Bai, Silverstein (2004)",
    ),
)  # fmt: skip

divergence_limit = ClosedForm(
    name="gaussian_covariance.divergence_limit",
    statement="KL(N(0, D)|N(0, C)) per dimension as n and d grow at y = d/n, of any covariance C",
    source="BM23 SI 1.3, derived here",
    formula=Explicit(LIMIT),
    parameters=(y,),
    domain=RATIO_DOMAIN,
    derivation=Derivation((*FORWARD_STEPS, *EXACT_LIMIT_STEPS), STEPS),
    finite_size=ClosedForm(
        name="gaussian_covariance.divergence_limit_next_order",
        statement="1/d term of the divergence per dimension",
        source="derived here",
        formula=Explicit(NEXT),
        parameters=(y, d),
        size=d,
        domain=RATIO_DOMAIN,
    ),
)
