"""The Curie-Weiss model at equilibrium, BM23 (13)-(16): density of the field m, the two states, their weights.

Everything follows from one transformation and one method.  Hubbard and Stratonovich make the spins independent in a
random field m, of density proportional to exp(-N f(m)) with f = beta Phi; Laplace's method around the minima +m and -m
of f gives magnetisation, variance and weight of the two states, and the 1/N terms of all three.
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, Symbol, binomial, cosh, erfc, exp, log, loggamma, oo, pi, sign, sqrt, tanh

from theory.checks import series, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, between, real, whole
from theory.formula import Average, Explicit, Formula, Quadrature
from theory.notation import N, S, beta, h, m, x, y, z
from theory.published import Published
from theory.saddle import SHIFT_OF_MEAN, at_minimum, laplace_steps
from theory.two_states import INVERSE_TEMPERATURE, MAGNETISATION, weight

DOMAIN = Domain((
    whole(N, 1, default=12, explored=(1, 12)),
    above(beta, 1, default="1.37", explored=("1.1", "2.5")),
    real(h, default="0.61", explored=("-1.5", "1.5")),
    real(m, default="0.8", explored=("-1", "1")),
    real(x, default="0.4", explored=("-1", "1")),
    real(y, default="0.7", explored=("-1", "1")),
    whole(S, 1, default=3, explored=(1, 6)),
))  # fmt: skip

# The model: spins a_i = +-1 with energy depending on their sum S alone, BM23 (13).
boltzmann = exp(beta * S**2 / (2 * N) + h * S / N)

# Hubbard-Stratonovich, BM23 (14): a Gaussian field m makes the spins independent.
normal_field = sqrt(beta * N / (2 * pi)) * exp(-beta * N * (m - S / N) ** 2 / 2)
one_spin = exp(beta * m + h / N) + exp(-beta * m - h / N)
large_deviation = m**2 / 2 - log(cosh(beta * m + h / N)) / beta  # Phi, BM23 (15)


def all_spins(size: int) -> Expr:
    """The sum over all configurations of `size` spins in the field beta m + h/size."""
    field = (beta * m + h / N).subs(N, size)
    return sum((binomial(size, up) * exp((2 * up - size) * field) for up in range(size + 1)), Integer(0))


relative_weight = exp(-beta * N * (large_deviation.subs(m, x) - large_deviation))
density_of_magnetisation = ClosedForm(
    name="curie_weiss.density_of_magnetisation",
    statement="density of the Hubbard-Stratonovich field m of N spins",
    source="BM23 (13)-(15)",
    formula=Explicit(1 / z, {z: Quadrature(relative_weight, x)}),
    parameters=(N, beta, h, m),
    domain=DOMAIN,
    size=N,
    published=(
        Published(
            "BM23", "(15)",
            Explicit(
                exp(-beta * N * large_deviation) / z,
                {z: Quadrature(exp(-beta * N * large_deviation.subs(m, x)), x)},
            ),
            r"P_0(m) \simeq C e^{-\beta N \Phi(m)}",
            note="an equality, not an approximation",
        ),
    ),
    derivation=Derivation(
        (
            Step(
                beta * m * S - beta * N * m**2 / 2,
                beta * S**2 / (2 * N) - beta * N * (m - S / N) ** 2 / 2,
                "Hubbard-Stratonovich: complete the square in m",
            ),
            Step(
                Integral(normal_field, (m, -oo, oo)), Integer(1),
                "the Gaussian field m integrates to one and leaves the square of the sum",
            ),
            Step(
                all_spins(5),
                (one_spin**N).subs(N, 5),
                "in the field the spins are independent: the sum over configurations is a power (N = 5, all 32)",
            ),
            Step(one_spin, 2 * cosh(beta * m + h / N), "one spin summed over"),
            Step(
                exp(-beta * N * m**2 / 2) * cosh(beta * m + h / N) ** N,
                exp(-beta * N * large_deviation),
                "the weight of m is exp(-beta N Phi(m)) times a constant, at every N",
            ),
        ),
        DOMAIN,
    ),
)  # fmt: skip

# The two states: minima of f(m) = beta Phi(m) at h/N -> 0, and Laplace's method around them.
free_energy = (beta * large_deviation).subs(h, 0)
variance_of_spin = 1 - m**2


kappa = 1 - beta * variance_of_spin
AT_ROOT = {m: MAGNETISATION}
STATE = Domain((
    between(m, 0, 1, default="0.8", explored=("0.3", "0.95")),
    *(DOMAIN[symbol] for symbol in (N, h, x, y)),
))  # fmt: skip


def around_minimum(function: Expr) -> tuple[Step, ...]:
    """Laplace's method for the integral of a function of x over the positive state."""
    energy = free_energy.subs(m, x)
    return laplace_steps(function, energy, x, minimum=m, normal=y, size=N, where=INVERSE_TEMPERATURE)


