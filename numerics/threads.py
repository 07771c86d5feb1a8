"""How many threads the linear algebra may use: one for many small matrices, and wherever numbers must repeat."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """Torch on one thread: a batch of small factorisations only waits for the others, and sums and products over large
    tensors differ in the last bit between thread counts."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
