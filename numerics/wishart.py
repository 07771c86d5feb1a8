"""Wishart matrices W = X^T X of n x d standard normal numbers: drawn data, their Bartlett factor, their bidiagonal one.

    scatter        from data, n d numbers and n d^2 products per matrix: faithful, for any covariance
    bartlett       W = T T^T, T lower triangular with chi numbers on its diagonal: d^2/2 numbers; L T is that of data
                   of covariance L L^T (Bartlett 1933)
    bidiagonal     the same eigenvalues, 2 d - 1 numbers, no matrix (Dumitriu, Edelman 2002)

Functionals take a factor, never an inverse or eigenvalues where a factor will do: log det W = 2 sum log T_jj and
tr W^-1 = |T^-1|^2 by a triangular solve, or by a recursion of positive terms.  Everything is float64 and batched over
the replicas; callers are blocks of replicas, which run on one thread (`numerics.threads`).
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy import special
from scipy.linalg import eigvalsh_tridiagonal
from torch import Tensor

from numerics.normals import quick_normal
from numerics.simulator import ParameterError

Matrices = Float64[Tensor, "replicas d d"]
Numbers = Float64[Tensor, " replicas"]

ROWS = 2**18  # numbers of one piece of data: they stay in the cache
MINIMUM_TAIL = 7.0
"""Smallest tail index that a simulator of inverse moments declares: with fewer data no mean can be judged."""

_HALVED = 64  # rows of a triangular matrix that is inverted at once
_DIGITS = 24.0  # of a root, as a natural logarithm


class Bidiagonal(NamedTuple):
    """Squares of the entries of a lower bidiagonal matrix B, where B B^T has the eigenvalues of W."""

    diagonal: Float64[Tensor, "replicas d"]
    below: Float64[Tensor, "replicas d-1"]


def scatter(
    replicas: int, *, n: int, d: int, generator: torch.Generator, scale: Float64[Tensor, " d"] | None = None
) -> Matrices:
    """X^T X of n drawn data in d dimensions, whose components have the standard deviations `scale`.

    Data are drawn and added ROWS numbers at a time; n x d is never in memory.
    """
    _check(n, d)
    device = generator.device
    total = torch.zeros(replicas, d, d, dtype=torch.float64, device=device)
    for rows in _pieces(n, max(1, ROWS // (replicas * d))):
        x = torch.randn(replicas, rows, d, dtype=torch.float64, generator=generator, device=device)
        total.baddbmm_((x if scale is None else x.mul_(scale)).mT, x)
    return total


def centred_scatter(
    replicas: int, *, n: int, d: int, generator: torch.Generator, scale: Float64[Tensor, " d"] | None = None
) -> tuple[Matrices, Float64[Tensor, "replicas d"]]:
    """The same about the mean of the data, and that mean."""
    _check(n, d)
    device = generator.device
    total = torch.zeros(replicas, d, d, dtype=torch.float64, device=device)
    sums = torch.zeros(replicas, d, dtype=torch.float64, device=device)
    for rows in _pieces(n, max(1, ROWS // (replicas * d))):
        x = torch.randn(replicas, rows, d, dtype=torch.float64, generator=generator, device=device)
        x = x if scale is None else x.mul_(scale)
        total.baddbmm_(x.mT, x)
        sums += x.sum(1)
    mean = sums / n
    return total.baddbmm_(sums.unsqueeze(2), mean.unsqueeze(1), alpha=-1), mean


def bartlett(replicas: int, *, n: int, d: int, generator: torch.Generator) -> Matrices:
    """Lower triangular T with T T^T distributed as X^T X; below d degrees of freedom the last columns are zero.

    The numbers of one square serve two replicas, one below and one above its diagonal.
    """
    _check(n, d)
    device = generator.device
    half = (replicas + 1) // 2
    factor = torch.empty(2 * half, d, d, dtype=torch.float64, device=device)
    factor[:half] = quick_normal(half, d, d, generator=generator)
    torch.tril(factor[:half].mT, -1, out=factor[half:])
    factor = factor[: half if replicas == 1 else 2 * half].tril_(-1)[:replicas]
    if n < d:
        factor[:, :, n:] = 0
    chi = chi_square(n - torch.arange(d, dtype=torch.float64), replicas, generator).sqrt_()
    factor.diagonal(dim1=1, dim2=2).copy_(chi)
    return factor


def bidiagonal(replicas: int, *, n: int, d: int, generator: torch.Generator) -> Bidiagonal:
    """Squares of B: chi^2 numbers with n, n - 1, ... degrees of freedom on its diagonal, d - 1, d - 2, ... below it."""
    _check(n, d)
    if n < d:
        raise ParameterError(f"bidiagonal: n = {n}, d = {d} is outside n >= d; exchange them, and add d - n zeros")
    down = torch.arange(d, dtype=torch.float64)
    return Bidiagonal(chi_square(n - down, replicas, generator), chi_square(d - down[1:], replicas, generator))


def chi_square(
    degrees: Float64[Tensor, " k"], replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas k"]:
    """Independent chi^2 numbers with the given degrees of freedom; 0 where these are 0 or less."""
    half = (degrees.to(generator.device) / 2).clamp_min(0).expand(replicas, len(degrees))
    return 2 * torch._standard_gamma(half.contiguous(), generator=generator)  # pyright: ignore


def log_determinant(factor: Matrices) -> Numbers:
    """log det W of W = T T^T."""
    return 2 * factor.diagonal(dim1=1, dim2=2).log().sum(1)


def trace(factor: Matrices) -> Numbers:
    """tr W of W = T T^T."""
    return factor.square().sum((1, 2))


def inverse(factor: Matrices) -> Matrices:
    """T^-1: W^-1 = (T^-1)^T T^-1.  By halves: a third of the products that a solve with the identity takes."""
    d = factor.shape[-1]
    if d <= _HALVED:
        return torch.linalg.solve_triangular(factor, _identity(factor), upper=False)
    half = d // 2
    above, below = inverse(factor[..., :half, :half]), inverse(factor[..., half:, half:])
    found = torch.zeros_like(factor)
    found[..., :half, :half], found[..., half:, half:] = above, below
    found[..., half:, :half] = -below @ (factor[..., half:, :half] @ above)
    return found


def inverse_trace(factor: Matrices) -> Numbers:
    """tr W^-1 of W = T T^T."""
    return inverse(factor).square().sum((1, 2))


def inverse_trace_of_square(factor: Matrices) -> Numbers:
    """tr W^-2 of W = T T^T."""
    half = inverse(factor)
    return (half.mT @ half).square().sum((1, 2))


def divergence_forward(factor: Matrices, n: float) -> Numbers:
    """KL(N(0, S) | N(0, 1)) in nats, S = T T^T/n; T of any covariance C times C^(-1/2)."""
    d = factor.shape[-1]
    return (trace(factor) / n - d - log_determinant(factor) + d * math.log(n)) / 2


def divergence_reverse(factor: Matrices, n: float) -> Numbers:
    """KL(N(0, 1) | N(0, S)) in nats, S = T T^T/n."""
    d = factor.shape[-1]
    return (inverse_trace(factor) * n - d + log_determinant(factor) - d * math.log(n)) / 2


def cholesky(matrices: Matrices) -> Matrices:
    """The factor of symmetric positive matrices; raises ParameterError where one is singular."""
    factor, failed = torch.linalg.cholesky_ex(matrices)
    singular = failed.nonzero()
    if len(singular):
        raise ParameterError(
            f"cholesky: matrix {int(singular[0])} of {len(matrices)} is singular (fewer data than dimensions?)"
        )
    return factor


def bidiagonal_trace(b: Bidiagonal) -> Numbers:
    """tr W."""
    return b.diagonal.sum(1) + b.below.sum(1)


def bidiagonal_log_determinant(b: Bidiagonal) -> Numbers:
    """log det W."""
    return b.diagonal.log().sum(1)


def bidiagonal_trace_of_square(b: Bidiagonal) -> Numbers:
    """tr W^2: the squares of the entries of the tridiagonal B B^T."""
    on = b.diagonal.clone()
    on[:, 1:] += b.below
    return on.square_().sum(1) + 2 * (b.diagonal[:, :-1] * b.below).sum(1)


def bidiagonal_inverse_trace(b: Bidiagonal) -> Numbers:
    """tr W^-1: squared lengths of the rows of B^-1, each from the one above."""
    row = 1 / b.diagonal[:, 0]
    total = row.clone()
    for k in range(1, b.diagonal.shape[1]):
        row = (1 + b.below[:, k - 1] * row) / b.diagonal[:, k]
        total += row
    return total


def bidiagonal_root_trace(b: Bidiagonal) -> Numbers:
    """tr W^(1/2), to 1e-9, without eigenvalues: sqrt(x) is 2/pi times the integral of x/(x + u^2) over u.

    At each node tr (W + u^2)^-1 by a recursion of positive terms, for all nodes and replicas at once.
    """
    nodes, weights = _root_nodes(1 / float(bidiagonal_inverse_trace(b).max()), _largest(b))
    shift = torch.from_numpy(nodes).to(b.diagonal.device).square_().unsqueeze(1)
    d, replicas = b.diagonal.shape[1], len(b.diagonal)
    moved, slope = shift.expand(-1, replicas), torch.ones(1, dtype=torch.float64, device=shift.device)
    resolvent = torch.zeros(len(nodes), replicas, dtype=torch.float64, device=shift.device)
    for k in range(d):
        share = 1 / (b.diagonal[:, k] + moved)
        resolvent += slope * share
        if k + 1 < d:
            part = b.below[:, k] * share
            moved, slope = shift + part * moved, 1 + part * share * b.diagonal[:, k] * slope
    return torch.from_numpy(weights).to(shift.device) @ (d - shift * resolvent)


def _root_nodes(low: float, high: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes u and weights of the integral for x between low and high (Hale, Higham, Trefethen 2008, method 3).

    u = sqrt(low) sc(v) with v at even distances; the second half are sqrt(low high)/u of the first.
    """
    pairs = math.ceil((math.log(high / low) + 3) * _DIGITS / (4 * math.pi**2))
    quarter = float(special.ellipkm1(low / high))
    sn, cn, dn, _ = special.ellipj((np.arange(pairs) + 0.5) * quarter / (2 * pairs), 1 - low / high)
    u, slope = math.sqrt(low) * sn / cn, math.sqrt(low) * dn / cn**2
    mirror = math.sqrt(low * high)
    weights = quarter / (math.pi * pairs) * np.concatenate((slope, mirror / u**2 * slope))
    return np.concatenate((u, mirror / u)), weights


