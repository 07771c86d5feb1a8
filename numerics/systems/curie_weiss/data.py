"""What n data and a wrong score do to the two Curie-Weiss states at finite N, in the two-state model (16) of BM23."""

import math

import numpy as np
import torch
from jaxtyping import Float64
from scipy import special
from torch import Tensor

from numerics.diffusion import linear_exact, pure_noise, variance
from numerics.ensembles import product_law, spontaneous_magnetisation, two_state_spins
from numerics.normals import quick_normal
from numerics.predictor_corrector import corrected_pair, even_signal_grid
from numerics.simulator import ParameterError, simulator

_STRATA = 32
_SPINS = 64
_SETS, _PATHS = 16, 8
_HORIZON = 4.0  # tau at which pure noise stands in for the noised data: it lacks exp(-8) of their overlap
_CHOSEN = 20.0  # N exp(-2t)/Delta at which the way back has chosen a state


@simulator(size="n", route="posterior", footprint=lambda **_: 8 * _STRATA)
def state_divergence(*, beta: float, n: int, replicas: int, generator: torch.Generator) -> Float64[Tensor, " replicas"]:
    """2 n KL(estimate | true) of a spin of the state + from n data, the mean over 32 stratified draws of their sum."""
    field = beta * spontaneous_magnetisation(beta)
    sums = product_law(n, field).draw_stratified(replicas, _STRATA, generator=generator)
    return _divergence(sums, n=n, m=math.tanh(field)).mean(dim=1)


