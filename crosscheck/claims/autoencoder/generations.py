"""Claims about generations of models: the map of the bulk variance from one to the next."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import generations as simulated
from theory.notation import stop, t, variance
from theory.systems.autoencoder import generations as derived

collapse_map = Claim(
    theory=derived.collapse_map,
    numeric=simulated.collapse_map_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 16),
    parameters=(
        ReferencePoint(
            {"variance": "0.36", "stop": "0.92", "t": "0.54"},
            "all 116 mutants differ by 3.0 % or more, least of them exponent + 1 at t**2 (30 %)",
        ),
    ),
    rivals=(
        Rival("one integral for two", derived.generated((1 + derived.LEARNED) / 2), "an amplitude for a variance"),
        Rival("unit variance", derived.generated(derived.LEARNED.subs(variance, 1)), "b of the first generation kept"),
        Rival("nothing lost", variance, "each generation like the one before"),
        Rival("stop left in b", derived.generated(derived.LEARNED.subs(t, stop)), "b read at the time of sampling"),
    ),
    routes=(Route(source=simulated.collapse_map, ladder=(768, 1536), steps={"dt": 1 / 8}, tier="standard"),),
)
