"""Hellinger distance along the centroid between the data and what networks after online SGD generate, run by run.

Given Q, M and b of a run its generated law along the centroid is a mixture: values of the latent variable, carried by
the sampler from normal numbers, and Gaussian noise.  So no density is estimated from samples; how far an estimate of
the data's own density would be from the data is `floor_of_estimate`.
"""

import math

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics.interpolant_sampler import check_stop, euler
from numerics.reduced_sgd import train
from numerics.simulator import ParameterError, simulator
from numerics.systems.autoencoder.order import chain, clusters_at, mean_end, network, rule_at

EULER = 100
_STARTS, _REACH, _SPACING = 90, 8.0, 0.08
_CHUNK = 64


@simulator(size="d", route="mean_step", values="exact")
def hellinger(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, stop: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """Of the network that mean steps make."""
    check_stop(stop)
    end = mean_end("tanh", steps, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0)
    made = torch.tensor([[end.overlap], [end.magnetisation], [end.b]], dtype=torch.float64)
    return distance(made[0], made[1], made[2], rho=rho, stop=stop)


@simulator(size="d", route="reduced", footprint=lambda **_: 400, block=2048)
def hellinger_of_chain(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, stop: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Of every run of the reduced chain."""
    check_stop(stop)
    rule = rule_at("tanh", eta=eta, lam=lam, t=t)
    made = chain(rule, replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0)
    return distance(made.overlaps[0, 0], made.along[0, 0] * math.sqrt(rho), made.b, rho=rho, stop=stop)


@simulator(size="d", route="sgd", footprint=lambda d, **_: 8 * d + 400)
def hellinger_of_network(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, stop: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Of every run of the network in d dimensions."""
    check_stop(stop)
    made = network(rule_at("tanh", eta=eta, lam=lam, t=t), replicas, d, steps, generator, rho=rho, Q0=Q0, M0=M0, b0=b0)
    along = made.weights[:, 0, 0] * math.sqrt(rho)
    return distance(made.weights.square().sum((1, 2)), along, made.b, rho=rho, stop=stop)


@simulator(size="d", route="mean_step", values="exact")
def hellinger_change(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, stop: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " 1"]:  # fmt: skip
    """Of mean steps, between half of the steps and all."""
    check_stop(stop)
    ends = [mean_end("tanh", count, d, eta=eta, lam=lam, t=t, rho=rho, Q0=Q0, M0=M0, b0=b0) for count in _halves(steps)]
    made = torch.tensor([[end.overlap, end.magnetisation, end.b] for end in ends], dtype=torch.float64).T
    early, late = distance(made[0], made[1], made[2], rho=rho, stop=stop)
    return (late - early)[None]


@simulator(size="d", route="reduced", footprint=lambda **_: 400, block=2048)
def hellinger_change_of_chain(
    *, steps: int, eta: float, lam: float, t: float, rho: float, Q0: float, M0: float, b0: float, stop: float, d: int,
    replicas: int, generator: torch.Generator,
) -> Float64[Tensor, " replicas"]:  # fmt: skip
    """Of every run of the reduced chain, between half of its steps and all."""
    check_stop(stop)
    rule, half = rule_at("tanh", eta=eta, lam=lam, t=t), _halves(steps)[0]
    made = chain(rule, replicas, d, half, generator, rho=rho, Q0=Q0, M0=M0, b0=b0)
    early = distance(made.overlaps[0, 0], made.along[0, 0] * math.sqrt(rho), made.b, rho=rho, stop=stop)
    made = train(made, clusters_at(rho, generator.device), rule, d=d, steps=half, generator=generator)
    return distance(made.overlaps[0, 0], made.along[0, 0] * math.sqrt(rho), made.b, rho=rho, stop=stop) - early


def _halves(steps: int) -> tuple[int, int]:
    if steps % 2:
        raise ParameterError(f"steps = {steps} is odd: half of them is no whole number")
    return steps // 2, steps


def distance(
    overlap: Float64[Tensor, " replicas"],
    magnetisation: Float64[Tensor, " replicas"],
    skip: Float64[Tensor, " replicas"],
    *,
    rho: float,
    stop: float,
) -> Float64[Tensor, " replicas"]:
    """H of each network; the runs come in chunks."""
    parts = zip(overlap.split(_CHUNK), magnetisation.split(_CHUNK), skip.split(_CHUNK), strict=True)
    return torch.cat([_distance(*part, rho=rho, stop=stop) for part in parts])


def _distance(overlap: Tensor, magnetisation: Tensor, skip: Tensor, *, rho: float, stop: float) -> Tensor:
    device = overlap.device
    # Trapezoidal rule in the logarithm of the normal number: the sampler is steep at zero.
    logs = torch.linspace(-18.0, math.log(8.0), _STARTS, dtype=torch.float64, device=device)[:, None]
    start = logs.exp()
    likely = start * torch.exp(-(start**2) / 2)
    likely = likely / likely.sum()
    latent = euler(
        overlap.sqrt() * start,
        denoiser=lambda z, _: skip * z + overlap * torch.tanh(z),
        times=_times(stop),
        kicks=torch.zeros_like,
    )
    shrunk = euler(
        torch.ones_like(skip), denoiser=lambda y, _: skip * y, times=_times(stop), kicks=torch.zeros_like
    ).square()
    loading = magnetisation / math.sqrt(rho)  # w.e/sqrt(d) of the direction e of the centroid
    centre, width = loading * latent / overlap, (shrunk * (1 - loading**2 / overlap)).clamp_min(1e-12).sqrt()
    # By symmetry on the half line, in places that follow the narrower law: y = width sinh(grid).
    grid = torch.arange(0.0, _places(width, centre, rho), _SPACING, dtype=torch.float64, device=device)[:, None]
    y = width * torch.sinh(grid)
    measure = _SPACING * width * torch.cosh(grid)
    made = torch.zeros_like(y)
    for k in range(_STARTS):
        made += likely[k] * (_normal((y - centre[k]) / width) + _normal((y + centre[k]) / width)) / (2 * width)
    root = math.sqrt(rho)
    data = (_normal(y - root) + _normal(y + root)) / 2
    each = (data * made).sqrt() * measure
    common = 2 * each.sum(0) - each[0]
    return (1 - common).clamp_min(0).sqrt()


def _places(width: Tensor, centre: Tensor, rho: float) -> float:
    """How far the grid must reach for the end of both laws."""
    end = max(math.sqrt(rho) + _REACH, float((centre.abs().amax(0) + _REACH * width).max()))
    return math.asinh(end / float(width.min()))


def _normal(x: Tensor) -> Tensor:
    return torch.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def _times(stop: float) -> tuple[float, ...]:
    """0, 1/100, 2/100, ... and `stop`."""
    whole = math.ceil(stop * EULER - 1e-9)
    return (*(k / EULER for k in range(whole)), stop)


def floor_of_estimate(
    samples: int, *, rho: float, factor: float, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """H between the data along the centroid and a kernel estimate from `samples` of the data themselves.

    bandwidth  `factor` samples^(-1/5) times the standard deviation: 1 for Scott's rule, (4/3)^(1/5) for Silverman's
    """
    root = math.sqrt(rho)
    drawn = torch.empty((replicas, samples), dtype=torch.float64).normal_(generator=generator)
    signs = torch.randint(0, 2, (replicas, samples), generator=generator) * 2 - 1
    drawn += signs * root
    y = torch.linspace(-10, 10, 801, dtype=torch.float64)
    data = (_normal(y - root) + _normal(y + root)) / 2
    found = []
    for one in drawn:
        bandwidth = factor * samples ** (-1 / 5) * float(one.std())
        estimate = torch.zeros_like(y)
        for part in one.split(512):
            estimate += _normal((y[:, None] - part) / bandwidth).sum(1)
        estimate /= samples * bandwidth
        found.append((0.5 * (data.sqrt() - estimate.sqrt()).square().sum() * (y[1] - y[0])).sqrt())
    return torch.stack(found)
