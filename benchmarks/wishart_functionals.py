"""Trace, log determinant and trace of the inverse of the covariance of n data: drawn data against factors of a Wishart.

The same law four ways: n x d data with all eigenvalues of their scatter, the same with a Cholesky factor, Bartlett's
triangular factor, and the bidiagonal one of Dumitriu and Edelman, which draws 2 d - 1 numbers.
"""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from benchmarks import measure, memory
from benchmarks.measure import MICRO
from benchmarks.record import Goal, Result, Row
from numerics import wishart
from numerics.threads import one_thread

DATA = 10_000
SIZES = (100, 200, 500, 1000, 2000)
SMALL = ((8, 512), (32, 256), (128, 32))  # dimension, matrices at once
SLACK = 1.3  # how far a ratio may fall short of what was found to be reachable
GROWTHS = ((500, 1000, 2000), (2500, 5000, 10_000))


def by_eigenvalues(d: int, n: int, replicas: int, generator: torch.Generator) -> Tensor:
    """The rival: data, their scatter, its eigenvalues."""
    values = torch.linalg.eigvalsh(wishart.scatter(replicas, n=n, d=d, generator=generator))
    return torch.stack([values.sum(1), values.log().sum(1), (1 / values).sum(1)])


def by_cholesky(d: int, n: int, replicas: int, generator: torch.Generator) -> Tensor:
    """Data, and the factor of their scatter."""
    return functionals(wishart.cholesky(wishart.scatter(replicas, n=n, d=d, generator=generator)))


def by_bartlett(d: int, n: int, replicas: int, generator: torch.Generator) -> Tensor:
    """The factor drawn at once."""
    return functionals(wishart.bartlett(replicas, n=n, d=d, generator=generator))


def by_bidiagonal(d: int, n: int, replicas: int, generator: torch.Generator) -> Tensor:
    """No matrix at all."""
    b = wishart.bidiagonal(replicas, n=n, d=d, generator=generator)
    parts = (wishart.bidiagonal_trace, wishart.bidiagonal_log_determinant, wishart.bidiagonal_inverse_trace)
    return torch.stack([part(b) for part in parts])


def functionals(factor: wishart.Matrices) -> Tensor:
    """Trace, log determinant and trace of the inverse from a factor."""
    return torch.stack([wishart.trace(factor), wishart.log_determinant(factor), wishart.inverse_trace(factor)])


METHODS: dict[str, Callable[[int, int, int, torch.Generator], Tensor]] = {
    "bidiagonal": by_bidiagonal,
    "Bartlett, triangular solve": by_bartlett,
    "data, Cholesky": by_cholesky,
    "data, all eigenvalues": by_eigenvalues,
}
BIDIAGONAL, BARTLETT, CHOLESKY, EIGENVALUES = METHODS
AT_ONCE = {BIDIAGONAL: 64, BARTLETT: 2}  # matrices of one call: two share a square of numbers; data make one
KL = ("Cholesky", "all eigenvalues")
LOOP = ("one batch, one thread", "one batch, all threads", "a loop of matrices")


def measured() -> Result:
    """Microseconds per matrix of all methods for each d, KL of given matrices, batches against loops, memory."""
    with one_thread():
        drawn = [row for d in SIZES for row in rows_of(d, DATA)]
        given = [row for d in SIZES for row in divergences(d)]
        in_n = [rows_of(200, n, names=(CHOLESKY,)) for n in GROWTHS[1]]
    small = [row for d, count in SMALL for row in batches(d, count)]
    cost = {name: measure.medians(drawn, name) for name in METHODS}
    over = {name: [a / b for a, b in zip(cost[EIGENVALUES], cost[name], strict=True)] for name in METHODS}
    kl = [a / b for a, b in zip(*(measure.medians(given, name) for name in reversed(KL)), strict=True)]
    return Result(
        "wishart_functionals",
        f"tr, log det and tr of the inverse of the scatter of n = {DATA} data, float64, one thread",
        (*drawn, *given, *small, *peaks()),
        growth=(
            *(
                measure.growth(name, "d", SIZES[-len(values) :], values, expected=expected)
                for name, values, expected in (
                    (BIDIAGONAL, cost[BIDIAGONAL], 1.0),
                    (f"{BARTLETT}, from d = {GROWTHS[0][0]}", cost[BARTLETT][-3:], 3.0),
                    (f"{EIGENVALUES}, from d = {GROWTHS[0][0]}", cost[EIGENVALUES][-3:], 3.0),
                )
            ),
            measure.growth(
                f"{CHOLESKY}, d = 200", "n", GROWTHS[1],
                [value for rows in in_n for value in measure.medians(rows, CHOLESKY)], expected=1.0,
            ),
        ),
        goals=(
            Goal("data with eigenvalues over Bartlett, worst d", min(over[BARTLETT]), 40 / SLACK, at_most=False),
            Goal("data with eigenvalues over bidiagonal, worst d", min(over[BIDIAGONAL]), 657 / SLACK, at_most=False),
            Goal("eigenvalues over Cholesky, KL of given matrices, worst d", min(kl), 6 / SLACK, at_most=False),
        ),
        notes=(
            "Bartlett draws (of 24 bits) and bidiagonal ones have the law of data, not its numbers: other algorithms.",
            "Batches on all threads run on as many as torch was given; where that is one, both rows are the same.",
            "The inverse of a triangular factor takes d^3/3 products, most of a Bartlett draw from d = 1000 o"
            "n; no inverse is needed of the bidiagonal.",
        ),
    )  # fmt: skip


