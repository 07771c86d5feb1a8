"""Clones on the way back with the exact empirical score, and the last change of the nearest datum, BBDM24 (12)."""

import math
from itertools import pairwise

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import Scheme, geometric_grid, linear_exact, noised, pure_noise
from numerics.energy_draws import MOST, energies, own_and_square
from numerics.last_change import TIMES, last_changes
from numerics.random_energy import check, contrast_of
from numerics.simulator import ParameterError, simulator

_CLONES = 3
_HORIZON = 4.0  # data of unit size leave exp(-4) of their mean
_LATE_STEPS, _EARLY_STEPS = 12, 24  # down to t, and from t down
_RESOLVED = 36.0  # squared distance of neighbours over the variance of the noise where the grid ends


@simulator(size="d", route="posterior", footprint=lambda d, n, **_: n * (d + 6))
def same_datum_posterior(
    *, d: int, t: float, n: int, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Share of the pairs among three clones of a noised datum that end on one datum, drawn from the posterior."""
    data = _data(d=d, t=t, n=n, sigma=sigma, replicas=replicas, generator=generator)
    x = noised(data[:, 0], t=t, T=1.0, generator=generator)
    weight = torch.softmax(-energies(x[:, None, :], data, t=t)[:, 0], dim=1)
    return _pairs(torch.multinomial(weight, _CLONES, replacement=True, generator=generator))


@simulator(size="d", route="reduced", footprint=lambda d, n, **_: 8 * n)
def same_datum_energies(
    *, d: int, t: float, n: int, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from the law of the energies, without data; d >= 2."""
    check(d=d, log_n=math.log(n), t=t, sigma=sigma)
    square, own = own_and_square(d=d, t=t, sigma=sigma, replicas=replicas, generator=generator)
    contrast = contrast_of(t=t, sigma=sigma)
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    along = (square * (1 + contrast) / contrast).sqrt()[:, None] + torch.randn(replicas, n - 1, **options)
    across = torch.randn(replicas, n - 1, d - 1, **options).square().sum(dim=2)
    minus_energy = torch.cat([-own[:, None], -contrast / 2 * (along.square() + across)], dim=1)
    weight = torch.softmax(minus_energy, dim=1)
    return _pairs(torch.multinomial(weight, _CLONES, replacement=True, generator=generator))


@simulator(size="d", route="backward", footprint=lambda d, n, **_: 8 * _CLONES * (n + 2 * d))
def same_datum_backward(
    *, d: int, t: float, n: int, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Share of the pairs among three clones that end on one datum: the reverse SDE from pure noise, cloned at t.

    12 steps down to t and 24 from there, in equal ratios of the time, of Heun's method with the linear part exact.  At
    the end of the grid a datum still undecided between close neighbours is drawn from its posterior.
    """
    if not t < _HORIZON:
        raise ParameterError(f"t = {t:g} is outside t < {_HORIZON:g}, where the way back starts")
    data = _data(d=d, t=t, n=n, sigma=sigma, replicas=replicas, generator=generator)

    def posterior_mean(y: Tensor, at: float) -> Tensor:
        return torch.softmax(-energies(y, data, t=at), dim=2) @ data

    scheme = linear_exact(posterior_mean, T=1.0)
    y = pure_noise(replicas, 1, d, T=1.0, generator=generator)
    y = _way_back(y, scheme, geometric_grid(_HORIZON, t, _LATE_STEPS), generator)
    end = min(t / 4, sigma**2 * n ** (-4 / d) / _RESOLVED)
    clones = _way_back(y.expand(replicas, _CLONES, d), scheme, geometric_grid(t, end, _EARLY_STEPS), generator)
    weight = torch.softmax(-energies(clones, data, t=end), dim=2).flatten(0, 1)
    return _pairs(torch.multinomial(weight, 1, generator=generator).reshape(replicas, _CLONES))


@simulator(size="d", route="data", moment=2, footprint=lambda d, alpha_log, **_: math.ceil(
    4 * TIMES * math.exp(alpha_log * d) + 4 * TIMES * d
))  # fmt: skip
def last_change_width(
    *, d: int, alpha_log: float, sigma: float, t: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """d times half the squared difference of two last change times: its mean is d times their variance.

    Forward in time, the first change of the nearest datum at 64 times whose exp(2t) - 1 are in equal ratios, a quarter
    to four times that of t.  A path that never changes is given the last time (`last_change_censored` counts them).
    """
    first, second = (
        last_changes(d=d, alpha_log=alpha_log, sigma=sigma, t=t, replicas=replicas, generator=generator)[0]
        for _ in range(2)
    )
    return d * (first - second).square() / 2


@simulator(size="d", route="data", values="indicator", footprint=lambda d, alpha_log, **_: math.ceil(
    4 * TIMES * math.exp(alpha_log * d) + 4 * TIMES * d
))  # fmt: skip
def last_change_censored(
    *, d: int, alpha_log: float, sigma: float, t: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Whether the nearest datum never changes up to the last of the times, so that the change is not seen."""
    return last_changes(d=d, alpha_log=alpha_log, sigma=sigma, t=t, replicas=replicas, generator=generator)[1]


def _way_back(y: Tensor, scheme: Scheme, times: tuple[float, ...], generator: torch.Generator) -> Tensor:
    """One path per row by Heun's method: each step is repeated with the mean of the drives at its ends."""
    for t, t_next in pairwise(times):
        factor, force, size = scheme.coefficients(t, t_next)
        noise = torch.randn(y.shape, dtype=y.dtype, generator=generator, device=y.device).mul_(size)
        moved = noise.add_(y, alpha=factor)
        drive = scheme.drive(y, t)
        drive = drive + scheme.drive(torch.add(moved, drive, alpha=force), t_next)
        y = moved.add_(drive, alpha=force / 2)
    return y


def _data(
    *, d: int, t: float, n: int, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas n d"]:
    check(d=d, log_n=math.log(n), t=t, sigma=sigma)
    if n * d > MOST:
        raise ParameterError(f"n d = {n * d:.3g} is outside n d <= {MOST} (numbers in memory)")
    return torch.randn(replicas, n, d, dtype=torch.float64, generator=generator, device=generator.device).mul_(sigma)


def _pairs(chosen: Tensor) -> Float64[Tensor, " replicas"]:
    """Share of the pairs of clones with one datum."""
    first, second, third = chosen.unbind(1)
    return ((first == second).double() + (second == third) + (first == third)) / 3
