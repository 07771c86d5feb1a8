"""Any finite number of pure states: the score as a derivative of the free energy, and the posterior weight of a state.

The spins of pure state alpha are independent with means m_alpha.  A field u on a spin multiplies its partition function
by cosh(u) (1 + m tanh(u)) = exp(m u + (1 - m^2) u^2/2 + O(u^3)): the second-order term knows the state.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import (
    Dummy,
    Expr,
    Integer,
    Integral,
    Poly,
    Rational,
    S,
    Sum,
    binomial,
    cos,
    cosh,
    diff,
    exp,
    expand,
    factor,
    factorial,
    factorial2,
    log,
    oo,
    pi,
    rem,
    sign,
    sin,
    sinh,
    sqrt,
    tanh,
)

from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, between, positive, real, whole
from theory.formula import Average, Explicit, Quadrature
from theory.notation import N, T, a, beta, configuration, i, j, m1, m2, tau, u, w, x, z
from theory.published import Published

normal = exp(-(z**2) / 2) / sqrt(2 * pi)

# BM23 (30).  Couplings, point, time and temperature are part of the observable; both sides build them from this text:
# energy -sum_{i<j} J_ij a_i a_j, J_ij = sqrt(2/N) cos(i j (i + j)), point x_j = cos(j), t = 2/5, T = 83/100.
TIME, NOISE_TEMPERATURE = Rational(2, 5), Rational(83, 100)
NOISE = NOISE_TEMPERATURE * (1 - exp(-2 * TIME))
POINT = cos(j)
COUPLING = sqrt(2 / N) * cos(i * j * (i + j))
SPIN = {k: sign(sin(pi * (2 * configuration + 1) / 2**k)) for k in (i, j)}  # Rademacher functions list all 2^N
pairs = beta * Sum(Sum(COUPLING * SPIN[i] * SPIN[j], (i, 1, j - 1)), (j, 2, N))
squared_norm = Sum(POINT**2, (j, 1, N))
overlap = Sum(POINT * SPIN[j], (j, 1, N))


def _mean_along_point(conjugate_field: Expr) -> Expr | Average:
    """sum_j x_j S_j/N for the score S_j = -x_j/Delta + (exp(-t)/Delta) <a_j>, the mean taken in the field z_j."""
    pull = Sum(POINT * conjugate_field * SPIN[j], (j, 1, N))
    return Average(
        value=(-squared_norm + exp(-TIME) * overlap) / (N * NOISE),
        log_weight=pairs + beta * pull,
        variable=configuration,
        low=S.Zero,
        high=2**N - 1,
    )


def _density(size: int, moved: Expr) -> Expr:
    """Density of the noised point moved by the factor `moved`: the sum over every spin configuration."""
    point = [moved * cos(k) for k in range(1, size + 1)]
    total: Expr = S.Zero
    for number in range(2**size):
        spins = [1 - 2 * (number >> k & 1) for k in range(size)]
        energy = sum(
            sqrt(Rational(2, size)) * cos((p + 1) * (q + 1) * (p + q + 2)) * spins[p] * spins[q]
            for q in range(size)
            for p in range(q)
        )
        distance = sum((at - spin * exp(-TIME)) ** 2 for at, spin in zip(point, spins, strict=True))
        total += exp(beta * energy - distance / (2 * NOISE))
    return total


def _score_of_density(size: int) -> Step:
    moved = Dummy(positive=True)
    score_along_point = diff(log(_density(size, moved)), moved).subs(moved, 1) / size
    free_energy = _mean_along_point(exp(-TIME) / (beta * NOISE))
    at_size = Average(
        free_energy.value.subs(N, size),
        free_energy.log_weight.subs(N, size),
        configuration,
        S.Zero,
        Integer(2**size - 1),
    )
    gradient, mean = Dummy("gradient"), Dummy("mean")
    return Step(
        gradient,
        mean,
        f"the gradient of the log density, all {2**size} configurations of {size} spins written out",
        where={gradient: Explicit(score_along_point), mean: at_size},
    )


PAIR_DOMAIN = Domain(
    (
        Range(
            N, S.One, Integer(8), Integer(6), (Integer(2), Integer(8)), low_open=False, high_open=False, integer=True
        ),
        positive(beta, default="0.9", explored=("0.2", "2")),
        real(x, default="0.4", explored=("-1", "1")),
        positive(T, default="0.83", explored=("0.3", "2")),
        real(a, default="0.3", explored=("-1", "1")),
    )
)
_distance = -((x - a * exp(-TIME)) ** 2) / (2 * NOISE)
_field_on_spin = (-(x**2) + 2 * x * a * exp(-TIME) - a**2 * exp(-2 * TIME)) / (2 * NOISE)

conjugate_field = exp(-TIME) / (beta * NOISE)
field_without_beta = _mean_along_point(exp(-TIME) / NOISE)
free_spins = replace(
    _mean_along_point(conjugate_field), log_weight=_mean_along_point(conjugate_field).log_weight - pairs
)

free_energy_score = ClosedForm(
    name="pure_states.free_energy_score",
    statement=(
        "Score from the free energy F(z) of spins with random couplings, along the point: sum_j x_j S_j/N with "
        "S_j = -x_j/Delta - exp(-t)/Delta dF/dz_j; energy -sum_{i<j} J_ij a_i a_j, J_ij = sqrt(2/N) cos(i j (i+j)), "
        "x_j = cos(j), t = 0.4, T = 0.83."
    ),
    source="BM23 (30)",
    formula=_mean_along_point(conjugate_field),
    parameters=(N, beta),
    size=N,
    domain=PAIR_DOMAIN,
    derivation=Derivation(
        (
            Step(
                _distance,
                _field_on_spin,
                "the noised point acts on a spin as the field x exp(-t)/(beta Delta); a^2 = 1 in the last term",
            ),
            *map(_score_of_density, (2, 3)),
        ),
        PAIR_DOMAIN,
    ),
    published=(
        Published(
            "BM23",
            "(30)",
            _mean_along_point(conjugate_field),
            r"S_E(x)_i = -\frac{x_i}{\Delta_t} - \frac{e^{-t}}{\Delta_t}"
            r" \left.\frac{\partial F}{\partial z_i}\right|_{z_i = x_i e^{-t}/(\beta\Delta_t)}",
        ),
    ),
)


# BM23 (31).  At t = log(N)/2 + tau the field u = x exp(-t)/Delta of one component is of order 1/sqrt(N).
shrink = exp(-2 * tau) / N
noise = T * (1 - shrink)
signal = exp(-2 * tau) / T  # N exp(-2t)/Delta as N grows
ratio = Dummy("ratio", positive=True)  # exp(-2t)/Delta
site_partition = {k: ((1 + k) * exp(u) + (1 - k) * exp(-u)) / 2 for k in (m1, m2)}
site_log_odds = log((1 + m1 * tanh(u)) / (1 + m2 * tanh(u)))
_tanh = u - u**3 / 3
_expanded = expand(sum(-((-1) ** power) * (m1**power - m2**power) * _tanh**power / power for power in range(1, 5)))
log_odds_series = sum(factor(_expanded.coeff(u, power)) * u**power for power in range(1, 5))
quadratic = sum(log_odds_series.coeff(u, power) * u**power for power in (1, 2))


def _averaged(function: Expr) -> Expr:
    """Mean over one component of state 1: over its spin, and over its noise as an integral."""
    field = {k: k * ratio + sqrt(ratio) * z for k in (1, -1)}
    return Integral(normal * sum((1 + k * m1) / 2 * function.subs(u, field[k]) for k in (1, -1)), (z, -oo, oo))


def _in_state_1(function: Expr | Poly) -> Expr:
    """The same mean of a polynomial in u, from the moments of spin and noise."""
    return expand(sum(coefficient * _moment(power) for (power,), coefficient in Poly(function, u).terms()))


def _moment(power: int) -> Expr:
    """Mean of u^power, u = ratio a + sqrt(ratio) z with a spin a and a normal z."""
    of_spin = ((power - q, q) for q in range(0, power + 1, 2))
    return sum(
        binomial(power, q) * (m1 if p % 2 else 1) * factorial2(q - 1) * ratio ** (p + q // 2) for p, q in of_spin
    )


def _cumulants() -> list[tuple[Expr, Expr]]:
    """First three cumulants of one site's log odds in state 1: coefficients of exp(-2t)/Delta and of its square."""
    below_fifth = (rem(Poly(log_odds_series, u) ** power, Poly(u**5, u)) for power in (1, 2, 3))
    first, second, third = map(_in_state_1, below_fifth)
    cumulants = (first, second - first**2, third - 3 * first * second + 2 * first**3)
    return [(factor(expand(c).coeff(ratio, 1)), factor(expand(c).coeff(ratio, 2))) for c in cumulants]


