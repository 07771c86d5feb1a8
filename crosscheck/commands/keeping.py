"""Commands that keep what they compute: the options --store and --no-store, and a run that can be interrupted."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck.terminal import complain
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from crosscheck.store import Store

DEFAULT = Path("crosscheck-store.sqlite")


def add_store(parser: argparse.ArgumentParser, *, optional: bool = True) -> None:
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--store", metavar="FILE", help=f"finished blocks and runs are kept here (default {DEFAULT})")
    if optional:
        choice.add_argument("--no-store", action="store_true", help="keep nothing, and use nothing that was kept")


def place(options: argparse.Namespace) -> Path:
    """The file that --store names, or the default one."""
    return Path(options.store) if options.store else DEFAULT


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Store | None]:
    """The store of the options; None with --no-store, or where the default one could not even be created."""
    from crosscheck.store import Store

    if options.no_store:
        yield None
        return
    if not options.store and not DEFAULT.exists() and not _writable(Path()):
        complain("this directory cannot be written to, so nothing is kept; give a place with --store FILE")
        yield None
        return
    with Store(place(options)) as store:
        yield store


def kept(options: argparse.Namespace, work: Callable[[Store | None], dict[str, Any]]) -> dict[str, Any]:
    """The document that `work(store)` makes, kept with the command; Interrupted says what Ctrl-C left."""
    from crosscheck import history

    with opened(options) as store:
        if store is None:
            return work(None)
        before = store.count()
        command = shlex.join(["crosscheck", *options.typed])
        number = history.begun(store, command)
        try:
            document = work(store)
        except KeyboardInterrupt:
            new = store.count() - before
            raise Interrupted(
                f"interrupted; {new} new blocks are kept in {store.path}, and the same command goes on: {command}"
            ) from None
        history.finished(store, number, document)
        return document


class Interrupted(KeyboardInterrupt):
    """Ctrl-C, with a line that says what is kept and how to go on."""


def _writable(directory: Path) -> bool:
    from crosscheck.report.files import check_writable

    try:
        check_writable(directory)
    except UsageError:
        return False
    return True
