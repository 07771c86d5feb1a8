"""The weights of n data points against the datum that a query was noised from, at many times at once.

For x = a_o exp(-t) + sqrt(Delta) z the log of the weight of a_mu over that of a_o is
s (z.(a_mu - a_o) - s |a_mu - a_o|^2/2) with s = exp(-t)/sqrt(Delta): two matrix products serve all times.
The own weight is exact, so that log P_t keeps its digits at small t, where float32 loses them otherwise.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import torch
from jaxtyping import Bool, Float, Float64
from torch import Tensor
from torch.nn.functional import pad, softplus

from numerics.empirical_score import AUDITED, check_queries, noise_variance, some_of
from numerics.points import Points, half_square
from numerics.simulator import ParameterError

Sums = tuple[Tensor, Tensor, Tensor]
"""Of shape (times, queries): the largest logit; the sums of the weights over its weight, and of their squares."""
Reduce = Callable[[Tensor, Tensor, Tensor], Sums]
"""Gains z.(a_mu - a_o), losses |a_mu - a_o|^2/2, scales s of shape (times, 1, 1) to sums of exp(s (gain - s loss))."""

QUERIES, DATA, NUMBERS = 128, 2048, 2**18  # one block of the two products, and exponentials made at once, in the cache
_DEPTHS = {torch.float32: 62.0, torch.float64: 115.0}  # powers of 2; squares of smaller weights underflow, slowly
_PER_NAT = 1 / math.log(2)
_LOWEST = -1e18  # for a block that holds the own datum alone, whose logit is -inf
_LEAST = 1e-30  # of s: smaller ones make no difference, and none may be 0


@dataclass(frozen=True, eq=False)
class AgainstOwn:
    """All data against each query's own datum o, one row for each time.

    log_rest           log(Z_rest/Z_o): the sum over all other data of their weights over that of o
    log_rest_squares   the same of the squared ratios
    log_nearest        the largest log of such a ratio: positive where another datum is nearer to the query
    log_own            log of exp(-|z|^2/2)/(n (2 pi Delta)^(d/2)), the part of o in P_t(x)
    audit_error        largest difference of log P_t, in nats, from float64, at some of the queries
    """

    times: tuple[float, ...]
    log_rest: Float64[Tensor, "times b"]
    log_rest_squares: Float64[Tensor, "times b"]
    log_nearest: Float64[Tensor, "times b"]
    log_own: Float64[Tensor, "times b"]
    audit_error: float

    @property
    def log_density(self) -> Float64[Tensor, "times b"]:
        """log P_t(x)."""
        return self.log_own + self.excess_entropy

    @property
    def excess_entropy(self) -> Float64[Tensor, "times b"]:
        """log(1 + Z_rest/Z_o), -log of the weight of o: on average the entropy of the datum given x (BBDM24: d f^e)."""
        return softplus(self.log_rest, threshold=40.0)

    @property
    def own_weight(self) -> Float64[Tensor, "times b"]:
        """Posterior weight of the query's own datum."""
        return torch.sigmoid(-self.log_rest)

    @property
    def same_datum(self) -> Float64[Tensor, "times b"]:
        """sum_mu w_mu^2: the probability that two draws of the posterior are one datum."""
        return torch.exp(softplus(self.log_rest_squares, threshold=40.0) - 2 * self.excess_entropy)

    @property
    def own_is_nearest(self) -> Bool[Tensor, "times b"]:
        """Whether no other datum is nearer to the query."""
        return self.log_nearest <= 0


