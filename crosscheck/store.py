"""One SQLite file that keeps every finished block and every run: what was computed once is never computed again.

A block is known by its series (claim, stage, simulator with fingerprint, arguments, seed, device type, versions of the
libraries that draw and add) and its number.  Rows are plain JSON text with a checksum: nothing is ever unpickled.
The write-ahead log lets several processes share the file; a process that is killed loses the block it was at.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from crosscheck.tasks import Block, Series
from crosscheck.usage import UsageError
from numerics.sums import BlockSums

APPLICATION = int.from_bytes(b"dxck", "big")
SCHEMA = 1
_DRAWS_AND_ADDS = ("torch", "numpy", "scipy")
_PATIENCE = 60.0  # seconds to wait for another process
_TABLES = """
CREATE TABLE series (key TEXT PRIMARY KEY, described TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE block (series TEXT NOT NULL, number INTEGER NOT NULL, seconds REAL NOT NULL, sums TEXT NOT NULL,
                    seal TEXT NOT NULL, PRIMARY KEY (series, number)) WITHOUT ROWID;
CREATE TABLE run (number INTEGER PRIMARY KEY AUTOINCREMENT, started TEXT NOT NULL, command TEXT NOT NULL,
                  finished TEXT, outcome TEXT, document TEXT);
CREATE TABLE night (number INTEGER PRIMARY KEY AUTOINCREMENT, simulation TEXT NOT NULL, seed INTEGER NOT NULL,
                    samples INTEGER NOT NULL, points TEXT NOT NULL, seal TEXT NOT NULL, UNIQUE (simulation, seed));
CREATE TABLE accumulation (question TEXT PRIMARY KEY, level REAL NOT NULL) WITHOUT ROWID;
"""


class StoreError(UsageError):
    """The file cannot be used: foreign, damaged, of a later version, read-only, or on a full disk."""


class Store:
    """The kept blocks and runs of one file, which is created when it does not exist.

    StoreError, in one line, for a file that is not a store, and at any time when reading or writing fails; such a file
    is left as it is.
    """

    def __init__(self, path: Path, *, must_exist: bool = False) -> None:
        self.path = path
        self._known: set[str] = set()
        if must_exist and not path.is_file():
            raise StoreError(f"{path} does not exist: no run was kept there (choose a store with --store FILE)")
        new = _refuse_foreign(path)
        with self._errors():
            self._connection = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)
            try:
                self._prepare(new)
            except BaseException:
                self._connection.close()
                raise

    def close(self) -> None:
        """Close the file; the write-ahead log is merged into it by the last process that does."""
        self._connection.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def blocks(self, series: Series, numbers: Sequence[int]) -> list[Block]:
        """Those of the numbered blocks that are kept."""
        if not numbers:
            return []
        key, wanted = _key(series), set(numbers)
        with self._errors():
            rows = self._connection.execute(
                "SELECT number, seconds, sums, seal FROM block WHERE series = ? AND number BETWEEN ? AND ?",
                (key, min(wanted), max(wanted)),
            ).fetchall()
        return [
            Block(number, self._opened(key, number, sums, seal), seconds)
            for number, seconds, sums, seal in rows
            if number in wanted
        ]

    def keep(self, series: Series, blocks: Sequence[Block]) -> None:
        """Commit finished blocks.  Where another process kept the same block before, its equal row stays."""
        key = _key(series)
        rows = []
        for block in blocks:
            sums = json.dumps(asdict(block.sums))
            rows.append((key, block.number, block.seconds, sums, _seal(key, block.number, sums)))
        with self._errors(), self._transaction():
            if key not in self._known:
                self._connection.execute("INSERT OR IGNORE INTO series VALUES (?, ?)", (key, _described(series)))
                self._known.add(key)
            self._connection.executemany("INSERT OR IGNORE INTO block VALUES (?, ?, ?, ?, ?)", rows)

    def count(self) -> int:
        """How many blocks are kept."""
        return self.query("SELECT count(*) FROM block")[0][0]

    def query(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Rows of a statement that reads."""
        with self._errors():
            return self._connection.execute(statement, values).fetchall()

    def change(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Commit a statement that writes; returns the number of the last row that it inserted."""
        with self._errors(), self._transaction():
            return self._connection.execute(statement, values).lastrowid or 0

    def _prepare(self, new: bool) -> None:
        self._connection.execute("PRAGMA synchronous = NORMAL")  # a killed process loses nothing that was committed
        if new:
            self._connection.execute("PRAGMA journal_mode = WAL")
            with self._transaction():
                if not self._pragma("application_id"):  # another process may have been faster
                    for statement in _TABLES.split(";"):
                        self._connection.execute(statement)
                    self._connection.execute(f"PRAGMA application_id = {APPLICATION}")
                    self._connection.execute(f"PRAGMA user_version = {SCHEMA}")
        if self._pragma("application_id") != APPLICATION:
            raise StoreError(f"{self.path} is a database of another program; give another place with --store FILE")
        if self._pragma("user_version") != SCHEMA:
            raise StoreError(
                f"{self.path} has format {self._pragma('user_version')}, this version reads {SCHEMA}; "
                "give another place with --store FILE"
            )
        with self._transaction():
            pass  # a store that cannot be written to must be known before the work begins

    def _pragma(self, name: str) -> int:
        return self._connection.execute(f"PRAGMA {name}").fetchone()[0]

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise StoreError(f"store {self.path}: {error}; {_remedy(str(error))}") from None
        except UnicodeDecodeError:  # the names of tables, quoted in a message of SQLite
            raise StoreError(
                f"store {self.path} is damaged (not UTF-8); move it away, or give another --store"
            ) from None
        except sqlite3.DatabaseError as error:
            raise StoreError(f"store {self.path} is damaged ({error}); move it away, or give another --store") from None

    def _opened(self, key: str, number: int, sums: str, seal: str) -> BlockSums:
        if seal != _seal(key, number, sums):
            raise StoreError(f"store {self.path} is damaged (block {number} of a series was altered); move it away")
        return BlockSums(**{name: _tuple(value) for name, value in json.loads(sums).items()})


def _refuse_foreign(path: Path) -> bool:
    """Whether the file is new; StoreError if it is something else than a database."""
    try:
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            return True
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise StoreError(f"store {path} cannot be opened: {error.strerror}; give another --store") from None
    if start and start != b"SQLite format 3\0":
        raise StoreError(
            f"{path} is not a store of crosscheck, and stays as it is; give another place with --store FILE"
        )
    return not start


def _remedy(problem: str) -> str:
    if "full" in problem:
        return "free some space and repeat the command: finished blocks are kept"
    if "readonly" in problem or "unable to open" in problem:
        return "give a place that can be written to with --store FILE, or --no-store"
    return "repeat the command, or give another --store"


def _key(series: Series) -> str:
    return hashlib.blake2b(_described(series).encode(), digest_size=16).hexdigest()


def _described(series: Series) -> str:
    return json.dumps(series.described | {"versions": _versions()}, sort_keys=True)


def _seal(key: str, number: int, sums: str) -> str:
    return hashlib.blake2b(f"{key} {number} {sums}".encode(), digest_size=8).hexdigest()


@cache
def _versions() -> dict[str, str]:
    return {package: version(package) for package in _DRAWS_AND_ADDS}


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value
