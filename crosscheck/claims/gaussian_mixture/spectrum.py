"""Claims about the covariance of noised data, the speciation time that follows, and the norm of a noised datum."""

from sympy import Integer, exp, log, pi, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_mixture import spectrum as simulated
from theory.notation import Lambda, c, d, mu, t
from theory.systems.gaussian_mixture import spectrum as derived

covariance = Claim(
    theory=derived.covariance,
    numeric=simulated.covariance,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(2, 4, 8, 64),
    parameters=(
        ReferencePoint(
            {"t": "0.57", "mu": "0.77", "sigma": "1.44"},
            "all 77 mutants differ by 3.0 % or more, least of them root added at t (5.7 %)",
        ),
    ),
    rivals=(
        Rival("amplitude for variance", derived.LARGEST * exp(-t) + derived.DELTA, "exp(-t) for exp(-2t)"),
        Rival("noise of variance 1", derived.LARGEST * exp(-2 * t) + 1, "Delta taken at large times"),
        Rival("without the width", d * mu**2 * exp(-2 * t) + derived.DELTA, "Lambda = |m|^2"),
    ),
    routes=(Route(source=simulated.covariance_drawn, ladder=(2, 4, 8), tier="standard"),),
)

late_precision = Claim(
    theory=derived.late_precision,
    numeric=simulated.late_precision,
    kind=Kind.ASYMPTOTIC,
    correction=c * exp(-2 * t) / derived.DELTA,
    ladder=(3, 3.5, 4, 4.5, 5, 5.5, 6),
    parameters=(
        ReferencePoint(
            {"c": "0.66"},
            "69 of 70 mutants differ by 3.0 % or more, least of them root added at exp(-2*t) (2) (5.0 %)",
        ),
    ),
    scale=c * exp(-2 * t) / derived.DELTA**2,  # of the first order: of that the next one is a small part
    rivals=(
        Rival("as printed", derived.late_precision.published[0].formula, "read as a covariance, with Lambda for Delta"),
        Rival(
            "covariance", (1 + exp(-2 * t) * c / derived.DELTA) * derived.DELTA, "the same expansion of the covariance"
        ),
        Rival("zeroth order", 1 / derived.DELTA, "noise alone"),
    ),
    routes=(Route(source=simulated.late_precision_estimated, ladder=(1.5, 2, 2.5), tier="standard"),),
)

speciation_time = Claim(
    theory=derived.speciation_time,
    numeric=simulated.speciation_time,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 16, 64),
    parameters=(
        ReferencePoint(
            {"mu": "0.52", "sigma": "1.46"},
            "all 45 mutants differ by 3.0 % or more, least of them exponent - 1 at sigma**2 (12 %)",
        ),
    ),
    scale=Integer(1),  # a unit of time: what speciation takes
    rivals=(
        Rival("log(d)/2", log(d) / 2, "mu left out"),
        Rival("signal of amplitude", log(derived.LARGEST), "Lambda exp(-t) = 1"),
        Rival("as much noise as signal", derived.EQUAL, "Lambda exp(-2t) = Delta instead of 1: the same as d grows"),
    ),
    routes=(Route(source=simulated.speciation_time_of_data, ladder=(4, 16), tier="standard", replicas=2**13),),
)

spectral_speciation_time = Claim(
    theory=derived.spectral_speciation_time,
    numeric=simulated.spectral_speciation_time,
    kind=Kind.IDENTITY,
    correction="exact",
    ladder=(1,),
    parameters=(  # the five rows of BBDM24 Table 1
        ReferencePoint(
            {"Lambda": "7.66"},
            "all 18 mutants differ by 0.30 % or more, least of them root added at log(Lambda)/2 (0.90 %)",
        ),
        ReferencePoint(
            {"Lambda": "16.72"},
            "no mutant needs it: 18 of 18 differ by 0.30 % or more here too",
        ),
        ReferencePoint(
            {"Lambda": "3.05"},
            "no mutant needs it: 18 of 18 differ by 0.30 % or more here too",
        ),
        ReferencePoint(
            {"Lambda": "12.11"},
            "no mutant needs it: 18 of 18 differ by 0.30 % or more here too",
        ),
        ReferencePoint(
            {"Lambda": "60.52"},
            "no mutant needs it: 18 of 18 differ by 0.30 % or more here too",
        ),
    ),
    scale=Integer(1),
    resolution=0.001,  # below what the rivals differ by where Lambda is large
    rivals=(
        Rival("as much noise as signal", log(1 + Lambda) / 2, "Lambda exp(-2t) = Delta instead of 1"),
        Rival("amplitude", log(sqrt(Lambda)) / 2, "a standard deviation for a variance"),
    ),
)

noised_peak = Claim(
    theory=derived.noised_peak,
    numeric=simulated.noised_peak,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 2, 4),
    parameters=(
        ReferencePoint(
            {"t": "0.4"},
            "all 41 mutants differ by 3.0 % or more, least of them integer - 1 at -2 (38 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.noised_peak.published[0].formula, "as printed in BBDM24 (2)"),
        Rival("noise of variance 1", (2 * pi) ** (-d / 2), "Delta taken at large times"),
    ),
    routes=(Route(source=simulated.noised_peak_in_cube, tier="standard"),),
)
