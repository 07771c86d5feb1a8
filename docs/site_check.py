"""What must hold of the built site: every internal link leads somewhere, nothing comes from a network, no raw LaTeX."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_LOADS = {"src", "srcset", "poster", "data", "background"}  # attributes that a browser fetches by itself
_RELATED = {"stylesheet", "icon", "preload", "prefetch", "preconnect", "dns-prefetch", "modulepreload", "manifest"}
_REMOTE = re.compile(r"(?:https?:)?//")
_CSS_LOAD = re.compile(r"""(?:@import\s+|url\(\s*)['"]?((?:https?:)?//[^'")\s]+)""")
_LATEX = re.compile(r"\\(?:frac|mathrm|left|right|sqrt|begin|text|operatorname|int|sum)\b|\$\$")
_LITERAL = {"code", "pre", "script", "style", "title", "kbd", "samp"}


@dataclass
class Page(HTMLParser):
    """The ids, the links, the loads and the visible text of one page."""

    ids: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    loads: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    literal: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in _LITERAL:
            self.literal.append(tag)
        self.ids |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and set(given.get("rel", "").split()) & _RELATED:
            self.loads.append(given.get("href", ""))
        self.loads += [value for name, value in given.items() if name in _LOADS]
        self.loads += _CSS_LOAD.findall(given.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        if self.literal and self.literal[-1] == tag:
            self.literal.pop()

    def handle_data(self, data: str) -> None:
        if self.literal[-1:] == ["style"]:
            self.loads += _CSS_LOAD.findall(data)
        elif not self.literal:
            self.text.append(data)


def faults(site: Path) -> list[str]:
    """One line per fault; none if the site is whole."""
    pages = {path: read(path) for path in sorted(site.rglob("*.html"))}
    found = [fault for path, page in pages.items() for fault in _of_page(site, path, page, pages)]
    for sheet in sorted(site.rglob("*.css")):
        remote = _CSS_LOAD.findall(sheet.read_text(encoding="utf-8", errors="replace"))
        found += [f"{sheet.relative_to(site)}: loads {address}" for address in remote]
    return found


def read(path: Path) -> Page:
    """The page, parsed."""
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


def _of_page(site: Path, path: Path, page: Page, pages: dict[Path, Page]) -> Iterator[str]:
    name = path.relative_to(site)
    yield from (f"{name}: loads {load}" for load in page.loads if _REMOTE.match(load))
    local = [
        load.split()[0] for load in page.loads if load and not _REMOTE.match(load) and not load.startswith("data:")
    ]
    yield from (f"{name}: lacks {load}" for load in local if not _target(site, path, load).exists())
    for link in page.links:
        if fault := _broken(site, path, link, pages):
            yield f"{name}: {fault}"
    yield from (f"{name}: shows raw LaTeX: {text.strip()[:60]}" for text in page.text if _LATEX.search(text))


def _broken(site: Path, path: Path, link: str, pages: dict[Path, Page]) -> str:
    parts = urlsplit(link)
    if parts.scheme or parts.netloc:
        return ""
    target = _target(site, path, link)
    target = target / "index.html" if target.is_dir() else target
    if not target.exists():
        return f"the link {link} leads nowhere"
    anchor = unquote(parts.fragment)
    if anchor and target in pages and anchor not in pages[target].ids:
        return f"the link {link} has no such place"
    return ""


def _target(site: Path, path: Path, link: str) -> Path:
    place = unquote(urlsplit(link).path)
    if not place:
        return path
    return (site / place.lstrip("/") if place.startswith("/") else path.parent / place).resolve()
