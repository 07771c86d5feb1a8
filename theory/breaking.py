"""Long formulas in several lines: broken at relations, then at signs, only where all braces and brackets are closed."""

from __future__ import annotations

import re
from collections.abc import Sequence

WIDTH = 72  # letters that fit a line
_RELATIONS = (" = ", r" \to ", r" \quad ")
_SIGNS = (" + ", " - ")
_OPENING, _CLOSING = frozenset({"{", r"\left", r"\begin", "("}), frozenset({"}", r"\right", r"\end", ")"})
_TOKEN = re.compile(r"\\(?:operatorname|mathrm|text)\{([^{}]*)\}|\\[A-Za-z]+|\\.|[{}]|\S")
_SILENT = frozenset({r"\left", r"\right", r"\,", r"\:", r"\;", r"\quad", r"\ ", r"\limits", r"\begin", r"\end"})
_FUNCTIONS = re.compile(r"\\(?:a?(?:sin|cos|tan)h?|log|exp|lim|max|min)$")


def broken(line: str, width: int = WIDTH) -> list[str]:
    """The lines of one formula, each about `width` letters if it can be broken there."""
    if letters(line) <= width:
        return [line]
    rows: list[str] = []
    for part in _packed(_split(line, _RELATIONS), width):
        fresh = _split(part, _SIGNS)
        if rows and letters(part) > width and letters(rows[-1]) < width / 4:
            fresh.insert(0, rows.pop())  # a short left side keeps its relation
        rows += _packed(fresh, width)
    return [row.strip() for row in rows]


def letters(latex: str) -> int:
    """Roughly how many letters wide a formula is set: a fraction is as wide as its wider half."""
    return _measured(list(_TOKEN.finditer(latex)), 0)[0]


def _measured(tokens: list[re.Match[str]], at: int) -> tuple[int, int]:
    """Width of the tokens up to the closing brace, and the place behind it."""
    total = 0
    while at < len(tokens) and tokens[at][0] != "}":
        token, at = tokens[at], at + 1
        word = token[0]
        if word in (r"\frac", r"\dfrac", r"\tfrac"):
            above, at = _group(tokens, at)
            below, at = _group(tokens, at)
            total += max(above, below) + 1
        elif word in ("^", "_"):
            script, at = _group(tokens, at)
            total += round(0.7 * script)
        elif word == "{":
            inner, at = _measured(tokens, at)
            total, at = total + inner, at + 1
        elif token[1] is not None:
            total += len(token[1])
        elif word not in _SILENT:
            total += len(word) - 1 if _FUNCTIONS.match(word) else 2 if word in "=+-" else 1
    return total, at


def _group(tokens: list[re.Match[str]], at: int) -> tuple[int, int]:
    if at < len(tokens) and tokens[at][0] == "{":
        width, end = _measured(tokens, at + 1)
        return width, end + 1
    return 1, at + 1


def _packed(pieces: Sequence[str], width: int) -> list[str]:
    rows = [pieces[0]]
    for piece in pieces[1:]:
        if letters(rows[-1] + piece) <= width:
            rows[-1] += piece
        else:
            rows.append(piece)
    return rows


def _split(text: str, marks: Sequence[str]) -> list[str]:
    depth, pieces, start = 0, [], 0
    brackets = r"\\left\b[^A-Za-z]|\\right\b[^A-Za-z]|\\[{}]|\\begin|\\end|[{}()]"
    for found in re.finditer(brackets + "|" + "|".join(map(re.escape, marks)), text):
        word = found[0]
        head = re.match(r"\\(?:left|right)", word)
        key = head[0] if head else word
        if key in _OPENING:
            depth += 1
        elif key in _CLOSING:
            depth -= 1
        elif depth == 0 and word in marks and text[start : found.start()].strip():
            pieces.append(text[start : found.start()])
            start = found.start()
    return [*pieces, text[start:]]
