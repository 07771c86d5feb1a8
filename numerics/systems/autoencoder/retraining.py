"""Some generations of one tanh unit, each trained on what the one before generated: mean steps, chain, networks."""

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import retraining
from numerics.interpolant_sampler import check_stop
from numerics.simulator import simulator


@simulator(size="d", route="mean_step", values="exact")
def collapse_generations(
    *, generations: int, eta: float, stop: float, steps: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """Q of the last generation by mean steps."""
    check_stop(stop)
    last, _ = retraining.mean_generations(generations, eta, stop, d=d, steps=steps)
    return torch.tensor([last.overlap], dtype=torch.float64)


@simulator(size="d", route="mean_step", values="exact")
def collapse_generations_variance(
    *, generations: int, eta: float, stop: float, steps: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " 1"]:
    """The bulk variance that it generates."""
    check_stop(stop)
    _, variance = retraining.mean_generations(generations, eta, stop, d=d, steps=steps)
    return torch.tensor([variance], dtype=torch.float64)


@simulator(size="d", route="reduced", footprint=lambda **_: 120, block=2048)
def collapse_generations_of_chain(
    *, generations: int, eta: float, stop: float, steps: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Q of the last generation, trained and sampled by the reduced chain."""
    check_stop(stop)
    return retraining.chain_generations(
        generations, eta, stop, d=d, steps=steps, replicas=replicas, generator=generator
    ).overlap


@simulator(size="d", route="reduced", footprint=lambda **_: 120, block=2048)
def collapse_generations_variance_of_chain(
    *, generations: int, eta: float, stop: float, steps: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """The bulk variance that it generates, of the skip connection of every run."""
    check_stop(stop)
    made = retraining.chain_generations(
        generations, eta, stop, d=d, steps=steps, replicas=replicas, generator=generator
    )
    return made.variance(stop)


@simulator(size="d", route="sgd", footprint=lambda d, **_: 12 * d)
def collapse_generations_of_network(
    *, generations: int, eta: float, stop: float, steps: int, d: int, replicas: int, generator: torch.Generator
) -> Float64[Tensor, " replicas"]:
    """Q of the last generation of whole networks, sampled in d dimensions."""
    check_stop(stop)
    made = retraining.network_generations(
        generations, eta, stop, d=d, steps=steps, replicas=replicas, generator=generator
    )
    return made.weights.square().sum((1, 2))
