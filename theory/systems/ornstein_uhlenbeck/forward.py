"""The forward process dx = -x dt + sqrt(2 T) dW, BM23 (1)-(2): what it makes of one datum, and of a variance.

Without noise a datum a relaxes to a exp(-t).  Each kick of the noise relaxes in the same way, and independent kicks add
up to the variance Delta = T (1 - exp(-2 t)).  So x is normal around a exp(-t), whatever the law of the data; everything
in this system starts from that kernel.
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, diff, exp, oo, pi, sqrt

from theory.checks import limit, solves_ode
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real
from theory.formula import Explicit
from theory.notation import Delta, T, a, c, t, tau, x, y
from theory.published import Published

DOMAIN = Domain((
    positive(t, default="0.4", explored=("0.1", "2")),
    positive(T, default="0.83", explored=("0.3", "2")),
    positive(c, default="2.3", explored=("0.3", "4")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, x)),
    *(positive(symbol, default="1.1", explored=("0.3", "2")) for symbol in (y, Delta)),
))  # fmt: skip

LINE = (x, -oo, oo)
NOISE = T * (1 - exp(-2 * t))
WIDTH = c * exp(-2 * t) + NOISE


def normal(at: Expr, mean: Expr, variance: Expr) -> Expr:
    """Normal density."""
    return exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def fokker_planck(density: Expr) -> Expr:
    """What the process adds to a density per unit of time."""
    return diff(x * density, x) + T * diff(density, x, 2)


KERNEL = normal(x, a * exp(-t), NOISE)
BLUR = normal(x, a * exp(-t), Delta)  # the same, for any variance of the noise
SECOND_MOMENT = a**2 * exp(-2 * t) + Delta
KERNEL_STEPS = (
    Step(-x, a * exp(-t), "without noise a datum relaxes", solves_ode(x, t), citation="BM23 (1)"),
    Step(
        Integral(2 * T * exp(-2 * (t - tau)), (tau, 0, t)),
        NOISE,
        "a kick at time tau has relaxed by exp(-(t - tau)); independent kicks add their variances",
        citation="BM23 (2)",
    ),
    Step(NOISE, Integer(0), "at t = 0 there is the datum alone", limit(t, Integer(0))),
    Step(diff(KERNEL, t), fokker_planck(KERNEL), "the kernel solves the Fokker-Planck equation of the process"),
    Step(Integral(BLUR, LINE), Integer(1), "and keeps its norm"),
)

variance = ClosedForm(
    name="ornstein_uhlenbeck.variance",
    statement="variance at time t of a coordinate whose variance is c in the data",
    source="BM23 (1)-(2)",
    formula=Explicit(WIDTH),
    parameters=(t, T, c),
    domain=DOMAIN,
    derivation=Derivation((
        *KERNEL_STEPS,
        Step(Integral(x**2 * BLUR, LINE), SECOND_MOMENT, "second moment around one datum"),
        Step(
            SECOND_MOMENT.subs(a, 0) + c * diff(SECOND_MOMENT, a, 2) / 2, WIDTH,
            "it is quadratic in the datum: of the law of the data only the variance counts", where={Delta: NOISE},
        ),
        Step(2 * T - 2 * y, WIDTH, "the same from Ito's formula for x^2: d y/dt = 2 T - 2 y", solves_ode(y, t)),
        Step(WIDTH, c, "from the variance of the data ...", limit(t, Integer(0))),
        Step(WIDTH, T, "... to that of pure noise, where nothing is left of them", limit(t, oo)),
    ), STEPS),
    published=(
        Published(
            "BM23", "(2)", c * exp(-2 * t) + T * (1 - exp(-2 * t)), r"\Delta_t = T(1 - e^{-2t})",
            note="the variance of the noise; that of the data, times exp(-2 t), adds to it",
        ),
    ),
)  # fmt: skip
