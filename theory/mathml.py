"""LaTeX formulas as MathML, which browsers show without a network; only elements of MathML Core."""

from __future__ import annotations

import html
import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_TALL = frozenset({"mfrac", "msqrt", "mroot", "munder", "mover", "munderover", "mtable"})
_OPERANDS = frozenset({"mi", "mn", "msup", "msub", "msubsup", "mfrac", "msqrt", "mroot"})
_SPACE = "0.167em"
# What is let through: a converter that escapes no text could be made to write anything.
_ELEMENTS = (
    _TALL
    | _OPERANDS
    | {
        "math",
        "mrow",
        "mo",
        "mtext",
        "mspace",
        "mstyle",
        "mpadded",
        "mphantom",
        "menclose",
        "mtr",
        "mtd",
        "mlabeledtr",
        "merror",
    }
)
_ATTRIBUTES = frozenset(
    {
        "accent",
        "accentunder",
        "align",
        "alttext",
        "columnalign",
        "columnlines",
        "columnspacing",
        "depth",
        "display",
        "displaystyle",
        "fence",
        "form",
        "height",
        "largeop",
        "linebreak",
        "linethickness",
        "lspace",
        "mathsize",
        "mathvariant",
        "maxsize",
        "minsize",
        "movablelimits",
        "notation",
        "rowalign",
        "rowlines",
        "rowspacing",
        "rspace",
        "scriptlevel",
        "separator",
        "stretchy",
        "symmetric",
        "voffset",
        "width",
    }
)
_VALUE = re.compile(r"[\w .%+-]*")


def mathml(latex: str, *, display: bool = True) -> str:
    """One `<math>` element; a formula that cannot be converted is shown as its LaTeX source."""
    from latex2mathml.converter import convert

    try:
        text = convert(_plainer(latex), display="block" if display else "inline")
        root = ElementTree.fromstring(re.sub(r'\sxmlns="[^"]*"', "", text, count=1))
        _check(root)
    except Exception:  # the converter raises a dozen kinds and escapes no text; nothing should cost the reader the page
        return f"<code>{html.escape(latex)}</code>"
    root.set("alttext", latex)
    for element in list(root.iter()):
        _upright_functions(element)
        _set_apart(element)
        _low_fences(element)
    for element in list(root.iter()):
        _unwrap(element)
    return ElementTree.tostring(root, encoding="unicode", short_empty_elements=False).replace("></mspace>", "/>")


def _check(root: Element) -> None:
    """ValueError for whatever is not a formula: an image, a link, an event handler, a style."""
    for element in root.iter():
        if element.tag not in _ELEMENTS or not all(
            name in _ATTRIBUTES and _VALUE.fullmatch(value) for name, value in element.attrib.items()
        ):
            raise ValueError(f"{element.tag} is no part of a formula")


def _plainer(latex: str) -> str:
    """Without size commands that the converter ignores or trips over."""
    return re.sub(r"\\(?:limits|displaystyle|textstyle)\b", "", latex).replace(r"\lvert", "|").replace(r"\rvert", "|")


def _upright_functions(element: Element) -> None:
    """erfc is a function, not an operator with space on both sides."""
    if element.tag == "mo" and element.text and re.fullmatch("[a-z]{2,}", element.text):
        element.tag = "mi"


def _set_apart(element: Element) -> None:
    """A thin space between a factor and a function: 2m tanh, not 2mtanh."""
    for place in range(len(element) - 1, 0, -1):
        if (
            element[place - 1].tag in _OPERANDS
            and _is_function(element[place])
            and not _is_function(element[place - 1])
        ):
            element.insert(place, Element("mspace", width=_SPACE))


def _is_function(element: Element) -> bool:
    head = element[0] if element.tag in ("msup", "msub") and len(element) else element
    return head.tag in ("mi", "mo") and bool(re.fullmatch("[a-z]{3,}", head.text or ""))


def _low_fences(element: Element) -> None:
    """Brackets around something no taller than a line keep their natural size, which fonts space better."""
    children = list(element)
    fences = [child for child in (children[:1] + children[-1:]) if child.get("fence") == "true"]
    if len(fences) == 2 and not any(inner.tag in _TALL for inner in element.iter()):
        for fence in fences:
            fence.set("stretchy", "false")
            for known in ("fence", "form"):  # where they stand says that they are fences
                fence.attrib.pop(known, None)


def _unwrap(element: Element) -> None:
    """A row of one element is that element."""
    for place, child in enumerate(element):
        while child.tag == "mrow" and not child.attrib and len(child) == 1:
            child = child[0]
        element[place] = child
