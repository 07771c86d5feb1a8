"""What a reader waits for: bytes, requests, first paint and whole page of the report, the site and the explorer."""

import functools
import json
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from benchmarks.record import Goal, Result, Row, Spread

ROOT = Path(__file__).parent.parent
PAGES = {
    "report": "report.html",
    "docs, first page": "site/index.html",
    "docs, page of a system": "site/systems/curie_weiss.html",
    "explorer": "explorer/index.html",
}
SLOWER = 4
"""Lighthouse slows a desktop processor by this for a telephone."""
MOBILE = {"latency": 150, "downloadThroughput": 1_638_400 / 8, "uploadThroughput": 750_000 / 8}
"""Lighthouse's mobile network: milliseconds, bytes a second."""
LINES: Mapping[str, tuple[Mapping[str, float] | None, int]] = {"loopback": (None, 7), "mobile network": (MOBILE, 3)}
"""Conditions of the network, and how often each page is loaded in them."""
GOOD = 1.8
"""Seconds to the first contentful paint that Lighthouse calls fast."""
TIMES = """new Promise((done) => {
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  const [page] = performance.getEntriesByType("navigation");
  setTimeout(() => done([paint.startTime, page.domComplete]));
})"""


@dataclass(frozen=True)
class Load:
    """One load of one page by a browser that has seen nothing before."""

    size: int
    requests: int
    paint: float
    complete: float


def measured() -> Result:
    """Medians over loads at a cold cache; the pages are those of the kept standard run."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made(folder)
        with served(folder) as address, chromium() as browser:
            loads = {
                (line, name): [loaded(browser, f"{address}/{path}", network) for _ in range(count)]
                for line, (network, count) in LINES.items()
                for name, path in PAGES.items()
            }
            version = browser.version
    rows = [row for (line, name), found in loads.items() for row in table(f"{name}, {line}", found)]
    return Result("first_paint", "what a reader waits for", tuple(rows), goals=goals(rows), notes=notes(version))


def made(folder: Path) -> None:
    """The three pages as their commands write them."""
    from crosscheck.explorer.document import document
    from crosscheck.explorer.folder import write_folder
    from crosscheck.registry import find, identifiers
    from crosscheck.report.html import report_of
    from docs.__main__ import build

    run = json.loads((ROOT / "docs" / "systems" / "run.json").read_text("utf-8"))
    (folder / PAGES["report"]).write_text(report_of(run), "utf-8")
    write_folder(folder / "explorer", document(map(find, identifiers()), run))
    if build(folder / "site", folder / "doctrees"):
        raise RuntimeError("the site does not build; make docs says why")


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The folder over HTTP on the loopback interface, uncompressed."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *arguments: Any) -> None:
            """Requests are not shown."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def chromium() -> Iterator[Any]:
    """The Chromium of the system, headless."""
    from playwright.sync_api import sync_playwright

    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        raise FileNotFoundError("first_paint needs Chromium; apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def loaded(browser: Any, address: str, network: Mapping[str, float] | None) -> Load:
    """A load in a context of its own, which has no cache."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    page = context.new_page()
    session = context.new_cdp_session(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    session.send("Network.enable")
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if network is not None:
        session.send("Network.emulateNetworkConditions", {"offline": False, **network})
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_function("performance.getEntriesByName('first-contentful-paint').length > 0")
    paint, complete = page.evaluate(TIMES)
    context.close()
    return Load(round(sum(sizes)), len(sizes), paint / 1000, complete / 1000)


def table(case: str, loads: list[Load]) -> list[Row]:
    """Four numbers of one page."""
    quantities = {
        "transferred": ("kB", [load.size / 1000 for load in loads]),
        "requests": ("requests", [float(load.requests) for load in loads]),
        "first contentful paint": ("s wall", [load.paint for load in loads]),
        "DOM complete": ("s wall", [load.complete for load in loads]),
    }
    return [Row(case, name, unit, Spread.of(values)) for name, (unit, values) in quantities.items()]


def goals(rows: list[Row]) -> tuple[Goal, ...]:
    """A report of at most 3 MB; pages on this machine seen as soon as Lighthouse calls fast."""
    found = {(row.case, row.method): row.value.median for row in rows}
    size = Goal("MB of the report", found["report, loopback", "transferred"] / 1000, 3.0)
    paints = (
        Goal(f"s to the first paint, {name}", found[f"{name}, loopback", "first contentful paint"], GOOD)
        for name in PAGES
    )
    return (size, *paints)


def notes(version: str) -> tuple[str, ...]:
    """What was measured, and how."""
    return (
        f"Chromium {version}, headless, 412 x 823 pixels, nothing cached, the processor slowed {SLOWER} times as"
        " Lighthouse does for a telephone; served uncompressed by this machine.",
        "Mobile network: 150 ms and 1.6 Mbit/s, those of Lighthouse.",
        "The report and the explorer hold the kept standard run of all claims; the explorer computes its curves.",
    )
