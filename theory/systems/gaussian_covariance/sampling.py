"""The covariance of n Gaussian data: how far it is from that of their law in its entries, and in its eigenvectors.

It misses that of their law by the square root of 1/n in every entry.  The eigenvectors mix as soon as these entries
reach the spacing of the eigenvalues, 1/d: at n of the order d^2.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Integral, Rational, Sum, exp, oo, pi, polygamma, sqrt

from theory import wishart
from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, positive, real, whole
from theory.entries import entry
from theory.formula import Explicit
from theory.notation import c, d, i, j, k, modes, n, spectrum, y, z
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
