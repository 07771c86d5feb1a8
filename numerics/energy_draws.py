"""Energies of n data seen from a noised one, drawn: from the data themselves, or from their law without any data.

E_k = |x - a_k exp(-t)|^2/(2 Delta), T = 1; the data are normal with variance sigma^2 in d components.
"""

import math

import torch
from jaxtyping import Bool, Float64
from torch import Tensor

from numerics.diffusion import variance
from numerics.random_energy import check, contrast_of
from numerics.simulator import ParameterError

MOST = 2**27
"""Most numbers of one data set: 1 GiB."""
CHUNK = 2**18


def number_of_data(*, d: int, alpha_log: float, t: float, sigma: float) -> float:
    """n = exp(alpha_log d), checked; ParameterError where so many energies do not fit memory."""
    if not alpha_log * d <= math.log(MOST):
        raise ParameterError(
            f"n = exp(alpha_log d) with alpha_log = {alpha_log}, d = {d} is outside n <= {MOST} (numbers in memory)"
        )
    check(d=d, log_n=alpha_log * d, t=t, sigma=sigma)
    return math.exp(alpha_log * d)


def whole_numbers(n: float, replicas: int, generator: torch.Generator) -> tuple[int, Bool[Tensor, " replicas"]]:
    """The whole number above n, and which replicas use it rather than that below, so that log n is the mean of both."""
    below = math.floor(n)
    share = math.log(n / below) / math.log1p(1 / below)
    uniform = torch.rand(replicas, dtype=torch.float64, generator=generator, device=generator.device)
    return below + 1, uniform < share


def energies(
    x: Float64[Tensor, "replicas queries d"], data: Float64[Tensor, "replicas n d"], *, t: float
) -> Float64[Tensor, "replicas queries n"]:
    """The energies of all data at all points."""
    products = x @ data.transpose(1, 2)
    squares = data.square().sum(-1)[:, None, :] * math.exp(-2 * t) + x.square().sum(-1)[:, :, None]
    return (squares - 2 * math.exp(-t) * products) / (2 * variance(t, T=1.0))


def own_and_square(
    *, d: int, t: float, sigma: float, replicas: int, generator: torch.Generator
) -> tuple[Float64[Tensor, " replicas"], Float64[Tensor, " replicas"]]:
    """|x|^2 over its variance per component, and the own energy |z|^2/2, drawn together; d >= 2.

    x/sqrt(Gamma) = g is normal, and z = sqrt(Delta/Gamma) g + sqrt(1 - Delta/Gamma) g' with g' normal.
    """
    _check_across(d)
    square = chi_square(d, replicas, generator)
    return square, _own(square, d=d, share=1 / (1 + contrast_of(t=t, sigma=sigma)), generator=generator)


def others(
    n: float, *, d: int, t: float, sigma: float, replicas: int, generator: torch.Generator
) -> tuple[Float64[Tensor, " replicas"], Float64[Tensor, " replicas"], Float64[Tensor, " replicas"]]:
    """|x|^2 over its variance per component, the own energy, and the log of the sum over the n - 1 others.

    The others' energies are contrast/2 times noncentral chi-squares; they are streamed, CHUNK at a time.
    """
    square, own = own_and_square(d=d, t=t, sigma=sigma, replicas=replicas, generator=generator)
    contrast = contrast_of(t=t, sigma=sigma)
    most, kept = whole_numbers(n, replicas, generator)
    away = (square * (1 + contrast) / contrast).sqrt()
    total = torch.full_like(own, -math.inf)
    at_once = max(1, CHUNK // replicas)
    for start in range(0, most - 1, at_once):
        count = min(at_once, most - 1 - start)
        shape = (replicas, count)
        along = torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)
        rest = chi_square(d - 1, shape, generator)
        minus_energy = -contrast / 2 * ((away[:, None] + along).square() + rest)
        if start + count == most - 1:
            minus_energy[:, -1].masked_fill_(~kept, -math.inf)
        total = torch.logaddexp(total, torch.logsumexp(minus_energy, dim=1))
    return square, own, total


