"""Claims about the skip connection of the auto-encoder: its training, where it ends, how much it scatters."""

from sympy import Integer, exp, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import skip as simulated
from theory.notation import Lambda, d, eta, kappa, rho, signal, steps, theta
from theory.systems.autoencoder import skip as derived

# All corrections fall like 1/d, since b, a mean over d components, is off its flow by a step, by the 1 in d + 1, by the
# centroid and by the hidden layer: each of order one against d.  Its coefficient is predicted where one is known.
CORRECTION = 1 / d
LADDER = (100, 200, 400, 800, 1600)
SETTINGS = {rho: derived.RHO, eta: derived.ETA}
TRAINED = SETTINGS | {steps: theta * d / (2 * derived.ETA)}
SLOWER = derived.FLOW.subs(theta, theta / 2)

skip_connection = Claim(
    theory=derived.skip_connection,
    numeric=derived.skip_connection_of_d,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=LADDER,
    path=TRAINED,
    scale=derived.SIZE,
    parameters=(
        ReferencePoint(
            {"theta": "1.32", "Lambda": "1.88", "b0": "0.59", "t": "0.28"},
            "all 144 mutants differ by 3.0 % or more, least of them symbol to 1 all at theta (4.3 %)",
        ),
    ),
    rivals=(
        Rival("half the time", SLOWER, "theta = eta steps/d"),
        Rival("twice the time", derived.FLOW.subs(theta, 2 * theta), "theta = 4 eta steps/d"),
        Rival("one variance", derived.FLOW.subs(Lambda, 1), "data of variance 1, whatever Lambda"),
    ),
    routes=(
        Route(
            source=simulated.skip_connection, ladder=(100, 200, 400), tier="standard",
            finite_size=derived.skip_connection_next_order,
        ),
        Route(source=simulated.skip_connection_of_network, ladder=(50, 250), tier="standard"),
    ),
)  # fmt: skip

skip_connection_uniform = Claim(
    theory=derived.skip_connection_uniform,
    numeric=derived.skip_connection_uniform_of_d,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=LADDER,
    path=TRAINED,
    scale=derived.SIZE,
    parameters=(
        ReferencePoint(
            {"theta": "1.31", "Lambda": "1.47", "b0": "0.63"},
            "all 121 mutants differ by 3.0 % or more, least of them root added at kappa (3.8 %)",
        ),
    ),
    rivals=(Rival("middle level", derived.MIDDLE, "t = 1/2 for all levels"),),
    routes=(Route(source=simulated.skip_connection_uniform, ladder=(100, 300), tier="standard"),),
)

skip_limit = Claim(
    theory=derived.skip_limit,
    numeric=derived.skip_limit_of_d,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=LADDER,
    path={rho: derived.RHO, eta: Integer(4), steps: 15 * d},
    parameters=(
        ReferencePoint(
            {"Lambda": "0.35", "t": "0.56"},
            "all 82 mutants differ by 3.0 % or more, least of them exponent + 1 at t**2 in signal2 (19 %)",
        ),
    ),
    rivals=(
        Rival("signal alone", signal * Lambda / (Lambda * derived.signal2), "the noise left out of the loss"),
        Rival("unit variance", derived.LIMIT.subs(Lambda, 1), "Lambda lost"),
    ),
    routes=(Route(source=simulated.skip_limit, ladder=(40, 80, 160), tier="standard"),),
)

skip_fluctuation = Claim(
    theory=derived.skip_fluctuation,
    numeric=simulated.skip_fluctuation,
    kind=Kind.ASYMPTOTIC,
    correction=CORRECTION,
    ladder=(120, 240, 480, 960),
    path={steps: theta * d / (2 * eta)},
    parameters=(
        ReferencePoint(
            {"theta": "1.45", "Lambda": "1.76", "b0": "-0.28", "t": "0.46", "eta": "0.87"},
            "734 of 753 mutants differ by 3.0 % or more, least of them dropped factor at theta (3.1 %)",
        ),
    ),
    rivals=(
        Rival("noise without data", sqrt(derived.VARIANCE.subs(Lambda, 1)), "unit variance"),
        Rival("variance", derived.VARIANCE, "the root lost"),
        Rival("never forgotten", sqrt(derived.VARIANCE) * exp(kappa * theta), "steps added up without their decay"),
    ),
    routes=(
        Route(source=simulated.skip_fluctuation_of_runs, ladder=(60, 240), tier="standard"),
        Route(source=simulated.skip_fluctuation_of_networks, ladder=(60, 240), tier="deep"),
    ),
)
