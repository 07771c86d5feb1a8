"""Exact draws of the sum of N Curie-Weiss spins against Glauber and Metropolis dynamics, and against one normal number.

The dynamics of single spins give S as a birth-death chain, so that the number of updates per independent sample is
exact: for f centred, sum_k (sum_{j<=k} pi_j f_j)^2/(pi_k up_k) is the integral of the autocorrelation of f.
"""

import math
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.special import gammaln

from benchmarks import measure
from benchmarks.measure import MILLI, NANO
from benchmarks.record import Goal, Result, Row, Spread
from numerics.ensembles import SumLaw, curie_weiss_law
from numerics.glauber import aligned, glauber, heat_bath

SIZES = (1_000, 10_000, 100_000, 1_000_000)
BETA, H = 1.37, 0.61
DRAWS = 2**18
UPDATES = 400  # updates of one spin per measurement, in all chains at once
CHAINS, SPINS = 1024, 1000  # where an update is cheapest: many chains in one operation, all spins in the cache
_DEPTH = 30.0  # log weights this far below the largest are left out, outside both peaks


@dataclass(frozen=True, eq=False)
class Chain:
    """Birth-death chain of k spins up, among neighbouring k: stationary law and the probability of k -> k + 1."""

    sums: NDArray[np.float64]
    law: NDArray[np.float64]
    up: NDArray[np.float64]

    def updates_per_sample(self, values: NDArray[np.float64]) -> float:
        """Updates worth one independent sample: variance of the mean over n updates = (these/n) times the variance."""
        f = values - self.law @ values
        left = np.cumsum(self.law * f)[:-1]
        right = np.cumsum((self.law * f)[::-1])[::-1][1:]
        flow = np.where(np.abs(left) < np.abs(right), left, right)  # equal up to sign; the smaller sum rounds less
        return 2 * float(np.sum(flow**2 / (self.law * self.up)[:-1])) / float(self.law @ f**2) - 1


