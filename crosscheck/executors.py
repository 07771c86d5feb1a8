"""Where blocks run: in this process, or on a pool of processes that is opened once and closed again."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any


class InProcess(Executor):
    """Runs each task when it is submitted, in the calling thread."""

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future: Future[Any] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def opened(executor: Executor | None, workers: int) -> Iterator[Executor]:
    """The given executor, or a new one; tasks that nobody waits for are cancelled at the end."""
    if workers < 1:
        raise ValueError(f"workers = {workers} is outside workers >= 1")
    if executor is not None:
        yield executor
    elif workers == 1:
        yield InProcess()
    else:
        # spawn, not fork: torch threads and CUDA contexts do not survive a fork
        pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
        try:
            yield pool
        finally:
            pool.shutdown(cancel_futures=True)
