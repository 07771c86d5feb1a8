"""Claims about the distances between the Gaussian of n data and that of their law."""

from sympy import Max, erf, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_covariance import distances as simulated
from theory.notation import d, n, ratio, y
from theory.systems.gaussian_covariance import distances as derived

# The term of order one over the limit is 1/d as y vanishes, where both are d^2/(4 n), and falls to 1/(8 sqrt(y)) of it.
wasserstein_limit = Claim(
    theory=derived.wasserstein_limit,
    numeric=simulated.wasserstein,
    kind=Kind.ASYMPTOTIC,
    correction=1 / (d * Max(1, y**2)),
    ladder=(36, 72, 144),
    parameters=(
        ReferencePoint(
            {"y": "1.2"},
            "115 of 120 mutants differ by 3.0 % or more"
            ", least of them root added at Min(1/y, y) in the integrand (6.6 %)",
        ),
        ReferencePoint(
            {"y": "0.36"},
            "5 more of 120 mutants differ by 3.0 % or more, least of them exponent + 1 at y in the integrand (65 %)",
        ),
    ),
    path={n: d / y},
    rivals=(
        Rival("as printed", derived.wasserstein_limit.published[0].formula, "the exponent 2 for 1/2"),
        Rival("many data", y / 4, "d^2/(4 n), which needs n above d"),
        Rival("not squared", sqrt(derived.WASSERSTEIN), "W_2 for W_2^2"),
    ),
    routes=(Route(source=simulated.wasserstein_of_data, ladder=(36, 72, 144), tier="standard"),),
)

# The mean of the sum of squares is 1 + 1/d of its limit; cubes and the scatter of the squares add (d/n) to that.
total_variation = Claim(
    theory=derived.total_variation,
    numeric=simulated.total_variation,
    kind=Kind.ASYMPTOTIC,
    correction=(1 + 1 / ratio) / (2 * d),
    ladder=(20, 40, 80),
    parameters=(
        ReferencePoint(
            {"ratio": "3.71"},
            "23 of 24 mutants differ by 3.0 % or more"
            ", least of them related function at erf(1/(4*sqrt(ratio))) (2) (11 %)",
        ),
    ),
    path={n: ratio * d**2},
    rivals=(
        Rival("as printed", derived.total_variation.published[0].formula, "the bound as printed, at its value"),
        Rival("no square root", erf(1 / (4 * ratio)), "a distance that falls as fast as the sum of squares"),
        Rival("small", derived.VARIATION.subs(ratio, 2 * ratio), "KL half as large"),
    ),
    routes=(
        Route(source=simulated.total_variation_of_points, ladder=(80, 160), tier="standard"),
        Route(source=simulated.total_variation_of_data, tier="deep"),
    ),
)
