"""Score and log-density of n data points after a time t of the forward process, streamed and checked in float64.

P_t(x) = (1/n) sum_mu exp(-|x - a_mu exp(-t)|^2/(2 Delta))/(2 pi Delta)^(d/2), Delta = T (1 - exp(-2t)): BBDM24 (2), the
law of x = a exp(-t) + sqrt(Delta) z for a drawn among the data.  With w_mu(x) the weight of a datum given x,
grad log P_t(x) = (exp(-t) sum_mu w_mu a_mu - x)/Delta.

>>> from numerics.diffusion import geometric_grid, linear_exact, noised, reverse
>>> generator = torch.Generator().manual_seed(1)
>>> data = torch.randn(200, 16, generator=generator)
>>> points = in_memory(data)
>>> x = noised(data[:50], t=0.3, T=1.0, generator=generator)
>>> found = empirical_score(points, x, t=0.3, T=1.0)
>>> found.score.shape, found.audit.log_density_error < 1e-4
(torch.Size([50, 16]), True)

Clones of x, each with noise of its own, go back in time by the drift of the empirical score, and end on data points:

>>> way = linear_exact(centre_drive(points, T=1.0), T=1.0)
>>> times = (*geometric_grid(0.3, 1e-3, 60), 0.0)
>>> one, other = (reverse(x.clone(), scheme=way, times=times, generator=generator) for _ in range(2))
>>> bool((torch.cdist(one, data).amin(1) < 0.01).all())
True
"""

import math
from dataclasses import dataclass

import torch
from jaxtyping import Float, Float64
from torch import Tensor

from numerics.attention import Averages, attend, in_blocks, merged
from numerics.diffusion import Drive, variance
from numerics.points import Points, half_square
from numerics.points import in_memory as in_memory
from numerics.points import on_disk as on_disk
from numerics.simulator import ParameterError

AUDITED = 4


@dataclass(frozen=True)
class Audit:
    """What some of the queries, drawn at random, give in float64, by public operators, from the data as they came.

    log_density_error    largest difference in nats;  score_error    largest |difference|/|score|
    """

    queries: int
    log_density_error: float
    score_error: float


@dataclass(frozen=True, eq=False)
class EmpiricalScore:
    """grad log P_t and log P_t at each query, and how far they are from float64."""

    score: Float[Tensor, "b d"]
    log_density: Float64[Tensor, " b"]
    audit: Audit


def empirical_score(
    points: Points,
    queries: Tensor,
    *,
    t: float,
    T: float,
    audited: int = AUDITED,
    generator: torch.Generator | None = None,
) -> EmpiricalScore:
    """Score and log-density at queries of shape (b, d) for t > 0, T > 0, in the dtype and on the device of the points.

    `audited` of the queries (or all, where there are fewer), drawn by `generator` or always in the same way, are done
    again in float64.
    Cost: two matrix products, 4 n d b operations.  Memory: a few times the queries, and a chunk of the data.
    Raises ParameterError for what is not allowed, and where t is too small for the dtype.
    """
    check_queries(points, queries)
    some = some_of(len(queries), audited, generator=generator, device=queries.device)
    centred = queries.double() - math.exp(-t) * points.centre
    averages, exact = _averages(points, centred, t=t, T=T, some=some)
    score, log_density = _score(points, centred, averages, t=t, T=T)
    audit = Audit(len(some), 0.0, 0.0)
    if exact is not None:
        true_score, true_log = _score(points, centred[some], exact, t=t, T=T)
        off = (score[some] - true_score).norm(dim=1) / true_score.norm(dim=1)
        audit = Audit(len(some), float((log_density[some] - true_log).abs().max()), float(off.max()))
    return EmpiricalScore(score.to(points.dtype), log_density, audit)


def posterior_mean(points: Points, queries: Tensor, *, t: float, T: float) -> Float[Tensor, "b d"]:
    """sum_mu w_mu(x) a_mu at queries of shape (b, d): the data that x comes from, on average.  Not audited."""
    check_queries(points, queries)
    centred = queries.double() - math.exp(-t) * points.centre
    averages, _ = _averages(points, centred, t=t, T=T)
    return (averages[0] + points.centre).to(points.dtype)


