"""The claim about the memorisation transition: Delta by (3.7) as printed and by logarithms is one law.

The conventions are those of the caption of H24 Fig. 4 (a bandwidth for each set) and the covariance that generated
samples have, theta theta^T; `numerics.generalisation` has the others, and the figure shows what they change.
"""

from crosscheck.claim import Claim, ReferencePoint, Route
from crosscheck.verdict import Kind
from numerics.systems.kernel_density import generalisation as simulated
from theory.systems.kernel_density import generalisation as derived

generalisation_probability = Claim(
    theory=derived.generalisation_probability,
    numeric=simulated.generalisation_probability_printed,
    kind=Kind.TWO_ROUTE,
    correction="exact",
    ladder=(6,),
    parameters=(
        ReferencePoint(
            {"d": "2", "N_original": "14", "horizon": "0.7", "lam": "0.3"},
            "two laws have no formula: no mutant differs anywhere",
        ),
    ),
    routes=(
        Route(source=simulated.generalisation_disagreement, leg="precision", paired=True),
        Route(source=simulated.generalisation_probability, tier="standard"),
    ),
)
