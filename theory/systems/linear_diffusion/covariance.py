"""How far the covariance S of n data is from that of their law, in squares of its entries: the participation ratio.

    E |S - Sigma|^2/|Sigma|^2 = (PR + 1)/n,    PR = (sum of l)^2/(sum of l^2),

for Gaussian data whose mean is known; with the mean subtracted (PR + 1)/(n - 1) if the sum is divided by n - 1, and
((n - 1) (PR + 1) + 1)/n^2 if by n.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Integral, Sum, exp, oo, pi, sqrt

from theory import wishart
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.deterministic_equivalents import SPECTRUM
from theory.domain import Domain, positive, whole
from theory.entries import entry
from theory.formula import Explicit
from theory.notation import d, i, j, modes, n, spectrum
from theory.published import Published

DOMAIN = Domain((whole(n, 2, default=7, explored=(3, 40)), SPECTRUM))
_Z = Dummy("z", real=True)
_ONE, _TWO = (Dummy(name, positive=True) for name in ("l_1", "l_2"))
STEPS = Domain((
    *DOMAIN.ranges,
    whole(d, 1, default=5, explored=(2, 9)),
    *(positive(symbol, default="1.2", explored=("0.3", "2")) for symbol in (_ONE, _TWO)),
))  # fmt: skip


def total(power: int) -> Expr:
    """The sum of l^power."""
    return Sum(entry(spectrum, j) ** power, (j, 1, modes))


PARTICIPATION = total(1) ** 2 / total(2)
KNOWN_MEAN = (PARTICIPATION + 1) / n
SUBTRACTED = (PARTICIPATION + 1) / (n - 1)
SUBTRACTED_OVER_N = ((n - 1) * (PARTICIPATION + 1) + 1) / n**2
_NORMAL = exp(-(_Z**2) / 2) / sqrt(2 * pi)
_PAIR = Sum(Sum(entry(spectrum, i) * entry(spectrum, j), (i, 1, modes)), (j, 1, modes))

frobenius_ratio = ClosedForm(
    name="linear_diffusion.frobenius_ratio",
    statement="mean squared distance of the covariance of n data, of known mean, from that of their law, over the "
    "square of the latter: (PR + 1)/n, PR the participation ratio of the spectrum",
    source="MG25 d_eff, corrected",
    formula=Explicit(KNOWN_MEAN),
    parameters=(n, spectrum),
    domain=DOMAIN,
    derivation=Derivation((
        Step(Integral(_NORMAL * _Z**4, (_Z, -oo, oo)), Integer(3), "the fourth moment of a normal variable"),
        Step(
            _ONE**2 * (3 - 1) / n + _TWO**2 * (3 - 1) / n + 2 * _ONE * _TWO / n,
            ((_ONE + _TWO) ** 2 + _ONE**2 + _TWO**2) / n,
            "along the axes of Sigma entries of S scatter by l_i l_j/n, those on the diagonal by twice as much",
        ),
        Step(_PAIR, total(1) ** 2, "over all pairs of directions: (sum of l)^2"),
        Step((total(1) ** 2 + total(2)) / n / total(2), KNOWN_MEAN, "over |Sigma|^2 = sum of l^2"),
        Step(
            wishart.trace_of_square() / n**2 - 2 * wishart.trace() / n + d, d * (d + 1) / n,
            "isotropic data, PR = d: as the moments of Wishart matrices have it",
        ),
        Step(
            (n - 1) ** 2 / n**2 * SUBTRACTED + 1 / n**2, SUBTRACTED_OVER_N,
            "mean subtracted, divided by n: (n - 1)/n times a covariance of n - 1 data, which is off by Sigma/n",
        ),
    ), STEPS),
    published=(
        Published(
            "MG25", "d_eff", PARTICIPATION / n**2,
            r"\frac{\|\Sigma - \Sigma_0\|_F^2}{\|\Sigma\|_F^2} \to \frac{d_\text{effective}}{N}, \quad "
            r"d_\text{eff} = \frac{\left(\sum_\nu \lambda_\nu\right)^2}{N \sum_\nu \lambda_\nu^2}",
            note="called the participation ratio, which has no 1/N: 1/n comes twice, and 1/n of |Sigma|^2 is missing",
        ),
    ),
)  # fmt: skip
