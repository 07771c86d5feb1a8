"""Claims about the linear score of noised Gaussian data: of the law, and that which has the least empirical loss."""

from sympy import exp

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.gaussian_covariance import score as simulated
from theory.notation import T, c, t
from theory.systems.gaussian_covariance import score as derived

linear_score = Claim(
    theory=derived.linear_score,
    numeric=simulated.linear_score,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(2, 4, 8),
    parameters=(
        ReferencePoint(
            {"t": "0.42", "T": "0.37", "c": "0.69"},
            "all 65 mutants differ by 3.0 % or more, least of them symbols swapped at T and t (7.4 %)",
        ),
    ),
    rivals=(
        Rival("data left out", 1 / derived.NOISE, "the precision of the noise"),
        Rival("amplitudes", 1 / (c * exp(-t) + T * (1 - exp(-t))), "variances that decay like amplitudes"),
        Rival("noise of variance 1", 1 / (c * exp(-2 * t) + 1), "Delta at large times, at T = 1"),
    ),
    routes=(Route(source=simulated.linear_score_regressed, tier="standard"),),
)

# A bound that is attained: no matrix has a smaller loss, and the mean of the least one is known exactly.
empirical_score_matrix = Claim(
    theory=derived.empirical_score_matrix,
    numeric=simulated.empirical_score_matrix,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 8),
    parameters=(
        ReferencePoint(
            {"n": "18", "t": "0.55", "T": "1.98"},
            "all 123 mutants differ by 3.0 % or more, least of them root added at t (2) (27 %)",
        ),
    ),
    rivals=(
        Rival("(37) as printed", derived.empirical_score_matrix.published[0].formula, "the loss at the printed matrix"),
        Rival(
            "M D^-1",
            derived.LEAST + derived.PREFACTOR * derived.SYMMETRIC_PART,
            "the loss at the matrix that minimises (34): M for <a x^T>, on the right side",
        ),
        Rival("(34) as printed", derived.empirical_score_matrix.published[1].formula, "the printed loss at the best"),
        Rival("law", derived.LEAST.subs(derived.d, 0), "the loss of the exact score, as if nothing were fitted"),
    ),
    routes=(Route(source=simulated.empirical_score_matrix_of_data, tier="standard"),),
)
