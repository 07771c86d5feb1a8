"""How often the generated density is nearer to independent samples than to those of training: P(Delta > 0), H24 Fig. 4.

Two ways from drawn samples to the sign of Delta: (3.7) as printed but for its covariance, term by term; and the
logarithms of what is left when everything that cancels has been left out.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.generalisation import CAPTION, Conventions, log_sides
from numerics.simulator import ParameterError, simulator

SIGMA = 1.0
LARGEST = 12
"""Dimensions in which double precision holds the terms of (3.7) beside their sum."""


def drawn(
    replicas: int, count: int, d: int, generator: torch.Generator, sets: int = 1
) -> Float64[Tensor, "replicas sets count d"]:
    """Sets of samples, normal around the origin: Delta does not depend on their mean."""
    shape = (replicas, sets, count, d)
    return SIGMA * torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)


def _footprint(*, n: int, d: int, N_original: int, **_: float) -> int:
    largest = max(n, N_original)
    return 2 * min(largest, 2048) * largest + 6 * d * (largest + d)


@simulator(size="n", route="logarithms", footprint=_footprint)
def generalisation_probability(
    *, n: int, d: int, N_original: int, horizon: float, lam: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """1 where Delta > 0, else 0, in any dimension.  ParameterError for N_original < n."""
    _check(n, N_original)
    y, z, original = (drawn(replicas, count, d, generator) for count in (n, n, N_original))
    return shares(y, z, original, horizon=horizon, lam=lam, conventions=CAPTION)


@simulator(size="n", route="printed", footprint=_footprint)
def generalisation_probability_printed(
    *, n: int, d: int, N_original: int, horizon: float, lam: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from both distances of (3.7), every term of theirs summed.

    ParameterError for N_original < n, for n <= d, where both are infinite, and for d > 12: what is left of the terms
    there is lost in double precision.
    """
    _check_printed(n, d, N_original)
    samples = [drawn(replicas, count, d, generator) for count in (n, n, N_original)]
    return printed_signs(*samples, horizon=horizon, lam=lam)


@simulator(size="n", route="side by side", values="indicator", footprint=_footprint)
def generalisation_disagreement(
    *, n: int, d: int, N_original: int, horizon: float, lam: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """1 where the two ways give the Delta of the same samples different signs, else 0.

    ParameterError as `generalisation_probability_printed`.
    """
    _check_printed(n, d, N_original)
    samples = [drawn(replicas, count, d, generator) for count in (n, n, N_original)]
    by_logarithms = shares(*samples, horizon=horizon, lam=lam, conventions=CAPTION)
    return (by_logarithms != printed_signs(*samples, horizon=horizon, lam=lam)).double()


def shares(
    y: Float64[Tensor, "groups k n d"], z: Float64[Tensor, "groups k n d"], original: Float64[Tensor, "groups l m d"],
    *, horizon: float, lam: float, conventions: Conventions,
) -> Float64[Tensor, " groups"]:  # fmt: skip
    """The share of the pairs of sets with Delta > 0."""
    above, below = log_sides(y, z, original, horizon=horizon, lam=lam, sigma=SIGMA, conventions=conventions)
    return (above > below).double().mean((1, 2))


def printed_signs(
    y: Float64[Tensor, "groups 1 n d"], z: Float64[Tensor, "groups 1 n d"], original: Float64[Tensor, "groups 1 m d"],
    *, horizon: float, lam: float,
) -> Float64[Tensor, " groups"]:  # fmt: skip
    """1 where the distance to the training samples is the larger one, by (3.7)."""
    training, others = y[:, 0], original[:, 0]
    mean, covariance = _generated(training, z[:, 0], horizon=horizon, lam=lam)
    sides = [
        _distance(mean, covariance, rows, SIGMA * rows.shape[1] ** (-1 / rows.shape[2])) for rows in (training, others)
    ]
    return (sides[0] > sides[1]).double()


def _generated(
    y: Float64[Tensor, "... n d"], z: Float64[Tensor, "... n d"], *, horizon: float, lam: float
) -> tuple[Float64[Tensor, "... d"], Float64[Tensor, "... d d"]]:
    """Mean and covariance by H24 (3.1)-(3.2), as printed, with theta theta^T."""
    added = -lam * math.expm1(-2 * horizon)
    x = math.exp(-horizon) * y + math.sqrt(added) * z
    mean_x, mean_y = x.mean(-2, keepdim=True), y.mean(-2, keepdim=True)
    theta = (torch.linalg.inv((x - mean_x).mT @ (x - mean_x)) @ (x - mean_x).mT @ (y - mean_y)).mT
    intercept = mean_y.mT - theta @ mean_x.mT
    mean = intercept + theta @ (math.exp(-horizon) * mean_y.mT)
    variance = math.exp(-2 * horizon) * (y - mean_y).square().mean((-2, -1)) + added
    return mean[..., 0], variance[..., None, None] * (theta @ theta.mT)


def _distance(
    mean: Float64[Tensor, "... d"], covariance: Float64[Tensor, "... d d"], samples: Float64[Tensor, "... n d"],
    width: float,
) -> Float64[Tensor, "..."]:  # fmt: skip
    """E of (3.7): determinants, inverses, and sums over all samples and all pairs."""
    n, d = samples.shape[-2:]
    widened = covariance + width**2 * torch.eye(d, dtype=samples.dtype, device=samples.device)
    own = torch.linalg.det(4 * math.pi * covariance).rsqrt()
    away = samples - mean[..., None, :]
    exponents = (away @ torch.linalg.inv(widened) * away).sum(-1) / -2
    cross = exponents.exp().sum(-1) / (n * torch.linalg.det(2 * math.pi * widened).sqrt())
    apart = torch.cdist(samples, samples, compute_mode="donot_use_mm_for_euclid_dist").square()
    pairs = torch.exp(-apart / (4 * width**2)).sum((-2, -1)) / (n**2 * (4 * math.pi * width**2) ** (d / 2))
    return own - 2 * cross + pairs


def _check(n: int, N_original: int) -> None:
    if N_original < n:
        raise ParameterError(f"N_original = {N_original} is outside N_original >= n, n = {n} (independent samples)")


def _check_printed(n: int, d: int, N_original: int) -> None:
    _check(n, N_original)
    if n <= d:
        raise ParameterError(f"n = {n}, d = {d} is outside n > d: both distances of (3.7) are infinite")
    if d > LARGEST:
        raise ParameterError(f"d = {d} is outside d <= {LARGEST} (terms of (3.7) that cancel in double precision)")
