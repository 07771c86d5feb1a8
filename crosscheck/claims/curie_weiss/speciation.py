"""Claims about speciation in the Curie-Weiss model: the probability of mu > 0, in the limit and at finite N."""

from sympy import exp, log

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.curie_weiss import speciation as simulated
from theory.notation import N, S, T, beta, h, m, t, tau
from theory.systems.curie_weiss import speciation as derived
from theory.systems.curie_weiss.equilibrium import kappa

SPECIATION = {t: log(N) / 2 + tau}
SPREAD_OF_A_STATE = exp(-2 * tau) * (1 + (1 - m**2) / T) / (2 * N)

positive_fraction = Claim(
    theory=derived.positive_fraction,
    numeric=simulated.positive_fraction_spins,
    kind=Kind.ASYMPTOTIC,
    correction=10 / (N * kappa**2) + exp(-2 * tau) * (1 + (1 - m**2) / (kappa * T)) / N,  # two states, and their spread
    ladder=(1000, 4000, 16000, 64000),
    parameters=(
        ReferencePoint(
            {},
            "156 of 217 mutants differ by 3.0 % or more, least of them dropped factor at h (4) (3.0 %)"
            "; where R_+ is small more of them do, and the way back takes several times the replicas",
        ),
    ),
    path=SPECIATION,
    rivals=(
        Rival("field beta*h", derived.MIXTURE.subs(h, beta * h), "as if the field carried a beta in (13)"),
        Rival("noise 2T", derived.MIXTURE.subs(T, 2 * T), "the variance of the noise without its factor 1/2"),
    ),
    routes=(
        Route(source=derived.positive_fraction_spins, ladder=tuple(2**k for k in range(8, 19)), rounding=1e-9),
        Route(
            source=derived.positive_fraction_two_state,
            ladder=tuple(2**k for k in range(8, 19)),
            correction=SPREAD_OF_A_STATE,
            finite_size=derived.two_state_next_order,
            rounding=1e-9,
        ),
        Route(
            source=simulated.positive_fraction_two_state_noised,
            ladder=(64, 128, 256),
            correction=SPREAD_OF_A_STATE,
            finite_size=derived.two_state_next_order,
            tier="standard",
        ),
        Route(
            source=simulated.positive_fraction_generated,
            ladder=(16, 64, 256),
            correction=SPREAD_OF_A_STATE,
            finite_size=derived.two_state_next_order,
            steps={"dt": 1 / 16},
            tier="standard",
            replicas=2**18,
        ),
    ),
)

# At the points of the two exact laws the state of the data is the unlikely one: every rival differs by more than 2 % at
# the small sizes.
positive_fraction_spins = Claim(
    theory=derived.positive_fraction_spins,
    numeric=simulated.positive_fraction_spins,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, 27, 101, 1000),
    parameters=(
        ReferencePoint(
            {"tau": "0.1", "beta": "1.6", "h": "-0.8", "T": "0.45"},
            "206 of 228 mutants differ by 3.0 % or more"
            ", least of them exponent - 1 at 1/sqrt(1 - exp(-2*tau)/N) in the value (4.4 %)",
        ),
        ReferencePoint(
            {"tau": "-0.4", "beta": "1.37", "h": "-1.1", "T": "0.83"},
            "19 more of 228 mutants differ by 3.0 % or more"
            ", least of them related function at exp(-2*tau) in the value (3.9 %)",
        ),
    ),
    path=SPECIATION,
    rivals=(
        Rival("two-state model", derived.positive_fraction_two_state, "independent spins within a state, as in (16)"),
        Rival("noise T", derived.over_sums(derived.COUPLED, derived.TAIL.subs(m, S / N)), "Delta taken at large times"),
    ),
    routes=(
        Route(source=simulated.positive_fraction_spins_enumerated, ladder=(8, 11, 16)),
        Route(source=simulated.positive_fraction_spins_noised, ladder=(8, 27), tier="standard"),
    ),
)

positive_fraction_two_state = Claim(
    theory=derived.positive_fraction_two_state,
    numeric=simulated.positive_fraction_two_state,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(8, 27, 101, 1000),
    parameters=(
        ReferencePoint(
            {"tau": "0.1", "beta": "1.6", "h": "-0.8", "T": "0.45"},
            "247 of 268 mutants differ by 3.0 % or more, least of them factor 2 at -exp(-2*tau)/N in the value (3.0 %)",
        ),
        ReferencePoint(
            {"tau": "-0.4", "beta": "1.37", "h": "-1.1", "T": "0.83"},
            "20 more of 268 mutants differ by 3.0 % or more"
            ", least of them integer + 1 at -1/2 in the value (3) (3.3 %)",
        ),
    ),
    path=SPECIATION,
    rivals=(
        Rival("model (13)", derived.positive_fraction_spins, "spins coupled within a state"),
        Rival("field beta*h", derived.over_sums(derived.TWOFOLD.subs(h, beta * h)), "as if the field carried a beta"),
    ),
    routes=(
        Route(source=simulated.positive_fraction_two_state_enumerated, ladder=(8, 11, 16)),
        Route(source=simulated.positive_fraction_two_state_noised, ladder=(8, 27), tier="standard"),
    ),
)
