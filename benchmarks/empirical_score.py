"""Score and log-density of n data in d dimensions at b queries, against what one would write, and against GEMM's peak.

Two products of matrices, 4 n d b operations, are needed by all but the log-density alone; the rest is overhead.
"""

import math
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from benchmarks import measure, memory
from benchmarks.measure import NANO
from benchmarks.record import Goal, Result, Row, Spread
from numerics.attention import in_blocks
from numerics.diffusion import noised, variance
from numerics.empirical_score import empirical_score
from numerics.points import Points, in_memory, on_disk

try:
    from sklearn.neighbors import KernelDensity
except ImportError:
    KernelDensity = None
try:
    from pykeops.torch import LazyTensor
except Exception:  # it compiles while it is imported, and fails in many ways
    LazyTensor = None

SIZES = ((20_000, 64, 1_000), (20_000, 1024, 1_000), (200_000, 256, 1_000))
GROWTH = {"n": (5_000, 10_000, 20_000, 40_000), "d": (64, 128, 256, 512), "b": (125, 250, 500, 1_000)}
AT = {"n": 10_000, "d": 64, "b": 250}  # the other sizes while one of them grows
TIME, T = 0.4, 0.83
SQUARE = 2048  # side of the matrices of the peak
CHECKED = 3  # queries compared with float64
REPETITIONS = 3
Answer = tuple[Tensor | None, Tensor | None]
"""Scores and log-densities; None for what a rival does not give."""


@dataclass(frozen=True, eq=False)
class Problem:
    """Data a, queries x = a exp(-t) + sqrt(Delta) z, and the number of them that a rival is given."""

    data: Tensor
    points: Points
    queries: Tensor
    t: float = TIME

    def first(self, count: int) -> "Problem":
        return Problem(self.data, self.points, self.queries[:count], self.t)

    @property
    def centres(self) -> Tensor:
        return self.data * math.exp(-self.t)

    @property
    def delta(self) -> float:
        return variance(self.t, T=T)

    @property
    def constant(self) -> float:
        n, d = self.data.shape
        return math.log(n) + d / 2 * math.log(2 * math.pi * self.delta)

    def score(self, means: Tensor) -> Tensor:
        return (means - self.queries) / self.delta


def problem(n: int, d: int, b: int, *, t: float = TIME) -> Problem:
    """Normal data in float32, and queries noised from the first b of them."""
    generator = torch.Generator().manual_seed(1)
    data = torch.randn(n, d, generator=generator)
    own = torch.arange(b) % n
    return Problem(data, in_memory(data), noised(data[own], t=t, T=T, generator=generator), t)


def ours(of: Problem, *, audited: int = 0) -> Answer:
    """`empirical_score`."""
    found = empirical_score(of.points, of.queries, t=of.t, T=T, audited=audited)
    return found.score, found.log_density


def public_operators(of: Problem) -> Answer:
    """What `empirical_score` does where the fused operator is not there."""
    (chunk,) = of.points.chunks()
    pull = math.exp(-of.t) / of.delta
    centred = of.queries.double() - of.points.centre * math.exp(-of.t)
    narrow = chunk.half_squares * (-math.exp(-of.t) * pull)
    means, logs = in_blocks((centred * pull).float(), chunk.points, narrow)
    logs = logs - centred.square().sum(1) / (2 * of.delta) - of.constant
    return of.score((means + of.points.centre).float() * math.exp(-of.t)), logs


def products_alone(of: Problem) -> Answer:
    """The two matrix products, block by block, and nothing else."""
    means = torch.zeros_like(of.queries)
    for queries, mean in zip(of.queries.split(256), means.split(256), strict=True):
        for data in of.data.split(2048):
            mean.addmm_(queries @ data.T, data)
    return None, None


def cdist_softmax(of: Problem) -> Answer:
    """All squared distances, a softmax, a product."""
    logits = torch.cdist(of.queries, of.centres).square_().mul_(-0.5 / of.delta)
    means = torch.softmax(logits, 1) @ of.centres
    return of.score(means), torch.logsumexp(logits, 1) - of.constant


def public_attention(of: Problem) -> Answer:
    """torch's scaled_dot_product_attention: the score alone."""
    centres = of.centres
    bias = (centres.square().sum(1) * (-0.5 / of.delta)).view(1, -1)
    query, key = of.queries[None, None], centres[None, None]
    means = torch.nn.functional.scaled_dot_product_attention(query, key, key, attn_mask=bias, scale=1 / of.delta)
    return of.score(means[0, 0]), None


