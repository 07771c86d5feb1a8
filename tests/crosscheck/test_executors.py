"""Queues hand tasks out and results back, in this process or on an executor; a dead worker is one clear line."""

import os
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from crosscheck import executors
from crosscheck.executors import PORTIONS, Queue, WorkerError, in_portions, opened


def _fail() -> int:
    raise RuntimeError("no")


def _die() -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return 0


def _loaded() -> set[str]:
    return {"torch", "sympy", "mpmath", "hypothesis", "theory", "crosscheck.claim"} & set(sys.modules)


def _blocked_signals() -> set[int]:
    return {int(one) for one in signal.pthread_sigmask(signal.SIG_BLOCK, ())}


def test_without_a_pool_each_task_runs_when_its_turn_comes():
    log: list[str] = []
    queue: Queue[str, None] = Queue(None)
    assert queue.add("a", [partial(log.append, "ran 1"), partial(log.append, "ran 2")]) == 2
    assert log == []
    for label, _ in queue:
        log.append(f"took {label}")
    assert log == ["ran 1", "took a", "ran 2", "took a"]


def test_results_come_first_ready_first_and_new_tasks_may_join():
    with ThreadPoolExecutor(2) as threads:
        queue: Queue[str, object] = Queue(threads)
        queue.add("slow", [partial(time.sleep, 0.3)])
        queue.add("fast", [partial(int, "3")])
        order = []
        for label, result in queue:
            order.append((label, result))
            if label == "fast":
                queue.add("later", [partial(int, "4")])
    assert order == [("fast", 3), ("later", 4), ("slow", None)]


def test_many_small_pieces_of_work_are_sent_in_portions():
    sent: list[int] = []
    with ThreadPoolExecutor(2) as threads:
        threads.submit, submit = lambda fn: (sent.append(1), submit(fn))[1], threads.submit  # type: ignore[method-assign]
        assert sorted(in_portions(threads, abs, range(-2000, 0))) == list(range(1, 2001))
    assert 100 < len(sent) <= PORTIONS
    assert list(in_portions(None, abs, [-1, 2])) == [1, 2]
    assert list(in_portions(None, abs, [])) == []


def test_results_of_a_pool_that_is_gone_are_one_clear_line():
    with ThreadPoolExecutor(1) as threads:
        queue: Queue[int, None] = Queue(threads)
        queue.add(0, [partial(time.sleep, 0.2)] * 3)
        threads.shutdown(wait=False, cancel_futures=True)
        with pytest.raises(WorkerError, match="out of reach; finished blocks are kept"):
            list(queue)


def test_an_error_of_a_task_reaches_the_caller_and_cancels_the_rest():
    done: list[int] = []
    with ThreadPoolExecutor(1) as threads:
        queue: Queue[int, object] = Queue(threads)
        queue.add(0, [_fail, partial(time.sleep, 0.1), *[partial(done.append, k) for k in range(100)]])
        with pytest.raises(RuntimeError, match="no"):
            list(queue)
    assert len(done) < 100
    alone: Queue[int, int] = Queue(None)
    alone.add(0, [_fail])
    with pytest.raises(RuntimeError, match="no"):
        list(alone)


@pytest.fixture
def empty(monkeypatch) -> None:
    """Workers load nothing beforehand, which would take seconds."""
    monkeypatch.setattr(executors, "_load", int)


def test_workers_are_ready_for_blocks_and_load_no_algebra():
    with opened(None, 2) as pool:
        queue: Queue[int, set[str]] = Queue(pool)
        queue.add(0, [_loaded] * 4)
        assert all(names == {"torch"} for _, names in queue)


@pytest.mark.usefixtures("empty")
def test_a_worker_that_dies_is_one_clear_line():
    with opened(None, 2) as pool:
        queue: Queue[int, int] = Queue(pool)
        queue.add(0, [_die])
        with pytest.raises(WorkerError, match=r"a worker process died.*repeat the command"):
            list(queue)
        with pytest.raises(WorkerError, match=r"a worker process died.*repeat the command"):
            queue.add(0, [_die])


@pytest.mark.usefixtures("empty")
@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system has no signal masks")
def test_ctrl_c_is_for_this_process_alone():
    with opened(None, 2) as pool:
        queue: Queue[int, set[int]] = Queue(pool)
        queue.add(0, [_blocked_signals] * 4)
        assert all(signal.SIGINT in blocked for _, blocked in queue)
    assert signal.SIGINT not in _blocked_signals()


def test_one_worker_is_this_process_and_none_is_refused():
    with opened(None, 1) as pool:
        assert pool is None
    with pytest.raises(ValueError, match="workers = 0"), opened(None, 0):
        pass
