"""Claims about a linear hidden unit: its training, where that ends, and when it learns nothing."""

from sympy import Integer, Rational, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import linear_unit as simulated
from theory.notation import d, eta, rho, steps, t, theta
from theory.systems.autoencoder import linear_unit as derived

# As of a tanh unit: by the step, by what is left out of |x|^2 = d, and by the scatter of the overlaps.
CORRECTION = 1 / d

order_parameters_linear = Claim(
    theory=derived.order_parameters_linear,
    numeric=simulated.order_parameters_linear,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=(6, 12, 18, 24, 36),
    path={steps: theta * d / (2 * eta)},
    parameters=(
        ReferencePoint(
            {
                "theta": "1.5",
                "eta": "0.25",
                "lam": "0.2",
                "t": "0.55",
                "rho": "1.7",
                "Q0": "0.3",
                "M0": "0.4",
                "b0": "0.12",
            },
            "565 of 760 mutants differ by 3.0 % or more, least of them integer + 1 at 2 in the rate of Q (6) (3.1 %)",
        ),
    ),
    rivals=(Rival("noise of the gradient", derived.LINEAR_WITHOUT_NOISE, "the term 2 eta N left out"),),
    routes=(Route(source=simulated.order_parameters_linear_of_chain, ladder=(60, 240, 960), tier="standard"),),
)  # fmt: skip

# The learning rate falls with 1/d on the way, so that what it adds to the limit is a correction as well.
RATE = Rational(24, 5)
SLOW = {eta: RATE / d, steps: Rational(5, 24) * d**2}
"""Training time 2 eta steps/d = 2, from where the mean step vanishes: elsewhere the chain would be on its way."""
DIMENSIONS = (48, 96, 192, 384, 768)

linear_overlap = Claim(
    theory=derived.linear_overlap,
    numeric=simulated.linear_overlap,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=DIMENSIONS,
    path=SLOW,
    parameters=(
        ReferencePoint(
            {"t": "0.39", "rho": "1.88"},
            "all 119 mutants differ by 3.0 % or more, least of them root added at"
            " 1/(rho*t**2 + t**2 + (1 - t)**2) (10.0 %)",
        ),
    ),
    rivals=(
        Rival("without centroid", derived.LINEAR_OVERLAP * derived.TARGET / derived.WIDTH, "rho lost below"),
        Rival("square", derived.LINEAR_OVERLAP / rho, "rho lost above"),
    ),
    routes=(Route(source=simulated.linear_overlap_of_chain, ladder=(60, 240), tier="standard"),),
)

linear_magnetisation = Claim(
    theory=derived.linear_magnetisation,
    numeric=simulated.linear_magnetisation,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=DIMENSIONS,
    path=SLOW,
    parameters=(
        ReferencePoint(
            {"t": "0.59", "rho": "0.54"},
            "all 126 mutants differ by 3.0 % or more, least of them root added at rho (2) (4.5 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.linear_magnetisation.published[0].formula, "M^2 = Q"),
        Rival("root lost", rho * derived.LINEAR_OVERLAP, "M^2 for M"),
    ),
    routes=(Route(source=simulated.linear_magnetisation_of_chain, ladder=(60, 240), tier="standard"),),
)

learning_rate_threshold = Claim(
    theory=derived.learning_rate_threshold,
    numeric=simulated.learning_rate_threshold,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=DIMENSIONS,
    parameters=(
        ReferencePoint(
            {"t": "0.33", "rho": "2.69"},
            "280 of 281 mutants differ by 3.0 % or more, least of them root added at 2*(1 - t)**2 (3) (3.4 %)",
        ),
        ReferencePoint(
            {"t": "0.47", "rho": "2.97"},
            "1 more of 281 mutants differ by 3.0 % or more, least of them root added at 2*(1 - t)**2 (2) (5.8 %)",
        ),
    ),
    rivals=(
        Rival("blow-up", derived.BLOW_UP, "eta_c in the place of eta_M"),
        Rival("noise of M = 0 alone", derived.LOST_OVERLAP * derived.WIDTH / derived.ALPHA**2, "the square of Q lost"),
    ),
)

blow_up_threshold = Claim(
    theory=derived.blow_up_threshold,
    numeric=simulated.blow_up_threshold,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=DIMENSIONS,
    parameters=(
        ReferencePoint(
            {"t": "0.7", "rho": "0.91"},
            "all 28 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 (2) (11 %)",
        ),
    ),
    rivals=(
        Rival("without the root", Integer(1) / (2 * derived.ALPHA), "1/2 for 1/sqrt(2)"),
        Rival("of the datum", 1 / (sqrt(2) * t), "beta for alpha"),
    ),
)
