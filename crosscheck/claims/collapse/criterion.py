"""Claims about the excess entropy: the collapse time, the one curve of all dimensions, its height where f vanishes."""

from sympy import Integer, exp, log, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.collapse import criterion as simulated
from theory.notation import alpha_log, contrast, d, n, sigma, t
from theory.random_energy import width
from theory.systems.collapse import criterion as derived

AT_COLLAPSE = {t: log(1 + sigma**2 / (exp(2 * alpha_log) - 1)) / 2}
LEVELS = (64, 256, 1024, 4096, 16384)

# What f^e sqrt(d/w) lacks of its limit falls in powers of 1/sqrt(w d), and w is 2 alpha_log where that is small.  The
# zero of f moves by f' times as much again in 1/sqrt(d), so that the first power vanishes.
collapse_time = Claim(
    theory=derived.collapse_time,
    numeric=simulated.collapse_time,
    kind=Kind.ASYMPTOTIC,
    correction=1 / (d * alpha_log),
    ladder=(64, 128, 256, 512, 1024),
    path={n: exp(alpha_log * d)},
    parameters=(
        ReferencePoint(
            {"sigma": "0.62", "alpha_log": "0.47"},
            "73 of 74 mutants differ by 3.0 % or more, least of them argument doubled at n in x (3.1 %)",
        ),
    ),
    rivals=(
        Rival("criterion (4)", log(sigma**2) / 2, "Lambda exp(-2t) = 1 of one Gaussian, as printed after (10)"),
        Rival("second moment", derived.second_moment_time, "where the relative variance of the sum becomes finite"),
    ),
)

excess_entropy = Claim(
    theory=derived.excess_entropy,
    numeric=simulated.excess_entropy_law,
    kind=Kind.ASYMPTOTIC,
    correction=derived.SHORTFALL,
    ladder=(8, 16, 24, 32, 48, 64),
    parameters=(
        ReferencePoint(
            {"t": "1.06", "sigma": "1.51", "alpha_log": "0.57"},
            "72 of 73 mutants differ by 3.0 % or more, least of them dropped term at -1 in contrast (3.3 %)",
        ),
        ReferencePoint(
            {"t": "1.95", "sigma": "1.86", "alpha_log": "0.38"},
            "1 more of 73 mutants differ by 3.0 % or more, least of them root added at t in contrast (19 %)",
        ),
    ),
    rivals=(
        Rival("n data as 1/n lost", derived.excess_entropy.published[1].formula, "the normalisation before (9)"),
        Rival("variance sigma", alpha_log - log(1 + contrast / sigma) / 2, "sigma for sigma^2"),
    ),
    routes=(
        Route(source=simulated.excess_entropy_data, ladder=(6, 8, 10, 12), tier="standard"),
        Route(source=simulated.excess_entropy_energies, ladder=(6, 8, 10, 12), tier="standard"),
    ),
)

critical_excess_entropy = Claim(
    theory=derived.critical_excess_entropy,
    numeric=simulated.critical_excess_entropy,
    kind=Kind.ASYMPTOTIC,
    correction=1 / sqrt(width.subs(contrast, derived.AT_COLLAPSE) * d),
    ladder=LEVELS,
    path=AT_COLLAPSE,
    parameters=(
        ReferencePoint(
            {"sigma": "1.03", "alpha_log": "0.36"},
            "all 41 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 (2) (11 %)",
        ),
    ),
    rivals=(
        Rival("none", Integer(0), "corrections to criterion (5) exponentially small in d, as printed"),
        Rival(
            "all scatter", sqrt(derived.AT_COLLAPSE) * derived.CRITICAL / sqrt(1 - exp(-2 * alpha_log)), "w = contrast"
        ),
    ),
)

excess_entropy_scaling = Claim(
    theory=derived.excess_entropy_scaling,
    numeric=simulated.excess_entropy_scaling,
    kind=Kind.ASYMPTOTIC,
    correction=1 / sqrt(width.subs(contrast, derived.AT_COLLAPSE) * d),
    ladder=LEVELS,
    parameters=(
        ReferencePoint(
            {"u": "-1.49", "sigma": "1.08", "alpha_log": "0.39"},
            "all 81 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 (4) (48 %)",
        ),
    ),
    rivals=(
        Rival("f itself", derived.u, "f^e = f at every time, as printed for t >= t_C"),
        Rival("the larger", derived.u * derived.UPPER, "f where it is positive, without the scatter of X"),
    ),
)
