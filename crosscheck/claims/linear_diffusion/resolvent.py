"""Claims about the covariance of n data with a ridge: its log determinant and traces of its resolvent, any spectrum.

What d times a value lacks is of order one (the next-order terms of the theory), and what that leaves is a/d: all over
the explored box |a| is below 0.4 for logarithms, and below 0.7 of the value for traces, largest where c is least and
alpha above 1.  With g = 1/(4 d) and g = 1/(3 d) what a fit leaves out, 10 g^2, is well above.
"""

from sympy import Abs, Expr, Max

from crosscheck.claim import Claim, ReferencePoint, Rival, Route
from crosscheck.verdict import Kind
from numerics.systems.linear_diffusion import resolvent as simulated
from theory.closed_form import ClosedForm
from theory.formula import Explicit
from theory.notation import alpha, d, n
from theory.systems.linear_diffusion import resolvent as derived

LADDER = (12, 24, 48)
PATH = {n: d / alpha}
FALL = 1 / (3 * d)
FALL_OF_LOGARITHM = 1 / (4 * d)


def size_of(form: ClosedForm) -> Expr:
    """A logarithm may vanish: one nat is what it is then compared with."""
    assert isinstance(form.formula, Explicit)
    return Max(Abs(form.formula.expression), 1)


log_determinant = Claim(
    theory=derived.log_determinant,
    numeric=simulated.log_determinant,
    kind=Kind.ASYMPTOTIC,
    correction=FALL_OF_LOGARITHM,
    ladder=LADDER,
    path=PATH,
    parameters=(
        ReferencePoint(
            {"c": "0.23", "alpha": "1.5", "spectrum": "two-level"},
            "194 of 221 mutants differ by 3.0 % or more, least of them exponent - 1 at 1/kappa (3.1 %)",
        ),
        ReferencePoint(
            {"c": "0.27", "alpha": "0.5", "spectrum": "power-law"},
            "13 more of 221 mutants differ by 3.0 % or more"
            ", least of them root added at Sum(spectrum[j]/(c*exp(lift) +... in the equation of lift (3.0 %)",
        ),
    ),
    scale=size_of(derived.log_determinant),
    rivals=(
        Rival("covariance known", derived.NAIVE_LOG_DETERMINANT, "log det(Sigma + c), as for infinitely many data"),
        Rival("effective ridge alone", derived.WITHOUT_OWN_NOISE, "log det(Sigma + kappa), as if kappa were the ridge"),
    ),
    routes=(Route(source=simulated.log_determinant_data, tier="standard"),),
)

resolvent_trace = Claim(
    theory=derived.resolvent_trace,
    numeric=simulated.resolvent_trace,
    kind=Kind.ASYMPTOTIC,
    correction=FALL,
    ladder=LADDER,
    path=PATH,
    parameters=(
        ReferencePoint(
            {"c": "0.27", "alpha": "2.4", "spectrum": "two-level"},
            "157 of 161 mutants differ by 3.0 % or more"
            ", least of them related function at exp(lift) in the equation of lift (3.2 %)",
        ),
    ),
    rivals=(
        Rival("covariance known", derived.NAIVE_RESOLVENT, "tr (Sigma + c)^-1, as for infinitely many data"),
        Rival("kappa/c left out", derived.LIFTED_TWICE, "tr (Sigma + kappa)^-1, the slip of H24 (B.12)"),
    ),
    routes=(Route(source=simulated.resolvent_trace_data, tier="standard"),),
)

weighted_resolvent_trace = Claim(
    theory=derived.weighted_resolvent_trace,
    numeric=simulated.weighted_resolvent_trace,
    kind=Kind.ASYMPTOTIC,
    correction=FALL,
    ladder=LADDER,
    path=PATH,
    parameters=(
        ReferencePoint(
            {"c": "0.61", "alpha": "2.4", "spectrum": "two-level"},
            "all 114 mutants differ by 3.0 % or more"
            ", least of them symbol to 1 all at spectrum[j] in the equation of lift (9.1 %)",
        ),
    ),
    rivals=(
        Rival("covariance known", derived.NAIVE_WEIGHTED, "as for infinitely many data"),
        Rival("kappa/c left out", derived.UNLIFTED, "tr Sigma (Sigma + kappa)^-1"),
    ),
    routes=(Route(source=simulated.weighted_resolvent_trace_data, tier="standard"),),
)

weighted_resolvent_square_trace = Claim(
    theory=derived.weighted_resolvent_square_trace,
    numeric=simulated.weighted_resolvent_square_trace,
    kind=Kind.ASYMPTOTIC,
    correction=FALL,
    ladder=LADDER,
    path=PATH,
    parameters=(
        ReferencePoint(
            {"c": "0.64", "alpha": "2.4", "spectrum": "power-law"},
            "222 of 240 mutants differ by 3.0 % or more, least of them root added at c in the equation of lift (3.1 %)",
        ),
    ),
    rivals=(
        Rival("covariance known", derived.NAIVE_SQUARE, "as for infinitely many data"),
        Rival("kappa taken as fixed", derived.UNMOVED_RIDGE, "without 1/(1 - alpha df2), by which kappa follows c"),
    ),
    routes=(Route(source=simulated.weighted_resolvent_square_trace_data, tier="standard"),),
)

isotropic_log_determinant = Claim(
    theory=derived.isotropic_log_determinant,
    numeric=simulated.isotropic_log_determinant,
    kind=Kind.ASYMPTOTIC,
    correction=FALL_OF_LOGARITHM,
    ladder=LADDER,
    path=PATH,
    parameters=(
        ReferencePoint(
            {"c": "0.26", "alpha": "0.4"},
            "320 of 326 mutants differ by 3.0 % or more, least of them root added at 4*c (2) (3.2 %)",
        ),
    ),
    scale=size_of(derived.isotropic_log_determinant),
    rivals=(
        Rival("covariance known", derived.KNOWN_ISOTROPIC, "log(1 + c), as for infinitely many data"),
        Rival("twice the data", derived.TWICE_THE_DATA, "alpha/2 for alpha"),
    ),
    routes=(Route(source=simulated.isotropic_log_determinant_data, tier="standard"),),
)
