"""Claims about n data of the Curie-Weiss model: one state, the regressed score, the weights of the empirical score."""

from sympy import Integer, Rational, cosh, exp, log, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.curie_weiss import data as simulated
from theory.notation import N, T, beta, d_over_n, h, m, n, t, tau
from theory.systems.curie_weiss import data as derived

# The divergence is expanded in u = 1/(n p (1 - p)), p the probability of an up spin: n (1 - p) data have the spin down.
# 1 + u/6 + u^2/6 + 19 u^3/60 + ... as p -> 1 and that number is a Poisson variable: in u/2 no coefficient nears 10.
FEW_DATA = 2 * cosh(beta * m) ** 2 / n

state_divergence = Claim(
    theory=derived.state_divergence,
    numeric=simulated.state_divergence,
    kind=Kind.ASYMPTOTIC,
    correction=FEW_DATA,
    ladder=(1024, 4096, 16384),
    parameters=(
        ReferencePoint(
            {},
            "all 3 mutants differ by 3.0 % or more, least of them integer + 1 at 1 (100 %)",
        ),
    ),
    rivals=(
        Rival("two_parameters", Integer(2), "both probabilities of a spin counted as free"),
        Rival("half", Rational(1, 2), "n KL instead of 2 n KL"),
    ),
    routes=(
        Route(source=derived.state_divergence_of_n, ladder=tuple(2**power for power in range(5, 15)), rounding=1e-9),
        Route(source=simulated.state_divergence_data, ladder=(64, 192, 512), tier="standard"),
    ),
)

LIMITED_DATA = (1 / (1 - d_over_n) + exp(-2 * tau) + (1 - m**2) / m**2) / (4 * N)

regression_score_error = Claim(
    theory=derived.regression_score_error,
    numeric=simulated.regression_score_error,
    kind=Kind.ASYMPTOTIC,
    correction=LIMITED_DATA,
    ladder=(12, 24, 60),
    parameters=(
        ReferencePoint(
            {"beta": "1.7", "tau": "0.6", "T": "0.83", "d_over_n": "0.25"},
            "130 of 139 mutants differ by 3.0 % or more, least of them integer + 1 at -1/2 (3.1 %)",
        ),
    ),
    path={t: log(N) / 2 + tau, n: N / d_over_n},
    rivals=(
        Rival(
            "no_inverse", sqrt(derived.unexplained * d_over_n) / T, "N/n instead of N/(n - N - 1): data uncorrelated"
        ),
        Rival("labels", sqrt(derived.signal * d_over_n / (1 - d_over_n)) / T, "all of y taken for noise"),
    ),
    routes=(Route(source=simulated.regression_score_error_data, ladder=(12, 24, 80), tier="standard", replicas=2**17),),
)

empirical_score_weight = Claim(
    theory=derived.empirical_score_weight,
    numeric=simulated.empirical_score_weight,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(2, 8, 16),
    parameters=(
        ReferencePoint(
            {"beta": "1.37", "h": "0.85", "n": "3"},
            "61 of 63 mutants differ by 3.0 % or more"
            ", least of them root added at m in the equation of m (2) (5.4 %)"
            "; at larger fields the weights scatter more than a run can pay for",
        ),
    ),
    rivals=(
        Rival(
            "as_regressed",
            N / (4 * n * cosh(h * m) ** 2),
            "a variance that grows with N/n: n much larger than N needed",
        ),
    ),
    routes=(
        Route(
            source=simulated.empirical_score_weight_backward,
            ladder=(2,),
            steps={"dt": 1 / 20},
            tier="standard",
            replicas=2**22,
        ),
        Route(
            source=simulated.empirical_score_weight_backward,
            ladder=(8,),
            steps={"dt": 1 / 20},
            tier="deep",
            replicas=2**22,
        ),
    ),
)
