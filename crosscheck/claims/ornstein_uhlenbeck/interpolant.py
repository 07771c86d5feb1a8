"""The claim about the stochastic interpolant between two Gaussians: its score."""

from sympy import Abs, Max, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.ornstein_uhlenbeck import interpolant as simulated
from theory.notation import x
from theory.systems.ornstein_uhlenbeck import interpolant as derived

interpolant_score = Claim(
    theory=derived.interpolant_score,
    numeric=simulated.interpolant_score,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.42", "c": "3.7", "x": "-1.81"},
            "all 49 mutants differ by 3.0 % or more, least of them root added at 1/(c*t**2 - t + 1) (11 %)",
        ),
    ),
    scale=Max(Abs(derived.SCORE), 1 / (4 * sqrt(derived.WIDTH))),  # it vanishes at x = 0
    rivals=(
        Rival("noise left out", -x / derived.ENDS, "the interpolation of the ends alone"),
        Rival("noise expected", -derived.EXPECTED_NOISE, "E[z | x] without its 1/lambda_0"),
        Rival("velocity", derived.VELOCITY, "b, which drives the flow, for the score"),
    ),
    routes=(Route(source=simulated.interpolant_score_regressed, tier="standard"),),
)