def broadcast(of: Problem) -> Answer:
    """All differences at once, b n d numbers."""
    centres = of.centres
    logits = (of.queries[:, None] - centres).square().sum(2) * (-0.5 / of.delta)
    return of.score(torch.softmax(logits, 1) @ centres), torch.logsumexp(logits, 1) - of.constant


def numpy_loop(of: Problem) -> Answer:
    """One query after the other, in numpy."""
    centres, scores, logs = of.centres.numpy(), [], []
    for x in of.queries.numpy():
        logits = ((x - centres) ** 2).sum(1) * (-0.5 / of.delta)
        weights = np.exp(logits - logits.max())
        scores.append((weights @ centres / weights.sum() - x) / of.delta)
        logs.append(logits.max() + math.log(weights.sum()) - of.constant)
    return torch.from_numpy(np.stack(scores)), torch.tensor(logs)


def kernel_density(of: Problem) -> Callable[[Problem], Answer]:
    """scikit-learn's KernelDensity, the log-density alone; its tree is built beforehand."""
    tree = KernelDensity(bandwidth=math.sqrt(of.delta)).fit(of.centres.numpy())
    return lambda few: (None, torch.from_numpy(tree.score_samples(few.queries.numpy())))


def keops(of: Problem) -> Answer:
    """KeOps: formulas over all pairs, compiled, never stored."""
    centres = of.centres
    x, a = LazyTensor(of.queries[:, None]), LazyTensor(centres[None])
    logits = ((x - a) ** 2).sum(-1) * (-0.5 / of.delta)
    means = logits.sumsoftmaxweight(a, dim=1)
    return of.score(means.view_as(of.queries)), logits.logsumexp(dim=1).view(-1) - of.constant


OURS, AUDITED, PUBLIC, ALONE = "ours", "ours, 4 queries audited", "ours, public operators", "matrix products alone"
RIVALS: dict[str, tuple[Callable[[Problem], Answer], int]] = {
    OURS: (ours, 1_000),
    AUDITED: (partial(ours, audited=4), 1_000),
    PUBLIC: (public_operators, 1_000),
    ALONE: (products_alone, 1_000),
    "torch attention (no log-density)": (public_attention, 1_000),
    "cdist and softmax": (cdist_softmax, 250),
    "broadcast": (broadcast, 1),
    "numpy loop": (numpy_loop, 4),
    **({"KeOps": (keops, 16)} if LazyTensor else {}),
}
"""How each is called, and with how many of the queries."""
TREE, TREE_QUERIES = "KernelDensity (log-density alone)", 2


def measured() -> Result:
    """Costs, parts of the peak and errors at each size; growth in n, d and b; peak memory."""
    return result(SIZES, GROWTH, repetitions=REPETITIONS)


def result(
    sizes: tuple[tuple[int, int, int], ...],
    grow: dict[str, tuple[int, ...]],
    *,
    repetitions: int,
    shortest: float = measure.SHORTEST,
) -> Result:
    """The same with chosen sizes."""
    tables = [rows_of(*size, repetitions=repetitions, shortest=shortest) for size in sizes]
    goals = []
    for (n, d, b), table in zip(sizes, tables, strict=True):
        part = next(row for row in table if row.method == OURS and row.unit == PART)
        bound = 0.85 if d >= 256 else 0.6
        goals.append(Goal(f"part of GEMM's peak, n = {n}, d = {d}, b = {b}", part.value.median, bound, at_most=False))
    return Result(
        "empirical_score",
        f"score and log-density of n data in d dimensions at b queries, float32, t = {TIME}",
        (*(row for table in tables for row in table), *peaks()),
        growth=tuple(
            measure.growth("ours, one call", name, values, seconds_over(name, values, shortest=shortest), expected=1.0)
            for name, values in grow.items()
        ),
        goals=tuple(goals),
        notes=(
            f"Peak: a product of two square matrices of side {SQUARE}, measured in turns with the rest; "
            "operations are 4 n d b for all but the peak.",
            "Errors: largest difference from float64, differences written out, at "
            f"{CHECKED} queries; of the score relative to its norm.",
            "Rivals that take long are given fewer queries; costs are per datum and query.",
            *map(availability, ("scikit-learn", "pykeops")),
        ),
    )


PART = "part of GEMM's peak"


