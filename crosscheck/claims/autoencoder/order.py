"""Claims about the overlaps of one tanh unit under online SGD, and the rate at which it learns the centroid."""

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import order as simulated
from theory.notation import M, Q, d, eta, steps, theta
from theory.systems.autoencoder import order as derived

# The mean over runs is off the flow by 1/d: by the step, by what is left out of |x|^2 = d, and by the scatter of the
# overlaps, whose variance is of order 1/d, through the curvature of the flow.
CORRECTION = 1 / d
TRAINED = {steps: theta * d / (2 * eta)}
CHAIN = (60, 240, 960)
AT = {"theta": "1.5", "eta": "0.25", "lam": "0.2", "t": "0.55", "rho": "1.7", "Q0": "0.3", "M0": "0.4", "b0": "0.12"}


def rivals(value) -> tuple[Rival, ...]:
    """Wrong forms of Q or M."""
    return (
        Rival("noise of the gradient", derived.WITHOUT_NOISE[value], "the term 2 eta N left out"),
        Rival("half the time", derived.HALF_TIME[value], "theta = eta steps/d"),
    )


order_parameters = Claim(
    theory=derived.order_parameters,
    numeric=simulated.order_parameters,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=(6, 12, 18, 24, 36),
    path=TRAINED,
    parameters=(
        ReferencePoint(
            AT,
            "624 of 767 mutants differ by 3.0 % or more, least of them dropped term at"
            " (-answer*b + gain*residual)*(M*(-M*t... in the rate of M (3.0 %)",
        ),
    ),
    rivals=rivals(Q),
    routes=(
        Route(source=simulated.order_parameters_of_chain, ladder=CHAIN, tier="standard"),
        Route(source=simulated.order_parameters_of_network, ladder=(120, 480), tier="deep"),
    ),
)

order_parameters_magnetisation = Claim(
    theory=derived.order_parameters_magnetisation,
    numeric=simulated.order_parameters_magnetisation,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=(6, 12, 18, 24, 36),
    path=TRAINED,
    parameters=(
        ReferencePoint(
            AT,
            "603 of 745 mutants differ by 3.0 % or more, least of them symbols swapped at answer and residual"
            " in the rate of Q (3.1 %)",
        ),
    ),
    rivals=rivals(M),
    routes=(
        Route(source=simulated.order_parameters_magnetisation_of_chain, ladder=CHAIN, tier="standard"),
        Route(source=simulated.order_parameters_magnetisation_of_network, ladder=(120, 480), tier="deep"),
    ),
)

magnetisation_rate = Claim(
    theory=derived.magnetisation_rate,
    numeric=simulated.magnetisation_rate,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, 32),
    parameters=(
        ReferencePoint(
            {"t": "0.3", "rho": "1.7", "lam": "0.2", "Q": "0.7", "M": "0.9", "b": "-0.6"},
            "900 of 1287 mutants differ by 3.0 % or more, least of them exponent + 1 at t in the integrand (11)"
            " (3.0 %)",
        ),
    ),
    rivals=(Rival("the notebook", derived.magnetisation_rate.published[1].formula, "alpha^2 beta for alpha beta^2"),),
    routes=(
        Route(source=simulated.magnetisation_rate_of_chain, ladder=(32,), tier="standard"),
        Route(source=simulated.magnetisation_rate_of_network, ladder=(8,), tier="deep"),
    ),
)
