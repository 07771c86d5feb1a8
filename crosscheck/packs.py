"""Claim packs: installed packages that name a module of claims as an entry point of the group `crosscheck.claims`.

A pack is read from the `index.json` beside its module if it has one, without importing anything of it; otherwise its
module is imported.  What is wrong with one pack is told in one line and costs nobody else's claims.
"""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosscheck import index

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP = "crosscheck.claims"
_FIELDS = ("id", "system", "statement", "paper", "equation", "kind", "size", "parameters", "rivals", "module")


class PackError(ValueError):
    """What is wrong with a pack, in one line."""


@dataclass(frozen=True)
class Catalogue:
    """The claims of all packs that could be read, as rows of an index, and one line about each that could not."""

    rows: tuple[dict[str, Any], ...]
    complaints: tuple[str, ...]


@cache
def catalogue() -> Catalogue:
    """What is installed; read once."""
    from importlib.metadata import entry_points  # takes as long as all else that `crosscheck --help` loads

    return gathered(sorted(entry_points(group=GROUP), key=_label), taken=[row["id"] for row in index.rows()])


def gathered(packs: Sequence[EntryPoint], *, taken: Sequence[str]) -> Catalogue:
    """The rows of these packs; an id that is `taken`, or that an earlier pack has, spoils the pack."""
    owners = dict.fromkeys(taken, "the catalogue")
    rows: list[dict[str, Any]] = []
    complaints = []
    for pack in packs:
        try:
            found = _rows(pack.value)
            if again := [row["id"] for row in found if row["id"] in owners]:
                raise PackError(f"{again[0]} is already a claim of {owners[again[0]]}; give it another name")
        except Exception as error:  # a foreign module may raise anything
            reason = str(error) if isinstance(error, PackError) else f"{type(error).__name__}: {error}"
            complaints.append(f"claim pack {_label(pack)} is left out: {' '.join(reason.split())}")
        except SystemExit:
            complaints.append(f"claim pack {_label(pack)} is left out: it ends the program instead of defining claims")
        else:
            rows += found
            owners |= dict.fromkeys((row["id"] for row in found), f"the claim pack {_label(pack)}")
    return Catalogue(tuple(rows), tuple(complaints))


def listed() -> list[dict[str, Any]]:
    """The claims of the catalogue, and then those of all packs."""
    return [*index.rows(), *catalogue().rows]


def _rows(module: str) -> list[dict[str, Any]]:
    file = _index_file(module)
    if file is None:
        return _described(module)
    found = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(found, list) or not all(
        isinstance(row, dict) and all(name in row for name in _FIELDS) for row in found
    ):
        raise PackError(f"{file.name} is no index; `python -m crosscheck.index {module}` writes one")
    return found


def _index_file(module: str) -> Path | None:
    """The index beside the module's file; PackError if there is no such module."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        raise PackError(f"there is no module {module}")
    file = Path(spec.origin).parent / "index.json"
    return file if file.is_file() else None


def _described(module: str) -> list[dict[str, Any]]:
    from crosscheck.registry import claims_under

    found = claims_under(module)
    if not found:
        raise PackError(f"{module} defines no claim; a claim system.observable is called observable there")
    return [index.described(claim, place) for claim, place in found.values()]


def _label(pack: EntryPoint) -> str:
    """ "langevin (crosscheck-langevin 0.1)"."""
    package = f" ({pack.dist.name} {pack.dist.version})" if pack.dist is not None else ""
    return pack.name + package
