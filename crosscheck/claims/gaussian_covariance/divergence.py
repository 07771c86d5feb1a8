"""Claims about the divergences between the Gaussian of n data and that of their law."""

from sympy import log

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_covariance import divergence as simulated
from theory.notation import d, n, y
from theory.systems.gaussian_covariance import divergence as derived

divergence_forward = Claim(
    theory=derived.divergence_forward,
    numeric=simulated.divergence_forward,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 8, 16),
    parameters=(
        ReferencePoint(
            {"n": "20"},
            "all 87 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 (2) (14 %)",
        ),
    ),
    rivals=(
        Rival("second order", d * (d + 1) / (4 * n), "D - C taken as small: right for n above d^2 alone"),
        Rival("extensive part", d * derived.LIMIT.subs(y, d / n), "d times the limit, without the term of order one"),
        Rival("mean subtracted", derived.FORWARD.subs(n, n - 1), "n - 1 degrees of freedom, where the mean is known"),
    ),
    routes=(Route(source=simulated.divergence_forward_of_data, tier="standard"),),
)

divergence_reverse = Claim(
    theory=derived.divergence_reverse,
    numeric=simulated.divergence_reverse,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 8, 16),
    parameters=(
        ReferencePoint(
            {"n": "80"},
            "all 134 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 (3) (12 %)",
        ),
    ),
    rivals=(
        Rival("second order", d * (d + 1) / (4 * n), "D - C taken as small: right for n above d^2 alone"),
        Rival("roles not exchanged", derived.FORWARD, "KL(N(0, D)|N(0, C))"),
        Rival(
            "trace without its fluctuations",
            (n * d / (n - d) - d + derived.DIGAMMAS) / 2,
            "n/(n - d) for n/(n - d - 1)",
        ),
    ),
    routes=(Route(source=simulated.divergence_reverse_of_data, tier="standard"),),
)

# The term of order one over the limit: 1/d for small y, where d (d + 1)/(4 n) is exact to that order; what follows is
# 1/(d^2 (1 - y)) at most, from the sum over 1/k^2 of the digammas, k > n - d.
NEXT_ORDER = -log(1 - y) / (4 * d * derived.LIMIT)

divergence_limit = Claim(
    theory=derived.divergence_limit,
    numeric=simulated.divergence_per_dimension,
    kind=Kind.ASYMPTOTIC,
    correction=NEXT_ORDER,
    ladder=(48, 96, 240),
    parameters=(
        ReferencePoint(
            {"y": "0.48"},
            "all 54 mutants differ by 3.0 % or more, least of them factor 1/2 at 1/2 + (1 - y)*log(1 - y)/(2*y) (50 %)",
        ),
    ),
    path={n: d / y},
    rivals=(
        Rival("second order", y / 4, "d/(4 n): D - C taken as small"),
        Rival("roles exchanged", y / (2 * (1 - y)) - derived.LIMIT, "KL(N(0, C)|N(0, D))/d"),
        Rival("without one half", 2 * derived.LIMIT, "the factor 1/2 lost"),
    ),
    routes=(
        Route(source=derived.divergence_per_dimension, ladder=(48, 96, 192, 384, 768), rounding=1e-9),
        Route(source=simulated.divergence_per_dimension_of_data, ladder=(36, 72, 144), tier="standard"),
    ),
)
