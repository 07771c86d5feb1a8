"""How far a trained auto-encoder generates from its data: the Hellinger distance along the centroid, CPL25 (108).

H^2 = 1/2 int (sqrt p - sqrt q)^2, H its root.  The data are a mixture of two normal laws; what is generated is by (14)
one over the values of the latent variable, so that neither density is estimated from samples.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from sympy import Abs, Expr, Integer, Integral, Sum, Symbol, expand, oo, sqrt

from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, Range, between, exact, positive, real
from theory.entries import entry
from theory.evaluate import as_state
from theory.formula import Explicit, Formula, Tabulated
from theory.matrices import Matrices
from theory.notation import (
    M0,
    Q0,
    Lambda,
    M,
    Q,
    b,
    b0,
    bulk,
    captured,
    eta,
    i,
    kappa,
    lam,
    likely,
    places,
    rho,
    stop,
    t,
    theta,
    transported,
    u,
    v,
    wide,
    x,
    y,
    z,
)
from theory.published import Published
from theory.solvers import Effort
from theory.systems.autoencoder import order
from theory.systems.autoencoder.denoiser import normal
from theory.systems.autoencoder.latent import LATENT_STEPS
from theory.systems.autoencoder.latent import STEPS as LATENT
from theory.systems.autoencoder.skip import FLOW, ONE_LEVEL, RATE

STEPS, NODES = 100, 96
"""Euler steps of 1/STEPS, the last one as short as `stop` needs; nodes of the latent variable, in log u."""
_FROM, _TO = -14.0, np.log(8.0)
DOMAIN = Domain(
    (*order.DOMAIN.ranges, between(stop, 0, 1, default="0.9", explored=("0.5", "0.95"))),
    order.DOMAIN.relations,
    order.DOMAIN.reasons,
)
TRAINING = (theta, eta, lam, t, rho, Q0, M0, b0)
TRAINED, TRAINED_TO = order.flow(Q), Effort(1e-9)
"""The overlaps, and the relative error of a step along them: six digits of H are claimed."""


@lru_cache(maxsize=512)
def _trained(*values: float) -> tuple[float, float]:
    """Q and M at the end of the training."""
    point = dict(zip(TRAINING, map(np.asarray, values), strict=True))
    state = as_state(TRAINED, point, effort=TRAINED_TO)
    return state[Q], state[M]


def _overlap(of: Matrices, *values: Any) -> Any:
    return _trained(*map(float, values))[0] * of.identity(1)[0, 0]


def _along(of: Matrices, *values: Any) -> Any:
    return _trained(*map(float, values))[1] * of.identity(1)[0, 0]


@lru_cache(maxsize=512)
def _generated(overlap: float, skip: float, stop_at: float) -> tuple[Any, Any, float]:
    """|Z|/Q and its probabilities on nodes, and V, after Euler steps without noise."""
    position, weight = np.polynomial.legendre.leggauss(NODES)
    start = np.exp(_FROM + (_TO - _FROM) * (position + 1) / 2)
    chance = weight * start * np.exp(-(start**2) / 2)
    root, factor = np.sqrt(overlap), 1.0
    latent, at = root * start, 0.0
    while at < stop_at * (1 - 1e-12):
        pull = min(1 / STEPS, stop_at - at) / (1 - at)
        latent = latent + pull * ((skip - 1) * latent + overlap * np.tanh(latent))
        factor, at = factor * (1 + pull * (skip - 1)), at + 1 / STEPS
    return latent / overlap, chance / chance.sum(), factor**2


def _carried(of: Matrices, overlap: Any, skip: Any, stop_at: Any) -> Any:
    return _as(of, _generated(float(overlap), float(skip), float(stop_at))[0])


def _chances(of: Matrices, overlap: Any, skip: Any, stop_at: Any) -> Any:
    return _as(of, _generated(float(overlap), float(skip), float(stop_at))[1])


def _across(of: Matrices, overlap: Any, skip: Any, stop_at: Any) -> Any:
    return _generated(float(overlap), float(skip), float(stop_at))[2] * of.identity(1)[0, 0]


def _as(of: Matrices, numbers: Any) -> Any:
    one = of.identity(1)[0, 0]
    if hasattr(one, "detach"):
        return one * one.new_tensor(numbers)
    return numbers if isinstance(one, float | np.floating) else numbers.astype(object) * one


def _count(of: Matrices) -> Any:
    return NODES * of.identity(1)[0, 0]


MADE = (Q, b, stop)
LAW: dict[Symbol, Formula] = {
    Q: Tabulated(_overlap, TRAINING, r"Q_\vartheta"),
    M: Tabulated(_along, TRAINING, r"M_\vartheta"),
    b: Explicit(FLOW, {Lambda: Explicit(Integer(1)), **ONE_LEVEL, kappa: Explicit(RATE)}),
    transported: Tabulated(_carried, MADE, r"|Z|/Q"),
    likely: Tabulated(_chances, MADE, r"P(|Z|)"),
    places: Tabulated(_count, (), r"\text{how many}"),
    bulk: Tabulated(_across, MADE, "V"),
    captured: Explicit(M**2 / (rho * Q)),
    wide: Explicit(bulk * (1 - captured)),
}


def two_sided(centre: Expr, spread: Expr) -> Expr:
    """Density of a normal law around +-centre."""
    return (normal(y, centre, spread) + normal(y, -centre, spread)) / 2


DATA = two_sided(sqrt(rho), Integer(1))
MADE_LAW = Sum(entry(likely, i) * two_sided(M / sqrt(rho) * entry(transported, i), wide), (i, 1, places))
COMMON = Integral(sqrt(DATA * MADE_LAW), (y, -oo, oo))
HELLINGER = sqrt(1 - COMMON)

hellinger = ClosedForm(
    name="autoencoder.hellinger",
    statement="Hellinger distance H, with H^2 = 1/2 int (sqrt p - sqrt q)^2, along the centroid between the data, at"
    " +-mu of unit variance, and what a trained tanh unit generates up to `stop` in Euler steps of 1/100 without noise",
    source="CPL25 (14), (108)",
    formula=Explicit(HELLINGER, LAW),
    parameters=(*TRAINING, stop),
    domain=DOMAIN,
    derivation=Derivation((
        *LATENT_STEPS,
        Step(expand((sqrt(x) - sqrt(y)) ** 2 / 2), (x + y) / 2 - sqrt(x) * sqrt(y),
             "of densities x and y: both have the integral one", citation="CPL25 (108)", where={x: u**2, y: v**2}),
        Step(Integral(two_sided(u, z**2 + 1), (y, -oo, oo)), Integer(1), "so has a mixture of two normal laws"),
    ), LATENT),
    known=6,
)  # fmt: skip
ALL_ACROSS = Explicit(HELLINGER, {**LAW, wide: Explicit(bulk)})
SQUARED = Explicit(1 - COMMON, LAW)
AMPLITUDE = Explicit(HELLINGER, {**LAW, wide: Explicit(sqrt(bulk) * (1 - captured))})
"""Rivals: V for V (1 - G^2/Q); H^2 for H; and exp of one integral for V."""

# The text of Section 3.1 has H decrease all along the training.
LONG = Domain(
    (
        positive(theta, default="4", explored=("3", "5")), positive(eta, default="0.2", explored=("0.15", "0.25")),
        Range(lam, Integer(0), oo, exact("0"), (exact("0"), exact("0.02")), low_open=False),
        between(t, 0, 1, default="0.5", explored=("0.45", "0.55")),
        positive(rho, default="2.25", explored=("2", "2.5")),
        positive(Q0, default="0.3", explored=("0.2", "0.6")), real(M0, default="0.4", explored=("0.2", "0.6")),
        real(b0, default="0", explored=("0", "0.1")), between(stop, 0, 1, default="0.9", explored=("0.85", "0.95")),
    ),
    order.DOMAIN.relations,
    order.DOMAIN.reasons,
)  # fmt: skip
LATER, EARLIER = Explicit(HELLINGER, LAW), Explicit(HELLINGER, {theta: Explicit(theta / 2), **LAW})
CHANGE = {u: LATER, v: EARLIER}

hellinger_change = ClosedForm(
    name="autoencoder.hellinger_change",
    statement="change of this Hellinger distance between the training times theta/2 and theta",
    source="CPL25 (108), Fig. 2",
    formula=Explicit(u - v, CHANGE),
    parameters=(*TRAINING, stop),
    domain=LONG,
    derivation=hellinger.derivation,
    published=(
        Published("CPL25", "text on Fig. 2", Explicit(-Abs(u - v), CHANGE), r"H \text{ decreases with } \vartheta",
                  note="with weight decay it may; without, it grows again after its first minimum"),
    ),
    known=5,
)  # fmt: skip
