"""`python -m benchmarks [NAME ...] [--json FILE]`: measure, print the tables, keep them as JSON.

With --json the results join those of the same day and machine in FILE, and README.md beside it is generated anew.
"""

import argparse
import dataclasses
import datetime
import importlib
import os
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.record import Record, Result, is_record, read, written
from benchmarks.table import chapter, page

NAMES = (
    "curie_weiss_draws",
    "reverse_steps",
    "clones",
    "empirical_score",
    "times_at_once",
    "exact_reduction",
    "wishart_functionals",
    "generalisation",
    "online_sgd",
    "formula_values",
    "blocks",
    "memory_of_blocks",
    "start_up",
    "first_paint",
    "scaling",
)
PACKAGES = ("torch", "numpy", "scipy", "sympy", "mpmath", "python-flint", "torchsde")


def main(arguments: list[str]) -> int:
    """Exit status 2 for a name that does not exist, else 0: no time is a failure."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Ratios to rivals, measured in one run.")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"one of {', '.join(NAMES)}; all by default")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the results here, and their table beside it")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.names if name not in NAMES]
    if unknown:
        parser.error(f"unknown benchmark {unknown[0]}; there are {', '.join(NAMES)}")
    os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded, here and in every process started from here
    record = Record(datetime.date.today().isoformat(), device(), versions(), ())
    for name in given.names or NAMES:
        result = measured(name)
        record = record.updated(dataclasses.replace(record, results=(result,)))
        print(chapter(dataclasses.replace(record, results=(result,))), flush=True)
        if given.json is not None:
            kept(record, given.json)
    return 0


def measured(name: str) -> Result:
    """One benchmark, with how long it took and how busy the machine was."""
    load, started = os.getloadavg()[0], time.perf_counter()
    result = importlib.import_module(f"benchmarks.{name}").measured()
    return dataclasses.replace(result, load=load, seconds=time.perf_counter() - started)


def kept(record: Record, file: Path) -> None:
    """Join the record to the file, in the order of NAMES, and generate the page of its folder."""
    joined = read(file).updated(record) if file.is_file() else record
    ordered = sorted(joined.results, key=lambda result: NAMES.index(result.name))
    joined = dataclasses.replace(joined, results=tuple(ordered))
    written(joined, file)
    for name, svg in figures(joined).items():
        file.with_name(name).write_text(svg, "utf-8")
    file.with_name("README.md").write_text(page_of(file.parent), "utf-8")


def figures(record: Record) -> dict[str, str]:
    """{file name: SVG} of the results that have a figure."""
    from benchmarks.scaling_figure import figure

    return {f"{record.date}-scaling.svg": figure(result) for result in record.results if result.name == "scaling"}


def page_of(folder: Path) -> str:
    """The page of all records in a folder, newest first."""
    return page([read(file) for file in sorted(folder.glob("*.json"), reverse=True) if is_record(file)])


def device() -> str:
    """Model and number of processors, without the name of the machine."""
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    found = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    model = found.get("model name", platform.machine())
    return f"{model} (family {found.get('cpu family', '?')}, model {found.get('model', '?')}), {os.cpu_count()} cores"


def versions() -> dict[str, str]:
    """Versions of Python and of the packages that were measured; 'not installed' for a rival that is absent."""
    found = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
