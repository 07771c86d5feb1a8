"""The store keeps blocks for good, gives back the same numbers, and refuses what it cannot trust."""

import json
import multiprocessing
import os
import random
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sympy import Rational

from crosscheck.engine import run
from crosscheck.store import Store, StoreError
from crosscheck.tasks import Block, Series, Task
from numerics.sums import of_values
from tests.crosscheck.toy import asymptotic, claim, coin, drifting, level
from theory.notation import x


def series(**changes) -> Series:
    fields = {
        "source": level, "arguments": {"x": 1.5, "T": 0.5, "d": 8}, "seed": 0, "key": ("toy.level", "first"),
        "device": "cpu",
    }  # fmt: skip
    return Series(**fields | changes)


def blocks(*numbers: int) -> list[Block]:
    return Task(series(), numbers)()


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "store.sqlite"


class Counted:
    """A store that counts the blocks it is given, and may fail after some."""

    def __init__(self, store: Store, *, die_after: int | None = None) -> None:
        self.store, self.kept, self.die_after = store, 0, die_after

    def blocks(self, series, numbers):
        return self.store.blocks(series, numbers)

    def keep(self, series, blocks):
        if self.die_after is not None and self.kept >= self.die_after:
            raise KeyboardInterrupt
        self.store.keep(series, blocks)
        self.kept += len(blocks)


def test_a_block_comes_back_bit_for_bit(file):
    kept = blocks(0, 1, 5)
    with Store(file) as store:
        store.keep(series(), kept)
    with Store(file) as store:
        assert store.blocks(series(), (0, 1, 2, 5)) == kept
        assert store.blocks(series(), (1,)) == kept[1:2]
        assert store.blocks(series(), ()) == []


def test_sums_that_are_not_moments_alone_come_back_too(file):
    odd = [Block(0, of_values(np.array([1.0, float("nan")])), 0.1)]
    with Store(file) as store:
        store.keep(series(), odd)
        assert store.blocks(series(), (0,)) == odd


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 1}, {"arguments": {"x": 1.5000000000000002, "T": 0.5, "d": 8}}, {"key": ("toy.level", "confirmation")},
        {"device": "cuda"}, {"source": drifting}, {"source": coin},
    ],
)  # fmt: skip
def test_another_series_has_its_own_blocks(file, changes):
    with Store(file) as store:
        store.keep(series(), blocks(0))
        assert store.blocks(series(**changes), (0,)) == []


def test_a_changed_simulator_loses_its_blocks_and_no_other_does(file, tmp_path):
    changed = replace(level)
    changed.__dict__["fingerprint"] = "0" * 32  # what a change of the source amounts to: see test_fingerprint.py
    with Store(file) as store:
        store.keep(series(), blocks(0))
        store.keep(series(source=coin), blocks(0))
        assert store.blocks(series(source=changed), (0,)) == []
        assert len(store.blocks(series(source=coin), (0,))) == 1


def test_a_run_that_is_repeated_computes_nothing_and_gives_the_same_verdict(file):
    claims = [claim(), asymptotic(), claim(expression=x * Rational(103, 100))]
    with Store(file) as store:
        first = run(claims, seed=3, store=store)
        counted = Counted(store)
        again = run(claims, seed=3, store=counted)
    assert counted.kept == 0
    assert [replace(v, seconds=0) for v in again.verdicts] == [replace(v, seconds=0) for v in first.verdicts]
    assert first.verdicts == tuple(
        replace(v, seconds=w.seconds) for v, w in zip(run(claims, seed=3).verdicts, first.verdicts, strict=True)
    )


def test_a_run_that_is_interrupted_goes_on_where_it_was(file):
    with Store(file) as store:
        dying = Counted(store, die_after=3)
        with pytest.raises(KeyboardInterrupt):
            run([asymptotic(), claim()], seed=4, store=dying)
        assert store.count() == dying.kept == 3
        counted = Counted(store)
        resumed = run([asymptotic(), claim()], seed=4, store=counted)
        total = store.count()
    assert counted.kept == total - 3
    alone = run([asymptotic(), claim()], seed=4)
    assert [replace(v, seconds=0) for v in resumed.verdicts] == [replace(v, seconds=0) for v in alone.verdicts]


def _fill(file: Path, first: int) -> None:
    with Store(file) as store:
        for number in range(first, first + 60):
            store.keep(series(), blocks(number % 80))


