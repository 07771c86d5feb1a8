"""Docstrings are plain text with `code`: for Sphinx what is markup in reStructuredText is escaped.

A line that is indented deeper than its paragraph is shown as it is, as are columns of names and meanings.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import is_dataclass
from typing import Any

from sphinx.application import Sphinx

_COLUMNS = re.compile(r"\S {3,}\S")


def setup(app: Sphinx) -> dict[str, bool]:
    app.connect("autodoc-process-docstring", _process)
    app.connect("autodoc-process-signature", _signature)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _process(app: Sphinx, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    lines[:] = restructured(lines)


def _signature(app: Sphinx, what: str, name: str, obj: Any, options: Any, text: str | None, returns: str | None) -> Any:
    return (fields(obj), None) if what == "class" and is_dataclass(obj) else (text, returns)


def fields(value: Any) -> str:
    """How a value is made, without its types: a line that can be read; a default that is computed is `...`."""
    shown, keywords = [], False
    for name, parameter in inspect.signature(value).parameters.items():
        if parameter.kind is parameter.KEYWORD_ONLY and not keywords:
            shown, keywords = [*shown, "*"], True
        default = parameter.default
        plain = default is None or isinstance(default, str | int | float | tuple)
        shown.append(name if default is parameter.empty else f"{name}={default!r}" if plain else f"{name}=...")
    return f"({', '.join(shown)})"


def restructured(lines: list[str]) -> list[str]:
    """The paragraphs of a docstring as reStructuredText."""
    found: list[str] = []
    for paragraph in _paragraphs(lines):
        if any(line.startswith(" ") or _COLUMNS.search(line) for line in paragraph):
            found += ["::", "", *(f"    {line}" for line in paragraph), ""]
        else:
            found += [*map(escaped, paragraph), ""]
    return found


def escaped(line: str) -> str:
    """A line of text: `code` stays code, nothing else is markup."""
    pieces = re.split(r"`([^`]+)`", line)
    return "".join(f"``{piece}``" if place % 2 else _plain(piece) for place, piece in enumerate(pieces))


def _plain(text: str) -> str:
    return re.sub(r"([\\*|_`])", r"\\\1", text)


def _paragraphs(lines: list[str]) -> list[list[str]]:
    paragraphs: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            paragraphs[-1].append(line)
        elif paragraphs[-1]:
            paragraphs.append([])
    return [paragraph for paragraph in paragraphs if paragraph]
