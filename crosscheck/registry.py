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


class UnknownClaim(LookupError):
    """No claim of that name; the message suggests the nearest."""


def entries() -> list[dict[str, Any]]:
    """The generated index of the claims, read without importing any of them."""
    return json.loads(resources.files("crosscheck.claims").joinpath("index.json").read_text("utf-8"))


def identifiers() -> tuple[str, ...]:
    """The ids of all claims, in the order of the index."""
    return tuple(entry["id"] for entry in entries())


def find(identifier: str) -> Claim:
    """The claim of that id; raises UnknownClaim with the nearest ids."""
    known = {entry["id"]: entry["module"] for entry in entries()}
    if identifier not in known:
        raise UnknownClaim(unknown(identifier, tuple(known)))
    return getattr(importlib.import_module(known[identifier]), identifier.partition(".")[2])


def unknown(identifier: str, known: tuple[str, ...]) -> str:
    """One line about an id that does not exist."""
    nearest = difflib.get_close_matches(identifier, known, 1, 0.4)
    nearest = nearest or [name for name in known if name.endswith("." + identifier)][:1]
    hint = f"; did you mean {nearest[0]}?" if nearest else ""
    return f"unknown claim {identifier}{hint} (`crosscheck list` shows all {len(known)})"


@cache
def discovered() -> dict[str, tuple[Claim, str]]:
    """Every claim of the package with its module, by importing them all; the index is made from this."""
    package = importlib.import_module("crosscheck.claims")
    names = sorted(module.name for module in pkgutil.walk_packages(package.__path__, "crosscheck.claims."))
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
