"""A saved run is a file that anybody may have written: what the reports rely on is checked before they start."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

from crosscheck.report.wording import SYMBOLS

Check = Callable[[Any], bool]


class Damaged(ValueError):
    """The document is no run; the message says which part of it is not what it should be."""


def check_run(document: Mapping[str, Any]) -> None:
    """Raises Damaged unless every part that a report shows is there and of the right kind."""
    _require(document, _RUN, "run")
    for place, verdict in enumerate(document["verdicts"]):
        name = f"verdicts[{place}]"
        _require(verdict, _VERDICT, name)
        for part in ("limit", "rate"):
            _require(verdict[part], _FINDING, f"{name}.{part}")
        for key, fields in (("legs", _LEG), ("points", _POINT), ("self_tests", _SELF_TEST)):
            for index, item in enumerate(verdict[key]):
                _require(item, fields, f"{name}.{key}[{index}]")
        for index, leg in enumerate(verdict["legs"]):
            for part in ("limit", "rate"):
                _require(leg[part], _FINDING, f"{name}.legs[{index}].{part}")
    for id, claim in document["claims"].items():
        _require(claim, _CLAIM, f"claims[{id!r}]")


def _require(value: Any, fields: Mapping[str, Check], name: str) -> None:
    if not isinstance(value, Mapping):
        raise Damaged(f"{name} is no object")
    for key, holds in fields.items():
        if key not in value or not holds(value[key]):
            raise Damaged(f"{name}.{key} is {'missing' if key not in value else 'not what it should be'}")


def _text(value: Any) -> bool:
    return isinstance(value, str)


def _optional_text(value: Any) -> bool:
    return value is None or isinstance(value, str)


def _number(value: Any) -> bool:
    """A finite number that a float can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) < 1e300 if isinstance(value, int) else math.isfinite(value)


def _optional(value: Any) -> bool:
    return value is None or _number(value)


def _positive(value: Any) -> bool:
    return _number(value) and value > 0


def _list(value: Any) -> bool:
    return isinstance(value, list)


def _object(value: Any) -> bool:
    return isinstance(value, dict)


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _outcome(value: Any) -> bool:
    return isinstance(value, str) and value in SYMBOLS


_RUN: Mapping[str, Check] = {
    "verdicts": _list, "claims": _object, "versions": _object, "tier": _text, "seed": _number, "seconds": _number,
    "false_alarm_budget": _number, "miss_budget": _number,
}  # fmt: skip
_VERDICT: Mapping[str, Check] = {
    "id": _text, "outcome": _outcome, "parameters": _object, "limit": _object, "rate": _object, "legs": _list,
    "points": _list, "self_tests": _list, "seconds": _number, "command": _text, "reason": _text,
}  # fmt: skip
_FINDING: Mapping[str, Check] = {
    "outcome": _outcome, "gap": _optional, "error": _optional, "detectable": _optional, "reason": _text,
}  # fmt: skip
_LEG: Mapping[str, Check] = {"leg": _text, "route": _text, "outcome": _outcome, "limit": _object, "rate": _object}
_POINT: Mapping[str, Check] = {
    "leg": _text, "route": _text, "size": _optional, "mean": _number, "standard_error": _number, "theory": _number,
    "samples": _number, "scale": _positive, "correction": _number,
}  # fmt: skip
_SELF_TEST: Mapping[str, Check] = {"name": _text, "rejected": lambda value: isinstance(value, bool)}
_CLAIM: Mapping[str, Check] = {
    "statement": _text, "source": _text, "size": _optional_text, "correction": _optional_text, "latex": _texts,
}  # fmt: skip
