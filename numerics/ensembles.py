"""Curie-Weiss spins: exact laws and exact draws of their sum, and of the spins themselves.

Model (13) of BM23: P(a) = exp(beta S^2/(2N) + h S/N)/Z, S = sum_i a_i.  Model (16): a sign s with weights
exp(s h m)/(2 cosh(h m)), then N independent spins of mean s m, where m = tanh(beta m) > 0.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from torch import Tensor

from numerics.simulator import ParameterError
from numerics.sums import accurate_sum

_DEPTH = 75.0  # log weights this far below the largest are left out: exp(-75) = 3e-33
_STEPS = 2  # entries walked before the few draws in the tails are searched


@dataclass(frozen=True, eq=False)
class SumLaw:
    """Law of a sum of spins: `sums` ascending, `probability` normalised, both float64 of shape (entries,).

    Sums below exp(-75) of the largest weight are left out.
    """

    sums: NDArray[np.float64]
    probability: NDArray[np.float64]
    _cumulative: Float64[Tensor, " entries"]
    _guide: Tensor
    _support: Float64[Tensor, " entries"]

    @staticmethod
    def from_weights(sums: NDArray[np.float64], weights: NDArray[np.float64]) -> "SumLaw":
        probability = weights / accurate_sum(weights)
        cumulative = np.cumsum(probability)
        cumulative[-1] = 1.0
        buckets = 2 ** math.ceil(math.log2(4 * len(sums)))
        guide = np.cumsum(np.bincount(np.ceil(cumulative * buckets).astype(np.int64), minlength=buckets))[:buckets]
        return SumLaw(sums, probability, *map(torch.from_numpy, (cumulative, guide, sums)))

    def mean(self, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> float:
        """Exact average of function(S), to rounding."""
        return accurate_sum(self.probability * function(self.sums))

    def where(self, keep: Callable[[NDArray[np.float64]], NDArray[np.bool_]]) -> "SumLaw":
        """The law conditioned on keep(S)."""
        kept = keep(self.sums)
        return SumLaw.from_weights(self.sums[kept], self.probability[kept])

    def at(self, uniforms: Float64[Tensor, "*shape"]) -> Float64[Tensor, "*shape"]:
        """Inverse of the distribution function at numbers in [0, 1): the smallest S with P(sum <= S) > u.

        A bucket of the guide table holds less than one entry on average, so that two steps find nearly all.
        """
        device = uniforms.device
        cumulative, guide = self._cumulative.to(device), self._guide.to(device)
        flat = uniforms.reshape(-1)
        entry = guide.index_select(0, (flat * len(guide)).long())
        for _ in range(_STEPS):
            entry += flat >= cumulative.index_select(0, entry)
        late = (flat >= cumulative.index_select(0, entry)).nonzero().squeeze(1)
        entry[late] = torch.searchsorted(cumulative, flat[late], right=True)
        return self._support.to(device).index_select(0, entry).reshape(uniforms.shape)

    def draw(self, *shape: int, generator: torch.Generator) -> Float64[Tensor, "..."]:
        """Independent draws of S."""
        return self.at(_uniforms(*shape, generator=generator))

    def draw_stratified(self, replicas: int, strata: int, *, generator: torch.Generator) -> Float64[Tensor, "r s"]:
        """For each replica one draw in each of `strata` equal parts of the law: same means, less noise in averages."""
        uniforms = _uniforms(replicas, strata, generator=generator)
        return self.at(uniforms.add_(torch.arange(strata, device=uniforms.device)).div_(strata))


@lru_cache(maxsize=64)
def curie_weiss_law(N: int, beta: float, h: float) -> SumLaw:
    """Law of S in model (13), any h, any beta > 0; a few milliseconds at N = 1e6.

    Weights of |S| by summing the log ratios log((N-a)/(N+a+2)) + 2 beta (a+1)/N, which are small where the weight is.
    The two peaks keep their relative weight exactly, for only exp(h S/N) distinguishes them.
    """
    _check(N, beta)

    def log_weight(a: float) -> float:
        return -math.lgamma((N + a) / 2 + 1) - math.lgamma((N - a) / 2 + 1) + beta * a * a / (2 * N)

    low, high = _window(log_weight, N % 2, N, N * spontaneous_magnetisation(beta), _DEPTH + 2 * abs(h))
    sizes = np.arange(low, high + 1, 2, dtype=np.float64)
    steps = np.log1p(-(2 * sizes[:-1] + 2) / (N + sizes[:-1] + 2)) + 2 * beta * (sizes[:-1] + 1) / N
    logs = _summed(steps)
    below = sizes > 0  # S = 0 is its own mirror image
    sums = np.concatenate((-sizes[below][::-1], sizes))
    return _law(sums, np.concatenate((logs[below][::-1], logs)) + h * sums / N)


@lru_cache(maxsize=64)
def product_law(N: int, field: float) -> SumLaw:
    """Law of the sum of N independent spins with P(+-1) proportional to exp(+-field)."""
    _check(N, 1.0)

    def log_weight(s: float) -> float:
        return -math.lgamma((N + s) / 2 + 1) - math.lgamma((N - s) / 2 + 1) + field * s

    low, high = _window(log_weight, -N, N, N * math.tanh(field), _DEPTH)
    sums = np.arange(low, high + 1, 2, dtype=np.float64)
    return _law(sums, _summed(np.log((N - sums[:-1]) / (N + sums[:-1] + 2)) + 2 * field))


@lru_cache(maxsize=64)
def two_state_law(N: int, beta: float, h: float) -> SumLaw:
    """Law of S in model (16)."""
    _check(N, beta)
    m = spontaneous_magnetisation(beta)
    plus = product_law(N, beta * m)
    sums = np.union1d(plus.sums, -plus.sums)
    weights = np.zeros_like(sums)
    weights[np.searchsorted(sums, plus.sums)] += weight_of_plus(m, h) * plus.probability
    weights[np.searchsorted(sums, -plus.sums)] += weight_of_plus(m, -h) * plus.probability
    return SumLaw.from_weights(sums, weights)


def curie_weiss_sums(
    replicas: int, *, N: int, beta: float, h: float, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Exact independent draws of S in model (13)."""
    return curie_weiss_law(N, beta, h).draw(replicas, generator=generator)


