"""What n data say of the Curie-Weiss model: of one state, of the score by regression, of the weights of the states.

The exact score of the n data themselves generates the weights of the data, whatever N; a score that is learnt by
regression misses by an amount that depends on N/n.  Both for the two-state model (16) of BM23.
"""

from __future__ import annotations

from sympy import (
    Dummy,
    Expr,
    Integral,
    Rational,
    S,
    binomial,
    cancel,
    cosh,
    diff,
    exp,
    expand,
    factor,
    factorial,
    gamma,
    log,
    loggamma,
    oo,
    pi,
    sqrt,
    together,
)

from theory.checks import limit, series, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, between, positive, real, whole
from theory.formula import Average, Explicit
from theory.notation import N, T, a, beta, d_over_n, h, m, mu, n, t, tau, ups, x, y, z
from theory.two_states import MAGNETISATION, NOISE, weight

GIVEN = {m: MAGNETISATION}
frequency = Dummy("f", positive=True)
share, rest = Dummy("alpha", positive=True), Dummy("beta", positive=True)  # of a beta law
DOMAIN = Domain(
    (
        above(beta, 1, default="1.37", explored=("1.1", "2.5")),
        real(h, default="0.61", explored=("-1.5", "1.5")),
        real(tau, default="0.27", explored=("-0.5", "1")),
        positive(T, default="0.83", explored=("0.3", "2")),
        between(d_over_n, 0, 1, default="0.25", explored=("0.1", "0.5")),
        whole(n, 1, default=3, explored=(2, 64)),
        whole(N, 1, default=20, explored=(2, 64)),
    )
)
STEPS = Domain(
    (
        *DOMAIN.ranges,
        between(m, 0, 1, default="0.8", explored=("0.3", "0.95")),
        between(frequency, 0, 1, default="0.7", explored=("0.1", "0.9")),
        *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (x, y, z, mu, a)),
        *(above(symbol, 2, default="3", explored=("3", "6")) for symbol in (share, rest)),
        positive(t, default="0.4", explored=("0.1", "1.5")),
    )
)


def normal(at: Expr, variance: Expr) -> Expr:
    """Normal density of mean 0."""
    return exp(-(at**2) / (2 * variance)) / sqrt(2 * pi * variance)


# One spin of the state +, up with probability p; its frequency among n data.
p = (1 + m) / 2
divergence = frequency * log(frequency / p) + (1 - frequency) * log((1 - frequency) / (1 - p))
cumulant = {k: factor(diff(log(1 - p + p * exp(z)), z, k).subs(z, 0)) for k in (2, 3, 4)}
moment = {2: cumulant[2] / n, 3: cumulant[3] / n**2, 4: 3 * cumulant[2] ** 2 / n**2 + cumulant[4] / n**3}
curvature = {k: factor(diff(divergence, frequency, k).subs(frequency, p)) for k in (2, 3, 4)}
expanded = 2 * n * sum(curvature[k] * moment[k] / factorial(k) for k in (2, 3, 4))
next_divergence = factor(diff(expand(expanded.subs(n, 1 / n)), n).subs(n, 0))


def _enumerated(size: int) -> Expr:
    """2 n KL averaged over the number of ups among n = `size` data."""
    total: Expr = S.Zero
    for count in range(size + 1):
        chance = binomial(size, count) * p**count * (1 - p) ** (size - count)
        terms = [Rational(k, size) * log(Rational(k, size) / q) for k, q in ((count, p), (size - count, 1 - p)) if k]
        total += 2 * size * chance * sum(terms)
    return total


def _biased(size: int) -> Expr:
    """The same with the factor count/size moved into the binomial, which leaves size - 1 data."""
    total: Expr = S.Zero
    for count in range(size):
        chance = binomial(size - 1, count) * p**count * (1 - p) ** (size - 1 - count)
        gained = p * log((count + 1) / (size * p)) + (1 - p) * log((size - count) / (size * (1 - p)))
        total += 2 * size * chance * gained
    return total


state_divergence_of_n = ClosedForm(
    name="curie_weiss.state_divergence_of_n",
    statement="2 n KL(estimate | true) per spin of the product state estimated from n data of the state +, at any n.",
    source="derived here",
    formula=Average(
        value=2 * n * (p * log((ups + 1) / (n * p)) + (1 - p) * log((n - ups) / (n * (1 - p)))),
        log_weight=loggamma(n) - loggamma(ups + 1) - loggamma(n - ups) + ups * log(p) + (n - 1 - ups) * log(1 - p),
        variable=ups,
        low=S.Zero,
        high=n - 1,
        given=GIVEN,
    ),
    parameters=(beta, n),
    size=n,
    domain=DOMAIN,
    derivation=Derivation(
        tuple(
            Step(
                _enumerated(size),
                _biased(size),
                f"k binomial(n, k) = n binomial(n-1, k-1), written out for n = {size}",
            )
            for size in (1, 2, 3)
        ),
        STEPS,
    ),
)