def shift(function: Expr, result: Expr, because: str, of: Expr = SHIFT_OF_MEAN) -> Step:
    """The 1/N term of the mean of a function of x inside the positive state."""
    known = at_minimum(function, free_energy.subs(m, x), x, minimum=m, where=INVERSE_TEMPERATURE)
    return Step(of, result, because, where=known)


mean_shift = -beta * m * variance_of_spin / kappa**2
magnetisation = ClosedForm(
    name="curie_weiss.magnetisation",
    statement="magnetisation of the positive state: the positive root of m = tanh(beta m)",
    source="BM23 (15)-(16)",
    formula=MAGNETISATION,
    parameters=(beta,),
    domain=DOMAIN,
    published=(Published("BM23", "text before (16)", MAGNETISATION, r"m^* = \tanh(\beta m^*)"),),
    finite_size=ClosedForm(
        name="curie_weiss.magnetisation_shift",
        statement="1/N term of the mean of S/N in the positive state",
        source="Laplace's method to next order",
        formula=Explicit(mean_shift / N, AT_ROOT),
        parameters=(N, beta),
        domain=DOMAIN,
    ),
    derivation=Derivation(
        (
            Step(
                free_energy.subs(m, x), m, "f is stationary at the roots of m = tanh(beta m)",
                check=stationary(x), where=INVERSE_TEMPERATURE,
            ),
            Step(
                free_energy.diff(m, 2), beta * kappa,
                "its curvature there is beta kappa, positive for beta > 1", where=INVERSE_TEMPERATURE,
            ),
            *around_minimum(tanh(beta * x)),
            shift(tanh(beta * x), mean_shift, "the spins have mean tanh(beta x) given x: the 1/N term of its average"),
        ),
        STATE,
    ),
)  # fmt: skip

# The same three by the exact sum over S at odd N, where the states are S > 0 and S < 0.
entropy = loggamma(N + 1) - loggamma((N + S) / 2 + 1) - loggamma((N - S) / 2 + 1)


def in_plus(value: Expr) -> Average:
    """The mean of a function of S over S > 0, without field."""
    return Average(value, (entropy + log(boltzmann)).subs(h, 0), S, Integer(1), N, step=2)


def over_spins(value: Expr) -> Average:
    """The mean of a function of S."""
    return Average(value, entropy + log(boltzmann), S, -N, N, step=2)


# Given S the field m is normal, so its law is a mixture of N + 1 normal laws; Laplace's method leaves two of them.
below = erfc(sqrt(beta * N / 2) * (S / N - m)) / 2
field_density = sqrt(beta * N / (2 * pi)) * exp(-beta * N * large_deviation)


def summed_over_spins(value: Expr, size: int) -> Expr:
    """The sum over all configurations of `size` spins of a function of S, with Boltzmann's weight."""
    sums = [(binomial(size, up), 2 * up - size) for up in range(size + 1)]
    return sum((ways * (boltzmann * value).subs({S: at, N: size}) for ways, at in sums), Integer(0))


law_of_field = ClosedForm(
    name="curie_weiss.law_of_field",
    statement="cumulative law P(field <= m) of the Hubbard-Stratonovich field of N spins",
    source="BM23 (13)-(15)",
    formula=over_spins(below),
    parameters=(N, beta, h, m),
    domain=DOMAIN,
    size=N,
    derivation=Derivation(
        (
            Step(
                below.diff(m), normal_field,
                "given the spins the field m is normal, of mean S/N and variance 1/(beta N)",
            ),
            Step(
                summed_over_spins(below, 5).diff(m),
                (2**N * field_density).subs(N, 5),
                "the density of the mixture is exp(-beta N Phi(m)) up to a constant, BM23 (15) (N = 5, all 32)",
            ),
        ),
        DOMAIN,
    ),
)  # fmt: skip


