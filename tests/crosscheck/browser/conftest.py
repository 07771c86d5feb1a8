"""A headless Chromium without a network, pages of several widths, and what must hold of every page in it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SCREENSHOTS = Path(__file__).parents[3] / "build" / "screenshots"
WIDTHS = (360, 1280)
SCHEMES = ("light", "dark")
LOCAL = ("file:", "data:", "blob:", "about:")


@dataclass
class Opened:
    """A page with all that it said on the console and all that it asked the network for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def open(self, path: Path, fragment: str = "") -> "Opened":
        self.page.goto(path.absolute().as_uri() + fragment)
        return self

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)

    def shot(self, name: str) -> None:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        width = self.page.viewport_size["width"]
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True, animations="disabled")

    def assert_sound(self) -> None:
        """No complaint, no request, nothing wider than the page, every visible formula laid out."""
        assert self.complaints == []
        assert self.requests == []
        inner, outer = self.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
        assert inner <= outer, self.evaluate(WIDEST)
        seen, flat = self.evaluate(FORMULAS)
        assert flat == []
        assert seen > 0

    def assert_accessible(self) -> None:
        """No finding of axe that is serious or critical."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.page).response["violations"]
        grave = [v for v in found if v["impact"] in ("serious", "critical")]
        assert [(v["id"], [node["html"][:120] for node in v["nodes"][:3]]) for v in grave] == []


FORMULAS = """() => {
  const seen = [...document.querySelectorAll("math")].filter((formula) => formula.checkVisibility());
  const box = (formula) => formula.getBoundingClientRect();
  return [seen.length, seen.filter((f) => box(f).width < 3 || box(f).height < 3).map((f) => f.getAttribute("alttext"))];
}"""
WIDEST = """() => [...document.querySelectorAll("body *")]
  .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
  .slice(0, 3).map((e) => e.outerHTML.slice(0, 160))"""


NO_MATHML = """const box = Element.prototype.getBoundingClientRect;
Element.prototype.getBoundingClientRect = function () {
  return this.namespaceURI.endsWith("MathML") ? new DOMRect() : box.call(this);
};"""
"""A browser that knows no MathML lays none of its elements out; this one has no switch for that."""


def executable() -> str:
    found = shutil.which("chromium") or shutil.which("google-chrome")
    assert found, "install chromium"
    return found


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=executable(), args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def browse(chromium) -> Iterator[Any]:
    """Opens pages: browse(360, "dark") is an Opened without a network."""
    contexts = []

    def new(width: int = 1280, scheme: str = "light") -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
        contexts.append(context)
        return watched(context.new_page())

    yield new
    for context in contexts:
        context.close()


def watched(page: Any) -> Opened:
    found = Opened(page)
    page.on("console", lambda message: found.complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.on("request", lambda request: None if request.url.startswith(LOCAL) else found.requests.append(request.url))
    return found


@pytest.fixture(scope="session")
def real_run(tmp_path_factory) -> dict[str, Any]:
    """A run of a few claims that was really simulated."""
    from crosscheck import cli

    directory = tmp_path_factory.mktemp("run") / "results"
    ids = (
        "curie_weiss.positive_fraction",
        "curie_weiss.law_of_field",
        "linear_denoiser.hellinger",
        "kernel_density.mise",
    )
    assert cli.main(["run", *ids, "--out", str(directory), "--no-store", "--quiet", "--workers", "1"]) in (0, 3)
    return json.loads((directory / "run.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def explorer(tmp_path_factory, real_run) -> Path:
    """The page of the whole catalogue, written as `crosscheck explore DIR` does."""
    from crosscheck.explorer.document import document
    from crosscheck.explorer.folder import write_folder
    from crosscheck.registry import find, identifiers

    data = document([find(identifier) for identifier in identifiers()], real_run)
    return write_folder(tmp_path_factory.mktemp("explorer"), data)
