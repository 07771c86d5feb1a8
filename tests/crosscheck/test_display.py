"""The display of a run: one line per leg under way, the newest first, and how long it may take."""

from rich.console import Console

from crosscheck.display import Display, cells, following, summary
from crosscheck.engine import Event, run
from crosscheck.terminal import Terminal
from crosscheck.verdict import Finding, Outcome
from tests.crosscheck.toy import asymptotic, claim

OPEN = Outcome.INCONCLUSIVE


def event(**changes) -> Event:
    fields = {
        "id": "toy.level", "at": "x=1.5", "route": "forward", "stage": "first", "look": 2, "looks": 11, "samples": 8192,
        "finding": Finding(OPEN, 0.001, 0.004, 0.031, "so far"), "outcome": OPEN, "finished": False, "done": 0,
        "total": 3, "seconds_left": 95.0,
    }  # fmt: skip
    return Event(**fields | changes)


def shown(display: Display) -> str:
    console = Console(width=150, color_system=None)
    with console.capture() as captured:
        console.print(display.render())
    return captured.get()


def test_a_leg_is_a_row_with_its_look_interval_and_answer_so_far():
    assert cells(event()) == (
        "toy.level x=1.5", "forward", "2 of 11", "8192", "+0.10 ± 0.40 %", "3.1 %", "open",
    )  # fmt: skip
    assert cells(event(finding=None))[3:] == ("", "", "", "")
    assert cells(event(stage="confirmation", outcome=Outcome.DISAGREES))[2::4] == ("confirming", "DISAGREES")


def test_a_decided_leg_leaves_the_table_and_a_suspect_stays_until_it_is_confirmed():
    display = Display()
    display(event())
    display(event(id="toy.other", outcome=Outcome.DISAGREES, finished=True))
    assert "toy.other" in shown(display)
    display(event(finished=True, outcome=Outcome.AGREES, done=1))
    display(event(id="toy.other", stage="confirmation", outcome=Outcome.DISAGREES, finished=True, done=2))
    assert "toy." not in shown(display)
    assert "2 of 3 legs decided, about 95.0 s left" in shown(display)


def test_no_more_rows_than_the_terminal_has_lines():
    display = Display(height=lambda: 10)
    for number in range(30):
        display(event(id=f"toy.{number}"))
    text = shown(display)
    assert len(text.splitlines()) <= 9
    assert "toy.29" in text
    assert "and 24 more under way" in text


def test_names_are_text_and_never_markup():
    display = Display()
    display(event(id="[bold red]loud[/]"))
    assert "[bold red]loud[/]" in shown(display)


def test_before_the_first_news_it_says_so():
    assert summary(None, 0) == "starting"
    assert summary(event(seconds_left=None), 0) == "0 of 3 legs decided"


def test_a_whole_run_can_be_followed():
    display = Display()
    run([claim(), asymptotic()], progress=display)
    assert "2 of 2 legs decided, about 0.0 s left" in shown(display)


def test_nobody_is_shown_anything_who_does_not_look(capsys):
    with following(Terminal()) as progress:
        assert progress is None
    with following(Terminal(quiet=True)) as progress:
        assert progress is None
    assert capsys.readouterr() == ("", "")
