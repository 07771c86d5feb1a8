"""Two Gaussian modes: the overlap q = m x/sqrt(d) its noise, its potential, and when it has two wells.

Every component of x has the noise 2 dt, so q has 2 mu^2 dt: what the paper prints is right at mu = 1 alone.
The law of q at time t is a sum of two Gaussians of variance mu^2 Gamma around -+ mu^2 sqrt(d) exp(-t); the backward
drift q + 2 mu^2 d(log P)/dq is minus the slope of V.
"""

from __future__ import annotations

from sympy import Expr, Integer, Rational, Symbol, cosh, diff, exp, log, oo, pi, sqrt, tanh

from theory.binary_channel import CHANNEL, MOMENT_STEP, agreement
from theory.checks import antiderivative, limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit
from theory.notation import Gamma, amplitude, d, k, m1, m2, mu, q, sigma, snr, t, x, y
from theory.published import Published

ZERO, ONE, HALF = Integer(0), Integer(1), Rational(1, 2)
WIDTH = 1 + (sigma**2 - 1) * exp(-2 * t)
SHRUNK = sqrt(d) * exp(-t)

DOMAIN = Domain((
    real(q, default="0.8", explored=("-2", "2")),
    positive(t, default="2.1", explored=("1.4", "3.2")),
    positive(mu, default="0.8", explored=("0.5", "1.6")),
    positive(sigma, default="0.7", explored=("0.4", "1.5")),
    whole(d, 1, default=128, explored=(16, 512)),
))  # fmt: skip
SCALING = Domain((*DOMAIN.ranges, positive(amplitude, default="1.2", explored=("0.5", "2"))), (amplitude**2 < d,))
TIMES = Domain(DOMAIN.ranges, (d * mu**2 > 1,))
STEPS = Domain((
    *DOMAIN.ranges,
    *CHANNEL.ranges,
    positive(Gamma, default="0.9", explored=("0.5", "2")),
    SCALING[amplitude],
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (x, y, k)),
    *(real(symbol, default="0.6", explored=("0.2", "0.9")) for symbol in (m1, m2)),
))  # fmt: skip

# Two components stand for all: the generator of independent noises sqrt(2) dW adds their second derivatives.
OVERLAP_OF_TWO = (m1 * x + m2 * y) / sqrt(2)
NOISE_STEP = Step(
    diff(exp(k * OVERLAP_OF_TWO), x, 2) + diff(exp(k * OVERLAP_OF_TWO), y, 2),
    mu**2 * k**2 * exp(k * OVERLAP_OF_TWO),
    "independent noises of the components, weighted by m_i^2/d, add up to mu^2 times one of them",
    where={mu: sqrt((m1**2 + m2**2) / 2)},
)


def law(width: Expr) -> Expr:
    """Density of q at time t, where a noised mode has the variance `width` in every direction."""
    modes = (exp(-((q - sign * mu**2 * SHRUNK) ** 2) / (2 * mu**2 * width)) for sign in (1, -1))
    return sum(modes, ZERO) / (2 * sqrt(2 * pi * width) * mu)


DRIFT = q - 2 * (q - mu**2 * SHRUNK * tanh(SHRUNK * q / Gamma)) / Gamma
LAW_STEPS = (
    NOISE_STEP,
    Step(
        diff(law(WIDTH), t),
        diff(q * law(WIDTH), q) + mu**2 * diff(law(WIDTH), q, 2),
        "the law of q moves by the forward process with this noise, and with no other",
    ),
    Step(q + 2 * mu**2 * diff(log(law(Gamma)), q), DRIFT, "the backward drift of q: q + 2 m score/sqrt(d)"),
)

# Over a step of length 1/d^2 the drift adds its own square to that of the noise.
SAME = Symbol("phi", positive=True)
SQUARED_DRIFT = mu**2 * (1 - 3 * mu**2 + 4 * mu**2 * (2 * SAME - 1))

overlap_noise = ClosedForm(
    name="gaussian_mixture.overlap_noise",
    statement="quadratic variation of the overlap q = m x/sqrt(d), per unit of time of the backward process",
    source="BBDM24 (7), corrected",
    formula=Explicit(2 * mu**2),
    parameters=(mu,),
    domain=DOMAIN,
    derivation=Derivation((*LAW_STEPS[:2], MOMENT_STEP), STEPS),
    published=(Published(
        "BBDM24", "(7)", Integer(2),
        r"-dq = -\frac{\partial V(q,t)}{\partial q} dt + d\eta(t), \quad"
        r" \eta(t)\ \text{square root of two times a Brownian motion}",
        note="compared by the variance of the noise per unit of time; right at mu = 1",
    ),),
    finite_size=ClosedForm(
        name="gaussian_mixture.overlap_noise_next_order",
        statement="mean square of the drift of q at t = log(d)/2, over d^2: what a step of length 1/d^2 adds",
        source="derived here",
        formula=Explicit(SQUARED_DRIFT / d**2, {snr: Explicit(mu**2), SAME: agreement()}),
        parameters=(mu, d),
        size=d,
        domain=DOMAIN,
    ),
)  # fmt: skip


def potential_at(width: Expr) -> Expr:
    """V of the overlap, where a noised mode has the variance `width`; 0 at q = 0."""
    return q**2 * (1 / width - HALF) - 2 * mu**2 * log(cosh(SHRUNK * q / width))


