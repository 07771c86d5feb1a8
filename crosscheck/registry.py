"""Which claims there are, found by name without importing the others."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import json
import pkgutil
import sys
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path
from types import ModuleType
from typing import Any

from crosscheck.claim import Claim, ClaimError
from crosscheck.packs import listed


class UnknownClaim(LookupError):
    """No claim of that name; the message suggests the nearest."""


def entries() -> list[dict[str, Any]]:
    """The generated index of the claims, read without importing any of them."""
    return json.loads(resources.files("crosscheck.claims").joinpath("index.json").read_text("utf-8"))


def identifiers() -> tuple[str, ...]:
    """The ids of all claims, in the order of the index; those of installed packs follow."""
    return tuple(entry["id"] for entry in listed())


def find(identifier: str) -> Claim:
    """The claim of that id; raises UnknownClaim with the nearest ids."""
    known = {entry["id"]: entry["module"] for entry in entries()}
    if identifier not in known:
        return _find_in_packs(identifier)
    return getattr(importlib.import_module(known[identifier]), identifier.partition(".")[2])


def _find_in_packs(identifier: str) -> Claim:
    """The claim of an installed pack; ClaimError where its index promises what its module does not hold."""
    known = {entry["id"]: entry["module"] for entry in listed()}
    if identifier not in known:
        raise UnknownClaim(unknown(identifier, tuple(known)))
    module, name = known[identifier], identifier.partition(".")[2]
    try:
        found = getattr(importlib.import_module(module), name, None)
    except Exception as error:  # a foreign module may raise anything
        raise ClaimError(f"{identifier}: {module} cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(found, Claim):
        raise ClaimError(f"{identifier}: {module} has no such claim; its index is stale (`python -m crosscheck.index`)")
    return found


def unknown(identifier: str, known: tuple[str, ...]) -> str:
    """One line about an id that does not exist."""
    nearest = difflib.get_close_matches(identifier, known, 1, 0.4)
    nearest = nearest or [name for name in known if name.endswith("." + identifier)][:1]
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"unknown claim {identifier}{hint} (`crosscheck list` shows all {len(known)})"


@cache
def discovered() -> dict[str, tuple[Claim, str]]:
    """Every claim of the package with its module, by importing them all; the index is made from this."""
    return claims_under("crosscheck.claims")


def claims_under(name: str) -> dict[str, tuple[Claim, str]]:
    """Every claim of a module, or of all modules of a package, with the module that defines it."""
    top = importlib.import_module(name)
    inner = pkgutil.walk_packages(top.__path__, f"{name}.") if hasattr(top, "__path__") else ()
    names = (name, *sorted(module.name for module in inner))
    return {claim.id: (claim, name) for name in names for claim in claims_in(importlib.import_module(name))}


def claims_in(module: ModuleType) -> Iterator[Claim]:
    """The claims that a module defines, in order."""
    for name, value in vars(module).items():
        if isinstance(value, Claim) and value.theory.observable == name:
            yield value


def load_file(path: Path) -> list[Claim]:
    """The claims of a user's own file; raises ClaimError in one line if it cannot be read."""
    spec = importlib.util.spec_from_file_location(f"user_claims_{path.stem}", path)
    if spec is None or spec.loader is None or not path.is_file():
        raise ClaimError(f"{path}: no such Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # where worker processes look for its simulators
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise ClaimError(f"{path}:{error.lineno}: syntax error: {error.msg}") from error
    except (ImportError, NameError, TypeError, ValueError) as error:
        raise ClaimError(f"{path}: {error}") from error
    except SystemExit as error:  # its status would be read as a verdict
        raise ClaimError(f"{path}: ends the program instead of defining claims") from error
    except Exception as error:
        raise ClaimError(f"{path}: {type(error).__name__}: {error}") from error
    found = [value for value in vars(module).values() if isinstance(value, Claim)]
    if not found:
        raise ClaimError(f"{path}: defines no claim; `crosscheck new NAME` writes one that runs")
    return found
