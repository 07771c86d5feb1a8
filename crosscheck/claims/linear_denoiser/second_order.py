"""Claims about KL to second order: exact in n and d, and its limit at alpha = d/n, against H24 (B.17) as printed."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_denoiser import second_order as simulated
from theory.formula import Explicit
from theory.notation import a, alpha, d, n
from theory.systems.linear_denoiser import second_order as derived

divergence_variance = Claim(
    theory=derived.divergence_variance,
    numeric=simulated.divergence_variance,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, 16, 24, 40),
    parameters=(
        ReferencePoint(
            {"n": "60", "horizon": "0.27", "lamhat": "1.14"},
            "286 of 295 mutants differ by 3.0 % or more, least of them sign at 1 (2) (3.1 %)",
        ),
        ReferencePoint(
            {"n": "60", "horizon": "0.41", "lamhat": "0.22"},
            "5 more of 295 mutants differ by 3.0 % or more, least of them integer + 1 at -2 (3.1 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.divergence_variance.published[0].formula, "H24 (B.17)"),
        Rival("model (B.1)", derived.divergence_variance.published[1].formula, "(B.17) without a misprint"),
        Rival(
            "limit", Explicit(d * derived.SECOND_ORDER_LIMIT.subs(alpha, d / n), derived.GIVEN), "of large n and d"
        ),
    ),
    routes=(
        Route(source=simulated.divergence_variance_data, ladder=(16, 24), tier="standard"),
        Route(source=simulated.divergence_variance_reduced, ladder=(16, 24), tier="standard"),
    ),
)  # fmt: skip

# Every inverse of 1 - alpha has a relative correction 1/(d (1 - alpha)).
divergence_variance_limit = Claim(
    theory=derived.divergence_variance_limit,
    numeric=simulated.divergence_variance_per_dimension,
    kind=Kind.ASYMPTOTIC,
    correction=1 / (d * (1 - alpha)),
    ladder=(24, 48, 96, 192, 384),
    path={n: d / alpha},
    parameters=(
        ReferencePoint(
            {"alpha": "0.48", "a": "2.72"},
            "all 133 mutants differ by 3.0 % or more, least of them symbol doubled at a (14 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.divergence_variance_limit.published[0].formula, "H24 (B.17) at late times"),
        Rival(
            "factor lost", a / (4 * (1 + a) ** 2) * (a + 2 * (1 - a) * alpha + a * alpha**2 * (2 - alpha)),
            "both contractions of (B.14), but with 1/(1 - alpha) put to 1 as in (B.12)",
        ),
        Rival("many data", a**2 / (4 * (1 + a) ** 2), "alpha = 0: the shrinkage alone"),
    ),
)  # fmt: skip
