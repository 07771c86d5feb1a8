"""Claims about the divergence of the generated law from that of the data, with a ridge and without."""

from sympy import log

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_diffusion import divergence as simulated
from theory.notation import alpha, d, n
from theory.systems.linear_diffusion import divergence as derived

# What d times the divergence lacks is known (the subtracted mean, the fluctuation of log det), up to 3.3 of its value;
# what that leaves is less than 1/d of it all over the explored box, below 10 g^2 = 1.1/d^2.
divergence = Claim(
    theory=derived.divergence,
    numeric=simulated.divergence,
    kind=Kind.ASYMPTOTIC,
    correction=1 / (3 * d),
    ladder=(12, 24, 48),
    path={n: d / alpha},
    parameters=(
        ReferencePoint(
            {"c": "0.36", "alpha": "2.4", "spectrum": "three-level"},
            "213 of 293 mutants differ by 3.0 % or more, least of them first order at exp(lift) in kappa (3.0 %)"
            "; where more of them do the divergence is small, and what it lacks at finite d a large part of it",
        ),
        ReferencePoint(
            {"c": "0.27", "alpha": "0.6", "spectrum": "three-level"},
            "32 more of 293 mutants differ by 3.0 % or more"
            ", least of them factor 2 at -alpha*Sum(spectrum[j]/(c*exp(lift) +... in the equation of lift (2) (3.1 %)",
        ),
    ),
    rivals=(
        Rival("as printed", derived.divergence.published[0].formula, "MG25 KL, the logarithm of a ratio alone"),
        Rival("half the log ratio", derived.HALF_LOG_RATIO, "without the trace c tr Sigma^-1"),
        Rival("covariance known", derived.COVARIANCE_KNOWN, "of N(mu, Sigma + c), as for infinitely many data"),
    ),
    routes=(Route(source=simulated.divergence_data, tier="standard"),),
)

divergence_unregularised = Claim(
    theory=derived.divergence_unregularised,
    numeric=simulated.divergence_unregularised,
    kind=Kind.EXACT,
    correction="exact",
    ladder=(4, 8, 12),
    parameters=(
        ReferencePoint(
            {"n": "20"},
            "all 82 mutants differ by 3.0 % or more, least of them integer + 1 at -1/2 (2) (37 %)",
        ),
    ),
    rivals=(
        Rival("second order", d * (d + 1) / (4 * n), "Sigma_0 - Sigma taken as small"),
        Rival("extensive part", d * derived.LIMIT.subs(alpha, d / n), "d times the limit"),
        Rival("mean known", derived.UNREGULARISED.subs(n, n + 1) + d * log(n / (n + 1)) / 2, "n degrees of freedom"),
    ),
    routes=(Route(source=simulated.divergence_unregularised_data, tier="standard"),),
)
