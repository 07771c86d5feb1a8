"""Start-up of the command line against the imports it avoids."""

import subprocess
import sys
import time
from functools import partial

from benchmarks import measure
from benchmarks.measure import MILLI
from benchmarks.record import Goal, Result

PROGRAM = "import sys; from crosscheck.cli import main; sys.exit(main(sys.argv[1:]))"
COMMANDS = {
    "crosscheck list": (PROGRAM, "list"),
    "crosscheck --help": (PROGRAM, "--help"),
    "python alone": ("pass",),
    "import numpy": ("import numpy",),
    "import sympy": ("import sympy",),
    "import scipy.stats": ("import scipy.stats",),
    "import torch": ("import torch",),
}
REPETITIONS = 5


def started(*command: str) -> None:
    """One fresh interpreter, to its end."""
    subprocess.run([sys.executable, "-c", *command], check=True, stdout=subprocess.DEVNULL)


def measured() -> Result:
    """Wall time of each command in a fresh interpreter, files in the cache of the system."""
    seconds = measure.in_turns(
        {name: partial(started, *command) for name, command in COMMANDS.items()},
        repetitions=REPETITIONS,
        clock=time.perf_counter,
        shortest=0.0,
    )
    table = measure.rows("a fresh process", seconds, unit="ms wall", per=MILLI)
    return Result(
        "start_up",
        "the command line before it does anything",
        tuple(table),
        goals=tuple(
            Goal(f"s wall, {name}", measure.medians(table, name)[0] / 1000, 0.3)
            for name in ("crosscheck list", "crosscheck --help")
        ),
    )
