"""Claims about online SGD on a target in a file: any clusters, blocks of variances, noise levels, activation."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.claims.autoencoder.order import CORRECTION, TRAINED
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import clusters as simulated
from theory.notation import theta
from theory.systems.autoencoder import clusters as derived

DIMENSIONS, NETWORKS = (8, 10, 12, 14), (60, 180)  # whole numbers of directions in halves
TRAINING = {"theta": "0.5", "eta": "0.25", "lam": "0.2"}

order_parameters_model = Claim(
    theory=derived.order_parameters_model,
    numeric=simulated.order_parameters_model,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=DIMENSIONS,
    path=TRAINED,
    parameters=(
        ReferencePoint(
            {"model": "encoded", **TRAINING},
            "25 of 26 mutants differ by 3.0 % or more, least of them root added at theta in elapsed of grown (3.5 %)",
        ),
        ReferencePoint(
            {"model": "rectified", **TRAINING},
            "no mutant needs it: 25 of 26 differ by 3.0 % or more here too; a unit with a kink",
        ),
    ),
    rivals=(
        Rival("noise of the gradient", derived.value("q", noisy=False), "the term 2 eta N left out"),
        Rival("one level a step", derived.value("q", apart=True), "a random noise level for the mean over all of them"),
    ),
    routes=(Route(source=simulated.order_parameters_model_of_network, ladder=NETWORKS, tier="standard"),),
)

order_parameters_model_magnetisation = Claim(
    theory=derived.order_parameters_model_magnetisation,
    numeric=simulated.order_parameters_model_magnetisation,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=DIMENSIONS,
    path=TRAINED,
    parameters=(
        ReferencePoint(
            {"model": "pair", **TRAINING},
            "all 14 mutants differ by 3.0 % or more, least of them root added at theta in elapsed of turned (6.2 %)",
        ),
    ),
    rivals=(Rival("half the time", derived.value("m", until=theta / 2), "theta = eta steps/d"),),
    routes=(Route(source=simulated.order_parameters_model_magnetisation_of_network, ladder=NETWORKS, tier="standard"),),
)
