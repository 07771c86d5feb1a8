"""Claims about clones of a backward path between two Gaussian modes: at any time, at fixed signal, at speciation."""

from sympy import Expr, Rational, erf, exp, log, sqrt, tanh

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_mixture import classes as simulated
from theory.binary_channel import agreement
from theory.formula import Explicit
from theory.notation import Gamma, d, mu, s, sigma, snr, t
from theory.systems.gaussian_mixture import classes as derived


def clone_like_parent(ratio: Expr) -> Expr:
    """Probability that the mode of one clone is that on whose side the common point lies."""
    return (1 + erf(sqrt(ratio / 2))) / 2


def annealed(ratio: Expr) -> Expr:
    """The average of tanh^2 taken inside it."""
    return (1 + tanh(ratio) ** 2) / 2


same_class_probability = Claim(
    theory=derived.same_class_probability,
    numeric=simulated.same_class_probability,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 8, 16),
    parameters=(
        ReferencePoint(
            {"t": "0.6", "mu": "0.77", "sigma": "1.44"},
            "157 of 169 mutants differ by 3.0 % or more, least of them root added at t in Gamma (2) (3.1 %)",
        ),
        ReferencePoint(
            {"t": "0.63", "mu": "0.51", "sigma": "0.44"},
            "6 more of 169 mutants differ by 3.0 % or more, least of them integer - 1 at -2 in Gamma (3.1 %)",
        ),
        ReferencePoint(
            {"t": "0.61", "mu": "1.19", "sigma": "1.49"},
            "3 more of 169 mutants differ by 3.0 % or more"
            ", least of them root added at sigma**2*exp(-2*t) + 1 - exp(-2*t) in Gamma (3.1 %)",
        ),
    ),
    rivals=(
        Rival(
            "noise without the width of a mode",
            agreement({Gamma: Explicit(1 - exp(-2 * t)), snr: derived.SEEN_AT_TIME[snr]}),
            "Delta in place of Gamma",
        ),
        Rival("one clone, one point", Explicit(clone_like_parent(snr), derived.SEEN_AT_TIME), "one clone is no pair"),
        Rival("annealed", Explicit(annealed(snr), derived.SEEN_AT_TIME), "the signal without its scatter"),
    ),
    routes=(
        Route(source=simulated.same_class_probability_noised, ladder=(4, 16), tier="standard"),
        Route(source=simulated.same_class_probability_cloned, ladder=(4, 8), tier="standard", steps={"dt": 1 / 12}),
    ),
)

same_class_limit = Claim(
    theory=derived.same_class_limit,
    numeric=simulated.same_class_probability,
    kind=Kind.ASYMPTOTIC,
    correction=s**2 * (1 + sigma**2) / (mu**2 * d),  # v dphi/dv is bounded: the shift of log v decides
    ladder=(64, 256, 1024, 4096),
    parameters=(
        ReferencePoint(
            {"s": "0.55", "mu": "0.51", "sigma": "0.44"},
            "89 of 92 mutants differ by 1.8 % or more, least of them integer + 1 at 1/2 in the integrand (3) (2.8 %)",
        ),
        ReferencePoint(
            {"s": "0.97", "mu": "0.69", "sigma": "0.45"},
            "2 more of 92 mutants differ by 1.8 % or more, least of them dropped factor at z in the integrand (3.6 %)",
        ),
        ReferencePoint(
            {"s": "0.5", "mu": "1.46", "sigma": "1.39"},
            "no mutant needs it: 89 of 92 differ by 1.8 % or more here too",
        ),
    ),
    path={t: log(mu * sqrt(d) / s)},
    resolution=0.006,  # below what the rivals differ by where the signal is weak
    rivals=(
        Rival("one clone, one point", clone_like_parent(s**2), "one clone is no pair"),
        Rival("annealed", annealed(s**2), "the signal without its scatter"),
    ),
    routes=(Route(source=derived.same_class_at_signal, ladder=tuple(2**k for k in range(6, 15))),),
)

speciation_constant = Claim(
    theory=derived.speciation_constant,
    numeric=simulated.same_class_probability,
    kind=Kind.ASYMPTOTIC,
    correction=(1 + 2 * sigma**2) / (mu**2 * d),
    ladder=(64, 256, 1024, 4096),
    parameters=(
        ReferencePoint(
            {"mu": "0.78", "sigma": "0.48"},
            "all 72 mutants differ by 3.0 % or more, least of them factor 1/2 at snr in the integrand (3.6 %)",
        ),
    ),
    path={t: log(d * mu**2 + sigma**2) / 2},
    rivals=(
        Rival("t_s = log(d)/2", agreement({snr: Explicit(mu**2)}), "mu left out of the speciation time"),
        Rival("one clone, one point", clone_like_parent(Rational(1)), "one clone is no pair"),
    ),
    routes=(Route(source=derived.same_class_at_speciation, ladder=tuple(2**k for k in range(6, 15))),),
)
