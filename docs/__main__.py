"""`python -m docs DIR [--force]`: build the site, check it, and only then put it in its place."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from docs.site_check import faults

SOURCES = Path(__file__).parent
MANIFEST = ".crosscheck-site"  # names the files of a site, so that a later build removes these and no others
USAGE_STATUS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0: built and whole; 1: a warning or a fault; 2: the directory is not ours."""
    parser = argparse.ArgumentParser(prog="python -m docs", description="Build the documentation site.")
    parser.add_argument("directory", metavar="DIR", type=Path)
    parser.add_argument("--force", action="store_true", help="use DIR although it holds files of others; they stay")
    options = parser.parse_args(arguments)
    if refusal := refused(options.directory, force=options.force):
        sys.stderr.write(f"docs: {refusal}\n")
        return USAGE_STATUS
    with tempfile.TemporaryDirectory(prefix="crosscheck-site-") as scratch:
        built = Path(scratch) / "html"
        status = build(built, Path(scratch) / "doctrees")
        found = faults(built) if status == 0 else []
        for fault in found:
            sys.stderr.write(f"docs: {fault}\n")
        if status or found:
            return 1
        place(built, options.directory)
    sys.stdout.write(f"{options.directory / 'index.html'}\n")
    return 0


def refused(directory: Path, *, force: bool) -> str:
    """Why the directory may not be written to, in one line; empty if it may."""
    if directory.exists() and not directory.is_dir():
        return f"{directory} is a file; give a directory"
    if force or not directory.exists():
        return ""
    ours = {MANIFEST, *earlier(directory)}
    foreign = sorted(name for name in files(directory) if name not in ours)
    if not foreign:
        return ""
    return (
        f"{directory} holds files that no earlier build wrote ({foreign[0]}); "
        "give another directory, or add --force to write among them"
    )


def earlier(directory: Path) -> list[str]:
    """The files of the site that is there."""
    manifest = directory / MANIFEST
    return manifest.read_text(encoding="utf-8").splitlines() if manifest.is_file() else []


def files(directory: Path) -> list[str]:
    return [path.relative_to(directory).as_posix() for path in directory.rglob("*") if not path.is_dir()]


def build(site: Path, doctrees: Path) -> int:
    """Sphinx, where a warning is an error."""
    from sphinx.cmd.build import main as sphinx

    return sphinx(
        ["-b", "html", "-j", "auto", "-q", "-W", "--keep-going", "-d", str(doctrees), str(SOURCES), str(site)]
    )


def place(built: Path, directory: Path) -> None:
    """An earlier site goes, file by file; files of others stay where they are."""
    for name in earlier(directory):
        (directory / name).unlink(missing_ok=True)
    names = sorted(files(built))
    shutil.copytree(built, directory, dirs_exist_ok=True)
    (directory / MANIFEST).write_text("\n".join(names) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
