"""Two Gaussian modes in d dimensions: how often two clones of a way back, parted at time t, end in the same mode.

Data are s m + sigma xi with s = +1 or -1 equally likely, |m|^2 = d mu^2 and d standard normal components xi; T = 1.
A noised mode has the variance Gamma = Delta + sigma^2 exp(-2t) in every direction, so that a noised point says of its
mode what its component along m says: a sign seen at the signal-to-noise ratio v = d mu^2 exp(-2t)/Gamma.
"""

from __future__ import annotations

from sympy import Expr, Integer, exp, log, oo, pi, sqrt

from theory.binary_channel import (
    AGREEMENT_STEPS,
    CHANNEL,
    PHI_STEP,
    POSTERIOR_STEPS,
    SEEN,
    agreement,
    disagreement,
    slope,
)
from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit, Quadrature
from theory.notation import Gamma, a, d, m, mu, s, sigma, snr, t, x, y, z
from theory.published import Published

WIDTH = 1 - exp(-2 * t) + sigma**2 * exp(-2 * t)
SIGNAL_TO_NOISE = d * mu**2 * exp(-2 * t) / Gamma
SEEN_AT_TIME = {Gamma: Explicit(WIDTH), snr: Explicit(SIGNAL_TO_NOISE)}
LAMBDA = d * mu**2 + sigma**2  # variance of the data along m

MODES = (
    positive(mu, default="0.9", explored=("0.5", "1.6")),
    positive(sigma, default="0.7", explored=("0.4", "1.5")),
)
SIZE = whole(d, 1, default=16, explored=(4, 64))
AT_TIME = Domain((positive(t, default="1.1", explored=("0.5", "2")), SIZE, *MODES))
AT_SIGNAL = Domain((positive(s, default="1.3", explored=("0.4", "2.2")), *MODES, SIZE), (d * mu**2 > s**2,))
AT_SPECIATION = Domain((*MODES, SIZE), (d * mu**2 + sigma**2 > 1,))
STEPS = Domain((
    *AT_TIME.ranges,
    *CHANNEL.ranges,
    AT_SIGNAL[s],
    positive(Gamma, default="0.9", explored=("0.5", "2")),
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (a, m, x, y)),
))  # fmt: skip


def gaussian(at: Expr, mean: Expr, variance: Expr) -> Expr:
    """Normal density, G of BBDM24 (6)."""
    return exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


BOTH = {sign: gaussian(y, sign * mu * sqrt(d) * exp(-t), Gamma) for sign in (1, -1)}
PRINTED = sum(BOTH[k] / (1 + BOTH[-k] / BOTH[k]) for k in (1, -1)) / 2  # (6), each square divided out: 0/0 far from m

GAIN = sigma**2 * exp(-t) / Gamma  # of the datum on its noised value, within a mode

# One component x of a point, where the mode has the component m.
CHANNEL_OF_MODES = (
    Step(
        gaussian(a, m, sigma**2) * gaussian(x, a * exp(-t), 1 - exp(-2 * t)),
        gaussian(x, m * exp(-t), Gamma) * gaussian(a, m + GAIN * (x - m * exp(-t)), sigma**2 - GAIN**2 * Gamma),
        "a noised mode is Gaussian, of variance Gamma",
        where={Gamma: WIDTH},
    ),
    Step(
        log(gaussian(x, m * exp(-t), Gamma) / gaussian(x, -m * exp(-t), Gamma)),
        2 * x * m * exp(-t) / Gamma,
        "each component adds to the log odds in proportion to m: their sum knows x only through m x",
    ),
    *(
        Step(
            sqrt(Gamma) * BOTH[sign].subs(y, sqrt(Gamma) * z),
            SEEN[sign],
            "along m, in units of the noise: a sign seen at the signal-to-noise ratio v",
            where={snr: SIGNAL_TO_NOISE},
        )
        for sign in (1, -1)
    ),
)

same_class_probability = ClosedForm(
    name="gaussian_mixture.same_class_probability",
    statement="probability that two clones of a backward path, parted at time t, end in the same of two Gaussian modes",
    source="BBDM24 (6)",
    formula=agreement(SEEN_AT_TIME),
    complement=disagreement(SEEN_AT_TIME),
    parameters=(t, d, mu, sigma),
    size=d,
    domain=AT_TIME,
    derivation=Derivation((*CHANNEL_OF_MODES, *POSTERIOR_STEPS, *AGREEMENT_STEPS, PHI_STEP), STEPS),
    published=(Published(
        "BBDM24", "(6)", Quadrature(PRINTED, y, given={Gamma: Explicit(WIDTH)}),
        r"\phi(t) = \frac{1}{2} \int_{-\infty}^{+\infty} dy"
        r" \frac{G(y, me^{-t}, \Gamma_t)^2 + G(y, -me^{-t}, \Gamma_t)^2}"
        r"{G(y, me^{-t}, \Gamma_t) + G(y, -me^{-t}, \Gamma_t)}",
        note="exact where the class is the mode that the path came from; the sign of m x at t = 0 is that mode up to"
        " exponentially rare exceptions",
    ),),
)  # fmt: skip

