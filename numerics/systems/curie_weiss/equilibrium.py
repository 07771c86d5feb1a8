"""The Curie-Weiss model (13) of BM23 at finite N: magnetisation, its fluctuations, the weight of a state."""

import math
from collections.abc import Iterable

import torch
from jaxtyping import Float64, UInt8
from torch import Tensor

from numerics.ensembles import curie_weiss_law, curie_weiss_sums
from numerics.glauber import (
    aligned,
    alternate_in_plus,
    glauber,
    heat_bath,
    heat_bath_in_plus,
    relaxation_sweeps,
    spin_sums,
    turn,
)
from numerics.simulator import ParameterError, simulator

_IN_CACHE = 2**15  # draws whose temporaries stay in a cache of 1 MiB: twice the speed of 2**17
_STRATA = 16
_FINE_STRATA = 32
_ENUMERATED = 24


@simulator(size="N", route="data", values="exact")
def density_of_magnetisation(
    *, N: int, beta: float, h: float, m: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Density at m of the Hubbard-Stratonovich field of (14), by enumeration of the 2^N configurations; N <= 24.

    Given the spins the field is normal, of mean S/N and variance 1/(beta N).
    """
    if N > _ENUMERATED:
        raise ParameterError(
            f"density_of_magnetisation: N = {N} is outside 1 <= N <= {_ENUMERATED} (2^N configurations)"
        )
    configurations = torch.arange(2**N, device=generator.device)
    ups = torch.zeros_like(configurations)
    for site in range(N):
        ups += (configurations >> site) & 1
    sums = (2 * ups - N).double()
    log_weight = beta * sums**2 / (2 * N) + h * sums / N
    log_joint = log_weight - beta * N * (m - sums / N) ** 2 / 2
    log_density = (
        torch.logsumexp(log_joint, 0) - torch.logsumexp(log_weight, 0) + 0.5 * math.log(beta * N / (2 * math.pi))
    )
    return log_density.exp().unsqueeze(0)


@simulator(size="N", route="reduced", footprint=lambda **_: 12, block=_IN_CACHE)
def density_of_magnetisation_sampled(
    *, N: int, beta: float, h: float, m: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same density for any N: the normal density of m around S/N, averaged over exact draws of S."""
    sums = curie_weiss_sums(replicas, N=N, beta=beta, h=h, generator=generator)
    return torch.exp(-beta * N * (m - sums / N) ** 2 / 2) * math.sqrt(beta * N / (2 * math.pi))


@simulator(size="N", route="reduced", footprint=lambda **_: 12, block=_IN_CACHE)
def law_of_field(
    *, N: int, beta: float, h: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Draws of the Hubbard-Stratonovich field of (14): S/N and a normal variable of variance 1/(beta N)."""
    sums = curie_weiss_sums(replicas, N=N, beta=beta, h=h, generator=generator)
    return _field(sums, N=N, beta=beta, generator=generator)


@simulator(size="N", route="reduced", footprint=lambda **_: 8 * _STRATA, block=_IN_CACHE // 8)
def magnetisation(*, N: int, beta: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """|S|/N at h = 0 from exact draws of S, 16 stratified ones in each replica."""
    law = curie_weiss_law(N, beta, 0.0)
    return law.draw_stratified(replicas, _STRATA, generator=generator).abs().mean(dim=1) / N


@simulator(size="N", route="reduced", footprint=lambda **_: 16 * _FINE_STRATA, block=_IN_CACHE // 16)
def state_variance(*, N: int, beta: float, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """N Var(S/N given S > 0) at h = 0, from two independent sets of 32 stratified exact draws in each replica.

    The mean square of both sets minus the product of their means is unbiased, for the sets are independent.
    """
    law = curie_weiss_law(N, beta, 0.0).where(lambda sums: sums > 0)
    draws = law.draw_stratified(2 * replicas, _FINE_STRATA, generator=generator)
    return _variance(draws.mean(dim=1), draws.square().mean(dim=1)) / N


@simulator(size="N", route="reduced", values="indicator", footprint=lambda **_: 12, block=_IN_CACHE)
def weight_plus(
    *, N: int, beta: float, h: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Whether S > 0; when S = 0 (even N) a fair coin decides, so that the mean is P(S > 0) + P(S = 0)/2."""
    sums = curie_weiss_sums(replicas, N=N, beta=beta, h=h, generator=generator)
    if N % 2:
        return (sums > 0).double()
    coin = torch.rand(replicas, dtype=torch.float64, generator=generator, device=generator.device) - 0.5
    return (torch.where(sums == 0, coin, sums) > 0).double()


@simulator(size="N", route="data", footprint=lambda N, **_: 64 + N // 8, block=4096)
def magnetisation_glauber(
    *, N: int, beta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """|S|/N at h = 0 at the end of a Glauber chain per replica, started with all spins up; beta > 1."""
    up = heat_bath(N, beta=beta, h=0.0, device=generator.device)
    spins = aligned(replicas, N=N, device=generator.device)
    glauber(spins, up=up, steps=N * relaxation_sweeps(beta), generator=generator)
    return spin_sums(spins).abs() / N


@simulator(size="N", route="data", footprint=lambda N, **_: 128 + N // 4, block=4096)
def state_variance_glauber(
    *, N: int, beta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """N Var(S/N given S > 0) at h = 0 from two Glauber chains per replica that keep S > 0; beta > 1.

    After relaxation S is recorded once per sweep.  The mean square of both minus the product of their means is unbiased
    whatever the correlation in time, for the two chains are independent.
    """
    up = heat_bath_in_plus(N, beta=beta, h=0.0, device=generator.device)
    spins = aligned(2 * replicas, N=N, device=generator.device)
    relaxation = relaxation_sweeps(beta)
    glauber(spins, up=up, steps=N * relaxation, generator=generator)
    record = (spin_sums(glauber(spins, up=up, steps=N, generator=generator)) for _ in range(2 * relaxation))
    return _variance(*_moments(record)) / N


@simulator(size="N", route="data", footprint=lambda **_: 24, block=4096)
def state_variance_alternating(
    *, N: int, beta: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The same from two chains per replica that redraw the field of (14) and all spins in turn, at any N; beta > 1."""

    def later(sums: Tensor, sweeps: int) -> Tensor:
        return alternate_in_plus(sums, beta=beta, h=0.0, N=N, sweeps=sweeps, generator=generator)

    relaxation = relaxation_sweeps(beta)
    sums = later(torch.full((2 * replicas,), float(N), dtype=torch.float64, device=generator.device), relaxation)
    record = (sums := later(sums, 1) for _ in range(2 * relaxation))
    return _variance(*_moments(record)) / N


@simulator(size="N", route="data", footprint=lambda N, **_: 64 + N // 8, block=4096)
def weight_plus_glauber(
    *, N: int, beta: float, h: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """P(S > 0 given |S|) at the end of a Glauber chain per replica, its common sign redrawn every sweep; beta > 1."""
    _, plus = _turning_chains(replicas, N=N, beta=beta, h=h, generator=generator)
    return plus


@simulator(size="N", route="data", footprint=lambda N, **_: 64 + N // 8, block=4096)
def law_of_field_glauber(
    *, N: int, beta: float, h: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Draws of the field of (14) around the spins at the end of such a chain per replica; beta > 1."""
    spins, _ = _turning_chains(replicas, N=N, beta=beta, h=h, generator=generator)
    return _field(spin_sums(spins), N=N, beta=beta, generator=generator)


def _turning_chains(
    chains: int, *, N: int, beta: float, h: float, generator: torch.Generator
) -> tuple[UInt8[Tensor, "chains N"], Float64[Tensor, " chains"]]:
    """Spins of Glauber chains whose common sign was redrawn every sweep, and P(S > 0 given |S|)."""
    up = heat_bath(N, beta=beta, h=h, device=generator.device)
    spins = aligned(chains, N=N, device=generator.device)
    plus = torch.empty(0, dtype=torch.float64, device=generator.device)
    for _ in range(relaxation_sweeps(beta)):
        glauber(spins, up=up, steps=N, generator=generator)
        spins, plus = turn(spins, h=h, generator=generator)
    return spins, plus


def _field(sums: Float64[Tensor, " chains"], *, N: int, beta: float, generator: torch.Generator) -> Tensor:
    """The field of (14) given the sums of the spins: normal, of mean S/N and variance 1/(beta N)."""
    noise = torch.randn(sums.shape, dtype=torch.float64, generator=generator, device=sums.device)
    return sums / N + noise / math.sqrt(beta * N)


def _moments(record: Iterable[Tensor]) -> tuple[Tensor, Tensor]:
    """Means over time of S and of S^2."""
    count, total, squares = 0, torch.zeros(()), torch.zeros(())
    for sums in record:
        count, total, squares = count + 1, total + sums, squares + sums.square()
    return total / count, squares / count


def _variance(means: Float64[Tensor, " both"], squares: Float64[Tensor, " both"]) -> Float64[Tensor, " replicas"]:
    """Variance per replica from the means of S and of S^2 over two independent samples, the halves of the tensors."""
    one, other = means.chunk(2)
    return squares.view(2, -1).mean(dim=0) - one * other
