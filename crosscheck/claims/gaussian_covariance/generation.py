"""The claim about the covariance that is generated from one noised path of each of n data."""

from sympy import Integer, Rational

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_covariance import generation as simulated
from theory.notation import d, n, ratio
from theory.systems.gaussian_covariance import generation as derived

# What is of second order in the statistics: each brings (d + 1)/n, as |H|^2 does.  The quick leg is of first order.
SECOND_ORDER = 4 * (d + 1) / (ratio * d**2)

generated_covariance_error = Claim(
    theory=derived.generated_covariance_error,
    numeric=simulated.generated_covariance_error,
    kind=Kind.ASYMPTOTIC,
    correction=SECOND_ORDER,
    ladder=(4, 8, 16, 32, 64),
    parameters=(
        ReferencePoint(
            {"ratio": "481.25"},
            "all 3 mutants differ by 3.0 % or more, least of them integer + 1 at 2 (50 %)",
        ),
    ),
    path={n: ratio * d**2},
    rivals=(
        Rival("data alone", Integer(1), "as if the covariance of the data were generated"),
        Rival("noise beside data left out", Rational(4, 3), "without <a z^T>"),
        Rival("noise beside noise left out", Rational(5, 3), "without what <z z^T> misses of 1"),
    ),
    routes=(
        Route(
            source=simulated.generated_covariance_error_drawn,
            ladder=(4, 8, 16),
            steps={"dt": 1 / 32},
            tier="standard",
        ),
        Route(source=simulated.generated_covariance_error_of_data, ladder=(4, 8), steps={"dt": 1 / 32}, tier="deep"),
    ),
)
