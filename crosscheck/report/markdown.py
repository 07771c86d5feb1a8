"""Markdown in which text is text: whatever a name or a reason holds, it makes no markup, link, formula or code."""

from __future__ import annotations

import re

_MARKUP = frozenset("\\`*_[]<|$~")
_BLOCK = re.compile(r"^(\d*)(?=#|>|[-+] |[.)] )")  # a heading, a quotation, a list: at the start of a line


def plain(text: str) -> str:
    """Text on one line in which no character is markup."""
    found = "".join(f"\\{character}" if character in _MARKUP else character for character in _line(text))
    return _BLOCK.sub(r"\1\\", found)


def inline(latex: str) -> str:
    """A formula within a line."""
    return f"${_formula(latex)}$"


def cell(latex: str) -> str:
    """A formula in a table, whose columns a vertical bar would end."""
    return inline(latex).replace("|", r"\vert ")


def display(latex: str) -> str:
    """A formula on lines of its own."""
    return f"$$\n{_formula(latex)}\n$$"


def fenced(text: str) -> str:
    """Text as it is, such as a command; the fence is longer than any in it."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    shown = "\n".join(map(_line, text.split("\n")))
    return f"{fence}\n{shown}\n{fence}"


def _formula(latex: str) -> str:
    r"""A formula that ends at its dollar sign: \$ for every $ in it, no HTML, no code."""
    text = re.sub(r"(?<!\\)((?:\\\\)*)\$", r"\1\\$", _line(latex))
    text = re.sub(r"<(?=[A-Za-z/!?])", r"\\lt ", text).replace("`", "'")  # what could begin an element, or code
    return f"{text} " if re.search(r"(?<!\\)(\\\\)*\\$", text) else text


def _line(text: str) -> str:
    """Without line breaks and other characters that cannot be seen."""
    return "".join(character for character in re.sub(r"\s+", " ", text) if character.isprintable())
