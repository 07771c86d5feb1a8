"""The covariance S of n training data whose mean is known, with the ridge c: log det (S + c) and traces of (S + c)^-1.

All values are per dimension; R = (S + c)^-1.  The spectrum is that of the covariance Sigma of the data, a list of
eigenvalues of equal weight.
"""

from __future__ import annotations

from sympy import Expr, Integer, log

from theory import deterministic_equivalents as equivalents
from theory import marchenko_pastur
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.deterministic_equivalents import SPECTRUM, over_spectrum
from theory.domain import Domain, positive, whole
from theory.formula import Explicit
from theory.notation import alpha, c, d, kappa, spectrum

DOMAIN = Domain((
    positive(c, default="0.35", explored=("0.2", "0.8")),
    positive(alpha, default="1.6", explored=("0.4", "2.5")),
    SPECTRUM,
    whole(d, 1, default=48, explored=(12, 96)),
))  # fmt: skip
STEPS = marchenko_pastur.steps_domain(*equivalents.STEPS.ranges)
RIDGE = equivalents.effective_ridge(over_spectrum)


def asymptotic(
    observable: str,
    value: Expr,
    statement: str,
    steps: tuple[Step, ...],
    *,
    beyond: tuple[Expr, tuple[Step, ...]] | None = None,
) -> ClosedForm:
    """A value per dimension as n, d grow; `beyond` is what d times it lacks at finite d, with the steps to it."""
    name = f"linear_diffusion.{observable}"
    next_order = beyond and ClosedForm(
        name=f"{name}_next_order",
        statement=f"1/d term of the {observable.replace('_', ' ')}",
        source="derived here",
        formula=Explicit(beyond[0] / d, RIDGE),
        parameters=(c, alpha, spectrum, d),
        size=d,
        domain=DOMAIN,
        derivation=Derivation(beyond[1], STEPS),
    )
    return ClosedForm(
        name=name,
        statement=statement,
        source="MG25, derived here",
        formula=Explicit(value, RIDGE),
        parameters=(c, alpha, spectrum),
        domain=DOMAIN,
        derivation=Derivation(steps, STEPS),
        finite_size=next_order,
    )


log_determinant = asymptotic(
    "log_determinant",
    equivalents.log_determinant(over_spectrum),
    "E log det(S + c)/d of the covariance S of n data, as n and d grow at alpha = d/n, on both sides of alpha = 1",
    equivalents.LOG_DETERMINANT_STEPS,
    beyond=(equivalents.log_determinant_fluctuation(over_spectrum), equivalents.FLUCTUATION_STEPS),
)
resolvent_trace = asymptotic(
    "resolvent_trace",
    equivalents.resolvent(over_spectrum),
    "E tr R/d, R = (S + c)^-1, of the covariance S of n data, as n and d grow at alpha = d/n",
    (*equivalents.LOG_DETERMINANT_STEPS, *equivalents.RESOLVENT_STEPS),
    beyond=(equivalents.resolvent_fluctuation(over_spectrum), equivalents.RESOLVENT_FLUCTUATION_STEPS),
)
weighted_resolvent_trace = asymptotic(
    "weighted_resolvent_trace",
    equivalents.weighted_resolvent(over_spectrum),
    "E tr Sigma R/d, R = (S + c)^-1, of the covariance S of n data of covariance Sigma, as n and d grow",
    (*equivalents.LOG_DETERMINANT_STEPS, *equivalents.WEIGHTED_STEPS),
    beyond=(equivalents.weighted_resolvent_fluctuation(over_spectrum), equivalents.WEIGHTED_FLUCTUATION_STEPS),
)
weighted_resolvent_square_trace = asymptotic(
    "weighted_resolvent_square_trace",
    equivalents.weighted_resolvent_square(over_spectrum),
    "E tr Sigma R^2/d, R = (S + c)^-1, of the covariance S of n data of covariance Sigma, as n and d grow",
    (*equivalents.LOG_DETERMINANT_STEPS, *equivalents.WEIGHTED_STEPS, *equivalents.SQUARE_STEPS),
)

# What a reader might put for them.
NAIVE_LOG_DETERMINANT = over_spectrum(lambda level: log(level + c))
NAIVE_RESOLVENT = over_spectrum(lambda level: 1 / (level + c))
NAIVE_WEIGHTED = over_spectrum(lambda level: level / (level + c))
NAIVE_SQUARE = over_spectrum(lambda level: level / (level + c) ** 2)
WITHOUT_OWN_NOISE = over_spectrum(lambda level: log(level + kappa))
UNMOVED_RIDGE = equivalents.weighted_resolvent_square(over_spectrum) * (1 - alpha * equivalents.share(2, over_spectrum))
UNLIFTED = equivalents.share(1, over_spectrum)
LIFTED_TWICE = equivalents.resolvent(over_spectrum) * c / kappa

isotropic_log_determinant = ClosedForm(
    name="linear_diffusion.isotropic_log_determinant",
    statement="E log det(S + c)/d of the covariance S of n data of covariance 1, as n and d grow at alpha = d/n",
    source="MG25, derived here",
    formula=Explicit(marchenko_pastur.log_determinant(alpha, c)),
    parameters=(c, alpha),
    domain=DOMAIN,
    derivation=Derivation(
        (
            *marchenko_pastur.cavity_steps(alpha, c),
            *marchenko_pastur.log_determinant_steps(alpha, c),
            Step(
                equivalents.log_determinant(lambda term: term(Integer(1))),
                marchenko_pastur.log_determinant(alpha, c),
                "the same from the deterministic equivalents for any spectrum",
                where=equivalents.effective_ridge(lambda term: term(Integer(1))),
            ),
        ),
        STEPS,
    ),
    finite_size=ClosedForm(
        name="linear_diffusion.isotropic_log_determinant_next_order",
        statement="1/d term of the isotropic log determinant",
        source="derived here",
        formula=Explicit(marchenko_pastur.log_determinant_fluctuation(alpha, c) / d),
        parameters=(c, alpha, d),
        size=d,
        domain=DOMAIN,
        derivation=Derivation(marchenko_pastur.fluctuation_steps(alpha, c), STEPS),
    ),
)
KNOWN_ISOTROPIC = log(1 + c)
TWICE_THE_DATA = marchenko_pastur.log_determinant(alpha / 2, c)
