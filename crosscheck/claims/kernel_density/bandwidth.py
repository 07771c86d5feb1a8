"""Claims about the width of Gaussian kernels: the exact error, the bandwidth of least error, and its two limits."""

from dataclasses import replace

from sympy import exp, log, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.kernel_density import bandwidth as simulated
from theory.notation import alpha_log, d, n, sigma
from theory.systems.kernel_density import bandwidth as derived

mise = Claim(
    theory=derived.mise,
    numeric=simulated.mise_on_a_grid,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 12),
    parameters=(
        ReferencePoint(
            {"d": "2", "sigma": "1.54", "bandwidth": "0.52"},
            "all 191 mutants differ by 3.0 % or more, least of them root added at 2*bandwidth**2 (4.4 %)",
        ),
    ),
    rivals=(
        Rival("asymptotic", derived.AMISE, "one kernel's norm and the bias to first order, for narrow kernels"),
        Rival("all pairs", derived.MISE + derived.OTHERS / (n - 1), "n^2 pairs of two data, not n (n - 1)"),
        Rival("bias alone", derived.MISE - derived.SAME, "without a kernel's own norm"),
    ),
    routes=(
        Route(source=simulated.mise, tier="standard"),
        Route(source=simulated.mise_at_points, tier="standard"),
    ),
)

optimal_bandwidth = Claim(
    theory=derived.optimal_bandwidth,
    numeric=simulated.optimal_bandwidth,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, 23, 64, 256),
    parameters=(
        ReferencePoint(
            {"d": "3", "sigma": "1.8"},
            "151 of 156 mutants differ by 3.0 % or more, least of them dropped term at -1/n in the equation of "
            "spread (3.1 %)",
        ),
        ReferencePoint(
            {"d": "2", "sigma": "0.46"},
            "2 more of 156 mutants differ by 3.0 % or more, least of them exponent - 1 at 1/n in the equation of "
            "spread (2) (4.3 %)",
        ),
    ),
    rivals=(
        Rival("mixing time", sqrt(2 * derived.T_MIXING), "sqrt(2 t_M), as printed in (2.10)"),
        Rival("n^(-1/d)", sigma * n ** (-1 / d), "the second equality of (2.11)"),
        Rival("Silverman", derived.SILVERMAN, "the limit of many data at fixed d"),
        Rival("limit", sigma * sqrt(derived.LIMIT), "without the pairs, whose share is exponentially small in d"),
    ),
)

# Of the balance the limit leaves out the pairs, ((1 + spread/2)/(1 + spread))^(1 + d/2); it moves by that over d.
optimal_bandwidth_limit = Claim(
    theory=derived.optimal_bandwidth_limit,
    numeric=replace(derived.optimal_bandwidth, size=d),
    kind=Kind.ASYMPTOTIC,
    correction=derived.LEFT_OUT,
    ladder=(8, 12, 16, 24, 32, 48),
    path={n: exp(alpha_log * d)},
    parameters=(
        ReferencePoint(
            {"sigma": "1.71", "alpha_log": "0.28"},
            "65 of 66 mutants differ by 3.0 % or more, least of them integer + 1 at 2 (2) (3.1 %)",
        ),
        ReferencePoint(
            {"sigma": "1.81", "alpha_log": "0.15"},
            "1 more of 66 mutants differ by 3.0 % or more, least of them related function at log(n) (4.2 %)",
        ),
    ),
    rivals=(
        Rival("n^(-1/d)", sigma * n ** (-1 / d), "the second equality of (2.11)"),
        Rival("mixing time", sqrt(2 * derived.T_MIXING), "sqrt(2 t_M), as printed in (2.10)"),
        Rival("no 1/2", sigma * exp(-log(n) / (d + 2)), "the overlap with the data's law left as it is"),
    ),
)

# The next term of the bias, and of the pairs, is bandwidth^2 times the first, and bandwidth^2 falls as n^(-2/(d+4)).
silverman_bandwidth = Claim(
    theory=derived.silverman_bandwidth,
    numeric=derived.optimal_bandwidth,
    kind=Kind.ASYMPTOTIC,
    correction=n ** (-2 / (d + 4)),
    ladder=(1e8, 3e8, 1e9, 3e9, 1e10),
    parameters=(
        ReferencePoint(
            {"d": "1", "sigma": "0.46"},
            "55 of 62 mutants differ by 3.0 % or more, least of them factor 1/2 at d (3.7 %)",
        ),
        ReferencePoint(
            {"d": "7", "sigma": "0.62"},
            "7 more of 62 mutants differ by 3.0 % or more, least of them root added at d (6.2 %)",
        ),
    ),
    rivals=(
        Rival("n^(-1/d)", sigma * n ** (-1 / d), "the second equality of (2.11)"),
        Rival("no 4/(d+2)", sigma * n ** (-1 / (d + 4)), "the factor that falls out of the bias"),
    ),
)
