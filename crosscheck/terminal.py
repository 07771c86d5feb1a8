"""The only place that prints: results on stdout, progress on a terminal's stderr; a reader who leaves is no error."""

from __future__ import annotations

import os
import sys
import unicodedata
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
        _send(sys.stdout, harmless(text) + "\n")

    def progress(self, text: str) -> None:
        """A line that replaces the one before it; nothing unless stderr is a terminal."""
        if not self.quiet and sys.stderr is not None and sys.stderr.isatty():
            width = os.get_terminal_size(sys.stderr.fileno()).columns if sys.stderr.fileno() >= 0 else 80
            _send(sys.stderr, "\r\x1b[K" + harmless(text)[: max(width - 1, 20)])
            self.progress_shown = True

    def clear(self) -> None:
        """Takes the progress line away."""
        if self.progress_shown:
            _send(sys.stderr, "\r\x1b[K")
            self.progress_shown = False


def complain(text: str) -> None:
    """One line on stderr."""
    _send(sys.stderr, "crosscheck: " + harmless(" ".join(text.split())) + "\n")


def harmless(text: str) -> str:
    r"""Text that cannot command a terminal: what moves the cursor, recolours or reverses is shown as \u001b.

    Within the strings of a JSON document that is an escape with the same meaning.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(f"\\u{ord(c):04x}" if c not in "\n\t" and _commands(c) else c for c in text)


def _commands(character: str) -> bool:
    """Control characters, lone surrogates, and the marks that change the direction of writing."""
    direction = unicodedata.bidirectional(character) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    return direction or unicodedata.category(character) in {"Cc", "Cs"}


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