cumulants = _cumulants()
mean_log_odds, variance_log_odds = (leading * signal for leading, _ in cumulants[:2])
next_cumulants = [leading * exp(-2 * tau) * signal + following * signal**2 for leading, following in cumulants]


def _weight_from(prior: Expr, drift: Expr) -> Expr:
    """Integrand of the mean of 1/(1 + exp(-L)) for a normal log odds L = log(prior/(1 - prior)) + drift + s z."""
    return normal / (1 + (1 - prior) / prior * exp(-drift - sqrt(signal) * (m1 - m2) * z))


def _next_order() -> Expr:
    """sum_k c_k/k! times the mean of the k-th derivative of 1/(1 + exp(-L)), the c_k being the cumulants' 1/N terms."""
    at, total = Dummy(), S.Zero
    logistic = (1 + tanh(at / 2)) / 2  # 1/(1 + exp(-L)), whose derivatives would overflow far out
    for order, cumulant in enumerate(next_cumulants, 1):
        total += cumulant / factorial(order) * diff(logistic, at, order)
    return total.subs(at, log(w / (1 - w)) + mean_log_odds + sqrt(signal) * (m1 - m2) * z)


STATES_DOMAIN = Domain(
    (
        between(m1, -1, 1, default="0.9", explored=("0.2", "0.95")),
        between(m2, -1, 1, default="-0.3", explored=("-0.8", "0.1")),
        between(w, 0, 1, default="0.4", explored=("0.1", "0.9")),
        real(tau, default="0.27", explored=("-0.5", "1")),
        positive(T, default="0.83", explored=("0.3", "2")),
        whole(N, 1, default=64, explored=(16, 512)),
        real(u, default="0.3", explored=("-1", "1")),
    )
)
twice_the_noise = Quadrature(_weight_from(w, mean_log_odds).subs(T, 2 * T), z)
_from_state_1, _from_state_2 = _weight_from(w, mean_log_odds), _weight_from(1 - w, mean_log_odds)

