"""A leg between its looks: how many blocks are sent at once, and what is still to be spent."""

from concurrent.futures import Future

import numpy as np
import pytest

from crosscheck.budget import Budget
from crosscheck.claim import Route
from crosscheck.engine import run
from crosscheck.leg import FIRST_TASKS, SECONDS_PER_TASK, Cell, Leg, _exact, first_stage
from crosscheck.tasks import Block, Task
from numerics.sums import of_values
from tests.crosscheck import remote
from tests.crosscheck.toy import claim

CELL = Cell(8)
BLOCKS = 64  # of 1024 replicas, at the look that is taken


def leg(seconds: float | None = None) -> Leg:
    """Before a later look, when the first one took so many seconds per block; before the first one by default."""
    one = claim(remote.slow, ladder=(8,))
    found = first_stage(one, one.routes_at("quick")[0], one.points[0], rates=Budget().divide(1), seed=0, device="cpu")
    if seconds is not None:
        found.receive(CELL, [Block(number, of_values(np.ones(1024)), seconds) for number in found.missing(CELL)])
        found.look = found.plan.index(1024 * BLOCKS)
    return found


@pytest.mark.parametrize(("seconds", "at_once"), [(1e-9, BLOCKS), (0.05, 10), (0.2, 2), (0.5, 1), (30.0, 1)])
def test_a_task_holds_blocks_worth_half_a_second_once_their_time_is_known(seconds, at_once):
    tasks = leg(seconds).tasks(CELL)
    assert SECONDS_PER_TASK == 0.5
    assert {len(task.numbers) for task in tasks[:-1]} <= {at_once}
    assert len(tasks[0].numbers) == min(at_once, BLOCKS - 4)
    assert sorted(number for task in tasks for number in task.numbers) == list(range(4, BLOCKS))


def test_the_first_look_is_few_tasks_however_small_the_blocks():
    one = leg()
    assert [len(task.numbers) for task in one.tasks(CELL)] == [1] * 4
    one._block_sizes[CELL] = 2
    tasks = one.tasks(CELL)
    assert len(tasks) == FIRST_TASKS
    assert {len(task.numbers) for task in tasks} == {4096 // 2 // FIRST_TASKS}


@pytest.mark.parametrize("value", [0.0, 3e-13, 1e-14])
def test_arithmetic_errs_relative_to_the_scale_where_the_value_vanishes(value):
    laws = {"size": 8, "correction": 0.0, "theory": 0.0, "scale": 2.0, "next_order": None}
    assert _exact(value, Route(source=remote.level, rounding=1e-12), laws).rounding == 2e-12


def test_what_is_left_follows_the_time_that_blocks_took():
    assert leg().seconds_left() == pytest.approx(4 * SECONDS_PER_TASK)
    assert leg(0.2).seconds_left() == pytest.approx((BLOCKS - 4) * 0.2)


class Recorded:
    """A pool that runs a task at once, and remembers the sizes."""

    def __init__(self) -> None:
        self.sizes: list[float] = []

    def submit(self, fn: Task) -> Future[list[Block]]:
        self.sizes.append(fn.series.arguments["d"])
        future: Future[list[Block]] = Future()
        future.set_result(fn())
        return future


def test_the_dearest_leg_is_sent_first_and_what_draws_nothing_last():
    pool = Recorded()
    sizes = [(remote.level, (3,)), (remote.slow, (5,)), (remote.slow, (7, 8))]
    run([claim(source, ladder=ladder) for source, ladder in sizes], executor=pool)
    assert pool.sizes[:13] == [7] * 4 + [8] * 4 + [5] * 4 + [3]
