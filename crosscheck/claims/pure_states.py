"""Claims about several pure states: the score as a derivative of the free energy, the posterior weight of a state."""

from sympy import exp, log

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems import pure_states as simulated
from theory.notation import N, t, tau
from theory.systems import pure_states as derived

free_energy_score = Claim(
    theory=derived.free_energy_score,
    numeric=simulated.free_energy_score,
    kind=Kind.IDENTITY,
    correction="exact",
    ladder=(2, 3, 4, 5, 6, 7, 8),
    parameters=(
        ReferencePoint(
            {},
            "379 of 392 mutants differ by 3.0 % or more"
            ", least of them root added at beta in the log weight (2) (3.4 %)",
        ),
        ReferencePoint(
            {"beta": "1.6"},
            "1 more of 392 mutants differ by 3.0 % or more"
            ", least of them integer + 1 at 1 in the log weight (2) (3.1 %)",
        ),
    ),
    rivals=(
        Rival("field_without_beta", derived.field_without_beta, "z = x exp(-t)/Delta, the 1/beta forgotten"),
        Rival("free_spins", derived.free_spins, "the couplings left out of the free energy"),
    ),
)

# The log odds of N components are normal up to ORDER; by the exact law at finite N the drift is at most 0.2 ORDER, and
# what follows at most 0.15 ORDER^2, over the whole domain, also where both states are nearly one and there is no drift.
ORDER = (derived.signal + exp(-2 * tau)) / N

posterior_weight = Claim(
    theory=derived.posterior_weight,
    numeric=simulated.posterior_weight,
    kind=Kind.ASYMPTOTIC,
    correction=ORDER / 8,
    ladder=(8, 32, 128),
    parameters=(
        ReferencePoint(
            {"m1": "0.8", "m2": "-0.35", "w": "0.85", "tau": "-0.15", "T": "0.75"},
            "136 of 187 mutants differ by 3.0 % or more"
            ", least of them dropped term at -m2 in the integrand (2) (3.1 %)"
            "; where more of them do, the way back scatters more than a run can pay for",
        ),
    ),
    path={t: log(N) / 2 + tau},
    rivals=(
        Rival("as_printed", derived.posterior_weight.published[0].formula, "as printed in BM23 (31)"),
        Rival("noise_2T", derived.twice_the_noise, "the variance of the noise without its factor 1/2"),
    ),
    routes=(
        Route(
            source=simulated.posterior_weight_exact, ladder=tuple(2**power for power in range(3, 12)), rounding=1e-11
        ),
        Route(
            source=simulated.posterior_weight_backward,
            ladder=(24, 96),
            steps={"dt": 1 / 16},
            tier="standard",
            replicas=2**20,
        ),
    ),
)