def two_state_sums(
    replicas: int, *, N: int, beta: float, h: float, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Exact independent draws of S in model (16)."""
    return two_state_law(N, beta, h).draw(replicas, generator=generator)


def curie_weiss_spins(
    replicas: int, *, N: int, beta: float, h: float, generator: torch.Generator
) -> Float64[Tensor, "replicas N"]:
    """Exact configurations of model (13): S, the field m = S/N + normal/sqrt(beta N) of (14), fresh spins given m."""
    sums = curie_weiss_sums(replicas, N=N, beta=beta, h=h, generator=generator)
    noise = torch.randn(replicas, dtype=torch.float64, generator=generator, device=generator.device)
    return _independent_spins(beta * (sums / N + noise / math.sqrt(beta * N)) + h / N, N, generator)


def two_state_spins(
    replicas: int, *, N: int, beta: float, h: float, generator: torch.Generator
) -> Float64[Tensor, "replicas N"]:
    """Exact configurations of model (16)."""
    _check(N, beta)
    m = spontaneous_magnetisation(beta)
    plus = _uniforms(replicas, generator=generator) < weight_of_plus(m, h)
    return _independent_spins(beta * m * (2.0 * plus - 1.0), N, generator)


def spins_with_sum(
    sums: Float64[Tensor, " replicas"], *, N: int, generator: torch.Generator
) -> Float64[Tensor, "replicas N"]:
    """Uniform configurations with given sums, by selection: a site is up with probability (ups left)/(sites left)."""
    ups = (N + sums) / 2
    if bool(((ups < 0) | (ups > N) | (ups != ups.floor())).any()):
        raise ParameterError(f"spins_with_sum: a sum is not one of -{N}, -{N - 2}, ..., {N}")
    spins = torch.empty(N, len(sums), dtype=torch.float64, device=sums.device)
    for site in range(N):
        up = (_uniforms(len(sums), generator=generator).mul_(N - site) < ups).double()
        ups -= up
        spins[site] = up
    return spins.mul_(2).sub_(1).T


def spontaneous_magnetisation(beta: float) -> float:
    """The positive solution of m = tanh(beta m), 0 for beta <= 1.

    Newton for y = beta m in y/tanh(y) = beta from y = beta: the left side is convex, so y decreases to the root.
    """
    if beta <= 1:
        return 0.0
    y, above = beta, math.inf
    while y < above:
        coth = 1 / math.tanh(y)
        y, above = y - (y * coth - beta) / (coth - y * (coth * coth - 1)), y
    return math.tanh(y)


def weight_of_plus(m: float, h: float) -> float:
    """Weight exp(h m)/(2 cosh(h m)) that model (16) gives to the state of magnetisation m."""
    return math.exp(-np.logaddexp(0.0, -2 * h * m))


def _independent_spins(field: Tensor, N: int, generator: torch.Generator) -> Float64[Tensor, "replicas N"]:
    up = torch.sigmoid(2 * field).unsqueeze(1)
    return (_uniforms(len(field), N, generator=generator) < up).double().mul_(2).sub_(1)


def _uniforms(*shape: int, generator: torch.Generator) -> Float64[Tensor, "..."]:
    return torch.rand(shape, dtype=torch.float64, generator=generator, device=generator.device)


def _window(log_weight: Callable[[float], float], low: int, high: int, peak: float, depth: float) -> tuple[int, int]:
    """First and last of low, low+2, ..., high whose log weight, of one peak, is within `depth` of the largest."""
    top = min(max(low + 2 * round((peak - low) / 2), low), high)
    floor = log_weight(top) - depth

    def edge(end: int) -> int:
        inside, outside = top, end
        if log_weight(end) >= floor:
            return end
        while abs(outside - inside) > 2:
            middle = inside + 2 * ((outside - inside) // 4)
            if log_weight(middle) >= floor:
                inside = middle
            else:
                outside = middle
        return inside

    return edge(low), edge(high)


def _summed(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate(([0.0], np.cumsum(steps)))


def _law(sums: NDArray[np.float64], logs: NDArray[np.float64]) -> SumLaw:
    return SumLaw.from_weights(sums, np.exp(logs - logs.max()))


def _check(N: int, beta: float) -> None:
    if N < 1:
        raise ParameterError(f"N = {N} is outside N >= 1 (number of spins)")
    if not (beta > 0 and math.isfinite(beta)):
        raise ParameterError(f"beta = {beta} is outside beta > 0 (inverse temperature)")
