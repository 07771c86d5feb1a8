"""The score of the two-state Curie-Weiss model: posterior mean, its error at large times, the potential of mu."""

from __future__ import annotations  # noqa: I001 - lists of names, not columns

from sympy import (
    Abs, Integer, Integral, Max, Product, Rational, Sum, Symbol, atanh, cos, cosh, diff, exp, log, loggamma, oo, pi,
    sign, simplify, sinh, sqrt, tanh,
)  # fmt: skip

from theory.checks import antiderivative, limit, series, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, between, positive, real, whole
from theory.formula import Average, Explicit, Formula, Quadrature, Root
from theory.notation import Delta, N, S, T, Z, a, amplitude, beta, h, j, m, mu, s, t, tau, u, x, y, z
from theory.published import Published
from theory.two_states import (
    AT_ANGLE, MAGNETISATION, NOISE, ONE_SPIN, SPIN_PROBABILITY, STATES, enumerated_mean, noised_spin, weight,
)  # fmt: skip
from theory.weak_fields import COMMON, LOG_RATIO, STATE_MEAN, coefficient, mean_square

ZERO, ONE = Integer(0), Integer(1)
GIVEN = {m: MAGNETISATION}
DOMAIN = Domain((
    whole(N, 1, default=6, explored=(1, 9)),
    above(beta, 1, default="1.37", explored=("1.1", "2.5")),
    real(h, default="0.61", explored=("-1.5", "1.5")),
    positive(t, default="0.4", explored=("0.1", "1.5")),
    real(tau, default="0.27", explored=("-0.5", "1")),
    real(mu, default="0.6", explored=("-2", "2")),
    positive(amplitude, default="0.9", explored=("0.3", "2")),
    positive(T, default="0.83", explored=("0.3", "2")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    between(m, 0, 1, default="0.8", explored=("0.3", "0.95")),
    positive(Delta, default="0.5", explored=("0.1", "1.5")),
    real(x, default="0.4", explored=("-1", "1")),
    real(u, default="0.3", explored=("-1", "1")),
    positive(y, default="1.1", explored=("0.3", "1.5")),
    positive(z, default="1.1", explored=("0.3", "2.5")),
))  # fmt: skip
spin_variance = 1 - m**2

# x_j = cos(j) has no net magnetisation, so that both states stay in competition at every N.
site_field = {k: cos(k) * exp(-t) / Delta for k in (1, j)}
mean_of_first = Average(
    value=tanh(s * beta * m + site_field[1]).subs(Delta, NOISE),
    log_weight=(s * h * m + Sum(log(1 + s * m * tanh(site_field[j])), (j, 1, N))).subs(Delta, NOISE),
    variable=s, low=-ONE, high=ONE, step=2, given=GIVEN,
)  # fmt: skip
mean_in_plus = Explicit(mean_of_first.value.subs(s, 1), GIVEN)
tilted = SPIN_PROBABILITY[1, 1] * exp(u) + SPIN_PROBABILITY[1, -1] * exp(-u)
printed_weight = {k: weight(k) * Product(1 + k * m * tanh(site_field[j]), (j, 1, N)) for k in STATES}
printed_sum = sum((printed_weight[k] * tanh(k * beta * m + site_field[1]) for k in STATES), ZERO)
printed_mean = (printed_sum / sum(printed_weight.values(), ZERO)).subs(Delta, NOISE)


def _enumerated(size: int) -> Step:
    configuration = tuple(cos(k) for k in range(1, size + 1))
    log_weight = mean_of_first.log_weight.subs(N, size)
    by_state = Average(mean_of_first.value, log_weight, s, -ONE, ONE, 2)
    return Step(
        a, Z, f"the sum over configurations is a product over sites: all {2**size} configurations of {size} spins",
        where={**AT_ANGLE, Delta: NOISE, a: Explicit(enumerated_mean(configuration)), Z: by_state},
    )  # fmt: skip


def at_finite_size(name: str, statement: str, source: str, formula: Formula, *parameters: Symbol) -> ClosedForm:
    """A law of finite size; the last parameter is the size."""
    return ClosedForm(
        name=name, statement=statement, source=source, formula=formula, parameters=parameters, size=parameters[-1],
        domain=DOMAIN,
    )  # fmt: skip


posterior_mean = ClosedForm(
    name="curie_weiss.posterior_mean",
    statement="posterior mean of the first spin of the two-state model, given the noised point x_j = cos(j)",
    source="BM23 (17)-(20)",
    formula=mean_of_first,
    parameters=(N, beta, h, t, T),
    size=N,
    domain=DOMAIN,
    derivation=Derivation((
        *ONE_SPIN,
        *(Step(noised_spin(spin, x) / noised_spin(-spin, x), exp(2 * spin * x * exp(-t) / Delta),
               "x acts on its spin as a field u = x exp(-t)/Delta", citation="BM23 (18)") for spin in STATES),
        Step(tilted, cosh(u) * (1 + m * tanh(u)), "the weight of one site: its last factor knows the state",
             citation="BM23 (20)"),
        Step(diff(tilted, u) / tilted, tanh(beta * m + u), "the fields of the state and of x add", where=AT_ANGLE),
        *(_enumerated(size) for size in (2, 3)),
    ), STEPS),
    published=(Published(
        "BM23", "(19)-(20)", Explicit(printed_mean, GIVEN),
        r"\langle a_i \rangle_{\{x\}} = \frac{\sum_\pm W_\pm Q_\pm(x) \tanh(\pm\beta m^* + x_i e^{-t}/\Delta_t)}"
        r"{\sum_\pm W_\pm Q_\pm(x)}, \quad Q_\pm(x) = \prod_j [1 \pm m^* \tanh(x_j e^{-t}/\Delta_t)]",
    ),),
)  # fmt: skip

# At t = log(N)/2 + tau: exp(-2 t) is small, the fields are of order 1/sqrt(N), and (23) misses what is linear in them.
small = exp(-2 * tau) / N
noise = T * (1 - small)
missed = N * coefficient(COMMON, 1) * small / noise**2 * sqrt(noise + small)
missed_in_limit = missed.subs(N, 1 / z).subs(z, 0)
field_variance = exp(-2 * tau) / T
normal = exp(-(z**2) / 2) / sqrt(2 * pi)
standardised = {k: (z - k * m * field_variance) / sqrt(field_variance) for k in STATES}
density_of_sum = sum((weight(k) * normal.subs(z, standardised[k]) for k in STATES), ZERO) / sqrt(field_variance)
higher_orders = field_variance / T * mean_square(field_variance)
next_order = (diff((missed**2).subs(N, 1 / z), z).subs(z, 0) + higher_orders) / (2 * missed_in_limit)

large_time_score = ClosedForm(
    name="curie_weiss.large_time_score",
    statement="N times the rms error per component of the large-time score, as N grows at t = log(N)/2 + tau",
    source="BM23 (21)-(23)",
    formula=Explicit(missed_in_limit, GIVEN),
    parameters=(beta, h, tau, T),
    domain=DOMAIN,
    derivation=Derivation((
        *ONE_SPIN,
        Step((log(1 + m * tanh(u)) - log(1 - m * tanh(u))) / 2, atanh(m * tanh(u)), "half of log(Q_+/Q_-) per site"),
        Step(atanh(m * tanh(u)), LOG_RATIO, "what is even in u is the same in both states: (21) errs by u^3",
             series(u, ZERO, 4), citation="BM23 (21)"),
        *(Step(tanh(k * beta * m + u), STATE_MEAN[k].subs(m, tanh(z)), "(22) keeps the first term of this series",
               series(u, ZERO, 3), where=AT_ANGLE, citation="BM23 (22)") for k in STATES),
        Step(diff(COMMON, u), spin_variance, "(22) drops u times the variance of a spin, equal in both states",
             limit(u, ZERO)),
        *(Step(sum((SPIN_PROBABILITY[k, spin] * (spin**2 * exp(-2 * t) + Delta) for spin in STATES), ZERO),
               exp(-2 * t) + Delta, "second moment of x") for k in STATES),
        Step(missed, missed_in_limit, "N exp(-t)/Delta times the rms of the dropped term", limit(N, oo)),
        Step(Integral(z**4 * normal, (z, -oo, oo)), Integer(3), "next order: cubes of normal fields follow their sum"),
        Step(Integral((z**3 - 3 * z) ** 2 * normal, (z, -oo, oo)), Integer(6), "and scatter around it with variance 6"),
    ), STEPS),
    finite_size=at_finite_size(
        "curie_weiss.large_time_score_next_order", "1/N term of N times the rms error per component",
        "weak fields to third order", Quadrature(density_of_sum * next_order / N, z, given=GIVEN), beta, h, tau, T, N,
    ),
)  # fmt: skip

# From here on sqrt(N) exp(-t) = amplitude.
late_time = log(sqrt(N) / amplitude)
state_weight = {k: exp(k * m * (h + amplitude * mu / T)) / 2 for k in STATES}
partition = sum(state_weight.values(), ZERO)
mean_of_states = m * sum((k * state_weight[k] for k in STATES), ZERO) / partition
drift = -mu + 2 * amplitude * simplify(mean_of_states)
potential_of_mu = mu**2 / 2 - 2 * T * log(simplify(partition))

# Within a state mu is normal up to 1/N^2, for its third cumulant is that small.
variance_of_mu = T + amplitude**2 / N * (spin_variance - T)
log_cosh_of_mu = log(cosh(m * (h + amplitude * mu / variance_of_mu)))
potential_to_next_order = T / variance_of_mu * mu**2 - mu**2 / 2 - 2 * T * log_cosh_of_mu
potential_shift = amplitude**2 / N * (1 - spin_variance / T) * mu * -drift
exact_noise = T * (1 - amplitude**2 / N)

potential = ClosedForm(
    name="curie_weiss.potential",
    statement="potential of mu = sum(x)/sqrt(N) in the backward process, zero at mu = 0 without field, as N grows",
    source="BM23 (24)-(25)",
    formula=Explicit(potential_of_mu, GIVEN),
    parameters=(mu, amplitude, beta, h, T),
    domain=DOMAIN,
    derivation=Derivation((
        Step((sqrt(N) * exp(-t) / NOISE).subs(t, late_time), amplitude / T, "field of mu on the states at large times",
             limit(N, oo)),
        Step(mean_of_states, simplify(mean_of_states), "magnetisation of two states, weighted by (16) and (21)"),
        Step((mu - 2 * T / NOISE * (mu - sqrt(N) * exp(-t) * mean_of_states)).subs(t, late_time), drift,
             "backward drift of mu: mu + 2 T (sum of the score)/sqrt(N)", limit(N, oo), citation="BM23 (6), (24)"),
        Step(-drift, potential_of_mu, "the drift is minus the slope", antiderivative(mu)),
        Step(-2 * T * mean_of_states, potential_of_mu, "the constant: V is -2 T times a free energy, whose "
             "slope in the field is the magnetisation", antiderivative(h)),
        Step(potential_of_mu, ZERO, "and it vanishes at the symmetric point", where={mu: ZERO, h: ZERO}),
        *(Step(sum((SPIN_PROBABILITY[k, spin] * (spin - k * m) ** 2 for spin in STATES), ZERO), spin_variance,
               "next order: variance of a spin in its state") for k in STATES),
        Step((exp(-2 * t) * spin_variance + NOISE).subs(t, late_time), variance_of_mu, "hence the variance of mu"),
        Step(potential_to_next_order, potential_of_mu + potential_shift, "V of a normal density", series(N, oo, 1)),
        Step(diff(potential_to_next_order.subs(N, 1 / z), z).subs(z, 0) / N, potential_shift, "it rescales mu"),
    ), STEPS),
    published=(Published(
        "BM23", "(25)", mu**2 / 2 - 2 * T * log(cosh(m * (h + amplitude / T * mu))),
        r"V = \frac{1}{2}\mu^2 - 2T \log\cosh\left[m^*\left(h + \frac{\sqrt{N}}{T} e^{-t}\mu\right)\right]",
    ),),
    finite_size=at_finite_size(
        "curie_weiss.potential_next_order", "1/N term of the potential", "the variance of mu within a state",
        Explicit(potential_shift, GIVEN), mu, amplitude, beta, h, T, N,
    ),
)  # fmt: skip

potential_of_spins = ClosedForm(
    name="curie_weiss.potential_of_spins",
    statement="potential of mu for N spins: -mu^2/2 - 2 T log(density of mu), zero at mu = 0 without field",
    source="BM23 (16)-(18)",
    formula=Explicit(mu**2 * (T / exact_noise - Rational(1, 2)) - 2 * T * log(Z), GIVEN | {Z: Average(
        value=exp(amplitude * mu * S / (N * exact_noise)) * cosh(m * (h + beta * S)) / cosh(m * beta * S),
        log_weight=-loggamma(1 + (N + S) / 2) - loggamma(1 + (N - S) / 2) + log(cosh(m * beta * S))
        - (amplitude * S / N) ** 2 / (2 * exact_noise),
        variable=S, low=-N, high=N, step=2,
    )}),
    parameters=(mu, amplitude, beta, h, T, N),
    size=N,
    domain=Domain(DOMAIN.ranges, (amplitude**2 < N,)),
)  # fmt: skip

# The wells, at mu = amplitude y: deep ones in units of amplitude^2, and the single one at small amplitude.
well = (potential_of_mu / amplitude**2).subs(mu, amplitude * y)
slope = (-drift.subs(mu, amplitude * y) / amplitude).expand()
deep_well = y**2 / 2 - 2 * m * y
height = -deep_well.subs(y, 2 * m)
missing_state = -2 * T * log(2) / amplitude**2
printed_well = mu**2 / 2 - 2 * m * amplitude * Abs(mu)
printed_height = ((printed_well.subs(mu, 0) - printed_well.subs(mu, 2 * m * amplitude)) / amplitude**2).expand()

barrier = ClosedForm(
    name="curie_weiss.barrier",
    statement="height of the barrier of the potential without field, over amplitude^2, as the amplitude grows",
    source="BM23 (26)",
    formula=Explicit(height, GIVEN),
    parameters=(amplitude, beta, T),
    domain=DOMAIN,
    derivation=Derivation((
        Step(potential_of_mu.subs(h, 0), ZERO, "without field the top lies at mu = 0 by symmetry", stationary(mu)),
        Step(potential_of_mu, ZERO, "where the potential vanishes", where={h: ZERO, mu: ZERO}),
        Step(well, deep_well, "log cosh is linear far out; a field of order 1 would drop out", limit(amplitude, oo),
             citation="BM23 (26)"),
        Step(deep_well, 2 * m, "the bottom of the well", stationary(y)),
        Step(-deep_well, height, "top minus bottom", where={y: 2 * m}),
        Step(-well.subs({h: 0, y: 2 * m}), height + missing_state, "next order: one state of two is left in the well",
             series(amplitude, oo, 3)),
    ), STEPS),
    published=(Published(
        "BM23", "(26)", printed_height,
        r"V_s(\mu) = \frac{1}{2}\mu^2 - 2 m^* \sqrt{N} e^{-t} |\mu|",
        note="compared by the height of its barrier over N exp(-2 t)",
    ),),
    finite_size=at_finite_size(
        "curie_weiss.barrier_next_order", "1/amplitude^2 term of the barrier: one choice between two states", "(25)",
        Explicit(missing_state), T, amplitude,
    ),
)  # fmt: skip

late_position = y - slope.subs(amplitude, 0)
late_shift = -(amplitude**2) * diff(slope.subs(amplitude, sqrt(z)).subs(y, late_position), z).subs(z, 0)
printed_late_well = (mu - m * tanh(h * m) * amplitude / T) ** 2 / 2
printed_position = ((mu - diff(printed_late_well, mu)) / amplitude).expand()
late_well = (mu - late_position * amplitude) ** 2 / 2 - 2 * T * log(cosh(h * m))

late_minimum = ClosedForm(
    name="curie_weiss.late_minimum",
    statement="minimum of the potential over the amplitude, as the amplitude vanishes; the same at every T",
    source="BM23 (27), corrected",
    formula=Explicit(late_position, GIVEN),
    parameters=(beta, h, T),
    domain=DOMAIN,
    derivation=Derivation((
        Step(diff(potential_of_mu, mu).subs(mu, amplitude * y), amplitude * slope, "the slope at mu = amplitude y"),
        Step(slope, y - late_position, "at small amplitude mu no longer moves the states", limit(amplitude, ZERO)),
        Step(potential_of_mu, late_well, "the well is a parabola around it", series(amplitude, ZERO, 1)),
        Step(slope.subs(y, late_position + late_shift), ZERO, "next order", series(amplitude, ZERO, 3)),
    ), STEPS),
    published=(Published(
        "BM23", "(27)", printed_position,
        r"V_s(\mu) = \frac{1}{2}\left[\mu - m^*\tanh(hm^*)\frac{\sqrt{N}e^{-t}}{T}\right]^2 + \text{constant}",
        note="compared by its minimum over sqrt(N) exp(-t): the factor 2 is missing and 1/T does not belong; "
        "both cancel at T = 1/2",
    ),),
    finite_size=at_finite_size(
        "curie_weiss.late_minimum_next_order", "amplitude^2 term of the minimum over the amplitude", "the slope",
        Explicit(late_shift, GIVEN), beta, h, T, amplitude,
    ),
)  # fmt: skip
late_scale = Max(Abs(late_position), m / 10)

minimum = at_finite_size(
    "curie_weiss.minimum", "minimum of the potential over the amplitude, on the side of the field", "BM23 (25)",
    Explicit(sign(h) * y, GIVEN | {y: Root(slope.subs(h, Abs(h)), y, ZERO, 2 * m)}), beta, h, T, amplitude,
)  # fmt: skip

# exp(-V/T) holds cosh^2, a sum of exponentials: a Gaussian for each state, and one between them.
boltzmann = exp(-(mu**2) / (2 * T)) * cosh(m * (h + amplitude * mu / T)) ** 2
mean_of_law = 2 * m * sinh(2 * m * h) / (cosh(2 * m * h) + exp(-2 * (m * amplitude) ** 2 / T))
mean_of_late_well = ClosedForm(
    name="curie_weiss.mean_of_late_well",
    statement="amplitude^2 term of the mean of mu over the amplitude under the stationary law exp(-V/T)",
    source="Gaussian integrals",
    formula=Explicit(late_shift / 2, GIVEN),
    parameters=(beta, h, T, amplitude),
    size=amplitude,
    domain=DOMAIN,
    derivation=Derivation((
        Step(-potential_of_mu / T, log(boltzmann), "the stationary law of the process at a frozen time"),
        Step(Integral(mu * boltzmann, (mu, -oo, oo)) / Integral(boltzmann, (mu, -oo, oo)), amplitude * mean_of_law,
             "a sum of Gaussian integrals"),
        Step(mean_of_law, late_position + late_shift / 2, "the mean moves half as far as the minimum",
             series(amplitude, ZERO, 3)),
    ), STEPS),
)  # fmt: skip