posterior_weight = ClosedForm(
    name="pure_states.posterior_weight",
    statement=(
        "Mean posterior weight of state 1, over points noised from state 1, of two product states with magnetisations "
        "m1, m2 and prior weights w, 1 - w, as N grows at t = log(N)/2 + tau."
    ),
    source="BM23 (31), corrected",
    formula=Quadrature(_from_state_1, z),
    complement=Quadrature(normal / (1 + w / (1 - w) * exp(mean_log_odds + sqrt(signal) * (m1 - m2) * z)), z),
    parameters=(m1, m2, w, tau, T),
    domain=STATES_DOMAIN,
    derivation=Derivation(
        (
            *(Step(site_partition[k], cosh(u) + k * sinh(u), "one spin in the field u") for k in (m1, m2)),
            Step(
                log(site_partition[m1]),
                m1 * u + (1 - m1**2) * u**2 / 2,
                "BM23 (31) stops at m u, but N u^2 is of order one",
                series(u, S.Zero, 2),
                citation="BM23 (31)",
            ),
            Step(site_log_odds, log_odds_series, "log odds of one site; cosh(u) drops out", series(u, S.Zero, 4)),
            Step(
                _averaged(quadratic),
                _in_state_1(quadratic),
                "mean over spin and noise in state 1",
                where={ratio: shrink / noise},
            ),
            *(
                Step((N * _in_state_1(function)).subs(ratio, shrink / noise), value, because, limit(N, oo))
                for function, value, because in (
                    (quadratic, mean_log_odds, "the mean log odds of N sites"),
                    (quadratic**2, variance_log_odds, "its variance is twice its mean"),
                    (quadratic**4, S.Zero, "Lyapunov's condition: N independent sites add up to a normal law"),
                )
            ),
            Step(
                mean_log_odds,
                (m1 - m2) * m1 * signal - (m1**2 - m2**2) * signal / 2,
                "the last term is the factor exp(-N q exp(-2t)/(2 Delta)) of each state, q = m^2, that (31) lacks",
            ),
            Step(
                w * (1 - Integral(_from_state_1, (z, -oo, oo))),
                (1 - w) * (1 - Integral(_from_state_2, (z, -oo, oo))),
                "Bayes: what state 1 loses to state 2 is what state 2 loses to state 1",
            ),
        ),
        STATES_DOMAIN,
    ),
    published=(
        Published(
            "BM23",
            "(31)",
            Quadrature(_weight_from(w, (m1 - m2) * m1 * signal), z),
            r"S_E(x)_i = -\frac{x_i}{\Delta_t} + \frac{\partial}{\partial x_i}"
            r" \ln\left(\sum_\alpha w_\alpha e^{N M_\alpha(x) e^{-t}/\Delta_t}\right), \quad"
            r" M_\alpha(x) = \frac{1}{N}\sum_i x_i m_i^\alpha",
            note="The posterior weight that the printed sum implies; right when all states share one q = m^2.",
        ),
    ),
    finite_size=ClosedForm(
        name="pure_states.posterior_weight_next_order",
        statement="The 1/N term of the mean posterior weight of state 1.",
        source="derived here",
        formula=Quadrature(normal * _next_order() / N, z),
        parameters=(m1, m2, w, tau, T, N),
        size=N,
        domain=STATES_DOMAIN,
    ),
)