def excess_of_two_classes(
    n: int, *, d: int, t: float, sigma: float, mu: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 3"]:
    """f^e at one noised point per replica, of n data in two classes at +m and -m, |m|^2 = d mu^2; no data are stored.

    The distances of x from both centres are drawn together.  Beside each value stand two controls of mean zero,
    (|z|^2/2 - d/2)/d and (|x - m exp(-t)|^2/(2 Gamma) - d/2)/d, which carry its scatter before and after the collapse.
    """
    check(d=d, log_n=math.log(n), t=t, sigma=sigma)
    _check_across(d)
    if n > MOST:
        raise ParameterError(f"n = {n} is outside n <= {MOST} (numbers in memory)")
    contrast = contrast_of(t=t, sigma=sigma)
    options = {"dtype": torch.float64, "generator": generator, "device": generator.device}
    along = torch.randn(replicas, **options)
    near = along.square() + chi_square(d - 1, replicas, generator)
    own = _own(near, d=d, share=1 / (1 + contrast), generator=generator)
    signal = math.sqrt(d) * mu / math.sqrt(math.expm1(2 * t) + sigma**2)
    far = near + 4 * signal * along + 4 * signal**2
    away = (torch.stack([near, far], dim=1) * (1 + contrast) / contrast).sqrt()
    total = -own
    at_once = max(1, CHUNK // replicas)
    for start in range(0, n - 1, at_once):
        shape = (replicas, min(at_once, n - 1 - start))
        side = (torch.rand(shape, **options) < 0.5).long()
        forward = away.gather(1, side) + torch.randn(shape, **options)
        minus_energy = -contrast / 2 * (forward.square() + chi_square(d - 1, shape, generator))
        total = torch.logaddexp(total, torch.logsumexp(minus_energy, dim=1))
    return torch.stack([total + near / 2, own - d / 2, (near - d) / 2], dim=1) / d


def same_datum(
    n: int, *, d: int, t: float, sigma: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """sum of the squared posterior weights at a noised point: the chance that two clones end on one datum; n >= 2."""
    check(d=d, log_n=math.log(n), t=t, sigma=sigma)
    square, own = own_and_square(d=d, t=t, sigma=sigma, replicas=replicas, generator=generator)
    contrast = contrast_of(t=t, sigma=sigma)
    away = (square * (1 + contrast) / contrast).sqrt()
    log_sum, log_squares = -own, -2 * own
    at_once = max(1, CHUNK // replicas)
    for start in range(0, n - 1, at_once):
        shape = (replicas, min(at_once, n - 1 - start))
        forward = away[:, None] + torch.randn(shape, dtype=torch.float64, generator=generator, device=generator.device)
        minus_energy = -contrast / 2 * (forward.square() + chi_square(d - 1, shape, generator))
        log_sum = torch.logaddexp(log_sum, torch.logsumexp(minus_energy, dim=1))
        log_squares = torch.logaddexp(log_squares, torch.logsumexp(2 * minus_energy, dim=1))
    return torch.exp(log_squares - 2 * log_sum)


def _own(
    square: Float64[Tensor, " replicas"], *, d: int, share: float, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """|z|^2/2 given |x|^2, where `share` is Delta/Gamma."""
    along = torch.randn(len(square), dtype=torch.float64, generator=generator, device=generator.device)
    across = chi_square(d - 1, len(square), generator)
    forward = math.sqrt(share) * square.sqrt() + math.sqrt(1 - share) * along
    return (forward.square() + (1 - share) * across) / 2


def _check_across(d: int) -> None:
    if d < 2:
        raise ParameterError(f"d = {d} is outside d >= 2 (a component along x, and others)")


def chi_square(degrees: int, shape: int | tuple[int, ...], generator: torch.Generator) -> Float64[Tensor, "..."]:
    """Chi-square variables."""
    half = torch.full((shape,) if isinstance(shape, int) else shape, degrees / 2, dtype=torch.float64)
    # The public torch.distributions.Gamma takes no generator.
    return 2 * torch._standard_gamma(half.to(generator.device), generator=generator)  # pyright: ignore
