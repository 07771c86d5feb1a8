"""Distances between the Gaussian of n data and that of their law: Wasserstein where n grows with d, variation with d^2.

The first is per dimension and at C = 1, the second for any covariance C.  BM23 SI 1.3 prints the exponent 2 for 1/2 in
the first, and bounds the second by a sum of squares that lacks its root.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Integral, Max, Min, cos, erf, exp, factorial, log, oo, pi, sin, sqrt

from theory import marchenko_pastur, wishart
from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, whole
from theory.formula import Explicit, Quadrature
from theory.notation import angle, c, d, n, ratio, y, z
from theory.published import Published

RATIO_DOMAIN = Domain((
    positive(y, default="0.4", explored=("0.35", "3")),
    whole(d, 1, default=48, explored=(16, 256)),
))  # fmt: skip
SQUARE_DOMAIN = Domain((
    positive(ratio, default="5", explored=("1", "60")),
    whole(d, 1, default=20, explored=(10, 80)),
))  # fmt: skip
STEPS = Domain((
    *wishart.STEPS.ranges,
    positive(c, default="1.2", explored=("0.4", "2.5")),
    positive(y, default="0.4", explored=("0.2", "3")),
    positive(ratio, default="5", explored=("1", "30")),
), (n > d + 4,))  # fmt: skip
_at, _power = Dummy("x", real=True), Dummy("power", real=True)


def _normal(variance: Expr | int, mean: Expr | int = 0) -> Expr:
    return exp(-((_at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


REVERSE_LIMIT = (y / (1 - y) - 1 - (1 - y) * log(1 - y) / y) / 2
MEAN_ROOT = marchenko_pastur.spectral_mean(sqrt, y)
WASSERSTEIN = 2 - 2 * MEAN_ROOT
ROOTS_ON_THE_CIRCLE = Integral(sqrt(marchenko_pastur.eigenvalue(y)), (angle, 0, pi)) / pi
WASSERSTEIN_NEXT = (ROOTS_ON_THE_CIRCLE - Max(1, sqrt(y))) / d
MEAN_SQUARE = wishart.trace_of_square() / (n**2 * d)
EULER = 4 / pi * cos(angle) ** 2 * sqrt(1 - Min(y, 1 / y) * sin(angle) ** 2)
ROOT = Min(1, 1 / sqrt(y)) * EULER  # its integral over the angle from 0 to pi/2 is the mean root

wasserstein_limit = ClosedForm(
    name="gaussian_covariance.wasserstein_limit",
    statement="squared 2-Wasserstein distance of N(0, D) and N(0, 1) per dimension as n and d grow at y = d/n, D the "
    "covariance of n data of N(0, 1)",
    source="BM23 SI 1.3, corrected",
    formula=Quadrature(4 / pi - 2 * ROOT, angle, Integer(0), pi / 2),
    parameters=(y,),
    domain=RATIO_DOMAIN,
    derivation=Derivation((
        Step(
            Integral(_normal(1) * (sqrt(z) * _at - sqrt(c) * _at) ** 2, (_at, -oo, oo)), z + c - 2 * sqrt(z * c),
            "along a common eigenvector the map between normals of variance z and c is linear: W_2^2 is "
            "tr(D + C - 2 (C^(1/2) D C^(1/2))^(1/2))",
        ),
        Step(wishart.trace() / n, d, "the mean eigenvalue of D is 1"),
        Step(
            MEAN_ROOT, Integral(ROOT, (angle, 0, pi / 2)),
            "the mean root, over the law of Marchenko and Pastur, is 2F1(-1/2, 1/2; 2; y), by Euler's integral, below "
            "y = 1; above, that of 1/y over sqrt(y)",
        ),
        Step(
            WASSERSTEIN, Integral(4 / pi - 2 * ROOT, (angle, 0, pi / 2)), "twice that is taken from 2",
        ),
        Step(WASSERSTEIN, y / 4 + y**2 / 32, "many data: W_2^2 = d^2/(4 n)", series(y, Integer(0), 2)),
        Step(
            -2 * marchenko_pastur.fluctuation(sqrt, y), WASSERSTEIN_NEXT * d,
            "the term of order one: edges of the spectrum against its arcsine law", citation="Bai, Silverstein (2004)",
        ),
        Step(
            (2 - 2 * MEAN_SQUARE).subs(d, y * n), 2 - 2 * (1 + y),
            "the exponent 2, as printed, takes the mean square for the mean root", limit(n, oo),
        ),
    ), STEPS),
    published=(Published(
        "BM23", "SI 1.3 (W_2)", 2 - 2 * (1 + y),
        r"W_2 = \frac{1}{N} \mathrm{Tr}[D + C - 2 (C^{1/2} D C^{1/2})^2]",
        note="at C = 1; the exponent 2 for 1/2 makes the distance negative, and W_2 stands for W_2^2",
    ),),
    finite_size=ClosedForm(
        name="gaussian_covariance.wasserstein_limit_next_order",
        statement="1/d term of the squared Wasserstein distance per dimension",
        source="derived here",
        formula=Explicit(WASSERSTEIN_NEXT),
        parameters=(y, d),
        size=d,
        domain=RATIO_DOMAIN,
    ),
)  # fmt: skip

# Total variation.  The log odds of a point are a sum over eigenvalues 1 + z of D C^-1, each a chi^2 number times a
# weight; at n = ratio d^2 each z is small and their number large: a normal law, whose variance is twice its mean.
ODDS_MEAN = (1 / (1 + z) - 1 + log(1 + z)) / 2
ODDS_VARIANCE = (1 / (1 + z) - 1) ** 2 / 2
SQUARES = wishart.trace_of_square() / n**2 - 2 * wishart.trace() / n + d
VARIATION = erf(1 / (4 * sqrt(ratio)))

# Beyond the normal law: cumulants of the odds to the order 1/d, over points and data.  From the weights 1/(1 + z) - 1
# = -z + z^2 - ... of chi^2 numbers, and E sum z^2 = (1 + 1/d)/ratio, sum z^3 = 1/(ratio^2 d), sum z^4 = 2/(ratio^2 d).
CUBES, FOURTH_POWERS = 1 / (ratio**2 * d), 2 / (ratio**2 * d)
EXTRA = {
    1: (1 + 5 / (3 * ratio)) / (4 * ratio * d),
    2: (1 / (ratio * d) - 2 * CUBES + 3 * FOURTH_POWERS) / 2,
    3: -CUBES + 3 * FOURTH_POWERS,
    4: 3 * FOURTH_POWERS,
}
AT_ZERO = sqrt(ratio / pi) * exp(-1 / (16 * ratio))
VARIATION_NEXT = AT_ZERO * (3 / (16 * ratio**2) - 1 / (4 * ratio)) / d
_odds = {c: 1 / (2 * ratio)}


def _response(cumulants: dict[int, Expr]) -> Expr:
    """What small cumulants change: (-1)^order/order! times the density's derivative of that order, for each."""
    change: Expr = Integer(0)
    for order, cumulant in cumulants.items():
        change += cumulant * (-1) ** order * _normal(c, c / 2).diff(_at, order) / factorial(order)
    return Integral(change * (1 - exp(-_at)), (_at, 0, oo))


