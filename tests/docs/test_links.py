"""Every link between the Markdown files of the repository leads to a file, and to a heading of it."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.joinpath("docs").rglob("*.md"), *ROOT.glob("*.md")])
FENCE = re.compile(r"^(`{3,})[^\n]*\n.*?^\1$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"(?<!\\)\]\(([^()\s]+)\)")


def without_code(text: str) -> str:
    return re.sub(r"`[^`\n]*`", "", FENCE.sub("", text))


def anchors(text: str) -> set[str]:
    """The anchors of the headings, as code hosts and the site make them."""
    found: set[str] = set()
    for title in re.findall(r"^#{1,6} +(.+)$", FENCE.sub("", text), re.MULTILINE):
        shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", title)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")
        found.add(slug if slug not in found else f"{slug}-1")
    return found


def faults(page: Path) -> list[str]:
    found = []
    for link in LINK.findall(without_code(page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        place, _, anchor = link.partition("#")
        target = (page.parent / place).resolve() if place else page
        if not target.exists():
            found.append(f"{link}: no such file")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8")):
            found.append(f"{link}: no such heading")
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_the_sources_leads_somewhere(page):
    assert faults(page) == []


def test_a_wrong_file_and_a_wrong_heading_are_found(tmp_path):
    (tmp_path / "other.md").write_text("# Two words, and a comma\n")
    page = tmp_path / "page.md"
    page.write_text("[a](other.md#two-words-and-a-comma) [b](other.md#two) [c](nowhere.md) `[d](nothing.md)`\n")
    assert faults(page) == ["other.md#two: no such heading", "nowhere.md: no such file"]
