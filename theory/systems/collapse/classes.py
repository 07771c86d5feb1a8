"""Two classes at +m and -m: the excess entropy loses what a noised point tells of its class.

Along m the point is a sign seen through Gaussian noise of signal-to-noise ratio v = d mu^2/(sigma^2 + exp(2t) - 1); the
other components are those of one Gaussian.
"""

from __future__ import annotations

from sympy import Integer, Integral, Rational, cosh, exp, log, oo, pi, sqrt

from theory.binary_channel import CHANNEL, EQUIVOCATION, INFORMATION_STEPS, information, over_line
from theory.checks import limit
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, whole
from theory.formula import Explicit
from theory.notation import Gamma, alpha_log, contrast, d, label, mu, sigma, snr, t, v, x
from theory.random_energy import CONTRAST, GIVEN, MODEL, excess

DOMAIN = Domain((
    *MODEL.ranges,
    *CHANNEL.ranges,
    positive(mu, default="0.8", explored=("0.3", "2")),
    whole(d, 1, default=29, explored=(2, 60)),
    positive(v, default="0.7", explored=("0.1", "5")),
))  # fmt: skip

SIGNAL = d * mu**2 / (exp(2 * t) - 1 + sigma**2)

label_information = ClosedForm(
    name="collapse.label_information",
    statement="Information in nats that a point of a noised symmetric mixture holds on its class.",
    source="BBDM24 (5), derived here",
    formula=information({snr: Explicit(v)}),
    parameters=(v,),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *INFORMATION_STEPS,
            Step(over_line(EQUIVOCATION), Integer(0), "a loud signal tells the class: log 2 is left", limit(snr, oo)),
        ),
        DOMAIN,
    ),
)  # fmt: skip

# Along m: two Gaussians of variance Gamma at the distance 2 s, seen in units of sqrt(Gamma).
ONE = exp(-((x - sqrt(Gamma * snr)) ** 2) / (2 * Gamma)) / sqrt(2 * pi * Gamma)
BOTH = ONE * (1 + exp(-2 * x * sqrt(snr / Gamma))) / 2
LABELLED = Rational(1, 2) + log(2 * pi * Gamma) / 2

excess_entropy_mixture = ClosedForm(
    name="collapse.excess_entropy_mixture",
    statement="Excess entropy density f of n separate Gaussians over noised data of two classes at +m and -m.",
    source="BBDM24 (5), derived here",
    formula=Explicit(excess - label / d, {**GIVEN, label: information({snr: Explicit(SIGNAL)})}),
    parameters=(t, alpha_log, sigma, mu, d),
    size=d,
    domain=DOMAIN,
    derivation=Derivation(
        (
            Step(
                d * mu**2 * exp(-2 * t) / (1 - exp(-2 * t) + sigma**2 * exp(-2 * t)), SIGNAL,
                "signal to noise along m: |m|^2 exp(-2t) over the variance of a noised class",
            ),
            Step(
                (ONE + ONE.subs(x, -x)) / 2, ONE * cosh(x * sqrt(snr / Gamma)) * exp(-x * sqrt(snr / Gamma)),
                "both classes",
            ),
            Step(BOTH, (ONE + ONE.subs(x, -x)) / 2, "as one class times a factor"),
            Step(
                -Integral(ONE * log(ONE), (x, -oo, oo)), LABELLED,
                "entropy along m of a class that is known", where={Gamma: 1 - exp(-2 * t) + sigma**2 * exp(-2 * t)},
            ),
            Step(
                log(ONE) - log(BOTH), log(2) - log(1 + exp(-2 * x * sqrt(snr / Gamma))),
                "what the class is worth: its mean is the information of the channel, as for label_information",
                where={Gamma: 1 - exp(-2 * t) + sigma**2 * exp(-2 * t)},
            ),
            Step(
                (1 - exp(-2 * t) + sigma**2 * exp(-2 * t)) / (1 - exp(-2 * t)), 1 + CONTRAST,
                "each other component as for one Gaussian",
            ),
        ),
        Domain((*DOMAIN.ranges, positive(Gamma, default="1.2", explored=("0.5", "3")))),
    ),
)  # fmt: skip
ONE_CLASS = Explicit(excess, {contrast: GIVEN[contrast]})
