"""Glauber dynamics of the Curie-Weiss model (13) of BM23: one random spin at a time takes its conditional law."""

import math

import torch
from jaxtyping import Float64, UInt8
from torch import Tensor

from numerics.simulator import ParameterError

_DRAWN = 2**20  # random numbers drawn ahead


def heat_bath(N: int, *, beta: float, h: float, device: str | torch.device = "cpu") -> Float64[Tensor, " N"]:
    """P(spin up | k of the other spins up), k = 0..N-1: 1/(1 + exp(-2 (beta R + h)/N)), R = 2k - (N-1) their sum."""
    others = 2 * torch.arange(N, dtype=torch.float64, device=device) - (N - 1)
    return torch.sigmoid(2 * (beta * others + h) / N)


def heat_bath_in_plus(N: int, *, beta: float, h: float, device: str | torch.device = "cpu") -> Float64[Tensor, " N"]:
    """The same for the model conditioned on S > 0, the state +: a spin that S > 0 depends on stays up."""
    table = heat_bath(N, beta=beta, h=h, device=device)
    table[: N // 2 + 1] = 1.0
    return table


def aligned(chains: int, *, N: int, device: str | torch.device = "cpu") -> UInt8[Tensor, "chains N"]:
    """All spins up; 1 is up, 0 is down."""
    return torch.ones(chains, N, dtype=torch.uint8, device=device)


def spin_sums(spins: UInt8[Tensor, "chains N"]) -> Float64[Tensor, " chains"]:
    """S = sum of the spins +-1."""
    return 2.0 * spins.sum(dim=1, dtype=torch.float64) - spins.shape[1]


def glauber(
    spins: UInt8[Tensor, "chains N"], *, up: Float64[Tensor, " N"], steps: int, generator: torch.Generator
) -> UInt8[Tensor, "chains N"]:
    """`steps` updates of one uniformly chosen spin per chain, in place, by a heat bath table; N steps are one sweep.

    The law of the table is stationary, with detailed balance.  With the free table and beta > 1 a chain stays in the
    state it starts in for a time exponential in N.
    """
    chains, N = spins.shape
    if steps < 0 or up.shape != (N,):
        raise ParameterError(f"glauber: needs steps >= 0 and a table of {N} entries, not {steps} and {len(up)}")
    flat = spins.view(-1)
    first = torch.arange(chains, device=spins.device) * N
    ups = spins.sum(dim=1, dtype=torch.int64)
    ahead = max(1, _DRAWN // chains)
    for start in range(0, steps, ahead):
        count = min(ahead, steps - start)
        places = torch.randint(N, (count, chains), generator=generator, device=spins.device).add_(first)
        uniforms = torch.rand(count, chains, dtype=torch.float64, generator=generator, device=spins.device)
        for place, uniform in zip(places, uniforms, strict=True):
            ups -= flat.index_select(0, place)
            new = (uniform < up.index_select(0, ups)).to(torch.uint8)
            flat.index_copy_(0, place, new)
            ups += new
    return spins


def turn(
    spins: UInt8[Tensor, "chains N"], *, h: float, generator: torch.Generator
) -> tuple[UInt8[Tensor, "chains N"], Float64[Tensor, " chains"]]:
    """Redraw the sign common to the spins of a chain, in place: P(S > 0 given |S|) = 1/(1 + exp(-2 h |S|/N)).

    The move between the two states that single spins do not make.  Returns the spins and P, 1/2 where S = 0.
    """
    sums = spin_sums(spins)
    plus = torch.sigmoid(2 * h * sums.abs() / spins.shape[1])
    drawn = torch.rand(len(sums), dtype=torch.float64, generator=generator, device=spins.device) < plus
    spins ^= (drawn != (sums > 0)).to(torch.uint8).unsqueeze(1)
    return spins, plus


def alternate_in_plus(
    sums: Float64[Tensor, " chains"], *, beta: float, h: float, N: int, sweeps: int, generator: torch.Generator
) -> Float64[Tensor, " chains"]:
    """S after `sweeps` rounds of: the field m of (14) given S, all spins given m, kept only if S > 0.

    Given S, m is normal of mean S/N, variance 1/(beta N); given m the spins are independent of mean tanh(beta m + h/N),
    so that S is binomial.  The model conditioned on S > 0 is stationary; the cost of a round does not grow with N.
    """
    number = torch.full_like(sums, N)
    for _ in range(sweeps):
        noise = torch.randn(sums.shape, dtype=torch.float64, generator=generator, device=sums.device)
        field = beta * (sums / N + noise / math.sqrt(beta * N)) + h / N
        fresh = 2 * torch.binomial(number, torch.sigmoid(2 * field), generator=generator) - N
        sums = torch.where(fresh > 0, fresh, sums)
    return sums


def relaxation_sweeps(beta: float) -> int:
    """Sweeps after which a start with all spins up is forgotten, to about exp(-16), inside its state; beta > 1.

    The mean obeys dm/dsweep = tanh(beta m) - m: the rate at the fixed point is 2 (beta - 1) near beta = 1, and 1 for
    large beta.  Raises ParameterError at beta <= 1, where there is no state to relax in.
    """
    if not 1 < beta < math.inf:
        raise ParameterError(f"beta = {beta} is outside beta > 1: there is no state to relax in")
    return math.ceil(12 + 8 / (beta - 1))
