"""The log-density of n data at 50 times, two matrix products for all of them, against one pass for each time.

The queries are x = a exp(-t) + sqrt(Delta) z with one a and one z each; the rivals get x at every time.
"""

import math
from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor

from benchmarks import measure
from benchmarks.measure import NANO
from benchmarks.record import Goal, Result, Row, Spread
from numerics.diffusion import variance
from numerics.empirical_score import empirical_score
from numerics.points import Points, in_memory
from numerics.simulator import ParameterError
from numerics.times_at_once import against_own, compiled

SIZES = ((20_000, 64, 128), (20_000, 256, 128), (20_000, 1024, 128))  # n, d, b
TIMES = tuple(0.02 * 1.1**k for k in range(50))  # 0.02 to 2.1
LATE, EARLY = 0.5, 1e-4
T = 0.83
RIVAL_TIMES = 3  # how many of the times a rival is given, for it has the same to do at each
REPETITIONS = 3
CHECKED = 4
OURS, COMPILED, CDIST, ATTENTION = (
    "ours, eager",
    "ours, torch.compile",
    "cdist for each time",
    "attention for each time",
)


def one_by_cdist(data: Tensor, x: Tensor, t: float) -> Tensor:
    """log P_t by all squared distances in float32."""
    n, d = data.shape
    delta = variance(t, T=T)
    logits = torch.cdist(x, data * math.exp(-t)).square_().mul_(-0.5 / delta)
    return torch.logsumexp(logits, 1) - math.log(n) - d / 2 * math.log(2 * math.pi * delta)


def one_by_attention(points: Points, x: Tensor, t: float) -> Tensor:
    """log P_t by `empirical_score`, which gives the score as well."""
    return empirical_score(points, x, t=t, T=T, audited=0).log_density


def noised_with(data: Tensor, own: Tensor, noise: Tensor, t: float) -> Tensor:
    return data[own] * math.exp(-t) + math.sqrt(variance(t, T=T)) * noise


def exact(data: Tensor, own: Tensor, noise: Tensor, t: float) -> Tensor:
    """log P_t in float64, every difference written out."""
    n, d = data.shape
    delta = variance(t, T=T)
    wide, x = data.double() * math.exp(-t), noised_with(data.double(), own, noise.double(), t)
    logits = torch.stack([(query - wide).square().sum(1) for query in x]) * (-0.5 / delta)
    return torch.logsumexp(logits, 1) - math.log(n) - d / 2 * math.log(2 * math.pi * delta)


def measured() -> Result:
    """Costs per datum, query and time at each size; errors early and late; growth with the number of times."""
    return result(SIZES, TIMES, repetitions=REPETITIONS)


def result(
    sizes: tuple[tuple[int, int, int], ...],
    times: tuple[float, ...],
    *,
    repetitions: int,
    shortest: float = measure.SHORTEST,
) -> Result:
    """The same with chosen sizes and times."""
    torch.set_num_threads(1)
    reduce, notes = None, []
    try:
        reduce = compiled()
    except ParameterError as error:
        notes.append(f"{error}.")
    tables = [rows_of(*size, times=times, reduce=reduce, repetitions=repetitions, shortest=shortest) for size in sizes]
    goals = []
    for (n, d, _), table in zip(sizes, tables, strict=True):
        costs = {row.method: row.value.median for row in table if row.unit == UNIT}
        bounds = {OURS: 10.0, COMPILED: 20.0}
        goals += [
            Goal(f"cdist over {name}, n = {n}, d = {d}", costs[CDIST] / costs[name], bound, at_most=False)
            for name, bound in bounds.items()
            if name in costs
        ]
    counts = tuple(sorted({max(1, len(times) // k) for k in (1, 2, 4)}))
    return Result(
        "times_at_once",
        f"log-density of n data at b queries and {len(times)} times, float32",
        tuple(row for table in tables for row in table),
        growth=(
            measure.growth(
                f"{OURS}, n = {sizes[0][0]}, d = {sizes[0][1]}",
                "times",
                counts,
                seconds_over(sizes[0], times, counts, shortest=shortest),
                expected=1.0,
            ),
        ),
        goals=tuple(goals),
        notes=(
            "The rivals start from x in float32, ours from a and z.",
            f"The rivals are given {RIVAL_TIMES} of the times; costs are per datum, query and time.",
            "Ours gives the sum of squared weights and the nearest datum as well, attention the score.",
            f"Errors: largest difference from float64, differences written out, at {CHECKED} queries.",
            *notes,
        ),
    )


UNIT = "ns per datum, query and time"


def rows_of(
    n: int,
    d: int,
    b: int,
    *,
    times: tuple[float, ...],
    reduce: Callable[..., tuple[Tensor, Tensor, Tensor]] | None,
    repetitions: int,
    shortest: float,
) -> list[Row]:
    """Costs and errors of all methods at one size."""
    data, own, noise = problem(n, d, b)
    points, few = in_memory(data), times[:: max(1, len(times) // RIVAL_TIMES)][:RIVAL_TIMES]
    queries = {t: noised_with(data, own, noise, t) for t in (*few, EARLY, LATE)}
    all_times = partial(against_own, points, own, noise, times=times, T=T, audited=0)
    works = {OURS: (all_times, len(times))}
    if reduce is not None:
        works[COMPILED] = (partial(all_times, reduce=reduce), len(times))
    works[CDIST] = (lambda: [one_by_cdist(data, queries[t], t) for t in few], len(few))
    works[ATTENTION] = (lambda: [one_by_attention(points, queries[t], t) for t in few], len(few))
    case = f"n = {n}, d = {d}, b = {b}"
    seconds = measure.in_turns(
        {name: work for name, (work, _) in works.items()}, repetitions=repetitions, shortest=shortest
    )
    per = {name: n * b * count * NANO for name, (_, count) in works.items()}
    found = measure.rows(case, seconds, unit=UNIT, per=per)
    for t in (EARLY, LATE):
        truth = exact(data, own[:CHECKED], noise[:CHECKED], t)
        answers = {
            OURS: against_own(points, own[:CHECKED], noise[:CHECKED], times=(t,), T=T, audited=0).log_density[0],
            CDIST: one_by_cdist(data, queries[t][:CHECKED], t),
            ATTENTION: one_by_attention(points, queries[t][:CHECKED], t),
        }
        found += [
            Row(case, name, f"error at t = {t:g}, nats", Spread.of([float((answer.double() - truth).abs().max())]))
            for name, answer in answers.items()
        ]
    return found


def problem(n: int, d: int, b: int) -> tuple[Tensor, Tensor, Tensor]:
    """Normal data in float32, the indices of the first b, and their noise."""
    generator = torch.Generator().manual_seed(1)
    data = torch.randn(n, d, generator=generator)
    return data, torch.arange(b) % n, torch.randn(b, d, generator=generator)


def seconds_over(
    size: tuple[int, int, int], times: tuple[float, ...], counts: tuple[int, ...], *, shortest: float
) -> list[float]:
    """Seconds of one call while the number of times grows."""
    data, own, noise = problem(*size)
    points = in_memory(data)
    works = {
        str(count): partial(against_own, points, own, noise, times=times[:count], T=T, audited=0) for count in counts
    }
    seconds = measure.in_turns(works, repetitions=REPETITIONS, shortest=shortest)
    return [Spread.of(values).median for values in seconds.values()]