# At t = log(mu sqrt(d)/s) the signal is s at every d, and its noise 1 + (sigma^2 - 1) s^2/(d mu^2).
TIME_OF_SIGNAL = log(mu * sqrt(d) / s)
NOISE_AT_SIGNAL = 1 + (sigma**2 - 1) * s**2 / (d * mu**2)
AT_LIMIT = {snr: Explicit(s**2)}
SIGNAL_STEPS = (
    Step(WIDTH, NOISE_AT_SIGNAL, "the noise at this time", where={t: TIME_OF_SIGNAL}),
    Step(SIGNAL_TO_NOISE, s**2 / NOISE_AT_SIGNAL, "the signal is s", where={t: TIME_OF_SIGNAL, Gamma: NOISE_AT_SIGNAL}),
    Step(s**2 / NOISE_AT_SIGNAL, s**2, "which decides as d grows", limit(d, oo)),
    Step(
        s**2 / NOISE_AT_SIGNAL,
        s**2 + (1 - sigma**2) * s**4 / (d * mu**2),
        "next order; it vanishes at sigma = 1",
        series(d, oo, 1),
    ),
)
same_class_at_signal = ClosedForm(
    name="gaussian_mixture.same_class_at_signal",
    statement="probability that two clones parted at mu sqrt(d) exp(-t) = s end in the same mode",
    source="BBDM24 (6)",
    formula=agreement({snr: Explicit(s**2 / NOISE_AT_SIGNAL)}),
    parameters=(s, mu, sigma, d),
    size=d,
    domain=AT_SIGNAL,
)
same_class_limit = ClosedForm(
    name="gaussian_mixture.same_class_limit",
    statement="probability that two clones parted at mu sqrt(d) exp(-t) = s end in the same mode, as d grows",
    source="BBDM24 (6)",
    formula=agreement(AT_LIMIT),
    complement=disagreement(AT_LIMIT),
    parameters=(s, mu, sigma),
    domain=AT_SIGNAL,
    derivation=Derivation((*SIGNAL_STEPS, *AGREEMENT_STEPS), STEPS),
    finite_size=ClosedForm(
        name="gaussian_mixture.same_class_limit_next_order",
        statement="1/d term of the probability that two clones end in the same mode",
        source="derived here",
        formula=slope((1 - sigma**2) * s**4 / (d * mu**2), AT_LIMIT),
        parameters=(s, mu, sigma, d),
        size=d,
        domain=AT_SIGNAL,
    ),
)

# At t = log(Lambda)/2, the signal-to-noise ratio tends to one whatever mu and sigma.
AT_ONE = {snr: Explicit(Integer(1))}
RATIO_AT_SPECIATION = d * mu**2 / (d * mu**2 + 2 * sigma**2 - 1)
same_class_at_speciation = ClosedForm(
    name="gaussian_mixture.same_class_at_speciation",
    statement="probability that two clones parted at t = log(d mu^2 + sigma^2)/2 end in the same mode",
    source="BBDM24 (4), (6)",
    formula=agreement({snr: Explicit(RATIO_AT_SPECIATION)}),
    parameters=(mu, sigma, d),
    size=d,
    domain=AT_SPECIATION,
)
speciation_constant = ClosedForm(
    name="gaussian_mixture.speciation_constant",
    statement="probability that two clones parted at the speciation time end in the same mode, as d grows",
    source="BBDM24 Fig. 2",
    formula=agreement(AT_ONE),
    complement=disagreement(AT_ONE),
    parameters=(mu, sigma),
    domain=AT_SPECIATION,
    derivation=Derivation((
        Step(
            SIGNAL_TO_NOISE, RATIO_AT_SPECIATION, "the signal-to-noise ratio at t_s = log(Lambda)/2",
            where={t: log(LAMBDA) / 2, Gamma: WIDTH},
        ),
        Step(RATIO_AT_SPECIATION, Integer(1), "is one as d grows", limit(d, oo)),
        Step(
            RATIO_AT_SPECIATION, 1 + (1 - 2 * sigma**2) / (d * mu**2), "next order; it vanishes at sigma^2 = 1/2",
            series(d, oo, 1),
        ),
        Step(
            SIGNAL_TO_NOISE, Integer(1), "with sigma = mu = 1 and t_s = log(d)/2 it is one at every d: curves cross",
            where={sigma: Integer(1), mu: Integer(1), t: log(d) / 2, Gamma: WIDTH},
        ),
        *AGREEMENT_STEPS,
    ), STEPS),
    finite_size=ClosedForm(
        name="gaussian_mixture.speciation_constant_next_order",
        statement="1/d term of the probability that two clones parted at the speciation time end in the same mode",
        source="derived here",
        formula=slope((1 - 2 * sigma**2) / (d * mu**2), AT_ONE),
        parameters=(mu, sigma, d),
        size=d,
        domain=AT_SPECIATION,
    ),
)  # fmt: skip