def against_own(
    points: Points,
    own: Tensor,
    noise: Tensor,
    *,
    times: Sequence[float],
    T: float,
    reduce: Reduce | None = None,
    audited: int = AUDITED,
    generator: torch.Generator | None = None,
) -> AgainstOwn:
    """The data `own` (indices of shape (b,)) noised by x = a exp(-t) + sqrt(Delta) noise, at each of the times.

    noise    standard normal numbers of shape (b, d), the same at all times; dtype and device of the points
    reduce   `eager`, the default, or `compiled()`
    Cost: two matrix products (4 n d b), and n b exponentials for each time.  Memory: the result, a chunk of the data.
    Raises ParameterError for what is not allowed.
    """
    check_queries(points, noise, called="noise")
    _check_own(points, own, len(noise))
    deltas = [noise_variance(t, T=T) for t in times]
    if not deltas:
        raise ParameterError("no times are given: needs one at least")
    strengths = [math.exp(-t) / math.sqrt(delta) for t, delta in zip(times, deltas, strict=True)]
    scales = torch.tensor(strengths, dtype=torch.float64)
    some = some_of(len(noise), audited, generator=generator, device=noise.device)
    anchors = _Anchors.of(points.rows(own), own, noise.double())
    few = anchors.of_these(some)
    narrow = anchors.narrowed(points.dtype)
    found = exact = None
    for chunk in points.chunks():
        found = _merged(found, _sums(narrow, chunk.start, chunk.points, chunk.half_squares, scales, reduce or eager))
        start = chunk.start
        for data in chunk.exact() if len(some) else ():
            exact = _merged(exact, _sums(few, start, data, half_square(data), scales, eager))
            start += len(data)
    assert found is not None  # there are points
    result = _result(points, anchors, found, times, deltas)
    if exact is None:
        return result
    error = (result.log_density[:, some] - _result(points, few, exact, times, deltas).log_density).abs().max()
    return dataclasses.replace(result, audit_error=float(error))


def of_queries(
    points: Points, queries: Tensor, datum: Tensor, *, t: float, T: float, audited: int = AUDITED
) -> AgainstOwn:
    """The same for any queries of shape (b, d) at one time, each against a datum of given index, near or far."""
    check_queries(points, queries)
    _check_own(points, datum, len(queries))
    delta = noise_variance(t, T=T)
    from_datum = queries.double() - math.exp(-t) * (points.rows(datum) + points.centre)
    noise = (from_datum / math.sqrt(delta)).to(points.dtype)
    return against_own(points, datum, noise, times=(t,), T=T, audited=audited)


