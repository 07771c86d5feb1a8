"""An SVG element a quarter as long that looks the same: no wrappers or unused ids, styles once, tenths of points."""

from __future__ import annotations

import hashlib
import math
import re
from collections import Counter
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

_SVG, _LINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_INHERITED = ("font-size", "font-family", "text-anchor")
_FAMILY = "DejaVu Sans,Helvetica,Arial,sans-serif"
_NUMBER = re.compile(r"-?\d+\.\d+")
_POINT = re.compile(r"[ML](\S+) ([^\sML]+)")
_STROKE = re.compile(r"M(\S+) (\S+)L(\S+) ([^\sMLCQz]+)")
_PAINT = ("stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "clip-path")
_COLOUR = re.compile(r"#([0-9a-f])\1([0-9a-f])\2([0-9a-f])\3\b")


def squeezed(text: str) -> str:
    """The element, with short ids where something refers to them, which differ from those of any other element."""
    prefix = f"f{hashlib.blake2b(text.encode('utf-8', 'replace'), digest_size=4).hexdigest()}"
    root = ElementTree.fromstring(text)
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        for name in [name for name in element.attrib if name.startswith(f"{{{_LINK}}}")]:
            element.set(name.removeprefix(f"{{{_LINK}}}"), element.attrib.pop(name))
    _drop_invisible(root)
    _set_joins(root)
    _number_ids(root, prefix)
    for element in root.iter():
        _shorten(element)
    _unwrap(root)
    _drop_repeated(root)
    for parent in list(root.iter()):
        _draw_strokes(parent, root)
    _clip_strokes(root)
    _unwrap(root)
    _merge_lines(root)
    _unwrap(root)
    for parent in list(root.iter()):
        _write_steps(parent)
    _share_fonts(root)
    for element in root.iter():
        element.tail = None
        if element.text is not None and not element.text.strip():
            element.text = None
    root.set("xmlns", _SVG)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>")  # in a text, > is &gt;


def _drop_invisible(root: Element) -> None:
    """Backgrounds that are neither filled nor stroked, and paths of no points."""
    for parent in root.iter():
        for child in [c for c in parent if c.tag == "path" and _is_invisible(c)]:
            parent.remove(child)


def _is_invisible(path: Element) -> bool:
    return "d" not in path.attrib or path.get("style", "").replace(" ", "") == "fill:none"


def _set_joins(root: Element) -> None:
    """Matplotlib's rule for all elements would hold for the whole page; an attribute holds for the figure."""
    for parent in root.iter():
        for child in [c for c in parent if c.tag == "style"]:
            parent.remove(child)
    root.set("stroke-linejoin", "round")


def _number_ids(root: Element, prefix: str) -> None:
    """Short ids in order, for what is referred to; none for the rest."""
    text = ElementTree.tostring(root, encoding="unicode")
    referred = {*re.findall(r'(?:url\(#|href="#)([^)"]+)', text), *re.findall(r'labelledby="([^"]*)"', text)}
    names = {name for entry in referred for name in entry.split()}
    kept = [element for element in root.iter() if element.get("id") in names]
    short = {element.attrib["id"]: f"{prefix}-{place}" for place, element in enumerate(kept)}
    for element in root.iter():
        if (own := element.attrib.pop("id", None)) in short:
            element.set("id", short[own])
        for name, value in element.attrib.items():
            if name == "href" and value[1:] in short:
                element.set(name, "#" + short[value[1:]])
            elif "url(#" in value:
                element.set(name, re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{short[m[1]]})", value))
            elif name == "aria-labelledby":
                element.set(name, " ".join(short.get(part, part) for part in value.split()))


def _shorten(element: Element) -> None:
    if "d" in element.attrib:
        element.set("d", re.sub(r"\s*([MLCQz])\s*", r"\1", element.attrib["d"]).strip())
        if element.get("id") is None and not re.search("[CQz]", element.attrib["d"]):
            element.set("d", _straightened(element.attrib["d"]))
    for name in ("d", "x", "y", "transform"):
        if name in element.attrib:
            element.set(name, _NUMBER.sub(_tenths, element.attrib[name]))
    if element.get("transform", "").startswith(("rotate(-0 ", "rotate(0 ")):
        del element.attrib["transform"]
    for declaration in element.attrib.pop("style", "").split(";"):
        name, _, value = (part.strip() for part in declaration.partition(":"))
        if name:
            element.set(name, _COLOUR.sub(r"#\1\2\3", value))


def _straightened(path: str) -> str:
    """The path without points that a straight line passes at a twentieth of a point."""
    start, *pieces = re.split("(?=M)", path)
    kept = [start]
    for piece in pieces:
        points = [(float(x), float(y)) for x, y in _POINT.findall(piece)]
        kept.append("M" + "L".join(f"{x:g} {y:g}" for x, y in _thinned(points)))
    return "".join(kept)


def _thinned(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Douglas and Peucker: the farthest point from the chord stays, and both parts are thinned."""
    if len(points) < 3:
        return points
    (ax, ay), (bx, by) = points[0], points[-1]
    length = math.hypot(bx - ax, by - ay) or 1.0
    away = [abs((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length for x, y in points[1:-1]]
    place = max(range(len(away)), key=away.__getitem__) + 1
    if away[place - 1] < 0.05:
        return [points[0], points[-1]]
    return _thinned(points[: place + 1])[:-1] + _thinned(points[place:])


def _tenths(number: re.Match[str]) -> str:
    short = f"{round(float(number[0]), 1) + 0.0:.1f}".removesuffix(".0")
    return re.sub(r"^(-?)0\.", r"\1.", short)


def _unwrap(parent: Element) -> None:
    """Groups without attributes give way to what they hold; empty ones go."""
    place = 0
    while place < len(parent):
        child = parent[place]
        _unwrap(child)
        bare = child.tag == "g" and not child.attrib
        if bare or (child.tag in ("g", "defs") and not len(child)):
            parent.remove(child)
            for inner in reversed(list(child) if bare else []):
                parent.insert(place, inner)
            place += len(child) if bare else 0
        else:
            place += 1


def _drop_repeated(root: Element) -> None:
    """What a marker says of itself its uses need not say; a single stroke has nothing to fill."""
    marks = {
        element.attrib["id"]: element for element in root.iter() if element.tag == "path" and "id" in element.attrib
    }
    for use in root.iter("use"):
        mark = marks[use.attrib["href"][1:]]
        for name in [name for name in use.attrib if name in mark.attrib and name not in ("id", "x", "y")]:
            del use.attrib[name]
        if mark.attrib["d"].count("L") < 2 and "z" not in mark.attrib["d"]:
            use.attrib.pop("fill", None)


def _draw_strokes(parent: Element, root: Element) -> None:
    """A tick or a cap of a bar is shorter as a line than as the use of a marker; lines are then merged."""
    marks = {element.attrib["id"]: element for element in root.iter("path") if "id" in element.attrib}
    for place, use in enumerate(parent):
        mark = marks.get(use.get("href", "#")[1:])
        if use.tag == "use" and mark is not None and (stroke := _STROKE.fullmatch(mark.attrib["d"])):
            style = {name: value for name, value in {**mark.attrib, **use.attrib}.items() if name in _PAINT}
            x, y, ax, ay, bx, by = map(float, (use.attrib["x"], use.attrib["y"], *stroke.groups()))
            line = _NUMBER.sub(_tenths, f"M{x + ax:.1f} {y + ay:.1f}L{x + bx:.1f} {y + by:.1f}")
            parent[place] = Element("path", {"d": line, "fill": "none", **style})


def _clip_strokes(root: Element) -> None:
    """What clips a group of strokes clips each of them, so that they can join others."""
    for group in root.iter("g"):
        if list(group.attrib) == ["clip-path"] and all(_is_plain(e) and "clip-path" not in e.attrib for e in group):
            clip = group.attrib.pop("clip-path")
            for stroke in group:
                stroke.set("clip-path", clip)


def _merge_lines(parent: Element) -> None:
    """Strokes that look alike become one path, which lies where the first of them lay."""
    place = 1
    while place < len(parent):
        here = parent[place]
        before = next(_alike_below(parent, place), None) if _is_plain(here) else None
        if before is None:
            place += 1
        else:
            before.set("d", before.attrib["d"] + here.attrib["d"])
            parent.remove(here)
    used = {element.get("href", "")[1:] for element in parent.iter("use")}
    for child in list(parent):
        if child.tag == "defs":
            for mark in [mark for mark in child if mark.tag == "path" and mark.get("id") not in used]:
                child.remove(mark)
        else:
            _merge_lines(child)


def _alike_below(parent: Element, place: int) -> Iterator[Element]:
    """The stroke of the same look that this one may join: what lies between is text, or is not touched."""
    here = parent[place]
    for before in reversed(parent[:place]):
        if before.tag == "path" and {**before.attrib, "d": ""} == {**here.attrib, "d": ""}:
            yield before
        if before.tag not in ("text", "defs") and not (_is_plain(before) and _apart(before, here)):
            return


def _is_plain(element: Element) -> bool:
    """A stroke of straight lines; a dash would begin anew at every part."""
    undashed = element.tag == "path" and element.get("fill") == "none" and "stroke-dasharray" not in element.attrib
    return undashed and not re.search("[CQz]", element.attrib["d"])


def _apart(first: Element, second: Element) -> bool:
    """Whether the boxes around two strokes have nothing but an upright edge in common."""
    (a, b), (c, d) = (
        [list(map(float, axis)) for axis in zip(*_POINT.findall(e.attrib["d"]), strict=True)] for e in (first, second)
    )
    beside = max(a) <= min(c) or max(c) <= min(a)
    return beside or max(b) < min(d) or max(d) < min(b)


def _write_steps(parent: Element) -> None:
    """Straight lines as steps from point to point in tenths, each stroke once; a stroke of no length only as a dot."""
    for path in [e for e in parent if e.tag == "path" and not re.search("[CQz]", e.attrib["d"])]:
        pieces = [_POINT.findall(piece) for piece in re.findall("M[^M]*", path.attrib["d"])]
        strokes = {tuple((round(10 * float(x)), round(10 * float(y))) for x, y in piece): None for piece in pieces}
        seen = [stroke for stroke in strokes if len({*stroke}) > 1 or "stroke-linecap" in path.attrib]
        text, (x, y) = "", (0, 0)
        for stroke in seen:
            for place, (to_x, to_y) in enumerate(stroke):
                text += _step(to_x - x, to_y - y, moves=not place)
                x, y = to_x, to_y
        if text:
            path.set("d", "M" + text.removeprefix("m"))
        elif "id" not in path.attrib:
            parent.remove(path)


def _step(right: int, down: int, *, moves: bool) -> str:
    across, along = (re.sub(r"^(-?)0\.", r"\1.", f"{tenths / 10:g}") for tenths in (right, down))
    if not moves and not (right and down):
        return f"h{across}" if right or not down else f"v{along}"
    return f"{'m' if moves else 'l'}{across}{'' if along.startswith('-') else ' '}{along}"


def _share_fonts(root: Element) -> None:
    """The commonest font is that of the whole element."""
    texts = list(root.iter("text"))
    for element in texts:
        if "DejaVu Sans" in element.get("font-family", ""):
            element.set("font-family", _FAMILY)
    for name in _INHERITED:
        counted = Counter(element.attrib[name] for element in texts if name in element.attrib)
        if len(counted) > 0 and sum(counted.values()) == len(texts):
            ((common, _),) = counted.most_common(1)
            root.set(name, common)
            for element in texts:
                if element.get(name) == common:
                    del element.attrib[name]
