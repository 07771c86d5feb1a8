"""The linear denoiser of noised data: what minimises its loss, what it loses on other data, and where data are missing.

x = sqrt(abar) x_0 + sqrt(1 - abar) noise; W (x + b) predicts the noise, c = (1 - abar)/abar.  The training data have
the mean mu_0 and the covariance Sigma_0, all data mu and Sigma; R = (Sigma_0 + c)^-1.  Losses are totals over the
eigenvalues of a spectrum: directions in which data do not vary cost nothing.

n training data vary in n - 1 directions.  Test loss and bound are conditional on those: the first n - 1 of the spectrum
as it is listed, with the training variance that is expected there, (1 - 1/n) l.  Of Gaussian data mu_0 is independent
of Sigma_0, and E (mu_0 - mu)(mu_0 - mu)^T = Sigma/n.
"""

from __future__ import annotations

from sympy import Dummy, Expr, Integer, Max, Min, Sum, sqrt

from theory.checks import stationary
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.deterministic_equivalents import SPECTRUM
from theory.domain import Domain, above, between, positive, whole
from theory.entries import entry
from theory.formula import Explicit
from theory.notation import c, d, j, m, modes, n, spectrum
from theory.published import Published

DOMAIN = Domain((
    positive(c, default="0.37", explored=("0.1", "1.5")),
    SPECTRUM,
    whole(n, 2, default=4, explored=(2, 6)),
    whole(d, 1, default=6, explored=(2, 12)),
))  # fmt: skip
FEW = Domain(
    (
        positive(c, default="0.01", explored=("0.01", "0.04")),
        SPECTRUM,
        whole(n, 2, default=2, explored=(2, 5)),
        DOMAIN[d],
    ),
    (n <= modes,),
    ((n <= modes, "more data leave no direction out"),),
)

LEVEL = entry(spectrum, j)
_L, _L0, _W, _B, _KEPT, _MISSED = (Dummy(name, real=True) for name in ("l", "l_0", "W", "b", "abar", "dmu"))
_FREE = (
    *(positive(symbol, default="0.8", explored=("0.2", "3")) for symbol in (_L, _L0)),
    *(above(symbol, -9, default="0.4", explored=("-1.5", "1.5")) for symbol in (_W, _B, m, _MISSED)),
    between(_KEPT, 0, 1, default="0.6", explored=("0.2", "0.9")),
)
STEPS = Domain((*DOMAIN.ranges, *_FREE))


def total(term: Expr) -> Expr:
    """The sum over the eigenvalues."""
    return Sum(term, (j, 1, modes))


def loss(weight: Expr, shift: Expr, mean: Expr, variance: Expr) -> Expr:
    """E (noise - W (x + b))^2 along one direction."""
    return (
        (1 - weight * sqrt(1 - _KEPT)) ** 2
        + weight**2 * _KEPT * variance
        + weight**2 * (sqrt(_KEPT) * mean + shift) ** 2
    )


BEST_SHIFT = -sqrt(_KEPT) * m
BEST_WEIGHT = sqrt(1 - _KEPT) / (_KEPT * _L0 + 1 - _KEPT)
RIDGE = {_KEPT: 1 / (1 + c)}
MINIMUM = _L0 / (_L0 + c)
MINIMISING = (
    Step(
        loss(_W, _B, m, _L0), BEST_SHIFT, "b takes the mean of the noised data away", stationary(_B),
        citation="MG25 eps_theta",
    ),
    Step(loss(_W, BEST_SHIFT, m, _L0), BEST_WEIGHT, "W minimises the loss on the training data", stationary(_W)),
    Step(
        loss(_W, _B, m, _L0) - loss(BEST_WEIGHT, BEST_SHIFT, m, _L0),
        (_KEPT * _L0 + 1 - _KEPT) * (_W - BEST_WEIGHT) ** 2 + _W**2 * (_B - BEST_SHIFT) ** 2,
        "what any other W and b lose is a sum of squares",
    ),
    Step(BEST_WEIGHT, sqrt(c * (1 + c)) / (_L0 + c), "W = sqrt(c (1 + c)) R", where=RIDGE),
    Step(loss(BEST_WEIGHT, BEST_SHIFT, m, _L0), MINIMUM, "the loss on the training data is tr Sigma_0 R", where=RIDGE),
)  # fmt: skip

