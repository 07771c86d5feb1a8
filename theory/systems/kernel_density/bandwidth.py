"""How wide a Gaussian kernel on each of n data should be, H24 (2.10)-(2.11): the exact error, its minimum, its limits.

The data are normal with variance sigma^2 in each of d components, the kernel has standard deviation `bandwidth`.  The
mean integrated squared error needs nothing but convolutions of Gaussians, so it is known exactly, and so is its least
bandwidth, as a root.  Silverman's rule is its limit for many data at fixed d; for many dimensions at fixed log(n)/d the
limit is another one, sigma/sqrt(n^(2/(d+2)) - 1/2), which the mixing time meets only to leading order in n^(-2/d).
"""

from __future__ import annotations

from sympy import Expr, Integer, Integral, Rational, diff, exp, log, oo, pi, sqrt

from theory.checks import series, stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real, whole
from theory.formula import Explicit, Root
from theory.notation import a, alpha_log, bandwidth, d, n, sigma, spread, u, v, x
from theory.published import Published

DOMAIN = Domain((
    whole(n, 2, default=23, explored=(2, 200)),
    whole(d, 1, default=7, explored=(1, 12)),
    positive(sigma, default="0.8", explored=("0.4", "2")),
    positive(bandwidth, default="0.61", explored=("0.2", "2")),
    positive(alpha_log, default="0.41", explored=("0.15", "0.6")),
))  # fmt: skip
STEPS = Domain((
    *DOMAIN.ranges,
    positive(u, default="0.4", explored=("0.2", "2")),
    positive(v, default="0.7", explored=("0.2", "2")),
    positive(spread, default="0.7", explored=("0.2", "1.9")),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, x)),
))  # fmt: skip
LINE = (x, -oo, oo)
ORIGIN = Integer(0)


def normal(at: Expr, variance: Expr) -> Expr:
    """Normal density of one component."""
    return exp(-(at**2) / (2 * variance)) / sqrt(2 * pi * variance)


def meeting(variance: Expr) -> Expr:
    """Two Gaussians of d components integrated against one another, whose variances add up to `variance`."""
    return (2 * pi * variance) ** (-d / 2)


# E int (rho_T - rho)^2 = E int rho_T^2 - 2 E int rho_T rho + int rho^2
SAME = meeting(2 * bandwidth**2) / n  # of a kernel with itself
OTHERS = (1 - 1 / n) * meeting(2 * sigma**2 + 2 * bandwidth**2)
CROSS = meeting(2 * sigma**2 + bandwidth**2)
POPULATION = meeting(2 * sigma**2)
MISE = SAME + OTHERS - 2 * CROSS + POPULATION

# Stationary where, with spread = (bandwidth/sigma)^2 and u = 1 + d/2, two falling terms add up to 1.
POWER = d / 2 + 1
SINGLE = exp(POWER * log(1 / spread + Rational(1, 2)) - log(n))
PAIRS = (1 - 1 / n) * exp(-POWER * log((1 + spread) / (1 + spread / 2)))
BALANCE = SINGLE + PAIRS - 1
LIMIT = 1 / (exp(2 * log(n) / (d + 2)) - Rational(1, 2))
OPTIMUM = {spread: Root(BALANCE, spread, 9 * LIMIT / 10, Integer(2))}
LEFT_OUT = exp(-POWER * log((1 + LIMIT) / (1 + LIMIT / 2))) / d
"""What the pairs add to the balance, over d: the relative gap of the limit, exponentially small in d."""

# Many data at fixed d: the kernels become narrow, and the squared bias counts to its first order.
BIAS = (sigma**2 + bandwidth**2) ** (-d / 2) - 2 * (sigma**2 + bandwidth**2 / 2) ** (-d / 2) + sigma ** (-d)
NARROW = d * (d + 2) * bandwidth**4 * sigma ** (-d - 4) / 16
AMISE = (4 * pi) ** (-d / 2) * (bandwidth ** (-d) / n + NARROW)
SILVERMAN = (4 / ((d + 2) * n)) ** (1 / (d + 4)) * sigma

ERROR_STEPS = (
    Step(
        Integral(normal(x - a, u) * normal(x, v), LINE), normal(a, u + v),
        "the overlap of two Gaussians is one whose variances add up",
    ),
    Step(normal(a, u + v).subs(a, 0) ** d, meeting(u + v), "at one centre, in d components"),
    Step(
        Integral(normal(a - x, u) * normal(x, v), LINE), normal(a, u + v),
        "averaged over a datum the kernel is wider by the variance of the data: rho_T rho gives CROSS, two data OTHERS",
    ),
    Step(
        Integral((normal(x - a, u) - normal(x, v)) ** 2, LINE),
        normal(ORIGIN, 2 * u) - 2 * normal(a, u + v) + normal(ORIGIN, 2 * v),
        "the square of a difference, term by term",
    ),
    Step(SAME + OTHERS, MISE + 2 * CROSS - POPULATION, "n pairs of a datum with itself and n (n - 1) of two data"),
)  # fmt: skip

