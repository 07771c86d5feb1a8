"""The claim about the forward process: the variance of a noised coordinate, in any dimension."""

from sympy import exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.ornstein_uhlenbeck import forward as simulated
from theory.notation import T, c, t
from theory.systems.ornstein_uhlenbeck import forward as derived

variance = Claim(
    theory=derived.variance,
    numeric=simulated.variance_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 16),
    parameters=(
        ReferencePoint(
            {"t": "0.59", "T": "0.37", "c": "0.72"},
            "all 60 mutants differ by 3.0 % or more, least of them root added at t (7.1 %)",
        ),
    ),
    rivals=(
        Rival("noise 2T", c * exp(-2 * t) + 2 * T * (1 - exp(-2 * t)), "the noise strength 2 T, not its half"),
        Rival("amplitudes", c * exp(-t) + T * (1 - exp(-t)), "variances that decay like amplitudes"),
        Rival("datum kept", c + T * (1 - exp(-2 * t)), "noise on top of data that do not shrink"),
    ),
    routes=(Route(source=simulated.variance, ladder=(4, 16), steps={"dt": 1 / 16}, tier="standard"),),
)
