"""A simulator travels to another process by name; what is found there must be the same source, or nothing is run."""

import importlib
import importlib.util
import sys
from importlib.machinery import PathFinder
from pathlib import Path
from types import ModuleType
from typing import Any


class SourceError(RuntimeError):
    """This process has no such simulator, or one of other source, whose numbers would be others."""


def attribute(module: ModuleType, qualname: str) -> Any:
    """The object of that qualified name; None where there is none."""
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def find(module: str, qualname: str, file: str | None, fingerprint: str) -> Any:
    """The simulator that another process named.

    A claim file that no import path reaches is loaded from where it lies, or from the folder of sys.path that it was
    copied to, and loaded again when it has changed.  Raises SourceError where that does not give this fingerprint.
    """
    loose = module != "__main__" and PathFinder.find_spec(module.partition(".")[0]) is None
    if module not in sys.modules and not loose:
        importlib.import_module(module)
    found = _of(module, qualname)
    if loose and getattr(found, "fingerprint", None) != fingerprint:
        _load(module, file)
        found = _of(module, qualname)
    if found is None:
        raise SourceError(f"there is no {module}:{qualname} here; define it in a file that can be imported")
    if found.fingerprint != fingerprint:
        raise SourceError(
            f"{module}:{qualname} has another source here; install the same version, or restart the worker"
        )
    return found


def _of(module: str, qualname: str) -> Any:
    return attribute(sys.modules[module], qualname) if module in sys.modules else None


def _load(module: str, file: str | None) -> None:
    name = Path(file or f"{module}.py").name
    places = [Path(file or name), *(Path(folder, name) for folder in sys.path)]
    place = next((place for place in places if place.is_file()), None)
    if place is None:
        raise SourceError(f"{file or module} cannot be read here; put it on a file system that all workers see")
    spec = importlib.util.spec_from_file_location(module, place)
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    sys.modules[module] = loaded  # before it is executed, as for any import
    try:
        spec.loader.exec_module(loaded)
    except BaseException:
        del sys.modules[module]
        raise
