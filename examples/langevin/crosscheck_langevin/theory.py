"""The variance of the unadjusted Langevin sampler of Gaussian data, after any number of steps of any size.

One step is x -> (1 - dt/c) x + sqrt(2 dt) z with z standard normal: it multiplies the variance by (1 - dt/c)^2 and adds
2 dt.  The distance from the fixed point shrinks by the same factor in every step.
"""

from sympy import Integral, Symbol, exp, oo, pi, solve, sqrt

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit
from theory.notation import c, dt, steps, x, z

factor = (1 - dt / c) ** 2
_v = Symbol("v", positive=True)
(settled,) = solve(factor * _v + 2 * dt - _v, _v)
formula = c * (1 - (1 - dt / c) ** (2 * steps)) / (1 - dt / (2 * c))

RANGES = (
    whole(steps, 1, default=5, explored=(1, 30)),
    positive(dt, default="0.43", explored=("0.1", "0.6")),
    positive(c, default="1.37", explored=("0.7", "3")),
)
DOMAIN = Domain(RANGES, (dt < c,))
_kicked = Integral(((1 - dt / c) * x + sqrt(2 * dt) * z) ** 2 * exp(-(z**2) / 2) / sqrt(2 * pi), (z, -oo, oo))

variance = ClosedForm(
    name="langevin.variance",
    statement="variance of the unadjusted Langevin sampler of Gaussian data of variance c, started at 0, after n steps",
    source="derived here",
    formula=Explicit(formula),
    parameters=(steps, dt, c),
    domain=DOMAIN,
    size=steps,
    derivation=Derivation(
        (
            Step(_kicked, factor * x**2 + 2 * dt, "one step, averaged over its kick"),
            Step(factor * settled + 2 * dt, settled, "the variance that a step does not change"),
            Step(settled, c / (1 - dt / (2 * c)), "too large by a factor that grows with the step"),
            Step(
                settled + factor**steps * (0 - settled),
                formula,
                "from 0 at the start, the distance from it shrinks by the factor in every step",
            ),
        ),
        Domain((*RANGES, real(x, default="0.4", explored=("-1.5", "1.5"))), (dt < c,)),
    ),
)
