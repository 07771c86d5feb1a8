"""What a terminal shows while a run goes on: of every leg its look, interval and verdict so far, and the time left."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from crosscheck.report import wording

if TYPE_CHECKING:
    from rich.console import Group

    from crosscheck.engine import Event
    from crosscheck.terminal import Terminal

_LINES_AROUND = 4


@contextmanager
def following(terminal: Terminal) -> Iterator[Callable[[Event], None] | None]:
    """A progress callback of the engine; None where nobody looks: stderr is no terminal, or quiet is asked for."""
    if terminal.quiet or sys.stderr is None or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.live import Live

    console = Console(stderr=True, highlight=False)
    shown = Display(height=lambda: console.size.height)
    with Live(get_renderable=shown.render, console=console, transient=True, refresh_per_second=5):
        yield shown


class Display:
    """The legs under way, those with the newest news first."""

    def __init__(self, height: Callable[[], int] = lambda: 24) -> None:
        self._height = height
        self._legs: dict[tuple[str, str, str], Event] = {}
        self._last: Event | None = None

    def __call__(self, event: Event) -> None:
        self._last = event
        key = (event.id, event.at, event.route)
        self._legs.pop(key, None)
        if not event.finished or (event.stage == "first" and event.outcome.value == "DISAGREES"):
            self._legs[key] = event

    def render(self) -> Group:
        """A table of legs, as many as fit, and a line for the whole."""
        from rich.console import Group
        from rich.table import Table
        from rich.text import Text

        table = Table(box=None, pad_edge=False, header_style="bold")
        for name in ("claim", "route", "look", "replicas", "gap", "visible", "so far"):
            table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=2 if name == "claim" else None)
        room = max(self._height() - _LINES_AROUND, 3)
        for event in list(self._legs.values())[::-1][:room]:
            table.add_row(*map(Text, cells(event)))
        return Group(table, Text(summary(self._last, len(self._legs) - room)))


def cells(event: Event) -> tuple[str, ...]:
    """One leg as the cells of a row."""
    finding = event.finding
    place = f"{event.id} {event.at}".rstrip()
    look = "confirming" if event.stage == "confirmation" else f"{event.look} of {event.looks}"
    if finding is None:
        return place, event.route, look, "", "", "", ""
    gap = wording.gap({"gap": finding.gap, "error": finding.error})
    so_far = "open" if event.outcome.value == "INCONCLUSIVE" else event.outcome.value
    return place, event.route, look, f"{event.samples}", gap, wording.percent(finding.detectable), so_far


def summary(event: Event | None, hidden: int) -> str:
    """How far the run is, and how long it may take."""
    if event is None:
        return "starting"
    left = "" if event.seconds_left is None else f", about {wording.duration(event.seconds_left)} left"
    more = f" (and {hidden} more under way)" if hidden > 0 else ""
    return f"{event.done} of {event.total} legs decided{left}{more}"