def exact_law(observable: str, statement: str, formula: Formula, parameters: tuple[Symbol, ...]) -> ClosedForm:
    """An exact finite-size law of the model (13) at odd N."""
    return ClosedForm(
        name=f"curie_weiss.{observable}", statement=f"{statement}, by the sum over S at odd N", source="BM23 (13)",
        formula=formula, parameters=(N, *parameters), domain=DOMAIN, size=N,
    )  # fmt: skip


magnetisation_of_spins = exact_law("magnetisation_of_spins", "mean of S/N over S > 0", in_plus(S / N), (beta,))
variance_of_spins = exact_law(
    "variance_of_spins", "N times the variance of S/N over S > 0",
    Explicit(z - y**2 / N, {m: MAGNETISATION, z: in_plus((S - N * m) ** 2 / N), y: in_plus(S - N * m)}), (beta,),
)  # fmt: skip
weight_of_spins = exact_law(
    "weight_of_spins", "probability of S > 0",
    over_spins((1 + sign(S)) / 2), (beta, h),
)  # fmt: skip

# Given m the spins scatter with variance 1 - tanh^2, and m itself with variance 1/(N beta kappa).
variance_from_field = tanh(beta * m).diff(m) ** 2 / free_energy.diff(m, 2)
susceptibility = variance_of_spin / kappa
state_variance = ClosedForm(
    name="curie_weiss.state_variance",
    statement="N times the variance of S/N inside the positive state: the susceptibility",
    source="BM23, text after (15)",
    formula=Explicit(susceptibility, AT_ROOT),
    parameters=(beta,),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *around_minimum((tanh(beta * x) - m) ** 2),
            shift(
                (tanh(beta * x) - m) ** 2, variance_from_field,
                "N times the variance of tanh(beta x): the square of its slope times the variance of x",
            ),
            Step(
                (1 - tanh(beta * m) ** 2) + variance_from_field, susceptibility,
                "total variance: the spins given the field, and the field", where=INVERSE_TEMPERATURE,
            ),
        ),
        STATE,
    ),
)  # fmt: skip

# The field h/N moves f by O(1/N): the weight of a state is the integral of exp(h tanh(beta m)) over it, to first order.
tilt = exp(h * tanh(beta * m))
log_ratio_shift = -h * beta * m * variance_of_spin / kappa**2  # omega
curvature_shift = h**2 * beta * variance_of_spin**2 / (2 * kappa)  # even in m
weight_plus = ClosedForm(
    name="curie_weiss.weight_plus",
    statement="probability of a positive sum of the spins, the weight of the positive state",
    source="BM23 (16)",
    formula=Explicit(weight(1), AT_ROOT),
    complement=Explicit(weight(-1), AT_ROOT),
    parameters=(beta, h),
    domain=DOMAIN,
    published=(
        Published(
            "BM23", "(16)", exp(h * m) / (2 * cosh(h * m)), r"W_\pm = \frac{e^{\pm h m^*}}{2 \cosh(h m^*)}"
        ),
    ),
    finite_size=ClosedForm(
        name="curie_weiss.weight_plus_shift",
        statement="1/N term of the weight of the positive state",
        source="Laplace's method to next order",
        formula=Explicit(2 * log_ratio_shift * weight(1) * weight(-1) / N, AT_ROOT),
        parameters=(N, beta, h),
        domain=DOMAIN,
    ),
    derivation=Derivation(
        (
            Step(
                exp(N * (log(cosh(beta * x + h / N)) - log(cosh(beta * x)))),
                tilt.subs(m, x) * (1 + h**2 * (1 - tanh(beta * x) ** 2) / (2 * N)),
                "the field h/N tilts the weight of m", check=series(N, oo, 1), where=INVERSE_TEMPERATURE,
            ),
            *around_minimum(tilt.subs(m, x)),
            Step(
                tilt / (tilt + tilt.subs(m, -m)), weight(1),
                "both minima have the same depth and curvature: only the tilt differs", where=INVERSE_TEMPERATURE,
            ),
            shift(
                tilt.subs(m, x), log_ratio_shift + curvature_shift,
                "the 1/N term of log W+; its second part is even in m and cancels in W+/W-",
                of=SHIFT_OF_MEAN / Symbol("g0"),
            ),
        ),
        STATE,
    ),
)  # fmt: skip
