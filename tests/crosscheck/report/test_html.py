"""The HTML report: complete, escaped, and in need of nothing else."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest

from crosscheck.report.figure import svg
from crosscheck.report.files import drawable
from crosscheck.report.html import report


@pytest.fixture
def page(run) -> str:
    return report(run, {place: svg(verdict, run["claims"][verdict["id"]]) for place, verdict in drawable(run)})


def test_every_claim_has_its_outcome_in_words_with_a_symbol(page):
    for symbol, outcome in (("✓", "AGREES"), ("✗", "DISAGREES"), ("?", "INCONCLUSIVE")):
        assert f'<span class="badge {outcome}">{symbol}&nbsp;{outcome}</span>' in page


def test_text_is_escaped_and_formulas_are_not(page):
    assert "fraction &lt;of&gt; trajectories" in page
    assert "limit gap -0.3 &lt;refuted&gt;" in page
    assert page.count("<math ") >= 6
    assert page.count("<svg ") == 3


def test_the_page_asks_for_nothing_from_elsewhere(page):
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "<link" not in page


def test_the_data_are_in_the_page(page, run):
    found = re.search(r'<script type="application/json" id="run">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    assert json.loads(found[1])["verdicts"] == json.loads(json.dumps(run["verdicts"]))


def test_a_script_in_a_name_stays_text(run):
    run["verdicts"][0]["reason"] = "</script><script>alert(1)</script>"
    assert "<script>alert" not in report(run, {})


def test_every_element_is_closed(page):
    open_elements: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "br"):
                open_elements.append(tag)

        def handle_endtag(self, tag):
            assert open_elements.pop() == tag

    Parser().feed(page)
    assert open_elements == []


@pytest.mark.browser
def test_a_browser_shows_the_page_without_a_network(page, tmp_path: Path):
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    assert chromium, "install chromium"
    path = tmp_path / "report.html"
    path.write_text(page, encoding="utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--window-size=1000,2000"]
    shot, printed = tmp_path / "shot.png", tmp_path / "page.pdf"
    subprocess.run([chromium, *options, f"--screenshot={shot}", path.as_uri()], check=True, capture_output=True)
    subprocess.run([chromium, *options, f"--print-to-pdf={printed}", path.as_uri()], check=True, capture_output=True)
    assert shot.stat().st_size > 20_000
    assert printed.read_bytes().startswith(b"%PDF")
