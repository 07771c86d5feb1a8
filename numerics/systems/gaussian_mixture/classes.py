"""Do two clones of a backward path end in the same of two Gaussian modes?  By Bayes, from data, and on the way back.

A path's mode is that from which it came.  At t = 0 it is known up to a doubt of order exp(-d mu^2/(2 sigma^2)), which
is averaged over, not drawn.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.clones import TwoModes, advance_pair, drawn, mode, same_mode, signal_grid, time_of_signal
from numerics.diffusion import pure_noise, variance
from numerics.simulator import ParameterError, simulator

_IN_CACHE = 64  # per component: a block of the way back has 2^15 of them in each of its six states
_FAINT = 2**-8  # the signal at which the way back starts from pure noise, instead of two modes
_CLONES = 4  # of one path: six pairs
_CLEAR = 5.0  # and at which it ends, or at t = 0: it leaves a doubt of exp(-12.5) at most


@simulator(size="d", route="posterior", footprint=lambda **_: 16, block=2**15)
def same_class_probability(
    *, d: int, t: float, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Chance that two draws from the posterior name the same mode, at a noised point of the mode +m.

    Of the point only its component along m is drawn, together with the one that mirrors its noise.
    """
    spread = math.sqrt(variance(t, T=1.0) + (sigma * math.exp(-t)) ** 2)
    centre = mu * math.sqrt(d) * math.exp(-t)
    noise = torch.randn(replicas, dtype=torch.float64, generator=generator, device=generator.device).mul_(spread)
    return (_two_draws(centre + noise, centre, spread) + _two_draws(centre - noise, centre, spread)) / 2


@simulator(size="d", route="data", footprint=lambda d, **_: 4 * d)
def same_class_probability_noised(
    *, d: int, t: float, mu: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from noised data in d dimensions, whose posterior is Bayes' rule for the densities of both modes."""
    modes = TwoModes(mode(d, mu, device=generator.device), sigma)
    y = drawn(replicas, modes, t=t, generator=generator)
    plus, minus = ((y - sign * math.exp(-t) * modes.mode).square().sum(1) for sign in (1, -1))
    share = torch.sigmoid((minus - plus) / (2 * modes.noise(t)))
    return share.square() + (1 - share).square()


@simulator(size="d", route="backward", bias={"dt": 2}, footprint=lambda d, **_: _IN_CACHE * d)
def same_class_probability_cloned(
    *, d: int, t: float, mu: float, sigma: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """How many pairs of clones end in one mode: backward paths in d dimensions with the exact score, parted at time t.

    Started from pure noise, where the signal is 2^-8 of the width of a mode; dt is its step in such widths.
    """
    modes = TwoModes(mode(d, mu, device=generator.device), sigma)
    start, end = (time_of_signal(modes, strength) for strength in (_FAINT, _CLEAR))
    if not end < t < start:
        raise ParameterError(
            f"same_class_probability_cloned: t = {t:g} is outside {end:g} < t < {start:g}, the way back"
        )
    y = pure_noise(replicas, d, T=1.0, generator=generator)
    coarse = y.clone()
    advance_pair(y, coarse, modes=modes, times=signal_grid(modes, start, t, step=dt), generator=generator)
    ends = [
        advance_pair(
            y.clone(), coarse.clone(), modes=modes, times=signal_grid(modes, t, end, step=dt), generator=generator
        )
        for _ in range(_CLONES)
    ]
    found = (torch.stack(along) for along in zip(*ends, strict=True))
    return torch.stack([same_mode(along, modes=modes, t=end) for along in found], dim=1)


def _two_draws(along: Tensor, centre: float, spread: float) -> Tensor:
    share = torch.sigmoid(along * (2 * centre / spread**2))
    return share.square() + (1 - share).square()
