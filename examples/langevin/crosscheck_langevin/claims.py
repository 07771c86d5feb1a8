"""The claims of this pack; each has the name of its observable."""

from sympy import exp

from crosscheck import Claim, Kind, Rival
from crosscheck_langevin import simulation, theory
from crosscheck_langevin.theory import formula
from theory.notation import c, dt, steps

variance = Claim(
    theory=theory.variance,
    numeric=simulation.variance,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(1, 4, 16),
    rivals=(
        Rival("no bias", c * (1 - (1 - dt / c) ** (2 * steps)), "the variance of the data, as if the step were small"),
        Rival("continuous time", c * (1 - exp(-2 * steps * dt / c)), "the same time, no step at all"),
        Rival("bias of the other sign", formula * (1 - dt / (2 * c)) / (1 + dt / (2 * c)), "a variance too small"),
    ),
)