def _largest(b: Bidiagonal) -> float:
    """A bound of all eigenvalues: sums along the rows of the tridiagonal B B^T (Gershgorin)."""
    rows, beside = b.diagonal.clone(), (b.diagonal[:, :-1] * b.below).sqrt()
    rows[:, 1:] += b.below + beside
    rows[:, :-1] += beside
    return float(rows.max())


def eigenvalues(b: Bidiagonal) -> NDArray[np.float64]:
    """The eigenvalues of each W, ascending, (replicas, d): of the tridiagonal B B^T, d^2 operations each."""
    diagonal = b.diagonal.clone()
    diagonal[:, 1:] += b.below
    beside = (b.diagonal[:, :-1] * b.below).sqrt()
    rows = zip(diagonal.cpu().numpy(), beside.cpu().numpy(), strict=True)
    found = [eigvalsh_tridiagonal(row, off, lapack_driver="sterf", check_finite=False) for row, off in rows]
    return np.maximum(np.stack(found), 0.0)


def spectral_sum(b: Bidiagonal, function: Callable[[NDArray[np.float64]], NDArray[np.float64]]) -> Numbers:
    """The sum of function(x) over the eigenvalues of each W."""
    return torch.from_numpy(function(eigenvalues(b)).sum(1))


def require_tail(name: str, *, n: int, d: int, order: int) -> None:
    """ParameterError unless means of `order` factors W^-1 can be judged: their tail index is (n - d + 1)/(2 order)."""
    index = (n - d + 1) / (2 * order)
    if index < MINIMUM_TAIL:
        least = d - 1 + math.ceil(2 * order * MINIMUM_TAIL)
        what = "is infinite" if index <= 1 else f"has samples of tail index {index:g}, whose mean cannot be judged"
        raise ParameterError(f"{name}: n = {n}, d = {d}: E tr W^-{order} {what}; needs n >= {least}")


def _check(n: int, d: int) -> None:
    if n < 1 or d < 1:
        raise ParameterError(f"n = {n}, d = {d} is outside n >= 1, d >= 1 (data, dimensions)")


def _pieces(count: int, most: int) -> list[int]:
    return [min(most, count - start) for start in range(0, count, most)]


def _identity(like: Matrices) -> Float64[Tensor, "d d"]:
    return torch.eye(like.shape[-1], dtype=torch.float64, device=like.device)
