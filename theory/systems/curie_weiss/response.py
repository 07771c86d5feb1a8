"""How the weight of the Curie-Weiss states answers an error of the score that is the same in every component.

Half the log odds of the states, v = h m + sum_i atanh(m tanh(u_i)), are all that matters.  In the clock
s = m^2 N exp(-2t)/Delta, which runs from 0 at pure noise to infinity at the data, they obey dv = tanh(v) ds + dB.
"""

from __future__ import annotations

from sympy import (
    Abs,
    Dummy,
    Expr,
    Integral,
    Poly,
    Rational,
    S,
    atanh,
    cancel,
    cos,
    cosh,
    diff,
    exp,
    expand,
    factor,
    gamma,
    log,
    oo,
    pi,
    sqrt,
    tanh,
)

from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, between, positive, real, whole
from theory.formula import Quadrature
from theory.notation import N, T, beta, clock, h, k, m, mu, tau, u, v, x, y, z
from theory.saddle import normal_moment
from theory.two_states import MAGNETISATION, STATES, weight
from theory.weak_fields import LOG_RATIO

GIVEN = {m: MAGNETISATION}
DOMAIN = Domain(
    (
        above(beta, 1, default="1.37", explored=("1.1", "2.5")),
        between(
            h, -12, 12, default="0.61", explored=("-1.5", "1.5")
        ),  # beyond, the waves cancel to the weight exp(-24 m)
        positive(T, default="0.83", explored=("0.3", "2")),
        whole(N, 1, default=64, explored=(16, 512)),
    )
)
STEPS = Domain(
    (
        *DOMAIN.ranges,
        between(m, 0, 1, default="0.8", explored=("0.3", "0.95")),
        positive(clock, default="0.7", explored=("0.2", "3")),
        *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (mu, tau, u, v, k)),
        positive(z, default="0.7", explored=("0.2", "1")),
    )
)


def normal(at: Expr, variance: Expr) -> Expr:
    """Normal density of mean 0."""
    return exp(-(at**2) / (2 * variance)) / sqrt(2 * pi * variance)


# The way back of mu, BM23 (24), written in v and s; everything is per unit of -dtau.
half_log_odds = m * (h + exp(-tau) * mu / T)
elapsed = m**2 * exp(-2 * tau) / T
speed = -diff(elapsed, tau)
drift = -mu + 2 * m * exp(-tau) * tanh(half_log_odds)
in_state = {sign: weight(sign) * normal(mu - sign * m * exp(-tau), T) for sign in STATES}
posterior = (1 + tanh(v)) / 2
mixture = sum((weight(sign) * normal(v - h * m - sign * clock, clock) for sign in STATES), S.Zero)
gain = sqrt(T / clock) * diff(posterior, v)
combined = sqrt(T / clock) * exp(-clock / 2) / (2 * cosh(h * m) * cosh(v)) * normal(v - h * m, clock)

PUSHES = (
    Step(
        in_state[1] / (in_state[1] + in_state[-1]),
        posterior.subs(v, half_log_odds),
        "Bayes: v is half the log odds of the states, given mu",
    ),
    Step(
        2 * T * x**2,
        speed,
        "the noise of v, x its slope in mu, defines the clock s",
        where={x: diff(half_log_odds, mu)},
    ),
    Step(
        drift * diff(half_log_odds, mu) - diff(half_log_odds, tau),
        speed * tanh(half_log_odds),
        "the drift of v is tanh(v) ds",
        citation="BM23 (24)",
    ),
    Step(
        2 * T * diff(half_log_odds, mu),
        speed * sqrt(T / elapsed),
        "an error of 1/sqrt(N) in each component of the score pushes mu by 2 T, and v by sqrt(T/s) ds",
    ),
    Step(
        tanh(v) * diff(posterior, v) + diff(posterior, v, 2) / 2,
        S.Zero,
        "the posterior is conserved on average: to first order the final weight gains what the pushes add to it",
    ),
    Step(
        diff(mixture, clock),
        diff(mixture, v, 2) / 2 - diff(tanh(v) * mixture, v),
        "the law of v without error: normal around h m + s or h m - s, with variance s",
    ),
    Step(gain * mixture, combined, "gain of the posterior times the law of v: the two states combine"),
)
AVERAGES = (
    Step(1 / cosh(v), Integral(cos(k * v) / cosh(pi * k / 2), (k, -oo, oo)) / 2, "1/cosh is its own Fourier transform"),
    Step(
        Integral(cos(k * (h * m + v)) * normal(v, clock), (v, -oo, oo)),
        cos(h * m * k) * exp(-clock * k**2 / 2),
        "the average of a wave",
    ),
    Step(Integral(exp(-(1 + k**2) * z**2 / 2), (z, 0, oo)), sqrt(pi / 2) / sqrt(1 + k**2), "the integral over s = z^2"),
    Step(
        x * y * sqrt(pi / 2) / 2,
        sqrt(pi * T / 8) / cosh(h * m),
        "the constants: sqrt(T/s) ds = x dz, and y normalises the weights",
        where={x: 2 * sqrt(T), y: 1 / (2 * cosh(h * m))},
    ),
)
waves = cos(h * m * k) / (cosh(pi * k / 2) * cosh(h * m))

# The next order: at finite N the overlap of the states, and the waves in it, are products over sites.
ratio = Dummy("ratio", positive=True)  # exp(-2t)/Delta, the variance of u
at_size = z**2 / (N * T * (1 - z**2 / N))  # z = sqrt(N) exp(-t)
overlap = log(cosh(u)) + log(1 - m**2 * tanh(u) ** 2) / 2
overlap_series = (1 - m**2) * u**2 / 2 + (4 * m**2 - 1 - 3 * m**4) * u**4 / 12


