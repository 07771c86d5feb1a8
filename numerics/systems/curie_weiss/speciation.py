"""Curie-Weiss speciation: is mu = sum(x)/sqrt(N) positive at time t?  Forward from the data, backward from pure noise.

Data are spins of model (13) or of the two-state model (16) of BM23.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.diffusion import linear_exact, noised, pure_noise, reverse_pair, variance
from numerics.ensembles import (
    curie_weiss_spins,
    curie_weiss_sums,
    spontaneous_magnetisation,
    two_state_spins,
    two_state_sums,
)
from numerics.simulator import ParameterError, simulator
from numerics.systems.curie_weiss.score import posterior

_IN_CACHE = 128  # per component, so that a block has 2^14 of them: larger temporaries cost four times as much time
_ENUMERATED = 20
_BEFORE = 5.0  # the way back starts at tau = 5: a start from pure noise costs a weight of order exp(-2 tau)


@simulator(size="N", route="forward", values="indicator", footprint=lambda **_: 12, block=2**17)
def positive_fraction_spins(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Whether mu > 0, from exact draws of the sum of N spins of model (13) and of the noise along mu."""
    sums = curie_weiss_sums(replicas, N=N, beta=beta, h=h, generator=generator)
    return _positive(noised(sums / math.sqrt(N), t=t, T=T, generator=generator))


@simulator(size="N", route="forward", values="indicator", footprint=lambda **_: 12, block=2**17)
def positive_fraction_two_state(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same for the two-state model (16)."""
    sums = two_state_sums(replicas, N=N, beta=beta, h=h, generator=generator)
    return _positive(noised(sums / math.sqrt(N), t=t, T=T, generator=generator))


@simulator(size="N", route="data", values="indicator", footprint=lambda N, **_: _IN_CACHE * N)
def positive_fraction_spins_noised(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Whether mu > 0, from N spins of model (13), each with its own noise."""
    spins = curie_weiss_spins(replicas, N=N, beta=beta, h=h, generator=generator)
    return _positive(noised(spins, t=t, T=T, generator=generator).sum(1))


@simulator(size="N", route="data", values="indicator", footprint=lambda N, **_: _IN_CACHE * N)
def positive_fraction_two_state_noised(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same for the two-state model (16)."""
    spins = two_state_spins(replicas, N=N, beta=beta, h=h, generator=generator)
    return _positive(noised(spins, t=t, T=T, generator=generator).sum(1))


@simulator(size="N", route="reduced", values="exact")
def positive_fraction_spins_enumerated(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Probability of mu > 0, by the sum over the 2^N configurations of model (13) and the normal law; N <= 20."""
    sums = _every_sum(N)
    return _averaged(torch.softmax(beta * sums**2 / (2 * N) + h * sums / N, 0), sums / math.sqrt(N), t=t, T=T)


@simulator(size="N", route="reduced", values="exact")
def positive_fraction_two_state_enumerated(
    *, N: int, t: float, beta: float, h: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The same for the two-state model (16)."""
    sums, m = _every_sum(N), spontaneous_magnetisation(beta)
    fields = torch.tensor([m, -m], dtype=torch.float64)
    states = torch.softmax(h * fields, 0).unsqueeze(1) * torch.softmax(beta * fields.unsqueeze(1) * sums, 1)
    return _averaged(states.sum(0), sums / math.sqrt(N), t=t, T=T)


@simulator(size="N", route="backward", bias={"dt": 1}, footprint=lambda N, **_: _IN_CACHE * N)
def positive_fraction_generated(
    *, N: int, t: float, beta: float, h: float, T: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Whether mu > 0 at time t of the reverse process (6), driven in N dimensions by the exact score of model (16).

    Started from N(0, T) at tau = 5.  `dt` is the part of the whole signal-to-noise ratio that one step gathers.
    A replica averages over a path and its mirror image, driven by the opposite noise: minus the path in the field -h.
    """
    start = math.log(N) / 2 + _BEFORE
    if not t < start:
        raise ParameterError(f"positive_fraction_generated: t = {t:g} is outside t < {start:g}, the start from noise")
    times = signal_to_noise_grid(start, t, 2 * math.ceil(1 / (2 * dt)))
    noise = generator.get_state()

    def generated(field: float) -> tuple[Tensor, Tensor]:
        generator.set_state(noise)
        x = pure_noise(replicas, N, T=T, generator=generator)
        scheme = linear_exact(lambda x, at: posterior(x, t=at, beta=beta, h=field, T=T).spins, T=T)
        return reverse_pair(x, scheme=scheme, times=times, generator=generator)

    pairs = zip(generated(h), generated(-h), strict=True)
    return torch.stack([(_positive(path.sum(1)) + _positive(-mirrored.sum(1))) / 2 for path, mirrored in pairs], dim=1)


def signal_to_noise_grid(start: float, stop: float, steps: int) -> tuple[float, ...]:
    """Times from start down to stop in equal steps of exp(-2t)/Delta, the clock by which the way back learns a."""
    first, last = (math.exp(-2 * t) / variance(t, T=1.0) for t in (start, stop))
    ratios = (first + (last - first) * k / steps for k in range(1, steps))
    return (start, *(math.log1p(1 / ratio) / 2 for ratio in ratios), stop)


def _every_sum(N: int) -> Float64[Tensor, " configurations"]:
    if N > _ENUMERATED:
        raise ParameterError(f"positive_fraction: N = {N} is outside 1 <= N <= {_ENUMERATED} (2^N configurations)")
    ups = sum(((torch.arange(2**N) >> site) & 1 for site in range(N)), torch.zeros(2**N))
    return (2 * ups - N).double()


def _averaged(
    probability: Float64[Tensor, " configurations"], signal: Float64[Tensor, " configurations"], *, t: float, T: float
) -> Float64[Tensor, " 1"]:
    above = torch.special.ndtr(math.exp(-t) * signal / math.sqrt(variance(t, T=T)))
    return (probability * above).sum(0, keepdim=True)


def _positive(mu: Tensor) -> Float64[Tensor, " replicas"]:
    return (mu > 0).double()
