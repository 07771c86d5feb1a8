"""The only place that prints: results on stdout, progress on a terminal's stderr; a reader who leaves is no error."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from typing import TextIO


@dataclass
class Terminal:
    """Where a command writes to; `quiet` leaves only JSON and errors."""

    quiet: bool = False
    progress_shown: bool = False

    def write(self, text: str = "") -> None:
        """One line, or several, for a person."""
        if not self.quiet:
            self.document(text)

    def document(self, text: str) -> None:
        """What was asked for, even if quiet: a JSON document, a value."""
        self.clear()
        _send(sys.stdout, text + "\n")

    def progress(self, text: str) -> None:
        """A line that replaces the one before it; nothing unless stderr is a terminal."""
        if not self.quiet and sys.stderr is not None and sys.stderr.isatty():
            width = os.get_terminal_size(sys.stderr.fileno()).columns if sys.stderr.fileno() >= 0 else 80
            _send(sys.stderr, "\r\x1b[K" + text[: max(width - 1, 20)])
            self.progress_shown = True

    def clear(self) -> None:
        """Takes the progress line away."""
        if self.progress_shown:
            _send(sys.stderr, "\r\x1b[K")
            self.progress_shown = False


def complain(text: str) -> None:
    """One line on stderr."""
    _send(sys.stderr, "crosscheck: " + " ".join(text.split()) + "\n")


def _send(stream: TextIO | None, text: str) -> None:
    """Writes and flushes; a stream that is closed, or whose reader has left, swallows the rest."""
    if stream is None or stream.closed:
        return
    try:
        stream.write(text)
        stream.flush()
    except UnicodeEncodeError:
        stream.write(text.encode("ascii", "replace").decode())
        stream.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
