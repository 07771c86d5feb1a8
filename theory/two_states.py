"""Two product states of N spins, +m and -m: weights, noised sites, and what a noised configuration says of them.

The model of BM23 (16)-(18): state s = +1, -1 has weight exp(s h m)/(2 cosh(h m)) and independent spins of mean s m,
where m = tanh(beta m) > 0.
"""

from __future__ import annotations

from itertools import product
from math import prod

from sympy import Expr, Integer, S, atanh, cosh, exp, pi, sqrt, tanh

from theory.formula import Root
from theory.notation import Delta, T, beta, h, m, t

STATES = (1, -1)
NOISE = T * (1 - exp(-2 * t))

# tanh(y) > y - y^3/3 puts the root above the low end, for every beta > 1.
MAGNETISATION = Root(m - tanh(beta * m), m, sqrt(3 * (beta - 1) / beta**3), S.One)

# Derivations are written in m: every 0 < m < 1 belongs to one beta > 1.
INVERSE_TEMPERATURE = {beta: atanh(m) / m}


def weight(sign: int) -> Expr:
    """Prior weight of the state of this sign, BM23 (16)."""
    return exp(sign * h * m) / (2 * cosh(h * m))


def site(sign: int, spin: int, at: Expr) -> Expr:
    """Joint density of one spin of a state and its noised value `at`, BM23 (18) before the squares are expanded."""
    prior = exp(sign * beta * m * spin) / (2 * cosh(beta * m))
    return prior * exp(-((at - spin * exp(-t)) ** 2) / (2 * Delta)) / sqrt(2 * pi * Delta)


def site_density(sign: int, at: Expr) -> Expr:
    """Density of one noised component in a state: the spin summed over."""
    return site(sign, 1, at) + site(sign, -1, at)


def enumerated_mean(noised: tuple[Expr, ...]) -> Expr:
    """Posterior mean of the first spin, by the sum over both states and every spin configuration."""
    above = below = Integer(0)
    for sign in STATES:
        for spins in product((1, -1), repeat=len(noised)):
            joint = weight(sign) * prod(site(sign, spin, at) for spin, at in zip(spins, noised, strict=True))
            above, below = above + spins[0] * joint, below + joint
    return above / below
