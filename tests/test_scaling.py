"""The benchmark of scaling on next to no work, and its figure, which is drawn from the kept numbers alone."""

import dataclasses
import re

import pytest

from benchmarks import scaling
from benchmarks.__main__ import figures
from benchmarks.record import Record, Result, Row, Spread
from benchmarks.scaling import DASK, DEAREST, HERE, LOST, POOL
from benchmarks.scaling_figure import figure, losses, speed_ups
from benchmarks.table import chapter
from crosscheck.leg import SECONDS_PER_TASK
from crosscheck.registry import identifiers

ROWS = (
    Row("c", "1 worker", "s wall", Spread(10.0, 9.0, 11.0)),
    Row("c", "2 workers", "s wall", Spread(5.2, 5.0, 6.0), Spread(0.5, 0.4, 0.625)),
    Row("c", "efficiency of 2 workers", "efficiency (1 is best)", Spread(0.95, 0.9, 1.0)),
    Row("an empty task", POOL, "ms wall", Spread(0.1, 0.1, 0.1)),
    Row("tasks of 0.01 s", POOL, LOST, Spread(0.02, 0.01, 0.03)),
    Row("tasks of 0.5 s", POOL, LOST, Spread(0.004, 0.001, 0.03)),
    Row("tasks of 0.5 s", DASK, LOST, Spread(0.03, 0.01, 0.04)),
)
RESULT = Result("scaling", "an example", ROWS)


def test_speed_up_and_loss_are_read_from_the_rows():
    assert speed_ups(ROWS) == {1: (1.0, 1.0, 1.0), 2: (2.0, 1.6, 2.5)}
    assert losses(ROWS) == {POOL: {0.01: 0.02, 0.5: 0.004}, DASK: {0.5: 0.03}}


def test_the_figure_is_the_same_every_time_and_changes_with_the_numbers():
    slower = dataclasses.replace(ROWS[1], ratio=Spread(0.8, 0.7, 0.9))
    other = dataclasses.replace(RESULT, rows=(ROWS[0], slower, *ROWS[2:]))
    assert figure(RESULT) == figure(RESULT) != figure(other)
    assert "2.00 with 2" in figure(RESULT)
    assert re.search(r"<title[^>]*>Speed-up with workers", figure(RESULT))


def test_the_page_shows_the_figure_that_lies_beside_it():
    record = Record(
        "2026-01-02", "a device", {}, (dataclasses.replace(RESULT, load=0.1), Result("blocks", "x", ROWS[:1]))
    )
    assert list(figures(record)) == ["2026-01-02-scaling.svg"]
    assert chapter(record).count("](2026-01-02-scaling.svg)") == 1


def test_the_claims_that_are_left_out_exist():
    assert set(DEAREST) < set(identifiers())
    assert scaling.SIZES[-1] == SECONDS_PER_TASK


@pytest.mark.slow
def test_it_measures_every_place():
    found = scaling.result(
        ["curie_weiss.weight_plus"], tier="quick", repetitions=1, empty=20, work=0.5, sizes=(0.1, SECONDS_PER_TASK)
    )
    assert [row.method for row in found.rows[-3:]] == [HERE, POOL, DASK]
    assert [goal.bound for goal in found.goals] == [0.85, 0.05, 0.05]
    assert all(row.value.median > 0 for row in found.rows if row.unit.endswith("wall"))
    assert all(-0.05 < row.value.median < 1 for row in found.rows if row.unit == LOST)
    assert {1, 2} <= set(speed_ups(found.rows))