def _centred(power: int) -> Expr:
    """Mean of (x - 1)^power over the eigenvalues x of D, with those that vanish where y > 1."""
    return marchenko_pastur.spectral_mean(lambda at: (at - 1) ** power, y) + Max(0, 1 - 1 / y) * (-1) ** power


total_variation = ClosedForm(
    name="gaussian_covariance.total_variation",
    statement="total variation distance of N(0, D) and N(0, C) as d grows at n = ratio d^2 data, of any covariance C",
    source="BM23 SI 1.3, corrected",
    formula=Explicit(VARIATION),
    parameters=(ratio,),
    domain=SQUARE_DOMAIN,
    derivation=Derivation((
        Step(
            Integral(_normal(1) * (log(1 + z) - _at**2 + _at**2 / (1 + z)) / 2, (_at, -oo, oo)), ODDS_MEAN,
            "mean of the log odds along an eigenvector of D C^-1 whose eigenvalue is 1 + z, under N(0, C)",
        ),
        Step(
            Integral(_normal(1) * ((_at**2 - 1) * (1 / (1 + z) - 1) / 2) ** 2, (_at, -oo, oo)), ODDS_VARIANCE,
            "and their variance",
        ),
        Step(ODDS_MEAN, z**2 / 4, "of small z", series(z, Integer(0), 2)),
        Step(ODDS_VARIANCE, z**2 / 2, "twice the mean", series(z, Integer(0), 2)),
        *wishart.TRACE_STEPS,
        Step(SQUARES, d * (d + 1) / n, "the mean of the sum of z^2: |C^(-1/2) D C^(-1/2) - 1|^2, whatever C"),
        Step(SQUARES.subs(n, ratio * d**2), 1 / ratio, "at n = ratio d^2", limit(d, oo)),
        Step(
            Integral(_normal(c, c / 2) * (1 - exp(-_at)), (_at, 0, oo)), erf(sqrt(c / 8)),
            "mean of 1 - exp(-odds) where they are positive, of normal odds of mean c/2 and variance c: what one law "
            "has beyond the other",
        ),
        Step(erf(sqrt(c / 8)), VARIATION, "their variance is 1/(2 ratio)", where=_odds),
        Step(_centred(3), y**2, "the mean cube of z"),
        Step(_centred(4), 2 * y**2 + y**3, "and the mean fourth power"),
        Step(
            (REVERSE_LIMIT * d + (1 / (ratio * d)) / 4).subs(y, 1 / (ratio * d)) - 1 / (4 * ratio), EXTRA[1],
            "the mean of the odds is KL(N(0, C)|N(0, D)), beside 1/(4 ratio) of order 1/d", series(d, oo, 1),
        ),
        Step(
            -EXTRA[1] + EXTRA[2] / 2 - EXTRA[3] / 6 + EXTRA[4] / 24, Integer(0),
            "the cumulants agree with a mean of exp(-odds) equal to 1",
        ),
        Step(
            _response(EXTRA), VARIATION_NEXT,
            "what they add to the distance, to the order 1/d", where=_odds,
        ),
    ), STEPS),
    published=(Published(
        "BM23", "SI 1.3 (d_TV)", 3 * Min(1, 1 / ratio) / 2,
        r"\frac{1}{100} \min\{1, \sum_i \lambda_i^2\} \le d_{TV} \le \frac{3}{2} \min\{1, \sum_i \lambda_i^2\}",
        note="the upper bound, the sum at its mean: it lies below the distance itself from ratio 28 on, "
        "for the sum lacks its square root",
    ),),
    finite_size=ClosedForm(
        name="gaussian_covariance.total_variation_next_order",
        statement="1/d term of the total variation distance",
        source="derived here",
        formula=Explicit(VARIATION_NEXT),
        parameters=(ratio, d),
        size=d,
        domain=SQUARE_DOMAIN,
    ),
)  # fmt: skip
