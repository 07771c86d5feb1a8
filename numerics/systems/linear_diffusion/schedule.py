"""The schedule multiplied out, and the DDPM sampler with the linear denoiser of given training data, step by step."""

import math
from fractions import Fraction

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import noise_prediction
from numerics.simulator import ParameterError, simulator

_FIRST, _LAST = 1e-4, 1e-2
_OTHERS = (1.3, 0.2)  # variances of the training data in other directions


def rates(steps: int, *, first: float, last: float) -> list[float]:
    """beta_s for s = 1 .. steps."""
    if not 0 < first <= last < 1:
        raise ParameterError(f"rates: first = {first:g}, last = {last:g} is outside 0 < first <= last < 1")
    return [first + (last - first) * s / steps for s in range(1, steps + 1)]


@simulator(route="forward", values="exact")
def noise_schedule(
    *, steps: int, first: float, last: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """What is left of a unit variance that shrinks by 1 - beta_s in every step, in exact rational numbers."""
    kept = Fraction(1)
    for rate in rates(steps, first=first, last=last):
        kept *= 1 - Fraction(rate)
    return torch.tensor([float(kept)], dtype=torch.float64)


@simulator(route="posterior", values="exact")
def noise_schedule_of_variances(
    *, steps: int, first: float, last: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The same from two variances that are noised together: their difference, which the noise does not touch."""
    variances = torch.tensor([2.0, 5.0], dtype=torch.float64)
    for rate in rates(steps, first=first, last=last):
        variances = variances * (1 - rate) + rate
    return (variances[1:] - variances[:1]) / 3


@simulator(size="d", route="backward", values="exact")
def generated_variance(
    *, d: int, lam: float, steps: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The covariance matrix of the generated law, carried through all steps, along one direction of the training data.

    The training covariance has the variance lam along that direction and others along the d - 1 directions across.
    """
    training, along = _training(d, lam, generator)
    covariance = torch.eye(d, dtype=torch.float64)
    for rate, kept in _backwards(steps):
        step = _linear_step(training, rate, kept)
        covariance = step @ covariance @ step.T + rate * torch.eye(d, dtype=torch.float64)
    return (along @ covariance @ along).reshape(1)


@simulator(size="d", route="data", footprint=lambda d, **_: 4 * d)
def generated_variance_sampled(
    *, d: int, lam: float, steps: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Squared component along that direction of generated vectors: Gaussian noise in, a step with fresh noise each."""
    training, along = _training(d, lam, generator)
    u = torch.randn(replicas, d, dtype=torch.float64, generator=generator)
    for rate, kept in _backwards(steps):
        u = u @ _linear_step(training, rate, kept).T
        u += math.sqrt(rate) * torch.randn(replicas, d, dtype=torch.float64, generator=generator)
    return (u @ along).square()


def _backwards(steps: int) -> list[tuple[float, float]]:
    """beta_s and abar_s from the last step to the first."""
    kept, found = 1.0, []
    for rate in rates(steps, first=_FIRST, last=_LAST):
        kept *= 1 - rate
        found.append((rate, kept))
    return found[::-1]


def _linear_step(training: Float64[Tensor, "d d"], rate: float, kept: float) -> Float64[Tensor, "d d"]:
    """The matrix of u -> (u - beta W u/sqrt(1 - abar))/sqrt(1 - beta), W the trained denoiser at this time."""
    trained = noise_prediction.trained(torch.zeros(len(training), dtype=torch.float64), training, kept=kept)
    unit = torch.eye(len(training), dtype=torch.float64)
    return (unit - rate / math.sqrt(1 - kept) * trained.weights) / math.sqrt(1 - rate)


def _training(d: int, lam: float, generator: torch.Generator) -> tuple[Float64[Tensor, "d d"], Float64[Tensor, " d"]]:
    if not lam >= 0:
        raise ParameterError(f"generated_variance: lam = {lam:g} is outside lam >= 0 (training variance)")
    axes = noise_prediction.frame(d, generator)
    others = [_OTHERS[k % len(_OTHERS)] for k in range(d - 1)]
    variances = torch.tensor([lam, *others], dtype=torch.float64)
    return (axes * variances) @ axes.T, axes[:, 0]
