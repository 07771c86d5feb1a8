"""Speciation from the spectrum of the data: the principal component of the covariance, and when noise drowns it.

The data of two Gaussian modes have the covariance C_0 = sigma^2 I + m m^T, whose largest eigenvalue is
Lambda = d mu^2 + sigma^2.  Noised data have C(t) = C_0 exp(-2t) + Delta I, BBDM24 (11).
"""

from __future__ import annotations

from sympy import Expr, Integer, Matrix, exp, eye, log, oo, pi, sqrt

from theory.checks import series
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, above, positive, real, whole
from theory.formula import Explicit
from theory.notation import Delta, Lambda, a, c, d, m, m1, m2, mu, sigma, t, x
from theory.published import Published

DELTA = 1 - exp(-2 * t)
LARGEST = d * mu**2 + sigma**2

DOMAIN = Domain((
    positive(t, default="1.2", explored=("0.4", "3")),
    whole(d, 1, default=8, explored=(2, 64)),
    positive(mu, default="0.8", explored=("0.5", "1.6")),
    positive(sigma, default="0.7", explored=("0.4", "1.5")),
    positive(c, default="3.7", explored=("0.4", "6")),
    above(Lambda, 1, default="7.66", explored=("2", "80")),
))  # fmt: skip
LATE_TIMES = Domain((positive(t, default="3.5", explored=("3", "5")), DOMAIN[c]))
TIMES = Domain(DOMAIN.ranges, (d * mu**2 + sigma**2 > 1,))
STEPS = Domain((
    *DOMAIN.ranges,
    positive(Delta, default="0.8", explored=("0.3", "0.95")),
    *(real(symbol, default="0.4", explored=("-1", "1")) for symbol in (a, m, x)),
    *(real(symbol, default="0.6", explored=("0.2", "0.9")) for symbol in (m1, m2)),
))  # fmt: skip

# Two components stand for all.
MODE = Matrix([m1, m2])
COVARIANCE = sigma**2 * eye(2) + MODE * MODE.T
ACROSS = Matrix([-m2, m1])
TWO_COMPONENTS = {mu: sqrt((m1**2 + m2**2) / 2), d: Integer(2)}
PRINCIPAL = (
    *(
        Step(
            (COVARIANCE * MODE)[row], LARGEST * MODE[row],
            "m is an eigenvector of C_0, with eigenvalue |m|^2 + sigma^2", where=TWO_COMPONENTS,
        )
        for row in (0, 1)
    ),
    *(
        Step((COVARIANCE * ACROSS)[row], sigma**2 * ACROSS[row], "across m the eigenvalue is sigma^2, a smaller one")
        for row in (0, 1)
    ),
)  # fmt: skip


