"""Flows of the overlaps of an auto-encoder under online SGD in general: any hidden width, clusters, eigenvalue blocks.

CPL25 Result 2.1.  The state holds, for every block j of equal eigenvalues s_cj of the covariances (mass nu_j), the
part q_j of Q = w w^T/d (r x r) and m_j of the centroids' overlaps M (clusters x r).  With F1 and F0 what a step adds to
the weights per unit of datum and of noise, a_c = E_c F1 and K_cj = s_cj K1_c + K0_c,

    dq_j = sum_c pi_c (m_cj a_c^T + a_c m_cj^T + q_j K_cj + K_cj q_j) - lam q_j
           + 2 eta nu_j sum_c pi_c (s_cj E F1 F1^T + E F0 F0^T)
    dm_kj = sum_c pi_c (T_ckj a_c + K_cj m_kj) - lam/2 m_kj,      dv = E p h sigma' - lam/2 v.

K by Stein's identity needs sigma''; from products with the Gaussian variables it does not, but needs Q to be inverted.
Means are products of the rule of Gauss and Hermite in the 2 r variables w x1, w x0: `nodes` in each.  One unit with a
kink has its own: for each w x0 the rule of Gauss and Legendre between the places where a noise level has its kink.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from scipy.special import erf

from theory.domain import DomainError, ParameterError

Floats = NDArray[np.float64]
CUTOFF = 1e-10
"""Relative cutoff of a pseudo-inverse."""
MOST_NODES = 400_000
FAR = 9.0
"""Standard deviations beyond which a normal variable is left out."""
TINY = 1e-300
NO_WEIGHT = 1e-12
"""Clusters of less weight add nothing: their m are the overlaps with a direction, G."""


@dataclass(frozen=True)
class Activation:
    """sigma, sigma' and sigma''; None where there is no second derivative."""

    name: str
    value: Callable[[Floats], Floats]
    slope: Callable[[Floats], Floats]
    curvature: Callable[[Floats], Floats] | None


def _density(x: Floats) -> Floats:
    return np.sqrt(2 / np.pi) * np.exp(-(x**2) / 2)


ACTIVATIONS = {
    "tanh": Activation("tanh", np.tanh, lambda x: 1 - np.tanh(x) ** 2, lambda x: -2 * np.tanh(x) / np.cosh(x) ** 2),
    "erf": Activation("erf", lambda x: erf(x / np.sqrt(2)), _density, lambda x: -x * _density(x)),
    "relu": Activation("relu", lambda x: np.maximum(x, 0), lambda x: (x > 0).astype(float), None),
    "linear": Activation("linear", lambda x: x, np.ones_like, np.zeros_like),
}


@dataclass(frozen=True)
class Model:
    """Target and training: clusters, blocks, noise levels, learning rate, decay, activation.

    weights (c), masses (j), eigenvalues (c, j), products T (c, c, j) of the centroids in each block;
    alpha, beta, level, encoding: of each noise level, and its weight
    d: where it is finite, b feels by 1/d the hidden units and the centroids; the scatter of a step has no such term
    trace: tr Sigma/d where the blocks do not say it, as a block of one direction, which has no mass, does not
    apart: one noise level drawn for each step, in the place of the mean over all of them
    """

    weights: Floats
    masses: Floats
    eigenvalues: Floats
    products: Floats
    alpha: Floats
    beta: Floats
    level: Floats
    encoding: Floats
    eta: float
    lam: float
    activation: str = "tanh"
    d: float = np.inf
    trace: float | None = None
    apart: bool = False

    def __post_init__(self) -> None:
        if np.min(self.weights) <= 0 or abs(np.sum(self.weights) - 1) > 1e-12:
            given = ", ".join(f"{w:g}" for w in self.weights)
            raise DomainError(f"cluster weights {given} are outside weight > 0, sum 1: divide by their sum")
        if np.min(self.masses) <= 0 or abs(np.sum(self.masses) - 1) > 1e-12:
            raise DomainError(f"masses {self.masses.tolist()} of the blocks are outside mass > 0, sum 1")
        if not np.allclose(self.products, self.products.transpose(1, 0, 2), rtol=0, atol=1e-12):
            raise DomainError("the products of the centroids are not symmetric: T_ck = T_kc in every block")
        if self.activation not in ACTIVATIONS:
            raise ParameterError(f"activation = {self.activation} is none of {', '.join(ACTIVATIONS)}")


@dataclass(frozen=True)
class Overlaps:
    """q (j, r, r), m (j, c, r), b and v (r)."""

    q: Floats
    m: Floats
    b: float
    v: Floats

    def packed(self) -> Floats:
        """One vector."""
        return np.concatenate([self.q.ravel(), self.m.ravel(), [self.b], self.v])

    def like(self, packed: Floats) -> Overlaps:
        """The inverse of `packed`."""
        first, second = self.q.size, self.q.size + self.m.size
        q, m = packed[:first].reshape(self.q.shape), packed[first:second].reshape(self.m.shape)
        return Overlaps(q, m, float(packed[second]), packed[second + 1 :])