def eager(gains: Tensor, losses: Tensor, scales: Tensor) -> Sums:
    """The default: operator by operator, on blocks that stay in the cache."""
    rows = max(1, _sizes(gains.device)[2] // (len(scales) * gains.shape[1]))
    return _side_by_side([_reduced(gains[some], losses[some], scales) for some in _slices(len(gains), rows)])


@lru_cache(maxsize=1)
def compiled() -> Reduce:
    """The same as one loop, by torch.compile, which needs a C++ compiler: compiled anew for each number of times.

    Worth it for many data, for what is left of a block is padded.  Raises ParameterError where nothing can be compiled.
    """
    reduce = torch.compile(_reduced, dynamic=False)  # of fixed shapes: dynamic ones cost half as much again

    def padded(gains: Tensor, losses: Tensor, scales: Tensor) -> Sums:
        _, columns, numbers = _sizes(gains.device)
        rows = max(1, 4 * numbers // (len(scales) * columns))  # they are not written down
        parts = []
        for some in _slices(len(gains), rows):
            count = some.stop - some.start
            lacking = (0, columns - gains.shape[1], 0, rows - count)
            block = gains[some], losses[some]
            if any(lacking):
                block = pad(block[0], lacking, value=-torch.inf), pad(block[1], lacking)
            high, total, squares = reduce(*block, scales)
            parts.append((high[:, :count], total[:, :count], squares[:, :count]))
        return _side_by_side(parts)

    try:
        padded(torch.zeros(2, 3), torch.ones(2, 3), torch.ones(50, 1, 1))
    except Exception as error:  # whatever the compiler chokes on: the eager loop is there
        first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ParameterError(f"torch.compile does not work here ({first}): use the eager loop") from error
    return padded


@dataclass(frozen=True, eq=False)
class _Anchors:
    """The queries' own data, centred, and their noise; z.a_o and |a_o|^2/2 of each."""

    own: Tensor
    rows: Tensor
    noise: Tensor
    gain: Tensor
    half: Tensor

    @staticmethod
    def of(rows: Tensor, own: Tensor, noise: Tensor) -> "_Anchors":
        wide, loud = rows.double(), noise.double()
        gain, half = (wide * loud).sum(1), wide.square().sum(1) / 2
        return _Anchors(own, rows, noise, gain.to(rows.dtype), half.to(rows.dtype))

    def narrowed(self, dtype: torch.dtype) -> "_Anchors":
        return _Anchors.of(self.rows.to(dtype), self.own, self.noise.to(dtype))

    def of_these(self, some: Tensor) -> "_Anchors":
        return _Anchors(*(getattr(self, field.name)[some] for field in dataclasses.fields(self)))


def _reduced(gains: Tensor, losses: Tensor, scales: Tensor) -> Sums:
    """Block of shape (b, m), times of shape (k, 1, 1): sums of shape (k, b)."""
    logits = torch.addcmul(gains, scales, losses, value=-1)
    high = logits.amax(-1, keepdim=True).clamp_(min=_LOWEST)
    powers = logits.sub_(high).mul_(scales * _PER_NAT).clamp_(min=-_DEPTHS[logits.dtype])
    weights = powers.exp2_()  # a third of the time of exp
    total = weights.sum(-1)
    return high.mul(scales).squeeze(-1), total, torch.linalg.vector_norm(weights, dim=-1).square()


def _sums(anchors: _Anchors, start: int, data: Tensor, half_squares: Tensor, scales: Tensor, reduce: Reduce) -> Sums:
    """Over the data start, start + 1, ..."""
    scales = scales.to(data).clamp_(min=_LEAST).view(-1, 1, 1)
    queries, columns, _ = _sizes(data.device)
    found = []
    for some in _slices(len(anchors.own), queries):
        sums = None
        for rows in _slices(len(data), columns):
            gains, losses = _logits(anchors, some, start + rows.start, data[rows], half_squares[rows])
            sums = _merged(sums, reduce(gains, losses, scales))
        found.append(sums)
    return _side_by_side(found)


def _logits(
    anchors: _Anchors, some: slice, start: int, data: Tensor, half_squares: Tensor
) -> tuple[Float[Tensor, "b m"], Float[Tensor, "b m"]]:
    """z.(a_mu - a_o), or -inf for mu = o, and |a_mu - a_o|^2/2."""
    gains = (anchors.noise[some] @ data.T).sub_(anchors.gain[some].unsqueeze(1))
    losses = torch.addmm(half_squares, anchors.rows[some], data.T, alpha=-1).add_(anchors.half[some].unsqueeze(1))
    place = anchors.own[some] - start
    inside = torch.nonzero((place >= 0) & (place < len(data))).squeeze(1)
    gains[inside, place[inside]] = -torch.inf
    return gains, losses


def _sizes(device: torch.device) -> tuple[int, int, int]:
    """Queries and data of a block, exponentials made at once: to fit a cache, or to keep an accelerator busy."""
    return (QUERIES, DATA, NUMBERS) if device.type == "cpu" else (2048, 16384, 2**26)


def _side_by_side(parts: list[Sums]) -> Sums:
    high, total, squares = (torch.cat(column, 1).double() for column in zip(*parts, strict=True))
    return high, total, squares


def _merged(sums: Sums | None, more: Sums) -> Sums:
    if sums is None:
        return more
    high = torch.maximum(sums[0], more[0])
    one, other = torch.exp(sums[0] - high), torch.exp(more[0] - high)
    return high, sums[1] * one + more[1] * other, sums[2] * one.square() + more[2] * other.square()


def _result(
    points: Points, anchors: _Anchors, sums: Sums, times: Sequence[float], deltas: Sequence[float]
) -> AgainstOwn:
    high, total, squares = sums
    logs = [math.log(points.n) + points.d / 2 * math.log(2 * math.pi * delta) for delta in deltas]
    constants = torch.tensor(logs, dtype=torch.float64).to(high.device)
    log_own = -anchors.noise.double().square().sum(1) / 2 - constants.unsqueeze(1)
    return AgainstOwn(
        times=tuple(times),
        log_rest=high + torch.log(total),
        log_rest_squares=2 * high + torch.log(squares),
        log_nearest=high,
        log_own=log_own,
        audit_error=0.0,
    )


def _check_own(points: Points, own: Tensor, count: int) -> None:
    whole = isinstance(own, Tensor) and own.dtype == torch.int64 and own.device == points.device
    if not whole or own.shape != (count,):
        raise ParameterError(f"indices of the data: needs an int64 tensor of shape ({count},) on {points.device}")
    if int(own.min()) < 0 or int(own.max()) >= points.n:
        raise ParameterError(
            f"indices of the data from {int(own.min())} to {int(own.max())}: allowed is 0 to {points.n - 1}"
        )


def _slices(count: int, size: int) -> Iterator[slice]:
    return (slice(start, min(start + size, count)) for start in range(0, count, size))
