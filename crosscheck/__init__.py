"""Does a closed form agree with its simulation, and would we have noticed if not?

Names are imported when they are first used: `crosscheck list` needs none of them.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crosscheck.claim import Claim as Claim
    from crosscheck.claim import ReferencePoint as ReferencePoint
    from crosscheck.claim import Rival as Rival
    from crosscheck.claim import Route as Route
    from crosscheck.engine import run as run
    from crosscheck.engine import verify as verify
    from crosscheck.verdict import Kind as Kind
    from crosscheck.verdict import Outcome as Outcome

_HOMES = {
    "Claim": "crosscheck.claim",
    "ReferencePoint": "crosscheck.claim",
    "Rival": "crosscheck.claim",
    "Route": "crosscheck.claim",
    "run": "crosscheck.engine",
    "verify": "crosscheck.engine",
    "Kind": "crosscheck.verdict",
    "Outcome": "crosscheck.verdict",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)
