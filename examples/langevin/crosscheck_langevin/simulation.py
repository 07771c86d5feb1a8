"""The sampler itself: chains of many independent coordinates that follow the score of the data, step by step."""

import math

import torch

from numerics.simulator import simulator

COORDINATES = 64


@simulator(size="steps", route="backward", footprint=lambda **_: 3 * COORDINATES)
def variance(*, steps: int, dt: float, c: float, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """Mean square of the coordinates of one chain, which starts at 0."""
    x = torch.zeros(replicas, COORDINATES, dtype=torch.float64)
    for _ in range(steps):
        score = -x / c
        x = x + dt * score + math.sqrt(2 * dt) * torch.randn(x.shape, dtype=x.dtype, generator=generator)
    return x.square().mean(1)
