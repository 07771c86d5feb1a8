"""Claims about the covariance of n data: its error, its eigenvectors, and what is generated from it."""

from sympy import Rational, pi

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_covariance import sampling as simulated
from theory.notation import d, k, n
from theory.systems.gaussian_covariance import sampling as derived

frobenius_error = Claim(
    theory=derived.frobenius_error,
    numeric=simulated.frobenius_error,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(12,),
    parameters=(
        ReferencePoint(
            {"n": "25", "spectrum": "two-level"},
            "54 of 56 mutants differ by 3.0 % or more, least of them limit - 1 at modes (4.9 %)",
        ),
    ),
    rivals=(
        Rival("diagonal alone", 2 * derived.total(2) / n, "as if the axes of C were known"),
        Rival("squared trace alone", derived.total(1) ** 2 / n, "entries on the diagonal taken like the others"),
        Rival("mean subtracted", derived.FROBENIUS.subs(n, n - 1), "n - 1 degrees of freedom, where the mean is known"),
    ),
    routes=(Route(source=simulated.frobenius_error_of_data, tier="standard"),),
)

# What lies beyond the edges of the spectrum: 12/(pi^2 d) of the limit.  The second order in 1/k is left out on both
# sides of the quick leg; drawn matrices have it: about 7/k of the value, 7e-4 at the edge of the domain.
EDGES = 12 / (pi**2 * d)

eigenvector_mixing = Claim(
    theory=derived.eigenvector_mixing,
    numeric=simulated.eigenvector_mixing,
    kind=Kind.ASYMPTOTIC,
    correction=EDGES,
    ladder=(33, 65, 129, 257, 513, 1025),
    parameters=(
        ReferencePoint(
            {"k": "46892"}, "all 19 mutants differ by 3.0 % or more, least of them integer + 1 at 3/4 (20 %)"
        ),
    ),
    path={n: k * d**2},
    rivals=(
        Rival("a function of n/d", pi**2 * Rational(3, 2) ** 2 / (3 * k * d), "as of observables of eigenvalues"),
        Rival("neighbours alone", 2 * Rational(3, 2) ** 2 / k, "the two nearest directions, 1 for pi^2/6"),
        Rival("without the eigenvalue", pi**2 / (3 * k), "c = 1 in the entries of D"),
    ),
    routes=(Route(source=simulated.eigenvector_mixing_drawn, ladder=(49, 97, 193), tier="standard"),),
)
