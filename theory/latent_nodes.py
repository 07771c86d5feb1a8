"""What an auto-encoder of given overlaps generates without noise, on nodes, and what the next generation learns from.

CPL25 (12)-(15), (99), (100) at epsilon = 0: Z = Q^1/2 u with u standard normal is carried by Euler steps of 1/steps up
to `stop`; across the weights a point is normal with the variance V.  Along directions E with the overlaps G it is
G^T Q^+ Z plus a normal vector of covariance V (1 - G^T Q^+ G).  The next target has a cluster at every Z, of the
variance V across the weights and none along them.  Nodes of every u reach from -REACH to REACH.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from theory.stein import ACTIVATIONS, CUTOFF, Model, Overlaps

Floats = NDArray[np.float64]
REACH = 6.0  # what lies beyond has probability 2e-9
CLOSER = 6.0
"""Nodes u = REACH sinh(CLOSER x)/sinh(CLOSER), x even: close at 0, where two basins of attraction part."""
NO_MASS = 1e-13
"""Of a block of finitely many among infinitely many dimensions, and of a cluster that says where a direction is."""


@dataclass(frozen=True)
class Generated:
    """Latent nodes (n, r), their probabilities (n), and the variance V across the weights."""

    latent: Floats
    weights: Floats
    bulk: float


@dataclass(frozen=True)
class Projected:
    """Centres (n, R) with their probabilities, and the covariance (R, R) around each, of the generated E^T X."""

    centres: Floats
    weights: Floats
    covariance: Floats


def generated(overlap: Floats, b: float, *, stop: float, steps: int, nodes: int, activation: str = "tanh") -> Generated:
    """After stop x steps Euler steps of 1/steps; `nodes` in each of the r directions."""
    sigma, r = ACTIVATIONS[activation].value, len(overlap)
    even = np.linspace(-1, 1, nodes)
    one, spacing = REACH * np.sinh(CLOSER * even) / np.sinh(CLOSER), np.cosh(CLOSER * even)
    u = np.stack(np.meshgrid(*[one] * r, indexing="ij"), -1).reshape(-1, r)
    density = np.prod(np.stack(np.meshgrid(*[spacing * np.exp(-(one**2) / 2)] * r, indexing="ij"), -1), -1).ravel()
    values, vectors = np.linalg.eigh(overlap)
    z = u * np.sqrt(np.clip(values, 0, None)) @ vectors.T
    for k in range(round(stop * steps)):
        left = 1 - k / steps
        z = z + ((b - 1) * z + sigma(z) @ overlap) / (left * steps)
    return Generated(z, density / density.sum(), bulk(b, stop=stop, steps=steps))


def bulk(b: float, *, stop: float, steps: int) -> float:
    """V after these Euler steps."""
    left = 1 - np.arange(round(stop * steps)) / steps
    return float(np.prod(1 + (b - 1) / (left * steps)) ** 2)


def projected(of: Generated, overlap: Floats, loadings: Floats) -> Projected:
    """Along orthonormal directions; `loadings` (r, R) is G."""
    along = np.linalg.pinv(overlap, rcond=CUTOFF, hermitian=True) @ loadings
    covariance = of.bulk * (np.eye(loadings.shape[1]) - loadings.T @ along)
    return Projected(of.latent @ along, of.weights, covariance)


def density(of: Projected, at: Floats) -> Floats:
    """Of E^T X at points (m, R), a sum over the nodes."""
    shape = at.shape[1]
    inverse = np.linalg.inv(of.covariance)
    factor = 1 / np.sqrt((2 * np.pi) ** shape * np.linalg.det(of.covariance))
    found = np.empty(len(at))
    for first in range(0, len(at), 64):  # chunk x nodes numbers alive
        away = at[first : first + 64, None, :] - of.centres[None]
        found[first : first + 64] = np.exp(-np.einsum("mnr,rs,mns->mn", away, inverse, away) / 2) @ of.weights
    return factor * found


def next_target(model: Model, of: Generated, overlap: Floats, loadings: Floats, rows: Floats) -> tuple[Model, Overlaps]:
    """Target and start of the next generation, (15); its weights start as `rows` (r, R) of the directions E.

    Two blocks: along the old weights, where clusters have no variance, and across them.  The last R clusters have no
    weight: their overlaps m are those with E, the loadings of the next generation.
    """
    inverse = np.linalg.pinv(overlap, rcond=CUTOFF, hermitian=True)
    inside, count = loadings.T @ inverse @ loadings, loadings.shape[1]
    clusters, seen = len(of.weights), of.latent @ inverse @ loadings
    products = np.zeros((clusters + count, clusters + count, 2))
    products[:clusters, :clusters, 0] = of.latent @ inverse @ of.latent.T
    products[:clusters, clusters:, 0], products[clusters:, :clusters, 0] = seen, seen.T
    products[clusters:, clusters:, 0], products[clusters:, clusters:, 1] = inside, np.eye(count) - inside
    weights = np.concatenate([of.weights * (1 - count * NO_MASS), np.full(count, NO_MASS)])
    target = replace(
        model, weights=weights, masses=np.array([NO_MASS, 1 - NO_MASS]),
        eigenvalues=np.tile([0.0, of.bulk], (clusters + count, 1)), products=products,
    )  # fmt: skip
    m = np.einsum("rk,ckj->jcr", rows, products[:, clusters:])
    q = np.einsum("rk,klj,sl->jrs", rows, products[clusters:, clusters:], rows)
    return target, Overlaps(q, m, 0.0, np.zeros(len(rows)))
