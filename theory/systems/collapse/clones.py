"""What two clones share, and when a path on the way back changes its nearest datum for the last time, BBDM24 (12).

exp(t) x = a_1 + W, W Brownian at the time exp(2t) - 1: a path leaves the own datum a_1 when another is as near.
"""

from __future__ import annotations

from sympy import Expr, Integer, diff, exp, log, sqrt

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, whole
from theory.formula import Explicit
from theory.notation import alpha_log, beta, contrast, d, n, sigma, t
from theory.random_energy import (
    CONTRAST,
    ENERGY_STEPS,
    ENTROPY_STEPS,
    MODEL,
    at,
    entropy,
    excess,
    slope,
    width,
)
from theory.systems.collapse.criterion import AT_COLLAPSE, scatter

DOMAIN = Domain((
    *MODEL.ranges,
    whole(n, 2, default=8, explored=(2, 40)),
    whole(d, 1, default=3, explored=(1, 12)),
))  # fmt: skip

same_datum_probability = ClosedForm(
    name="collapse.same_datum_probability",
    statement="Distance of two laws: how many of three clones share a datum, by the posterior and on the way back.",
    source="BBDM24 Fig. 5",
    formula=Explicit(Integer(0)),
    parameters=(t, n, d, sigma),
    size=d,
    domain=Domain((positive(t, default="0.35", explored=("0.1", "1.5")), *DOMAIN.ranges[1:])),
)

# The excess entropy as a function of time, and the width of its zero.
f_of_t = excess.subs(contrast, CONTRAST)
RISE = exp(2 * t) * contrast**2 / (sigma**2 * (1 + contrast))
COLLAPSE = log(1 + sigma**2 / AT_COLLAPSE) / 2
GIVEN = {contrast: Explicit(AT_COLLAPSE), t: Explicit(log(1 + sigma**2 / contrast) / 2)}
WIDTH: Expr = sqrt(width) / RISE

TOO_WIDE = Explicit(sqrt(contrast) / RISE, GIVEN)

last_change_width = ClosedForm(
    name="collapse.last_change_width",
    statement="sqrt(d) times the standard deviation of the time at which the nearest datum changes for the last time.",
    source="BBDM24 (12), derived here",
    formula=Explicit(WIDTH, GIVEN),
    parameters=(alpha_log, sigma),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *ENERGY_STEPS, *ENTROPY_STEPS,
            Step(
                at(1, slope), at(1, slope).subs(contrast, AT_COLLAPSE),
                "at the collapse the nearest other datum has the energy of the own one at beta = 1",
            ),
            Step(
                at(1, entropy), Integer(0), "one datum is expected as near as the own one when f = 0",
                where={contrast: AT_COLLAPSE},
            ),
            Step(diff(f_of_t, t), RISE, "how fast the excess entropy rises", where={contrast: CONTRAST}),
            Step(
                -diff(scatter, beta, 2).subs(beta, 0), width,
                "the log number of nearer data scatters with variance d w, as X does: at beta = 1 energies count once",
            ),
            Step(
                (sqrt(width) / RISE).subs(contrast, CONTRAST), sqrt(1 - exp(-2 * alpha_log)) / diff(f_of_t, t),
                "so its zero scatters by sqrt(w/d)/f'(t_c)", where={t: COLLAPSE},
            ),
        ),
        DOMAIN,
    ),
)  # fmt: skip
