"""Where blocks run: in this process, or on any executor of concurrent.futures; results come back as they are ready."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from queue import SimpleQueue
from typing import Generic, Protocol, TypeVar

Result = TypeVar("Result")
Item = TypeVar("Item")
Task = Callable[[], Result]
Label = TypeVar("Label")
PORTIONS = 256


class Pool(Protocol):
    """Where tasks are sent to: any executor of concurrent.futures."""

    def submit(self, fn: Callable[[], Result], /) -> Future[Result]: ...


class WorkerError(RuntimeError):
    """The workers are gone: killed, out of memory, or out of reach.  What was finished before is not lost."""


@dataclass
class Queue(Generic[Label, Result]):
    """Tasks handed out and results taken back, first ready first; new tasks may join while others run.

    pool: None runs each task in this process when its turn comes.
    """

    pool: Pool | None
    _waiting: deque[tuple[Label, Task[Result]]] = field(default_factory=deque)
    _running: dict[Future[Result], Label] = field(default_factory=dict)
    _ready: SimpleQueue[Future[Result]] = field(default_factory=SimpleQueue)

    def add(self, label: Label, tasks: Iterable[Task[Result]]) -> int:
        """Hand out tasks under one label; returns how many."""
        count = 0
        for task in tasks:
            count += 1
            if self.pool is None:
                self._waiting.append((label, task))
                continue
            try:
                future = self.pool.submit(task)
            except BrokenProcessPool:
                raise _dead() from None
            self._running[future] = label
            future.add_done_callback(self._ready.put)
        return count

    def __iter__(self) -> Iterator[tuple[Label, Result]]:
        """(label, result) of each task; raises what a task raised, and cancels what has not begun."""
        try:
            while self._waiting or self._running:
                if self._waiting:
                    label, task = self._waiting.popleft()
                    yield label, task()
                    continue
                future = self._ready.get()
                yield self._running.pop(future), _result(future)
        finally:
            for future in self._running:
                future.cancel()


def in_portions(pool: Pool | None, task: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
    """task(item) of each item, first ready first; at most PORTIONS tasks, so that sending costs little."""
    queue: Queue[None, list[Result]] = Queue(pool)
    size = max(1, -(-len(items) // PORTIONS))
    queue.add(None, (partial(_each, task, items[start : start + size]) for start in range(0, len(items), size)))
    for _, results in queue:
        yield from results


@contextmanager
def opened(executor: Pool | None, workers: int) -> Iterator[Pool | None]:
    """The given executor, or a new pool of processes, or None for one worker: this process.

    The new processes load what tasks need while this one goes on.
    """
    if workers < 1:
        raise ValueError(f"workers = {workers} is outside workers >= 1")
    if executor is not None or workers == 1:
        yield executor
        return
    # spawn, not fork: torch threads and CUDA contexts do not survive a fork
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
    try:
        with _interrupts_held():
            for _ in range(workers):
                pool.submit(_load)  # starts a process, which inherits the mask: Ctrl-C is for this process alone
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_held() -> Iterator[None]:
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _load() -> None:
    """What every task needs, which takes seconds; never SymPy."""
    import crosscheck.tasks  # noqa: F401


def _each(task: Callable[[Item], Result], items: Sequence[Item]) -> list[Result]:
    return [task(item) for item in items]


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except BrokenProcessPool:
        raise _dead() from None
    except CancelledError:
        raise WorkerError("the workers are out of reach; finished blocks are kept: repeat the command") from None


def _dead() -> WorkerError:
    return WorkerError(
        "a worker process died, perhaps for want of memory; finished blocks are kept: repeat the command, "
        "with fewer --workers if it happens again"
    )
