"""The gradient of a tied two-layer denoising auto-encoder, E_t inside, by what it needs of the data: few projections.

f(t, x) = b x + w^T sigma(w x + p_t v) with r rows w/sqrt(d) of weights, x_t = alpha_t x0 + beta_t x1, CPL25 (3)-(6).
With lambda = w x/sqrt(d), Q the overlaps of the rows and h the projected residual, one step adds to w/sqrt(d)
(2 eta/d) (of_datum x1 + of_noise x0 - shrink w/sqrt(d)).  Replicas are the last axis, units of the hidden layer before.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.simulator import ParameterError

Hidden = Float64[Tensor, "r replicas"]
Overlaps = Float64[Tensor, "r r replicas"]
Function = Callable[[Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Levels:
    """Noise levels with their weights: alpha of the noise, beta of the datum, the time encoding p."""

    alpha: tuple[float, ...]
    beta: tuple[float, ...]
    weight: tuple[float, ...]
    encoding: tuple[float, ...]

    @staticmethod
    def linear(
        times: Sequence[float], weights: Sequence[float] | None = None, encoding: Sequence[float] = ()
    ) -> Levels:
        """alpha = 1 - t, beta = t at some times; equal weights and no encoding by default."""
        given = tuple(weights) if weights is not None else (1 / len(times),) * len(times)
        if len(given) != len(times) or min(given) < 0 or abs(sum(given) - 1) > 1e-12:
            raise ParameterError(f"weights {given} of the noise levels are outside weight >= 0, sum 1, one per time")
        if not all(0 <= t <= 1 for t in times):
            raise ParameterError(f"noise levels {tuple(times)} are outside 0 <= t <= 1")
        return Levels(tuple(1 - t for t in times), tuple(times), given, tuple(encoding) or (0.0,) * len(times))


@dataclass(frozen=True)
class Rule:
    """What fixes a step of SGD: the learning rate, the weight decay, the noise levels, the activation."""

    eta: float
    levels: Levels
    activation: str = "tanh"
    lam: float = 0.0

    def __post_init__(self) -> None:
        if self.activation not in ACTIVATIONS:
            raise ParameterError(f"activation = {self.activation!r} is none of {', '.join(ACTIVATIONS)}")
        if not (self.eta > 0 and self.lam >= 0):
            raise ParameterError(f"eta = {self.eta:g}, lam = {self.lam:g} is outside eta > 0, lam >= 0")


@dataclass(frozen=True)
class Gradient:
    """What one draw of the data says (head of the file); `of_encoding` moves v, `hidden` is E_t omega.sigma."""

    of_datum: Hidden
    of_noise: Hidden
    shrink: Overlaps
    of_encoding: Hidden
    hidden: Float64[Tensor, " replicas"]


def gradient(rule: Rule, *, of_x0: Hidden, of_x1: Hidden, overlaps: Overlaps, b: Tensor, v: Hidden) -> Gradient:
    """From lambda^0, lambda^1, Q, b and v; the sum over noise levels is taken before anything is multiplied."""
    function = ACTIVATIONS[rule.activation]
    of_datum, of_noise, of_encoding = (torch.zeros_like(of_x0) for _ in range(3))
    shrink, hidden = torch.zeros_like(overlaps), torch.zeros_like(b)
    levels = rule.levels
    for alpha, beta, weight, encoding in zip(levels.alpha, levels.beta, levels.weight, levels.encoding, strict=True):
        omega = alpha * of_x0 + beta * of_x1
        value, slope = function(omega + encoding * v if encoding else omega)
        rest = 1 - beta * b
        back = (rest * of_x1 - alpha * b * of_x0 - (overlaps * value).sum(1)) * slope
        of_datum += weight * (rest * value + beta * back)
        of_noise += (weight * alpha) * (back - b * value)
        shrink += weight * (value.unsqueeze(1) * value)
        hidden += weight * (omega * value).sum(0)
        if encoding:
            of_encoding += (weight * encoding) * back
    return Gradient(of_datum, of_noise, shrink, of_encoding, hidden)


def of_skip(rule: Rule, b: Tensor, *, noise: Tensor, mixed: Tensor, datum: Tensor, hidden: Tensor | float) -> Tensor:
    """E_t x_t.(x1 - f) from |x0|^2, x0.x1, |x1|^2: half of minus the slope of the loss in b."""
    total = -hidden * torch.ones_like(b)
    levels = rule.levels
    for alpha, beta, weight in zip(levels.alpha, levels.beta, levels.weight, strict=True):
        square = alpha**2 * noise + 2 * alpha * beta * mixed + beta**2 * datum
        total = total + weight * (alpha * mixed + beta * datum - b * square)
    return total


def _tanh(at: Tensor) -> tuple[Tensor, Tensor]:
    value = torch.tanh(at)
    return value, 1 - value * value


def _erf(at: Tensor) -> tuple[Tensor, Tensor]:
    return torch.erf(at / math.sqrt(2)), math.sqrt(2 / math.pi) * torch.exp(-(at * at) / 2)


def _relu(at: Tensor) -> tuple[Tensor, Tensor]:
    return at.clamp_min(0), (at > 0).to(at.dtype)


def _linear(at: Tensor) -> tuple[Tensor, Tensor]:
    return at, torch.ones_like(at)


ACTIVATIONS: dict[str, Function] = {"tanh": _tanh, "erf": _erf, "relu": _relu, "linear": _linear}
