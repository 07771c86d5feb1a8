"""Claim about the Curie-Weiss weights under a wrong score: their response to an error common to all components."""

from sympy import sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.curie_weiss import response as simulated
from theory.formula import Quadrature
from theory.notation import N, T, h, k, m
from theory.systems.curie_weiss import response as derived

SPINS_AND_NOISE = (T + m**2) / (4 * m**2 * N)

weight_response = Claim(
    theory=derived.weight_response,
    numeric=simulated.weight_response,
    kind=Kind.ASYMPTOTIC,
    correction=SPINS_AND_NOISE,
    ladder=tuple(2**power for power in range(4, 12)),
    parameters=(
        ReferencePoint(
            {},
            "131 of 138 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 in the integrand (3) (3.2 %)",
        ),
    ),
    rivals=(
        Rival("equal_weights", Quadrature(derived.INTEGRAND.subs(h, 0), k, given=derived.GIVEN), "the field left out"),
        Rival("without_T", Quadrature(derived.INTEGRAND / sqrt(T), k, given=derived.GIVEN), "the noise sqrt(T) lost"),
        Rival(
            "score_once", Quadrature(derived.INTEGRAND / 2, k, given=derived.GIVEN), "the score times T instead of 2 T"
        ),
    ),
    routes=(
        Route(
            source=simulated.weight_response_two_point,
            ladder=(64, 4096),
            steps={"dt": 1 / 48},
            finite_size=derived.two_point_next_order,
            leg="independent",
            tier="standard",
            replicas=2**23,
        ),
        Route(source=simulated.weight_response_sampled, ladder=(8, 32, 128), tier="deep"),
        Route(
            source=simulated.weight_response_backward,
            ladder=(16, 64, 256),
            steps={"dt": 1 / 24},
            tier="deep",
            replicas=2**22,
        ),
    ),
)
