"""The sign of Delta = E_TG - E_OG of a linear denoiser, H24 (3.6)-(3.8): logarithms of what is left when terms cancel.

In units of (4 pi sigma^2)^(-d/2) a distance is: own term of the generated Gaussian - cross + self term + pairs.  The
own term is the same in both distances.  With a bandwidth sigma n^(-1/d) on n samples the self term is 1, and cancels
too; beside it the pairs and the cross terms are 1e-7 to 1e-18 at d = 100.  So they are never added to it:

    Delta > 0  where  log(pairs_T + cross_O) > log(pairs_O + cross_T)

Pairs are products of matrices, half of them by symmetry; cross terms need one Cholesky factor of d x d for each
bandwidth.  What the paper leaves open, or prints otherwise, are the named choices of `Conventions`.
"""

import math
from dataclasses import dataclass
from enum import Enum

import torch
from jaxtyping import Bool, Float64
from torch import Tensor

ROWS, COLUMNS = 256, 2048
"""Samples whose products are held at once: 4 MiB, which a cache holds."""
_FAINT = -700.0
_RANK = 1e-10


class Bandwidths(Enum):
    """Of the kernels on n training and on N original samples."""

    SEPARATE = "sigma n^(-1/d) and sigma N^(-1/d)"
    COMMON = "sigma N^(-1/d) for both"
    MIXING = "sqrt(2 t_M) of (2.10), with n and with N"


class Covariance(Enum):
    """Of what the denoiser generates, over sigma_X^2."""

    GENERATED = "theta theta^T"
    TRANSPOSED = "theta^T theta, as printed"


class SelfTerms(Enum):
    """What becomes of the terms of each kernel with itself."""

    CANCELLED = "cancelled analytically"
    SINGLE = "subtracted in single precision"


@dataclass(frozen=True)
class Conventions:
    """The choices; by default those of the caption of H24 Fig. 4, with the covariance that samples have."""

    bandwidths: Bandwidths = Bandwidths.SEPARATE
    covariance: Covariance = Covariance.GENERATED
    self_terms: SelfTerms = SelfTerms.CANCELLED


CAPTION = Conventions()


@dataclass(frozen=True)
class Fit:
    """Generated mean and covariance of each training set."""

    mean: Float64[Tensor, "sets d"]
    covariance: Float64[Tensor, "sets d d"]


def fitted(
    y: Float64[Tensor, "sets n d"], z: Float64[Tensor, "sets n d"], *, horizon: float, lam: float,
    covariance: Covariance = Covariance.GENERATED,
) -> Fit:  # fmt: skip
    """Regression of Y on X = exp(-T) Y + sqrt(lam (1 - exp(-2T))) Z, of least norm where n <= d; X of (3.2) put in."""
    decay, added = math.exp(-horizon), -lam * math.expm1(-2 * horizon)
    x = (decay * y).add_(z, alpha=math.sqrt(added))
    mean_x, mean_y = x.mean(1, keepdim=True), y.mean(1, keepdim=True)
    x, centred = x - mean_x, y - mean_y
    n, d = y.shape[1:]
    if n > d:
        lower = torch.linalg.cholesky(x.mT @ x)
        transposed = torch.cholesky_solve(x.mT @ centred, lower)
    else:
        transposed = torch.linalg.pinv(x, rtol=_RANK) @ centred
    variance = decay**2 * centred.square().mean((1, 2)) + added
    mean = mean_y + (decay * mean_y - mean_x) @ transposed
    product = transposed.mT @ transposed if covariance is Covariance.GENERATED else transposed @ transposed.mT
    return Fit(mean[:, 0], variance[:, None, None] * product)


def log_pairs(samples: Float64[Tensor, "sets n d"], *, sigma: float, bandwidth: float) -> Float64[Tensor, " sets"]:
    """log of (2/n^2) sum over pairs of exp(-|Y_i - Y_j|^2/(4 bandwidth^2)), in units of (4 pi sigma^2)^(-d/2).

    -inf for one sample.  Exponents come from one product: (s, -|s|^2/2, 1) with (s, 1, -|s|^2/2).
    """
    n, d = samples.shape[1:]
    scaled = samples / (math.sqrt(2) * bandwidth)
    half = -scaled.square().sum(2, keepdim=True) / 2
    one = torch.ones_like(half)
    left, right = torch.cat([scaled, half, one], dim=2), torch.cat([scaled, one, half], dim=2).mT
    largest = _largest(left[:, :ROWS], right[:, :, :COLUMNS])
    left[:, :, d] -= largest[:, None]  # all exponents, less what one of them is: none overflows, some are left
    total = torch.zeros(samples.shape[:1], dtype=samples.dtype, device=samples.device)
    for top in range(0, n, ROWS):
        rows = left[:, top : top + ROWS]
        within = rows @ right[:, :, top : top + ROWS]
        total += within.masked_fill_(_not_above(within), -math.inf).exp_().sum((1, 2))
        for start in range(top + ROWS, n, COLUMNS):
            # below, denormal numbers cost forty times as much
            total += (rows @ right[:, :, start : start + COLUMNS]).clamp_(min=_FAINT).exp_().sum((1, 2))
    return total.log() + largest + math.log(2) - 2 * math.log(n) + d * math.log(sigma / bandwidth)


