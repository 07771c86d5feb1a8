"""The numbers of H24 Fig. 4: how often Delta > 0 for n training samples, by each reading of what the paper leaves open.

The paper gives a bandwidth to each set in the caption and one to both in (3.7), prints the covariance of the generated
samples transposed, and its equal self terms are lost in single precision at d = 100.  The sign of Delta depends on all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from numerics import seeds
from numerics.generalisation import Bandwidths, Conventions, Covariance, SelfTerms, bandwidths, log_pairs, log_sides

ORIGINALS = 10_000
HORIZON, LAM, SIGMA = 2.0, math.exp(-4), 1.0
SIZES: Mapping[int, tuple[int, ...]] = {
    16: (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 32, 48, 64, 100),
    100: (10, 25, 50, 75, 100, 110, 120, 150, 200, 300, 500, 1000),
}
SETS, POOL = 60, 2
_AT_ONCE = 2**24  # numbers of all samples in one comparison

CONVENTIONS: tuple[tuple[str, Conventions], ...] = (
    ("caption", Conventions()),
    ("transposed", Conventions(covariance=Covariance.TRANSPOSED)),
    ("transposed, float32", Conventions(covariance=Covariance.TRANSPOSED, self_terms=SelfTerms.SINGLE)),
    ("one bandwidth", Conventions(bandwidths=Bandwidths.COMMON)),
    ("mixing time", Conventions(bandwidths=Bandwidths.MIXING)),
)
"""Names and choices; the paper's own picture is nearest to the third at d = 100."""

Column = NDArray[np.float64]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Chances:
    """One row per convention (its place in CONVENTIONS), dimension and number of training samples.

    error: one standard error over the training sets; the few sets of originals are the same for all of them
    """

    convention: Column
    d: Column
    n: Column
    chance: Column
    error: Column


def chances(
    *,
    sizes: Mapping[int, Sequence[int]] = SIZES,
    originals: int = ORIGINALS,
    sets: int = SETS,
    pool: int = POOL,
    seed: int = 0,
    device: str = "cpu",
    progress: Progress = lambda done, of: None,
) -> Chances:
    """P(Delta > 0) over `sets` training sets, each beside `pool` sets of originals."""
    rows, done, of = [], 0, sum(map(len, sizes.values()))
    for d, ns in sizes.items():
        drawing = seeds.generator("generalisation figure", d, seed=seed, block=0, device=device)
        original = SIGMA * torch.randn(1, pool, originals, d, generator=drawing, dtype=torch.float64, device=device)
        pairs = {choice: _pairs(original, choice) for choice in Bandwidths}
        for n in ns:
            generator = seeds.generator("generalisation figure", d, n, seed=seed, block=1, device=device)
            y, z = (
                SIGMA * torch.randn(1, sets, n, d, generator=generator, dtype=torch.float64, device=device)
                for _ in range(2)
            )
            for place, (_, conventions) in enumerate(CONVENTIONS):
                share = _shares(y, z, original, conventions, pairs[conventions.bandwidths])
                error = float(share.std()) / math.sqrt(sets) if sets > 1 else math.nan
                rows.append((place, d, n, float(share.mean()), error))
            progress(done := done + 1, of)
    return Chances(*np.array(rows, dtype=float).T)


def _pairs(original: torch.Tensor, choice: Bandwidths) -> torch.Tensor:
    """The pairs of each set of originals, whatever the training sets."""
    m, d = original.shape[2:]
    _, width = bandwidths(choice, n=2, m=m, d=d, sigma=SIGMA)
    return torch.stack([log_pairs(rows[None], sigma=SIGMA, bandwidth=width) for rows in original[0]], dim=1)


def _shares(
    y: torch.Tensor, z: torch.Tensor, original: torch.Tensor, conventions: Conventions, pairs: torch.Tensor
) -> torch.Tensor:
    """For each training set the share of the originals with Delta > 0, a few training sets at a time."""
    at_once = max(1, _AT_ONCE // original.numel())
    found = []
    for start in range(0, y.shape[1], at_once):
        part = slice(start, start + at_once)
        above, below = log_sides(
            y[:, part], z[:, part], original,
            horizon=HORIZON, lam=LAM, sigma=SIGMA, conventions=conventions, pairs_original=pairs,
        )  # fmt: skip
        found.append((above > below).double().mean(2)[0])
    return torch.cat(found)
