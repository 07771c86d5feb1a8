"""Claims about the generative process: the exact denoiser ends in the data; variance across trained weights."""

from sympy import Expr, erf, exp, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.autoencoder import denoiser as simulated
from theory.notation import b, steps, taken, x
from theory.systems.autoencoder import denoiser as derived

MEAN = sum(p * centre for p, centre in zip((derived.SHARE, 1 - derived.SHARE), derived.CENTRES, strict=True))
SPREAD = derived.VARIANCE + derived.SHARE * (1 - derived.SHARE) * (derived.CENTRES[1] - derived.CENTRES[0]) ** 2


def one_mode(centre: Expr, variance: Expr) -> Expr:
    """The law of a Gaussian."""
    return (1 + erf((x - centre) / sqrt(2 * variance))) / 2


MODES = tuple(one_mode(centre, derived.VARIANCE) for centre in derived.CENTRES)

denoiser_identity = Claim(
    theory=derived.denoiser_identity,
    numeric=simulated.denoiser_identity,
    kind=Kind.EXACT,
    correction="exact",
    law=x,
    ladder=(20,),  # of weak order 2: it moves the law by less than a tenth of the resolution
    parameters=(
        ReferencePoint(
            {"epsilon": "0.15"},
            "88 of 94 mutants differ by 3.0 % or more, least of them root added at sqrt(5) (2) (3.2 %)",
        ),
    ),
    rivals=(
        Rival("linear denoiser", one_mode(MEAN, SPREAD), "the best linear guess of the datum makes one Gaussian"),
        Rival("weights lost", MODES[0] / 2 + MODES[1] / 2, "both modes alike"),
    ),
    routes=(Route(source=simulated.denoiser_identity_in_space, ladder=(48, 96), tier="standard"),),
)

bulk_variance = Claim(
    theory=derived.bulk_variance,
    numeric=simulated.bulk_variance_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(3, 6, 12),
    parameters=(
        ReferencePoint(
            {"t": "0.72", "b": "0.49", "epsilon": "0.37"},
            "all 404 mutants differ by 3.0 % or more, least of them root added at -2*(1 - b)*log(1 - u) (4.6 %)",
        ),
    ),
    rivals=(
        Rival("one integral for two", derived.ONE_INTEGRAL, "the exponent of an amplitude for that of a variance"),
        Rival("(106)-(107)", derived.WITHOUT_NOISE, "as printed in CPL25 (106)-(107), without the noise gathered"),
    ),
    routes=(Route(source=simulated.bulk_variance, ladder=(8, 32), steps={"dt": 1 / 16}, tier="standard"),),
)

bulk_variance_euler = Claim(
    theory=derived.bulk_variance_euler,
    numeric=simulated.bulk_variance_euler_of_moments,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(3, 6, 12),
    parameters=(
        ReferencePoint(
            {"b": "0.47", "steps": "50", "taken": "47"},
            "all 150 mutants differ by 3.0 % or more, least of them related function at"
            " loggamma(b + steps - taken) (16 %)",
        ),
    ),
    rivals=(
        Rival("small steps", (1 - taken / steps) ** (2 * (1 - b)), "(13), for steps that are not small"),
        Rival("amplitude", exp(derived.LOG_EULER), "the product of the factors, not of their squares"),
        Rival("one step too many", derived.EULER * ((derived.LEFT - 1 + b) / derived.LEFT) ** 2, "the last time taken"),
    ),
    routes=(Route(source=simulated.bulk_variance_euler, ladder=(8, 32), tier="standard"),),
)
