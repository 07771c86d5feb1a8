"""Claims about the overlap q = m x/sqrt(d) with a Gaussian mode: its noise, its potential, the times when it splits."""

from sympy import Expr, Integer, Rational, cosh, exp, log, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_mixture import potential as simulated
from theory.notation import amplitude, d, dt, mu, q, sigma, t
from theory.systems.gaussian_mixture import potential as derived

overlap_noise = Claim(
    theory=derived.overlap_noise,
    numeric=simulated.overlap_noise,
    kind=Kind.ASYMPTOTIC,
    correction=(1 + mu**2) / d**2,  # a step of 1/d^2 adds the square of the drift, less than mu^2 (1 + mu^2)
    ladder=(16, 32, 64),
    parameters=(
        ReferencePoint(
            {"mu": "0.5"},
            "all 13 mutants differ by 3.0 % or more, least of them root added at 2*mu**2 (41 %)",
        ),
    ),
    path={t: log(d) / 2, dt: 1 / d**2},
    rivals=(
        Rival("as printed", Integer(2), "as printed with BBDM24 (7), mu left out"),
        Rival("one component", mu**2, "the noise of a standard Brownian motion, without the factor 2"),
    ),
    routes=(Route(source=simulated.overlap_noise_generated, ladder=(16, 32), tier="standard"),),
)

WELL = mu**2 * (1 + q**2)  # V is as large as the steeper of its two parts, and changes sign between them


def with_factors(noise: Expr, field: Expr) -> Expr:
    """V with another factor of its second part, and another field on the modes."""
    return q**2 / 2 - 2 * noise * log(cosh(field))


potential = Claim(
    theory=derived.potential,
    numeric=simulated.potential_of_width,
    kind=Kind.ASYMPTOTIC,
    correction=amplitude**2 * (1 + amplitude + 1 / mu**2) / d,
    ladder=tuple(2**k for k in range(5, 13)),
    parameters=(
        ReferencePoint(
            {"q": "-1.93", "mu": "1.22", "amplitude": "1.1"},
            "all 79 mutants differ by 3.0 % or more, least of them root added at q**2/2 (7.1 %)",
        ),
    ),
    path={t: log(sqrt(d) / amplitude), sigma: Rational(7, 10)},  # at sigma = 1 (8) would be exact
    scale=WELL,
    rivals=(
        Rival(
            "noise 2",
            with_factors(Integer(1), q * sqrt(d) * exp(-t)),
            "the potential that would go with the noise of (7)",
        ),
        Rival("score once", with_factors(mu**2 / 2, q * sqrt(d) * exp(-t)), "the score without its factor 2"),
        Rival("field of exp(-2t)", with_factors(mu**2, q * sqrt(d) * exp(-2 * t)), "two exp(-t) for one"),
    ),
    routes=(Route(source=simulated.potential_of_width_by_density, ladder=(64, 256, 1024), tier="standard"),),
)

potential_of_width = Claim(
    theory=derived.potential_of_width,
    numeric=simulated.potential_of_width,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(16, 64, 256),
    parameters=(
        ReferencePoint(
            {"q": "-1.85", "t": "1.53", "mu": "0.94", "sigma": "1.3"},
            "138 of 143 mutants differ by 3.0 % or more"
            ", least of them factor 1/2 at (sigma**2 - 1)*exp(-2*t) in Gamma (3.1 %)",
        ),
        ReferencePoint(
            {"q": "1.44", "t": "1.72", "mu": "0.54", "sigma": "0.46"},
            "5 more of 143 mutants differ by 3.0 % or more, least of them root added at 1/Gamma (3.0 %)",
        ),
    ),
    scale=WELL,
    rivals=(
        Rival("modes of deviation 1", derived.POTENTIAL, "BBDM24 (8) at times of order one"),
        Rival("noise without the width of a mode", derived.potential_at(1 - exp(-2 * t)), "Delta in place of Gamma"),
    ),
    routes=(Route(source=simulated.potential_of_width_by_density, tier="standard"),),
)

double_well_time = Claim(
    theory=derived.double_well_time,
    numeric=simulated.double_well_time,
    kind=Kind.ASYMPTOTIC,
    correction=(1 + sigma**2) ** 2 / (mu**2 * d) ** 2,
    ladder=tuple(2**k for k in range(4, 10)),
    parameters=(
        ReferencePoint(
            {"mu": "0.51", "sigma": "1.1"},
            "all 30 mutants differ by 3.0 % or more, least of them related function at log(2*d*mu**2) (5.7 %)",
        ),
    ),
    scale=Integer(1),  # a unit of time: what speciation takes
    rivals=(
        Rival("two peaks", derived.PARTED, "the law splits later on the way back than the potential"),
        Rival("speciation", log(d) / 2, "mu left out"),
    ),
)

bimodal_time = Claim(
    theory=derived.bimodal_time,
    numeric=simulated.bimodal_time,
    kind=Kind.ASYMPTOTIC,
    correction=(1 + sigma**2) / (mu**2 * d),
    ladder=tuple(2**k for k in range(5, 13)),
    parameters=(
        ReferencePoint(
            {"mu": "0.51", "sigma": "1.1"},
            "all 29 mutants differ by 3.0 % or more, least of them related function at log(d*mu**2) (5.7 %)",
        ),
    ),
    scale=Integer(1),
    rivals=(
        Rival("two wells", derived.SPLIT, "the potential splits earlier on the way back than the law"),
        Rival("speciation", log(d) / 2, "mu left out"),
    ),
)
