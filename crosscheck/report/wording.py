"""How numbers and outcomes are written, the same in the terminal, in HTML and in the documentation."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

SYMBOLS = {"AGREES": "✓", "DISAGREES": "✗", "INCONCLUSIVE": "?"}


def percent(share: float | None) -> str:
    """0.00453 as 0.45 %; two significant digits, no false ones."""
    if share is None or not math.isfinite(share):
        return "—"
    if share == 0:
        return "0 %"
    value = 100 * share
    digits = max(0, 1 - math.floor(math.log10(abs(value)) + 1e-12))
    return f"{value:.{digits}f} %" if digits <= 4 else "< 0.0001 %"


def gap(finding: Mapping[str, Any]) -> str:
    """The gap with one standard error, in per cent, to two digits of the error."""
    value, error = finding["gap"], finding["error"]
    if value is None:
        return "—"
    digits = max(0, 1 - math.floor(math.log10(100 * error))) if error and math.isfinite(error) else 99
    return f"{100 * value:+.{digits}f} ± {100 * error:.{digits}f} %" if digits <= 4 else percent(value)


def parameters(values: Mapping[str, Any]) -> str:
    """name=value pairs, as the command line takes them."""
    return " ".join(f"{name}={value}" for name, value in values.items())


def command(line: str, width: int = 88) -> str:
    """A command over several lines that a shell still reads as one."""
    if len(line) <= width:
        return line
    return re.sub(r" (?=--(?:formula|at|tier) )", " \\\\\n    ", line)


def counts(outcomes: Iterable[str]) -> str:
    """17 AGREES, 1 DISAGREES, 1 INCONCLUSIVE; those that occur, in this order."""
    found = Counter(outcomes)
    return ", ".join(f"{found[outcome]} {outcome}" for outcome in SYMBOLS if found[outcome]) or "no claims"


def number(value: float | None) -> str:
    """A size or a value, short."""
    if value is None:
        return "—"
    return str(int(value)) if float(value).is_integer() and abs(value) < 1e9 else f"{value:.6g}"


def uncertain(value: float, error: float) -> str:
    """A value to two digits of its standard error: 0.61211 ± 0.00042."""
    if not error:
        return f"{value:.12g}"
    digits = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{digits}f} ± {error:.{digits}f}" if digits < 16 else f"{value:.12g} ± {error:.1e}"


def duration(seconds: float) -> str:
    """3.2 s, or 4 min 05 s."""
    if seconds < 100:
        return f"{seconds:.1f} s"
    return f"{int(seconds) // 60} min {int(seconds) % 60:02d} s"
