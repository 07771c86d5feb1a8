"""Where a command computes: in this process, in others of this machine, or on a Dask cluster."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from crosscheck.commands.options import device, workers
from crosscheck.packs import listed
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from crosscheck.executors import Pool


@dataclass(frozen=True)
class Place:
    """What the engine is told: a pool, or how many processes to start, and the device of the blocks."""

    pool: Pool | None
    workers: int
    device: str


@contextmanager
def computing(options: argparse.Namespace, *, claims: int, names: Sequence[str]) -> Iterator[Place]:
    """The place that --workers, --dask and --device ask for; the files among the names are sent to a cluster."""
    if options.dask is None:
        yield Place(None, workers(options.workers, claims=claims), device(options.device))
        return
    check_dask(options)
    from crosscheck.dask_cluster import connected

    files = [Path(name) for name in names if name.endswith(".py")]
    with connected(options.dask, device=options.device, files=files) as cluster:
        yield Place(cluster, 1, cluster.device)


@contextmanager
def started(options: argparse.Namespace) -> Iterator[Pool | None]:
    """Processes that load what blocks need while this one loads the claims; None where they are not wanted.

    A file of one's own is read first: it says how many claims there are.
    """
    from crosscheck.executors import opened

    known = {row["id"] for row in listed()}
    names = options.ids or known
    ready = options.dask is None and known.issuperset(names)
    with opened(None, workers(options.workers, claims=len(names)) if ready else 1) as pool:
        yield pool


def check_dask(options: argparse.Namespace) -> None:
    """Refuses at once what --dask cannot do."""
    if options.dask is None:
        return
    if options.workers is not None:
        raise UsageError("--dask and --workers exclude each other: a cluster has workers of its own")
    if find_spec("distributed") is None:
        raise UsageError("--dask needs the extra `dask`: pip install 'diffusion-crosscheck[dask]'")