def gaussian(at: Expr, mean: Expr, variance: Expr) -> Expr:
    """Normal density."""
    return exp(-((at - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


GAIN = c * exp(-t) / (c * exp(-2 * t) + DELTA)
NOISED = Step(
    log(gaussian(a, Integer(0), c)) + log(gaussian(x, a * exp(-t), DELTA)),
    log(gaussian(x, Integer(0), c * exp(-2 * t) + DELTA)) + log(gaussian(a, GAIN * x, c - GAIN * c * exp(-t))),
    "a direction of variance c is noised to c exp(-2t) + Delta",
    citation="BBDM24 (11)",
)

covariance = ClosedForm(
    name="gaussian_mixture.covariance",
    statement="largest eigenvalue of the covariance C(t) = C_0 exp(-2t) + Delta I of noised data of two Gaussian modes",
    source="BBDM24 (11)",
    formula=Explicit(LARGEST * exp(-2 * t) + DELTA),
    parameters=(t, d, mu, sigma),
    size=d,
    domain=DOMAIN,
    derivation=Derivation((*PRINCIPAL, NOISED), STEPS),
    published=(Published(
        "BBDM24", "(11)", LARGEST * exp(-2 * t) + 1 - exp(-2 * t),
        r"C(t) = C_0 e^{-2t} + \Delta_t \mathbf{I}", note="compared by the largest eigenvalue",
    ),),
)  # fmt: skip

# exp(-2t) is small late: the precision is expanded, and is no covariance.
LATE = (1 - exp(-2 * t) * c / DELTA) / DELTA
PRINTED_COVARIANCE = (1 - exp(-2 * t) * c / Lambda) / DELTA
NOISED_MATRIX = COVARIANCE * exp(-2 * t) + Delta * eye(2)
LEAST = sigma**2 * exp(-2 * t) + Delta
INVERSE = (eye(2) - MODE * MODE.T * exp(-2 * t) / (d * mu**2 * exp(-2 * t) + LEAST)) / LEAST
late_precision = ClosedForm(
    name="gaussian_mixture.late_precision",
    statement="precision of noised data along a direction of variance c, to first order in exp(-2t)",
    source="BBDM24, text after (11), corrected",
    formula=Explicit(LATE),
    parameters=(t, c),
    size=t,
    domain=LATE_TIMES,
    derivation=Derivation((
        *(
            Step(
                (NOISED_MATRIX * INVERSE)[row, column], Integer(int(row == column)),
                "the matrix in the exponent is the inverse of C(t)", where=TWO_COMPONENTS,
            )
            for row in (0, 1)
            for column in (0, 1)
        ),
        Step(1 / (c * x + Delta), (1 - x * c / Delta) / Delta, "x = exp(-2t) is small late", series(x, Integer(0), 1)),
        Step(
            1 / (c * x + Delta), (1 - x * c / Delta + (x * c / Delta) ** 2) / Delta, "next order",
            series(x, Integer(0), 2),
        ),
    ), STEPS),
    published=(Published(
        "BBDM24", "text after (11)", (1 / PRINTED_COVARIANCE).subs(Lambda, c),
        r"P_t(\mathbf{x})\ \text{Gaussian with covariance}\ "
        r"\frac{1}{\Delta_t}[\mathbf{I} - \frac{e^{-2t}}{\Lambda} C_0]",
        note="compared by the precision it implies along the principal component, c = Lambda: it is 1 at all times;"
        " the matrix is a precision, and Lambda should be Delta",
    ),),
    finite_size=ClosedForm(
        name="gaussian_mixture.late_precision_next_order",
        statement="exp(-4t) term of the precision along a direction of variance c",
        source="derived here",
        formula=Explicit(exp(-4 * t) * c**2 / DELTA**3),
        parameters=(t, c),
        size=t,
        domain=LATE_TIMES,
    ),
)  # fmt: skip

EQUAL = log(1 + LARGEST) / 2  # where half of the variance of the principal component is noise
EQUAL_STEP = Step(
    exp(-2 * t) * LARGEST, DELTA, "where half of the variance along the principal component is noise", where={t: EQUAL}
)
CRITERION = Step(
    Lambda * exp(-2 * t), Integer(1), "Lambda exp(-2t) = 1", where={t: log(Lambda) / 2}, citation="BBDM24 (4)"
)

speciation_time = ClosedForm(
    name="gaussian_mixture.speciation_time",
    statement="speciation time of two Gaussian modes: the principal component of the data, shrunk, has variance one",
    source="BBDM24 (4)",
    formula=Explicit(log(LARGEST) / 2),
    parameters=(d, mu, sigma),
    size=d,
    domain=TIMES,
    derivation=Derivation((
        *PRINCIPAL,
        CRITERION,
        EQUAL_STEP,
        Step(
            EQUAL - log(LARGEST) / 2, 1 / (2 * LARGEST), "which is the same time, up to 1/d", series(d, oo, 1)
        ),
    ), STEPS),
    published=(Published("BBDM24", "(4)", log(LARGEST) / 2, r"\lambda e^{-2t_s} = 1"),),
    finite_size=ClosedForm(
        name="gaussian_mixture.speciation_time_next_order",
        statement="1/d term of the time at which half of the variance along the principal component is noise",
        source="derived here",
        formula=Explicit(1 / (2 * LARGEST)),
        parameters=(d, mu, sigma),
        size=d,
        domain=TIMES,
    ),
)  # fmt: skip

# Data sets of BBDM24 Table 1: largest eigenvalue of the covariance, and t_s as printed.
TABLE_1 = {
    "MNIST": ("7.66", "1.02"),
    "CIFAR": ("16.72", "1.41"),
    "ImageNet16": ("3.05", "0.56"),
    "ImageNet32": ("12.11", "1.25"),
    "LSUN": ("60.52", "2.05"),
}
spectral_speciation_time = ClosedForm(
    name="gaussian_mixture.spectral_speciation_time",
    statement="speciation time of data whose covariance has the largest eigenvalue Lambda",
    source="BBDM24 (4), Table 1",
    formula=Explicit(log(Lambda) / 2),
    parameters=(Lambda,),
    domain=DOMAIN,
    derivation=Derivation((CRITERION,), STEPS),
    published=(Published("BBDM24", "(4)", log(Lambda) / 2, r"\lambda e^{-2t_s} = 1"),),
)

# BBDM24 (2) at one datum: the noised law is a Gaussian of variance Delta in d dimensions.
noised_peak = ClosedForm(
    name="gaussian_mixture.noised_peak",
    statement="density of the noised law of a single datum at its centre a exp(-t), in d dimensions",
    source="BBDM24 (2), corrected",
    formula=Explicit((2 * pi * DELTA) ** (-d / 2)),
    parameters=(t, d),
    size=d,
    domain=DOMAIN,
    derivation=Derivation((
        Step(
            gaussian(x, a * exp(-t), Delta) * gaussian(a, x * exp(-t), Delta),
            (2 * pi * Delta) ** -1 * exp(-((x - a * exp(-t)) ** 2 + (a - x * exp(-t)) ** 2) / (2 * Delta)),
            "each of the d components has a norm of its own",
        ),
        Step(
            gaussian(x, x, DELTA) ** d, (2 * pi * DELTA) ** (-d / 2), "at the centre nothing but the norms is left"
        ),
    ), STEPS),
    published=(Published(
        "BBDM24", "(2)", 1 / sqrt(2 * pi * DELTA),
        r"P_t^e(\mathbf{x}) = \int d\mathbf{a} P_0^e(\mathbf{a}) \frac{1}{\sqrt{2\pi\Delta_t}}"
        r" \exp\left(-\frac{1}{2} \frac{(\mathbf{x} - \mathbf{a}e^{-t})^2}{\Delta_t}\right)",
        note="compared at the centre of a single datum; the norm is that of one component, of d = 1",
    ),),
)  # fmt: skip