def log_cross(
    fit: Fit, samples: Float64[Tensor, "sets n d"], *, sigma: float, bandwidth: float
) -> Float64[Tensor, " sets"]:
    """log of (2/n) sum of N(Y_k | generated mean, generated covariance + bandwidth^2), in the same units."""
    n, d = samples.shape[1:]
    lower = torch.linalg.cholesky(
        fit.covariance + bandwidth**2 * torch.eye(d, dtype=samples.dtype, device=samples.device)
    )
    offset = torch.linalg.solve_triangular(lower, (samples - fit.mean[:, None]).mT, upper=False)
    log_determinant = lower.diagonal(dim1=1, dim2=2).log().sum(1)
    mean = torch.logsumexp(offset.square_().sum(1) / -2, dim=1) - math.log(n)
    return math.log(2) + mean + d / 2 * math.log(2 * sigma**2) - log_determinant


def log_sides(
    y: Float64[Tensor, "groups k n d"], z: Float64[Tensor, "groups k n d"], original: Float64[Tensor, "groups l m d"],
    *, horizon: float, lam: float, sigma: float, conventions: Conventions = CAPTION,
    pairs_original: Float64[Tensor, "groups l"] | None = None,
) -> tuple[Float64[Tensor, "groups k l"], Float64[Tensor, "groups k l"]]:  # fmt: skip
    """The logarithms of what Delta is the difference of, for each training set with each set of originals.

    The pairs of the originals, `log_pairs`, may be given: they cost most, and serve every training set.
    """
    (groups, k, n, d), (many, m) = y.shape, original.shape[1:3]
    of_training, of_original = bandwidths(conventions.bandwidths, n=n, m=m, d=d, sigma=sigma)
    flat = y.reshape(-1, n, d)
    fit = fitted(flat, z.reshape(-1, n, d), horizon=horizon, lam=lam, covariance=conventions.covariance)
    pairs_training = log_pairs(flat, sigma=sigma, bandwidth=of_training).reshape(groups, k, 1)
    cross_training = log_cross(fit, flat, sigma=sigma, bandwidth=of_training).reshape(groups, k, 1)
    if pairs_original is None:
        pairs_original = log_pairs(original.reshape(-1, m, d), sigma=sigma, bandwidth=of_original).reshape(groups, many)
    every = Fit(fit.mean.repeat_interleave(many, 0), fit.covariance.repeat_interleave(many, 0))
    against = original[:, None].expand(-1, k, -1, -1, -1).reshape(-1, m, d)
    cross_original = log_cross(every, against, sigma=sigma, bandwidth=of_original).reshape(groups, k, many)
    more, less = (part.to(y.device) for part in self_terms(conventions, n=n, m=m, d=d, sigma=sigma))
    above = torch.logaddexp(pairs_training, cross_original).logaddexp(more)
    return above, torch.logaddexp(pairs_original[:, None], cross_training).logaddexp(less)


def bandwidths(choice: Bandwidths, *, n: int, m: int, d: int, sigma: float) -> tuple[float, float]:
    """On the n training and on the m original samples."""
    if choice is Bandwidths.MIXING:
        mixing = (math.sqrt(math.log1p(sigma**2 / math.expm1(2 * math.log(k) / d))) for k in (n, m))
        return next(mixing), next(mixing)
    other = sigma * m ** (-1 / d)
    return (other if choice is Bandwidths.COMMON else sigma * n ** (-1 / d)), other


def self_terms(
    conventions: Conventions, *, n: int, m: int, d: int, sigma: float
) -> tuple[Float64[Tensor, ""], Float64[Tensor, ""]]:
    """log of what is left of the self terms on either side, in units of (4 pi sigma^2)^(-d/2)."""
    widths = bandwidths(conventions.bandwidths, n=n, m=m, d=d, sigma=sigma)
    if conventions.self_terms is SelfTerms.CANCELLED:
        if conventions.bandwidths is Bandwidths.SEPARATE:
            return _log_parts(0.0)
        logs = [d * math.log(sigma / width) - math.log(k) for k, width in zip((n, m), widths, strict=True)]
        return _log_parts(math.exp(logs[1]) * math.expm1(logs[0] - logs[1]))
    unit = d / 2 * math.log(4 * math.pi * sigma**2)
    single = torch.tensor([[n, m], widths], dtype=torch.float32)
    rounded = -d / 2 * (4 * math.pi * single[1].square()).log() - single[0].log()
    in_units = (rounded.double() + unit).exp()
    return _log_parts(float(in_units[0] - in_units[1]))


def _log_parts(difference: float) -> tuple[Float64[Tensor, ""], Float64[Tensor, ""]]:
    parts = torch.tensor([max(difference, 0.0), max(-difference, 0.0)], dtype=torch.float64).log()
    return parts[0], parts[1]


def _largest(
    rows: Float64[Tensor, "sets rows width"], columns: Float64[Tensor, "sets width columns"]
) -> Float64[Tensor, " sets"]:
    """The largest exponent of two samples among these; 0 where there is only one sample."""
    exponents = rows @ columns
    exponents.masked_fill_(_not_above(exponents), -math.inf)
    found = exponents.amax((1, 2))
    return torch.where(found.isfinite(), found, torch.zeros_like(found))


def _not_above(square: Float64[Tensor, "sets rows columns"]) -> Bool[Tensor, "rows columns"]:
    """On and below the diagonal."""
    return torch.ones(square.shape[1:], dtype=torch.bool, device=square.device).tril()