def trained(model: Model, start: Overlaps, theta: float, *, nodes: int = 24, by_products: bool = False) -> Overlaps:
    """The overlaps at training time theta; relative error 1e-9 of the integrator, beside that of the nodes."""
    return path(model, start, (theta,), nodes=nodes, by_products=by_products)[0]


def path(
    model: Model, start: Overlaps, thetas: Sequence[float], *, nodes: int = 24, by_products: bool = False,
    tolerance: float = 1e-9,
) -> list[Overlaps]:  # fmt: skip
    """The overlaps at several training times, in order; `tolerance`: relative error of the integrator."""

    reached = 0.0

    def slopes(at: float, packed: Floats) -> Floats:
        nonlocal reached
        found = rates(model, start.like(packed), nodes=nodes, by_products=by_products).packed()
        if not np.isfinite(found).all():
            raise _blown_up(model, reached)
        reached = at
        return found

    if list(thetas) != sorted(thetas) or thetas[0] < 0:
        raise ParameterError(f"training times {list(thetas)} are outside 0 <= theta, in order")
    with np.errstate(over="ignore", invalid="ignore"):  # which `slopes` answers
        found = solve_ivp(
            slopes, (0.0, thetas[-1]), start.packed(), method="DOP853", t_eval=thetas, rtol=tolerance,
            atol=tolerance / 100,
        )  # fmt: skip
    if not found.success:
        raise _blown_up(model, reached)
    return [start.like(column) for column in found.y.T]


def _blown_up(model: Model, theta: float) -> ParameterError:
    """With the threshold where it is known: of linear units, clusters of unit variance and one noise level."""
    text = f"the overlaps blow up at theta = {theta:.6g}: eta = {model.eta:g} is too large for these weights"
    if model.activation == "linear" and np.all(model.eigenvalues == 1) and len(model.level) == 1:
        noise2 = 8 * float(model.alpha[0]) ** 2
        threshold = (model.lam + np.sqrt(model.lam**2 + 4 * noise2)) / noise2
        return ParameterError(f"{text}; above eta_c = {threshold:.6g} those of a linear unit always blow up")
    return ParameterError(text)


def rates(model: Model, state: Overlaps, *, nodes: int = 24, by_products: bool = False) -> Overlaps:
    """d/dtheta of the state; `by_products` for the form without sigma''."""
    activation = ACTIVATIONS[model.activation]
    if activation.curvature is None and not by_products:
        raise ParameterError(f"activation = {activation.name} has no second derivative, which Stein's form needs: "
                             "ask for the form by products")  # fmt: skip
    hidden = 0.0
    q, m, v = -model.lam * state.q, -model.lam / 2 * state.m, -model.lam / 2 * state.v
    for c, weight in enumerate(model.weights):
        if weight < NO_WEIGHT:
            continue
        found = _cluster(model, state, activation, c, nodes, by_products)
        turned = model.eigenvalues[c][:, None, None] * found.of_datum + found.of_noise
        tilted = np.einsum("jr,s->jrs", state.m[:, c], found.pushed)
        turned_q = state.q @ turned
        noise = model.eigenvalues[c][:, None, None] * found.datum_square + found.noise_square
        scattered = 2 * model.eta * model.masses[:, None, None] * noise
        q = q + weight * (tilted + tilted.transpose(0, 2, 1) + turned_q + turned_q.transpose(0, 2, 1) + scattered)
        along = np.einsum("kj,r->jkr", model.products[c], found.pushed)
        m = m + weight * (along + np.einsum("jks,jsr->jkr", state.m, turned))
        v = v + weight * found.encoded
        hidden += weight * found.hidden
    square_of_centroids = float(model.weights @ model.products.sum(2).diagonal())
    of_blocks = float(model.weights @ model.eigenvalues @ model.masses)
    trace = (of_blocks if model.trace is None else model.trace) + square_of_centroids / model.d
    signal, square, noise2 = (float(model.level @ of) for of in (model.beta, model.beta**2, model.alpha**2))
    slope = trace * (signal - state.b * square) - state.b * noise2 - hidden / model.d
    return Overlaps(q, m, slope, v)


@dataclass(frozen=True)
class _Means:
    """a, K1, K0, E F1 F1^T, E F0 F0^T, E p h sigma' and E omega.sigma of one cluster."""

    pushed: Floats
    of_datum: Floats
    of_noise: Floats
    datum_square: Floats
    noise_square: Floats
    encoded: Floats
    hidden: float


