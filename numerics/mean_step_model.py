"""The mean of one step of online SGD for any clusters, blocks of variances and noise levels, at any d.

Given the pre-activations w x1 and w x0 the datum and its noise are normal, with means along the weights and a known
scatter around them, so every product in a step has a known mean; a rule over the pre-activations does the rest.  As in
`numerics.mean_step`, the step itself is averaged: no identity of Stein, no limit of many dimensions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np
import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.denoiser_gradient import Rule, gradient, of_skip
from numerics.interpolant_sampler import pseudo_inverse
from numerics.simulator import ParameterError

FAR = 9.0  # standard deviations
WIDEST = 2
KINKED = ("relu",)


@dataclass(frozen=True)
class Target:
    """Weights (c) of clusters, their variances (c, j) in blocks of so many directions (j), products (j, c, c)."""

    weights: tuple[float, ...]
    variances: Float64[Tensor, "clusters blocks"]
    directions: tuple[int, ...]
    products: Float64[Tensor, "blocks clusters clusters"]


@dataclass(frozen=True)
class State:
    """Overlaps of the weights (j, r, r) and of the centroids with them (j, c, r), b, and v (r)."""

    overlaps: Float64[Tensor, "blocks r r"]
    along: Float64[Tensor, "blocks clusters r"]
    b: Float64[Tensor, ""]
    v: Float64[Tensor, " r"]


def followed(state: State, target: Target, rule: Rule, *, steps: int, nodes: int) -> State:
    """The mean steps one after the other: exact but for the scatter of the overlaps, which is of order 1/d."""
    d = sum(target.directions)
    rate = 2 * rule.eta / d
    for _ in range(steps):
        moved = _mean_step(state, target, rule, d, nodes)
        state = State(
            state.overlaps + rate * moved.overlaps, state.along + rate * moved.along,
            state.b + rate * moved.b, state.v + rate * moved.v,
        )  # fmt: skip
    return state


def _mean_step(state: State, target: Target, rule: Rule, d: int, nodes: int) -> State:
    """The mean change, without the factor 2 eta/d."""
    total = State(*map(torch.zeros_like, (state.overlaps, state.along, state.b, state.v)))
    for cluster, share in enumerate(target.weights):
        part = _of_cluster(state, target, cluster, rule, d, nodes)
        total = State(*(
            sum_ + share * new
            for sum_, new in zip(vars(total).values(), vars(part).values(), strict=True)
        ))  # fmt: skip
    return State(total.overlaps, total.along, total.b, total.v - rule.lam / 2 * state.v)


def _of_cluster(state: State, target: Target, cluster: int, rule: Rule, d: int, nodes: int) -> State:
    q, m, variances = state.overlaps, state.along, target.variances[cluster]
    spread, overlap, centre = torch.einsum("j,jrs->rs", variances, q), q.sum(0), m[:, cluster].sum(0)
    r, rate = len(centre), 2 * rule.eta / d
    of_x1, of_x0, weight = _nodes(rule, spread, overlap, centre, state, nodes)
    count = len(weight)
    found = gradient(
        rule, of_x0=of_x0, of_x1=of_x1, overlaps=overlap[..., None].expand(r, r, count),
        b=state.b.expand(count), v=state.v[:, None].expand(r, count),
    )  # fmt: skip
    pushed, driven = found.of_datum, found.of_noise
    shrink = found.shrink + rule.lam / 2 * torch.eye(r, dtype=torch.float64)[..., None]
    inverse1, inverse0 = pseudo_inverse(spread), pseudo_inverse(overlap)
    e1, e0 = inverse1 @ (of_x1 - centre[:, None]), inverse0 @ of_x0  # x1 = mu + s w e1 + the rest, x0 = w e0 + the rest
    new_q, new_m, squares = [], [], []
    for j, s in enumerate(variances):
        size, own = target.directions[j], m[j, cluster]
        seen1, seen0 = own[:, None] + s * (q[j] @ e1), q[j] @ e0  # means of w x1 and w x0 in this block
        square1 = (
            target.products[j, cluster, cluster] + 2 * s * (own @ e1) + s * s * (e1 * (q[j] @ e1)).sum(0)
            + s * size - s * s * torch.trace(inverse1 @ q[j])
        )  # fmt: skip
        square0 = (e0 * seen0).sum(0) + size - torch.trace(inverse0 @ q[j])
        mixed = own @ e0 + s * (e1 * seen0).sum(0)
        linear = _outer(pushed, seen1) + _outer(driven, seen0) - _matmul(shrink, q[j])
        squared = (
            _outer(pushed, pushed) * square1 + _outer(driven, driven) * square0
            + (_outer(pushed, driven) + _outer(driven, pushed)) * mixed
        )  # fmt: skip
        # The step times itself, less what the two first terms of it and the third have in common.
        shrunk = _outer(pushed, _along(shrink, seen1)) + _outer(driven, _along(shrink, seen0))
        twice = torch.einsum("abn,bc,dcn->adn", shrink, q[j], shrink)
        second = squared - shrunk - shrunk.transpose(0, 1) + twice
        new_q.append((linear + linear.transpose(0, 1) + rate * second) @ weight)
        along1 = target.products[j, :, cluster, None] + s * (m[j] @ e1)  # of every centroid with x1
        pushes = pushed[None] * along1[:, None] + driven[None] * (m[j] @ e0)[:, None]
        new_m.append(pushes @ weight - torch.einsum("abn,cb,n->ca", shrink, m[j], weight))
        squares.append(torch.stack((square0, mixed, square1)))
    noise, mixed, datum = torch.stack(squares).sum(0)
    slope = of_skip(rule, state.b.expand(count), noise=noise, mixed=mixed, datum=datum, hidden=found.hidden) / d
    return State(torch.stack(new_q), torch.stack(new_m), slope @ weight, found.of_encoding @ weight)


def _nodes(
    rule: Rule, spread: Tensor, overlap: Tensor, centre: Tensor, state: State, nodes: int
) -> tuple[Tensor, Tensor, Tensor]:
    """w x1 and w x0 (r, n), and weights (n)."""
    r = len(centre)
    if r > WIDEST:
        raise ParameterError(f"r = {r} hidden units: the mean step is a rule in 2 r dimensions, allowed: r <= {WIDEST}")
    if rule.activation in KINKED:
        if r > 1:
            raise ParameterError(f"r = {r}, activation = {rule.activation}: the mean step has one unit with a kink")
        datum, noise, weight = _between_kinks(rule, spread, overlap, centre, state, nodes)
        return datum[None], noise[None], weight
    at, one = (torch.from_numpy(part) for part in _hermite(nodes))
    one = one / one.sum()
    grid = torch.stack(torch.meshgrid(*[at] * (2 * r), indexing="ij")).reshape(2 * r, -1)
    weight = torch.stack(torch.meshgrid(*[one] * (2 * r), indexing="ij")).reshape(2 * r, -1).prod(0)
    return centre[:, None] + _root(spread) @ grid[:r], _root(overlap) @ grid[r:], weight


def _between_kinks(
    rule: Rule, spread: Tensor, overlap: Tensor, centre: Tensor, state: State, nodes: int
) -> tuple[Tensor, Tensor, Tensor]:
    """For each w x0 the values of w x1 between the places where some noise level has its kink."""
    (noise, chance), (place, share) = _hermite(nodes), _legendre(nodes)
    middle, width = float(centre), math.sqrt(float(spread))
    datums, noises, weights = [], [], []
    for z, likely in zip(noise * math.sqrt(float(overlap)), chance / chance.sum(), strict=True):
        levels = zip(rule.levels.alpha, rule.levels.beta, rule.levels.encoding, strict=True)
        kinks = [-(alpha * z + code * float(state.v)) / beta for alpha, beta, code in levels]
        low, high = middle - FAR * width, middle + FAR * width
        edges = [low, *sorted(min(max(kink, low), high) for kink in kinks), high]
        for left, right in pairwise(edges):
            x1 = (left + right) / 2 + (right - left) / 2 * place
            density = np.exp(-(((x1 - middle) / width) ** 2) / 2) / (width * math.sqrt(2 * math.pi))
            datums.append(x1)
            noises.append(np.full_like(x1, z))
            weights.append((right - left) / 2 * share * density * likely)
    datum, noise_at, weight = (torch.from_numpy(np.concatenate(part)) for part in (datums, noises, weights))
    return datum, noise_at, weight / weight.sum()


_hermite, _legendre = lru_cache(np.polynomial.hermite_e.hermegauss), lru_cache(np.polynomial.legendre.leggauss)


def _root(covariance: Tensor) -> Tensor:
    values, vectors = torch.linalg.eigh(covariance)
    return vectors * values.clamp_min(0).sqrt()


def _outer(left: Tensor, right: Tensor) -> Tensor:
    return left[:, None] * right[None]


def _matmul(shrink: Tensor, q: Tensor) -> Tensor:
    return torch.einsum("abn,bc->acn", shrink, q)


def _along(shrink: Tensor, seen: Tensor) -> Tensor:
    return torch.einsum("abn,bn->an", shrink, seen)
