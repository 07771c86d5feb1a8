"""`crosscheck eval`: the value of a closed form, to any number of digits, with a rigorous radius where there is one."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from crosscheck.commands.claims import one
from crosscheck.commands.options import Subcommands, add_at, add_json, assignments, command, whole
from crosscheck.terminal import Terminal
from crosscheck.usage import UsageError

if TYPE_CHECKING:
    from theory.closed_form import ClosedForm

SCHEMA = "crosscheck.eval/1"
MOST_DIGITS, DIGITS = 1000, 15


def add(subcommands: Subcommands) -> None:
    parser = command(subcommands, "eval", handler=_evaluate, summary="the value of a formula")
    parser.add_argument("id", metavar="ID")
    add_at(parser, required=True)
    parser.add_argument("--digits", type=whole, metavar="K", help="significant digits (default 15, or as known)")
    add_json(parser)


def _evaluate(options: argparse.Namespace, terminal: Terminal) -> int:
    if options.digits is not None and not 1 <= options.digits <= MOST_DIGITS:
        raise UsageError(f"--digits {options.digits} is outside 1..{MOST_DIGITS}")
    values = assignments(options.at)
    form = one(options.id).theory
    form.at(values)
    digits = options.digits or min(DIGITS, form.known or DIGITS)
    text = significant(form.digits(digits, **values), digits)
    if options.json:
        radius = _radius(form, values, digits)
        document = {"schema": SCHEMA, "id": form.name, "value": text, "digits": digits, "ball_radius": radius}
        terminal.document(json.dumps(document))
    else:
        terminal.document(text)
    return 0


def significant(value: object, digits: int) -> str:
    """`digits` significant digits, correctly rounded, trailing zeros kept."""
    import mpmath

    with mpmath.workdps(digits + 10):
        text = str(mpmath.nstr(value, digits, strip_zeros=False))
    return text.rstrip(".").replace(".e", "e")  # one digit is 2, not 2.


def _radius(form: ClosedForm, values: dict[str, str], digits: int) -> str | None:
    """Radius of a ball that encloses the value; None where no enclosure is known."""
    try:
        ball = form.ball(int(3.33 * digits) + 32, **values)
    except ValueError:  # NoBall, or a function that only the other arithmetics know
        return None
    return ball.rad().str(3, radius=False) if ball.is_finite() else None
