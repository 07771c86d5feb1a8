"""What n data of a Gaussian tell of its covariance, and what a diffusion model that learns from them generates.

The covariance of n data misses that of their law by the square root of 1/n in every entry; the one that is generated
by a linear score, regressed at every time on one path per datum, misses it by twice as much in the square.  The
eigenvectors mix as soon as these entries reach the spacing of the eigenvalues, 1/d: at n of the order d^2.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Integral, Rational, Sum, acos, cos, exp, oo, pi, polygamma, sin, sqrt, tan

from theory import wishart
from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, positive, real, whole
from theory.entries import entry
from theory.formula import Explicit
from theory.notation import angle, c, d, i, j, k, modes, n, ratio, spectrum, t, y, z
from theory.tables import Field, Tabular

SPECTRUM = Tabular(
    spectrum, (Field(spectrum, (modes,), low=Integer(0)),),
    {
        "two-level": [Rational(23, 10)] * 5 + [Rational(2, 5)] * 7,
        "uniform": [1 + Rational(2 * place - 1, 24) for place in range(1, 13)],
        "power-law": [Rational(2, place) for place in range(1, 13)],
    },
)  # fmt: skip
SPECTRUM_DOMAIN = Domain((whole(n, 1, default=7, explored=(3, 40)), SPECTRUM))
MIXING_DOMAIN = Domain((
    above(k, 10_000, default=50_000, explored=(20_000, 200_000)),
    whole(d, 3, default=49, explored=(9, 193)),
))  # fmt: skip
_x, _l1, _e = (Dummy(name, real=True) for name in ("x", "C_12", "epsilon"))
_half = Dummy("M", positive=True)
STEPS = Domain((
    *(item for item in wishart.STEPS.ranges if item.symbol != z),
    whole(_half, 1, default=4, explored=(1, 9)),
    positive(c, default="1.2", explored=("0.4", "2.5")),
    positive(z, default="0.7", explored=("0.3", "2")),
    positive(y, default="0.7", explored=("0.3", "2")),
    positive(k, default="30", explored=("10", "100")),
    real(_l1, default="0.4", explored=("-0.5", "0.5")),
    real(_e, default="0.1", explored=("0.05", "0.2")),
), (n > d + 4,))  # fmt: skip
_NORMAL = exp(-(_x**2) / 2) / sqrt(2 * pi)


def total(power: int) -> Expr:
    """tr C^power."""
    return Sum(entry(spectrum, j) ** power, (j, 1, modes))


FROBENIUS = (total(1) ** 2 + total(2)) / n

frobenius_error = ClosedForm(
    name="gaussian_covariance.frobenius_error",
    statement="mean of |D - C|^2, summed over all entries, D the covariance of n data of mean 0 and covariance C",
    source="BM23 (11), (12)",
    formula=Explicit(FROBENIUS),
    parameters=(n, spectrum),
    domain=SPECTRUM_DOMAIN,
    derivation=Derivation((
        Step(Integral(_NORMAL * _x**4, (_x, -oo, oo)), Integer(3), "the fourth moment of a normal variable"),
        Step(
            c * (3 * _l1**2 / c + (z - _l1**2 / c)) - _l1**2, c * z + _l1**2,
            "of two components with variances c, z and covariance C_12 the second is C_12/c times the first and a "
            "rest: their product has the variance C_11 C_22 + C_12^2",
        ),
        Step(
            (Sum(Sum(entry(spectrum, i) * entry(spectrum, j), (i, 1, modes)), (j, 1, modes)) + total(2)) / n, FROBENIUS,
            "over n, summed over all entries along the axes of C: ((tr C)^2 + tr C^2)/n",
        ),
        Step(
            wishart.trace_of_square() / n**2 - 2 * wishart.trace() / n + d, d * (d + 1) / n,
            "for C = 1 as the moments of Wishart matrices have it",
        ),
    ), Domain((*STEPS.ranges, SPECTRUM), STEPS.relations)),
)  # fmt: skip

# Eigenvectors.  Eigenvalues of C are 3/2 + m/d, m = -M .. M, M = (d - 1)/2: uniform on [1, 2], density 1.  The one in
# the middle mixes with another by an entry of D whose variance is c_i c_j/n.
MIDDLE = Rational(3, 2)
PERTURBED = (1 - 1 / sqrt(1 + 4 * _e**2 / (c - z) ** 2)) / 2
MIXED = 2 * MIDDLE**2 * d**2 / n  # times the sum of 1/m^2
OF_SIZE = (MIXED * (pi**2 / 6 - polygamma(1, (d + 1) / 2))).subs(n, k * d**2)
MIXING = pi**2 * MIDDLE**2 / (3 * k)
MIXING_NEXT = -4 * MIDDLE**2 / (k * d)

eigenvector_mixing = ClosedForm(
    name="gaussian_covariance.eigenvector_mixing",
    statement="1 - <v|u>^2 of the eigenvectors v of D and u of C at the eigenvalue c = 3/2 in the middle of a uniform "
    "spectrum on [1, 2], as d grows at n = k d^2 data, to first order in 1/k: pi^2 c^2 d^2/(3 n)",
    source="BM23, text after (12)",
    formula=Explicit(MIXING),
    parameters=(k,),
    domain=MIXING_DOMAIN,
    derivation=Derivation((
        Step(PERTURBED, _e**2 / (c - z) ** 2, "two directions, coupled by epsilon", series(_e, Integer(0), 2)),
        *frobenius_error.derivation.steps[:2],
        Step(
            Sum(MIDDLE * ((MIDDLE + j / d) + (MIDDLE - j / d)) / (n * (j / d) ** 2), (j, 1, _half)),
            MIXED * Sum(1 / j**2, (j, 1, _half)),
            "epsilon^2 is c_i c_j/n on average: the sum over all other directions, those at +m and -m together",
        ),
        Step(Sum(1 / j**2, (j, 1, _half)), pi**2 / 6 - polygamma(1, _half + 1), "near neighbours count: 1/m^2"),
        Step(OF_SIZE, MIXING + MIXING_NEXT, "at n = k d^2: pi^2 c^2/(3 k), less what lies beyond the edges of the "
             "spectrum", series(d, oo, 1)),
    ), STEPS),
    finite_size=ClosedForm(
        name="gaussian_covariance.eigenvector_mixing_next_order",
        statement="1/d term of the mixing of the middle eigenvector",
        source="derived here",
        formula=Explicit(MIXING_NEXT),
        parameters=(k, d),
        size=d,
        domain=MIXING_DOMAIN,
    ),
)  # fmt: skip

# Generation, C = 1 and T = 1, in the angle with cos = exp(-t), sin = sqrt(Delta).  One path per datum gives <a a^T> =
# 1 + H, K_t = <a z_t^T>, <z_t z_t^T> = 1 + N_t; the regressed W_t is 1 + X_t/tan, and backwards the covariance ends as
# the integral of 2 sin cos Psi Psi^T over the angle, where Psi' = -2 Psi X.
GENERATION_DOMAIN = Domain((
    positive(ratio, default=100, explored=("60", "200")),
    whole(d, 1, default=4, explored=(2, 16)),
))  # fmt: skip
_h, _k, _n = (Dummy(name, real=True) for name in ("H", "K", "N"))
_early = Dummy("phi", positive=True)
PATH = (1 + _e * _h) * cos(angle) ** 2 + 2 * _e * _k * sin(angle) * cos(angle) + (1 + _e * _n) * sin(angle) ** 2
MEMORY = (1 + _e * _h) * cos(angle) + _e * _k * sin(angle)  # <a x>
RATE = (cos(angle) - MEMORY / PATH) / sin(angle)
RESPONSE = -(_h * sin(angle) * cos(angle) + _k * (1 - 2 * cos(angle) ** 2) - _n * sin(angle) * cos(angle))
_DATA = cos(angle) ** 2 * 2 * sin(angle) * cos(angle)
_BOTH = cos(angle) ** 2 * (1 - 2 * cos(angle) ** 2)
_inner = {name: f.subs(angle, _early) for name, f in (("data", _DATA), ("both", _BOTH))}
GENERATION_STEPS = Domain((
    positive(angle, default="0.9", explored=("0.2", "1.4")),
    positive(_early, default="0.5", explored=("0.1", "1.4")),
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (_h, _k, _n)),
    real(_e, default="0.1", explored=("0.05", "0.2")),
    positive(t, default="0.5", explored=("0.1", "1.5")),
    above(y, 0, default="0.3", explored=("0.1", "0.9")),
    *(item for item in wishart.STEPS.ranges if item.symbol in (n, d)),
))  # fmt: skip

generated_covariance_error = ClosedForm(
    name="gaussian_covariance.generated_covariance_error",
    statement="n E |Sigma - C|^2/(d (d + 1)) as d grows at n = ratio d^2, Sigma the covariance generated by a linear "
    "score that is regressed at every time on one noised path of each of n data; C = 1, T = 1",
    source="BM23 SI 1.2, derived here",
    formula=Explicit(Integer(2)),
    parameters=(ratio,),
    domain=GENERATION_DOMAIN,
    derivation=Derivation((
        Step(
            exp(-t) * sqrt((1 - y) / (1 - y * exp(-2 * t))), tan(_early) / tan(angle),
            "noise of one path at two times, e^(-2 time) = y at the first and t between: correlated as tan over tan",
            where={_early: Explicit(acos(sqrt(y))), angle: Explicit(acos(sqrt(y) * exp(-t)))},
        ),
        Step(
            RATE, _e * RESPONSE, "the regressed score, to first order in the statistics of the data",
            series(_e, Integer(0), 1),
        ),
        Step(
            Integral(2 * sin(angle) * cos(angle), (angle, _early, pi / 2)), cos(_early) ** 2,
            "an error of the score at an angle counts by cos^2 of it in what is generated",
        ),
        Step(
            (2 * Integral(_DATA, (angle, 0, pi / 2))) ** 2, Integer(1),
            "the data alone: H with the weight one, as if D were generated",
        ),
        Step(
            Integral(_inner["both"] * tan(_early), (_early, 0, angle)), -cos(angle) ** 2 * sin(angle) ** 2 / 2,
            "noise beside data, K + K^T, over all earlier times",
        ),
        Step(
            8 * 2 * Integral(_BOTH / tan(angle) * -cos(angle) ** 2 * sin(angle) ** 2 / 2, (angle, 0, pi / 2)),
            Rational(2, 3), "and over all later ones",
        ),
        Step(
            Integral(_inner["data"] * tan(_early) ** 2, (_early, 0, angle)), sin(angle) ** 4 / 2,
            "noise beside noise, N, over all earlier times",
        ),
        Step(
            4 * 2 * Integral(_DATA / tan(angle) ** 2 * sin(angle) ** 4 / 2, (angle, 0, pi / 2)), Rational(1, 3),
            "and over all later ones",
        ),
        Step(
            wishart.trace_of_square() / n**2 - 2 * wishart.trace() / n + d, d * (d + 1) / n,
            "|H|^2 and |N|^2 have the mean d (d + 1)/n, |K + K^T|^2 twice that",
        ),
        Step(1 + Rational(2, 3) + Rational(1, 3), Integer(2), "one path per datum doubles the error"),
    ), GENERATION_STEPS),
)  # fmt: skip
