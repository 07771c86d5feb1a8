"""A Dask cluster as a place where blocks run: reached by its address, checked, and left as it was found.

Loaded only when a cluster is asked for.  A task travels as bytes, which workers alone unpack: the scheduler needs
neither torch nor the file of a claim.  Tasks of a lost worker run again elsewhere, with the same numbers.
"""

from __future__ import annotations

import json
import logging
import pickle
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, Future
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from distributed import Client, KilledWorker, Worker, get_worker
from distributed.scheduler import NoValidWorkerError

from crosscheck.executors import WorkerError
from crosscheck.usage import UsageError

Result = TypeVar("Result")
Versions = Mapping[str, str]
CONNECT = 4.0  # seconds until an address counts as dead
PATIENCE = 30.0  # seconds to wait for the first worker
GPU = "GPU"  # the resource that workers with a graphics card are started with
_DRAW_AND_ADD = ("torch", "numpy", "scipy")
_LOADING = Lock()  # threads of one worker must not load, and read the source of, one claim file at the same time


@dataclass(frozen=True)
class Cluster:
    """An executor whose tasks go to workers with a GPU where they need one.

    device: where tasks run that do not say it themselves by an attribute `device`.
    """

    device: str
    _client: Client
    _executor: Executor
    _versions: Versions

    def submit(self, fn: Callable[[], Result], /) -> Future[Result]:
        """Send a task; WorkerError when the scheduler cannot be reached any more."""
        on_gpu = getattr(fn, "device", self.device).startswith("cuda")
        resources = {"resources": {GPU: 1}} if on_gpu else {}
        if self._client.status != "running":  # what is sent now would never come back
            raise WorkerError("the scheduler is out of reach; finished blocks are kept: repeat the command")
        return self._executor.submit(_unpacked, pickle.dumps(fn), self._versions, **resources)


@contextmanager
def connected(
    address: str, *, device: str = "cpu", files: Iterable[Path] = (), patience: float = PATIENCE
) -> Iterator[Cluster]:
    """The cluster at an address such as tcp://host:8786, or in the scheduler file that ends in .json.

    device   cpu, cuda, or auto: cuda if a worker has the resource GPU
    files    claim files, sent to every worker; not needed where they see the same file system
    patience seconds to wait for a worker that can run such tasks

    UsageError when nobody answers, when no such worker comes, and when workers have other versions of what the numbers
    depend on.  WorkerError, from the block under `with`, when one task has killed several workers.
    """
    with _quiet(), _client(address) as client:
        chosen = _checked(client, device, patience)
        for file in files:
            client.upload_file(str(file), load=False)
        try:
            yield Cluster(chosen, client, client.get_executor(pure=False), _versions())
        except KilledWorker as error:
            raise WorkerError(
                f"{error.allowed_failures + 1} workers died one after another on the same blocks, perhaps for want of "
                "memory; finished blocks are kept: give workers more memory and repeat the command"
            ) from None
        except NoValidWorkerError:
            raise WorkerError("no worker is left that can run the tasks; finished blocks are kept") from None


@contextmanager
def _client(address: str) -> Iterator[Client]:
    try:
        place = json.loads(Path(address).read_bytes())["address"] if address.endswith(".json") else address
        client = Client(place, timeout=CONNECT, set_as_default=False, name="crosscheck")
    except FileNotFoundError:
        raise UsageError(f"--dask {address}: there is no such scheduler file") from None
    except OSError:
        raise UsageError(
            f"--dask {address}: no scheduler answers there within {CONNECT:g} s; start one with `dask scheduler`, "
            "and workers with `dask worker ADDRESS`"
        ) from None
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"--dask {address}: {error}; write tcp://HOST:PORT, or a scheduler file in JSON") from None
    try:
        yield client
    finally:
        client.close(timeout=CONNECT)  # the scheduler drops the tasks that nobody waits for


def _checked(client: Client, device: str, patience: float) -> str:
    """The device of the run, once a worker is there for it."""
    deadline = time.monotonic() + patience
    while True:
        workers = _workers(client)
        with_gpu = any(resources.get(GPU, 0) >= 1 for resources in workers.values())
        chosen = ("cuda" if with_gpu else "cpu") if device == "auto" else device
        if workers and (with_gpu or not chosen.startswith("cuda")):
            return chosen
        if time.monotonic() > deadline:
            break
        time.sleep(0.2)
    if not workers:
        raise UsageError(
            f"the cluster has no workers, {patience:g} s have passed; start some with `dask worker ADDRESS`"
        )
    raise UsageError(
        f"none of the {len(workers)} workers has a GPU, {patience:g} s have passed; start some with "
        f"`dask worker ADDRESS --nthreads 1 --resources {GPU}=1`, or use --device cpu"
    )


def _workers(client: Client) -> dict[str, Mapping[str, float]]:
    """The resources of each worker; UsageError if the numbers of one would be others."""
    found: dict[str, Any] = client.run(_described, on_error="return")  # type: ignore[assignment]  # no coroutine here
    for address, answer in found.items():
        if isinstance(answer, OSError):
            continue  # it left meanwhile
        if isinstance(answer, Exception):
            raise UsageError(
                f"worker {address} cannot load crosscheck ({answer}); install there what is installed here, "
                f"diffusion-crosscheck {version('diffusion-crosscheck')}"
            )
        if difference := _difference(answer[0]):
            raise UsageError(_refusal(address, difference))
    return {address: answer[1] for address, answer in found.items() if not isinstance(answer, Exception)}


def _described(dask_worker: Worker) -> tuple[Versions, Mapping[str, float]]:
    """On a worker: what its numbers depend on, and its resources."""
    return _versions(), dict(dask_worker.state.total_resources)


def _unpacked(data: bytes, versions: Versions) -> Any:
    """On a worker: the result of a task.  A worker that came later has not been checked yet."""
    address = get_worker().address
    if difference := _difference(versions):
        raise WorkerError(_refusal(address, difference, swapped=True))
    _one_thread()
    folder = get_worker().local_directory  # where files arrive
    if folder not in sys.path:
        sys.path.append(folder)
    try:
        with _LOADING:
            task = pickle.loads(data)
    except Exception as error:
        raise WorkerError(f"worker {address} cannot load a simulator: {error}") from None
    return task()


def _one_thread() -> None:
    """Torch on one thread, for good: tasks in several threads would restore one another's setting in the middle."""
    import torch

    torch.set_num_threads(1)


def _difference(versions: Versions) -> tuple[str, str, str] | None:
    """(what, there, here) of the first version that differs."""
    here = _versions()
    return next(
        ((name, versions.get(name, "none"), own) for name, own in here.items() if versions.get(name) != own), None
    )


def _refusal(address: str, difference: tuple[str, str, str], *, swapped: bool = False) -> str:
    name, there, here = difference
    there, here = (here, there) if swapped else (there, here)
    return (
        f"worker {address} has {name} {there} and not {here}: its numbers could differ; install the same version there"
    )


@cache
def _versions() -> Versions:
    """Of what draws and adds; packages of another Python are others."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"python": python, **{package: version(package) for package in _DRAW_AND_ADD}}


@contextmanager
def _quiet() -> Iterator[None]:
    """No lines of Dask on stderr: what matters is said in one line of our own."""
    logger = logging.getLogger("distributed")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)