@simulator(size="n", route="data", footprint=lambda n, **_: 3 * n * _SPINS)
def state_divergence_data(
    *, beta: float, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """2 n KL(estimate | true) per spin of the product state of 64 spins that n configurations of the state + give."""
    m = spontaneous_magnetisation(beta)
    draws = torch.rand(replicas, n, _SPINS, dtype=torch.float64, generator=generator, device=generator.device)
    sums = 2 * (draws < (1 + m) / 2).sum(dim=1) - n
    return _divergence(sums.double(), n=n, m=m).mean(dim=1)


def _divergence(sums: Tensor, *, n: int, m: float) -> Tensor:
    """2 n KL of a spin of mean sums/n to one of mean m; 0 log 0 = 0."""
    total = torch.zeros_like(sums)
    for sign in (1, -1):
        frequency = (1 + sign * sums / n) / 2
        total += torch.special.xlogy(frequency, frequency / ((1 + sign * m) / 2))
    return 2 * n * total


@simulator(size="N", route="posterior", moment=2, footprint=lambda N, n, **_: 12 * math.ceil(n) * N)
def regression_score_error(
    *, N: int, n: float, beta: float, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Squared error of the regressed score along (1, ..., 1)/sqrt(N), given the noised points of the n data.

    As `regression_score_error_data`, but averaged over the data that the points may have come from, by their posterior.
    """
    (x, _), slope, spectrum = _regression(N, n, beta, t, T, replicas, generator)
    norm = math.exp(-t) / math.sqrt(N)
    m = spontaneous_magnetisation(beta)
    field = torch.tanh(x * (math.exp(-t) / variance(t, T=T)))
    means, variances, log_odds = [], [], torch.zeros(x.shape[:2], dtype=torch.float64, device=x.device)
    for sign in (1, -1):
        below = torch.mul(field, sign * m).add_(1)
        spins = torch.add(field, sign * m).div_(below)
        means.append(spins.sum(dim=2))
        variances.append(N - spins.square_().sum(dim=2))
        log_odds.add_(below.log_().sum(dim=2), alpha=sign)
    plus = torch.sigmoid(log_odds)
    minus = 1 - plus
    mean = norm * (plus * means[0] + minus * means[1])
    scatter = norm**2 * (plus * variances[0] + minus * variances[1] + plus * minus * (means[0] - means[1]).square())
    # Products with the inverse are faster than solving for n columns, and the matrix is far from singular.
    per_row = x @ torch.cholesky_inverse(torch.linalg.cholesky(x.transpose(1, 2) @ x))
    coefficients = ((mean - slope * x.sum(dim=2)).unsqueeze(1) @ per_row).squeeze(1)
    per_datum = _squared(per_row, spectrum)
    return ((scatter * per_datum).sum(dim=1) + _squared(coefficients, spectrum)) / variance(t, T=T) ** 2


@simulator(size="N", route="data", moment=2, footprint=lambda N, n, **_: 8 * math.ceil(n) * N, tail=6.5)
def regression_score_error_data(
    *, N: int, n: float, beta: float, t: float, T: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Squared error, averaged over the noised law, of the regressed score along (1, ..., 1)/sqrt(N).

    The score is -(x - exp(-t) B x)/Delta, B the least-squares regression of n data on one noised point of each.
    The error is counted from the regression on infinitely many; field h = 0, no constant term.
    """
    (x, y), slope, spectrum = _regression(N, n, beta, t, T, replicas, generator)
    factor = torch.linalg.cholesky(x.transpose(1, 2) @ x)
    residual = x.transpose(1, 2) @ (y - slope * x.sum(dim=2)).unsqueeze(2)
    return _squared(torch.cholesky_solve(residual, factor).squeeze(2), spectrum) / variance(t, T=T) ** 2


def _regression(
    N: int, n: float, beta: float, t: float, T: float, replicas: int, generator: torch.Generator
) -> tuple[tuple[Tensor, Tensor], float, tuple[float, float]]:
    """Noised points x and exp(-t) sum(a)/sqrt(N); the exact regression of the second on each x_i; the spectrum of x.

    The second moments of x have the eigenvalue spectrum[0] along (1, ..., 1) and spectrum[1] across.
    Where n is not whole, a replica has one of the two whole numbers beside it, n on average: the rows of x are ceil(n),
    the last of which is 0, no datum, in some.  Rounding would change N/n by an irregular part of order 1/N.
    """
    if math.floor(n) <= N:
        raise ParameterError(f"regression_score_error: n = {n:g} is outside n > N = {N} (data to regress on)")
    m = spontaneous_magnetisation(beta)
    most = math.ceil(n - 1e-9)  # 80.00000000000001 is 80
    a = two_state_spins(replicas * most, N=N, beta=beta, h=0.0, generator=generator).view(replicas, most, N)
    y = a.sum(dim=2) * (math.exp(-t) / math.sqrt(N))
    x = _noised(a, t=t, T=T, generator=generator)
    if n < most:
        x[torch.rand(replicas, generator=generator, device=x.device) > n - (most - 1), -1] = 0
    across = variance(t, T=T) + math.exp(-2 * t) * (1 - m**2)
    along = across + math.exp(-2 * t) * N * m**2
    return (x, y), (1 - variance(t, T=T) / along) / math.sqrt(N), (along, across)


def _noised(a: Tensor, *, t: float, T: float, generator: torch.Generator) -> Tensor:
    """The forward process at time t, as `numerics.diffusion.noised`; thousands of components enter each value."""
    noise = quick_normal(*a.shape, generator=generator)
    return noise.mul_(math.sqrt(variance(t, T=T))).add_(a, alpha=math.exp(-t))


def _squared(b: Float64[Tensor, "*batch N"], spectrum: tuple[float, float]) -> Float64[Tensor, "*batch"]:
    """Mean of (b.x)^2."""
    along, across = spectrum
    return across * b.square().sum(dim=-1) + (along - across) / b.shape[-1] * b.sum(dim=-1).square()


@simulator(size="N", route="posterior", footprint=lambda N, n, **_: 8 * _SETS * n * N)
def empirical_score_weight(
    *, N: int, beta: float, h: float, n: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Squared deviation of the weight of + that the empirical score of n data generates from a point of its path.

    Two points noised from data of one set, t = log(N)/2 + 1, T = 1, and what they say of the sign of their datum: the
    product of two independent deviations from the exact weight is the unbiased square of that of the set.
    """
    data, plus = _sets(replicas, N, n, beta, h, generator)
    t = math.log(N) / 2 + 1
    chosen = torch.randint(n, (1, 1, 2, data.shape[-1]), generator=generator, device=generator.device)
    origins = data.expand(-1, -1, 2, -1).gather(0, chosen.expand(-1, N, -1, -1)).squeeze(0)
    points = _noised(origins, t=t, T=1.0, generator=generator)
    return _squared_deviation(_said(points, data, plus, t), beta, h, replicas)


@simulator(size="N", route="backward", bias={"dt": 2}, footprint=lambda N, n, **_: 8 * _SETS * (n + _PATHS) * N)
def empirical_score_weight_backward(
    *, N: int, beta: float, h: float, n: int, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """The same from the ends of 8 paths of the way back with the exact empirical score, from pure noise, T = 1.

    The paths come in 4 independent pairs of opposite noise.  `dt` is the step of exp(-t)/sqrt(Delta), as a part of its
    range.
    """
    data, plus = _sets(replicas, N, n, beta, h, generator)
    times = even_signal_grid(math.log(N) / 2 + _HORIZON, math.log1p(N / _CHOSEN) / 2, 2 * math.ceil(1 / (2 * dt)))
    noise = generator.get_state()

    def generated(sign: int) -> list[Tensor]:
        generator.set_state(noise)
        mirrored = sign * data
        scheme = linear_exact(lambda y, at: (_share(y, mirrored, at).unsqueeze(1) * mirrored).sum(0), T=1.0)
        start = pure_noise(N, _PATHS // 2, data.shape[-1], T=1.0, generator=generator)
        ends = corrected_pair(start, scheme=scheme, times=times, generator=generator)
        return [_said(y, mirrored, plus, times[-1]) for y in ends]

    pairs = zip(generated(1), generated(-1), strict=True)
    return torch.stack([_squared_deviation((one + other) / 2, beta, h, replicas) for one, other in pairs], dim=1)


def _sets(
    replicas: int, N: int, n: int, beta: float, h: float, generator: torch.Generator
) -> tuple[Float64[Tensor, "n N 1 sets"], Float64[Tensor, "n 1 sets"]]:
    """16 sets of n data of model (16) for each replica, and which data are from the state +.

    The number of + among the n is stratified over the sets.  The sets are the last axis, for all others are short.
    """
    uniforms = torch.rand(replicas, 1, dtype=torch.float64, generator=generator, device=generator.device)
    strata = (uniforms + torch.arange(_SETS, device=uniforms.device) / _SETS).remainder(1).flatten()
    count = np.arange(n + 1)
    p = _exact_weight(beta, h)
    law = np.cumsum(special.comb(n, count) * p**count * (1 - p) ** (n - count))
    number = torch.searchsorted(torch.from_numpy(law[:-1]).to(strata.device), strata, right=True)
    plus = (torch.arange(n, device=strata.device).unsqueeze(1) < number).double()
    up = (1 + spontaneous_magnetisation(beta) * (2 * plus - 1)) / 2
    draws = torch.rand(n, N, len(strata), dtype=torch.float64, generator=generator, device=strata.device)
    return (draws < up.unsqueeze(1)).double().mul_(2).sub_(1).unsqueeze(2), plus.unsqueeze(1)


def _share(
    y: Float64[Tensor, "N k sets"], data: Float64[Tensor, "n N 1 sets"], t: float
) -> Float64[Tensor, "n k sets"]:
    """Posterior probability of each datum given the noised points y, at T = 1."""
    return torch.softmax((y * data).sum(1).mul_(math.exp(-t) / variance(t, T=1.0)), dim=0)


def _said(y: Tensor, data: Tensor, plus: Float64[Tensor, "n 1 sets"], t: float) -> Float64[Tensor, "k sets"]:
    """Posterior probability that the datum behind each point is from the state +."""
    return (_share(y, data, t) * plus).sum(0)


def _squared_deviation(said: Float64[Tensor, "k sets"], beta: float, h: float, replicas: int) -> Tensor:
    """Mean product of two different deviations from the exact weight, averaged over the sets of a replica."""
    deviations = said - _exact_weight(beta, h)
    pairs = len(deviations) * (len(deviations) - 1)
    products = (deviations.sum(0).square() - deviations.square().sum(0)) / pairs
    return products.view(replicas, _SETS).mean(dim=1)


def _exact_weight(beta: float, h: float) -> float:
    return float(special.expit(2 * h * spontaneous_magnetisation(beta)))
