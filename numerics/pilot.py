"""A pilot: a few draws of their own that say where the law of a simulator lies, before anything is measured."""

import numpy as np

from numerics.replicas import Key, block_size, drawn, no_law
from numerics.simulator import ParameterError, Parameters, SimulationError, Simulator

DRAWS = 2048
"""Draws that place the edges, or one block where that is more."""
_SAME = 1e-9  # draws closer than this part of their size are one atom, rounded in two ways


def pilot_edges(
    simulator: Simulator, parameters: Parameters, *, count: int, seed: int = 0, key: Key = (), device: str = "cpu"
) -> tuple[float, ...]:
    """At most `count` increasing numbers that part the simulator's law evenly.

    Edges lie halfway between neighbouring draws that differ, never on an atom.  Where all draws are equal, the one edge
    lies just above them.  `key` must be one that no measurement uses: edges may not depend on what is counted at them.
    Raises ParameterError where the law is not tested (`no_law`), SimulationError where draws are not finite.
    """
    if (reason := no_law(simulator)) is not None:
        raise ParameterError(f"{simulator.name}: {reason}")
    bound = simulator.bind(parameters)
    needed = -(-DRAWS // block_size(simulator, bound))
    parts = [drawn(simulator, bound, index, seed=seed, key=key, device=device) for index in range(needed)]
    values = np.sort(np.concatenate(parts).astype(np.float64))
    if not np.isfinite(values).all():
        raise SimulationError(f"{simulator.name}: draws of the pilot are not finite (seed {seed})")
    middle = values[3 * len(values) // 4] - values[len(values) // 4]
    apart = _SAME * (np.abs(values) + middle)
    jumps = np.flatnonzero(np.diff(values) > apart[:-1])
    if not len(jumps):
        return (float(values[-1] + max(apart[-1], _SAME)),)
    wanted = np.arange(1, count + 1) * len(values) / (count + 1) - 1
    chosen = np.unique(jumps[np.clip(np.searchsorted(jumps, wanted), 0, len(jumps) - 1)])
    return tuple(np.unique((values[chosen] + values[chosen + 1]) / 2).tolist())
