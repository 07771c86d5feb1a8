"""`python -m benchmarks.power_figure [FILE] [-o FILE.svg]`: the figure of the README from the kept power of the checks.

FILE is what `crosscheck power --json` printed, by default the newest in benchmarks/results.
"""

import argparse
import json
import sys
from pathlib import Path

from crosscheck.report.power_figure import power_svg

ROOT = Path(__file__).parent.parent
RESULTS = ROOT / "benchmarks" / "results"
FIGURE = ROOT / "docs" / "figures" / "power.svg"


def newest(folder: Path = RESULTS) -> Path:
    """The last result by date."""
    return max(folder.glob("*-power.json"))


def figure(file: Path) -> str:
    """The SVG text."""
    return power_svg(json.loads(file.read_text("utf-8"))) + "\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.power_figure", description="Power of the checks, drawn."
    )
    parser.add_argument("file", nargs="?", type=Path, metavar="FILE", help="what crosscheck power --json printed")
    parser.add_argument("-o", "--output", type=Path, default=FIGURE, metavar="FILE.svg")
    given = parser.parse_args(arguments)
    given.output.parent.mkdir(parents=True, exist_ok=True)
    given.output.write_text(figure(given.file or newest()), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