def chain(N: int, *, metropolis: bool, plus: bool) -> Chain:
    """The chain of S of heat bath or Metropolis updates of a random spin, in the state S > 0 alone or in both."""
    k = np.arange(N)
    others = 2 * k - (N - 1)
    log_odds = 2 * (BETA * others + H) / N
    accept = np.minimum(1, np.exp(log_odds)) if metropolis else heat_bath(N, beta=BETA, h=H).numpy()
    refuse = np.minimum(1, np.exp(-log_odds)) if metropolis else 1 - accept
    birth, death = (N - k) / N * accept, (k + 1) / N * refuse
    logs = np.concatenate(([0.0], np.cumsum(np.log(birth) - np.log(death))))
    kept = np.arange(N + 1) > (N // 2 if plus else -1)
    near = np.flatnonzero(kept & (logs > logs[kept].max() - _DEPTH - (2 * H if not plus else 0)))
    window = slice(near[0], near[-1] + 1)
    law = np.exp(logs[window] - logs[window].max())
    return Chain(2.0 * np.arange(N + 1)[window] - N, law / law.sum(), np.append(birth, 0.0)[window])


def all_weights(N: int) -> SumLaw:
    """The rival of the set-up: the weights of all N + 1 sums, by log gamma functions."""
    sums = np.arange(-N, N + 1, 2, dtype=np.float64)
    logs = BETA * sums**2 / (2 * N) + H * sums / N - gammaln((N + sums) / 2 + 1) - gammaln((N - sums) / 2 + 1)
    weights = np.exp(logs - logs.max())
    return SumLaw(sums, weights / weights.sum(), *(torch.empty(0),) * 3)


def measured() -> Result:
    """Set-up, cost per draw, and cost per independent sample of the dynamics, for each N."""
    torch.set_num_threads(1)
    sizes = [rows_of_size(N) for N in SIZES]
    table = [row for group in sizes for row in group]
    draws, set_ups = (measure.medians(table, name) for name in ("exact draw", "set-up of the law, once"))
    dynamics = measure.medians(table, "Glauber, batched")
    return Result(
        "curie_weiss_draws",
        "the sum of N spins of model (13), beta = 1.37, h = 0.61",
        (*table, *flips()),
        growth=(
            measure.growth("exact draw", "N", SIZES, draws, expected=0.0),
            measure.growth("set-up of the law", "N", SIZES, set_ups, expected=0.5),
            measure.growth("Glauber, per independent sample", "N", SIZES, dynamics, expected=1.0),
        ),
        goals=(
            Goal("ns per draw, at N = 1e6", draws[-1], 118.0),
            Goal("ms of set-up, at N = 1e6", set_ups[-1], 3.6),
            Goal("Glauber over exact draw, at N = 1e6", dynamics[-1] / draws[-1], 1e3, at_most=False),
        ),
        notes=(
            "Independent samples of the dynamics are those inside the state S > 0; updates per sample are exact.",
            f"An update is measured where it is cheapest: {CHAINS} chains of {SPINS} spins.",
            "Metropolis is charged the same for an update.",
            "`at best`: one update costs one normal number, which no implementation in torch reaches.",
            "The set-up grows like the width of the law, sqrt(N), beside a fixed part that rules below N = 1e5.",
        ),
    )


def rows_of_size(N: int) -> list[Row]:
    """The three comparisons at one N."""
    case, generator = f"N = {N:.0e}".replace("e+0", "e"), torch.Generator().manual_seed(1)
    numpy_generator = np.random.default_rng(1)
    law, buffer = curie_weiss_law(N, BETA, H), torch.empty(DRAWS, dtype=torch.float64)
    spins, table = aligned(CHAINS, N=SPINS), heat_bath(SPINS, beta=BETA, h=H)
    rivals = {
        "exact draw": lambda: law.draw(DRAWS, generator=generator),
        "one normal, torch.randn": lambda: buffer.normal_(generator=generator),
        "one normal, numpy": lambda: numpy_generator.standard_normal(DRAWS),
        "numpy Generator.choice with weights": lambda: numpy_generator.choice(law.sums, DRAWS, p=law.probability),
        "Glauber, batched": partial(glauber, spins, up=table, steps=UPDATES, generator=generator),
    }
    seconds = measure.in_turns(rivals)
    glauber_updates, metropolis_updates = (
        _per_sample(chain(N, metropolis=metropolis, plus=True)) for metropolis in (False, True)
    )
    update, normal = seconds["Glauber, batched"], seconds["one normal, torch.randn"]
    seconds["Metropolis, batched"] = update
    seconds["Glauber, at best"] = normal
    per = dict.fromkeys(seconds, DRAWS * NANO)
    per["Glauber, batched"] = UPDATES * CHAINS * NANO / glauber_updates
    per["Metropolis, batched"] = UPDATES * CHAINS * NANO / metropolis_updates
    per["Glauber, at best"] = DRAWS * NANO / glauber_updates
    samples = measure.rows(case, seconds, unit="ns per independent sample", per=per)
    set_up = {
        "set-up of the law, once": lambda: curie_weiss_law.__wrapped__(N, BETA, H),
        "set-up with all N + 1 weights": lambda: all_weights(N),
    }
    return samples + measure.rows(f"{case}, set-up", measure.in_turns(set_up), unit="ms", per=MILLI)


def flips() -> list[Row]:
    """Sweeps per independent sign of S: exponential in N below the critical temperature, one draw for us."""
    found = []
    for N in (100, 300, 1000):
        both = chain(N, metropolis=False, plus=False)
        sweeps = both.updates_per_sample(np.sign(both.sums)) / N
        found.append(Row(f"sign of S, N = {N}", "Glauber", "sweeps per independent sign", Spread(*[sweeps] * 3)))
    return found


def _per_sample(of: Chain) -> float:
    updates = of.updates_per_sample(of.sums)
    if not math.isfinite(updates):
        raise ArithmeticError(f"updates per sample are {updates}: the window of the chain is too wide")
    return updates
