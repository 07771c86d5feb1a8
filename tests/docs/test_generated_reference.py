"""The generated reference: commands from the parser, symbols from the notation, docstrings as they are written."""

from dataclasses import dataclass, field

from crosscheck.cli import parser
from docs.extensions.commands import section, subcommands
from docs.extensions.docstrings import fields, restructured
from docs.extensions.notation import table
from theory.notation import NOTATION


def test_every_command_and_every_option_has_its_line():
    found = dict(subcommands(parser()))
    assert {"run", "try", "docs", "errata"} <= set(found)
    for name, command in found.items():
        text = section(name, command)
        for option in command._option_string_actions:
            assert option in text, (name, option)
        assert text.startswith(f"## crosscheck {name}\n")


def test_every_symbol_has_its_row():
    text = table()
    assert all(f"| `{name}` |" in text for name in NOTATION)


def test_what_would_be_markup_is_escaped_and_code_stays_code():
    assert restructured(["|gap| <= c0*g, `run(**p)` and x_"]) == [r"\|gap\| <= c0\*g, ``run(**p)`` and x\_", ""]


@dataclass(frozen=True)
class Value:
    """A value."""

    first: float
    second: str = "x"
    third: dict = field(default_factory=dict)


def test_a_value_shows_its_fields_without_types():
    assert fields(Value) == "(first, second='x', third=...)"


def test_columns_and_indented_lines_are_shown_as_they_are():
    assert restructured(["size       parameter that grows", "route      how"]) == [
        "::", "", "    size       parameter that grows", "    route      how", "",
    ]  # fmt: skip
    assert restructured(["Text.", "", "    exp(l S)"])[:4] == ["Text.", "", "::", ""]
