"""Speciation in the Curie-Weiss model: the probability of mu > 0 at t = log(N)/2 + tau, in the limit and at finite N.

mu = sum_i x_i/sqrt(N) is exp(-t) S/sqrt(N) plus noise of variance Delta = T (1 - exp(-2 t)), S being the sum of spins.
At these times its signal exp(-tau) S/N is as large as its noise: later both states look alike, earlier none is missed.
Exact laws at finite N, for model (13) and for the two-state model (16), tend to one limit R_+ as R_+ + a/N.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from sympy import (
    Expr,
    Integer,
    Integral,
    cosh,
    diff,
    erf,
    erfc,
    exp,
    integrate,
    log,
    loggamma,
    oo,
    pi,
    sinh,
    sqrt,
    tanh,
)

from theory.checks import limit, series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, between, positive, real, whole
from theory.formula import Average, Explicit
from theory.notation import N, S, T, beta, h, kappa, m, mu, t, tau, x, y, z
from theory.published import Published
from theory.saddle import laplace_steps, next_order
from theory.systems.curie_weiss.equilibrium import density_of_magnetisation, weight_plus
from theory.two_states import INVERSE_TEMPERATURE, MAGNETISATION, NOISE, STATES, weight

GIVEN = {m: MAGNETISATION}
LIMIT = Domain((
    real(tau, default="0.27", explored=("-1", "2")),
    above(beta, 1, default="1.37", explored=("1.1", "2.5")),
    real(h, default="0.61", explored=("-1.5", "1.5")),
    positive(T, default="0.83", explored=("0.3", "2")),
))  # fmt: skip
FINITE = Domain((*LIMIT.ranges, whole(N, 1, default=37, explored=(9, 60))), (N * exp(2 * tau) > 1,))
STEPS = Domain((
    *FINITE.ranges,
    between(m, 0, 1, default="0.8", explored=("0.3", "0.95")),
    whole(S, -60, default=3, explored=(-9, 9)),
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (mu, x, y, z)),
), FINITE.relations)  # fmt: skip

AT_SPECIATION = {t: log(N) / 2 + tau}
SHORT_OF_T = NOISE.subs(AT_SPECIATION)  # Delta = T (1 - exp(-2 tau)/N)


def density(mean: Expr, variance: Expr) -> Expr:
    """Normal density of mu."""
    return exp(-((mu - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


TAIL = integrate(density(exp(-tau) * m, T), (mu, 0, oo))  # probability of mu > 0 where S/N = m and the variance is T

# At finite N the tail is averaged over S, exactly.
FINITE_TAIL = TAIL.subs({m: S / N, T: SHORT_OF_T}, simultaneous=True)
MULTIPLICITY = loggamma(N + 1) - loggamma((N + S) / 2 + 1) - loggamma((N - S) / 2 + 1)
COUPLED = beta * S**2 / (2 * N) + h * S / N  # log weight of a configuration of model (13)
TWOFOLD = log(cosh(m * (beta * S + h)))  # of model (16), up to a constant


def over_sums(log_weight: Expr, tail: Expr = FINITE_TAIL) -> Average:
    """Average of the tail over the sums of N spins."""
    return Average(tail, MULTIPLICITY + log_weight, S, -N, N, 2, GIVEN)


def averaged(log_weight: Expr, sums: Iterable[int], spins: int) -> Expr:
    """The same average over the listed sums, written out."""
    factors = dict.fromkeys(range(-spins, spins + 1), Integer(0))
    for total in sums:
        factors[total] += exp(log_weight.subs(S, total))
    above_zero = sum((factor * FINITE_TAIL.subs(S, total) for total, factor in factors.items()), Integer(0))
    return (above_zero / sum(factors.values(), Integer(0))).subs(N, spins)


def exact_steps(log_weight: Expr, spins: int = 9) -> tuple[Step, Step]:
    """The noise added to S, and the configurations of each S, counted for a few spins."""
    return (
        Step(
            Integral(density(exp(-tau) * S / N, SHORT_OF_T), (mu, 0, oo)),
            FINITE_TAIL,
            "given S, mu is normal with mean exp(-tau) S/N and variance Delta",
        ),
        Step(
            averaged(log_weight, map(sum, product(STATES, repeat=spins)), spins),
            averaged(log_weight + MULTIPLICITY, range(-spins, spins + 1, 2), spins),
            f"configurations of one sum weigh alike, and a binomial number of them have it (N = {spins} enumerated)",
        ),
    )


BOTH_STATES = Step(
    sum((weight(s) * exp(s * beta * m * S) / (2 * cosh(beta * m)) ** N for s in STATES), Integer(0)),
    exp(TWOFOLD) / (cosh(h * m) * (2 * cosh(beta * m)) ** N),
    "the probability of a configuration, both states added",
    citation="BM23 (16)",
)

positive_fraction_spins = ClosedForm(
    name="curie_weiss.positive_fraction_spins",
    statement="probability of mu > 0 at t = log(N)/2 + tau for N spins of model (13)",
    source="BM23 (13), (28) at finite N",
    formula=over_sums(COUPLED),
    parameters=(tau, beta, h, T, N),
    domain=FINITE,
    size=N,
    derivation=Derivation(exact_steps(COUPLED), STEPS),
)
positive_fraction_two_state = ClosedForm(
    name="curie_weiss.positive_fraction_two_state",
    statement="probability of mu > 0 at t = log(N)/2 + tau for N spins of the two-state model (16)",
    source="BM23 (16), (28) at finite N",
    formula=over_sums(TWOFOLD),
    parameters=(tau, beta, h, T, N),
    domain=FINITE,
    size=N,
    derivation=Derivation((BOTH_STATES, *exact_steps(TWOFOLD)), STEPS),
)


def blurred(function: Expr) -> Expr:
    """a where the spins are independent of mean m, and P(mu > 0 | S) = function(S/N): S scatters, and Delta < T."""
    return (1 - m**2) * diff(function, m, 2) / 2 + exp(-2 * tau) * m * diff(function, m) / 2


def in_well(function: Expr, sign: int) -> tuple[Expr, Expr]:
    """Terms 1 and 1/N of sqrt(N f''/(2 pi)) int function exp(-N (f - f(m))) dx over one well, f = beta Phi at h = 0."""
    free_energy = beta * x**2 / 2 - log(cosh(beta * x))
    leading = function.subs(N, oo)
    first = diff(function.subs(N, 1 / y), y).subs(y, 0) + next_order(leading, free_energy, x)
    at = {tanh(beta * x): sign * m, sinh(beta * x): sign * m * cosh(beta * x)}
    return leading.subs(at), first.subs(at)


def first_order(above: Iterable[tuple[Expr, Expr]], below: Iterable[tuple[Expr, Expr]]) -> Expr:
    """a of a ratio of two sums of terms 1 and 1/N."""
    (a0, a1), (b0, b1) = (map(sum, zip(*terms, strict=True)) for terms in (above, below))
    return (a1 - a0 * b1 / b0) / b0


# Model (16): each state by itself.
TWO_STATE_TERM = sum((weight(s) * blurred(TAIL).subs(m, s * m) for s in STATES), Integer(0))

# Model (13): the field x scatters around both minima, the spins have mean tanh(beta x + h/N), and the tilt a 1/N term.
_spin = tanh(beta * x)
TILT = exp(h * _spin) * (1 + h**2 * (1 - _spin**2) / (2 * N))
SPIN_TAIL = (TAIL + (blurred(TAIL) + h * (1 - m**2) * diff(TAIL, m)) / N).subs(m, _spin)
SPIN_TERM = first_order((in_well(TILT * SPIN_TAIL, s) for s in STATES), (in_well(TILT, s) for s in STATES))

# Both in physical terms: the variance chi of S/sqrt(N) within a state, and the shift of its mean.
SIGNAL = m * exp(-tau) / sqrt(T)
NORMAL = exp(-(SIGNAL**2) / 2) / sqrt(2 * pi)
CHI, SHIFT = (1 - m**2) / kappa, -beta * m * (1 - m**2) / kappa**2
KAPPA = {kappa: 1 - beta * (1 - m**2)}


def spread(variance: Expr) -> Expr:
    """The part of a that is due to this variance and to Delta < T."""
    return tanh(h * m) * NORMAL * SIGNAL * exp(-2 * tau) * (1 - variance / T) / 2


REWEIGHTED = h * SHIFT * erf(SIGNAL / sqrt(2)) / (2 * cosh(h * m) ** 2)
SHIFTED = NORMAL * SIGNAL / m * (h * CHI + SHIFT * tanh(h * m))
BLUR = (
    Step(
        (cosh(z / N) + m * sinh(z / N)) ** N,
        exp(m * z) * (1 + (1 - m**2) * z**2 / (2 * N)),
        "generating function of the mean of N independent spins: a smooth function gains (1 - m^2)/(2 N) times its"
        " second derivative",
        series(N, oo, 1),
    ),
    Step(sqrt(T / SHORT_OF_T), 1 + exp(-2 * tau) / (2 * N), "Delta falls short of T", series(N, oo, 1)),
)


def next_order_of(name: str, model: str, coefficient: Expr, steps: tuple[Step, ...]) -> ClosedForm:
    """The term a/N of one model."""
    return ClosedForm(
        name=f"curie_weiss.{name}_next_order",
        statement=f"1/N term of the probability of mu > 0, {model}",
        source="derived here",
        formula=Explicit(coefficient / N, GIVEN | {symbol: Explicit(value) for symbol, value in KAPPA.items()}),
        parameters=(tau, beta, h, T, N),
        domain=FINITE,
        size=N,
        derivation=Derivation((*BLUR, *steps), STEPS),
    )


two_state_next_order = next_order_of(
    "positive_fraction_two_state",
    "model (16)",
    spread(1 - m**2),
    (Step(TWO_STATE_TERM, spread(1 - m**2), "each state is blurred by itself"),),
)
spins_next_order = next_order_of(
    "positive_fraction_spins",
    "model (13)",
    spread(CHI) + REWEIGHTED + SHIFTED,
    (
        *laplace_steps(
            exp(h * _spin), beta * x**2 / 2 - log(cosh(beta * x)), x, minimum=m, normal=y, size=N,
            where=INVERSE_TEMPERATURE,
        ),
        Step(
            exp(N * (log(cosh(beta * x + h / N)) - log(cosh(beta * x)))), TILT,
            "the field h/N tilts the weight of the conjugate field", series(N, oo, 1),
        ),
        Step(
            tanh(beta * x + h / N), _spin + h * (1 - _spin**2) / N,
            "it also polarises the spins", series(N, oo, 1),
        ),
        Step(
            SPIN_TERM, spread(CHI) + REWEIGHTED + SHIFTED,
            "Laplace's method in both wells: the states spread by chi, shift, and change weight",
            where=INVERSE_TEMPERATURE | KAPPA,
        ),
    ),
)  # fmt: skip

# The limit: the two states of the model at N = oo, seen through Gaussian noise.
STATES_OF_THE_MODEL = (*density_of_magnetisation.derivation.steps, *weight_plus.derivation.steps)
MIXTURE = sum((weight(s) * TAIL.subs(m, s * m) for s in STATES), Integer(0))
NOISED_STATES = (
    Step(exp(-t) * sqrt(N) * m, exp(-tau) * m, "the mean of mu in the plus state", where=AT_SPECIATION),
    Step(
        exp(-2 * t) * (1 - m**2) + NOISE,
        T,
        "inside a state the spins hardly spread mu: its variance is that of the noise",
        limit(N, oo),
        AT_SPECIATION,
    ),
    Step(
        Integral(sum(weight(s) * density(s * exp(-tau) * m, T) for s in STATES), (mu, 0, oo)),
        MIXTURE,
        "both states have a Gaussian tail above mu = 0",
    ),
    Step(MIXTURE, (1 + tanh(h * m) * erf(SIGNAL / sqrt(2))) / 2, "the same in one term, which cancels in the tails"),
)
_x = m * exp(-tau) / sqrt(2 * T)
positive_fraction = ClosedForm(
    name="curie_weiss.positive_fraction",
    statement="probability of a positive projection mu of a noised configuration at t = log(N)/2 + tau",
    source="BM23 (28)-(29)",
    formula=Explicit(MIXTURE, GIVEN),
    complement=Explicit(MIXTURE.subs(h, -h), GIVEN),
    parameters=(tau, beta, h, T),
    domain=LIMIT,
    derivation=Derivation((*STATES_OF_THE_MODEL, *NOISED_STATES), STEPS),
    finite_size=spins_next_order,
    published=(
        Published(
            "BM23", "(28)",
            (weight(1) * erfc(-_x) + weight(-1) * erfc(_x)) / 2,
            r"R_+(\tau) = \frac{1}{2} \left[ W_+ \operatorname{erfc} \left( -\frac{m^* e^{-\tau}}{\sqrt{2T}} \right)"
            r" + W_- \operatorname{erfc} \left( \frac{m^* e^{-\tau}}{\sqrt{2T}} \right) \right]",
            note="with the weights of (16); (29) lacks the argument of erfc",
        ),
    ),
)  # fmt: skip
