"""Hellinger distance of what a linear denoiser generates from the data, H24 (3.4): of one model, and as n and d grow.

1 - H^2 of two normal laws is det(C)^(1/4) det(sigma^2)^(1/4) det((C + sigma^2)/2)^(-1/2) exp(-apart/4), with
apart = delta^T (C + sigma^2)^-1 delta, delta the difference of the means and C = var_X weights weights^T.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from sympy import Abs, Integer, Integral, Matrix, diff, exp, log, oo, sign, sqrt

from theory.checks import limit
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real
from theory.formula import Explicit, Tabulated
from theory.free_regression import (
    ABUNDANT,
    AT,
    DETERMINANT_STEPS,
    GENERATED,
    HELLINGER_RATE,
    ROOT,
    SUM_STEPS,
    rate,
    share_at,
)
from theory.free_regression import STEPS as FREE
from theory.matrices import Matrices
from theory.notation import (
    a,
    alpha,
    apart,
    d,
    intercept,
    kappa,
    log_det,
    log_det_sum,
    m1,
    m2,
    mean,
    mean_X,
    model,
    root,
    share,
    sigma,
    v,
    var_X,
    weights,
    x,
    y,
)
from theory.published import Published
from theory.regression import MODEL_STEPS, STEPS, normal
from theory.tables import Field, Table, Tabular

Array = Any  # of floats, tensors, mpmath numbers or balls


def _singular(table: Table) -> str | None:
    numbers = table.floats["weights"]
    if np.linalg.matrix_rank(numbers) < len(numbers):
        return "weights is singular: what is generated lies in a subspace, has no density there, and H^2 is 1"
    return None


MODEL = Tabular(
    model,
    (
        Field(intercept, (d,)), Field(weights, (d, d)), Field(mean_X, (d,)), Field(var_X, (), low=Integer(0)),
        Field(mean, (d,)), Field(sigma, (), low=Integer(0)),
    ),
    {
        "near": {
            "intercept": [0.31, -0.12], "weights": [[2.3, -0.7], [0.4, 1.9]], "mean_X": [0.05, 0.11],
            "var_X": 0.13, "mean": [0.2, -0.1], "sigma": 0.9,
        },
        "few_data": {
            "intercept": [0.4, -0.9, 0.7], "weights": [[1.1, -1.6, 0.2], [0.9, 0.7, 1.3], [-0.3, 1.9, 0.8]],
            "mean_X": [0.3, 0.6, -0.2], "var_X": 0.41, "mean": [0.1, 0.3, -0.4], "sigma": 0.77,
        },
    },
    faults=(_singular,),
)  # fmt: skip
DOMAIN = Domain((MODEL,))


def outer(weights: Array) -> Array:
    """weights weights^T: the covariance of weights X, of X with unit covariance."""
    return weights @ weights.T


def inner(weights: Array) -> Array:
    """weights^T weights, as H24 (3.3) and (3.4) print it."""
    return weights.T @ weights


def _log_det(of: Matrices, matrix: Array) -> Array:
    return 2 * of.log(of.diagonal(of.cholesky(matrix))).sum()


def _quadratic(of: Matrices, matrix: Array, vector: Array) -> Array:
    half = of.lower_solve(of.cholesky(matrix), vector)
    return (half * half).sum()


def _offset(intercept: Array, weights: Array, mean_X: Array, mean: Array) -> Array:
    return intercept + weights @ mean_X - mean


GENERATED_LOG_DET = Tabulated(
    lambda of, weights, var_X: _log_det(of, outer(weights) * var_X),
    (weights, var_X), r"\log\det(\sigma_X^2 \theta_1 \theta_1^T)",
)  # fmt: skip
LOG_DET_OF_SUM = Tabulated(
    lambda of, weights, var_X, sigma: _log_det(of, outer(weights) * var_X + of.identity(len(weights)) * sigma**2),
    (weights, var_X, sigma), r"\log\det(\sigma_X^2 \theta_1 \theta_1^T + \sigma^2 I)",
)  # fmt: skip


def distance(covariance: Any, printed: str) -> Tabulated:
    """delta^T (covariance(weights, var_X) + sigma^2)^-1 delta."""
    return Tabulated(
        lambda of, intercept, weights, mean_X, var_X, mean, sigma: _quadratic(
            of, covariance(weights, var_X) + of.identity(len(weights)) * sigma**2,
            _offset(intercept, weights, mean_X, mean),
        ),
        (intercept, weights, mean_X, var_X, mean, sigma),
        rf"\delta^T ({printed} + \sigma^2 I)^{{-1}} \delta, \quad \delta = \theta_0 + \theta_1 \mu_X - \mu",
    )  # fmt: skip


APART = distance(lambda theta, var: outer(theta) * var, r"\sigma_X^2 \theta_1 \theta_1^T")
TRANSPOSED = distance(lambda theta, var: inner(theta) * var, r"\sigma_X^2 \theta_1^T \theta_1")
WITHOUT_VARIANCE = distance(lambda theta, var: inner(theta), r"\theta_1^T \theta_1")


def given(away: Tabulated) -> dict[Any, Any]:
    """The numbers of a model that the formula uses."""
    return {log_det: GENERATED_LOG_DET, log_det_sum: LOG_DET_OF_SUM, apart: away}


LOG_AFFINITY = d * log(2 * sigma) / 2 + log_det / 4 - log_det_sum / 2 - apart / 4
"""log(1 - H^2)."""

NO_ROOT = exp(2 * LOG_AFFINITY)
"""(1 - H^2)^2, det(C)^(1/2) for det(C)^(1/4)."""

# One direction in which both covariances are diagonal: v of what is generated, sigma^2 of the data, y apart.
ONE = sqrt(2 * sigma * sqrt(v) / (v + sigma**2)) * exp(-(y**2) / (4 * (v + sigma**2)))
PLANE = Matrix([[m1, m2], [-v, kappa]])
CHARACTERISTIC = -(((PLANE.T * Matrix([x, y])).T * (PLANE.T * Matrix([x, y])))[0]) / 2  # of PLANE X, log
HELLINGER_STEPS = (
    *(
        Step(
            -diff(CHARACTERISTIC, one, other), (PLANE * PLANE.T)[row, column],
            "weights X has the covariance var_X weights weights^T; weights^T weights is that of weights^T X."
            f" Component {row + 1}, {column + 1} of two",
            citation="H24 (3.3)",
        )
        for row, one in enumerate((x, y))
        for column, other in enumerate((x, y))
        if column >= row
    ),
    Step(
        Integral(sqrt(normal(x, y, v) * normal(x, Integer(0), sigma**2)), (x, -oo, oo)), ONE,
        "along an eigenvector of the covariance C: the overlap of the roots of both densities",
    ),
    Step(
        log(ONE), log(2 * sigma) / 2 + log(v) / 4 - log(v + sigma**2) / 2 - y**2 / (4 * (v + sigma**2)),
        "of which determinants and a quadratic form are made by adding up the directions: log(1 - H^2)",
    ),
)  # fmt: skip

hellinger = ClosedForm(
    name="linear_denoiser.hellinger",
    statement="Squared Hellinger distance H^2 of what a trained linear denoiser generates,"
    " N(intercept + weights mean_X, var_X weights weights^T), from the data, N(mean, sigma^2 I).",
    source="H24 (3.4), corrected",
    formula=Explicit(1 - exp(LOG_AFFINITY), given(APART)),
    parameters=(model,),
    domain=DOMAIN,
    complement=Explicit(exp(LOG_AFFINITY), given(APART)),
    derivation=Derivation(
        HELLINGER_STEPS,
        Domain((
            positive(v, default="0.6", explored=("0.2", "0.9")),
            positive(sigma, default="1.2", explored=("0.5", "2")),
            positive(kappa, default="0.4", explored=("0.05", "1")),
            *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (x, y, m1, m2)),
        )),
    ),
    published=(
        Published(
            "H24", "(3.4)", Explicit(1 - exp(LOG_AFFINITY), given(WITHOUT_VARIANCE)),
            r"H^2 = 1 - \left( \frac{2^d \sqrt{\det(2\pi\sigma_X^2 \hat{\theta}_1^T \hat{\theta}_1)"
            r" \det(2\pi\sigma^2 \mathbf{I}_d)}}{\det(2\pi(\sigma_X^2 \hat{\theta}_1^T \hat{\theta}_1"
            r" + \sigma^2 \mathbf{I}_d))} \right)^{\frac{1}{2}} e^{-\frac{1}{4}(\hat{\theta}_0 + \hat{\theta}_1 \mu_X"
            r" - \mu)^T (\hat{\theta}_1^T \hat{\theta}_1 + \sigma^2 \mathbf{I}_d)^{-1} (\hat{\theta}_0"
            r" + \hat{\theta}_1 \mu_X - \mu)}",
            note="the exponent lacks sigma_X^2, and its matrix is transposed; the determinants are right",
        ),
        Published(
            "H24", "(3.3)", Explicit(1 - exp(LOG_AFFINITY), given(TRANSPOSED)),
            r"\rho_G = \mathcal{N}(Y|\hat{\theta}_0 + \hat{\theta}_1 \mu_X,"
            r" \sigma_X^2 \hat{\theta}_1^T \hat{\theta}_1)",
            note="compared by H^2: the covariance of theta_1 X is sigma_X^2 theta_1 theta_1^T, with the same"
            " eigenvalues along other directions",
        ),
    ),
)  # fmt: skip

hellinger_rate = ClosedForm(
    name="linear_denoiser.hellinger_rate",
    statement="-log(1 - H^2)/d of what the linear denoiser generates, as n and d grow at alpha = d/n < 1: H^2 tends to"
    " 1 exponentially in d at any alpha.",
    source="H24 Fig. 3, derived here",
    formula=HELLINGER_RATE,
    parameters=(alpha, a),
    domain=GENERATED,
    derivation=Derivation(
        (
            *MODEL_STEPS[:3],
            *SUM_STEPS,
            *DETERMINANT_STEPS,
            Step(
                log(2 * sigma) / 2 + log(v) / 4 - log(v + sigma**2) / 2,
                -((log(1 + v / sigma**2) - log(2)) / 2 - log(v / sigma**2) / 4),
                "log(1 - H^2) of one direction in units of sigma; the distance of the means adds nothing of order d",
                citation="H24 (3.4)",
            ),
            Step(
                rate(Integer(0)), ABUNDANT, "where data abound, S is 1/(1 + a): a floor for every n",
                limit(alpha, Integer(0)), where={share: share_at(AT), root: ROOT},
            ),
        ),
        Domain((
            *FREE.ranges, *(item for item in STEPS.ranges if item.symbol not in FREE.symbols)
        )),
    ),
)  # fmt: skip
CORRECTION = (1 + Abs(log(Abs(1 - a * alpha / (1 - alpha)))) + (1 + sign(alpha * (1 + a) - 1)) / 2 * log(d)) / d
"""Of order 1/d up to alpha = 1/(1 + a), of order log(d)/d beyond, and large near it: as of log det S."""
