"""Claims about the score of noised data: Tweedie's formula, the constant of the loss, Fisher's divergence by parts."""

from sympy import Abs, Integer, Max, exp, sqrt, tanh

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.ornstein_uhlenbeck import score as simulated
from theory.binary_channel import NORMAL
from theory.notation import Delta, a, c, d, t, x
from theory.systems.ornstein_uhlenbeck import score as derived

score = Claim(
    theory=derived.score,
    numeric=simulated.score,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.22", "T": "1.83", "a": "1.38", "x": "-0.25"},
            "all 120 mutants differ by 3.0 % or more, least of them first order at exp(-t) (2) (5.5 %)",
        ),
    ),
    scale=Max(Abs(derived.SCORE), 1 / (4 * sqrt(Delta))),  # it vanishes at 0 and between the atoms
    rivals=(
        Rival("Gaussian data", -x / (Delta + a**2 * exp(-2 * t)), "a prior of the same variance"),
        Rival("datum kept", -(x - a * tanh(a * x * exp(-t) / Delta)) / Delta, "the mean of the datum, not shrunk"),
        Rival("nearest datum", -(x - a * exp(-t)) / Delta, "the arrow to the nearer atom"),
    ),
    routes=(Route(source=simulated.score_of_paths, steps={"dt": 1 / 16}, tier="standard"),),
)

score_loss_constant = Claim(
    theory=derived.score_loss_constant,
    numeric=simulated.score_loss_constant,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.27", "T": "0.73", "a": "1.59", "d": "2"},
            "all 147 mutants differ by 3.0 % or more, least of them dropped factor at t in Delta (3.2 %)",
        ),
    ),
    rivals=(
        Rival(
            "score alone",
            derived.loss_constant(derived.CONSTANT + d / Delta * NORMAL),
            "E|F|^2, without the noise of a single arrow",
        ),
        Rival("no constant", Integer(0), "as if both losses were equal"),
    ),
    routes=(Route(source=simulated.score_loss_constant_sampled, tier="standard", replicas=2**24),),
)

fisher_by_parts = Claim(
    theory=derived.fisher_by_parts,
    numeric=simulated.fisher_by_parts,
    kind=Kind.IDENTITY,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.3", "c": "0.44"},
            "all 102 mutants differ by 3.0 % or more, least of them integer - 1 at -2 (3) (9.9 %)",
        ),
    ),
    scale=Max(derived.FISHER, derived.INFORMATION_AT_TIME / 10),  # it vanishes at c = 1
    rivals=(
        Rival("constant left out", derived.FISHER - derived.INFORMATION_AT_TIME, "as minimised"),
        Rival("sign of the divergence", derived.FISHER + 2 / c, "the boundary term's sign"),
    ),
    routes=(Route(source=simulated.fisher_by_parts_of_divergence),),
)
