"""Claims about processes that carry a given density: equal marginals both ways, and the density along their paths."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.ornstein_uhlenbeck import transport as simulated
from theory.systems.ornstein_uhlenbeck import transport as derived

fokker_planck = Claim(
    theory=derived.fokker_planck,
    numeric=simulated.fokker_planck,
    kind=Kind.IDENTITY,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.47", "c": "1.76"},
            "all 48 mutants differ by 3.0 % or more, least of them root added at t (11 %)",
        ),
    ),
    rivals=(
        Rival("score left out", derived.UNCOMPENSATED, "b with noise 1, which nothing takes back"),
        Rival("exchanged drifts", derived.EXCHANGED, "b - s with noise 1, run forwards"),
    ),
    routes=(Route(source=simulated.fokker_planck_backwards, rounding=1e-9),),
)

feynman_kac = Claim(
    theory=derived.feynman_kac,
    numeric=simulated.feynman_kac,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"t": "0.22", "x": "-1.46", "c": "0.44"},
            "all 139 mutants differ by 3.0 % or more, least of them first order at exp(-2*t) (2) (3.0 %)",
        ),
    ),
    steps={"dt": 1 / 16},
    rivals=(
        Rival("exchanged paths", derived.EXCHANGED_PATHS, "Y^B read as X^B of (A.10), which carries b_B"),
        Rival("exchanged drifts", derived.EXCHANGED_BOTH, "b_B along Y^B and in the exponent"),
        Rival("divergence left out", derived.UNWEIGHTED, "the paths without their weight"),
    ),
    routes=(Route(source=simulated.feynman_kac_forwards, steps={"dt": 1 / 32}, tier="standard"),),
)
