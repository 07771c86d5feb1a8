"""A stochastic interpolant between two Gaussians, H24 (A.1)-(A.6): its score is minus the noise that one expects in x.

x = (1 - t) x_0 + t x_1 + lambda_0 z joins x_0 of law N(0, 1) at t = 0 to x_1 of law N(0, c) at t = 1; lambda_0^2 =
t (1 - t) vanishes at both ends.  Everything is Gaussian, so that conditional means are linear and all can be solved.
"""

from __future__ import annotations

from sympy import Integer, diff, log, sqrt

from theory.checks import stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive, real
from theory.formula import Explicit
from theory.notation import c, t, u, x, y, z
from theory.published import Published
from theory.systems.ornstein_uhlenbeck.forward import normal

DOMAIN = Domain((
    between(t, 0, 1, default="0.4", explored=("0.1", "0.9")),
    positive(c, default="2.3", explored=("0.3", "4")),
    real(x, default="0.6", explored=("-2", "2")),
))  # fmt: skip
STEPS = Domain((*DOMAIN.ranges, *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (y, z))))

NOISE = t * (1 - t)  # lambda_0^2
ENDS = (1 - t) ** 2 + t**2 * c  # what x_0 and x_1 contribute
WIDTH = 1 - t + c * t**2
DENSITY = normal(x, Integer(0), WIDTH)
EXPECTED_NOISE = sqrt(NOISE) * x / WIDTH
SCORE = -x / WIDTH
VELOCITY = diff(WIDTH, t) / (2 * WIDTH) * x

interpolant_score = ClosedForm(
    name="ornstein_uhlenbeck.interpolant_score",
    statement="score at x, interpolation time t, of the interpolant between N(0, 1) at t = 0 and N(0, c) at t = 1 with "
    "noise lambda_0^2 = t (1 - t)",
    source="H24 (A.1)-(A.6)",
    formula=Explicit(SCORE),
    parameters=(t, c, x),
    domain=DOMAIN,
    derivation=Derivation((
        Step(ENDS + NOISE, WIDTH, "independent parts add their variances", citation="H24 (A.1)"),
        Step(
            z**2 + (x - sqrt(NOISE) * z) ** 2 / ENDS,
            x**2 / WIDTH + (z - EXPECTED_NOISE) ** 2 / (ENDS / WIDTH),
            "complete the square: given x, the noise z is normal around lambda_0 x over the variance",
        ),
        Step(
            -EXPECTED_NOISE / sqrt(NOISE), diff(log(DENSITY), x), "so the score is -E[z | x]/lambda_0",
            citation="H24 (A.6)",
        ),
        Step(y**2 / 2 * WIDTH + y, -1 / WIDTH, "among linear guesses y x it minimises the loss (A.7), for E[z x] = "
             "lambda_0", stationary(y), citation="H24 (A.7)"),
        Step(
            -(1 - t) + t * c + diff(NOISE, t) / 2, diff(WIDTH, t) / 2,
            "the velocity of a path, on average along x, is half the growth of the variance", citation="H24 (A.4)",
        ),
        Step(diff(DENSITY, t), -diff(VELOCITY * DENSITY, x), "and it carries the density", citation="H24 (A.3)"),
        Step(DENSITY, normal(x, Integer(0), Integer(1)), "from N(0, 1)", where={t: Integer(0)}, citation="H24 (A.2)"),
        Step(DENSITY, normal(x, Integer(0), c), "to N(0, c)", where={t: Integer(1)}),
    ), STEPS),
    published=(
        Published(
            "H24", "(A.6)",
            Explicit(-u / sqrt(NOISE), {u: Explicit(EXPECTED_NOISE)}),
            r"s(t, x) = \nabla \log \rho(t, x) = -\lambda_0^{-1}(t)\, \mathbb{E}[z \,|\, x(t) = x]",
        ),
    ),
)  # fmt: skip
