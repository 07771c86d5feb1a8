"""One run as plain data: what `--json` prints, what run.json keeps, and all that reports and figures need."""

from __future__ import annotations

import json
import math
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from crosscheck.report.reading import Damaged, check_run
from crosscheck.usage import UsageError
from crosscheck.verdict import Measurement, Verdict, worst

RUN = "crosscheck.run/1"
_PACKAGES = ("diffusion-crosscheck", "torch", "sympy", "mpmath", "python-flint", "numpy", "scipy")


def run_document(
    verdicts: Iterable[Verdict],
    *,
    claims: Mapping[str, Mapping[str, Any]],
    tier: str,
    seed: int,
    seconds: float,
    false_alarm: float,
    miss: float,
) -> dict[str, Any]:
    """The JSON document of a run; `claims` describes each claim by id (see `crosscheck.index.describe`)."""
    verdicts = tuple(verdicts)
    return {
        "schema": RUN,
        "outcome": worst(verdict.outcome for verdict in verdicts).value,
        "verdicts": [verdict_document(verdict) for verdict in verdicts],
        "tier": tier,
        "seed": seed,
        "seconds": round(seconds, 3),
        "false_alarm_budget": false_alarm,
        "miss_budget": miss,
        "versions": versions(),
        "claims": {id: dict(claims[id]) for id in dict.fromkeys(verdict.id for verdict in verdicts) if id in claims},
    }


def verdict_document(verdict: Verdict) -> dict[str, Any]:
    """One verdict; its points also carry what a figure draws."""
    points = [_point(point, leg.leg, leg.route) for leg in verdict.legs for point in leg.points]
    return {**verdict.to_json(), "points": points}


def versions() -> dict[str, str]:
    """The versions that the numbers may depend on."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def dumps(document: Any) -> str:
    """JSON text of plain data; what is not finite is null, which every reader accepts."""
    return json.dumps(_plain(document), indent=1, ensure_ascii=False, allow_nan=False)


def load_run(path: Path) -> dict[str, Any]:
    """The document of a saved run, given its directory or its run.json.  UsageError if it is none."""
    try:
        file = path / "run.json" if path.is_dir() else path
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"{file} does not exist; give a directory that `crosscheck run --out` wrote") from None
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not JSON"
        raise UsageError(f"{file} cannot be read: {reason}") from None
    if not isinstance(document, dict) or document.get("schema") != RUN:
        raise UsageError(f"{file} is not a saved run (its schema is not {RUN})")
    try:
        check_run(document)
    except Damaged as error:
        raise UsageError(f"{file} is damaged: {error}") from None
    return document


def _point(point: Measurement, leg: str, route: str) -> dict[str, Any]:
    return {
        **point.to_json(),
        "size": float(point.size),
        "scale": point.scale,
        "correction": point.correction,
        "bias": point.bias,
        "next_order": point.next_order,
        "law": point.law.to_json() if point.law else None,
        "leg": leg,
        "route": route,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
