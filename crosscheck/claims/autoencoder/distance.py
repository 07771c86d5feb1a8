"""Claims about how far a trained auto-encoder generates from its data: the Hellinger distance along the centroid."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import distance as simulated
from theory.notation import d, eta, steps, theta
from theory.systems.autoencoder import distance as derived

# H is a smooth function of the overlaps of a run, which are off their flow by 1/d in the mean and scatter by 1/sqrt(d):
# the mean of H over runs is off by 1/d as theirs is.  At one run it would be 1/sqrt(d).
hellinger = Claim(
    theory=derived.hellinger,
    numeric=simulated.hellinger,
    kind=Kind.ASYMPTOTIC,
    correction=1 / d,
    ladder=(6, 12, 18, 24, 36),
    path={steps: theta * d / (2 * eta)},
    parameters=(
        ReferencePoint(
            {
                "theta": "1.5", "eta": "0.25", "lam": "0.2", "t": "0.55", "rho": "1.7", "Q0": "0.3", "M0": "0.4",
                "b0": "0.12", "stop": "0.9",
            },
            "507 of 512 mutants differ by 3.0 % or more, least of them factor 1/2 at sqrt(rho) (3.0 %)",
        ),
    ),
    rivals=(
        Rival("square", derived.SQUARED, "H^2 for H"),
        Rival("variance across for all", derived.ALL_ACROSS, "V I for V (I - G^T Q^+ G)"),
        Rival("one integral for two", derived.AMPLITUDE, "exp of one integral for the variance across the weights"),
    ),
    routes=(
        Route(source=simulated.hellinger_of_chain, ladder=(60, 240), tier="standard"),
        Route(source=simulated.hellinger_of_network, ladder=(60, 240), tier="deep"),
    ),
)  # fmt: skip

hellinger_change = Claim(
    theory=derived.hellinger_change,
    numeric=simulated.hellinger_change,
    kind=Kind.ASYMPTOTIC,
    correction=1 / d,
    ladder=(6, 8, 12, 16),
    path={steps: theta * d / (2 * eta)},
    parameters=(
        ReferencePoint(
            {
                "theta": "4", "eta": "0.2", "lam": "0", "t": "0.5", "rho": "2.25", "Q0": "0.3", "M0": "0.4",
                "b0": "0", "stop": "0.9",
            },
            "989 of 1056 mutants differ by 3.0 % or more, least of them symbol halved at kappa in b of v (3.2 %)",
        ),
    ),
    scale=derived.LATER,  # H itself: the change has a zero
    rivals=(Rival("decreases", derived.hellinger_change.published[0].formula, "as the text on Fig. 2 has it"),),
    routes=(Route(source=simulated.hellinger_change_of_chain, ladder=(60, 240), tier="standard"),),
)  # fmt: skip
