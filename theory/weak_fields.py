"""Spins of two product states in weak fields u_i: the posterior mean of a spin, order by order in the fields.

Given the state k = +1, -1 a spin in the field u has mean tanh(k beta m + u), and the states gain odds
prod_i (1 + m tanh(u_i))/(1 - m tanh(u_i)).  Fields are of order 1/sqrt(N), so their sum decides between the states.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Poly, atanh, diff, factorial, tanh

from theory.notation import h, m, u, z
from theory.two_states import STATES


def coefficient(function: Expr, power: int) -> Expr:
    """The coefficient of u^power in the Taylor series about 0."""
    return (diff(function, u, power).subs(u, 0) / factorial(power)).expand()


def to_third_order(function: Expr) -> Expr:
    """The Taylor polynomial about u = 0."""
    return sum((coefficient(function, k) * u**k for k in range(4)), Integer(0))


STATE_MEAN = {k: to_third_order(tanh(k * atanh(m) + u)) for k in STATES}
COMMON, STATE_DEPENDENT = (((STATE_MEAN[1] + k * STATE_MEAN[-1]) / 2).expand() for k in STATES)
LOG_RATIO = to_third_order(atanh(m * tanh(u)))  # half the log odds that one field gives the state +


def mean_square(variance: Expr) -> Expr:
    """Order N^-2 of the mean square of: posterior mean of a spin minus m tanh(m (h + z)), times N^2.

    z is the sum of the fields, whose N-fold variance is `variance`.  Given z the sum of their cubes, which moves the
    states as well, has mean 3 variance z/N and variance 6 variance^3/N^2.  The leading order of the mean square, of
    order 1/N, is that of the part of COMMON linear in u; here are its products with the next two orders.
    """
    cubes, sigma = Dummy("cubes"), tanh(m * (h + z))
    moved = (1 - sigma**2) * coefficient(STATE_DEPENDENT, 0) * coefficient(LOG_RATIO, 3) * cubes
    second = sigma * coefficient(STATE_DEPENDENT, 2) * u**2 + moved
    third = coefficient(COMMON, 3) * u**3
    square = Poly(2 * coefficient(COMMON, 1) * u * (second + third) + second**2, u, cubes)
    moments = {
        u**3: 3 * variance * z,
        u * cubes: 3 * variance * z**2,
        u**4: 3 * variance**2,
        u**2 * cubes: 3 * variance**2 * z,
        cubes**2: 9 * variance**2 * z**2 + 6 * variance**3,
    }
    return sum((square.coeff_monomial(powers) * mean for powers, mean in moments.items()), Integer(0))