def test_two_processes_share_a_store(file):
    context = multiprocessing.get_context("spawn")
    pair = [context.Process(target=_fill, args=(file, first)) for first in (0, 30)]
    for process in pair:
        process.start()
    for process in pair:
        process.join(60)
    assert [process.exitcode for process in pair] == [0, 0]
    with Store(file) as store:
        assert [b.sums for b in store.blocks(series(), range(80))] == [b.sums for b in blocks(*range(80))]
        assert store.query("PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("content", [b"a letter to a friend\n" * 50, b"\0" * 4096, random.Random(1).randbytes(9000)])
def test_a_foreign_file_is_refused_and_stays_as_it_is(file, content):
    file.write_bytes(content)
    with pytest.raises(StoreError, match=r"is not a store of crosscheck.*--store FILE"):
        Store(file)
    assert file.read_bytes() == content


def test_a_database_of_another_program_is_refused_and_stays_as_it_is(file):
    with sqlite3.connect(file) as other:
        other.execute("CREATE TABLE block (recipe TEXT)")
    other.close()
    before = file.read_bytes()
    with pytest.raises(StoreError, match="is a database of another program"):
        Store(file)
    assert file.read_bytes() == before


def test_a_store_of_a_later_version_is_refused(file):
    Store(file).close()
    with sqlite3.connect(file) as later:
        later.execute("PRAGMA user_version = 99")
    later.close()
    with pytest.raises(StoreError, match="has format 99, this version reads 1"):
        Store(file)


def test_a_damaged_store_is_refused_and_never_yields_a_wrong_number(file):
    with Store(file) as store:
        for number in range(60):
            store.keep(series(), blocks(number))
    good, content = blocks(*range(60)), bytearray(file.read_bytes())
    chance = random.Random(7)
    refused = 0
    for _ in range(40):
        spoilt = bytearray(content)
        for place in (chance.randrange(100, len(spoilt)) for _ in range(200)):
            spoilt[place] ^= 1 << chance.randrange(8)
        file.write_bytes(spoilt)
        complaint, found = opened(file)
        if complaint:
            assert re.search("damaged|another program|has format", complaint)
            assert "\n" not in complaint
            refused += 1
        else:
            assert {b.number: b.sums for b in found}.items() <= {b.number: b.sums for b in good}.items()
    assert refused > 20


def opened(file: Path) -> tuple[str, list[Block]]:
    """The complaint about a store, or its blocks."""
    try:
        with Store(file) as store:
            return "", store.blocks(series(), range(60))
    except StoreError as error:
        return str(error), []


def test_an_altered_row_is_noticed(file):
    with Store(file) as store:
        store.keep(series(), blocks(0))
        store.change("UPDATE block SET sums = replace(sums, '\"count\": 16384', '\"count\": 16383')")
        with pytest.raises(StoreError, match="damaged"):
            store.blocks(series(), (0,))


def test_rows_are_plain_json(file):
    with Store(file) as store:
        store.keep(series(), blocks(0))
        ((described,),) = store.query("SELECT described FROM series")
        ((sums,),) = store.query("SELECT sums FROM block")
    assert json.loads(described)["simulator"] == "tests.crosscheck.toy:level"
    assert json.loads(described)["versions"]["torch"]
    assert json.loads(sums)["count"] == 16384


def test_a_full_disk_is_one_clear_line_and_what_was_kept_stays(file):
    kept = blocks(0)
    with Store(file) as store:
        store.keep(series(), kept)
        (pages,) = store.query("PRAGMA page_count")[0]
        store.query(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(StoreError, match=r"disk is full; free some space and repeat the command"):
            store.keep(series(), [replace(kept[0], number=number) for number in range(1, 500)])
    with Store(file) as store:
        assert store.blocks(series(), (0,)) == kept


def test_a_store_that_cannot_be_written_to_is_refused_before_the_work_begins():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = folder / "store.sqlite"
        Store(file).close()
        file.chmod(0o444)
        folder.chmod(0o555)
        with as_anybody():
            with pytest.raises(StoreError, match=r"--store FILE, or --no-store"):
                Store(file)
            with pytest.raises(StoreError, match="give another --store"):
                Store(folder / "new" / "store.sqlite")
        folder.chmod(0o755)


@contextmanager
def as_anybody() -> Iterator[None]:
    """Root may write anywhere, so the test gives its rights away for a moment."""
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
