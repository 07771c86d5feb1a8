"""The HTML report: complete, escaped, and in need of nothing else."""

import json
import re
from html.parser import HTMLParser

import pytest

from crosscheck.report.figure import svg
from crosscheck.report.files import drawable
from crosscheck.report.html import report, unpacked


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
    assert page.count("<h2 id=") == 2 + 3


def test_the_page_asks_for_nothing_from_elsewhere(page):
    assert not re.search(r'(?:src|href)="(?!#)', page)
    assert not re.search(r"url\((?!#)", page)
    assert "@import" not in page
    assert "<link" not in page


def test_the_data_are_in_the_page(page, run):
    found = re.search(r'<script type="application/octet-stream" id="run">(.*?)</script>', page)
    assert found is not None
    assert unpacked(found[1]) == json.loads(json.dumps(run))


def test_a_script_in_a_name_stays_text(run):
    run["verdicts"][0]["reason"] = "</script><script>alert(1)</script>"
    assert "<script>alert" not in report(run, {})


def test_every_claim_has_its_figure_table_seed_versions_and_command(page, run):
    sections = re.findall(r'<section class="claim".*?</section>', page, re.DOTALL)
    assert len(sections) == 3
    for section, verdict in zip(sections, run["verdicts"], strict=True):
        assert "<svg " in section
        assert section.count("<table>") == 2
        assert f"seed 7 · diffusion-crosscheck {run['versions']['diffusion-crosscheck']}" in section
        assert verdict["command"].split(" --at")[0] in section


def test_the_summary_comes_first_and_counts_every_system(page):
    summary = page[: page.index('id="verdicts"')]
    assert 'aria-label="1 DISAGREES of curie_weiss"' in summary
    assert page.index('id="summary"') < page.index('id="filters"') < page.index('class="claim"')


def test_no_id_occurs_twice(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_every_element_is_closed(page):
    open_elements: list[str] = []

    class Parser(HTMLParser):
        def handle_starttag(self, tag, attrs):
            if tag not in ("meta", "br", "input", "wbr"):
                open_elements.append(tag)

        def handle_endtag(self, tag):
            assert open_elements.pop() == tag

    Parser().feed(page)
    assert open_elements == []