def _over_sites(function: Expr, order: int) -> Expr:
    """Mean of an even function of u in the overlap of the states, up to ratio^order."""
    joint = Poly(function, u) * Poly(1 + overlap_series + overlap_series**2 / 2, u)
    mean = sum(c * normal_moment(p) * ratio ** (p // 2) for (p,), c in joint.terms() if p in range(0, 2 * order + 1, 2))
    whole = expand(mean * (1 - ratio / 2 + ratio**2 / 8))
    return sum(whole.coeff(ratio, q) * ratio**q for q in range(order + 1))


def _orders(function: Expr) -> tuple[Expr, Expr]:
    """Leading and 1/N term of a rational function of N."""
    small = Dummy(positive=True)
    at = cancel(function.subs(N, 1 / small))
    return at.subs(small, 0), factor(diff(at, small).subs(small, 0))


wave = _over_sites(1 - (k * LOG_RATIO) ** 2 / 2 + (k * LOG_RATIO) ** 4 / 24, 2)
moved = _over_sites(diff(LOG_RATIO, u) * (1 - (k * LOG_RATIO) ** 2 / 2), 1)
first, second = (Poly(wave, ratio).coeff_monomial(ratio**power) for power in (1, 2))
log_wave = first * ratio + (second - first**2 / 2) * ratio**2
exponent, next_exponent = _orders(((N - 1) * log_wave).subs(ratio, at_size))
prefactor, next_prefactor = _orders((moved / (1 - z**2 / N)).subs(ratio, at_size))


def _integrated(polynomial: Expr) -> Expr:
    """Integral over z > 0 of a polynomial times exp(exponent)."""
    rate = factor(-exponent / z**2)
    terms = Poly(expand(polynomial), z).terms()
    whole = sum(c * gamma(Rational(p + 1, 2)) / (2 * rate ** Rational(p + 1, 2)) for (p,), c in terms)
    return factor(whole.subs(Abs(m), m))


leading_term = _integrated(prefactor)
next_term = _integrated(next_prefactor + prefactor * next_exponent)
push = 2 * sqrt(T) / sqrt(1 + T * z**2 / (m**2 * N))
next_push: Expr = diff(push.subs(N, 1 / N), N).subs(N, 0)
two_point_term: Expr = next_push * sqrt(pi / 2) / (2 * z**2 * (1 + k**2) ** Rational(3, 2))
wave_series = expand(
    (1 + overlap_series + overlap_series**2 / 2) * (1 - (k * LOG_RATIO) ** 2 / 2 + (k * LOG_RATIO) ** 4 / 24)
)
SITES = (
    Step(overlap, overlap_series, "per site, the overlap of the states", series(u, S.Zero, 5)),
    Step(
        exp(overlap) * cos(k * atanh(m * tanh(u))),
        sum(wave_series.coeff(u, p) * u**p for p in (0, 2, 4)),
        "a wave in the overlap: one factor per site",
        series(u, S.Zero, 5),
    ),
    *(
        Step(
            Integral(u**p * normal(u, ratio), (u, -oo, oo)),
            normal_moment(p) * ratio ** (p // 2),
            "a Gaussian moment",
            where={ratio: exp(-tau)},
        )
        for p in (2, 4)
    ),
    Step(
        (N - 1) * log(wave).subs(ratio, at_size), exponent + next_exponent / N, "N - 1 such factors", series(N, oo, 1)
    ),
    Step(
        (moved / (1 - z**2 / N)).subs(ratio, at_size),
        prefactor + next_prefactor / N,
        "the site that is pushed",
        series(N, oo, 1),
    ),
    Step(Integral(exp(exponent) * prefactor, (z, 0, oo)), leading_term, "the leading term, integrated over z"),
    Step(Integral(exp(exponent) * (next_prefactor + prefactor * next_exponent), (z, 0, oo)), next_term, "the 1/N term"),
)


def _next_order(term: Expr, name: str, statement: str, steps: tuple[Step, ...]) -> ClosedForm:
    return ClosedForm(
        name=f"curie_weiss.{name}",
        statement=statement,
        source="derived here",
        formula=Quadrature(waves * term / (2 * N), k, given=GIVEN),
        parameters=(beta, h, T, N),
        size=N,
        domain=DOMAIN,
        derivation=Derivation(steps, STEPS),
    )


two_point_next_order = _next_order(
    two_point_term,
    "weight_response_two_point_next_order",
    "The 1/N term of the response of one variable mu that is +-sqrt(N) m at time 0.",
    (
        Step(push, 2 * sqrt(T) + next_push / N, "Delta is T/(1 + T s/(m^2 N)) at s = z^2", series(N, oo, 1)),
        Step(Integral(next_push / 2 * exp(-(1 + k**2) * z**2 / 2), (z, 0, oo)), two_point_term, "integrated over z"),
    ),
)

INTEGRAND = sqrt(pi * T / 8) * waves / sqrt(1 + k**2)
weight_response = ClosedForm(
    name="curie_weiss.weight_response",
    statement=(
        "dW_+/(sqrt(N) score_error): response of the generated weight W_+ to an error of the score that is the same in "
        "every component and at all times, as N grows."
    ),
    source="BM23, text after (29)",
    formula=Quadrature(INTEGRAND, k, given=GIVEN),
    parameters=(beta, h, T),
    domain=DOMAIN,
    derivation=Derivation((*PUSHES, *AVERAGES), STEPS),
    finite_size=_next_order(
        next_term, "weight_response_next_order", "The 1/N term of the response of the generated weight W_+.", SITES
    ),
)
