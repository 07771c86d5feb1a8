"""Saving a run: every file appears complete or not at all, and nothing that the program did not write is touched."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crosscheck.report.json import RUN, dumps, load_run
from crosscheck.usage import UsageError

DEFAULT = Path("crosscheck-results")


def write(path: Path, text: str) -> None:
    """Writes a temporary file beside `path`, then renames it.  UsageError if that is not possible."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", dir=path.parent, prefix=f".{path.name}.", delete=False
        ) as file:
            temporary = file.name
            file.write(text)
        os.chmod(temporary, 0o666 & ~_umask())
        os.replace(temporary, path)
    except OSError as error:
        if temporary:
            Path(temporary).unlink(missing_ok=True)
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def claim_directory(directory: Path, *, force: bool) -> None:
    """Fails before the work starts if `directory` may not be written to: not writable, or not the program's own.

    A directory that holds an earlier run is replaced only with `force`, or if it is the default one.
    """
    if directory.exists() and not directory.is_dir():
        raise UsageError(f"--out {directory} is a file; give a directory")
    if directory.exists() and any(directory.iterdir()):
        if not (directory / "run.json").exists():
            raise UsageError(f"--out {directory} holds files that crosscheck did not write; give another directory")
        load_run(directory)
        if not force and directory != DEFAULT:
            raise UsageError(f"--out {directory} holds an earlier run; add --force to replace it")
    created = _first_missing(directory)
    probe = directory / ".probe"
    write(probe, "")
    probe.unlink()
    for path in created:  # nothing is left behind should the run fail
        path.rmdir()


def save(run: Mapping[str, Any], directory: Path) -> Path:
    """Writes figures/, report.html and, last, run.json; removes figures of an earlier run.  Returns the report."""
    from crosscheck.report.figure import svg
    from crosscheck.report.html import report

    figures = {place: svg(verdict, run.get("claims", {}).get(verdict["id"])) for place, verdict in drawable(run)}
    earlier = set((directory / "figures").glob("*.svg"))
    written = set()
    for place, name in figure_names(run).items():
        path = directory / "figures" / name
        write(path, '<?xml version="1.0" encoding="utf-8"?>\n' + figures[place])
        written.add(path)
    write(directory / "report.html", report(run, figures))
    write(directory / "run.json", dumps(run))
    for path in earlier - written:
        path.unlink(missing_ok=True)
    return directory / "report.html"


def figure_names(run: Mapping[str, Any]) -> dict[int, str]:
    """File name of the figure of each verdict: id.svg, and id.2.svg ... for further parameter points."""
    names: dict[int, str] = {}
    seen: dict[str, int] = {}
    for place, verdict in drawable(run):
        seen[verdict["id"]] = seen.get(verdict["id"], 0) + 1
        number = seen[verdict["id"]]
        names[place] = f"{verdict['id']}.svg" if number == 1 else f"{verdict['id']}.{number}.svg"
    return names


def drawable(run: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    """The verdicts that have points to draw, with their places."""
    return [(place, verdict) for place, verdict in enumerate(run["verdicts"]) if verdict["points"]]


def is_run(path: Path) -> bool:
    """Whether `path` is a directory that a run was saved in."""
    try:
        return load_run(path)["schema"] == RUN
    except UsageError:
        return False


def _first_missing(directory: Path) -> list[Path]:
    """The directories that writing would create, innermost first."""
    return [path for path in (directory, *directory.parents) if not path.exists()]


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
