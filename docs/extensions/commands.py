"""The commands and their options, generated from the parser of the command line: directive `commands`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from crosscheck.report.markdown import plain

_POSITIONAL = {"ID": "a claim, by its name in `crosscheck list`", "NAME": "a name of your choice"}


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("commands", CommandReference)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class CommandReference(SphinxDirective):
    """One section per command: its summary, its usage, a table of its options."""

    def run(self) -> list[nodes.Node]:
        from crosscheck.cli import parser

        text = "\n\n".join(section(name, found) for name, found in subcommands(parser()))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def subcommands(parser: argparse.ArgumentParser) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """The commands in the order of --help."""
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


def section(name: str, parser: argparse.ArgumentParser) -> str:
    """Markdown."""
    rows = [row(action) for action in parser._actions if action.help != argparse.SUPPRESS]
    usage = " ".join(parser.format_usage().removeprefix("usage:").split())
    head = [f"## crosscheck {name}", sentence(parser.description or ""), f"```text\n{usage}\n```"]
    return "\n\n".join([*head, "\n".join(["| option | meaning |", "|---|---|", *rows])])


def row(action: argparse.Action) -> str:
    """One option or argument."""
    value = action.metavar or ("|".join(map(str, action.choices)) if action.choices else action.dest)
    shown = value[0] if isinstance(value, tuple) else value
    takes = "" if action.nargs == 0 else f" {shown}"
    names = ", ".join(f"`{option}{takes}`" for option in action.option_strings) or f"`{shown}`"
    meaning = (action.help or _POSITIONAL.get(shown, "")) % _defaults(action)
    return f"| {names.replace('|', chr(92) + '|')} | {plain(meaning)} |"


def sentence(text: str) -> str:
    """With a capital letter and a full stop."""
    return f"{plain(text[:1].upper() + text[1:]).rstrip('.')}."


def _defaults(action: argparse.Action) -> dict[str, object]:
    return {"default": action.default, "prog": "crosscheck"}
