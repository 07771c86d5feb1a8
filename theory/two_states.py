"""Two product states of N spins, +m and -m: weights, noised sites, and what a noised configuration says of them.

The model of BM23 (16)-(18): state s = +1, -1 has weight exp(s h m)/(2 cosh(h m)) and independent spins of mean s m,
where m = tanh(beta m) > 0.
"""

from __future__ import annotations

from itertools import product
from math import prod

from sympy import Expr, Integer, S, atanh, cosh, exp, pi, sqrt, tanh

from theory.derivation import Step
from theory.formula import Root
from theory.notation import Delta, T, beta, h, m, t, z

STATES = (1, -1)
NOISE = T * (1 - exp(-2 * t))

# tanh(y) > y - y^3/3 puts the root above the low end, for every beta > 1.
MAGNETISATION = Root(m - tanh(beta * m), m, sqrt(3 * (beta - 1) / beta**3), S.One)

# Derivations are written in m, or in beta m = z: every 0 < m < 1 and every z > 0 belongs to one beta > 1.
INVERSE_TEMPERATURE = {beta: atanh(m) / m}
AT_ANGLE = {m: tanh(z), beta: z / tanh(z)}


def weight(sign: int) -> Expr:
    """Prior weight of the state of this sign, BM23 (16)."""
    return exp(sign * h * m) / (2 * cosh(h * m))


def spin_weight(sign: int, spin: int) -> Expr:
    """Probability of a spin in the state of this sign, BM23 (16)."""
    return exp(sign * beta * m * spin) / (2 * cosh(beta * m))


# The same in terms of the magnetisation.
SPIN_PROBABILITY = {(k, a): (1 + k * a * m) / 2 for k in STATES for a in STATES}
ONE_SPIN = tuple(
    Step(
        spin_weight(1, a),
        SPIN_PROBABILITY[1, a],
        "a spin of the state + has mean m; the state - mirrors it",
        where=AT_ANGLE,
        citation="BM23 (16)",
    )
    for a in STATES
)


def noised_spin(spin: int, at: Expr) -> Expr:
    """Density of the noised value `at` of a spin."""
    return exp(-((at - spin * exp(-t)) ** 2) / (2 * Delta)) / sqrt(2 * pi * Delta)


def enumerated_mean(noised: tuple[Expr, ...]) -> Expr:
    """Posterior mean of the first spin, by the sum over both states and every spin configuration."""
    above = below = Integer(0)
    for sign in STATES:
        for spins in product((1, -1), repeat=len(noised)):
            sites = (spin_weight(sign, spin) * noised_spin(spin, at) for spin, at in zip(spins, noised, strict=True))
            joint = weight(sign) * prod(sites)
            above, below = above + spins[0] * joint, below + joint
    return above / below
