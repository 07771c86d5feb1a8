"""Along the weights, CPL25 (12), (89), (99): r numbers obey a process of their own, at any dimension.

Z = w^T X/sqrt(d) feels of the network only the overlaps Q = w^T w/d, and of the noise only w^T B/sqrt(d).  For a linear
network the process is solved as across the weights, b + Q in the place of b.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from sympy import Abs, Expr, Integer, Integral, Rational, Sum, Symbol, diff, erf, exp, log, oo, pi, sqrt

from theory import latent_law
from theory.checks import limit, solves_ode
from theory.closed_form import ClosedForm
from theory.derivation import Derivation, Step
from theory.domain import Domain, between, positive, real, whole
from theory.entries import entry
from theory.formula import Explicit, Formula, Tabulated
from theory.notation import (
    Q,
    a,
    b,
    bulk,
    captured,
    d,
    epsilon,
    hidden,
    i,
    k,
    likely,
    loadings,
    m,
    model,
    overlaps,
    places,
    seed,
    steps,
    stop,
    t,
    transported,
    u,
    v,
    x,
    y,
    z,
)
from theory.published import Published
from theory.systems.autoencoder.denoiser import BULK, DECAY, GATHERED, NOISE_LEVEL, OWN, TOWARDS
from theory.tables import Field, Table, Tabular

DOMAIN = Domain((
    between(t, 0, 1, default="0.6", explored=("0.1", "0.8")),
    real(b, default="0.73", explored=("0.2", "1")),
    positive(Q, default="0.41", explored=("0.1", "0.8")),
    NOISE_LEVEL,
))  # fmt: skip
PATHS = Domain((whole(seed, 1, default=1, explored=(1, 1000)),))
STEPS = Domain((
    *(item for item in DOMAIN.ranges if item.symbol != epsilon),
    positive(epsilon, default="0.37", explored=("0.05", "0.6")),
    positive(d, default=3, explored=(2, 9)),
    *(real(symbol, default="0.4", explored=("-1.5", "1.5")) for symbol in (a, k, m, u, v, x, y, z)),
))  # fmt: skip

# Two components (x, y) of a point, weights (a, m) and one hidden unit that answers u: what a step adds.
LATENT = (a * x + m * y) / sqrt(d)
OVERLAP = (a**2 + m**2) / d
ACROSS = (m * x - a * y) / sqrt(a**2 + m**2)


def moved(own: Expr, weight: Expr, kick: Expr) -> Expr:
    """A component after a step of k, without the answer of the other hidden units."""
    drift = (TOWARDS * b + OWN) * own + TOWARDS * weight / sqrt(d) * u
    return own + k * drift + kick


AFTER = {x: moved(x, a, v), y: moved(y, m, z)}
LATENT_STEPS = (
    Step(TOWARDS * b + OWN, DECAY, "the point and the skip connection together decay", citation="CPL25 (12)"),
    Step(
        LATENT.subs(AFTER, simultaneous=True),
        LATENT + k * (DECAY * LATENT + TOWARDS * OVERLAP * u) + (a * v + m * z) / sqrt(d),
        "along the weights a step knows of the point only Z, of the weights only Q", citation="CPL25 (99)",
    ),
    Step(
        ACROSS.subs(AFTER, simultaneous=True), ACROSS + k * DECAY * ACROSS + (m * v - a * z) / sqrt(a**2 + m**2),
        "across them it does not know the network", citation="CPL25 (100)",
    ),
    Step((a / sqrt(d)) ** 2 + (m / sqrt(d)) ** 2, OVERLAP, "the noise of Z has the covariance Q per unit"),
    Step((a * m - m * a) / sqrt(d), Integer(0), "and none with the noise across: the parts are independent"),
    Step(a * LATENT / sqrt(d) / OVERLAP + m * ACROSS / sqrt(a**2 + m**2), x, "together they are the point: w Q^+ Z + Y",
         citation="CPL25 (105)"),
)  # fmt: skip

latent_process = ClosedForm(
    name="autoencoder.latent_process",
    statement="largest difference, over paths, between w^T X/sqrt(d) of points in d dimensions and the latent process"
    " (99) on the same noise, and between the points and w Q^+ Z + Y, in units of the largest value",
    source="CPL25 (12), (99)-(100)",
    formula=Explicit(Integer(0)),
    parameters=(seed,),
    domain=PATHS,
    derivation=Derivation(LATENT_STEPS, STEPS),
)

BOTH = b + Q
SIGNAL = Q * BULK.subs(b, BOTH)
PRINTED = Q * exp(2 * GATHERED.subs(b, BOTH))
SQUARED = {b: BOTH}

signal_variance = ClosedForm(
    name="autoencoder.signal_variance",
    statement="variance of the latent variable Z at time t of a linear auto-encoder with one hidden unit; without noise"
    " it grows where b + Q > 1, and shrinks where b + Q < 1",
    source="CPL25 (89)",
    formula=Explicit(SIGNAL),
    parameters=(t, b, Q, epsilon),
    domain=DOMAIN,
    derivation=Derivation((
        *LATENT_STEPS,
        Step(DECAY + TOWARDS * Q, DECAY.subs(b, BOTH), "a linear unit answers Z: b becomes b + Q"),
        Step(
            2 * DECAY.subs(b, BOTH) * y + 2 * epsilon * Q, SIGNAL,
            "the variance y of Z: dy/dt = 2 (Delta + Gamma Q) y + 2 epsilon Q", solves_ode(y, t),
        ),
        Step(SIGNAL.subs(t, Integer(0)).doit(), Q, "which starts at that of w^T X_0/sqrt(d)"),
        Step(SIGNAL, Q * (1 - t) ** (2 * (1 - BOTH)), "without noise a power law", limit(epsilon, Integer(0)),
             citation="CPL25 (89)"),
        Step(
            diff(log(Q * (1 - t) ** (2 * (1 - BOTH))), t), 2 * (BOTH - 1) / (1 - t),
            "which increases with time where b + Q > 1, and there alone: CPL25, text after (89), says that it always"
            " does",
        ),
    ), STEPS),
    published=(
        Published(
            "CPL25", "(89)", PRINTED, r"Z_t = Z_0\, e^{\int_0^t ds (\Delta_s + \Gamma_s Q)}, \quad Z_0 \sim N(0, Q)",
            note="the solution of (12) for epsilon = 0 alone: the noise that enters on the way is left out",
        ),
    ),
)  # fmt: skip

GROWTH = 2 * (BOTH - 1) / (1 - t)

signal_growth = ClosedForm(
    name="autoencoder.signal_growth",
    statement="rate at which log Var Z of a linear auto-encoder with one hidden unit grows during sampling, no noise",
    source="CPL25 (89)",
    formula=Explicit(GROWTH),
    parameters=(t, b, Q),
    domain=DOMAIN,
    derivation=Derivation((Step(diff(log(Q * (1 - t) ** (2 * (1 - BOTH))), t), GROWTH, "of (89)"),), STEPS),
    published=(
        Published("CPL25", "text after (89)", Abs(GROWTH), r"\mathrm{Var}\, Z_t \text{ increases with } t",
                  note="it does where b + Q > 1, and shrinks where b + Q < 1"),
    ),
)  # fmt: skip

# A model as a user has it: overlaps of its trained weights, and how it is sampled.
FIELDS = (overlaps, loadings, b, epsilon, stop, steps)
EXAMPLES: Mapping[str, Any] = {
    "trained": {"Q": [["1.4664"]], "G": ["0.8011"], "b": "0.7771", "epsilon": "0.5", "stop": "0.8", "steps": 5},
    "dependent": {"Q": [["0.8", "0.4"], ["0.4", "0.2"]], "G": ["0.5", "0.25"], "b": "0.55", "epsilon": "0.5",
                  "stop": "0.7", "steps": 10},
    "noiseless": {"Q": [["0.9"]], "G": ["-0.7"], "b": "0.7", "epsilon": "0", "stop": "0.9", "steps": 20},
}  # fmt: skip
"""Q, G and b of the first are those of tanh weights after online SGD at d = 500: two modes at +-mu, |mu| = 1.5,
unit variance, one noise level t = 1/2, eta = 0.2, weights from 0.1 sqrt(d) mu, training time 3; e at
45 degrees to mu."""


def _exact(given: Any) -> Any:
    return [_exact(item) for item in given] if isinstance(given, list) else Rational(given)


def _no_law(table: Table) -> str | None:
    """Why the law of a model is not computed; None where it is."""
    matrix, along, stop_at, count = (table.floats[name] for name in ("Q", "G", "stop", "steps"))
    taken_steps = float(stop_at) * float(count)
    uneven = np.argwhere(np.abs(matrix - matrix.T) > 1e-9 * np.abs(matrix).max())
    if len(uneven):
        row, column = uneven[0]
        places_of_pair = ((row, column), (column, row))
        pair = ", ".join(f"Q[{one + 1}, {other + 1}] = {matrix[one, other]:g}" for one, other in places_of_pair)
        return f"Q is not symmetric: {pair}; allowed: w^T w/d"
    if not stop_at < 1:
        return f"stop = {stop_at:g} is outside 0 < stop < 1: at t = 1 the drift of the generative process diverges"
    if not taken_steps > 0.5 or abs(taken_steps - round(taken_steps)) > 1e-9:
        return f"steps stop = {taken_steps:g} is no whole number of Euler steps of 1/steps"
    try:
        rank, places_of = latent_law.pivots(matrix)
        if rank == 1:
            column_of = matrix[:, places_of[0]] / np.sqrt(matrix[places_of[0], places_of[0]])
            share = float(along @ column_of / (column_of @ column_of))
            if np.abs(along - share * column_of).max() > 1e-6 * np.abs(along).max():
                return "G leaves the range of Q: it is w^T e/sqrt(d) of no direction e"
            if not share**2 < 1 - 1e-6:
                return f"G^T Q^+ G = {share**2:g} is outside G^T Q^+ G < 1 (e has length 1 and leaves the weights)"
            latent_law.nodes(table.floats)
    except ValueError as error:
        return f"Q {error}" if "covariance" in str(error) else str(error)
    return (
        None if rank == 1 else f"Q has rank {rank} (pivots below 1e-10 of the largest count as zero); allowed: rank 1"
    )


_TABLES = {name: {field: _exact(values) for field, values in given.items()} for name, given in EXAMPLES.items()}
MODELS = Domain((
    Tabular(
        model,
        (
            Field(overlaps, (hidden, hidden), key="Q"), Field(loadings, (hidden,), key="G"), Field(b),
            Field(epsilon, low=Integer(0), low_open=False), Field(stop, low=Integer(0)), Field(steps, low=Integer(0)),
        ),
        _TABLES,
        faults=(_no_law,),
    ),
    real(x, default="0.6", explored=("-2.5", "2.5")),
))  # fmt: skip


def quantities(variance_across: Any, printed: str) -> dict[Symbol, Formula]:
    """The law of G^T Q^+ Z on nodes, and the variance across the weights."""
    return {
        transported: Tabulated(latent_law.carried, FIELDS, r"G^T Q^+ Z_k"),
        likely: Tabulated(latent_law.probability, FIELDS, r"P(Z_k)"),
        places: Tabulated(latent_law.count, FIELDS, r"\text{how many}"),
        captured: Tabulated(latent_law.seen, FIELDS, r"G^T Q^+ G"),
        bulk: Tabulated(variance_across, FIELDS, printed),
    }


def projected(spread: Expr) -> Expr:
    """P(e.X <= x) for noise of variance `spread` beside the latent part."""
    each = (1 + erf((x - entry(transported, i)) / sqrt(2 * spread))) / 2
    return Sum(entry(likely, i) * each, (i, 1, places))


RECURSION = r"V_k = (1 + h \Delta)^2 V_{k-1} + 2 \epsilon h"
LAW = quantities(latent_law.across, RECURSION)
PROJECTED = projected(bulk * (1 - captured))
WITHOUT_NOISE = Explicit(PROJECTED, quantities(latent_law.across_without_noise, r"V_k = (1 + h \Delta)^2 V_{k-1}"))
NO_WEIGHTS = Explicit(projected(bulk), LAW)

projected_law = ClosedForm(
    name="autoencoder.projected_law",
    statement="law of e.X along a direction e that a tanh auto-encoder of given overlaps Q = w^T w/d (of rank 1; pivots"
    " below 1e-10 of the largest count as zero), G = w^T e/sqrt(d) and skip connection b generates in Euler steps",
    source="CPL25 (14)",
    formula=Explicit(PROJECTED, LAW),
    parameters=(model, x),
    domain=MODELS,
    derivation=Derivation(
        (
            *LATENT_STEPS,
            Step(
                y - (m * x + a * z) ** 2 / (x**2 + z**2),
                (a * x - m * z) ** 2 / (x**2 + z**2),
                "of a direction (a, m), a^2 + m^2 = y, what does not lie along weights (z, x) is left: 1 - G^T Q^+ G",
                where={y: a**2 + m**2},
                citation="CPL25 (106)",
            ),
            Step(
                Integral(exp(-(y**2) / 2) * (1 + erf((u + v * y) / (sqrt(2) * k))) / (2 * sqrt(2 * pi)), (y, -oo, oo)),
                (1 + erf(u / sqrt(2 * (k**2 + v**2)))) / 2,
                "independent Gaussian parts add their variances: given Z, e.X is normal around G^T Q^+ Z",
                where={k: Rational(3, 5)},
                citation="CPL25 (14)",
            ),
        ),
        STEPS,
    ),
    published=(
        Published(
            "CPL25",
            "(14)",
            Explicit(PROJECTED, LAW),
            r"E^\top X_t \overset{d}{=} G^\top Q^+ Z_t + N\left(0, e^{2\int_0^t \Delta} \left(1 + 2\int_0^t \epsilon_s"
            r" e^{-2\int_0^s \Delta} ds\right) (I_R - G^\top Q^+ G)\right)",
        ),
        Published(
            "CPL25",
            "(106)-(107)",
            WITHOUT_NOISE,
            r"E^\top X_t \overset{d}{=} G^\top Q^+ Z_t + N\left(0, e^{2\int_0^t \Delta} (I_R - G^\top Q^+ G)\right)",
            note="the factor that (13) and (14) have for the noise on the way is lost: right for epsilon = 0 alone",
        ),
    ),
)
