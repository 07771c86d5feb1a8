"""The numbers of H24 Fig. 4: how often Delta > 0 for n training samples, by each reading of what the paper leaves open.

The paper gives a bandwidth to each set in the caption and one to both in (3.7), prints the covariance of the generated
samples transposed, and its equal self terms are lost in single precision at d = 100.  The sign of Delta depends on all.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from numerics.chances import chances as curve
from numerics.generalisation import Bandwidths, Conventions, Covariance, SelfTerms

ORIGINALS = 10_000
HORIZON, LAM, SIGMA = 2.0, math.exp(-4), 1.0
SIZES: Mapping[int, tuple[int, ...]] = {
    16: (2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 25, 32, 48, 64, 100),
    100: (10, 25, 50, 75, 100, 110, 120, 150, 200, 300, 500, 1000),
}
SETS, POOL = 60, 2

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

    def one_more() -> None:
        nonlocal done
        done += 1
        progress(done, of)

    for d, ns in sizes.items():
        for place, n, chance, error in curve(
            ns, [conventions for _, conventions in CONVENTIONS], d=d, originals=originals, sets=sets, pool=pool,
            horizon=HORIZON, lam=LAM, sigma=SIGMA, seed=seed, device=device, progress=one_more,
        ):  # fmt: skip
            rows.append((place, d, n, chance, error))
    return Chances(*np.array(rows, dtype=float).T)