state_divergence = ClosedForm(
    name="curie_weiss.state_divergence",
    statement=(
        "2 n KL(estimate | true) per spin of the product state estimated from n data of the state +, as n grows. "
        "KL(true | estimate) is infinite at every n: a spin may be the same in all data."
    ),
    source="BM23, last paragraph on the Curie-Weiss model",
    formula=Explicit(S.One, GIVEN),
    parameters=(beta, n),
    size=n,
    domain=DOMAIN,
    derivation=Derivation(
        (
            Step(divergence, S.Zero, "no divergence at the true frequency", where={frequency: p}),
            Step(divergence, p, "which is its minimum", stationary(frequency)),
            *(
                Step(diff(divergence, frequency, k).subs(frequency, p), curvature[k], f"derivative {k} there")
                for k in (2, 3, 4)
            ),
            *(
                Step(diff(log(1 - p + p * exp(z)), z, k).subs(z, 0), cumulant[k], f"cumulant {k} of one datum")
                for k in (2, 3, 4)
            ),
            Step(
                n * y * z,
                S.One,
                "second order, y its derivative and z the mean square: chi-squared with one degree of freedom",
                where={y: curvature[2], z: moment[2]},
            ),
            Step(expanded, S.One, "the other orders vanish", limit(n, oo)),
        ),
        STEPS,
    ),
    finite_size=ClosedForm(
        name="curie_weiss.state_divergence_next_order",
        statement="The 1/n term of 2 n KL(estimate | true) per spin.",
        source="derived here",
        formula=Explicit(next_divergence / n, GIVEN),
        parameters=(beta, n),
        size=n,
        domain=DOMAIN,
        derivation=Derivation(
            (Step(expanded, 1 + next_divergence / n, "third and fourth order of the divergence", series(n, oo, 1)),),
            STEPS,
        ),
    ),
)


# Regression of y = exp(-t) sum(a)/sqrt(N) on the noised point: only mu = sum(x)/sqrt(N) knows y; the other N - 1
# directions are noise and spins that do not know the state, normal up to terms beyond 1/N.
signal = m**2 * exp(-2 * tau)
slope = signal / (signal + T)
unexplained = signal * T / (signal + T)
shrink = exp(-2 * tau) / N
noise = T * (1 - shrink)
signal_of_N = signal + (1 - m**2) * shrink
unexplained_of_N = signal_of_N * noise / (signal_of_N + noise)
inverse_wishart = (N - 1) / (n - N - 1)  # mean trace of the inverse of a Wishart matrix, N - 1 dimensions, n - 1 data
dependence = (T**2 + signal**2) / (T + signal) ** 2
data_per_size = {n: N / d_over_n}


def _excess(along: Expr, squares: Expr, length: Expr) -> Expr:
    """Squared error given the n values of mu (unit variance, squared length `length`) and the n residuals of y.

    `along` is (mu . residuals)^2 and `squares` the residuals' squared length; the other N - 1 regressors are normal.
    """
    return along / length**2 + (squares - along / length) * inverse_wishart * (1 + 1 / length) / (n - 1)


mean_excess = _excess(n * unexplained_of_N * dependence, n * unexplained_of_N, n)
error_of_N = sqrt(mean_excess.subs(data_per_size)) / noise
regression_error = sqrt(unexplained * d_over_n / (1 - d_over_n)) / T


def _next_order(function: Expr) -> Expr:
    """The coefficient of 1/N in the square root of a rational function of N, relative to the leading term."""
    small, decay = Dummy(positive=True), Dummy(positive=True)
    squared = cancel(together(function.subs({N: 1 / small, exp(-2 * tau): decay})))
    return factor(diff(squared, small).subs(small, 0) / squared.subs(small, 0) / 2).subs(decay, exp(-2 * tau))


