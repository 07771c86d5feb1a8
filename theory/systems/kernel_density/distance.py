"""How far what a linear denoiser generates is from the density of its samples, H24 (3.1)-(3.7), for data of a file.

The denoiser is the regression of the samples Y on their noised versions X = exp(-T) Y + sqrt(Delta_T) Z; it generates
a Gaussian.  Around each sample stands a Gaussian kernel.  Everything is an integral of products of two Gaussians; the
linear algebra is done by Cholesky factors, which give determinants and whitened offsets in every arithmetic.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Expr, Integer, Integral, Rational, Sum, Symbol, exp, log, oo, pi

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, positive, real
from theory.entries import entry
from theory.formula import Explicit, Formula, Tabulated
from theory.matrices import Matrices, array_matrices
from theory.notation import (
    N_original,
    a,
    apart,
    bandwidth,
    bandwidth_original,
    c,
    cholesky,
    d,
    data,
    horizon,
    i,
    j,
    lam,
    m,
    n,
    noise,
    offset,
    original,
    training,
    u,
    v,
    widened,
    x,
)
from theory.published import Published
from theory.systems.kernel_density.bandwidth import normal
from theory.tables import Field, Table, Tabular

MOST = 4000
"""Samples whose pairs fit memory."""

EXAMPLES: Mapping[str, Any] = {
    "four": {
        "Y": [["0.3", "-0.4"], ["1.1", "0.2"], ["-0.5", "0.9"], ["0.6", "1.3"]],
        "Z": [["0.7", "0.1"], ["-1.2", "0.5"], ["0.25", "-0.6"], ["0.4", "1.5"]],
        "O": [["0.1", "0.1"], ["-0.7", "0.45"], ["0.9", "-0.2"], ["0.35", "1.05"], ["-0.15", "-0.8"]],
        "horizon": "0.6", "lam": "0.25", "bandwidth": "0.5", "bandwidth_original": "0.4472135954999579",
    },
    "five": {
        "Y": [["1.7"], ["0.4"], ["-0.9"], ["2.6"], ["0.2"]], "Z": [["0.8"], ["-0.3"], ["1.1"], ["-1.6"], ["0.5"]],
        "O": [["0.6"], ["2.1"], ["-1.3"]],
        "horizon": "0.35", "lam": "0.7", "bandwidth": "0.83", "bandwidth_original": "0.71",
    },
    "six": {
        "Y": [["0.3", "-1.4", "0.8"], ["1.1", "0.2", "-0.7"], ["-0.5", "0.9", "1.9"], ["0.6", "1.3", "0.1"],
              ["-1.6", "-0.2", "0.4"], ["0.9", "-0.6", "-1.2"]],
        "Z": [["0.7", "0.1", "-0.4"], ["-1.2", "0.5", "0.9"], ["0.2", "-0.6", "0.3"], ["0.4", "1.5", "-1.1"],
              ["-0.3", "0.8", "0.6"], ["1.3", "-0.7", "0.2"]],
        "O": [["0.1", "0.1", "-0.6"], ["-0.7", "0.4", "1.2"], ["0.9", "-0.2", "0.3"], ["0.3", "1.1", "-0.9"]],
        "horizon": "0.8", "lam": "0.4", "bandwidth": "0.9", "bandwidth_original": "1.1",
    },
}  # fmt: skip


def _rational(given: Any) -> Any:
    """Decimals as exact numbers."""
    return [_rational(item) for item in given] if isinstance(given, list) else Rational(given)


def _unbounded(table: Table) -> str | None:
    """Why both distances are infinite, or too many samples; None where they are not."""
    rows, columns = table.floats["Y"].shape
    if rows <= columns:
        return f"n = {rows}, d = {columns} is outside n > d: what n samples generate is singular, the distance infinite"
    most = max(len(table.floats[name]) for name in ("Y", "O") if name in table.floats)
    if most > MOST:
        return f"{most} samples; at most {MOST}, since all pairs are summed"
    try:
        _cholesky(array_matrices(), *(table.floats[name] for name in ("Y", "Z", "horizon", "lam")))
    except ValueError as error:
        return f"{error}: the samples, or the noised ones, span less than {columns} dimensions"
    return None


_TRAINING = (
    Field(training, (n, d), key="Y"), Field(noise, (n, d), key="Z"), Field(horizon, low=Integer(0)),
    Field(lam, low=Integer(0)), Field(bandwidth, low=Integer(0)),
)  # fmt: skip
_ORIGINAL = (
    Field(original, (N_original, d), key="O"),
    Field(bandwidth_original, low=Integer(0), instead="bandwidth"),
)
_TABLES = {name: {field: _rational(values) for field, values in table.items()} for name, table in EXAMPLES.items()}
DATA = Domain((Tabular(data, _TRAINING, _TABLES, faults=(_unbounded,), ignored=("O", "bandwidth_original")),))
BOTH = Domain((Tabular(data, (*_TRAINING, *_ORIGINAL), _TABLES, faults=(_unbounded,)),))

FIT = (training, noise, horizon, lam)


def fitted(of: Matrices, y: Any, z: Any, time: Any, level: Any) -> tuple[Any, Any, Any]:
    """Weights theta of the regression of Y on X, the generated mean, and the variance of the X that it starts from."""
    decay, added = of.exp(-time), level * (1 - of.exp(-2 * time))
    noised = decay * y + added**0.5 * z
    mean_y, mean_x = y.sum(0) / len(y), noised.sum(0) / len(y)
    from_x, from_y = noised - mean_x, y - mean_y
    weights = of.symmetric_solve(from_x.T @ from_x, from_x.T @ from_y).T
    mean = mean_y - weights @ mean_x + weights @ (decay * mean_y)
    variance = of.exp(-2 * time) * (from_y * from_y).sum() / (y.shape[0] * y.shape[1]) + added
    return weights, mean, variance


def _cholesky(of: Matrices, *fit: Any) -> Any:
    weights, _, variance = fitted(of, *fit)
    return of.cholesky(variance * (weights @ weights.T))


def _widened(of: Matrices, *values: Any) -> Any:
    *fit, width = values
    weights, _, variance = fitted(of, *fit)
    return of.cholesky(variance * (weights @ weights.T) + width * width * of.identity(weights.shape[0]))


def _transposed(of: Matrices, *fit: Any) -> Any:
    weights, _, variance = fitted(of, *fit)
    return of.cholesky(variance * (weights.T @ weights))


def _widened_transposed(of: Matrices, *values: Any) -> Any:
    *fit, width = values
    weights, _, variance = fitted(of, *fit)
    return of.cholesky(variance * (weights.T @ weights) + width * width * of.identity(weights.shape[0]))


def _offset(of: Matrices, factor: Any, samples: Any, *fit: Any) -> Any:
    _, mean, _ = fitted(of, *fit)
    return of.lower_solve(factor, (samples - mean).T).T


def _apart(of: Matrices, samples: Any) -> Any:
    squares = (samples * samples).sum(1)
    return squares[:, None] + squares[None, :] - 2 * (samples @ samples.T)


def distance(factor: Symbol, wide: Symbol, off: Symbol, width: Symbol, count: Symbol) -> Expr:
    """int (kernels - generated)^2: of the generated density with itself, with the kernels, of the kernels."""
    own = (4 * pi) ** (-d / 2) * exp(-Sum(log(entry(factor, i, i)), (i, 1, d)))
    each = exp(-Sum(entry(off, j, i) ** 2, (i, 1, d)) / 2)
    cross = (2 * pi) ** (-d / 2) * exp(-Sum(log(entry(wide, i, i)), (i, 1, d))) * Sum(each, (j, 1, count)) / count
    pairs = Sum(Sum(exp(-entry(apart, i, j) / (4 * width**2)), (i, 1, count)), (j, 1, count))
    return own - 2 * cross + (4 * pi * width**2) ** (-d / 2) * pairs / count**2


def quantities(samples: Symbol, width: Symbol, *, transposed: bool) -> dict[Symbol, Formula]:
    """The tables that the distance is made of; `transposed` as printed, theta^T theta for theta theta^T."""
    product = r"\theta^T \theta" if transposed else r"\theta \theta^T"
    first, second = (_transposed, _widened_transposed) if transposed else (_cholesky, _widened)
    generated = rf"\sigma_X^2 {product}"
    return {
        cholesky: Tabulated(first, FIT, rf"\mathrm{{chol}}({generated})"),
        widened: Tabulated(second, (*FIT, width), rf"\mathrm{{chol}}({generated} + \epsilon^2 I)"),
        offset: Tabulated(_offset, (widened, samples, *FIT), r"\mathrm{widened}^{-1} (Y - \mu_G)"),
        apart: Tabulated(_apart, (samples,), r"|Y_i - Y_j|^2"),
    }


STEPS = Domain((
    *(positive(symbol, default="0.6", explored=("0.3", "2")) for symbol in (c, u, v)),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, m, x)),
))  # fmt: skip
LINE = (x, -oo, oo)
_PRODUCT = normal(x - a, u) * normal(x - m, v)
DISTANCE_STEPS = (
    Step(Integral(_PRODUCT, LINE), normal(a - m, u + v), "two Gaussians overlap as one whose variances add up"),
    Step(
        Integral(((normal(x - a, u) + normal(x, u)) / 2 - normal(x - m, v)) ** 2, LINE),
        normal(Integer(0), 2 * v) - normal(a - m, u + v) - normal(m, u + v)
        + (normal(Integer(0), 2 * u) + normal(a, 2 * u)) / 2,
        "two kernels and one generated Gaussian of one component, term by term: (3.7)",
        citation="H24 (3.6)",
    ),
    Step(
        (m * a + x) ** 2 * c + (m * u + v) ** 2 * c,
        c * (m**2 * (a**2 + u**2) + 2 * m * (a * x + u * v) + x**2 + v**2),
        "of X with variance c in each component, theta X has the covariance c theta theta^T: products of its rows",
    ),
    Step(
        (a / u) ** 2 + ((m - x * a / u) / v) ** 2,
        (a**2 * (x**2 + v**2) - 2 * a * m * u * x + m**2 * u**2) / (u**2 * (x**2 + v**2) - (u * x) ** 2),
        "whitened by the lower factor ((u, 0), (x, v)) an offset has the length of its quadratic form",
    ),
    Step(u**2 * (x**2 + v**2) - (u * x) ** 2, (u * v) ** 2, "and its determinant is that of the diagonal"),
)  # fmt: skip

E_TG = distance(cholesky, widened, offset, bandwidth, n)
E_OG = distance(cholesky, widened, offset, bandwidth_original, N_original)
OF_TRAINING = quantities(training, bandwidth, transposed=False)
OF_ORIGINAL = quantities(original, bandwidth_original, transposed=False)
TRAINING_TRANSPOSED = Explicit(E_TG, quantities(training, bandwidth, transposed=True))
ORIGINAL_TRANSPOSED = Explicit(E_OG, quantities(original, bandwidth_original, transposed=True))

_PRINTED = (
    r"E = \frac{1}{\sqrt{\det 4\pi\theta_1^T\theta_1\sigma_X^2}} - 2\sum_k \frac{e^{-\frac12 (\mu_G - Y_k)^T"
    r"(\theta_1^T\theta_1\sigma_X^2 + \epsilon^2 I)^{-1}(\mu_G - Y_k)}}{n\sqrt{\det 2\pi(\theta_1^T\theta_1\sigma_X^2 +"
    r" \epsilon^2 I)}} + \ldots"
)
_PRINTED_TG, _PRINTED_OG = (_PRINTED.replace("E =", f"E_{{{which}}} =") for which in ("TG", "OG"))
_NOTE = "theta^T theta for theta theta^T, as in (3.3): theta X has the covariance theta theta^T"

training_distance = ClosedForm(
    name="kernel_density.training_distance",
    statement="E_TG: squared distance of the generated density from the kernels on the training samples",
    source="H24 (3.6)-(3.7)",
    formula=Explicit(E_TG, OF_TRAINING),
    parameters=(data,),
    domain=DATA,
    derivation=Derivation(DISTANCE_STEPS, STEPS),
    published=(Published("H24", "(3.7), E_TG, with (3.3)", TRAINING_TRANSPOSED, _PRINTED_TG, note=_NOTE),),
)

original_distance = ClosedForm(
    name="kernel_density.original_distance",
    statement="E_OG: squared distance of the generated density from the kernels on independent samples",
    source="H24 (3.6)-(3.7)",
    formula=Explicit(E_OG, OF_ORIGINAL),
    parameters=(data,),
    domain=BOTH,
    derivation=Derivation(DISTANCE_STEPS, STEPS),
    published=(Published("H24", "(3.7), E_OG, with (3.3)", ORIGINAL_TRANSPOSED, _PRINTED_OG, note=_NOTE),),
)