def _cluster(model: Model, state: Overlaps, act: Activation, c: int, nodes: int, by_products: bool) -> _Means:
    overlap, centre = state.q.sum(0), state.m[:, c].sum(0)
    spread = np.einsum("j,jrs->rs", model.eigenvalues[c], state.q)
    r, b = len(centre), state.b
    kinked = act.curvature is None and r == 1
    at, weight = _between_kinks(model, state, centre, spread, overlap, nodes) if kinked else _grid(2 * r, nodes)
    deviation, noise = at[:, :r] @ _root(spread).T, at[:, r:] @ _root(overlap).T
    datum = centre + deviation
    f1, f0, encoded = np.zeros_like(datum), np.zeros_like(datum), np.zeros(r)
    k1, k0, square, hidden = np.zeros((r, r)), np.zeros((r, r)), np.zeros((r, r)), 0.0
    apart1, apart0 = np.zeros((r, r)), np.zeros((r, r))
    for alpha, beta, level, code in zip(model.alpha, model.beta, model.level, model.encoding, strict=True):
        omega = alpha * noise + beta * datum + code * state.v
        value, slope = act.value(omega), act.slope(omega)
        residual = (1 - b * beta) * datum - b * alpha * noise - value @ overlap
        one1, one0 = (1 - b * beta) * value + beta * residual * slope, alpha * (residual * slope - b * value)
        f1, f0 = f1 + level * one1, f0 + level * one0
        apart1 += level * (one1 * weight[:, None]).T @ one1
        apart0 += level * (one0 * weight[:, None]).T @ one0
        encoded += level * code * (weight @ (residual * slope))
        square += level * (value * weight[:, None]).T @ value
        hidden += level * float(weight @ ((alpha * noise + beta * datum) * value).sum(1))
        if act.curvature is not None and not by_products:
            bent = residual * act.curvature(omega)
            slopes = overlap * ((slope * weight[:, None]).T @ slope)
            k1 += level * (np.diag(weight @ (2 * beta * (1 - b * beta) * slope + beta**2 * bent)) - beta**2 * slopes)
            k0 += level * (np.diag(weight @ (alpha**2 * bent - 2 * b * alpha**2 * slope)) - alpha**2 * slopes)
    if by_products:
        k1 = np.linalg.pinv(spread, rcond=CUTOFF, hermitian=True) @ (deviation * weight[:, None]).T @ f1
        k0 = np.linalg.pinv(overlap, rcond=CUTOFF, hermitian=True) @ (noise * weight[:, None]).T @ f0
    square1, square0 = (apart1, apart0) if model.apart else ((f * weight[:, None]).T @ f for f in (f1, f0))
    return _Means(weight @ f1, k1, k0 - square, square1, square0, encoded, hidden)


def _root(covariance: Floats) -> Floats:
    """A square root, also of a singular covariance."""
    values, vectors = np.linalg.eigh(covariance)
    return vectors * np.sqrt(np.clip(values, 0, None))


def _between_kinks(
    model: Model, state: Overlaps, centre: Floats, spread: Floats, overlap: Floats, nodes: int
) -> tuple[Floats, Floats]:
    """Nodes of two normal variables, datum and noise; the first lie between the kinks of the noise levels."""
    (noise, chance), (place, share) = _hermite(nodes), _legendre(nodes)
    across = np.outer(np.sqrt(overlap[0, 0]) * noise, model.alpha) + model.encoding * state.v[0]
    kinks = -(across / model.beta + centre[0]) / np.sqrt(max(spread[0, 0], TINY))
    ends = np.full((nodes, 1), FAR)
    edges = np.concatenate((-ends, np.sort(np.clip(kinks, -FAR, FAR), 1), ends), 1)
    half, middle = np.diff(edges)[..., None] / 2, (edges[:, 1:] + edges[:, :-1])[..., None] / 2
    datum = middle + half * place
    weight = half * share * np.exp(-(datum**2) / 2) * (chance / chance.sum())[:, None, None]
    at = np.stack((datum, np.broadcast_to(noise[:, None, None], datum.shape)), -1)
    return at.reshape(-1, 2), weight.ravel() / weight.sum()


_hermite, _legendre = lru_cache(np.polynomial.hermite_e.hermegauss), lru_cache(np.polynomial.legendre.leggauss)


@lru_cache(maxsize=4)
def _grid(dimension: int, nodes: int) -> tuple[Floats, Floats]:
    if nodes**dimension > MOST_NODES:
        raise ParameterError(f"{nodes} nodes in {dimension} dimensions are more than {MOST_NODES}: ask for fewer nodes")
    one, weight = _hermite(nodes)
    at = np.stack(np.meshgrid(*[one] * dimension, indexing="ij"), -1).reshape(-1, dimension)
    weights = np.stack(np.meshgrid(*[weight / weight.sum()] * dimension, indexing="ij"), -1)
    return at, weights.reshape(-1, dimension).prod(-1)
