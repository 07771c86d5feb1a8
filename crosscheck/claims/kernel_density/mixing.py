"""The claim about the time at which the kernels of n data mix."""

from sympy import exp, log

from crosscheck.claim import Claim, ReferencePoint, Rival
from crosscheck.verdict import Kind
from numerics.systems.kernel_density import mixing as simulated
from theory.notation import alpha_log, d, n, sigma
from theory.systems.kernel_density import mixing as derived

# log(others/own) is d f + O(1) at its own scatter: half of the levels that carry the sum do not exist there, and the
# sum of the rest moves by a number of order one; f grows linearly through its zero, so that the time moves by 1/d.
mixing_time = Claim(
    theory=derived.mixing_time,
    numeric=simulated.mixing_time,
    kind=Kind.ASYMPTOTIC,
    correction=1 / (d * alpha_log),
    ladder=(64, 128, 256, 512, 1024),
    path={n: exp(alpha_log * d)},
    parameters=(
        ReferencePoint(
            {"sigma": "0.62", "alpha_log": "0.15"},
            "66 of 67 mutants differ by 3.0 % or more, least of them root added at sigma**2/(exp(2*log(n)/d) - 1) "
            "(3.3 %)",
        ),
    ),
    rivals=(
        Rival("first order", sigma**2 * exp(-2 * log(n) / d) / 2, "the second equality of (2.9)"),
        Rival("prefactor left out", log(1 + sigma**2 / (exp(log(n) / d) - 1)) / 2, "n^(1/d) for n^(2/d)"),
        Rival("noise sigma^2", log(1 + 1 / derived.AT_MIXING) / 2, "data of variance 1"),
    ),
)
