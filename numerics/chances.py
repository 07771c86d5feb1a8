"""P(Delta > 0) for many numbers of training samples beside a few sets of originals, which all of them share."""

import math
from collections.abc import Callable, Iterator, Sequence

import torch
from jaxtyping import Float64
from torch import Tensor

from numerics import seeds
from numerics.generalisation import Bandwidths, Conventions, bandwidths, log_pairs, log_sides

AT_ONCE = 2**24
"""Numbers of all samples in one comparison."""


def chances(
    sizes: Sequence[int], conventions: Sequence[Conventions], *, d: int, originals: int, sets: int, pool: int,
    horizon: float, lam: float, sigma: float, seed: int, device: str = "cpu",
    progress: Callable[[], None] = lambda: None,
) -> Iterator[tuple[int, int, float, float]]:  # fmt: skip
    """(place of the convention, n, chance, error): over `sets` training sets, each beside `pool` sets of originals.

    The error is one standard error over the training sets; the originals are the same for all of them.
    """

    def drawn(count: int, samples: int, *key: object) -> Float64[Tensor, "1 count samples d"]:
        generator = seeds.generator("chances", d, *key, seed=seed, block=0, device=device)
        shape = (1, count, samples, d)
        return sigma * torch.randn(shape, generator=generator, dtype=torch.float64, device=device)

    original = drawn(pool, originals, "originals")
    pairs = {choice: _pairs(original, choice, sigma=sigma) for choice in {c.bandwidths for c in conventions}}
    for n in sizes:
        y, z = drawn(sets, n, n, "samples"), drawn(sets, n, n, "noise") / sigma
        at_once = max(1, AT_ONCE // original.numel())
        for place, chosen in enumerate(conventions):
            found = []
            for start in range(0, sets, at_once):
                part = slice(start, start + at_once)
                above, below = log_sides(
                    y[:, part], z[:, part], original, horizon=horizon, lam=lam, sigma=sigma, conventions=chosen,
                    pairs_original=pairs[chosen.bandwidths],
                )  # fmt: skip
                found.append((above > below).double().mean(2)[0])
            share = torch.cat(found)
            yield place, n, float(share.mean()), float(share.std()) / math.sqrt(sets)
        progress()


def _pairs(original: Float64[Tensor, "1 pool m d"], choice: Bandwidths, *, sigma: float) -> Float64[Tensor, "1 pool"]:
    """The pairs of each set of originals, whatever the training sets."""
    m, d = original.shape[2:]
    _, width = bandwidths(choice, n=2, m=m, d=d, sigma=sigma)
    return torch.stack([log_pairs(rows[None], sigma=sigma, bandwidth=width) for rows in original[0]], dim=1)
