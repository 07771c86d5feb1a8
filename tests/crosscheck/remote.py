"""What the tests send to workers of other processes: light to import there, above all without SymPy."""

import os
import signal
import sys
import time
from dataclasses import dataclass

import torch

from numerics.simulator import simulator


@simulator(size="d", block=1024)
def slow(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """A normal variable of mean x and variance T/d, 50 ms per block."""
    time.sleep(0.05)
    return x + (T / d) ** 0.5 * torch.randn(replicas, generator=generator, dtype=torch.float64)


@simulator(size="d", values="exact")
def level(*, x: float, T: float, d: int, replicas: int, generator: torch.Generator) -> torch.Tensor:
    """x itself."""
    return torch.full((1,), x, dtype=torch.float64)


@dataclass(frozen=True)
class Name:
    """The name of the worker that it runs on; wants to run on `device`."""

    device: str = "cpu"

    def __call__(self) -> str:
        from distributed import get_worker

        time.sleep(0.05)
        return str(get_worker().name)


def die() -> None:
    """Like a process that the kernel ends for want of memory."""
    os.kill(os.getpid(), signal.SIGKILL)


def loaded() -> list[str]:
    """Which heavy libraries this process has loaded."""
    heavy = ("torch", "sympy", "mpmath", "hypothesis", "matplotlib", "theory", "crosscheck.claim", "crosscheck.engine")
    return [name for name in heavy if name in sys.modules]


def threads() -> int:
    return torch.get_num_threads()