def availability(package: str) -> str:
    """A note on a rival that is no dependency of this project."""
    try:
        return f"{package} {version(package)}."
    except PackageNotFoundError:
        return f"{package} is not installed here; it is no dependency of this project."


def rows_of(n: int, d: int, b: int, *, repetitions: int, shortest: float) -> list[Row]:
    """Cost of all methods at one size, their part of the peak, their errors."""
    torch.set_num_threads(1)
    case, of = f"n = {n}, d = {d}, b = {b}", problem(n, d, b)
    works = {name: (work, min(b, count)) for name, (work, count) in RIVALS.items()}
    if KernelDensity:
        works[TREE] = (kernel_density(of), min(b, TREE_QUERIES))
    square = torch.randn(SQUARE, SQUARE)
    seconds = measure.in_turns(
        {
            **{name: partial(work, of.first(count)) for name, (work, count) in works.items()},
            "peak": lambda: square @ square,
        },
        repetitions=repetitions,
        shortest=shortest,
    )
    peak = [2 * SQUARE**3 / value for value in seconds.pop("peak")]
    per = {name: n * count * NANO for name, (_, count) in works.items()}
    costs = measure.rows(case, seconds, unit="ns per datum and query", per=per)
    parts = [
        Row(
            case,
            name,
            PART,
            Spread.of(
                [4 * n * d * min(b, 1_000) / (value * high) for value, high in zip(seconds[name], peak, strict=True)]
            ),
        )
        for name in (OURS, AUDITED, PUBLIC, ALONE)
    ]
    reached = Row(case, "GEMM's peak", "billion operations per second", Spread.of([high * NANO for high in peak]))
    return [*costs, *parts, reached, *errors(case, of.first(CHECKED), works)]


def errors(case: str, of: Problem, works: dict[str, tuple[Callable[[Problem], Answer], int]]) -> list[Row]:
    """Largest differences from float64."""
    exact = Problem(of.data.double(), of.points, of.queries.double(), of.t)
    logits = torch.stack([(x - exact.centres).square().sum(1) for x in exact.queries]) * (-0.5 / exact.delta)
    score = exact.score(torch.softmax(logits, 1) @ exact.centres)
    log_density = torch.logsumexp(logits, 1) - exact.constant
    found = []
    for name, (work, _) in works.items():
        scores, logs = work(of)
        if logs is not None:
            off = float((logs.double() - log_density).abs().max())
            found.append(Row(case, name, "error of the log-density, nats", Spread.of([off])))
        if scores is not None:
            off = float(((scores.double() - score).norm(dim=1) / score.norm(dim=1)).max())
            found.append(Row(case, name, "error of the score", Spread.of([off])))
    return found


def seconds_over(name: str, values: tuple[int, ...], *, shortest: float) -> list[float]:
    """Seconds of one call while one of the sizes grows."""
    torch.set_num_threads(1)
    works = {str(value): partial(ours, problem(*{**AT, name: value}.values())) for value in values}
    seconds = measure.in_turns(works, repetitions=REPETITIONS, shortest=shortest)
    return [Spread.of(values).median for values in seconds.values()]


def peaks() -> list[Row]:
    """MiB beyond the data themselves: from a file they are not counted at all, in memory twice."""
    n, d, b = 200_000, 64, 250
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.npy"
        np.save(file, torch.randn(n, d, generator=torch.Generator().manual_seed(1)).numpy())
        case = f"peak memory, n = {n}, d = {d}, b = {b}"
        found = [
            Row(
                case,
                name,
                "MiB",
                memory.peak(run_once, small=(name, str(file), 1_000, 8), large=(name, str(file), n, b)),
            )
            for name in ("ours, data from a file", "ours, data in memory", "cdist and softmax")
        ]
        return [*found, Row(case, "the data", "MiB", Spread.of([n * d * 4 / memory.MEBIBYTE]))]


def run_once(name: str, file: str, n: int, b: int) -> None:
    """One run, in a fresh process."""
    torch.set_num_threads(1)
    queries = torch.randn(b, 64, generator=torch.Generator().manual_seed(2))
    if name == "ours, data from a file":
        empirical_score(on_disk(file), queries, t=TIME, T=T)
        return
    data = torch.from_numpy(np.load(file)[:n].copy() if n < 200_000 else np.load(file))
    if name == "cdist and softmax":
        cdist_softmax(Problem(data, None, queries))  # type: ignore[arg-type]
    else:
        empirical_score(in_memory(data), queries, t=TIME, T=T)
