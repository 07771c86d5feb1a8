"""Overlaps of the weights under online SGD for any clusters, blocks of eigenvalues, noise levels and one or two units.

CPL25 Result 2.1 in general: `theory.stein` has the flow, whose rates are derived for one unit (`order.STEIN_STEPS`) and
held for more to the form without second derivatives, to mean steps and to networks.  A file says what the target is
(weights, centroids by their products, variances in blocks of directions), the noise levels in the loss with their time
encoding, the activation, and the overlaps before training.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Expr, Integer, Rational, Sum, oo

from theory import stein
from theory.closed_form import ClosedForm
from theory.domain import Domain, Range, exact, positive
from theory.entries import entry
from theory.formula import Explicit, Tabulated
from theory.matrices import Matrices
from theory.notation import (
    activation,
    b0,
    blocks,
    clusters,
    eigenvalues,
    elapsed,
    encoded,
    encoding,
    eta,
    grown,
    hidden,
    i,
    lam,
    level_weights,
    levels,
    masses,
    model,
    noise_levels,
    products,
    shares,
    theta,
    towards,
    turned,
    untrained,
)
from theory.systems.autoencoder.order import order_parameters
from theory.tables import Field, Table, Tabular

KNOWN = 5
"""Significant digits: 1e-7 of the integrator, 1e-6 of the nodes for overlaps of order one."""
WIDEST = 2
"""Hidden units: the nodes fill 2 r dimensions."""
NODES = {1: 40, 2: 12}
ACTIVATIONS = tuple(stein.ACTIVATIONS)

FIELDS = (
    Field(shares, (clusters,), low=Integer(0), key="weights"),
    Field(masses, (blocks,), low=Integer(0)),
    Field(eigenvalues, (clusters, blocks), low=Integer(0), low_open=False),
    Field(products, (clusters, clusters, blocks)),
    Field(levels, (noise_levels,), low=Integer(0), low_open=False),
    Field(level_weights, (noise_levels,), low=Integer(0)),
    Field(encoding, (noise_levels,)),
    Field(activation, names=ACTIVATIONS),
    Field(untrained, (blocks, hidden, hidden), key="Q"),
    Field(towards, (blocks, clusters, hidden), key="M"),
    Field(b0, key="b"),
    Field(encoded, (hidden,), key="v"),
)
EXAMPLES: Mapping[str, Any] = {
    "encoded": {
        "weights": ["0.35", "0.65"], "masses": ["0.5", "0.5"], "eigenvalues": [["1.3", "0.6"], ["0.8", "1.1"]],
        "products": [[["1.44", "0.2"], ["-0.6", "0.1"]], [["-0.6", "0.1"], ["0.9", "0.4"]]],
        "levels": ["0.4", "0.8"], "level_weights": ["0.6", "0.4"], "encoding": ["0.7", "-0.5"], "activation": "tanh",
        "Q": [[["0.3"]], [["0.15"]]], "M": [[["0.35"], ["-0.1"]], [["0.1"], ["0.05"]]], "b": "0.2", "v": ["0.3"],
    },
    "rectified": {
        "weights": ["0.7", "0.3"], "masses": ["1"], "eigenvalues": [["1"], ["0.7"]],
        "products": [[["1.21"], ["-0.5"]], [["-0.5"], ["0.8"]]],
        "levels": ["0.3", "0.7"], "level_weights": ["0.5", "0.5"], "encoding": ["0.2", "0.4"], "activation": "relu",
        "Q": [[["0.4"]]], "M": [[["0.4"], ["-0.3"]]], "b": "0.1", "v": ["0.2"],
    },
    "pair": {
        "weights": ["0.4", "0.6"], "masses": ["1"], "eigenvalues": [["1"], ["0.8"]],
        "products": [[["1.5"], ["-0.4"]], [["-0.4"], ["1.1"]]],
        "levels": ["0.6"], "level_weights": ["1"], "encoding": ["0.3"], "activation": "erf",
        "Q": [[["0.35", "0.1"], ["0.1", "0.3"]]], "M": [[["0.5", "-0.1"], ["0", "0.4"]]], "b": "0.3",
        "v": ["0.2", "-0.1"],
    },
}  # fmt: skip
"""Two clusters and two blocks with a time encoding; a rectified unit; two units."""
_SLACK, _ROUNDING = 1e-12, 1e-9
"""Of given numbers, as in `stein.Model`; and of a lowest eigenvalue."""


def _impossible(table: Table) -> str | None:
    """Why there is no such model; None where there is one."""
    given = table.floats
    for name in ("weights", "masses", "level_weights"):
        if abs(given[name].sum() - 1) > _SLACK:
            shown = ", ".join(f"{number:g}" for number in given[name])
            return f"{name} = {shown} have the sum {given[name].sum():g}; allowed: sum 1 (divide by it)"
    if not given["levels"].max() <= 1:
        return f"levels has {given['levels'].max():g}; allowed: 0 <= t <= 1"
    number = float(given["activation"])
    if number not in range(len(ACTIVATIONS)):
        return f"activation = {number:g} is none of {', '.join(ACTIVATIONS)}"
    r, name = given["Q"].shape[1], ACTIVATIONS[int(number)]
    if r > WIDEST:
        return f"Q is {r} x {r}; allowed: at most {WIDEST} hidden units (means over 2 r normal variables)"
    if stein.ACTIVATIONS[name].curvature is None:
        if r > 1:
            return f"activation = {name} has no second derivative; allowed: one hidden unit, or {', '.join(SMOOTH)}"
        if not given["levels"].min() > 0:
            return f"levels has 0, activation = {name}; allowed: 0 < t <= 1 for units with a kink"
    return _no_vectors(given)


SMOOTH = tuple(name for name, of in stein.ACTIVATIONS.items() if of.curvature is not None)


def _no_vectors(given: Mapping[str, np.ndarray]) -> str | None:
    """Which inner products no centroids and weights can have."""
    pairs = ((given["products"].transpose(2, 0, 1), "products"), (given["Q"], "Q"))
    for matrices, name in pairs:
        uneven = np.argwhere(np.abs(matrices - matrices.transpose(0, 2, 1)) > _SLACK)
        if len(uneven):
            block, row, column = uneven[0]
            values = f"{matrices[block, row, column]:g} and {matrices[block, column, row]:g}"
            return f"{name} is not symmetric: {values} at ({row + 1}, {column + 1}) and back in block {block + 1}"
    for block in range(len(given["masses"])):
        along = given["M"][block]
        both = np.block([[pairs[0][0][block], along], [along.T, given["Q"][block]]])
        lowest = float(np.linalg.eigvalsh(both)[0])
        if lowest < -_ROUNDING * max(1.0, float(np.abs(both).max())):
            return (
                f"no centroids and weights have these products, M and Q in block {block + 1}: eigenvalue {lowest:g} < 0"
            )
    return None


def _exact(given: Any) -> Any:
    if isinstance(given, list):
        return [_exact(item) for item in given]
    return given if given in ACTIVATIONS else Rational(given)


TABLES = {name: {field: _exact(values) for field, values in given.items()} for name, given in EXAMPLES.items()}
DOMAIN = Domain((
    Tabular(model, FIELDS, TABLES, faults=(_impossible,)),
    positive(theta, default="1.5", explored=("0.5", "2")),
    positive(eta, default="0.25", explored=("0.1", "0.4")),
    Range(lam, Integer(0), oo, exact("0.2"), (exact("0.05"), exact("0.4")), low_open=False),
))  # fmt: skip
USES = tuple(field.symbol for field in FIELDS)
NAMES = tuple(field.name for field in FIELDS)


@lru_cache(maxsize=64)
def _end(key: tuple[tuple[tuple[int, ...], bytes], ...], theta: float, eta: float, lam: float, apart: bool) -> Any:
    """The overlaps after training; a table by its numbers."""
    given = {name: np.frombuffer(of).reshape(shape) for name, (shape, of) in zip(NAMES, key, strict=True)}
    times, act = given["levels"], ACTIVATIONS[int(given["activation"])]
    made = stein.Model(
        given["weights"], given["masses"], given["eigenvalues"], given["products"], 1 - times, times,
        given["level_weights"], given["encoding"], eta, lam, act, apart=apart,
    )  # fmt: skip
    start = stein.Overlaps(given["Q"], given["M"], float(given["b"]), given["v"])
    nodes = NODES[len(given["v"])]
    return stein.path(made, start, (theta,), nodes=nodes, by_products=act not in SMOOTH, tolerance=1e-7)[0]


def ends(part: str, *, noisy: bool = True, apart: bool = False) -> Callable[..., Any]:
    """What fills a table with the overlaps `part` ("q" or "m") after training, summed over the blocks.

    noisy=False leaves the noise of the gradient out; apart=True has one random noise level a step.
    """

    def compute(of: Matrices, *values: Any) -> Any:
        plain = [_numbers(value) for value in values]
        *fields, stop, rate, decay = plain
        key = tuple((field.shape, field.tobytes()) for field in fields)
        end = _end(key, float(stop), float(rate) if noisy else 0.0, float(decay), apart)
        return of.identity(1)[0, 0] * np.asarray(getattr(end, part).sum(0))

    return compute


def _numbers(value: Any) -> np.ndarray:
    return np.array(value.detach().cpu() if hasattr(value, "detach") else value, dtype=float, order="C")


TRACE = Sum(entry(grown, i, i), (i, 1, hidden))
ALONG = entry(turned, 1, 1)
DEFINED = {"q": r"w^T w/d \text{ after training}", "m": r"\mu^T w/\sqrt{d} \text{ after training}"}


def value(part: str, *, until: Expr = theta, **how: bool) -> Explicit:
    """The sum of Q_ii ("q"), or the overlap of the first unit with the first centroid ("m")."""
    table, expression = (grown, TRACE) if part == "q" else (turned, ALONG)
    uses, stop = (*USES, elapsed, eta, lam), {elapsed: Explicit(until)}
    return Explicit(expression, {table: Tabulated(ends(part, **how), uses, DEFINED[part], stop)})


def trained(part: str, named: str, statement: str) -> ClosedForm:
    """One overlap of a model in a file."""
    return ClosedForm(
        name=f"autoencoder.{named}",
        statement=statement,
        source="CPL25 (10), (21)-(75)",
        formula=value(part),
        parameters=(model, theta, eta, lam),
        domain=DOMAIN,
        derivation=order_parameters.derivation,
        known=KNOWN,
    )


SETTING = "after online SGD of one or two hidden units on the clusters, blocks and levels of a file (derived for one)"
order_parameters_model = trained("q", "order_parameters_model", f"sum of the overlaps Q_ii = |w_i|^2/d {SETTING}")
order_parameters_model_magnetisation = trained(
    "m", "order_parameters_model_magnetisation", f"overlap of the first unit with the first centroid {SETTING}"
)