mise = ClosedForm(
    name="kernel_density.mise",
    statement="mean integrated squared error of a density that n Gaussian kernels of a given bandwidth make",
    source="H24 (2.11), derived here",
    formula=Explicit(MISE),
    parameters=(n, d, sigma, bandwidth),
    size=n,
    domain=DOMAIN,
    derivation=Derivation(ERROR_STEPS, STEPS),
)

OPTIMUM_STEPS = (  # from the error, whose steps are those of `mise`
    Step(
        diff(MISE, bandwidth).subs(bandwidth, sigma * sqrt(spread)),
        -(d / sigma) * sqrt(spread) * (4 * pi * sigma**2) ** (-d / 2) * (1 + spread / 2) ** (-POWER) * BALANCE,
        "where the error is stationary two terms balance",
    ),
    Step(
        diff(BALANCE, spread),
        -POWER * (SINGLE / (spread * (1 + spread / 2)) + PAIRS / (2 * (1 + spread) * (1 + spread / 2))),
        "both fall with the bandwidth: there is one minimum",
    ),
    Step(SINGLE.subs(spread, LIMIT), Integer(1), "below it the single kernels alone exceed 1"),
    Step(SINGLE.subs(spread, 2), 1 / n, "at sqrt(2) sigma all together are less than 1"),
)  # fmt: skip

T_MIXING = log(1 + sigma**2 / (exp(2 * log(n) / d) - 1)) / 2

optimal_bandwidth = ClosedForm(
    name="kernel_density.optimal_bandwidth",
    statement="bandwidth of n Gaussian kernels with the least mean integrated squared error",
    source="H24 (2.10)-(2.11), derived here",
    formula=Explicit(sigma * sqrt(spread), OPTIMUM),
    parameters=(n, d, sigma),
    size=n,
    domain=DOMAIN,
    derivation=Derivation(OPTIMUM_STEPS, STEPS),
    published=(
        Published(
            "H24",
            "(2.10)",
            Explicit(sqrt(2 * T_MIXING)),
            r"\epsilon^2 = 2t_M(\sigma, d, n)",
            note="'making the mixing time L^2-distance optimal': only to leading order in n^(-2/d), and at sigma = 1",
        ),
        Published(
            "H24",
            "(2.11), second equality",
            Explicit(sigma * n ** (-1 / d)),
            r"\epsilon = \frac{\sigma}{n^{1/d}}",
            note="leading order where log n is large beside d",
        ),
    ),
)

optimal_bandwidth_limit = ClosedForm(
    name="kernel_density.optimal_bandwidth_limit",
    statement="the bandwidth of least error as d grows with log(n)/d fixed, sigma/sqrt(n^(2/(d+2)) - 1/2)",
    source="H24 (2.10)-(2.11), derived here",
    formula=Explicit(sigma * sqrt(LIMIT)),
    parameters=(n, d, sigma),
    size=d,
    domain=DOMAIN,
    derivation=Derivation(
        (
            *OPTIMUM_STEPS,
            Step(
                log(PAIRS / (1 - 1 / n)), -POWER * log((1 + spread) / (1 + spread / 2)),
                "at a fixed bandwidth the pairs vanish like exp(-d ...)",
            ),
        ),
        STEPS,
    ),
)  # fmt: skip

silverman_bandwidth = ClosedForm(
    name="kernel_density.silverman_bandwidth",
    statement="Silverman's rule: the bandwidth of least error for many data at fixed d",
    source="H24 (2.11)",
    formula=Explicit(SILVERMAN),
    parameters=(n, d, sigma),
    size=n,
    domain=DOMAIN,
    derivation=Derivation(
        (
            Step(
                (4 * pi) ** (d / 2) * (MISE + (OTHERS / (n - 1))), bandwidth ** (-d) / n + BIAS,
                "one pair in n left out, the error is that of a single kernel and the square of the bias",
            ),
            Step(BIAS, NARROW, "the bias of narrow kernels", series(bandwidth, ORIGIN, 4)),
            Step(AMISE, SILVERMAN, "their sum is least at Silverman's bandwidth", stationary(bandwidth)),
        ),
        STEPS,
    ),
    published=(
        Published(
            "H24", "(2.11)", (4 / (d + 2)) ** (1 / (d + 4)) * sigma / n ** (1 / (d + 4)),
            r"\epsilon = \left(\frac{4}{d+2}\right)^{\frac{1}{d+4}} \frac{\sigma}{n^{\frac{1}{d+4}}}",
        ),
    ),
)  # fmt: skip
