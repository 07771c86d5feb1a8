"""The claim about the late density of two atoms: its polynomial of second order, exact at every time.

As an asymptotic law in t it would be blind: at a fixed x the covariance differs from what is printed by exp(-4t), just
as much as the fourth order that is left out.  So both are expanded in x exp(-t), the coefficients kept whole.
"""

from sympy import exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.kernel_density import late as simulated
from theory.notation import a, t, x
from theory.systems.kernel_density import late as derived

_ARM = x * exp(-t)

late_log_density = Claim(
    theory=derived.late_log_density,
    numeric=simulated.late_log_density,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(0.5, 0.8, 1.3),
    parameters=(
        ReferencePoint(
            {"a": "1.46", "x": "-1.99"},
            "all 211 mutants differ by 3.0 % or more, least of them root added at 1/(2 - 2*exp(-2*t)) (14 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.PRINTED, "H24 (2.12): no 1/delta_t at the covariance, and no constant"),
        Rival("no constant", derived.LATE - derived.CONSTANT, "without the logarithm of the norm"),
        Rival("covariance as printed", derived.PRINTED + derived.CONSTANT, "without 1/delta_t at the covariance"),
        Rival("noise alone", derived.LATE - (_ARM * a / derived.NOISE) ** 2 / 2, "without the covariance"),
    ),
    routes=(Route(source=simulated.late_log_density_from_characteristic_function, rounding=1e-11),),
)
