"""From replicas to a mean with its standard error; the only place of the project that makes an error bar."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from numerics.sums import BlockSums, of_values

_GROUPS = 1000
_MANY_CHAINS = 64


@dataclass(frozen=True)
class Estimate:
    """A simulated number.

    mean            the estimate;  standard_error: of the mean (inf for a single replica, 0 for an exact value)
    samples         independent replicas, or for correlated chains the effective number of them
    bias            size of the time-step error, measured with two steps (0: no step);  bias_error: its standard error
    skewness        of one replica's value;  successes: number of ones of an indicator, None for other values
    seed, dtype, device, seconds    how it was made
    """

    mean: float
    standard_error: float
    samples: int
    bias: float = 0.0
    bias_error: float = 0.0
    skewness: float = 0.0
    seed: int = 0
    dtype: str = "float64"
    device: str = "cpu"
    seconds: float = 0.0
    successes: int | None = None


def from_sums(
    sums: BlockSums, *, moment: int = 1, order: int = 0, seed: int = 0, device: str = "cpu", seconds: float = 0.0
) -> Estimate:
    """Estimate of mean(values)^(1/moment) by the delta method, the 1/samples term of its bias removed.

    `order` is the weak order of the time step (0: none): bias = |fine - coarse|/(2^order - 1).
    Raises ValueError when values are not finite, or when a root is asked of a mean that is not positive.
    """
    if sums.non_finite:
        raise ValueError(f"{sums.non_finite} of {sums.count} values are not finite")
    mean = sums.sum / sums.count
    if moment != 1 and not mean > 0:
        raise ValueError(f"the mean {mean:.3g} of the values is not positive: it has no root of order {moment}")
    variance = sums.sum_squares / (sums.count - 1) if sums.count > 1 else math.inf
    error = math.sqrt(variance / sums.count)
    value = mean ** (1 / moment)
    slope = value / (moment * mean) if moment != 1 else 1.0
    curvature = slope * (1 / moment - 1) / mean if moment != 1 else 0.0
    shift = curvature * error**2 / 2 if moment != 1 and sums.count > 1 else 0.0
    bias = bias_error = 0.0
    if order:
        bias = abs((sums.sum - sums.coarse) / sums.count) * slope / (2**order - 1)
        spread = sums.difference_squares / (sums.count - 1) if sums.count > 1 else math.inf
        bias_error = math.sqrt(spread / sums.count) * slope / (2**order - 1)
    return Estimate(
        mean=value - shift,
        standard_error=slope * error,
        samples=sums.count,
        bias=bias,
        bias_error=bias_error,
        skewness=_skewness(sums),
        seed=seed,
        device=device,
        seconds=seconds,
        successes=sums.successes,
    )


def from_samples(samples: Float[Tensor, " replicas"] | NDArray[np.float64], *, seed: int = 0) -> Estimate:
    """Mean of independent values; raises ValueError on an empty or non-finite sample."""
    values = _float64(samples)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"samples have shape {values.shape}, needs (replicas,) with one replica at least")
    return from_sums(of_values(values), seed=seed, device=_device(samples))


def jackknife(
    samples: Float[Tensor, "replicas *k"] | NDArray[np.float64], function: Callable[[NDArray[np.float64]], float]
) -> Estimate:
    """function(mean over replicas), bias of order 1/replicas removed, by leaving out one group of replicas at a time.

    At most 1000 groups of consecutive replicas.  Holds for a function that is smooth at the mean.  Needs two replicas.
    """
    values = _float64(samples)
    if len(values) < 2:
        raise ValueError(f"jackknife: {len(values)} replicas were given, needs 2 at least")
    groups = np.array_split(values, min(_GROUPS, len(values)))
    sums = np.array([group.sum(axis=0) for group in groups])
    sizes = np.array([len(group) for group in groups], dtype=np.float64)
    total, count = sums.sum(axis=0), float(len(values))
    whole = float(function(np.asarray(total / count)))
    left_out = np.array([function((total - s) / (count - k)) for s, k in zip(sums, sizes, strict=True)])
    ratio = count / sizes  # groups may differ in size by one: Busing, Meijer, van der Leeden (1999)
    pseudo = ratio * whole - (ratio - 1) * left_out
    mean = float((pseudo / ratio).sum())
    variance = float(((pseudo - mean) ** 2 / (ratio - 1)).mean())
    skewness = _skewness(of_values(pseudo))
    return Estimate(mean, math.sqrt(variance), len(values), skewness=skewness, device=_device(samples))


def from_chains(chains: Float[Tensor, "chains steps"] | NDArray[np.float64]) -> Estimate:
    """Mean of stationary, independent chains whose steps are correlated.

    With 64 chains or more the chain averages are the independent values.  With fewer, the autocorrelation time is
    summed up to where pairs of lags turn negative (Geyer 1992, initial positive sequence); that needs runs of 50 such
    times, and ValueError says when they are shorter.
    """
    values = _float64(chains)
    if values.ndim != 2 or values.size < 2:
        raise ValueError(f"chains have shape {values.shape}, needs (chains, steps) with two values at least")
    count, steps = values.shape
    if count >= _MANY_CHAINS:
        return from_sums(of_values(values.mean(axis=1)), device=_device(chains))
    centred = values - values.mean()
    spectrum = np.fft.rfft(centred, 2 * steps, axis=1)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2, axis=1).mean(axis=0)[:steps] / steps
    if correlation[0] == 0:
        return Estimate(float(values.mean()), 0.0, values.size, device=_device(chains))
    pairs = (correlation[: steps // 2 * 2] / correlation[0]).reshape(-1, 2).sum(axis=1)
    stop = int(np.argmax(pairs <= 0)) if (pairs <= 0).any() else len(pairs)
    time = max(2 * float(np.minimum.accumulate(pairs[:stop]).sum()) - 1, 1.0)
    if steps < 50 * time:
        raise ValueError(f"chains of {steps} steps have autocorrelation time {time:.0f}: needs {50 * time:.0f} steps")
    effective = values.size / time
    error = math.sqrt(float(correlation[0]) / effective)
    skewness = _skewness(of_values(values.ravel()))
    return Estimate(float(values.mean()), error, int(effective), skewness=skewness, device=_device(chains))


def _skewness(sums: BlockSums) -> float:
    if sums.sum_squares <= 0:
        return 0.0
    return sums.sum_cubes / sums.count / (sums.sum_squares / sums.count) ** 1.5


def _float64(values: Tensor | NDArray[np.float64]) -> NDArray[np.float64]:
    array = values.detach().cpu().numpy() if isinstance(values, Tensor) else np.asarray(values)
    return array.astype(np.float64, copy=False)


def _device(values: Tensor | NDArray[np.float64]) -> str:
    return str(values.device) if isinstance(values, Tensor) else "cpu"
