"""The claim about the horizon of the Curie-Weiss model: the weight lost by starting the way back from pure noise."""

from sympy import Integer, exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.curie_weiss import horizon as simulated
from theory.notation import N, T, m, tau
from theory.systems.curie_weiss import horizon as derived

SPINS = Integer(32)  # the limit is the same for any number

weight_bias_of_horizon = Claim(
    theory=derived.weight_bias_of_horizon,
    numeric=derived.weight_bias_at_horizon,
    kind=Kind.ASYMPTOTIC,
    correction=exp(-2 * tau) * m**2 / T,
    ladder=(1, 1.5, 2, 2.5, 3, 3.5, 4),
    parameters=(
        ReferencePoint(
            {},
            "92 of 93 mutants differ by 3.0 % or more, least of them symbol to 1 all at h (3.3 %)",
        ),
    ),
    path={N: SPINS},
    scale=derived.BIAS_SCALE,
    rivals=(
        Rival("noise T = 1", derived.BIAS.subs(T, 1), "the variance of the starting noise left out"),
        Rival("without 1/2", 2 * derived.BIAS, "the second derivative without its factor"),
        Rival("saturated spins", derived.BIAS.subs(m, 1), "m = 1"),
    ),
    routes=(
        Route(
            source=simulated.weight_bias_of_horizon,
            ladder=(1, 1.5, 2, 2.5, 3),
            finite_size=derived.next_order(SPINS),
        ),
        Route(
            source=simulated.weight_bias_by_watershed,
            ladder=(1, 1.5, 2, 2.5, 3),
            steps={"dt": 0.25},
            tier="standard",
            replicas=2**19,
        ),
    ),
)
