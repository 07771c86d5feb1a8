"""Tables from files: CSV, .npy or JSON, and short ones typed as JSON.  Nothing is ever unpickled."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from theory.tables import Table

LARGEST = 2**28
"""Bytes of a file."""


def typed(name: str, text: str) -> str | Table:
    """The value behind name=text: a table for @FILE, [...] and {...}, else the text itself.

    UsageError, in one line, for a file that is missing, too large, or holds no numbers.
    """
    if text.startswith("@"):
        return _table(f"{name}={text}", _content(f"{name}={text}", Path(text[1:])), text)
    if text[0] in "[{":
        return _table(f"{name}={text}", _json(f"{name}={text}", text), "".join(text.split()))
    return text


def _table(where: str, content: Any, label: str) -> Table:
    from theory.tables import table

    try:
        return table(content, label)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{where} {error}") from None


def _content(where: str, path: Path) -> Any:
    readers = {".csv": _csv, ".npy": _npy, ".json": _json_file}
    if path.suffix.lower() not in readers:
        raise UsageError(f"{where}: a table is a file of type {', '.join(readers)}")
    try:
        if path.stat().st_size > LARGEST:
            raise UsageError(f"{where} has {path.stat().st_size} bytes; at most {LARGEST}")
        return readers[path.suffix.lower()](where, path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "is no text file"
        raise UsageError(f"{where}: {reason}") from None


def _csv(where: str, path: Path) -> Any:
    """Rows of numbers between commas or blanks; comments begin with #, and one line of names may stand first."""
    rows: list[list[Decimal]] = []
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    for number, line in enumerate(lines, start=1):
        words = line.partition("#")[0].replace(",", " ").replace(";", " ").split()
        try:
            rows += [list(map(Decimal, words))] if words else []
        except InvalidOperation:
            if rows or any(map(_is_number, words)):
                raise UsageError(f"{where}, line {number}: {line.strip()[:40]} is no row of numbers") from None
    return rows


def _is_number(word: str) -> bool:
    try:
        Decimal(word)
    except InvalidOperation:
        return False
    return True


def _npy(where: str, path: Path) -> Any:
    import numpy as np

    try:
        return np.load(path, allow_pickle=False)
    except (ValueError, EOFError) as error:
        raise UsageError(f"{where} is no .npy file of numbers: {error}") from None


def _json_file(where: str, path: Path) -> Any:
    return _json(where, path.read_text(encoding="utf-8"))


def _json(where: str, text: str) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except (ValueError, InvalidOperation, RecursionError) as error:
        raise UsageError(f"{where} is no JSON: {error}") from None
