"""Where blocks run: in this process, or on any executor of concurrent.futures; results come back as they are ready."""

from __future__ import annotations

import multiprocessing
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Result = TypeVar("Result")
Task = Callable[[], Result]
Label = TypeVar("Label")


class WorkerError(RuntimeError):
    """The workers are gone: killed, out of memory, or out of reach.  What was finished before is not lost."""


@dataclass
class Queue(Generic[Label, Result]):
    """Tasks handed out and results taken back, first ready first; new tasks may join while others run.

    pool: None runs each task in this process when its turn comes.
    """

    pool: Executor | None
    _waiting: deque[tuple[Label, Task[Result]]] = field(default_factory=deque)
    _running: dict[Future[Result], Label] = field(default_factory=dict)

    def add(self, label: Label, tasks: Iterable[Task[Result]]) -> int:
        """Hand out tasks under one label; returns how many."""
        count = 0
        for task in tasks:
            count += 1
            if self.pool is None:
                self._waiting.append((label, task))
                continue
            try:
                self._running[self.pool.submit(task)] = label
            except BrokenProcessPool:
                raise _dead() from None
        return count

    def __iter__(self) -> Iterator[tuple[Label, Result]]:
        """(label, result) of each task; raises what a task raised, and cancels what has not begun."""
        try:
            while self._waiting or self._running:
                if self._waiting:
                    label, task = self._waiting.popleft()
                    yield label, task()
                    continue
                ready, _ = wait(self._running, return_when=FIRST_COMPLETED)
                for future in ready:
                    yield self._running.pop(future), _result(future)
        finally:
            for future in self._running:
                future.cancel()


@contextmanager
def opened(executor: Executor | None, workers: int) -> Iterator[Executor | None]:
    """The given executor, or a new pool of processes, or None for one worker: this process."""
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
                pool.submit(int)  # starts a process, which inherits the mask: Ctrl-C is for this process alone
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


def _result(future: Future[Result]) -> Result:
    try:
        return future.result()
    except BrokenProcessPool:
        raise _dead() from None


def _dead() -> WorkerError:
    return WorkerError(
        "a worker process died, perhaps for want of memory; finished blocks are kept: repeat the command, "
        "with fewer --workers if it happens again"
    )
