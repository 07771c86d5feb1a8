"""When the kernels of n data begin to overlap, H24 (2.8)-(2.9): the mixing time, a random energy model at its edge.

A noised datum x is as likely under its own kernel as under all others together where log n = (d/2) log(1 + contrast):
there are enough other data, exp(alpha_log d), to make up for their distance.
"""

from __future__ import annotations

from sympy import Integer, Rational, exp, log, pi

from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, whole
from theory.formula import Explicit
from theory.notation import alpha_log, contrast, d, n, sigma, t, v
from theory.published import Published
from theory.random_energy import CONTRAST, ENERGY_STEPS, ENTROPY_STEPS, LIQUID_STEPS, MODEL, at, excess, per_temperature

DOMAIN = Domain((
    *(item for item in MODEL.ranges if item.symbol != alpha_log),
    positive(alpha_log, default="0.41", explored=("0.15", "0.6")),  # n = exp(alpha_log d) is a double up to d = 1024
    whole(n, 2, default=23, explored=(2, 1000000)),
    whole(d, 1, default=7, explored=(2, 60)),
    positive(v, default="0.3", explored=("0.1", "0.9")),
))  # fmt: skip

AT_MIXING = exp(2 * log(n) / d) - 1  # the contrast there, sigma^2/(exp(2 t) - 1)
MIXING_TIME = log(1 + sigma**2 / AT_MIXING) / 2
OWN = (2 * pi * (1 - exp(-2 * t))) ** (-d / 2) * exp(-d / 2) / n  # Z_1 where |z|^2 = d

# In powers of v = n^(-2/d): t_M = sigma^2 v/2 + sigma^2 (2 - sigma^2) v^2/4 + ...
IN_POWERS = log(1 + sigma**2 * v / (1 - v)) / 2
SECOND = sigma**2 * v / 2 + sigma**2 * (2 - sigma**2) * v**2 / 4

mixing_time = ClosedForm(
    name="kernel_density.mixing_time",
    statement="time at which the n - 1 other kernels together weigh as much at a noised datum as its own",
    source="H24 (2.8)-(2.9)",
    formula=Explicit(MIXING_TIME),
    parameters=(n, d, sigma),
    size=d,
    domain=DOMAIN,
    derivation=Derivation(
        (
            *ENERGY_STEPS, *ENTROPY_STEPS, *LIQUID_STEPS,
            Step(
                log(OWN) / d + log(2 * pi * (1 - exp(-2 * t))) / 2 + log(n) / d, -Rational(1, 2),
                "the own kernel has |z|^2 = d; its prefactor is that of every kernel",
            ),
            Step(
                at(1, per_temperature), -Rational(1, 2),
                "the others have the sum exp(d psi_+): equal to the own term where log n = (d/2) log(1 + contrast)",
                where={contrast: exp(2 * alpha_log) - 1},
            ),
            Step(
                excess, Integer(0), "which is the contrast at the mixing time: (2.9)",
                where={t: MIXING_TIME, alpha_log: log(n) / d, contrast: CONTRAST},
            ),
            Step(IN_POWERS, SECOND, "where n^(2/d) is large", series(v, Integer(0), 2)),
        ),
        DOMAIN,
    ),
    published=(
        Published(
            "H24", "(2.9)", MIXING_TIME,
            r"t_M(\sigma, d, n) = \frac{1}{2} \log \left( 1 + \frac{\sigma^2}{n^{2/d} - 1} \right)",
        ),
        Published(
            "H24", "(2.9), second equality", sigma**2 * n ** (-2 / d) / 2,
            r"t_M = \frac{1}{2} \left( \frac{\sigma^2}{n^{2/d}} \right) + \mathcal{O}(\sigma^4 n^{-4/d})",
            note="for n^(2/d) >> 1; it leaves out sigma^2 (2 - sigma^2) n^(-4/d)/4, of order sigma^2, not sigma^4",
        ),
    ),
)  # fmt: skip