def rows_of(d: int, n: int, *, names: Sequence[str] = (), repetitions: int = 3) -> list[Row]:
    """The methods at one d and n."""
    generator = torch.Generator().manual_seed(1)
    chosen = names or tuple(METHODS)
    counts = {name: AT_ONCE.get(name, 1) for name in chosen}
    rivals = {name: lambda name=name: METHODS[name](d, n, counts[name], generator) for name in chosen}
    seconds = measure.in_turns(rivals, repetitions=repetitions)
    per = {name: counts[name] * MICRO for name in chosen}
    return measure.rows(f"draw and functionals, n = {n}, d = {d}", seconds, unit="us per matrix", per=per)


def divergences(d: int, *, repetitions: int = 3) -> list[Row]:
    """KL(N(0, S)|N(0, 1)) of a given S: its trace and its log determinant."""
    matrices = wishart.scatter(1, n=2 * d, d=d, generator=torch.Generator().manual_seed(2)) / (2 * d)

    def factored() -> Tensor:
        return wishart.divergence_forward(wishart.cholesky(matrices), 1)

    def diagonalised() -> Tensor:
        values = torch.linalg.eigvalsh(matrices)
        return (values - 1 - values.log()).sum(1) / 2

    seconds = measure.in_turns(dict(zip(KL, (factored, diagonalised), strict=True)), repetitions=repetitions)
    return measure.rows(f"KL of a given matrix, d = {d}", seconds, unit="us per matrix", per=MICRO)


def batches(d: int, count: int, *, repetitions: int = 3) -> list[Row]:
    """Functionals of many small matrices: one batch, on one thread and on all, against a loop."""
    matrices = wishart.scatter(count, n=4 * d, d=d, generator=torch.Generator().manual_seed(3))

    def whole() -> Tensor:
        return functionals(wishart.cholesky(matrices))

    def alone() -> Tensor:
        with one_thread():
            return whole()

    def looped() -> Tensor:
        with one_thread():
            return torch.cat([functionals(wishart.cholesky(matrix.unsqueeze(0))) for matrix in matrices], dim=1)

    seconds = measure.in_turns(dict(zip(LOOP, (alone, whole, looped), strict=True)), repetitions=repetitions)
    return measure.rows(
        f"functionals of {count} given matrices, d = {d}", seconds, unit="us per matrix", per=count * MICRO
    )


def peaks() -> list[Row]:
    """Peak memory of a draw of one matrix at d = 500, in copies of it: data are never held whole."""
    found, copy = [], 500 * 500 * 8 / memory.MEBIBYTE
    for name in METHODS:
        spread = memory.peak(run_once, small=(name, 20), large=(name, 500))
        copies = type(spread)(spread.median / copy, spread.low / copy, spread.high / copy)
        found.append(Row(f"peak memory, n = {DATA}, d = 500", name, "matrices", copies))
    return found


def run_once(name: str, d: int) -> None:
    """One draw, in a fresh process."""
    torch.set_num_threads(1)
    METHODS[name](d, DATA, 1, torch.Generator().manual_seed(1))
