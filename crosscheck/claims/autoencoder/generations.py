"""Claims about generations of models: the map of the bulk variance from one to the next."""

from sympy import exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import generations as simulated
from theory.notation import d, eta, steps, stop, t, theta, variance
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
    parameters=(ReferencePoint({"generations": "2", "theta": "2.4", "eta": "0.3", "stop": "0.8"}, ""),),
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
