"""Claims about training, generation, retraining: the overlap and the bulk variance after some generations."""

from sympy import exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import retraining as simulated
from theory.notation import d, eta, steps, theta
from theory.systems.autoencoder import retraining as derived

# Every generation is off its flow by 1/d, as the first is; the next one learns from data that are off by 1/d, and from
# runs whose overlaps scatter by 1/sqrt(d), which moves the mean by 1/d through the curvature of all that follows.
TRAINED = {steps: theta * d / (2 * eta)}
DIMENSIONS, CHAIN = (6, 9, 12, 18), (60, 240)

collapse_generations = Claim(
    theory=derived.collapse_generations,
    numeric=simulated.collapse_generations,
    kind=Kind.ASYMPTOTIC,
    correction=1 / d,
    ladder=DIMENSIONS,
    path=TRAINED,
    parameters=(
        ReferencePoint(
            {"generations": "2", "theta": "2.4", "eta": "0.3", "stop": "0.8"},
            "660 of 946 mutants differ by 3.0 % or more, least of them root added at Q*(1 - t)**2 + beside*t**2 in the"
            " part seen (3.0 %)",
        ),
    ),
    rivals=(
        Rival("noise of the gradient", derived.WITHOUT_NOISE, "the term 2 eta N left out"),
        Rival("one integral for two", derived.AMPLITUDE, "exp of one integral for the variance across the weights"),
    ),
    routes=(
        Route(source=simulated.collapse_generations_of_chain, ladder=CHAIN, tier="standard"),
        Route(source=simulated.collapse_generations_of_network, ladder=(20, 60), tier="deep"),
    ),
)

collapse_generations_variance = Claim(
    theory=derived.collapse_generations_variance,
    numeric=simulated.collapse_generations_variance,
    kind=Kind.ASYMPTOTIC,
    correction=1 / d,
    ladder=(12, 18, 24, 30, 36),
    path=TRAINED,
    parameters=(
        ReferencePoint(
            {"generations": "2", "theta": "2.4", "eta": "0.3", "stop": "0.8"},
            "216 of 217 mutants differ by 3.0 % or more, least of them integer - 1 at 1/4 in kappa (2) (3.2 %)",
        ),
    ),
    rivals=(
        Rival("one integral for two", exp(derived.DECAYED), "an amplitude for a variance"),
        Rival("trained for ever", derived.FOR_EVER, "b of an infinite training time"),
        Rival("small steps", derived.SMALL_STEPS, "the flow in the place of its Euler steps"),
    ),
    routes=(Route(source=simulated.collapse_generations_variance_of_chain, ladder=CHAIN, tier="standard"),),
)
