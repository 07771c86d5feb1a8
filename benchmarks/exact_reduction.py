"""phi(t), the chance that two clones end in one Gaussian mode: what an answer costs by each way to it.

Two modes at +m and -m; the posterior of a clone's mode depends on its component along m alone, and two draws of it
replace both clones' ways back.  This is another algorithm with the same mean (BBDM24 (6)), no faster form of the SDE.
"""

import math
import time
from itertools import pairwise

import torch

from benchmarks import measure
from benchmarks.record import Result, Row, Spread
from numerics.clones import TwoModes, mode
from numerics.diffusion import uniform_grid
from numerics.simulator import Simulator
from numerics.systems.gaussian_mixture.classes import (
    same_class_probability,
    same_class_probability_cloned,
    same_class_probability_noised,
)

SIZES = (64, 1024, 16384)
MU, SIGMA, STEP = 1.0, 1.0, 0.25
ERROR = 1e-3  # standard error of the answer
NAIVE_STEPS, TIMED_STEPS, NAIVE_CLONES = 1000, 3, 64
HORIZON = 3.0  # the plain loop starts that long before the speciation time
REPETITIONS = 3
NUMBERS = 2**21  # components of all replicas of one measurement
REDUCED, BAYES, CLONED = "posterior pairs in one dimension", "Bayes' rule in d dimensions", "clones, steps of order 2"
PLAIN = f"plain torch loop, {NAIVE_STEPS} Euler steps"
UNIT = f"s for a standard error of {ERROR:g}"


def measured() -> Result:
    """Seconds for one answer at the speciation time, for each d, and the answers."""
    return result(SIZES, numbers=NUMBERS, repetitions=REPETITIONS)


def result(sizes: tuple[int, ...], *, numbers: int, repetitions: int) -> Result:
    """The same with chosen sizes."""
    torch.set_num_threads(1)
    table = [row for d in sizes for row in rows_of(d, numbers=numbers, repetitions=repetitions)]
    costs = [row for row in table if row.unit == UNIT]
    return Result(
        "exact_reduction",
        "the chance phi(t) that two clones share a Gaussian mode, at t = log(d)/2",
        tuple(table),
        growth=tuple(
            measure.growth(name, "d", sizes, measure.medians(costs, name), expected=expected)
            for name, expected in ((REDUCED, 0.0), (BAYES, 1.0), (CLONED, 1.0), (PLAIN, 1.0))
        ),
        notes=(
            "Cost: seconds for a replica times its variance over the square of the error; answers beside.",
            f"The plain loop is timed over {TIMED_STEPS} of its steps; the variance of one pair is phi (1 - phi).",
            "The first row is an exact reduction, a different algorithm: ratios to it are no measure of how well the"
            " others are written.",
        ),
    )


def rows_of(d: int, *, numbers: int, repetitions: int) -> list[Row]:
    """All ways at one d."""
    at = {"d": d, "t": math.log(d) / 2, "mu": MU, "sigma": SIGMA}
    ways: dict[str, tuple[Simulator, dict[str, float], int]] = {
        REDUCED: (same_class_probability, at, numbers // 64),
        BAYES: (same_class_probability_noised, at, max(16, numbers // d)),
        CLONED: (same_class_probability_cloned, {**at, "dt": STEP}, max(16, numbers // (8 * d))),
    }
    generator = torch.Generator().manual_seed(1)
    costs: dict[str, list[float]] = {name: [] for name in (*ways, PLAIN)}
    means: dict[str, list[float]] = {name: [] for name in ways}
    for repetition in range(repetitions + 1):
        for name, (simulator, parameters, replicas) in ways.items():
            started = time.process_time()
            values = simulator(replicas=replicas, generator=generator, **parameters)
            seconds = time.process_time() - started
            values = values[:, 0] if values.ndim == 2 else values
            costs[name].append(seconds / replicas * float(values.var()) / ERROR**2)
            means[name].append(float(values.mean()))
        phi = sum(means[REDUCED]) / len(means[REDUCED])
        costs[PLAIN].append(plain_seconds(d, generator) * phi * (1 - phi) / ERROR**2)
        if not repetition:  # it warmed up
            costs, means = ({name: [] for name in kept} for kept in (costs, means))
    case = f"d = {d}"
    answers = [Row(case, name, "phi", Spread.of(values)) for name, values in means.items()]
    return [*measure.rows(case, costs, unit=UNIT, per=1.0), *answers]


def plain_seconds(d: int, generator: torch.Generator) -> float:
    """Seconds for one pair of clones that part at t = log(d)/2, by a loop with a new tensor for every operation."""
    modes, horizon = TwoModes(mode(d, MU, dtype=torch.float32), SIGMA), math.log(d) / 2 + HORIZON
    y = torch.randn(NAIVE_CLONES, d, generator=generator)
    times = uniform_grid(horizon, 0.0, NAIVE_STEPS)[: TIMED_STEPS + 1]
    started = time.process_time()
    for t, t_next in pairwise(times):
        dt = t - t_next
        noise = torch.randn(y.shape, generator=generator)
        y = y + (y + 2 * modes.score(y, t)) * dt + math.sqrt(2 * dt) * noise
    seconds = (time.process_time() - started) / (TIMED_STEPS * NAIVE_CLONES)
    return seconds * NAIVE_STEPS * (1 + math.log(d) / 2 / horizon)  # before they part both are one path
