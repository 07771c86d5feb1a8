"""The page and its data as files: index.html, which needs nothing else, and explore.json, its machine-readable twin."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crosscheck.explorer.page import html
from crosscheck.report.files import check_writable, may_replace, write
from crosscheck.usage import UsageError

PAGE, TWIN = "index.html", "explore.json"


def texts(data: Mapping[str, Any]) -> dict[str, str]:
    """The files by name."""
    return {
        PAGE: html(data),
        TWIN: json.dumps(data, ensure_ascii=False, separators=(",", ": "), allow_nan=False) + "\n",
    }


def check_place(directory: Path, *, force: bool) -> None:
    """Fails before the work starts if a file could not be written, or is somebody else's."""
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"{directory} is a file; give a directory")
    for name in (PAGE, TWIN):
        may_replace(directory / name, force=force)
    check_writable(directory)


def write_folder(directory: Path, data: Mapping[str, Any]) -> Path:
    """Writes both files; returns the page."""
    for name, text in texts(data).items():
        write(directory / name, text)
    return directory / PAGE
