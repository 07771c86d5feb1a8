"""Claims about the Hellinger distance of what a linear denoiser generates from the data, H24 (3.4) and Fig. 3."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_denoiser import hellinger as simulated
from theory.formula import Explicit
from theory.free_regression import (
    ABUNDANT,
    EXCHANGED,
    FAR_BELOW,
    GIVEN_RATE,
    HALF_FOR_QUARTER,
    LOG_DETERMINANT,
    rate,
)
from theory.notation import alpha, d, inside, n
from theory.systems.linear_denoiser import hellinger as derived

hellinger = Claim(
    theory=derived.hellinger,
    numeric=simulated.hellinger,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"model": "near"},
            "86 of 87 mutants differ by 3.0 % or more, least of them integer + 1 at -1/4 (8.2 %)",
        ),
        ReferencePoint(
            {"model": "few_data"},
            "1 more of 87 mutants differ by 3.0 % or more, least of them first order at"
            " exp(-apart/4 + d*log(2*sigma)/2 +... (241 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.hellinger.published[0].formula, "H24 (3.4)"),
        Rival("transposed", derived.hellinger.published[1].formula, "the covariance of H24 (3.3)"),
        Rival("root lost", 1 - derived.NO_ROOT, "the outer power 1/2 left out"),
    ),
    routes=(Route(source=simulated.hellinger_drawn, tier="standard"),),
)

hellinger_rate = Claim(
    theory=derived.hellinger_rate,
    numeric=simulated.hellinger_rate,
    kind=Kind.ASYMPTOTIC,
    correction=derived.CORRECTION,
    ladder=(24, 32, 48, 96),
    path={n: d / alpha},
    parameters=(
        ReferencePoint(
            {"alpha": "0.4", "a": "3.57"},
            "524 of 526 mutants differ by 3.0 % or more, least of them first order at"
            " log((-alpha + root + 1)/(2 - 2*alpha)) (3.1 %)",
        ),
        ReferencePoint(
            {"alpha": "0.25", "a": "0.29"},
            "2 more of 526 mutants differ by 3.0 % or more, least of them root added at share in root (22 %)",
        ),
    ),
    rivals=(
        Rival("many data", ABUNDANT, "S = 1/(1 + a), the floor"),
        Rival(
            "branches exchanged",
            Explicit(rate(LOG_DETERMINANT), {**GIVEN_RATE, inside: Explicit(EXCHANGED)}),
            "the determinant counted below alpha = 1/(1 + a), and not beyond",
        ),
        Rival("half for quarter", HALF_FOR_QUARTER, "log det S as in KL"),
    ),
    routes=(
        Route(source=simulated.hellinger_rate_reduced, ladder=(48, 96, 192), tier="standard", only=FAR_BELOW),
        Route(source=simulated.hellinger_rate_data, ladder=(48, 96, 192), tier="deep", only=FAR_BELOW),
    ),
)
