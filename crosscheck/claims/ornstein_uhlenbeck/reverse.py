"""Claims about the way back: the coefficient of the score, and mean and variance generated from a finite horizon."""

from sympy import Abs, Integer, Max, exp, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.ornstein_uhlenbeck import reverse as simulated
from theory.notation import T, c, horizon, m
from theory.systems.ornstein_uhlenbeck import reverse as derived

HORIZON = derived.AT_HORIZON

reverse_generator = Claim(
    theory=derived.reverse_generator,
    numeric=simulated.reverse_generator,
    kind=Kind.IDENTITY,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.41", "T": "1.3"},
            "all 10 mutants differ by 3.0 % or more, least of them root added at T (12 %)",
        ),
    ),
    rivals=(
        Rival("coefficient 1", Integer(1), "the exact score plus the reversed force, the text before BM23 (6)"),
        Rival("coefficient T", T, "the flow without noise"),
    ),
    routes=(Route(source=simulated.reverse_generator_pointwise, rounding=1e-10),),
)

reverse_variance = Claim(
    theory=derived.reverse_variance,
    numeric=simulated.reverse_variance_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 16),
    parameters=(
        ReferencePoint(
            {"c": "0.73", "T": "0.31", "horizon": "0.21"},
            "all 122 mutants differ by 3.0 % or more, least of them first order at exp(-2*horizon) (4.8 %)",
        ),
    ),
    rivals=(
        Rival("same covariance", c, "that of the data, as after an infinite horizon: BM23, text after (9)"),
        Rival("share once", c - (c - T) * exp(-2 * horizon) * c / HORIZON, "the loss of the mean, not its square"),
        Rival("at equilibrium", c - (c - T) * exp(-4 * horizon) * c**2 / T**2, "the horizon's variance taken as T"),
    ),
    routes=(Route(source=simulated.reverse_variance, ladder=(4, 8), steps={"dt": 1 / 32}, tier="standard"),),
)

reverse_mean = Claim(
    theory=derived.reverse_mean,
    numeric=simulated.reverse_mean_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 16),
    parameters=(
        ReferencePoint(
            {"c": "0.43", "T": "0.32", "horizon": "0.56", "m": "-1.16"},
            "all 101 mutants differ by 3.0 % or more, least of them root added at horizon (8.4 %)",
        ),
    ),
    scale=Max(Abs(derived.MEAN), sqrt(c) / 10),  # it vanishes with m
    rivals=(
        Rival("same mean", m, "that of the data, as after an infinite horizon: BM23, text after (9)"),
        Rival("amplitude", m * (1 - exp(-horizon) * c / HORIZON), "what is left of the mean lost once, not twice"),
        Rival("at equilibrium", m * (1 - exp(-2 * horizon) * c / T), "the horizon's variance taken as T"),
    ),
    routes=(Route(source=simulated.reverse_mean, ladder=(4, 8), steps={"dt": 1 / 32}, tier="standard"),),
)