next_regression_error = regression_error * _next_order(mean_excess.subs(data_per_size) / noise**2) / N
_in_plus = mu - sqrt(signal)  # the state - mirrors both mu and y
_residual = sqrt(signal) - slope * mu
REGRESSION = (
    Step(Integral(mu**2 * normal(_in_plus, T), (mu, -oo, oo)), signal + T, "the second moment of mu, as N grows"),
    Step((signal - 2 * y * signal + y**2 * (signal + T)), slope, "the regression of y on mu", stationary(y)),
    Step(Integral(_residual**2 * normal(_in_plus, T), (mu, -oo, oo)), unexplained, "what it leaves unexplained of y"),
    Step(
        Integral((mu * _residual) ** 2 * normal(_in_plus, T), (mu, -oo, oo)),
        unexplained * (signal + T) * dependence,
        "mu is not normal: how the residuals depend on it",
    ),
)
_beta_law = z ** (share - 1) * (1 - z) ** (rest - 1) * gamma(share + rest) / (gamma(share) * gamma(rest))
WISHART = (
    Step(
        Integral(_beta_law / z, (z, 0, 1)),
        (share + rest - 1) / (share - 1),
        "N - 1 normal regressors leave a beta-distributed part of mu: mean of its inverse",
    ),
    Step(
        Integral(z ** (share - 2) * exp(-z / 2) / (2**share * gamma(share)), (z, 0, oo)),
        1 / (2 * share - 2),
        "each regressor keeps a chi-squared part: mean of its inverse, 1/(n - N - 1)",
    ),
    Step(
        inverse_wishart + ((n - 2) / (n - N - 1) - 1) / mu**2,
        inverse_wishart * (1 + 1 / mu**2),
        "the mean squared coefficients of a unit vector across mu, times n - 1",
    ),
    Step(error_of_N, regression_error, "at fixed N/n the mean over the data", limit(N, oo)),
)

regression_score_error = ClosedForm(
    name="curie_weiss.regression_score_error",
    statement=(
        "rms error along (1, ..., 1)/sqrt(N), at t = log(N)/2 + tau, of the linear score that is regressed on n noised "
        "data, one noised point each, as N grows at fixed N/n."
    ),
    source="BM23 (32)-(33) and text after (29)",
    formula=Explicit(regression_error, GIVEN),
    parameters=(beta, tau, T, d_over_n),
    domain=DOMAIN,
    derivation=Derivation((*REGRESSION, *WISHART), STEPS),
    finite_size=ClosedForm(
        name="curie_weiss.regression_score_error_next_order",
        statement="The 1/N term of the rms error of the regressed score.",
        source="derived here",
        formula=Explicit(next_regression_error, GIVEN),
        parameters=(beta, tau, T, d_over_n, N),
        size=N,
        domain=DOMAIN,
        derivation=Derivation(
            (Step(error_of_N, regression_error + next_regression_error, "its next order", series(N, oo, 1)),), STEPS
        ),
    ),
)


# The exact score of the data themselves: the way back ends on each of them equally often.
_kernel = normal(x - a * exp(-t), NOISE)
_two_data = (normal(x - a * exp(-t), NOISE) + 2 * normal(x - y * exp(-t), NOISE)) / 3
_backward_drift = x * _two_data + 2 * T * diff(_two_data, x)
weight_variance = 1 / (4 * n * cosh(h * m) ** 2)


def _scatter(size: int) -> Expr:
    """Variance of the fraction of + among `size` data."""
    chances = {k: binomial(size, k) * weight(1) ** k * weight(-1) ** (size - k) for k in range(size + 1)}
    return sum(chance * (Rational(k, size) - weight(1)) ** 2 for k, chance in chances.items())


empirical_score_weight = ClosedForm(
    name="curie_weiss.empirical_score_weight",
    statement=(
        "Variance, over sets of n data of the two-state model, of the weight of + that the way back generates with the "
        "exact empirical score: W_+ W_-/n for every N, so that n > N is not needed."
    ),
    source="BM23, text after (29), corrected",
    formula=Explicit(weight_variance, GIVEN),
    parameters=(beta, h, n),
    domain=DOMAIN,
    derivation=Derivation(
        (
            Step(
                diff(_kernel, t),
                diff(x * _kernel, x) + T * diff(_kernel, x, 2),
                "each datum spreads by the forward process",
            ),
            Step(
                -diff(_two_data, t),
                -diff(_backward_drift, x) + T * diff(_two_data, x, 2),
                "the way back with the score of the mixture retraces it: the ends have the weights of the data",
                citation="BM23 (6)",
            ),
            *(
                Step(_scatter(size), weight(1) * weight(-1) / size, f"n = {size} data, each + with probability W_+")
                for size in (1, 2, 3)
            ),
            Step(y * z / n, weight_variance, "y = W_+, z = W_-", where={y: weight(1), z: weight(-1)}),
        ),
        STEPS,
    ),
)
