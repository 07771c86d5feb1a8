"""Which of n data points a noised query comes from: the weights of all of them, chunk by chunk, and the nearest one."""

import math
from collections.abc import Iterator

import torch
from jaxtyping import Float, Float64, Int64
from torch import Tensor

from numerics.attention import DEPTH, attend, block_shape, merged
from numerics.empirical_score import check_queries, noise_variance
from numerics.points import CHUNK, Chunk, Points

Weights = Iterator[tuple[slice, Float[Tensor, "b k"]]]
"""Which of the points, and their weights."""


def posterior_weights(points: Points, queries: Tensor, *, t: float, T: float) -> Weights:
    """Weights w_mu(x) of the points slice by slice, at most CHUNK numbers at once; they sum to 1 over all slices.

    Weights below 2^-115 are given as that.  Two passes over the data: the first finds the sum.
    Raises ParameterError as `empirical_score` does, when called.
    """
    check_queries(points, queries)
    pull = math.exp(-t) / noise_variance(t, T=T)
    scaled = ((queries.double() - math.exp(-t) * points.centre) * pull).to(points.dtype)
    return _weights(points, scaled, -math.exp(-t) * pull)


def nearest(points: Points, queries: Tensor, *, t: float) -> tuple[Int64[Tensor, " b"], Float64[Tensor, " b"]]:
    """Index of the point whose a exp(-t) is nearest to each query, and its squared distance |x - a exp(-t)|^2.

    Which is nearest is decided in the dtype of the points, one of them where several are; the distance is in float64.
    """
    noise_variance(t, T=1.0)
    check_queries(points, queries)
    factor = math.exp(-t)
    centred = queries.double() - factor * points.centre
    looked = centred.to(points.dtype)
    best = torch.full_like(looked[:, 0], -torch.inf)
    found = torch.zeros(len(queries), dtype=torch.int64, device=queries.device)
    block = block_shape(queries.device)
    for chunk in points.chunks():
        for some in _slices(len(queries), block[0]):
            for rows in _slices(len(chunk.points), block[1]):
                near = torch.addmm(chunk.half_squares[rows] * -factor, looked[some], chunk.points[rows].T)
                value, index = near.max(1)
                closer = value > best[some]
                best[some] = torch.where(closer, value, best[some])
                found[some] = torch.where(closer, index + (chunk.start + rows.start), found[some])
    return found, (centred - factor * points.rows(found)).square().sum(1)


def _weights(points: Points, scaled: Tensor, narrow: float) -> Weights:
    averages = None
    for chunk in points.chunks():
        averages = merged(averages, attend(scaled, chunk.points, chunk.half_squares * narrow))
    assert averages is not None  # there are points
    for chunk in points.chunks():
        for rows in _slices(len(chunk.points), max(1, CHUNK // len(scaled))):
            yield _named(chunk, rows), _exponentials(chunk, rows, scaled, narrow, averages[1])


def _exponentials(chunk: Chunk, rows: slice, scaled: Tensor, narrow: float, logs: Tensor) -> Tensor:
    logits = torch.addmm(chunk.half_squares[rows] * narrow, scaled, chunk.points[rows].T)
    return logits.sub_(logs.unsqueeze(1)).clamp_(min=-DEPTH * math.log(2)).exp_()


def _named(chunk: Chunk, rows: slice) -> slice:
    return slice(chunk.start + rows.start, chunk.start + min(rows.stop, len(chunk.points)))


def _slices(count: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
