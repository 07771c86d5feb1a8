"""One generation: a skip connection fitted to noised data, and the points that the flow with it generates.

The data are Gaussian in d dimensions; their covariance has the trace d `variance` and no two equal eigenvalues.
"""

import numpy as np
import torch
from jaxtyping import Float64
from numpy.typing import NDArray
from scipy.integrate import solve_ivp
from torch import Tensor

from numerics.interpolant_sampler import LINEAR, check_stop, logarithmic_grid, midpoint_pair
from numerics.simulator import ParameterError, simulator

_SAMPLES = 32  # at d >= 768 the scatter of b moves the mean by less than a tenth of a percent


@simulator(size="d", route="reduced", values="exact")
def collapse_map_of_moments(
    *, d: int, variance: float, stop: float, t: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """b where the slope of the expected loss changes sign, then the flow of the d x d covariance."""
    _check(variance, stop, t)
    data = np.diag(_eigenvalues(d, variance))

    def slope(b: float) -> float:
        """Of the expected loss of x_1 - b x_t, which is quadratic: a difference has no error."""
        losses = [np.trace((1 - at * t) ** 2 * data + (at * (1 - t)) ** 2 * np.eye(d)) for at in (b - 1, b + 1)]
        return float(losses[1] - losses[0]) / 2

    b = slope(0.0) / (slope(0.0) - slope(1.0))

    def growth(time: float, state: NDArray[np.float64]) -> NDArray[np.float64]:
        towards, own = LINEAR.drift(time, 0.0)
        return 2 * (towards * b + own) * state

    final = solve_ivp(growth, (0.0, stop), np.ones(d), method="DOP853", rtol=3e-14, atol=1e-15).y[:, -1]
    return torch.tensor([final.mean()], dtype=torch.float64, device=generator.device)


@simulator(size="d", route="data", bias={"dt": 2}, footprint=lambda d, **_: 3 * _SAMPLES * d, block=256)
def collapse_map(
    *, d: int, variance: float, stop: float, t: float, dt: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, "replicas 2"]:
    """Mean square of the components of a generated point, b being the least squares fit to 32 noised data."""
    _check(variance, stop, t)
    deviations = torch.from_numpy(_eigenvalues(d, variance)).sqrt().to(generator.device)
    shape, options = (replicas, _SAMPLES, d), {"generator": generator, "device": generator.device}
    data = torch.randn(shape, dtype=torch.float64, **options).mul_(deviations)
    noised = torch.randn(shape, dtype=torch.float64, **options).mul_(1 - t).add_(data, alpha=t)
    skip = (torch.einsum("nsd,nsd->n", noised, data) / noised.square_().sum((1, 2)))[:, None]
    pair = midpoint_pair(
        torch.randn(replicas, d, dtype=torch.float64, **options),
        denoiser=lambda x, _: skip * x,
        times=logarithmic_grid(stop, dt),
        generator=generator,
        epsilon=lambda _: 0.0,
    )
    return torch.stack([x.square().mean(1) for x in pair], dim=1)


def _eigenvalues(d: int, variance: float) -> NDArray[np.float64]:
    raw = 1.5 + np.cos(np.arange(1.0, d + 1))
    return variance * raw / raw.mean()


def _check(variance: float, stop: float, t: float) -> None:
    check_stop(stop)
    if not variance > 0 or not 0 < t < 1:
        raise ParameterError(f"variance = {variance:g}, t = {t:g} is outside variance > 0, 0 < t < 1")
