"""Curie-Weiss at equilibrium: the field's density, and magnetisation, variance and weight of the positive state."""

from sympy import cosh, erfc, exp, sign, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.curie_weiss import equilibrium as numerics
from theory.formula import Explicit, Root
from theory.notation import N, S, beta, h, m, y
from theory.systems.curie_weiss import equilibrium as theory
from theory.two_states import MAGNETISATION, STATES, weight

# A state is expanded in 1/N with one more factor of about 10/kappa^2 per order, up to the critical point.  There the
# barrier between the states is 3 N kappa^2/16: what leaks over it, exp(-2/UNIFORM), must be no part of the drift.
UNIFORM = 10 / (N * theory.kappa**2)
SAMPLED = UNIFORM / 4  # of means: chains do not see a leak below 1 %

ODD = tuple(2**power + 1 for power in range(8, 17))

density_of_magnetisation = Claim(
    theory=theory.density_of_magnetisation,
    numeric=numerics.density_of_magnetisation,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 2, 3, 5, 8, 12),
    parameters=(
        ReferencePoint(
            {"beta": "1.37", "h": "0.61", "m": "0.8"},
            "all 174 mutants differ by 3.0 % or more, least of them root added at h in the integrand of z (2) (9.8 %)",
        ),
        ReferencePoint(
            {"beta": "2.1", "h": "-0.9", "m": "-0.6"},
            "no mutant needs it: 174 of 174 differ by 3.0 % or more here too",
        ),
    ),
    routes=(Route(source=numerics.density_of_magnetisation_sampled, ladder=(4, 8, 16)),),
)

# Laplace's two normal laws, one per state; the root is called y, for m is the argument of the law.
two_normals = sum(
    weight(state).subs(m, y) * erfc(sqrt(N * beta * theory.kappa.subs(m, y) / 2) * (state * y - m)) / 2
    for state in STATES
)
ROOT_AS_Y = Root(MAGNETISATION.equation.subs(m, y), y, MAGNETISATION.low, MAGNETISATION.high)

law_of_field = Claim(
    theory=theory.law_of_field,
    numeric=numerics.law_of_field,
    kind=Kind.EXACT,
    correction="exact",
    law=m,
    ladder=(1, 4, 16, 64),
    parameters=(
        ReferencePoint(
            {"beta": "1.37", "h": "0.61"},
            "195 of 200 mutants differ by 3.0 % or more, least of them root added at sqrt(2) in the value (3.3 %)",
        ),
        ReferencePoint(
            {"beta": "2.1", "h": "-0.9"},
            "3 more of 200 mutants differ by 3.0 % or more"
            ", least of them root added at sqrt(beta) in the value (3.8 %)",
        ),
    ),
    rivals=(
        Rival("two normal laws", Explicit(two_normals, {y: ROOT_AS_Y}), "Laplace's method, right only as N grows"),
        Rival("law of S/N", theory.over_spins((1 + sign(m - S / N)) / 2), "of the spins, not of the field"),
    ),
    routes=(Route(source=numerics.law_of_field_glauber, ladder=(4, 16), tier="standard", replicas=2**19),),
)

magnetisation = Claim(
    theory=theory.magnetisation,
    numeric=numerics.magnetisation,
    kind=Kind.ASYMPTOTIC,
    correction=UNIFORM,
    ladder=(4000, 8000, 16000, 32000, 64000),
    parameters=(
        ReferencePoint(
            {"beta": "1.37"},
            "all 30 mutants differ by 3.0 % or more, least of them root added at beta*m in the equation (3.1 %)",
        ),
        ReferencePoint(
            {"beta": "1.9"},
            "no mutant needs it: 26 of 30 differ by 3.0 % or more here too",
        ),
    ),
    routes=(
        Route(source=theory.magnetisation_of_spins, ladder=ODD, rounding=1e-10),
        Route(
            source=numerics.magnetisation_glauber,
            ladder=(300, 600, 1200),
            correction=SAMPLED,
            tier="standard",
            replicas=2**16,
        ),
    ),
)

state_variance = Claim(
    theory=theory.state_variance,
    numeric=numerics.state_variance,
    kind=Kind.ASYMPTOTIC,
    correction=2 * UNIFORM,  # a leak counts N m^2 times in a variance
    ladder=(4000, 8000, 16000, 32000, 64000),
    parameters=(
        ReferencePoint(
            {"beta": "1.37"},
            "all 87 mutants differ by 3.0 % or more, least of them root added at beta (13 %)",
        ),
        ReferencePoint(
            {"beta": "1.9"},
            "no mutant needs it: 87 of 87 differ by 3.0 % or more here too",
        ),
    ),
    rivals=(Rival("variance of the field m", 1 / (beta * theory.kappa), "that of m, not of the spins"),),
    routes=(
        Route(source=theory.variance_of_spins, ladder=ODD, rounding=1e-10),
        Route(source=numerics.state_variance_alternating, ladder=(2000, 8000, 32000), tier="standard", replicas=2**19),
    ),
)

weight_plus = Claim(
    theory=theory.weight_plus,
    numeric=numerics.weight_plus,
    kind=Kind.ASYMPTOTIC,
    correction=UNIFORM,
    ladder=(4001, 8001, 16001, 32001, 64001),
    parameters=(
        ReferencePoint(
            {},
            "68 of 73 mutants differ by 3.0 % or more, least of them inverted factor at m in the equation of m (3.5 %)",
        ),
        ReferencePoint(
            {"beta": "1.54", "h": "-1.41"},
            "5 more of 73 mutants differ by 3.0 % or more, least of them first order at cosh(h*m) (5.7 %)",
        ),
    ),
    rivals=(
        Rival("field beta*h", exp(beta * h * m) / (2 * cosh(beta * h * m)), "as if the field carried a beta in (13)"),
    ),
    routes=(
        Route(source=theory.weight_of_spins, ladder=ODD, rounding=1e-10),
        Route(
            source=numerics.weight_plus_glauber,
            ladder=(201, 401, 801, 1601),
            correction=SAMPLED,
            tier="standard",
            replicas=2**16,
        ),
    ),
)