POTENTIAL = potential_at(ONE)
AT_AMPLITUDE = {t: log(sqrt(d) / amplitude)}
WELL_STEPS = (
    Step(-DRIFT, potential_at(Gamma), "V is minus the integral of the drift", antiderivative(q)),
    Step(potential_at(Gamma), ZERO, "and vanishes at q = 0", where={q: ZERO}),
)
FIRST_ORDER = (sigma**2 - 1) * amplitude**2 / d * (2 * mu**2 * amplitude * q * tanh(amplitude * q) - q**2)

potential = ClosedForm(
    name="gaussian_mixture.potential",
    statement="potential of the overlap q = m x/sqrt(d) on the way back, 0 at q = 0, as d grows at fixed d exp(-2t)",
    source="BBDM24 (8)",
    formula=Explicit(POTENTIAL),
    parameters=(q, t, mu, d),
    size=d,
    domain=SCALING,
    derivation=Derivation((
        *LAW_STEPS,
        *WELL_STEPS,
        Step(WIDTH, ONE, "modes of standard deviation 1 keep it at all times", where={sigma: ONE}),
        Step(potential_at(Gamma), POTENTIAL, "so that (8) holds at every d and t", where={Gamma: ONE}),
        Step(
            potential_at(Gamma), POTENTIAL, "other modes reach it as d grows at fixed sqrt(d) exp(-t)", limit(d, oo),
            where={**AT_AMPLITUDE, Gamma: WIDTH},
        ),
        Step(
            potential_at(Gamma), POTENTIAL + FIRST_ORDER, "next order in exp(-2t)", series(d, oo, 1),
            where={**AT_AMPLITUDE, Gamma: WIDTH},
        ),
    ), STEPS),
    published=(Published(
        "BBDM24", "(8)", q**2 / 2 - 2 * mu**2 * log(cosh(q * exp(-t) * sqrt(d))),
        r"V(q, t) = \frac{1}{2}q^2 - 2\bar{\mu}^2 \log \cosh(qe^{-t}\sqrt{d})",
    ),),
)  # fmt: skip

potential_of_width = ClosedForm(
    name="gaussian_mixture.potential_of_width",
    statement="potential of the overlap q = m x/sqrt(d) on the way back, 0 at q = 0, for modes of any width",
    source="BBDM24 (8) at every t and sigma",
    formula=Explicit(potential_at(Gamma), {Gamma: Explicit(WIDTH)}),
    parameters=(q, t, mu, sigma, d),
    size=d,
    domain=DOMAIN,
    derivation=Derivation((*LAW_STEPS, *WELL_STEPS), STEPS),
)

# Two times at which something splits, both after log(d)/2 by a constant.
CURVATURE = diff(potential_at(Gamma), q, 2).subs(q, 0)
SPLIT, PARTED = log(2 * mu**2 * d) / 2, log(mu**2 * d) / 2
SPLIT_SHIFT = (sigma**2 - 1) ** 2 / (8 * mu**4 * d**2)
PARTED_EXACTLY = log(mu**2 * d + 1 - sigma**2) / 2


def next_order_of(name: str, term: Expr) -> ClosedForm:
    """What the width of the modes adds to a time."""
    return ClosedForm(
        name=f"gaussian_mixture.{name}_next_order",
        statement="next-order term of the time, due to the width of the modes",
        source="derived here",
        formula=Explicit(term),
        parameters=(d, mu, sigma),
        size=d,
        domain=TIMES,
    )


double_well_time = ClosedForm(
    name="gaussian_mixture.double_well_time",
    statement="time at which the potential of the overlap changes from one well to two, as d grows",
    source="BBDM24 (8)",
    formula=Explicit(SPLIT),
    parameters=(d, mu, sigma),
    size=d,
    domain=TIMES,
    derivation=Derivation((
        *WELL_STEPS,
        Step(CURVATURE, 2 / Gamma - 1 - 2 * mu**2 * d * exp(-2 * t) / Gamma**2, "curvature at q = 0"),
        Step(1 + CURVATURE, ONE, "where it vanishes at large d", where={Gamma: ONE, t: SPLIT}),
        Step(
            CURVATURE, ZERO, "next order in 1/d^2", series(d, oo, 2), where={t: SPLIT + SPLIT_SHIFT, Gamma: WIDTH}
        ),
    ), STEPS),
    finite_size=next_order_of("double_well_time", SPLIT_SHIFT),
)  # fmt: skip

bimodal_time = ClosedForm(
    name="gaussian_mixture.bimodal_time",
    statement="time at which the law of the overlap changes from one peak to two, as d grows",
    source="BBDM24 (7)-(8)",
    formula=Explicit(PARTED),
    parameters=(d, mu, sigma),
    size=d,
    domain=TIMES,
    derivation=Derivation((
        *LAW_STEPS[:2],
        Step(
            (diff(law(Gamma), q, 2) / law(Gamma)).subs(q, 0), (d * mu**2 * exp(-2 * t) / Gamma - 1) / (mu**2 * Gamma),
            "curvature of the law at q = 0: its sign is that of the signal-to-noise ratio minus one",
        ),
        Step(
            d * mu**2 * exp(-2 * t) / Gamma, ONE, "where the ratio is one", where={t: PARTED_EXACTLY, Gamma: WIDTH}
        ),
        Step(PARTED_EXACTLY - PARTED, (1 - sigma**2) / (2 * mu**2 * d), "next order in 1/d", series(d, oo, 1)),
    ), STEPS),
    finite_size=next_order_of("bimodal_time", (1 - sigma**2) / (2 * mu**2 * d)),
)  # fmt: skip
