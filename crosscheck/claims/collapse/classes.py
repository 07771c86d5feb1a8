"""Claims about two classes: what a noised point tells of its class, and the excess entropy that this costs."""

from sympy import log, sqrt

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.collapse import classes as simulated
from theory.binary_channel import disagreement, information
from theory.formula import Explicit
from theory.notation import d, snr, v
from theory.systems.collapse import classes as derived

label_information = Claim(
    theory=derived.label_information,
    numeric=simulated.label_information,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1,),
    parameters=(
        ReferencePoint(
            {"v": "1.73"},
            "all 98 mutants differ by 3.0 % or more, least of them integer + 1 at 1/2 in the integrand (3) (8.4 %)",
        ),
    ),
    rivals=(
        Rival("one bit", log(2), "as if every point told its class"),
        Rival(
            "rate times v",
            Explicit(v * derived.label, {derived.label: disagreement({snr: Explicit(v)})}),
            "not integrated",
        ),
        Rival("amplitude", information({snr: Explicit(sqrt(v))}), "v taken for the amplitude"),
    ),
    routes=(Route(source=simulated.label_disagreement, leg="independent"),),
)

excess_entropy_mixture = Claim(
    theory=derived.excess_entropy_mixture,
    numeric=simulated.excess_entropy_mixture,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(2, 4, 8, 16),
    parameters=(
        ReferencePoint(
            {"t": "0.9", "sigma": "1.23", "alpha_log": "0.41", "mu": "0.8"},
            "227 of 236 mutants differ by 3.0 % or more"
            ", least of them root added at sqrt(2) in the integrand of label (3.0 %)"
            "; where more of them do the class is nearly known, and rare mistakes scatter more than a run can pay for",
        ),
    ),
    rivals=(
        Rival("one class", derived.ONE_CLASS, "the information on the class left out"),
        Rival(
            "one bit",
            Explicit(derived.excess - log(2) / d, derived.GIVEN),
            "n/2 data for n, as if every point told its class",
        ),
        Rival(
            "mode of norm mu",
            Explicit(
                derived.excess - derived.label / d,
                {**derived.GIVEN, derived.label: information({snr: Explicit(derived.SIGNAL / d)})},
            ),
            "|m| = mu",
        ),
    ),
)
