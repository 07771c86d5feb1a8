"""Claim about the distance of the covariance of n data from that of their law."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_diffusion import covariance as simulated
from theory.systems.linear_diffusion import covariance as derived

frobenius_ratio = Claim(
    theory=derived.frobenius_ratio,
    numeric=simulated.frobenius_ratio_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(6, 8),
    parameters=(
        ReferencePoint(
            {"n": "7", "spectrum": "power-law"},
            "57 of 59 mutants differ by 3.0 % or more, least of them root added at spectrum[j] (8.3 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.frobenius_ratio.published[0].formula, "MG25 d_eff, 1/n twice"),
        Rival("participation ratio over n", derived.PARTICIPATION / derived.n, "PR/n, without what |Sigma|^2 adds"),
        Rival("mean subtracted", derived.SUBTRACTED_OVER_N, "of data whose mean is not known"),
    ),
    routes=(
        Route(source=simulated.frobenius_ratio_data, tier="standard"),
        Route(source=simulated.frobenius_ratio, tier="deep"),
    ),
)
