"""The command line: `crosscheck COMMAND ...`.  A leaf of the program; it loads nothing heavy before a command runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from crosscheck.commands import (
    browse,
    calibrate,
    check,
    demo,
    documentation,
    errata,
    evaluate,
    explore,
    figure,
    fuzz,
    history,
    new,
    power,
    report,
    simulate,
    trial,
)
from crosscheck.terminal import Terminal, complain
from crosscheck.usage import UsageError

FAMILIES = (
    demo,
    browse,
    evaluate,
    figure,
    simulate,
    check,
    trial,
    fuzz,
    errata,
    report,
    power,
    history,
    documentation,
    explore,
    new,
    calibrate,
)
USAGE_STATUS = 2
INTERRUPTED_STATUS = 130


class _Parser(argparse.ArgumentParser):
    """argparse with errors in one line."""

    def error(self, message: str) -> NoReturn:
        complain(f"{message} (`{self.prog} --help` shows the usage)")
        raise SystemExit(USAGE_STATUS)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit status 0: all AGREE; 1: some DISAGREE; 2: wrong usage or input; 3: else, some INCONCLUSIVE."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        options = _parsed(given)
        return options.handler(options, Terminal(quiet=options.quiet))
    except SystemExit as exit:
        return exit.code if isinstance(exit.code, int) else USAGE_STATUS
    except KeyboardInterrupt as error:
        complain(str(error) or "interrupted")
        return INTERRUPTED_STATUS
    except Exception as error:
        if not isinstance(error, _input_errors()):
            raise
        complain(str(error.args[0]) if error.args else str(error))
        return USAGE_STATUS


def parser() -> argparse.ArgumentParser:
    """All commands and options."""
    top = _Parser(
        prog="crosscheck",
        description="Closed forms of generative diffusion, derived, simulated, and judged with stated error rates.",
        epilog="exit status: 0 all AGREE; 1 some DISAGREE; 2 wrong usage or input; 3 none DISAGREES, some INCONCLUSIVE",
        allow_abbrev=False,
    )
    top.add_argument("--version", action="version", version=_version())
    subcommands = top.add_subparsers(metavar="COMMAND", required=True)
    for family in FAMILIES:
        family.add(subcommands)
    return top


def _parsed(given: list[str]) -> argparse.Namespace:
    """argparse, but claims may also follow options, and a formula may begin with a minus sign."""
    joined: list[str] = []
    for word in given:
        if joined and joined[-1] == "--formula":
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    top = parser()
    options, rest = top.parse_known_args(joined)
    if rest and (not hasattr(options, "ids") or any(word.startswith("-") for word in rest)):
        top.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.ids = [*options.ids, *rest]
    options.typed = given
    return options


def _input_errors() -> tuple[type[Exception], ...]:
    """What the input can cause.  A module that was never loaded has raised nothing."""
    sources = {
        "theory.domain": ("ParameterError",),
        "theory.program": ("UnsupportedExpression",),
        "numerics.simulator": ("ParameterError", "SimulationError"),
        "crosscheck.claim": ("ClaimError",),
        "crosscheck.executors": ("WorkerError",),
        "crosscheck.registry": ("UnknownClaim",),
    }
    loaded = [(sys.modules[module], names) for module, names in sources.items() if module in sys.modules]
    return UsageError, *(getattr(module, name) for module, names in loaded for name in names)


def _version() -> str:
    if "--version" not in sys.argv:
        return ""  # reading the metadata takes as long as everything else together
    from importlib.metadata import version

    return f"diffusion-crosscheck {version('diffusion-crosscheck')}"


if __name__ == "__main__":
    sys.exit(main())
