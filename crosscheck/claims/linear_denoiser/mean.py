"""Claims about KL of the mean: by the procedure of H24 section 3, and as (B.1) models the data."""

from sympy import exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_denoiser import mean as simulated
from theory.formula import Explicit
from theory.notation import a, d, horizon, n
from theory.systems.linear_denoiser import mean as derived

DIMENSIONS = (8, 16, 24, 40)

divergence_mean = Claim(
    theory=derived.divergence_mean,
    numeric=simulated.divergence_mean,
    kind=Kind.EXACT,
    correction="exact",
    ladder=DIMENSIONS,
    parameters=(
        ReferencePoint(
            {"n": "60", "horizon": "0.55", "lamhat": "2.1"},
            "129 of 131 mutants differ by 3.0 % or more, least of them dropped term at -2 (3.8 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.divergence_mean_modelled.published[1].formula, "H24 (B.8)"),
        Rival("as modelled", derived.divergence_mean_modelled, "data of (B.1), mu_X known"),
        Rival(
            "mu_X known", Explicit(d * a / (1 + a) * (n - 2) / (2 * n * (n - d - 2)), derived.GIVEN),
            "data of (3.8), but not the procedure of section 3",
        ),
    ),
    routes=(
        Route(source=simulated.divergence_mean_data, ladder=(24,), tier="standard"),
        Route(source=simulated.divergence_mean_reduced, ladder=(16, 24), tier="standard"),
    ),
)  # fmt: skip

divergence_mean_modelled = Claim(
    theory=derived.divergence_mean_modelled,
    numeric=simulated.divergence_mean_modelled,
    kind=Kind.EXACT,
    correction="exact",
    ladder=DIMENSIONS,
    parameters=(
        ReferencePoint(
            {"n": "60", "horizon": "0.41", "lamhat": "0.22"},
            "111 of 113 mutants differ by 3.0 % or more, least of them dropped term at -2 (2) (3.4 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.divergence_mean_modelled.published[1].formula, "H24 (B.8)"),
        Rival("many data", Explicit(d * a * exp(-2 * horizon) / (2 * n), derived.GIVEN), "the weights taken for exact"),
        Rival("procedure of section 3", derived.divergence_mean, "data of (3.8), mu_X from their mean"),
    ),
    routes=(Route(source=simulated.divergence_mean_modelled_data, ladder=(24,), tier="standard"),),
)
