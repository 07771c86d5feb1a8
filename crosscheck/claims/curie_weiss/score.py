"""Claims about the score of the two-state Curie-Weiss model: exact posterior, large times, potential of mu."""

from sympy import Integer, Rational, cosh, exp, log, sqrt, tanh

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.curie_weiss import score as simulated
from theory.notation import N, T, amplitude, h, m, mu, t, tau
from theory.systems.curie_weiss import score as derived

posterior_mean = Claim(
    theory=derived.posterior_mean,
    numeric=simulated.posterior_mean,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 2, 5, 9, 12),
    parameters=(
        ReferencePoint(
            {},
            "245 of 249 mutants differ by 3.0 % or more"
            ", least of them first order at exp(-t) in the log weight (3.1 %)",
        ),
    ),
    scale=Integer(1),  # of a spin, whose mean changes sign
    rivals=(Rival("one_state", derived.mean_in_plus, "the posterior of the state left out: the spin of the state +"),),
)

large_time_score = Claim(
    theory=derived.large_time_score,
    numeric=simulated.large_time_score,
    kind=Kind.ASYMPTOTIC,
    correction=exp(-2 * tau) * (1 + 1 / T) / N,
    ladder=(64, 128, 256, 512),
    parameters=(
        ReferencePoint(
            {},
            "all 77 mutants differ by 3.0 % or more, least of them integer + 1 at -3/2 (8.9 %)",
        ),
    ),
    path={t: log(N) / 2 + tau},
    rivals=(
        Rival("second_moment", (1 - m**2) * exp(-2 * tau) / T, "the size sqrt(T) of x left out"),
        Rival("spin_without_state", exp(-2 * tau) / T ** Rational(3, 2), "spin variance 1 instead of 1 - m^2"),
    ),
)

potential = Claim(
    theory=derived.potential,
    numeric=simulated.potential,
    kind=Kind.ASYMPTOTIC,
    correction=amplitude**2 * (1 + 1 / T) / N,
    ladder=(32, 64, 128, 256),
    parameters=(
        ReferencePoint(
            {},
            "124 of 128 mutants differ by 3.0 % or more, least of them root added at T*h + amplitude*mu (3.4 %)",
        ),
        ReferencePoint(
            {"beta": "1.16", "h": "0.75", "mu": "-1.99", "amplitude": "0.74", "T": "0.38"},
            "4 more of 128 mutants differ by 3.0 % or more, least of them symbol halved at T (110 %)",
        ),
    ),
    path={t: log(sqrt(N) / amplitude)},
    scale=T,
    rivals=(
        Rival("score_once", mu**2 / 2 - T * log(cosh(m * (h + amplitude * mu / T))), "T times the score, not 2 T"),
        Rival("without_T", mu**2 / 2 - 2 * T * log(cosh(m * (h + amplitude * mu))), "the noise left out of the field"),
    ),
    routes=(
        Route(source=derived.potential_of_spins, ladder=tuple(4**k for k in range(2, 8))),
        Route(source=simulated.potential_density, tier="standard"),
    ),
)

# Two normal laws of variance T(1 + e), e = ((1 - m^2)/T - 1)/amplitude^2: the barrier is
# 2 m^2 (1 - log(2) T/(m amplitude)^2 + e^2), without a term e; the third cumulant of the spins adds less than
# (1 - m^2) (2 m/(T amplitude^2))^2/3.
# Ten times correction^2 is more than both, as (T/m^2 + 1/T)^2 exceeds the squares of 1/T and of 1.
barrier = Claim(
    theory=derived.barrier,
    numeric=simulated.barrier,
    kind=Kind.ASYMPTOTIC,
    correction=(T / m**2 + 1 / T) / (3 * amplitude**2),
    ladder=(4, 6, 8, 12, 16, 24, 32),
    parameters=(
        ReferencePoint(
            {},
            "all 43 mutants differ by 3.0 % or more"
            ", least of them root added at beta*m in the equation of m (6.0 %)",
        ),
        ReferencePoint(
            {"beta": "1.8", "T": "0.45"},
            "no mutant needs it: 42 of 43 differ by 3.0 % or more here too",
        ),
    ),
    path={N: amplitude**4},
    rivals=(Rival("full_magnetisation", Integer(2), "saturated spins, m = 1"),
            Rival("half", m**2, "T times the score instead of 2 T, at half the height")),
    routes=(Route(source=simulated.barrier_carried, ladder=(4, 6, 8), tier="standard", replicas=2**12),),
)  # fmt: skip

late_minimum = Claim(
    theory=derived.late_minimum,
    numeric=simulated.late_minimum,
    kind=Kind.ASYMPTOTIC,
    correction=(m * amplitude) ** 2 / T,
    ladder=(1 / 4, 1 / 8, 1 / 16),
    parameters=(
        ReferencePoint(
            {},
            "all 62 mutants differ by 3.0 % or more, least of them root added at beta*m in the equation of m (5.6 %)",
        ),
        ReferencePoint(
            {"beta": "1.8", "h": "-0.45", "T": "1.6"},
            "no mutant needs it: 60 of 62 differ by 3.0 % or more here too",
        ),
    ),
    path={N: 2 / amplitude**2},
    scale=derived.late_scale,
    rivals=(
        Rival("as_printed", m * tanh(h * m) / T, "as printed in BM23 (27)"),
        Rival("mean_of_mu", m * tanh(h * m), "the mean of mu under the forward process"),
    ),
    routes=(
        Route(source=derived.minimum, ladder=tuple(0.5**k for k in range(2, 7))),
        Route(
            source=simulated.late_minimum_frozen,
            ladder=(1 / 8, 1 / 12, 1 / 16),
            tier="standard",
            finite_size=derived.mean_of_late_well,
        ),
    ),
)
