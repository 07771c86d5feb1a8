"""Claims as a person names them: by id, or by a Python file of one's own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosscheck import index
from crosscheck.packs import catalogue
from crosscheck.terminal import complain
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from crosscheck.claim import Claim


def named(names: Sequence[str]) -> list[Claim]:
    """The claims of these ids and files; all claims of the package and of installed packs if there are none."""
    return [claim for claim, _ in sources(names)]


def sources(names: Sequence[str]) -> list[tuple[Claim, Path | None]]:
    """The same, each with the user's file that defines it, None for a claim of the package."""
    from crosscheck.registry import find, identifiers, load_file

    known = {row["id"] for row in index.rows()}
    if not names or any(not name.endswith(".py") and name not in known for name in names):
        tell_of_broken_packs()
    found: list[tuple[Claim, Path | None]] = []
    for name in names or identifiers():
        path = Path(name) if name.endswith(".py") else None
        found += [(claim, path) for claim in (load_file(path) if path else [find(name)])]
    ids = [claim.id for claim, _ in found]
    if repeated := sorted({id for id in ids if ids.count(id) > 1}):
        raise UsageError(f"{', '.join(repeated)}: given more than once")
    return found


def one(name: str) -> Claim:
    """The claim of this id, or the only claim of this file."""
    found = named([name])
    if len(found) > 1:
        raise UsageError(f"{name} defines {len(found)} claims; this command takes one")
    return found[0]


def tell_of_broken_packs() -> None:
    """One line on stderr about each installed pack whose claims cannot be had."""
    for line in catalogue().complaints:
        complain(line)
