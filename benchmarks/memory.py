"""Peak memory of a call beyond what its process held before, each in a fresh process."""

import multiprocessing
import resource
import sys
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from benchmarks.record import Spread

MEBIBYTE = 2**20
_STATUS = Path("/proc/self/status")
_RESET = Path("/proc/self/clear_refs")


def peak(
    function: Callable[..., object], *, small: tuple[Any, ...], large: tuple[Any, ...], repetitions: int = 1
) -> Spread:
    """MiB that function(*large) needs at its peak beyond the process after function(*small), which loads and warms up.

    The function is sent by name: it must stand at the top level of a file.
    """
    found = []
    for _ in range(repetitions):
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            found.append(pool.submit(_watched, function, small, large).result() / MEBIBYTE)
    return Spread.of(found)


def _watched(function: Callable[..., object], small: tuple[Any, ...], large: tuple[Any, ...]) -> float:
    function(*small)
    before = _resident()
    function(*large)
    return max(_highest() - before, 0)


def _resident() -> float:
    """Bytes resident now, and the high-water mark set back to it; where the system cannot, the high-water mark."""
    if not _STATUS.exists():
        return _highest()
    try:
        _RESET.write_text("5")
    except OSError:
        return _highest()
    return _status("VmRSS")


def _highest() -> float:
    if _STATUS.exists():
        return _status("VmHWM")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _status(field: str) -> float:
    line = next(line for line in _STATUS.read_text().splitlines() if line.startswith(field + ":"))
    return 1024.0 * int(line.split()[1])