optimal_denoiser = ClosedForm(
    name="linear_diffusion.optimal_denoiser",
    statement="least mean squared error of a linear prediction W (x + b) of the noise, for training data of this "
    "spectrum; attained at W = sqrt(c (1 + c)) (Sigma_0 + c)^-1, b = -sqrt(abar) mu_0 alone",
    source="MG25 W_t, b_t",
    formula=Explicit(total(LEVEL / (LEVEL + c))),
    parameters=(c, spectrum),
    domain=DOMAIN,
    derivation=Derivation(MINIMISING, STEPS),
)  # fmt: skip

LEARNED = Min(1, Max(0, n - j))  # 1 along the first n - 1 directions, else 0
TRAINED = (1 - 1 / n) * LEVEL * LEARNED


def losses(trained: Expr, level: Expr, missed: Expr) -> Expr:
    """Loss along one direction of a denoiser trained on variance `trained`, where data have the variance `level`."""
    return trained / (trained + c) + c * (level - trained + missed) / (trained + c) ** 2


ON_TEST = (
    *MINIMISING,
    Step(
        loss(BEST_WEIGHT, BEST_SHIFT, m + _MISSED, _L),
        losses(_L0, _L, _MISSED**2),
        "on other data: tr Sigma_0 R + c tr (Sigma - Sigma_0) R^2 + c dmu^T R^2 dmu, as (1 - abar)/abar = c comes once "
        "more than in print", where=RIDGE,
    ),
    Step(losses(_L0, _L, _L / n), losses(_L0, _L, Integer(0)) + c * _L / n / (_L0 + c) ** 2, "E dmu^2 = l/n"),
)  # fmt: skip
PRINTED_TEST = total(TRAINED / (TRAINED + c) + (LEVEL - TRAINED) / (TRAINED + c) ** 2)

test_loss = ClosedForm(
    name="linear_diffusion.test_loss",
    statement="expected loss on new data of the linear denoiser of n data that vary along the first n - 1 directions "
    "of the spectrum, as much as is expected there: tr Sigma_0 R + c tr (Sigma - Sigma_0) R^2 + (c/n) tr Sigma R^2",
    source="MG25 test loss, corrected",
    formula=Explicit(total(losses(TRAINED, LEVEL, LEVEL / n))),
    parameters=(c, n, spectrum),
    domain=DOMAIN,
    derivation=Derivation(ON_TEST, STEPS),
    published=(
        Published(
            "MG25", "test loss", PRINTED_TEST,
            r"\text{test loss} \sim \text{Tr}\frac{\Sigma - \Sigma_0}{\left(\Sigma_0 + c\text{Id}\right)^2} + const.",
            note="the constant is the loss on the training data; a factor c is missing, and the term of the mean",
        ),
    ),
)  # fmt: skip

NULL = 1 - LEARNED
null_direction_bound = ClosedForm(
    name="linear_diffusion.null_direction_bound",
    statement="lower bound on the loss on new data of the linear denoiser of n data, from the directions in which "
    "these do not vary, those after the first n - 1 of the spectrum: the sum of Sigma_nu,nu/c over them",
    source="MG25 bound, corrected",
    formula=Explicit(total(NULL * LEVEL / c)),
    parameters=(c, n, spectrum),
    domain=FEW,
    derivation=Derivation((
        *ON_TEST,
        Step(losses(Integer(0), _L, _MISSED**2), (_L + _MISSED**2) / c, "a null direction, Sigma_0 = 0, loses Sigma/c"),
        Step(
            losses(_L0, _L, _MISSED**2), (_L0**2 + c * (_L + _MISSED**2)) / (_L0 + c) ** 2,
            "and no direction gains: what the others lose is positive, so that the full loss is bounded below",
        ),
    ), STEPS),
    published=(
        Published(
            "MG25", "bound", total(NULL * LEVEL / c**2),
            r"\text{test loss} \gtrsim \sum_\nu \frac{\Sigma_{\nu,\nu}}{c^2}",
            note="inherits the factor c missing in the test loss",
        ),
    ),
)  # fmt: skip
NO_DENOISER = total(Integer(1))
NOISE_ALONE = total(LEVEL / c)
WITHOUT_MEAN = total(losses(TRAINED, LEVEL, Integer(0)))
TRAINING_LOSS = total(TRAINED / (TRAINED + c))
