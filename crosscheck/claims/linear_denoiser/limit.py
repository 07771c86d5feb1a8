"""Claims about KL/d, not expanded, at alpha = d/n: over both branches, and beyond n = (1 + a) d alone.

The exact mean at finite n and d, which tests hold against drawn data, shows limit and rate to four digits at once.
Drawn data show the same to 1 % with 1e5 replicas of up to 384 dimensions: log det S scatters, and falls like log(d)/2.
"""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_denoiser import limit as simulated
from theory.formula import Explicit
from theory.free_regression import EXCHANGED, FAR_BELOW
from theory.notation import a, alpha, d, inside, n
from theory.regression import SECOND_ORDER_LIMIT
from theory.systems.linear_denoiser import limit as derived

SIZES = (12, 24, 36, 48)
DRAWN = (96, 192, 384)

# Of order 1/d below alpha = 1/(1 + a), where the determinant is that of a matrix without an edge at 0, and log(d)/d
# beyond: both are the next order itself, in units of the value.
divergence_limit = Claim(
    theory=derived.divergence_limit,
    numeric=simulated.divergence_limit,
    kind=Kind.ASYMPTOTIC,
    correction=derived.NEXT / derived.LIMIT,
    ladder=SIZES,
    path={n: d / alpha},
    parameters=(
        ReferencePoint(
            {"alpha": "0.3", "a": "4.99"},
            "212 of 213 mutants differ by 3.0 % or more, least of them first order at"
            " log((-alpha*inside + 1)/(1 - alpha)) (3.3 %)",
        ),
        ReferencePoint(
            {"alpha": "0.1", "a": "0.26"},
            "1 more of 213 mutants differ by 3.0 % or more, least of them argument doubled at 1 in inside (769 %)",
        ),
    ),
    rivals=(
        Rival("second order", SECOND_ORDER_LIMIT, "(B.10) for (B.4), though without a misprint"),
        Rival("as printed", a**2 / 4, "H24 (B.17) at late times"),
        Rival(
            "branches exchanged",
            Explicit(derived.LIMIT, {inside: Explicit(EXCHANGED)}),
            "the determinant counted below alpha = 1/(1 + a), and not beyond",
        ),
    ),
    routes=(
        Route(source=simulated.divergence_limit_reduced, ladder=(48, 96, 192), tier="standard", only=FAR_BELOW),
        Route(source=simulated.divergence_limit_data, ladder=DRAWN, tier="deep"),
    ),
)

divergence_limit_above = Claim(
    theory=derived.divergence_limit_above,
    numeric=simulated.divergence_limit,
    kind=Kind.ASYMPTOTIC,
    correction=derived.NEXT_BEYOND / derived.BEYOND,
    ladder=SIZES,
    path={n: d / alpha},
    parameters=(
        ReferencePoint(
            {"alpha": "0.3", "a": "4.95"},
            "all 201 mutants differ by 3.0 % or more, least of them first order at"
            " log((1 - 1/(a + 1))/(1 - alpha)) (3.3 %)",
        ),
    ),
    rivals=(
        Rival("second order", SECOND_ORDER_LIMIT, "(B.10) for (B.4), though without a misprint"),
        Rival("as printed", a**2 / 4, "H24 (B.17) at late times"),
        Rival("other branch", derived.WITHIN, "no determinant, as up to alpha = 1/(1 + a)"),
    ),
    routes=(Route(source=simulated.divergence_limit_data, ladder=DRAWN, tier="deep"),),
)