def centre_drive(points: Points, *, T: float) -> Drive:
    """The posterior mean as the drive of `diffusion.linear_exact`: the reverse process of n data in d dimensions."""
    return lambda y, t: posterior_mean(points, y, t=t, T=T)


def score_drive(points: Points, *, T: float) -> Drive:
    """The score as the drive of `diffusion.euler_maruyama`."""
    return lambda y, t: empirical_score(points, y, t=t, T=T, audited=0).score


def check_queries(points: Points, queries: Tensor, *, called: str = "queries") -> None:
    """ParameterError unless the queries are finite, of shape (b, d), in the dtype and on the device of the points."""
    if queries.dim() != 2 or queries.shape[1] != points.d or not len(queries):
        raise ParameterError(f"{called} of shape {tuple(queries.shape)}: allowed is (b, {points.d}) with b >= 1")
    if queries.dtype != points.dtype or queries.device != points.device:
        raise ParameterError(f"{called} are {queries.dtype} on {queries.device}, the data are {points.name}")
    bad = torch.nonzero(~torch.isfinite(queries).all(1))
    if len(bad):
        raise ParameterError(f"{called}: row {int(bad[0])} is not finite (nan or infinite)")


def some_of(count: int, audited: int, *, generator: torch.Generator | None, device: torch.device) -> Tensor:
    """Indices of the queries that are audited."""
    if audited < 0:
        raise ParameterError(f"audited = {audited} is outside audited >= 0 (queries that are done again in float64)")
    draw = generator or torch.Generator(device).manual_seed(0)
    return torch.randperm(count, generator=draw, device=device)[:audited]


def noise_variance(t: float, *, T: float) -> float:
    """Delta = T (1 - exp(-2t)); ParameterError unless t > 0 and T > 0 are finite and Delta can be divided by."""
    if not (t > 0 and math.isfinite(t)):
        raise ParameterError(f"t = {t} is outside t > 0, finite (diffusion time)")
    delta = variance(t, T=T)
    if not math.isfinite(1 / delta if delta else math.inf):
        raise ParameterError(f"t = {t} is too small: 1/Delta overflows for Delta = T (1 - exp(-2t)), T = {T}")
    return delta


def _averages(
    points: Points, centred: Tensor, *, t: float, T: float, some: Tensor | None = None
) -> tuple[Averages, Averages | None]:
    """Posterior mean and log sum_mu exp(x.a_mu exp(-t)/Delta - |a_mu|^2 exp(-2t)/(2 Delta)), both centred.

    For `some` of the queries in float64 too.
    """
    pull = math.exp(-t) / noise_variance(t, T=T)
    scaled = centred * pull
    narrow = -math.exp(-t) * pull
    queries = scaled.to(points.dtype)
    few = None if some is None or not len(some) else scaled[some]
    averages = exact = None
    for chunk in points.chunks():
        averages = merged(averages, attend(queries, chunk.points, chunk.half_squares * narrow))
        if few is not None:
            for data in chunk.exact():
                exact = merged(exact, in_blocks(few, data, half_square(data) * narrow))
    assert averages is not None  # there are points
    if not torch.isfinite(averages[1]).all():
        raise ParameterError(
            f"t = {t} is too small for {points.name}: log weights overflow; take float64 or a larger t"
        )
    return averages, exact


def _score(
    points: Points, centred: Tensor, averages: Averages, *, t: float, T: float
) -> tuple[Float64[Tensor, "b d"], Float64[Tensor, " b"]]:
    means, logs = averages
    delta = variance(t, T=T)
    constant = math.log(points.n) + points.d / 2 * math.log(2 * math.pi * delta)
    return (means * math.exp(-t) - centred) / delta, logs - centred.square().sum(1) / (2 * delta) - constant
